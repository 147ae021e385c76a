"""The setting shelf: what counts now of every setting that may be changed at run time, and why.

The environment counts before the settings file, the file before what an administrator set, that before the default.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import available_timezones

import msgspec
import structlog

from waihu.services.setting_table import RUNTIME, RuntimeSetting, converted
from waihu.settings import Settings
from waihu.store import settings_store as stored
from waihu.store.audit import By
from waihu.store.settings_store import Kept
from waihu.store.store import Store
from waihu_models.errors import BadField, Conflict, NotFound, Stale

log = structlog.get_logger()


class Origin(StrEnum):
    """Where a value comes from."""

    ENVIRONMENT = "environment"
    FILE = "file"
    STORE = "store"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A setting as it counts now. ``waits``: a change counts after the next start."""

    setting: RuntimeSetting
    value: Any
    origin: Origin
    default: Any
    version: int
    waits: bool = False


class SettingShelf:
    """Keeps settings, and tells who needs to know of changes."""

    def __init__(self, store: Store, base: Settings, origins: Mapping[str, str]) -> None:
        self._store = store
        self._base = base
        self._origins = {name: Origin(origin) for name, origin in origins.items() if name in RUNTIME}
        self._kept: dict[str, Kept] = {}
        self._at_start: dict[str, Any] = {}
        self._receivers: defaultdict[str, list[Callable[[Any], None]]] = defaultdict(list)

    async def load(self) -> None:
        """Read what is stored, at the start; what was built then was built with it, see ``with_stored``."""
        self._kept = await stored.kept_settings(self._store)
        self._at_start = {name: self.value(name) for name in RUNTIME}

    def on_change(self, name: str, receiver: Callable[[Any], None]) -> None:
        """Call ``receiver`` with the value that counts, whenever it changes."""
        assert name in RUNTIME, name
        self._receivers[name].append(receiver)

    def value(self, name: str) -> Any:
        """Return what counts now."""
        return self.read(name).value

    def __iter__(self) -> Iterator[Present]:
        """Iterate over all settings, in the order of their table."""
        return iter([self.read(name) for name in RUNTIME])

    def read(self, name: str) -> Present:
        """Return a setting as it counts now.

        Raises:
            NotFound: it is none that can be changed at run time.
        """
        if name not in RUNTIME:
            raise NotFound(f"there is no setting {name!r} that can be changed here")
        default = _of(Settings(), name)
        kept = self._kept.get(name, Kept(None, 0, given=False))
        value, origin = self._counting(name, kept, default)
        waits = RUNTIME[name].restart and name in self._at_start and self._at_start[name] != value
        return Present(
            setting=RUNTIME[name], value=value, origin=origin, default=default, version=kept.version, waits=waits
        )

    def _counting(self, name: str, kept: Kept, default: Any) -> tuple[Any, Origin]:
        if name in self._origins:
            return _of(self._base, name), self._origins[name]
        if kept.given:
            try:
                return converted(name, kept.value), Origin.STORE
            except BadField as error:  # of a version of the program that allowed it
                log.warning("setting_not_usable", name=name, problem=str(error))
        return default, Origin.DEFAULT

    async def change(self, name: str, version: int, value: Any, by: By) -> Present:
        """Set a value; it counts at once, or after the next start.

        Raises:
            NotFound: it is none that can be changed at run time.
            BadField: the value does not fit; nothing was changed.
            Conflict: the settings file or the environment gives it, which counts before.
            Stale: it was changed meanwhile.
        """
        was = self._changeable(name, version)
        fitting = converted(name, value)
        _check(name, fitting)
        plain = msgspec.to_builtins(fitting)
        await stored.keep_setting(self._store, name, Kept(plain, version), by, was.value)
        self._kept[name] = Kept(plain, version + 1)
        self._tell(name)
        return self.read(name)

    async def reset(self, name: str, version: int, by: By) -> Present:
        """Let the default count again.

        Raises:
            NotFound, Conflict, Stale: as for ``change``.
        """
        if self._changeable(name, version).version:
            await stored.forget_setting(self._store, name, version, by)
            self._kept[name] = Kept(None, version + 1, given=False)
            self._tell(name)
        return self.read(name)

    def _changeable(self, name: str, version: int) -> Present:
        was = self.read(name)
        if was.origin in {Origin.ENVIRONMENT, Origin.FILE}:
            raise Conflict(f"{name} is given by the {was.origin}, which counts before what is set here")
        if was.version != version:
            raise Stale(f"setting {name}", {"value": was.value}, was.version)
        return was

    def _tell(self, name: str) -> None:
        value = self.value(name)
        for receiver in self._receivers[name]:
            receiver(value)


def _of(settings: Settings, name: str) -> Any:
    section, _, key = name.partition(".")
    return getattr(getattr(settings, section), key)


def _check(name: str, value: Any) -> None:
    if name == "web.day_zone" and value not in available_timezones():
        raise BadField("$.value", f"there is no time zone {value!r}; say for instance Europe/London or Asia/Shanghai")
    if name == "desk.pause_reasons" and len({reason.strip().lower() for reason in value}) != len(value):
        raise BadField("$.value", "a reason is given twice")


def with_stored(base: Settings, origins: Mapping[str, str], kept: Mapping[str, Kept]) -> Settings:
    """Return settings in which what administrators set takes the place of defaults; for what is built at the start."""
    sections: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for name, one in kept.items():
        if name in RUNTIME and name not in origins and one.given:
            try:
                section, _, key = name.partition(".")
                sections[section][key] = converted(name, one.value)
            except BadField as error:
                log.warning("setting_not_usable", name=name, problem=str(error))
    merged = {
        section: msgspec.structs.replace(getattr(base, section), **values) for section, values in sections.items()
    }
    return msgspec.structs.replace(base, **merged)
