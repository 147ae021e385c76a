"""The tally of one leg: looks at its sound, added up to what is kept when it is over."""

from datetime import datetime

from waihu_models.call import Call
from waihu_models.ids import AgentId, LegId
from waihu_models.media import (
    CameInBroken,
    LegQuality,
    LegSide,
    MediaCounts,
    MediaFigures,
    figures_between,
    share_of,
)

_MEANS = ("jitter_in_ms", "jitter_out_ms", "mos")
FEW_PACKETS = 50
"""Fewer than a second's worth at the end of a leg say nothing of how it sounded."""


class LegTally:
    """Adds up looks.

    Args:
        first: What had been counted when the call began; None: the first look will say.
    """

    def __init__(self, first: MediaCounts | None) -> None:
        self._was = first
        self._sums = dict.fromkeys(_MEANS, 0.0)
        self._worst = {"loss_in_ratio": 0.0, "loss_out_ratio": 0.0, "jitter_in_ms": 0.0, "jitter_out_ms": 0.0}
        self._mos_worst = 5.0
        self._round_trips: tuple[int, float, float] = (0, 0.0, 0.0)  # how many, together, the longest
        self._packets = [0, 0, 0, 0]  # received, lost on the way here; sent and lost on the way there
        self._other = CameInBroken()  # on the other leg
        self.looks = self.bad_looks = self.bad_in_a_row = 0

    @property
    def came_in(self) -> CameInBroken:
        """The worst of what came in on this leg, which goes out on the other one."""
        return CameInBroken(self._worst["loss_in_ratio"], self._worst["jitter_in_ms"])

    def take(self, counts: MediaCounts, other: CameInBroken) -> MediaFigures | None:
        """Add a look; return how the leg sounded since the one before, None where that cannot be said."""
        was, self._was = self._was, counts
        if was is None:
            return None
        if other.loss_ratio > self._other.loss_ratio:  # known a report late, and not any more when that leg is gone
            self._other = other
        figures = figures_between(was, counts, self._other)
        since = MediaCounts() if counts.begun_anew(was) else was
        if figures is None:
            return None
        self._count(since, counts)
        if self.looks and counts.received - since.received < FEW_PACKETS and counts.sent - since.sent < FEW_PACKETS:
            return None
        self._add(figures)
        return figures

    def _count(self, was: MediaCounts, now: MediaCounts) -> None:
        more = (
            now.received - was.received,
            now.received_lost - was.received_lost,
            now.sent - was.sent,
            now.sent_lost - was.sent_lost,
        )
        self._packets = [have + max(0, new) for have, new in zip(self._packets, more, strict=True)]

    def _add(self, figures: MediaFigures) -> None:
        self.looks += 1
        self.bad_looks += figures.bad
        self.bad_in_a_row = self.bad_in_a_row + 1 if figures.bad else 0
        for name in _MEANS:
            self._sums[name] += getattr(figures, name)
        for name in self._worst:
            self._worst[name] = max(self._worst[name], getattr(figures, name))
        self._mos_worst = min(self._mos_worst, figures.mos)
        if figures.round_trip_ms is not None:
            count, together, longest = self._round_trips
            self._round_trips = (
                count + 1,
                together + figures.round_trip_ms,
                max(longest, figures.round_trip_ms),
            )

    def quality(
        self, call: Call, leg_id: LegId, side: LegSide, agent_id: AgentId | None, at: datetime
    ) -> LegQuality | None:
        """Return how the leg sounded as a whole, None if it was never seen."""
        if not self.looks:
            return None
        received, lost_in, sent, lost_out = self._packets
        round_trips, together, longest = self._round_trips
        return LegQuality(
            call_id=call.id, leg_id=leg_id, side=side, trunk=call.trunk, agent_id=agent_id, at=at,
            looks=self.looks, bad_looks=self.bad_looks,
            loss_in_ratio=share_of(lost_in, received), loss_in_worst_ratio=self._worst["loss_in_ratio"],
            loss_out_ratio=self._other.of(share_of(lost_out, sent - lost_out)),
            loss_out_worst_ratio=self._worst["loss_out_ratio"],
            jitter_in_ms=self._sums["jitter_in_ms"] / self.looks, jitter_in_worst_ms=self._worst["jitter_in_ms"],
            jitter_out_ms=self._sums["jitter_out_ms"] / self.looks, jitter_out_worst_ms=self._worst["jitter_out_ms"],
            round_trip_ms=together / round_trips if round_trips else None,
            round_trip_worst_ms=longest if round_trips else None,
            mos=self._sums["mos"] / self.looks, mos_worst=self._mos_worst,
        )  # fmt: skip
