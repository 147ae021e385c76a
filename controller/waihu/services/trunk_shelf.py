"""The trunk shelf: every trunk there is, and how an administrator changes those of the store while calls go on."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from waihu.services.exchange_desk import ExchangeDesk
from waihu.services.lines import Lines
from waihu.services.lines import Trunk as Line
from waihu.store import trunks as stored
from waihu.store.audit import By
from waihu.store.campaigns import campaigns
from waihu.store.store import Store
from waihu.telephony.exchange_config import CODECS, ExchangeConfig, is_host
from waihu.telephony.exchange_config import Trunk as SipTrunk
from waihu_models.campaign import CampaignState
from waihu_models.errors import BadField, Conflict, NotFound, Stale
from waihu_models.trunk import CarrierTrunk, Source

MOST = 50
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
_USER = re.compile(r"[^\s@:;<>\"]{0,64}")
_CALLER = re.compile(r"\+?[0-9]{0,20}", re.ASCII)
_PREFIX = re.compile(r"[0-9*#+]{0,16}", re.ASCII)


def line_of(trunk: CarrierTrunk) -> Line:
    """Return what dialling needs to know of a trunk."""
    return Line(
        name=trunk.name,
        max_lines=trunk.max_lines,
        calls_per_s=trunk.calls_per_s,
        caller_id=trunk.caller_id,
        strip_plus=trunk.strip_plus,
        dial_prefix=trunk.dial_prefix,
    )


def sip_trunk_of(trunk: CarrierTrunk) -> SipTrunk:
    """Return what the exchange is told of a trunk."""
    return SipTrunk(
        name=trunk.name,
        host=trunk.host,
        port=trunk.port,
        username=trunk.username,
        password=trunk.password,
        codecs=trunk.codecs,
        max_channels=trunk.max_lines,
        register=trunk.register,
    )


def check(trunk: CarrierTrunk) -> None:
    """Refuse what no carrier or exchange could use.

    Raises:
        BadField: with the path of the first field that is wrong.
    """
    wrong = {
        "name": (not _NAME.fullmatch(trunk.name), "a small letter, then up to 31 small letters, digits and _"),
        "host": (not is_host(trunk.host), "no host name or address"),
        "port": (not 1 <= trunk.port <= 65535, "a port lies in 1..65535"),
        "username": (not _USER.fullmatch(trunk.username), "up to 64 characters without blanks, @ : ; < > and quotes"),
        "password": (not _sayable(trunk.password), "up to 200 printable characters, no blank at either end"),
        "register": (trunk.register and not trunk.username, "to register, a username is needed"),
        "codecs": (not _good_codecs(trunk.codecs), f"one or more, each once, of {', '.join(sorted(CODECS))}"),
        "max_lines": (not 1 <= trunk.max_lines <= 10_000, "it has to lie in 1..10000"),
        "calls_per_s": (not 0 < trunk.calls_per_s <= 200, "it has to lie in 0..200, and be more than 0"),
        "caller_id": (not _CALLER.fullmatch(trunk.caller_id), "up to 20 digits, + before them"),
        "dial_prefix": (not _PREFIX.fullmatch(trunk.dial_prefix), "up to 16 of the digits, *, # and +"),
    }
    for name, (is_wrong, problem) in wrong.items():
        if is_wrong:
            raise BadField(f"$.{name}", problem)


def _sayable(text: str) -> bool:
    return len(text) <= 200 and text.isprintable() and text == text.strip()


def _good_codecs(codecs: Collection[str]) -> bool:
    return bool(codecs) and set(codecs) <= CODECS and len(set(codecs)) == len(codecs)


class TrunkShelf:
    """Keeps the trunks of the file and of the store, and tells exchange and lines of changes."""

    def __init__(
        self,
        store: Store,
        desk: ExchangeDesk,
        lines: Lines,
        from_file: Collection[CarrierTrunk],
        told: Callable[[Collection[str]], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._desk = desk
        self._lines = lines
        self._told = told
        self._from_file = {trunk.name: trunk for trunk in from_file}
        self._stored: dict[str, CarrierTrunk] = {}

    async def load(self) -> None:
        """Read the trunks of the store, at the start; the exchange was told of them when it was started."""
        kept = await stored.trunks(self._store)
        self._take({trunk.name: trunk for trunk in kept if trunk.name not in self._from_file})  # the file counts

    def __iter__(self) -> Iterator[CarrierTrunk]:
        """Iterate over all trunks, those of the file first."""
        return iter([*self._from_file.values(), *(self._stored[name] for name in sorted(self._stored))])

    def get(self, name: str) -> CarrierTrunk:
        """Return a trunk.

        Raises:
            NotFound: there is none of this name.
        """
        trunk = self._from_file.get(name) or self._stored.get(name)
        if trunk is None:
            raise NotFound(f"there is no trunk {name!r}")
        return trunk

    @property
    def managed(self) -> bool:
        """Whether the exchange is told of changes; if not, the trunk has to be set up there by hand."""
        return self._desk.managed

    async def add(self, trunk: CarrierTrunk, by: By) -> CarrierTrunk:
        """Make a trunk.

        Raises:
            BadField: a value is wrong; nothing was changed.
            Conflict: the name is taken, or there are too many.
            ExchangeFailed: the exchange did not take it; nothing was changed.
        """
        trunk = replace(trunk, version=1, source=Source.STORE)
        check(trunk)
        if trunk.name in self._from_file or trunk.name in self._stored:
            raise Conflict(f"there is a trunk {trunk.name!r} already")
        if len(self._stored) >= MOST:
            raise Conflict(f"there may be {MOST} trunks beside those of the settings file")
        async with self._desk.changing(self._with(trunk.name, trunk), _names(trunk)):
            await stored.keep_trunk(self._store, trunk, by, new=True)
            self._take(self._kept(trunk.name, trunk))
        return trunk

    async def change(self, name: str, version: int, changes: Mapping[str, Any], by: By) -> CarrierTrunk:
        """Change fields of a trunk; new limits count at once, calls under way go on.

        Raises:
            NotFound, Conflict: there is none, or it stands in the settings file.
            Stale: it was changed meanwhile.
            BadField: a value is wrong; nothing was changed.
            ExchangeFailed: the exchange did not take it; nothing was changed.
        """
        was = self._own(name, version, changes)
        trunk = replace(was, **{**changes, "codecs": tuple(changes.get("codecs", was.codecs))})
        check(trunk)
        async with self._desk.changing(self._with(name, trunk), _names(trunk)):
            await stored.keep_trunk(self._store, trunk, by, new=False)
            trunk = replace(trunk, version=version + 1)
            self._take(self._kept(name, trunk))
        return trunk

    async def remove(self, name: str, version: int, by: By) -> None:
        """Take a trunk away.

        Raises:
            NotFound: there is none.
            Conflict: it stands in the settings file, carries calls, or a campaign dials through it.
            Stale: it was changed meanwhile.
            ExchangeFailed: the exchange did not take it; nothing was changed.
        """
        self._own(name, version, {})
        if self._lines.used(name):
            raise Conflict(f"trunk {name!r} carries calls: switch it off, and remove it when they are over")
        users = [
            c.name for c in await campaigns(self._store) if c.trunk == name and c.state is not CampaignState.FINISHED
        ]
        if users:
            raise Conflict(f"trunk {name!r} is named by {', '.join(users[:5])}: give them another one first")
        async with self._desk.changing(self._with(name, None)):
            await stored.drop_trunk(self._store, name, version, by)
            self._take(self._kept(name, None))

    def _own(self, name: str, version: int, wanted: Mapping[str, Any]) -> CarrierTrunk:
        trunk = self.get(name)
        if trunk.source is Source.FILE:
            raise Conflict(f"trunk {name!r} stands in the settings file: change it there, and start again")
        if trunk.version != version:
            now = {key: getattr(trunk, key) for key in wanted if key != "password"}
            told = {key: value for key, value in now.items() if value != wanted[key]}
            raise Stale(f"trunk {name!r}", told, trunk.version)
        return trunk

    def _kept(self, name: str, trunk: CarrierTrunk | None) -> dict[str, CarrierTrunk]:
        """Return the trunks of the store with one of them changed, or (None) taken out."""
        others = {other: one for other, one in self._stored.items() if other != name}
        return others if trunk is None else {**others, name: trunk}

    def _with(self, name: str, trunk: CarrierTrunk | None) -> Callable[[ExchangeConfig], ExchangeConfig]:
        """Return the change; it is made when its turn comes, from what is stored then."""

        def change(config: ExchangeConfig) -> ExchangeConfig:
            kept = self._kept(name, trunk)
            # Those of the file stay as the exchange has them: a test or a carrier may have told it more than we know.
            of_file = [one for one in config.trunks if one.name in self._from_file]
            in_use = [sip_trunk_of(kept[one]) for one in sorted(kept) if kept[one].enabled]
            return replace(config, trunks=(*of_file, *in_use))

        return change

    def _take(self, kept: Mapping[str, CarrierTrunk]) -> None:
        self._stored = dict(kept)
        in_use = [trunk for trunk in self if trunk.enabled]
        self._lines.adopt(tuple(line_of(trunk) for trunk in in_use))
        self._told([trunk.name for trunk in in_use])


def _names(trunk: CarrierTrunk) -> tuple[str, ...]:
    return (trunk.name,) if trunk.enabled else ()
