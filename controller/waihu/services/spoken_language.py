"""Which language is spoken in a call: the customer's own, else the campaign's, else what the settings say."""

import asyncio
from collections.abc import Callable

import structlog

from waihu.services.call_desk import CallDesk
from waihu.speech.languages import language_said
from waihu.store.customers import language_of
from waihu.store.store import Store
from waihu_models.call import Call
from waihu_models.errors import StoreError

log = structlog.get_logger()

LOOK_UP_S = 1.0


class SpokenLanguage:
    """Finds the language of calls; ``default`` is that of the settings."""

    def __init__(self, store: Store, calls: CallDesk, default: Callable[[], str]) -> None:
        self._store = store
        self._calls = calls
        self._default = default

    async def of(self, call: Call) -> str:
        """Return the language of a call, as models are found by: ``en``, ``zh-yue``."""
        campaign = self._calls.job_of(call.id).campaign
        chosen = campaign.speech_language if campaign is not None else ""
        by_key = call.chosen.language if call.chosen is not None else ""
        for said in (by_key, await self._of_customer(call), chosen):
            if language := language_said(said):
                return language
        return self._default()

    async def _of_customer(self, call: Call) -> str:
        if call.customer_id is None:
            return ""
        try:
            async with asyncio.timeout(LOOK_UP_S):
                return await language_of(self._store, call.customer_id)
        except (StoreError, TimeoutError) as error:
            log.warning("language_not_looked_up", call_id=call.id, problem=str(error) or "timeout")
            return ""
