"""Menus: what callers are asked by keys, and what each key leads to; for administrators."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.api.routes_line_groups import LineHours, LineHoursList, ZoneName
from waihu_models.access import Right
from waihu_models.line_group import LineWindow
from waihu_models.menu import Menu, MenuAction, MenuChoice

routes = Routes("menus")

MenuName = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_]{0,31}$")]
MenuTitle = Annotated[str, Meta(max_length=100)]
MenuNumbers = Annotated[list[Annotated[str, Meta(min_length=1, max_length=40)]], Meta(max_length=100)]
SpokenLanguageName = Annotated[str, Meta(pattern="^(en|zh)$")]
MenuPrompt = Annotated[str, Meta(max_length=400)]
SaidBefore = Annotated[str, Meta(max_length=200)]
MenuWait = Annotated[int, Meta(ge=1, le=30)]
MenuTries = Annotated[int, Meta(ge=1, le=5)]


class MenuKeyChoice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a key leads to. ``to``: the next menu, or a queue; "" the queue of those who chose none.

    ``disposition``: code of a standard one, of a call that is hung up by this.
    """

    action: MenuAction = MenuAction.QUEUE
    to: Annotated[str, Meta(max_length=40)] = ""
    language: Annotated[str, Meta(pattern="^(en|zh)?$")] = ""
    business_type: Annotated[str, Meta(max_length=64)] = ""
    say_en: SaidBefore = ""
    say_zh: SaidBefore = ""
    disposition: Annotated[str, Meta(max_length=40)] = ""


MenuKeyMap = dict[Annotated[str, Meta(pattern="^[0-9*]$")], MenuKeyChoice]


class MenuShown(Struct, frozen=True, kw_only=True):
    """A menu."""

    name: str
    title: str
    numbers: list[str]
    language: str
    notice: bool
    prompt_en: str
    prompt_zh: str
    keys: dict[str, MenuKeyChoice]
    wait_s: int
    tries: int
    otherwise: MenuKeyChoice
    windows: list[LineHours]
    zone: str
    closed: MenuKeyChoice
    enabled: bool
    open_now: bool
    version: int


class NewMenu(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A menu to be made."""

    name: MenuName
    title: MenuTitle = ""
    numbers: MenuNumbers = []
    language: SpokenLanguageName = "en"
    notice: bool = False
    prompt_en: MenuPrompt = ""
    prompt_zh: MenuPrompt = ""
    keys: MenuKeyMap = {}
    wait_s: MenuWait = 5
    tries: MenuTries = 3
    otherwise: MenuKeyChoice = MenuKeyChoice()
    windows: LineHoursList = []
    zone: ZoneName = "UTC"
    closed: MenuKeyChoice = MenuKeyChoice(action=MenuAction.HANG_UP)
    enabled: bool = True


class MenuChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a menu; what is left out stays."""

    title: MenuTitle | UnsetType = UNSET
    numbers: MenuNumbers | UnsetType = UNSET
    language: SpokenLanguageName | UnsetType = UNSET
    notice: bool | UnsetType = UNSET
    prompt_en: MenuPrompt | UnsetType = UNSET
    prompt_zh: MenuPrompt | UnsetType = UNSET
    keys: MenuKeyMap | UnsetType = UNSET
    wait_s: MenuWait | UnsetType = UNSET
    tries: MenuTries | UnsetType = UNSET
    otherwise: MenuKeyChoice | UnsetType = UNSET
    windows: LineHoursList | UnsetType = UNSET
    zone: ZoneName | UnsetType = UNSET
    closed: MenuKeyChoice | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


def _shown(ask: Ask, menu: Menu) -> MenuShown:
    plain = msgspec.to_builtins(menu)
    plain["windows"] = [
        {"days": sorted(one.days), "start": f"{one.start:%H:%M}", "end": f"{one.end:%H:%M}"} for one in menu.windows
    ]
    return msgspec.convert({**plain, "open_now": menu.open_at(ask.house.clock.now())}, MenuShown)


def _choice(given: MenuKeyChoice) -> MenuChoice:
    return MenuChoice(**msgspec.structs.asdict(given))


def _fields(body: NewMenu | MenuChange) -> dict[str, Any]:
    given = {name: value for name in body.__struct_fields__ if (value := getattr(body, name)) is not UNSET}
    if "numbers" in given:
        given["numbers"] = tuple(given["numbers"])
    if "keys" in given:
        given["keys"] = {key: _choice(choice) for key, choice in given["keys"].items()}
    for name in {"otherwise", "closed"} & given.keys():
        given[name] = _choice(given[name])
    if "windows" in given:
        plain = [msgspec.structs.asdict(one) for one in given["windows"]]
        given["windows"] = msgspec.convert([_times(one) for one in plain], tuple[LineWindow, ...])
    return given


def _times(window: dict[str, Any]) -> dict[str, Any]:
    return {**window, "start": f"{window['start']}:00", "end": f"{window['end']}:00"}


@routes.get("/menus", right=Right.TRUNKS)
async def list_menus(ask: Ask) -> list[MenuShown]:
    """Return all menus, by name."""
    return [_shown(ask, menu) for menu in ask.house.asking.menus]


@routes.post("/menus", right=Right.TRUNKS, status=201)
async def create_menu(ask: Ask, body: NewMenu) -> MenuShown:
    """Make a menu; callers of its numbers are led through it from the next call on."""
    return _shown(ask, await ask.house.asking.menus.add(Menu(**_fields(body)), ask.by))


@routes.get("/menus/{name}", right=Right.TRUNKS)
async def read_menu(ask: Ask, name: str) -> MenuShown:
    """Return one menu."""
    return _shown(ask, ask.house.asking.menus.get(name))


@routes.patch("/menus/{name}", right=Right.TRUNKS)
async def change_menu(ask: Ask, name: str, body: MenuChange) -> MenuShown:
    """Change a menu; it counts from the next key on."""
    return _shown(ask, await ask.house.asking.menus.change(name, ask.if_match(), _fields(body), ask.by))


@routes.delete("/menus/{name}", right=Right.TRUNKS)
async def remove_menu(ask: Ask, name: str) -> None:
    """Take a menu away that no other leads to; callers of its numbers wait for an agent at once."""
    await ask.house.asking.menus.remove(name, ask.if_match(), ask.by)
