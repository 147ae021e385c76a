"""Where a hopper's leads come from: leases in the shares its campaign asks for, held for as long as they are needed."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from math import ceil

from waihu.clock import Clock
from waihu.dialer.lead_order import OTHER_LISTS, lanes, parts, with_new_ones, woven
from waihu.store.leases import Stream, Wish, lease, renew
from waihu.store.list_order import successes
from waihu.store.store import Store
from waihu_models.campaign import Campaign, ListOrder
from waihu_models.ids import AgentId, new_id
from waihu_models.lead import Lead, LeadState

LEASE_S = 15.0
"""Leads of a controller that died can be called by another one after this."""
RENEW_S = 5.0
QUOTA_S = 5.0


class LeadSupply:
    """Takes leads for one hopper."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.holder = new_id()
        self._store = store
        self._clock = clock
        self._token: str | None = None  # of a request that was not answered
        self._until: datetime | None = None  # when the first of the leases ends
        self._full: tuple[str, ...] = ()
        self._counted_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether what was taken is still ours."""
        return self._until is not None and self._clock.now() < self._until

    async def hold(self) -> bool:
        """Hold what was taken for longer; False: it is too late, and somebody else may have it.

        Raises:
            StoreError: it could not be done; try again.
        """
        now = self._clock.now()
        if self._until is None:
            return True
        if now >= self._until:
            self._until = None
            return False
        if self._until - now < timedelta(seconds=LEASE_S - RENEW_S):
            until = now + timedelta(seconds=LEASE_S)
            held = await renew(self._store, self.holder, now, until)
            self._until = until if held else None
        return self._until is not None

    async def next(self, campaign: Campaign, count: int, agents: Collection[AgentId]) -> list[Lead]:
        """Take the next leads of a campaign, in the order in which they are to be called.

        Raises:
            StoreError: nothing was taken, or what was will be given at the next call.
        """
        await self._count(campaign)
        shares = parts(campaign.order, self._full)
        streams = _streams(shares, count, campaign.order)
        found = await self._take(campaign, streams, count, agents)
        short = count - len(found)
        if short > 0 and found and len(streams) > 1:
            # One of them had less than its share: the others fill the gap.
            everything = Stream(short, tuple(lane for _, some in shares for lane in some))
            found += await self._take(campaign, (everything,), 0, ())
        return _in_order(found, shares, campaign.order)

    async def _take(
        self, campaign: Campaign, streams: Sequence[Stream], callbacks: int, agents: Collection[AgentId]
    ) -> list[Lead]:
        now = self._clock.now()
        until = now + timedelta(seconds=LEASE_S)
        self._token = self._token or new_id()
        wish = Wish(
            campaign_id=campaign.id,
            holder=self.holder,
            token=self._token,
            now=now,
            until=until,
            streams=tuple(streams),
            callbacks=callbacks,
            lanes=(OTHER_LISTS, *lanes(campaign.order).values()),
            agents=agents,
            own_until=now - timedelta(seconds=campaign.callback_own_s),
        )
        found = await lease(self._store, wish)
        self._token = None
        if found and self._until is None:
            self._until = until
        return found

    async def _count(self, campaign: Campaign) -> None:
        """Find out which lists have had all the successes that are wanted of them."""
        quotas, now = campaign.order.quotas, self._clock.now()
        if not quotas:
            self._full = ()
        elif self._counted_at is None or now - self._counted_at >= timedelta(seconds=QUOTA_S):
            self._counted_at = now
            had = await successes(self._store, campaign.id)
            self._full = tuple(name for name, wanted in quotas.items() if had.get(name, 0) >= wanted)


def _streams(shares: Sequence[tuple[float, tuple[int, ...]]], count: int, order: ListOrder) -> tuple[Stream, ...]:
    """Say what is wanted of each part of the lists, each part rounded up, so that none is forgotten."""
    total = sum(share for share, _ in shares)
    streams: list[Stream] = []
    for share, some in shares:
        mine = ceil(count * share / total)
        if order.new_every > 0:
            new = ceil(mine / order.new_every)
            streams.append(Stream(new, some, (LeadState.NEW,)))
            streams.append(Stream(mine - new, some, (LeadState.RETRY,)))
        else:
            streams.append(Stream(mine, some))
    return tuple(streams)


def _in_order(found: Sequence[Lead], shares: Sequence[tuple[float, tuple[int, ...]]], order: ListOrder) -> list[Lead]:
    """Promised callbacks first, then the parts woven by their shares, each with a new lead at each n-th place."""
    known = lanes(order)
    callbacks = [lead for lead in found if lead.state is LeadState.CALLBACK]
    others = [lead for lead in found if lead.state is not LeadState.CALLBACK]
    queues = [
        (
            share,
            with_new_ones([lead for lead in others if known.get(lead.list_name, OTHER_LISTS) in some], order.new_every),
        )
        for share, some in shares
    ]
    return [*callbacks, *woven(queues)]
