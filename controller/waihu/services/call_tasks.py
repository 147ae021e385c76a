"""Call tasks: another system has a customer called, and hears what became of it.

A task becomes a lead that is promised for its moment; from there on it is called like any other, under the same law.
When the lead comes to an end the task gets its result, from what is stored, so that no crash can lose one.
"""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import ColumnElement

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.dialer.dial_rules import may_dial
from waihu.services.hopper import put_off
from waihu.services.webhooks import Webhooks
from waihu.store import call_tasks as stored
from waihu.store.audit import By
from waihu.store.leads import dial_facts, lead_by_id
from waihu.store.rows import campaign_of
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu_models.call_task import CallTask, TaskWish
from waihu_models.campaign import Campaign
from waihu_models.errors import BadField, StoreError
from waihu_models.events import LeadRefused, LeadStepped, ListsChanged
from waihu_models.ids import CampaignId, LeadId, new_id
from waihu_models.lead import LeadState

log = structlog.get_logger()

LOOK_S = 60.0
"""All tasks are looked at so often, whatever was heard."""
LATEST = timedelta(days=366)
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_OVER = frozenset({LeadState.DONE, LeadState.CLOSED, LeadState.PAUSED})


class CallTasks:
    """Makes call tasks and ends them."""

    def __init__(self, store: Store, bus: Bus, clock: Clock, hooks: Webhooks) -> None:
        self._store = store
        self._clock = clock
        self._hooks = hooks
        self._heard: set[LeadId] = set()
        self._poke = asyncio.Event()
        bus.subscribe(LeadStepped, self._stepped)
        bus.subscribe(LeadRefused, self._refused)
        bus.subscribe(ListsChanged, self._changed)

    # ---- making ----------------------------------------------------------------------------------------------------

    async def create(
        self, wish: TaskWish, customers: ColumnElement[bool], campaigns: ColumnElement[bool], by: By
    ) -> CallTask:
        """Make a task; one whose customer may not be called at all has failed at once.

        Args:
            wish: What is asked for.
            customers: Whom who asks may have called, see ``waihu.store.visible``.
            campaigns: Which campaigns they may use.
            by: Who asks.
        Raises:
            NotFound: there is no such customer or script.
            BadField: nobody can be called, or told, there.
            Conflict: the number is being called, or promised a call, by this campaign already.
        """
        if wish.preferred_at is not None and not _EARLIEST <= wish.preferred_at <= by.at + LATEST:
            raise BadField("$.preferred_time", f"more than {LATEST.days} days ahead, or before {_EARLIEST.year}")
        if wish.callback_url:
            self._hooks.checked_url(wish.callback_url, "$.callback_url")
        callee = await stored.callee(self._store, wish.customer_ref, customers)
        campaign = campaign_of(await stored.script_campaign(self._store, wish.script_ref, campaigns))
        numbers = callee.numbers if wish.number is None else (wish.number,)
        if not numbers:
            raise BadField("$.customer_id", "this customer has no number")
        await self._hooks.open_call_tasks()
        new = stored.NewTask(
            id=new_id(),
            lead_id=LeadId(new_id()),
            wish=wish,
            callee=callee,
            campaign_id=CampaignId(campaign.id),
            numbers=numbers,
            at=max(wish.preferred_at or by.at, by.at),  # a moment that has passed means as soon as possible
        )
        lead_id = await stored.create_task(self._store, new, by)
        await self._ask_the_law(lead_id, campaign)
        await stored.end_tasks(self._store, self._clock.now(), [lead_id])
        return await stored.task(self._store, new.id)

    async def _ask_the_law(self, lead_id: LeadId, campaign: Campaign) -> None:
        """Close the lead of somebody who may never be called, and pass over numbers that may not."""
        while True:
            lead, now = await lead_by_id(self._store, lead_id), self._clock.now()
            facts = (await dial_facts(self._store, [lead], now))[lead_id]
            permission = may_dial(lead, facts, campaign, now)
            if permission.refusal is None or permission.again_at is not None:
                return
            refused = LeadRefused(lead_id, permission.refusal, now)
            step = put_off(lead, refused)
            if step.state is not LeadState.CLOSED and not step.numbers:
                return
            unit = Unit()
            unit.add_refusal(refused)
            unit.step_lead(lead_id, step, lead.last_outcome)
            await self._store.commit(unit)
            if step.state is LeadState.CLOSED:
                return

    async def cancel(self, task_id: str, visible: ColumnElement[bool], version: int | None, by: By) -> CallTask:
        """Call nobody for a task any more.

        Raises:
            NotFound: there is none that may be seen.
            Conflict: it is over, or being dialled now.
        """
        await stored.task(self._store, task_id, visible)
        await stored.cancel_task(self._store, task_id, version, by)
        return await stored.task(self._store, task_id)

    # ---- ending ----------------------------------------------------------------------------------------------------

    def _stepped(self, event: LeadStepped) -> None:
        if event.step.state in _OVER:
            self._look_at({event.lead_id})

    def _refused(self, event: LeadRefused) -> None:
        if event.again_at is None:
            self._look_at({event.lead_id})

    def _changed(self, event: ListsChanged) -> None:
        self._look_at(set(event.lead_ids))

    def _look_at(self, lead_ids: set[LeadId]) -> None:
        if lead_ids:
            self._heard |= lead_ids
            self._poke.set()

    async def follow(self) -> None:
        """Give tasks their results until cancelled: at once where something is heard, and all of them now and then."""
        everything = True
        while True:
            heard, self._heard = self._heard, set()
            self._poke.clear()
            try:
                await self._end(None if everything else heard)
                everything = False
            except StoreError as error:
                log.warning("call_tasks_not_ended", problem=str(error))
                everything = True
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0 if everything else LOOK_S):
                    await self._poke.wait()
                    continue
            everything = True

    async def _end(self, lead_ids: set[LeadId] | None) -> None:
        asked = sorted(lead_ids) if lead_ids is not None else None
        for start in range(0, max(1, len(asked or ())), stored.AT_ONCE):
            some = asked[start : start + stored.AT_ONCE] if asked is not None else None
            while len(ended := await stored.end_tasks(self._store, self._clock.now(), some)) == stored.AT_ONCE:
                pass
            if ended:
                log.info("call_tasks_ended", tasks=len(ended))
