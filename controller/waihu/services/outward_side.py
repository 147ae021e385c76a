"""The outward side put together: webhooks, call tasks, deliveries, and an outbox that stays short."""

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.metrics import Metrics
from waihu.services.alerts import Alerts
from waihu.services.call_tasks import CallTasks
from waihu.services.outbox_upkeep import Keep, OutboxUpkeep
from waihu.services.outward import Outward
from waihu.services.tasks import Tasks
from waihu.services.webhooks import Webhooks, lane_of
from waihu.settings import WebhookSettings
from waihu.store.store import Store


class OutwardSide:
    """What other systems have of us."""

    def __init__(
        self, settings: WebhookSettings, store: Store, bus: Bus, clock: Clock, metrics: Metrics, alerts: Alerts
    ) -> None:
        self.store = store
        self.webhooks = Webhooks(store, clock, private=settings.private)
        self.call_tasks = CallTasks(store, bus, clock, self.webhooks)
        self.outward = Outward(store, clock, metrics, self.webhooks.find_sink, lane_of, alerts)
        keep = Keep(settings.keep_days, settings.most_events)
        self.upkeep = OutboxUpkeep(store, clock, metrics, keep, alerts)

    def watch(self, tasks: Tasks) -> None:
        """Start what runs for as long as the program does."""
        tasks.forever(self.outward.run, "outward")
        tasks.forever(self.call_tasks.follow, "call tasks")
        tasks.forever(self.upkeep.run, "outbox")

    async def close(self) -> None:
        """Close all connections."""
        await self.webhooks.close()
