"""Rule packs: what a law, a regulator or a carrier asks of whoever calls, as values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import TypeAlias

DAY_S = 86_400.0
LONGEST_S = 31 * DAY_S
"""How far back calls to a number are looked at: no cap and no lock-out may reach further."""
LIFETIME_S = 36_525 * DAY_S
"""A campaign's own cap over so long a span is for ever."""
DROP_WINDOW_S = 30 * DAY_S
"""Over what the drop rate is counted where no pack says it."""

Window: TypeAlias = tuple[time, time]
Week: TypeAlias = tuple[tuple[Window, ...], ...]
ANY_TIME: Week = (((time.min, time.max),),) * 7


class ConsentRule(StrEnum):
    """What is needed of a customer's word; the later is the stricter."""

    NONE = "none"  # the rules do not speak of it
    OPT_OUT = "opt_out"  # allowed until refused
    OPT_IN = "opt_in"  # refused until allowed


class CountedFrom(StrEnum):
    """From when the wait for an agent counts; the later is the stricter."""

    GREETING = "greeting"  # the end of the greeting, which machine detection listens to
    ANSWER = "answer"  # the moment the phone is picked up


@dataclass(frozen=True, slots=True, order=True)
class Cap:
    """At most ``most`` calls to one number, of all campaigns together, in any ``within_s`` seconds."""

    within_s: float
    most: int


@dataclass(frozen=True, slots=True, order=True)
class DropLimit:
    """Of the live answers of any ``window_s`` seconds at most this share may be abandoned."""

    window_s: float
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is asked; the defaults ask nothing."""

    version: str = ""  # the packs it comes from: "us-federal@2026.1+us-florida@2026.1"
    week: Week = ANY_TIME  # for each weekday (0 = Monday) when the callee may be called, in their own time
    closed_on: frozenset[date] = frozenset()  # days on which nobody is called, where the callee is
    zone: str | None = None  # for callees of whom no time zone is known
    caps: tuple[Cap, ...] = ()
    ring_min_s: int = 0  # no unanswered call is ended before
    drop_limits: tuple[DropLimit, ...] = ()  # each over its own window: keeping the shortest alone may break another
    agent_within_s: float | None = None  # later is a drop
    counted_from: CountedFrom = CountedFrom.GREETING
    redial_lockout_s: float = 0.0  # after a drop
    redial_with_agent: bool = True  # except by a call for which an agent is kept free
    call_consent: ConsentRule = ConsentRule.NONE
    record_consent: ConsentRule = ConsentRule.NONE
    message: str = ""  # what an abandoned person hears; "" = the campaign's own

    @property
    def drop_limit_ratio(self) -> float:
        """Return the lowest share of live answers that may be abandoned; 1 where nobody limits it."""
        return min((limit.ratio for limit in self.drop_limits), default=1.0)

    @property
    def drop_window_s(self) -> float:
        """Return the shortest span over which a share is counted."""
        return min((limit.window_s for limit in self.drop_limits), default=DROP_WINDOW_S)


NO_RULES = Rules()


@dataclass(frozen=True, slots=True)
class RulePack:
    """A named and versioned set of rules, with the text it was read from as evidence."""

    name: str
    number: str  # of the version
    title: str
    rules: Rules
    text: str

    @property
    def version(self) -> str:
        """Name and number, as calls keep them."""
        return f"{self.name}@{self.number}"


def meeting(one: Week, other: Week) -> Week:
    """Return the hours that lie in both weeks."""
    return tuple(tuple(_both(day, also)) for day, also in zip(one, other, strict=True))


def _both(day: Iterable[Window], also: Iterable[Window]) -> Iterable[Window]:
    others = tuple(also)
    pairs = ((max(a, c), min(b, d)) for a, b in day for c, d in others)
    return sorted({(start, end) for start, end in pairs if start < end})
