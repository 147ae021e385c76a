"""Admission: how busy an ear is, whether it may take more, and which stream gets less when it cannot follow.

The real-time factor is the processor time this process uses in a second, over its share of the machine's cores. It is
known only for what is heard already; what counts when it is wrong is how far streams are behind.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Protocol

MOST_RATIO = 0.7
WINDOW_S = 5.0
MOST_STREAMS = 400
BEHIND_S = 2.0
"""A stream further behind gets less."""
CAUGHT_UP_S = 0.5
STEP_S = 1.0
"""From one step down to the next: so long it takes to see whether the one before was enough."""
RECOVER_S = 5.0
GIVE_UP_EVERY_S = 0.5
FEW = 10
"""One in so many is given up at a time."""


class Stage(IntEnum):
    """How much is done for a stream."""

    FULL = 0
    NO_PARTIALS = 1
    GATED = 2  # only what is surely speech
    DEFERRED = 3  # not heard any more; transcribed after the call


class Heard(Protocol):
    """A stream as admission sees it."""

    @property
    def behind_s(self) -> float:
        """How much of what came is not recognised."""
        ...

    @property
    def stage(self) -> Stage:
        """How much is done for it."""
        ...

    def to_stage(self, stage: Stage) -> None:
        """Do more or less."""
        ...


class Load:
    """The real-time factor of this process, over the last seconds."""

    def __init__(
        self,
        cores: float,
        clock: Callable[[], float] = time.monotonic,
        used: Callable[[], float] = time.process_time,
    ) -> None:
        self._cores = cores
        self._clock = clock
        self._used = used
        self._readings = deque([(clock(), used())])

    def ratio(self) -> float:
        """Read the clocks; returns seconds of work for each second since the window's begin."""
        now_s, used_s = self._clock(), self._used()
        self._readings.append((now_s, used_s))
        while len(self._readings) > 2 and now_s - self._readings[1][0] >= WINDOW_S:
            self._readings.popleft()
        began_s, before_s = self._readings[0]
        return (used_s - before_s) / max(now_s - began_s, 1e-3) / self._cores


def takes_more(ratio: float, streams: Sequence[Heard]) -> bool:
    """Whether another stream could be followed in time."""
    follows = all(stream.behind_s < BEHIND_S / 2 for stream in streams if stream.stage is not Stage.DEFERRED)
    return ratio <= MOST_RATIO and follows and len(streams) < MOST_STREAMS


class Steps:
    """Takes streams that are behind down step by step, and up again; only a few are given up at a time."""

    def __init__(self) -> None:
        self._since_s: dict[Heard, float] = {}
        self._were_behind_s: dict[Heard, float] = {}
        self._gave_up_s = float("-inf")

    def look(self, streams: Sequence[Heard], now_s: float) -> None:
        """Judge all streams anew."""
        self._since_s = {stream: self._since_s.get(stream, float("-inf")) for stream in streams}
        hopeless = []
        for stream in streams:
            if stream.stage is Stage.DEFERRED:
                continue
            if stream.behind_s >= BEHIND_S:
                hopeless += [stream] if self._down(stream, now_s) else []
            elif stream.behind_s < CAUGHT_UP_S:
                self._up(stream, now_s)
            else:
                self._since_s[stream] = now_s
        if hopeless and now_s - self._gave_up_s >= GIVE_UP_EVERY_S:
            self._gave_up_s = now_s
            self._give_up(hopeless)
        self._were_behind_s = {stream: stream.behind_s for stream in streams}

    def _down(self, stream: Heard, now_s: float) -> bool:
        """Take one more step; returns whether only the last is left, and it is not catching up."""
        if now_s - self._since_s[stream] < STEP_S:
            return False
        if stream.stage is Stage.GATED:
            return stream.behind_s >= self._were_behind_s.get(stream, 0.0)
        self._since_s[stream] = now_s
        stream.to_stage(Stage(stream.stage + 1))
        return False

    def _give_up(self, streams: Sequence[Heard]) -> None:
        """Give up those furthest behind: that may save all others."""
        worst = sorted(streams, key=lambda one: -one.behind_s)
        for stream in worst[: 1 + len(worst) // FEW]:
            stream.to_stage(Stage.DEFERRED)

    def _up(self, stream: Heard, now_s: float) -> None:
        if stream.stage is not Stage.FULL and now_s - self._since_s[stream] >= RECOVER_S:
            self._since_s[stream] = now_s
            stream.to_stage(Stage(stream.stage - 1))
