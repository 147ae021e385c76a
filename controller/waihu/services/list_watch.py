"""What keeps hoppers true to their lists: changes made elsewhere are heard of, and the order of a list is kept."""

import asyncio

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.dialer.lead_order import OTHER_LISTS, lanes
from waihu.services.hopper import Hopper
from waihu.store.changes import changed_since, newest
from waihu.store.list_order import is_ordered, let_in, order_anew
from waihu.store.store import Store
from waihu_models.campaign import Campaign
from waihu_models.errors import StoreError
from waihu_models.events import ListsChanged
from waihu_models.ids import LeadId

log = structlog.get_logger()

LOOK_S = 0.7
KEEP_S = 2.0
AT_ONCE = 1000
"""Leads that are ranked anew, or brought into the order, in one transaction."""
BREATH_S = 0.02
"""Between two of them, for the calls."""


class ListWatch:
    """Tells the bus what was changed by commands and other programs."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self._store = store
        self._bus = bus

    async def run(self) -> None:
        """Look until cancelled."""
        seq = await newest(self._store)
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                seq, leads, lists = await changed_since(self._store, seq)
            except StoreError as error:
                log.warning("changes_not_read", problem=str(error))
                continue
            if leads or lists:
                self._bus.publish(ListsChanged(leads))


class ListKeeper:
    """Keeps the order of one campaign's list."""

    def __init__(self, hopper: Hopper, store: Store, clock: Clock) -> None:
        self._hopper = hopper
        self._store = store
        self._clock = clock
        self._ordered: int | None = None  # the version of the campaign by whose rules the list is known to be ordered

    async def run(self) -> None:
        """Keep it until cancelled."""
        while True:
            try:
                await self.keep()
            except StoreError as error:
                log.warning("list_not_kept", campaign=self._hopper.campaign.name, problem=str(error))
            await asyncio.sleep(KEEP_S)

    async def keep(self) -> None:
        """Do what there is to do now.

        Raises:
            StoreError: the rest has to be done later.
        """
        campaign = self._hopper.campaign
        if campaign.version != self._ordered:
            if not await is_ordered(self._store, campaign):
                await self._order(campaign)
            self._ordered = campaign.version
        known = (OTHER_LISTS, *lanes(campaign.order).values())
        while True:
            if await let_in(self._store, campaign.id, known, self._clock.now(), AT_ONCE) < AT_ONCE:
                return
            await asyncio.sleep(BREATH_S)

    async def _order(self, campaign: Campaign) -> None:
        log.info("list_ordered_anew", campaign=campaign.name)
        last: LeadId | None = None
        while True:
            last = await order_anew(self._store, campaign, last, AT_ONCE)
            if last is None:
                break
            await asyncio.sleep(BREATH_S)
        self._hopper.close()  # what was read ahead is in the old order
