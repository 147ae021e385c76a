"""The pulse: how late the loop gets round to things, and whether somebody moved the machine's clock."""

import asyncio
from collections import deque
from datetime import datetime

import structlog

from waihu.clock import Clock
from waihu.metrics import Metrics

log = structlog.get_logger()

EVERY_S = 0.25
SPAN = 240  # beats remembered: a minute
JUMP_S = 1.0


class Pulse:
    """Beats four times a second."""

    def __init__(self, clock: Clock, metrics: Metrics) -> None:
        self._clock = clock
        self._metrics = metrics
        self._lags_s: deque[float] = deque(maxlen=SPAN)
        self.jumped_at: datetime | None = None
        self.jump_s = 0.0

    @property
    def lag_s(self) -> float:
        """The longest delay of the last minute."""
        return max(self._lags_s, default=0.0)

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            began_s, began_at = self._clock.monotonic(), self._clock.now()
            await asyncio.sleep(EVERY_S)
            passed_s = self._clock.monotonic() - began_s
            self._beat(passed_s, (self._clock.now() - began_at).total_seconds())

    def _beat(self, passed_s: float, told_s: float) -> None:
        lag_s = max(0.0, passed_s - EVERY_S)
        self._lags_s.append(lag_s)
        self._metrics.loop_lag.observe(lag_s)
        if abs(told_s - passed_s) > JUMP_S:
            self.jumped_at, self.jump_s = self._clock.now(), told_s - passed_s
            log.warning("clock_jumped", by_s=round(self.jump_s, 1))
