"""Settings an administrator changes while the program runs, and what agents need to know of them."""

from typing import Any

from msgspec import Struct

from waihu.api.ask import Ask
from waihu.api.both import BothLanguages, both
from waihu.api.routes import Routes
from waihu.services.setting_shelf import Origin, Present
from waihu.services.setting_table import shape_of
from waihu_models.access import Right

routes = Routes("settings")


class Setting(Struct, frozen=True, kw_only=True):
    """A setting. ``type``: text, whole, number, list. What file or environment give cannot be changed here."""

    name: str
    value: Any
    default: Any
    source: Origin
    changeable: bool
    type: str
    low: float | None
    high: float | None
    above: float | None
    choices: list[str]
    longest: int | None
    needs_restart: bool
    waits_for_restart: bool
    help: BothLanguages
    version: int


class SettingWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a setting shall be."""

    value: Any


class PauseReasons(Struct, frozen=True, kw_only=True):
    """What agents can choose from when they pause."""

    reasons: list[str]


def _setting(present: Present) -> Setting:
    shape = shape_of(present.setting.name)
    return Setting(
        name=present.setting.name,
        value=present.value,
        default=present.default,
        source=present.origin,
        changeable=present.origin not in {Origin.FILE, Origin.ENVIRONMENT},
        type=shape.type,
        low=shape.low,
        high=shape.high,
        above=shape.above,
        choices=list(shape.choices),
        longest=shape.longest,
        needs_restart=present.setting.restart,
        waits_for_restart=present.waits,
        help=both(present.setting.help),
        version=present.version,
    )


@routes.get("/settings", right=Right.SETTINGS)
async def list_settings(ask: Ask) -> list[Setting]:
    """Return all settings that can be changed while the program runs."""
    return [_setting(present) for present in ask.house.office.settings]


@routes.get("/settings/{name}", right=Right.SETTINGS)
async def read_setting(ask: Ask, name: str) -> Setting:
    """Return one setting."""
    return _setting(ask.house.office.settings.read(name))


@routes.put("/settings/{name}", right=Right.SETTINGS)
async def change_setting(ask: Ask, name: str, body: SettingWish) -> Setting:
    """Change a setting; it counts at once, or after the next start."""
    return _setting(await ask.house.office.settings.change(name, ask.if_match(), body.value, ask.by))


@routes.delete("/settings/{name}", right=Right.SETTINGS)
async def reset_setting(ask: Ask, name: str) -> Setting:
    """Let the default count again."""
    return _setting(await ask.house.office.settings.reset(name, ask.if_match(), ask.by))


@routes.get("/pause-reasons", right=Right.DESK)
async def list_pause_reasons(ask: Ask) -> PauseReasons:
    """Return the reasons an agent can give for a pause."""
    return PauseReasons(reasons=list(ask.house.office.settings.value("desk.pause_reasons")))
