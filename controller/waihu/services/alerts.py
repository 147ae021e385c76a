"""Alerts: things that need a person, counted, stored, told."""

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.metrics import Metrics
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu_models.errors import StoreError
from waihu_models.events import AlertRaised

log = structlog.get_logger()


class Alerts:
    """Raises alerts, on the event loop."""

    def __init__(self, store: Store, bus: Bus, clock: Clock, metrics: Metrics) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self._metrics = metrics

    def __call__(self, code: str, text: str) -> None:
        """Raise one alert; ``text`` says what to do."""
        alert = AlertRaised(code, text, self._clock.now())
        log.error("alert", code=code, text=text)
        self._metrics.alerts.labels(code).inc()
        unit = Unit()
        unit.add_alert(alert)
        unit.add_outbox("alert", code, {"code": code, "text": text}, alert.at)
        try:
            self._store.submit(unit)
        except StoreError as error:
            log.error("alert_not_stored", problem=str(error))
        self._bus.publish(alert)
