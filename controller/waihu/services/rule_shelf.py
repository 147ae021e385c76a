"""The shelf of rule packs: read from folders, whole or not at all, and read again when a file changes."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import structlog

from waihu.clock import Clock
from waihu.dialer.rule_packs import parse_pack, under_law
from waihu.store.rules import keep_packs
from waihu.store.store import Store
from waihu_models.campaign import Campaign
from waihu_models.errors import BadRulePack, WaihuError
from waihu_models.ids import CampaignId
from waihu_models.rule_pack import RulePack

log = structlog.get_logger()

_Print: TypeAlias = tuple[tuple[Path, int, int], ...]


def read_packs(folders: Iterable[Path]) -> dict[str, RulePack]:
    """Read every pack of these folders.

    Raises:
        BadRulePack: a folder or a file cannot be read, a pack cannot hold, or two have one name; nothing is used.
    """
    packs: dict[str, RulePack] = {}
    places: dict[str, Path] = {}
    for path in _files(folders):
        pack = read_pack(path)
        if pack.name in packs:
            raise BadRulePack(f"{path}: there is a pack {pack.name!r} already, in {places[pack.name].parent}")
        packs[pack.name], places[pack.name] = pack, path
    return packs


def read_pack(path: Path) -> RulePack:
    """Read one pack.

    Raises:
        BadRulePack: it cannot be read, or cannot hold.
    """
    try:
        return parse_pack(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise BadRulePack(f"{path}: {error}") from error


def _files(folders: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for folder in folders:
        if not folder.is_dir():
            raise BadRulePack(f"there is no folder {folder} for rule packs")
        found += sorted(folder.glob("*.toml"))
    return found


def _print_of(folders: Sequence[Path]) -> _Print:
    states = ((path, path.stat()) for folder in folders for path in sorted(folder.glob("*.toml")))
    return tuple((path, state.st_mtime_ns, state.st_size) for path, state in states)


class RuleShelf:
    """Lays the law upon campaigns. A change that cannot be read leaves the packs as they were."""

    def __init__(self, folders: Sequence[Path], store: Store, clock: Clock) -> None:
        self._folders = tuple(folders)
        self._store = store
        self._clock = clock
        self._packs: Mapping[str, RulePack] = {}
        self._print: _Print | None = None
        self._kept: set[RulePack] = set()
        self._refused: dict[CampaignId, str] = {}

    @property
    def packs(self) -> Mapping[str, RulePack]:
        """The packs by name, as they were read last."""
        return self._packs

    async def refresh(self) -> None:
        """Read the packs again if a file has changed.

        Raises:
            BadRulePack: they cannot be read, and there are none from before.
        """
        if not self._folders:
            return
        first = self._print is None
        try:
            now = await asyncio.to_thread(_print_of, self._folders)
            if now == self._print:
                return
            self._print = now
            self._packs = await asyncio.to_thread(read_packs, self._folders)
        except (BadRulePack, OSError) as error:
            if first:
                self._print = None
                raise
            log.warning("rule_packs_refused", problem=str(error))

    async def lawful(self, campaign: Campaign) -> Campaign:
        """Return a campaign as its packs let it dial; the packs are kept as evidence first.

        Raises:
            BadRulePack: a pack is missing, was changed without a new version, or they cannot hold together.
            StoreError: they cannot be kept.
        """
        made = under_law(campaign, self._packs)
        new = {self._packs[name] for name in campaign.packs} - self._kept
        if new:
            await keep_packs(self._store, new, self._clock.now())
            self._kept |= new
        return made

    async def lawful_or_none(self, campaign: Campaign) -> Campaign | None:
        """Return the same, or None with a warning when it must not dial; said once for each reason."""
        try:
            made = await self.lawful(campaign)
        except WaihuError as error:
            if self._refused.get(campaign.id) != str(error):
                log.warning("campaign_without_rules", campaign=campaign.name, problem=str(error))
            self._refused[campaign.id] = str(error)
            return None
        self._refused.pop(campaign.id, None)
        return made
