"""A caller's way through menus: what is said next, which keys count, where it ends. Pure; it always ends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from waihu.routing import announcements
from waihu_models.menu import Chosen, Menu, MenuAction, MenuChoice

MOST_STEPS = 20
"""Menus one caller is led through, the same one again included; whoever has heard so many waits for an agent."""
NO_KEY = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A menu is said, and one of its keys waited for."""

    menu: Menu
    text: str
    language: str
    chosen: Chosen
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WayEnds:
    """Something, or nothing, is said; then the caller waits for an agent, or is hung up with a disposition."""

    text: str
    language: str
    chosen: Chosen
    hang_up: bool = False
    disposition: str = ""


MenuStep: TypeAlias = Question | WayEnds


def begin(menus: Mapping[str, Menu], name: str, now: datetime, *, recorded: bool = False) -> MenuStep:
    """Return what a caller meets first.

    Args:
        menus: All there are, by name.
        name: Where they begin; an unknown one leads to an agent at once.
        now: Decides which menus are open.
        recorded: The call will be recorded, so the menu's notice is said.
    """
    menu = menus.get(name)
    said = announcements.recording_notice(menu.language) if menu is not None and menu.notice and recorded else ""
    return _enter(menus, name, now, WayEnds(text=said, language=menu.language if menu else "en", chosen=Chosen()), 0)


def answered(menus: Mapping[str, Menu], asked: Question, key: str, now: datetime) -> MenuStep:
    """Return what follows a key; "" or one that is none of the menu's: what follows when nobody chooses."""
    choice = asked.menu.keys.get(key)
    path = (*asked.chosen.path, f"{asked.menu.name}:{key if choice else NO_KEY}")
    so_far = WayEnds(text="", language=asked.language, chosen=replace(asked.chosen, path=path))
    return _follow(menus, asked.menu, choice or asked.menu.otherwise, now, so_far, asked.steps)


def _enter(menus: Mapping[str, Menu], name: str, now: datetime, so_far: WayEnds, steps: int) -> MenuStep:
    menu = menus.get(name)
    if menu is None or not menu.enabled or steps >= MOST_STEPS:
        return so_far
    if not menu.open_at(now):
        closed = menu.closed
        said = closed.say_en or closed.say_zh or closed.action is not MenuAction.HANG_UP
        text = so_far.text if said else _joined(so_far.text, announcements.after_hours(so_far.language))
        return _follow(menus, menu, closed, now, replace(so_far, text=text), steps + 1)
    prompt = menu.prompt(so_far.language)
    if not prompt or not menu.keys:
        return _follow(menus, menu, menu.otherwise, now, so_far, steps + 1)
    return Question(
        menu=menu, text=_joined(so_far.text, prompt), language=so_far.language, chosen=so_far.chosen, steps=steps + 1
    )


def _follow(
    menus: Mapping[str, Menu], menu: Menu, choice: MenuChoice, now: datetime, so_far: WayEnds, steps: int
) -> MenuStep:
    language = choice.language or so_far.language
    chosen = replace(
        so_far.chosen,
        language=choice.language or so_far.chosen.language,
        business_type=choice.business_type or so_far.chosen.business_type,
    )
    text = _joined(so_far.text, choice.say_zh if language == announcements.CHINESE else choice.say_en)
    led = WayEnds(text=text, language=language, chosen=chosen)
    match choice.action:
        case MenuAction.QUEUE:
            return replace(led, chosen=replace(chosen, queue=choice.to))
        case MenuAction.HANG_UP:
            return replace(led, hang_up=True, disposition=choice.disposition)
        case MenuAction.MENU:
            return _enter(menus, choice.to, now, led, steps)
        case MenuAction.AGAIN:
            return _enter(menus, menu.name, now, led, steps)


def _joined(*texts: str) -> str:
    return " ".join(text for text in texts if text)
