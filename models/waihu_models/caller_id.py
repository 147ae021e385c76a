"""Caller ids: the numbers a company owns, in sets, and how far each may be used.

A number of a set moves between these states::

    active ──answered half as often as the others──▶ quarantined ──its time is over──▶ trial
      ▲  ▲                                                ▲                             │ │
      │  └────────────answered like the others────────────┼─────────────────────────────┘ │
      │                                                   └──────not answered either──────┘
      └──its time is over── rested ◀──a person── any state;  a person's release: ──▶ active
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from waihu_models.phone import E164

CallerIdSetId = NewType("CallerIdSetId", str)


class NumberState(StrEnum):
    """Whether calls are made from a number."""

    ACTIVE = "active"
    RESTED = "rested"  # by a person, until a moment or until released
    QUARANTINED = "quarantined"  # its answer rate has fallen beside the set's other numbers
    TRIAL = "trial"  # after quarantine: a few calls show whether it is answered again


class StateReason(StrEnum):
    """Why a number is in its state; the codes are stored and shown to people."""

    NEW = "new"
    BY_HAND = "by_hand"
    REST_OVER = "rest_over"
    ANSWERS_FELL = "answers_fell"
    QUARANTINE_OVER = "quarantine_over"
    TRIAL_PASSED = "trial_passed"
    TRIAL_FAILED = "trial_failed"


@dataclass(frozen=True, slots=True)
class Tally:
    """Calls of some numbers in some time.

    Attributes:
        dialled: All of them.
        told: Those that tell something of the number: it was answered, or the callee's side let it be.
        answered: By a person.
    """

    dialled: int = 0
    told: int = 0
    answered: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Return the calls of both."""
        return Tally(self.dialled + other.dialled, self.told + other.told, self.answered + other.answered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What the test of a number's answer rate remembers.

    Attributes:
        score: Evidence that the rate has fallen: the logarithm of a likelihood ratio.
        own, others: Calls since the score was last 0, of the number and of the set's others.
        usual: Sums of which the odds of an answer follow that are usual for the number, beside the others' (1: alike).
        pending: The same, of the calls since the score was last 0: they count once it is 0 again.
    """

    score: float = 0.0
    own: Tally = field(default_factory=Tally)
    others: Tally = field(default_factory=Tally)
    usual: tuple[float, float] = (0.0, 0.0)
    pending: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNumber:
    """A number the company owns, in the one set it belongs to."""

    number_e164: E164
    set_id: CallerIdSetId
    owned_since: date  # in the set's zone; not used before
    state: NumberState = NumberState.ACTIVE
    since: datetime  # when it came into this state
    until: datetime | None = None  # None while rested: until a person releases it
    reason: StateReason = StateReason.NEW
    note: str = ""  # a person's words
    watch: Watch = field(default_factory=Watch)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerIdSet:
    """Numbers campaigns call from, and the rules they are used by.

    Attributes:
        zone: IANA name; in its days calls are counted.
        cap_per_day: Calls from one number in a day.
        false_alarm_ratio: At most this share of the quarter hours in which a number is used may end with a quarantine
            that nothing was the cause of.
        quarantine_s: How long a number whose rate has fallen is left alone.
        trial_calls: Calls after which its trial is judged.
        judged_until: Calls dialled before this moment have been looked at.
        numbers: In no particular order.
    """

    id: CallerIdSetId
    name: str
    zone: str
    cap_per_day: int = 100
    false_alarm_ratio: float = 0.001
    quarantine_s: float = 259_200.0
    trial_calls: int = 40
    judged_until: datetime
    numbers: tuple[OwnNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a number has been used."""

    today: int = 0  # calls since the set's day began
    tried: int = 0  # calls since its trial began


@dataclass(frozen=True, slots=True)
class NoCallerId:
    """No number of a set may be used: why, and when one may be again (None: only after a person did something)."""

    reason: str
    again_at: datetime | None = None
