"""Tension indicators of one call: how each side speaks, and when that changes markedly from its own baseline.

The baseline is the first part of the call itself: people, languages and lines differ more from each other than anybody
does from their own beginning. Figures, not feelings; nothing is decided by them.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from waihu.speech.stretches import Stretch, interruptions, overlap_s, silences, speech_s, within
from waihu_models.tension import Measure
from waihu_models.transcript import Side

SPOKEN_S = 0.3
"""A second with less speech in it says nothing of level and pitch."""
COOL_DOWN_S = 60.0
"""A measure of a side is not marked again for so long."""
WINDOW_S = 30.0
"""What both sides do together is looked at over so long, beside all of the call before it."""
SHORTEST_S = 60.0
"""Of a call before a window of it can be told from the rest."""
LEAST_WORDS = 3
_DEVIATIONS = 3.0
_TO_SIGMA = 1.4826  # median absolute deviation of a normal distribution


class Limit(NamedTuple):
    """When a measure of one side has changed markedly.

    Attributes:
        baseline: So many samples make the baseline.
        recent: The median of so many counts as now.
        least: Change that matters; in the measure's unit, or a ratio of the baseline.
        relative: ``least`` is such a ratio.
        spread: Smallest spread that is believed, in the same terms.
    """

    baseline: int
    recent: int
    least: float
    relative: bool
    spread: float


LIMITS = {
    Measure.LEVEL: Limit(baseline=15, recent=5, least=6.0, relative=False, spread=1.5),  # dB: twice the pressure
    Measure.PITCH: Limit(baseline=15, recent=5, least=0.2, relative=True, spread=0.04),  # three semitones
    Measure.SPEECH_RATE: Limit(baseline=4, recent=3, least=0.35, relative=True, spread=0.08),
}
TOGETHER = {Measure.SILENCE: 0.4, Measure.OVERLAP: 0.2, Measure.INTERRUPTIONS: 4.0, Measure.TALK_RATIO: 0.4}
"""How much more, or less, a window has to have of what both sides do: shares, and times a minute."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A measure of a side changed: its present value, and what it was at first."""

    side: Side
    measure: Measure
    value: float
    baseline: float


@dataclass(frozen=True, slots=True)
class Overall:
    """A measure of a side over the whole call."""

    side: Side
    measure: Measure
    value: float
    baseline: float | None
    samples: int


@dataclass(slots=True)
class _Series:
    """What was measured of one side."""

    limit: Limit
    all: list[float] = field(default_factory=list)
    recent: deque[float] = field(default_factory=deque)

    def add(self, value: float) -> float | None:
        """Take in a value; returns the present one when it is far from the baseline."""
        self.all.append(value)
        self.recent.append(value)
        if len(self.recent) > self.limit.recent:
            self.recent.popleft()
        baseline = self.baseline
        if baseline is None or len(self.all) < self.limit.baseline + self.limit.recent:
            return None
        now = median(self.recent)
        unit = abs(baseline) if self.limit.relative else 1.0
        first = self.all[: self.limit.baseline]
        spread = _TO_SIGMA * median(abs(one - baseline) for one in first)
        far = max(self.limit.least * unit, _DEVIATIONS * max(spread, self.limit.spread * unit))
        return now if abs(now - baseline) >= far else None

    @property
    def baseline(self) -> float | None:
        """Median of the first samples; None while there are too few."""
        first = self.all[: self.limit.baseline]
        return median(first) if len(first) == self.limit.baseline else None


class Tension:
    """The indicators of one call, as it goes on. All moments are seconds from one zero, for both sides."""

    def __init__(self) -> None:
        self._series = {(side, kind): _Series(limit) for side in Side for kind, limit in LIMITS.items()}
        self._spoken: dict[Side, list[Stretch]] = {side: [] for side in Side}
        self._quiet_until: dict[tuple[Side, Measure], float] = {}

    def sounded(self, side: Side, at_s: float, spoken_s: float, level_db: float, pitch_hz: float) -> list[Marked]:
        """Take in how the second before a moment sounded; returns what has changed."""
        if spoken_s < SPOKEN_S:
            return []
        marks = self._added(side, Measure.LEVEL, level_db, at_s)
        return marks + (self._added(side, Measure.PITCH, pitch_hz, at_s) if pitch_hz > 0 else [])

    def said(self, side: Side, spoken: Iterable[Stretch], words: int) -> list[Marked]:
        """Take in an utterance: its stretches of speech, and its words (Chinese: characters)."""
        stretches = sorted(spoken)
        if not stretches:
            return []
        end_s, length_s = stretches[-1].end_s, speech_s(stretches)
        marks: list[Marked] = []
        if words >= LEAST_WORDS and length_s > 0:
            marks = self._added(side, Measure.SPEECH_RATE, 60 * words / length_s, end_s)
        mine = self._spoken[side]
        mine += stretches
        mine.sort()
        return marks + self._together(side, end_s)

    def overall(self, length_s: float) -> list[Overall]:
        """Return every measure of a call that is over, of those sides of which there are any."""
        made = [
            Overall(side, kind, round(median(series.all), 3), _rounded(series.baseline), len(series.all))
            for (side, kind), series in self._series.items()
            if series.all
        ]
        if any(self._spoken.values()) and length_s > 0:
            made += [
                Overall(side, kind, round(value, 3), None, len(self._spoken[side]))
                for side in Side
                for kind, value in self._shares(side, 0.0, length_s).items()
            ]
        return made

    # ----------------------------------------------------------------------------------------------------------------

    def _added(self, side: Side, kind: Measure, value: float, at_s: float) -> list[Marked]:
        series = self._series[side, kind]
        now = series.add(value)
        if now is None or series.baseline is None:
            return []
        return self._mark(Marked(side, kind, round(now, 2), round(series.baseline, 2)), at_s)

    def _together(self, side: Side, now_s: float) -> list[Marked]:
        if now_s < SHORTEST_S + WINDOW_S:
            return []
        before = self._shares(side, 0.0, now_s - WINDOW_S)
        now = self._shares(side, now_s - WINDOW_S, now_s)
        marks: list[Marked] = []
        for kind, least in TOGETHER.items():
            if abs(now[kind] - before[kind]) >= least:
                marks += self._mark(Marked(side, kind, round(now[kind], 3), round(before[kind], 3)), now_s)
        return marks

    def _mark(self, mark: Marked, at_s: float) -> list[Marked]:
        key = mark.side, mark.measure
        if at_s < self._quiet_until.get(key, 0.0):
            return []
        self._quiet_until[key] = at_s + COOL_DOWN_S
        return [mark]

    def _shares(self, side: Side, begin_s: float, end_s: float) -> dict[Measure, float]:
        other = next(one for one in Side if one is not side)
        ones, others = (within(self._spoken[one], begin_s, end_s) for one in (side, other))
        length_s, own_s, all_s = end_s - begin_s, speech_s(ones), speech_s(ones) + speech_s(others)
        shifted = [Stretch(one.start_s - begin_s, one.end_s - begin_s) for one in (*ones, *others)]
        return {
            Measure.SILENCE: speech_s(silences(shifted, length_s)) / length_s,
            Measure.OVERLAP: overlap_s(ones, others) / length_s,
            Measure.INTERRUPTIONS: 60 * len(interruptions(ones, others)) / length_s,
            Measure.TALK_RATIO: own_s / all_s if all_s > 0 else 0.0,
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
