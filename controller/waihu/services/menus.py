"""Menus: those of the store, checked before they are changed."""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from waihu.store import menus as stored
from waihu.store.audit import By
from waihu.store.campaigns import campaigns
from waihu.store.store import Store
from waihu_models.campaign import CampaignState
from waihu_models.disposition import STANDARD
from waihu_models.errors import BadField, Conflict, NotFound, Stale, StoreError
from waihu_models.menu import MENU_KEYS, Menu, MenuAction, MenuChoice

log = structlog.get_logger()

MOST = 100
MOST_NUMBERS = 100
LONGEST_PROMPT = 400  # characters; with a notice and what was said before it is still one sound
FOLLOW_S = 2.0
_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,31}", re.ASCII)
_QUEUE = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,39})?", re.ASCII)
_NUMBER = re.compile(r"[+0-9A-Za-z_.*#-]{1,40}", re.ASCII)
_LANGUAGES = ("en", "zh")


class Menus:
    """Keeps the menus."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._menus: dict[str, Menu] = {}
        self._first: dict[str, str] = {}  # by number
        self._one_at_a_time = asyncio.Lock()

    def __iter__(self) -> Iterator[Menu]:
        """Iterate over all menus, by name."""
        return iter([self._menus[name] for name in sorted(self._menus)])

    def by_name(self) -> Mapping[str, Menu]:
        """Return all menus."""
        return self._menus

    def get(self, name: str) -> Menu:
        """Return a menu.

        Raises:
            NotFound: there is none of this name.
        """
        if name not in self._menus:
            raise NotFound(f"there is no menu {name!r}")
        return self._menus[name]

    def first_of(self, dialled: str) -> str:
        """Return the name of the menu in which callers of a number of ours begin; "": none."""
        return self._first.get(_plain(dialled), "")

    async def leading_to(self, queue: str) -> list[str]:
        """Return what leads to a queue, in words: ``menu main``."""
        return leading_menus(self, queue)

    async def load(self) -> None:
        """Read the menus of the store.

        Raises:
            StoreError: what was known before still counts.
        """
        self._take({menu.name: menu for menu in await stored.menus(self._store)})

    async def follow(self) -> None:
        """Keep to what commands do beside this program, until cancelled."""
        while True:
            await asyncio.sleep(FOLLOW_S)
            async with self._one_at_a_time:
                try:
                    await self.load()
                except StoreError as error:
                    log.warning("menus_not_read", problem=str(error))

    def _take(self, menus: Mapping[str, Menu]) -> None:
        self._menus = dict(menus)
        self._first = {_plain(number): menu.name for menu in self if menu.enabled for number in menu.numbers}

    async def add(self, menu: Menu, by: By) -> Menu:
        """Make a menu.

        Raises:
            BadField: a value is wrong.
            Conflict: the name or a number is taken, or there are too many.
        """
        async with self._one_at_a_time:
            check_menu(menu, self._menus)
            await stored.add_menu(self._store, menu, by)
            self._take({**self._menus, menu.name: menu})
        return menu

    async def change(self, name: str, version: int, changes: Mapping[str, Any], by: By) -> Menu:
        """Change fields of a menu; who is in it meanwhile is led on by the new one.

        Raises:
            NotFound: there is none.
            Stale: it was changed meanwhile.
            BadField: a value is wrong.
            Conflict: a number is taken, or it is to be switched off while people of a campaign are led through it.
        """
        async with self._one_at_a_time:
            was = self.get(name)
            if was.version != version:
                raise Stale(f"menu {name!r}", {}, was.version)
            menu = replace(was, **changes)
            check_menu(menu, {other: one for other, one in self._menus.items() if other != name})
            if was.enabled and not menu.enabled:
                await check_unused(self._store, name)
            await stored.change_menu(self._store, menu, by)
            menu = replace(menu, version=version + 1)
            self._take({**self._menus, name: menu})
        return menu

    async def remove(self, name: str, version: int, by: By) -> None:
        """Take a menu away.

        Raises:
            NotFound: there is none.
            Stale: it was changed meanwhile.
            Conflict: another menu leads to it, or people of a campaign are led through it.
        """
        async with self._one_at_a_time:
            self.get(name)
            users = [
                menu.name for menu in self if menu.name != name and any(_leads_to(c, name) for c in menu.choices())
            ]
            if users:
                raise Conflict(f"menu {name!r} is led to by {', '.join(users[:5])}: change those first")
            await check_unused(self._store, name)
            await stored.drop_menu(self._store, name, version, by)
            self._take({other: menu for other, menu in self._menus.items() if other != name})


async def check_unused(store: Store, name: str) -> None:
    """Refuse to take away what people whom a campaign calls are led through: all of them would wait for agents.

    Raises:
        Conflict: names the campaigns.
    """
    users = [one.name for one in await campaigns(store) if one.menu == name and one.state is not CampaignState.FINISHED]
    if users:
        raise Conflict(
            f"people called by campaign {', '.join(users[:5])} are led through menu {name!r}: change that first"
        )


def leading_menus(menus: Iterable[Menu], queue: str) -> list[str]:
    """Return which menus lead to a queue, in words: ``menu main``."""
    return [f"menu {m.name}" for m in menus if any(c.action is MenuAction.QUEUE and c.to == queue for c in m.choices())]


def _plain(number: str) -> str:
    return number.removeprefix("+")  # carriers send either


def _leads_to(choice: MenuChoice, name: str) -> bool:
    return choice.action is MenuAction.MENU and choice.to == name


def check_menu(menu: Menu, others: Mapping[str, Menu]) -> None:
    """Refuse what could not be used.

    Args:
        menu: A new one, or one as it is to become.
        others: Those there are beside it.

    Raises:
        BadField: with the path of the first field that is wrong.
        Conflict: the name or a number is taken, or there are too many.
    """
    if menu.name in others:
        raise Conflict(f"there is a menu {menu.name!r} already")
    if len(others) >= MOST:
        raise Conflict(f"there may be {MOST} menus")
    wrong: dict[str, tuple[Callable[[], bool], str]] = {
        "name": (lambda: not _NAME.fullmatch(menu.name), "up to 32 small letters, digits and _"),
        "numbers": (
            lambda: len(menu.numbers) > MOST_NUMBERS or not all(map(_NUMBER.fullmatch, menu.numbers)),
            f"numbers as the carrier sends them, {MOST_NUMBERS} at most",
        ),
        "language": (lambda: menu.language not in _LANGUAGES, "en or zh"),
        "prompt_en": (lambda: len(menu.prompt_en) > LONGEST_PROMPT, f"{LONGEST_PROMPT} characters at most"),
        "prompt_zh": (lambda: len(menu.prompt_zh) > LONGEST_PROMPT, f"{LONGEST_PROMPT} characters at most"),
        "keys": (
            lambda: any(len(key) != 1 or key not in MENU_KEYS for key in menu.keys),
            "a key is one of 0 to 9 and *",
        ),
        "wait_s": (lambda: not 1 <= menu.wait_s <= 30, "it has to lie in 1..30"),
        "tries": (lambda: not 1 <= menu.tries <= 5, "it has to lie in 1..5"),
        "windows": (lambda: any(not w.days or w.start == w.end for w in menu.windows), "each has days, and an end"),
        "zone": (lambda: not _is_zone(menu.zone), "no time zone: Europe/London, Asia/Shanghai …"),
    }
    for name, (is_wrong, problem) in wrong.items():
        if is_wrong():
            raise BadField(f"$.{name}", problem)
    for key, choice in (*menu.keys.items(), ("otherwise", menu.otherwise), ("closed", menu.closed)):
        _check_choice(f"$.keys.{key}" if key in menu.keys else f"$.{key}", choice, {menu.name, *others})
    _check_numbers(menu, others)


def _check_choice(path: str, choice: MenuChoice, names: set[str]) -> None:
    if choice.language not in ("", *_LANGUAGES):
        raise BadField(f"{path}.language", "en or zh")
    if choice.action is MenuAction.MENU and choice.to not in names:
        raise BadField(f"{path}.to", "there is no menu of this name")
    if choice.disposition and choice.action is not MenuAction.HANG_UP:
        raise BadField(
            f"{path}.disposition", "only a call that is hung up has one by a key: otherwise the agent judges"
        )
    if choice.disposition and choice.disposition not in STANDARD:
        raise BadField(f"{path}.disposition", f"one of {', '.join(STANDARD)}")
    if not _QUEUE.fullmatch(choice.to):
        raise BadField(f"{path}.to", "up to 40 letters, digits, - and _")
    if max(len(choice.say_en), len(choice.say_zh)) > LONGEST_PROMPT // 2 or len(choice.business_type) > 64:
        raise BadField(path, f"what is said has {LONGEST_PROMPT // 2} characters at most, a business type 64")


def _check_numbers(menu: Menu, others: Mapping[str, Menu]) -> None:
    taken = {_plain(number): other.name for other in others.values() for number in other.numbers}
    for number in menu.numbers:
        if _plain(number) in taken:
            raise Conflict(f"callers of {number} begin in menu {taken[_plain(number)]!r} already")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
