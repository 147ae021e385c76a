"""A program that delivers from a store until it is killed: ``python delivering_program.py URL``."""

import asyncio
import sys

from waihu.bus import Bus
from waihu.clock import SystemClock
from waihu.metrics import Metrics
from waihu.services.alerts import Alerts
from waihu.services.outward_side import OutwardSide
from waihu.settings import WebhookSettings
from waihu.store.store import Store


async def deliver(url: str) -> None:
    store = await Store.open(url)
    bus, clock, metrics = Bus(), SystemClock(), Metrics()
    alerts = Alerts(store, bus, clock, metrics)
    await OutwardSide(WebhookSettings(private=True), store, bus, clock, metrics, alerts).outward.run()


asyncio.run(deliver(sys.argv[1]))
