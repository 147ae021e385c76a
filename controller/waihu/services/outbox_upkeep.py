"""Keeps the outbox short: what everybody was told of is deleted after a while, and its length has a limit."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from waihu.clock import Clock
from waihu.metrics import Metrics
from waihu.store.deliveries import forget_set_aside, waiting
from waihu.store.outbox import AT_ONCE, prune, span
from waihu.store.store import Store
from waihu_models.errors import StoreError

log = structlog.get_logger()

EVERY_S = 60.0
BREATH_S = 0.02
"""Between two transactions, for the calls."""
SET_ASIDE_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Keep:
    """How much of the outbox is kept."""

    days: float = 7.0
    most: int = 2_000_000


class OutboxUpkeep:
    """Prunes and measures until cancelled."""

    def __init__(
        self, store: Store, clock: Clock, metrics: Metrics, keep: Keep, alert: Callable[[str, str], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._keep = keep
        self._alert = alert

    async def run(self) -> None:
        """Prune and measure until cancelled."""
        while True:
            try:
                await self.prune()
                await self.measure()
            except StoreError as error:
                log.warning("outbox_not_pruned", problem=str(error))
            await asyncio.sleep(EVERY_S)

    async def prune(self) -> int:
        """Delete what need not be kept, a little at a time; return how many events that was."""
        total, missed = 0, set[str]()
        while True:
            before = self._clock.now() - timedelta(days=self._keep.days)
            pruned = await prune(self._store, before, self._keep.most)
            total += pruned.events
            missed.update(pruned.missed_by)
            if pruned.events < AT_ONCE:
                break
            await asyncio.sleep(BREATH_S)
        await forget_set_aside(self._store, self._clock.now() - SET_ASIDE_KEPT, AT_ONCE)
        if missed:
            self._alert(
                "events_missed",
                f"the outbox held more than {self._keep.most} events, and the oldest were deleted before "
                f"{', '.join(sorted(missed))} was told of them: mend the receiver, or raise webhooks.most_events",
            )
        return total

    async def measure(self) -> None:
        """Set the gauges."""
        self._metrics.outbox_events.set((await span(self._store)).events)
        found = (await waiting(self._store)).values()
        self._metrics.deliveries_pending.set(sum(one.pending for one in found))
        self._metrics.deliveries_set_aside.set(sum(one.set_aside for one in found))
