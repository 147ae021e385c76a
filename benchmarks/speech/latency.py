"""From speech to text: which report belongs to which phrase, and how late it came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ground import Run, finals, partials
from talk import Phrase

NEAR_S = 0.6
"""So far from where it was spoken an utterance may end, by its words."""


@dataclass(frozen=True, slots=True)
class Late:
    """Seconds: of finals from the end of a phrase, of first partials from the end of its first word."""

    finals_s: list[float]
    partials_s: list[float]
    spoken: int

    @property
    def found(self) -> float:
        """Share of phrases that a final belongs to."""
        return len(self.finals_s) / max(1, self.spoken)


def late(run: Run, phrases: Sequence[Phrase], loop_s: float, offset_s: float) -> Late:
    """Compare what was said with what was spoken."""
    spoken = {
        name: list(_spoken(phrases, loop_s, number * offset_s, run.seconds)) for number, name in enumerate(run.began_s)
    }
    finals_s, partials_s = list[float](), list[float]()
    first = {(name, said.n): at for name, at, said in reversed(partials(run)) if said.text}
    for name, at, said in finals(run):
        phrase = next((one for one in spoken.get(name, ()) if abs(one[2] - said.end_s) < NEAR_S), None)
        if phrase is None:
            continue
        began_s = run.began_s[name]
        finals_s.append(at - began_s - phrase[2])
        if (name, said.n) in first and abs(phrase[0] - said.start_s) < NEAR_S:
            partials_s.append(first[name, said.n] - began_s - phrase[1])
    return Late(finals_s, partials_s, sum(map(len, spoken.values())))


def _spoken(
    phrases: Sequence[Phrase], loop_s: float, offset_s: float, until_s: float
) -> Iterator[tuple[float, float, float]]:
    """Yield begin, end of the first word and end of every phrase, in seconds of a stream that begins at an offset."""
    shift_s = -(offset_s % loop_s)
    while shift_s < until_s:
        for one in phrases:
            if one.begin_s + shift_s >= 0 and one.end_s + shift_s < until_s - 2.0:
                yield one.begin_s + shift_s, one.first_word_s + shift_s, one.end_s + shift_s
        shift_s += loop_s


def percentiles(values: Sequence[float]) -> str:
    """Return p50, p95 and p99 in milliseconds, as cells of a table."""
    if not values:
        return "– | – | –"
    ordered = sorted(values)
    found = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95, 0.99))
    return " | ".join(f"{1000 * one:.0f}" for one in found)
