"""Stretches of speech: when each side of a call spoke, when nobody did, and who spoke into whose words.

Everything counts in seconds from one moment, for both sides. A word's own times are used where it has any; words less
than ``JOIN_S`` apart are one stretch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from waihu_models.transcript import Side, Utterance

JOIN_S = 0.6
BEGUN_S = 0.3
"""Who begins so soon after somebody else does not interrupt: both began at once."""
INTO_S = 0.3
"""So long both speak in an interruption, at least,"""
LEAST_S = 0.8
"""and so long is what interrupts: "mhm" and "yes" are shorter."""


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Somebody speaks; ``utterance_id`` is what it begins in."""

    start_s: float
    end_s: float
    utterance_id: str = ""

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s


def stretches(said: Iterable[Utterance], side: Side, zero_at: datetime) -> list[Stretch]:
    """Return when a side spoke, by time, in seconds from a moment."""
    made: list[Stretch] = []
    for piece in sorted(_pieces(said, side, zero_at)):
        if made and piece.start_s - made[-1].end_s < JOIN_S:
            last = made[-1]
            made[-1] = Stretch(last.start_s, max(last.end_s, piece.end_s), last.utterance_id)
        else:
            made.append(piece)
    return made


def _pieces(said: Iterable[Utterance], side: Side, zero_at: datetime) -> Iterable[Stretch]:
    for one in said:
        if one.side is not side:
            continue
        shift_s = (one.at - zero_at).total_seconds() - one.start_s
        spans = [(word.start_s, word.end_s) for word in one.words] or [(one.start_s, one.end_s)]
        for start_s, end_s in spans:
            if end_s > start_s:
                yield Stretch(start_s + shift_s, end_s + shift_s, one.id)


def speech_s(spoken: Iterable[Stretch]) -> float:
    """Return how long somebody spoke in all."""
    return sum(one.length_s for one in spoken)


def overlap_s(ones: Sequence[Stretch], others: Sequence[Stretch]) -> float:
    """Return how long both spoke at once; each list is by time and has no overlaps of its own."""
    total = 0.0
    i = j = 0
    while i < len(ones) and j < len(others):
        one, other = ones[i], others[j]
        total += max(0.0, min(one.end_s, other.end_s) - max(one.start_s, other.start_s))
        if one.end_s < other.end_s:
            i += 1
        else:
            j += 1
    return total


def interruptions(by: Sequence[Stretch], of: Sequence[Stretch]) -> list[Stretch]:
    """Return what was begun while the other one spoke, and went on into the other's words."""
    return [one for one in by if one.length_s >= LEAST_S and any(_into(one, other) for other in of)]


def _into(one: Stretch, other: Stretch) -> bool:
    begun = other.start_s + BEGUN_S <= one.start_s < other.end_s
    return begun and min(one.end_s, other.end_s) - one.start_s >= INTO_S


def silences(spoken: Iterable[Stretch], until_s: float) -> list[Stretch]:
    """Return when nobody spoke, from 0 until the end, in the stretches of everybody."""
    made, reached_s = [], 0.0
    for one in sorted(spoken):
        if one.start_s > reached_s:
            made.append(Stretch(reached_s, min(one.start_s, until_s)))
        reached_s = max(reached_s, one.end_s)
        if reached_s >= until_s:
            return made
    if until_s > reached_s:
        made.append(Stretch(reached_s, until_s))
    return made


def within(spoken: Iterable[Stretch], begin_s: float, end_s: float) -> list[Stretch]:
    """Return stretches cut to a window."""
    cut = (Stretch(max(one.start_s, begin_s), min(one.end_s, end_s), one.utterance_id) for one in spoken)
    return [one for one in cut if one.end_s > one.start_s]
