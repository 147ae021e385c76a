"""Line groups: those of the store, checked before they are changed, told to the lines at once."""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import structlog

from waihu.services.lines import Lines
from waihu.services.trunk_shelf import TrunkShelf
from waihu.store import line_groups as stored
from waihu.store.audit import By
from waihu.store.caller_ids import caller_id_sets
from waihu.store.campaigns import campaigns
from waihu.store.store import Store
from waihu_models.campaign import CampaignState
from waihu_models.errors import BadField, Conflict, NotFound, Stale, StoreError
from waihu_models.line_group import LineGroup, is_zone

log = structlog.get_logger()

MOST = 50
MOST_PREFIXES = 200
MOST_WINDOWS = 20
FOLLOW_S = 2.0
_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,31}", re.ASCII)
_PREFIX = re.compile(r"\+[0-9]{1,14}", re.ASCII)


class LineGroups:
    """Keeps the groups."""

    def __init__(self, store: Store, lines: Lines, trunks: TrunkShelf) -> None:
        self._store = store
        self._lines = lines
        self._trunks = trunks
        self._groups: dict[str, LineGroup] = {}
        self._one_at_a_time = asyncio.Lock()

    def __iter__(self) -> Iterator[LineGroup]:
        """Iterate over all groups, by name."""
        return iter([self._groups[name] for name in sorted(self._groups)])

    def get(self, name: str) -> LineGroup:
        """Return a group.

        Raises:
            NotFound: there is none of this name.
        """
        if name not in self._groups:
            raise NotFound(f"there is no line group {name!r}")
        return self._groups[name]

    async def load(self) -> None:
        """Read the groups of the store.

        Raises:
            StoreError: what was known before still counts.
        """
        kept = {group.name: group for group in await stored.line_groups(self._store)}
        if kept != self._groups:
            self._take(kept)

    async def follow(self) -> None:
        """Keep to what commands do beside this program, until cancelled."""
        while True:
            await asyncio.sleep(FOLLOW_S)
            async with self._one_at_a_time:
                try:
                    await self.load()
                except StoreError as error:
                    log.warning("line_groups_not_read", problem=str(error))

    def _take(self, groups: Mapping[str, LineGroup]) -> None:
        self._groups = dict(groups)
        self._lines.group(tuple(self))

    async def add(self, group: LineGroup, by: By) -> LineGroup:
        """Make a group.

        Raises:
            BadField: a value is wrong.
            Conflict: the name is taken, a trunk is in another group, or there are too many.
        """
        async with self._one_at_a_time:
            if len(self._groups) >= MOST:
                raise Conflict(f"there may be {MOST} line groups")
            if group.name in self._groups:
                raise Conflict(f"there is a line group {group.name!r} already")
            await self._check(group)
            await stored.add_line_group(self._store, group, by)
            self._take({**self._groups, group.name: group})
        return group

    async def change(self, name: str, version: int, changes: Mapping[str, Any], by: By) -> LineGroup:
        """Change fields of a group; calls under way go on.

        Raises:
            NotFound: there is none.
            Stale: it was changed meanwhile.
            BadField: a value is wrong.
            Conflict: a trunk is in another group.
        """
        async with self._one_at_a_time:
            was = self.get(name)
            if was.version != version:
                raise Stale(f"line group {name!r}", {}, was.version)
            group = replace(was, **changes)
            await self._check(group)
            await stored.change_line_group(self._store, group, by)
            group = replace(group, version=version + 1)
            self._take({**self._groups, name: group})
        return group

    async def remove(self, name: str, version: int, by: By) -> None:
        """Take a group away; its trunks stay, with their own limits.

        Raises:
            NotFound: there is none.
            Stale: it was changed meanwhile.
            Conflict: a campaign dials through it.
        """
        async with self._one_at_a_time:
            self.get(name)
            users = [
                c.name for c in await campaigns(self._store)
                if c.trunk == name and c.state is not CampaignState.FINISHED
            ]  # fmt: skip
            if users:
                raise Conflict(f"line group {name!r} is named by {', '.join(users[:5])}: give them another one first")
            await stored.drop_line_group(self._store, name, version, by)
            self._take({other: group for other, group in self._groups.items() if other != name})

    async def _check(self, group: LineGroup) -> None:
        check_line_group(group, {trunk.name for trunk in self._trunks})
        for other in self:
            if other.name != group.name and (both := set(other.trunks) & set(group.trunks)):
                raise Conflict(f"trunk {min(both)!r} is in line group {other.name!r} already")
        if group.caller_id_set and group.caller_id_set not in {one.name for one in await caller_id_sets(self._store)}:
            raise BadField("$.caller_id_set", "there is no caller-id set of this name")


def check_line_group(group: LineGroup, trunks: set[str]) -> None:
    """Refuse what could not be used.

    Raises:
        BadField: with the path of the first field that is wrong.
    """
    wrong: dict[str, tuple[Callable[[], bool], str]] = {
        "name": (
            lambda: not _NAME.fullmatch(group.name) or group.name in trunks,
            "up to 32 small letters, digits and _, and not the name of a trunk",
        ),
        "trunks": (
            lambda: len(set(group.trunks)) != len(group.trunks) or not set(group.trunks) <= trunks,
            "each of them once, and names of trunks there are",
        ),
        "capacity": (lambda: not 0 <= group.capacity <= 100_000, "it has to lie in 0..100000"),
        "calls_per_s": (lambda: not 0 <= group.calls_per_s <= 1000, "it has to lie in 0..1000"),
        "cost_per_min": (lambda: not 0 <= group.cost_per_min <= 1e6, "it has to lie in 0..1000000"),
        "prefixes": (
            lambda: len(group.prefixes) > MOST_PREFIXES or not all(map(_PREFIX.fullmatch, group.prefixes)),
            "a + and up to 14 digits each, 200 at most",
        ),
        "windows": (
            lambda: len(group.windows) > MOST_WINDOWS or not all(window.usable for window in group.windows),
            "days are 1 (Monday) to 7, start and end differ, 20 at most",
        ),
        "zone": (lambda: not is_zone(group.zone), "no time zone: Europe/London, Asia/Shanghai …"),
    }
    for name, (is_wrong, problem) in wrong.items():
        if is_wrong():
            raise BadField(f"$.{name}", problem)
