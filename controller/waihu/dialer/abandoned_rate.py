"""The rate of abandoned calls: reckoned, held against a limit, and as the United Kingdom wants it estimated."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from waihu_models.campaign import Campaign
from waihu_models.rule_pack import DROP_WINDOW_S, DropLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Calls of a span, counted.

    Attributes:
        live_answers: Answered by a person: put through, abandoned, or gone before the limit was over.
        abandoned: Of these, no agent within the limit.
        to_agents: Put through to an agent, who did not find a machine.
        machines_to_agents: Put through to an agent, who found a machine; no live answers.
        screened_out: Ended because machine detection heard a machine.
    """

    live_answers: int = 0
    abandoned: int = 0
    to_agents: int = 0
    machines_to_agents: int = 0
    screened_out: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(**{name: getattr(self, name) + getattr(other, name) for name in Counted.__slots__})

    @property
    def ratio(self) -> float | None:
        """Return abandoned calls to live answers, None when nobody answered."""
        return self.abandoned / self.live_answers if self.live_answers else None


def exceeded(counted: Counted, limit_ratio: float) -> bool:
    """Say whether more were abandoned than the limit allows."""
    return counted.abandoned > _exact(limit_ratio) * counted.live_answers


def may_still_be_abandoned(counted: Counted, limit_ratio: float) -> int | None:
    """Return how many of the next answers may be abandoned, if all of them were; 0 at or over it, None: any number."""
    limit = _exact(limit_ratio)
    if limit >= 1:
        return None
    # (abandoned + n) / (live_answers + n) <= limit
    return max(0, floor((limit * counted.live_answers - counted.abandoned) / (1 - limit)))


def _exact(ratio: float) -> Fraction:
    """0.07 times 100 is 7, and not a little more."""
    return Fraction(ratio).limit_denominator(1_000_000)


def estimated_ratio(
    abandoned: int, humans: int, machines: int, screened_out: int = 0, mistaken_ratio: float = 0.0
) -> float | None:
    """Return the rate of abandoned calls with estimates of both errors of detection; None when there is nothing.

    Args:
        abandoned: Calls abandoned. Some of them were machines: the same share as of the calls agents got.
        humans: Calls put through to agents who found a person.
        machines: Calls put through to agents who found a machine.
        screened_out: Calls ended as machines by machine detection.
        mistaken_ratio: Share of these that were people, from a test of one's own: they were abandoned, too.
    Source: Ofcom, revised statement of policy on persistent misuse, 2008 and 2010: reasoned estimates of both.
    """
    passed = humans + machines
    people = abandoned * (humans / passed if passed else 1.0) + screened_out * mistaken_ratio
    return people / (humans + people) if humans + people else None


def drop_limits(campaign: Campaign) -> tuple[DropLimit, ...]:
    """Return the limits a campaign under its law is paced by: every window of the law, the lowest share over each.

    The pacer aims at one share, which is the lowest of all: a window with a higher one is held to it as well.
    """
    return tuple(_strict(campaign.law.drop_limits or (DropLimit(DROP_WINDOW_S, 1.0),), campaign.target_drop_ratio))


def _strict(limits: Iterable[DropLimit], own_ratio: float) -> Iterator[DropLimit]:
    return (DropLimit(limit.window_s, min(limit.ratio, own_ratio)) for limit in limits)
