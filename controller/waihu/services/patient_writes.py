"""Writes that are tried again: what was told already is not lost by a moment's trouble of the database."""

import asyncio
from collections import Counter, deque

import structlog

from waihu.metrics import Metrics
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu_models.errors import StoreError

log = structlog.get_logger()

MOST = 1000
"""Units that wait to be tried again; one more, and the oldest is lost."""
TRIES = 5
AGAIN_S = 2.0


class PatientWrites:
    """Units on their way into the store; ``counts`` says how many were ``stored``, are ``lost``, came ``again``."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics
        self._waiting: deque[tuple[Unit, int]] = deque()
        self.counts: Counter[str] = Counter()

    def __len__(self) -> int:
        """Return how many units wait to be tried again."""
        return len(self._waiting)

    def submit(self, unit: Unit, tries: int = 1) -> None:
        """Write a unit, now or a little later; nobody waits for it."""
        if unit.empty:
            return
        try:
            written = self._store.submit(unit)
        except StoreError as error:
            self._failed(unit, tries, error)
            return
        written.add_done_callback(lambda done: self._done(unit, tries, done))

    def _done(self, unit: Unit, tries: int, done: "asyncio.Future[None]") -> None:
        error = None if done.cancelled() else done.exception()
        if error is None:
            self.counts["stored"] += not done.cancelled()
        else:
            self._failed(unit, tries, error)

    def _failed(self, unit: Unit, tries: int, error: BaseException) -> None:
        log.warning("words_not_stored", tries=tries, problem=str(error))
        if tries >= TRIES:
            self._lost(str(error))
            return
        self._waiting.append((unit, tries + 1))
        if len(self._waiting) > MOST:
            self._waiting.popleft()
            self._lost(f"{MOST} others wait")

    def _lost(self, problem: str) -> None:
        self.counts["lost"] += 1
        self._metrics.words_lost.inc()
        log.error("words_lost", problem=problem)

    async def run(self) -> None:
        """Try again what could not be written, until cancelled."""
        while True:
            await asyncio.sleep(AGAIN_S)
            self.again()

    def again(self) -> None:
        """Try everything that waits once more."""
        waiting, self._waiting = self._waiting, deque()
        for unit, tries in waiting:
            self.counts["again"] += 1
            self.submit(unit, tries)
