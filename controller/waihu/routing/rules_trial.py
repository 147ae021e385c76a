"""A trial: where a sample of calls would go under a draft, beside where they go under the live table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from waihu.routing.rules_decide import Router
from waihu_models.call_facts import CallFacts, RouteDecision, RouteKind

MOST_SHOWN = 200
"""Calls that would go elsewhere are all counted; so many are shown."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A call that would go elsewhere: its place in the sample, and both decisions."""

    place: int
    live: RouteDecision
    draft: RouteDecision


@dataclass(frozen=True, slots=True)
class Trial:
    """What a draft would do to a sample.

    Attributes:
        hits: Name of each rule of the draft that is switched on -> how many calls it decides; "": no rule did.
        live_hits: The same of the live table.
    """

    calls: int
    hits: dict[str, int]
    live_hits: dict[str, int]
    moved: int
    shown: tuple[Moved, ...]


def try_out(draft: Router, live: Router, sample: Sequence[CallFacts]) -> Trial:
    """Decide on every call of a sample by both tables."""
    hits, live_hits = _none_yet(draft), _none_yet(live)
    shown: list[Moved] = []
    moved = 0
    for place, facts in enumerate(sample):
        new, old = draft.decide(facts), live.decide(facts)
        hits[new.rule] += 1
        live_hits[old.rule] += 1
        if _goes_to(new, facts) != _goes_to(old, facts):
            moved += 1
            if len(shown) < MOST_SHOWN:
                shown.append(Moved(place, old, new))
    return Trial(len(sample), dict(hits), dict(live_hits), moved, tuple(shown))


def _none_yet(router: Router) -> Counter[str]:
    return Counter({rule.name: 0 for rule in router.index.rules} | {"": 0})


def _goes_to(decision: RouteDecision, facts: CallFacts) -> tuple[RouteKind, str] | None:
    """Return where a call goes; None: an outbound one takes any line of its campaign."""
    if facts.direction == "outbound" and decision.kind is not RouteKind.LINE_GROUP:
        return None
    return decision.kind, decision.target
