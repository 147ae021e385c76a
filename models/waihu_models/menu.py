"""Menus: what callers are asked before they wait for an agent, and what each key leads to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from waihu_models.line_group import LineWindow, open_at

MENU_KEYS = "0123456789*"
"""What can be a key of a menu; # ends what somebody types, and is none."""
ASKED_IN = "menu:"
"""How ``Call.asks`` begins where a menu is meant; its name follows."""
ASKED_ONCE_MET = "met:"
"""The same, while it is not known yet that there is a person to be asked: a called one who has not answered."""


class MenuAction(StrEnum):
    """What a choice leads to."""

    QUEUE = "queue"  # wait for an agent
    MENU = "menu"  # the next menu
    AGAIN = "again"  # this menu once more, for instance in another language
    HANG_UP = "hang_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuChoice:
    """What a key, or its lack, leads to.

    Attributes:
        to: The name of the next menu, or of a queue; "": the queue of those who chose none.
        language: zh or en, of all that is said from then on; "": as before.
        business_type: What the call is about, for routing rules; "": as before.
        say_en, say_zh: Said before; "": nothing.
        disposition: Code of a standard disposition that a call ended by this choice has, as if an agent had judged it:
            ``do_not_call``, ``refused``; "": none.
    """

    action: MenuAction = MenuAction.QUEUE
    to: str = ""
    language: str = ""
    business_type: str = ""
    say_en: str = ""
    say_zh: str = ""
    disposition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """One menu. Prompts are texts; they are spoken in the caller's language.

    Attributes:
        name: Small letters, digits and _.
        title: As people call it.
        numbers: Dialled numbers of ours whose callers begin here, as their carrier sends them.
        language: zh or en, until a choice says another.
        notice: Callers who begin here are told first that the call is recorded.
        prompt_en, prompt_zh: What is said; a language without a prompt cannot be chosen.
        keys: Key -> what it leads to.
        wait_s: How long a key is waited for after the prompt, 1..30.
        tries: How often the prompt is said to who presses nothing, or a wrong key, 1..5.
        otherwise: What follows then; also where nothing can be said.
        windows, zone: When it is open, in the time of a zone; no window: always.
        closed: What callers meet at other times.
    """

    name: str
    title: str = ""
    numbers: tuple[str, ...] = ()
    language: str = "en"
    notice: bool = False
    prompt_en: str = ""
    prompt_zh: str = ""
    keys: Mapping[str, MenuChoice] = field(default_factory=dict)
    wait_s: int = 5
    tries: int = 3
    otherwise: MenuChoice = MenuChoice()
    windows: tuple[LineWindow, ...] = ()
    zone: str = "UTC"
    closed: MenuChoice = MenuChoice(action=MenuAction.HANG_UP)
    enabled: bool = True
    version: int = 1

    def prompt(self, language: str) -> str:
        """Return what is said in a language."""
        return self.prompt_zh if language == "zh" else self.prompt_en

    def open_at(self, now: datetime) -> bool:
        """Say whether it is open at a moment."""
        return open_at(self.windows, self.zone, now)

    def choices(self) -> tuple[MenuChoice, ...]:
        """Return everything it may lead to."""
        return (*self.keys.values(), self.otherwise, self.closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What somebody chose by keys before an agent was looked for.

    Attributes:
        queue: Name of a queue; "": none was named.
        language, business_type: As the choices said; "": they did not.
        path: Each menu with the key that was pressed in it, ``main:1``; ``main:-``: none was.
    """

    queue: str = ""
    language: str = ""
    business_type: str = ""
    path: tuple[str, ...] = ()
