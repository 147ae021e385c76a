"""Keeps what the pacer of a campaign decided: the newest decision of each second, for a day."""

from datetime import datetime, timedelta

import structlog

from waihu.clock import Clock
from waihu.dialer.pacing import Pacer, PredictivePacer
from waihu.store.pacing_log import forget_decisions
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu_models.errors import StoreError
from waihu_models.ids import CampaignId

log = structlog.get_logger()

EACH = timedelta(seconds=1)
KEPT = timedelta(days=1)
TIDIED = timedelta(hours=1)


class PacingLog:
    """Writes down why a campaign dialled as it did; only the predictive pacer has reasons of its own."""

    def __init__(self, campaign_id: CampaignId, store: Store, clock: Clock) -> None:
        self._campaign_id = campaign_id
        self._store = store
        self._clock = clock
        self._noted_at: datetime | None = None
        self._told_t = -1e18
        self._tidied_at = clock.now()

    def note(self, pacer: Pacer) -> None:
        """Keep the newest decision, if there is a new one and the last was kept a second ago or longer."""
        now = self._clock.now()
        if not isinstance(pacer, PredictivePacer) or not pacer.explanations:
            return
        said = pacer.explanations[-1]
        if said.t <= self._told_t or (self._noted_at is not None and now - self._noted_at < EACH):
            return
        self._noted_at, self._told_t = now, said.t
        unit = Unit()
        told = said._asdict()
        del told["t"]
        unit.add_pacing(campaign_id=self._campaign_id, at=now, limited_by=told.pop("limit"), **told)
        try:
            self._store.submit(unit)
        except StoreError as error:
            log.warning("pacing_not_noted", problem=str(error))

    async def tidy(self) -> None:
        """Forget what is older than a day, once an hour.

        Raises:
            StoreError: the database cannot be written; asked again, it tries again.
        """
        now = self._clock.now()
        if now - self._tidied_at >= TIDIED:
            await forget_decisions(self._store, self._campaign_id, now - KEPT)
            self._tidied_at = now
