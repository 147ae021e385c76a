"""Dialling: one dial loop for each campaign that runs; starting, pausing and finishing campaigns."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.dialer.abandoned_rate import drop_limits
from waihu.dialer.pacing import PacerConfig
from waihu.dialer.pacing.modes import pacer_for
from waihu.services.abandoned import ledger_from
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk
from waihu.services.caller_ids import CallerIds
from waihu.services.dial_loop import DialLoop, Pacing
from waihu.services.hopper import Hopper
from waihu.services.lines import Lines
from waihu.services.list_watch import ListKeeper
from waihu.services.pacer_feed import PacerFeed
from waihu.services.queue_side import QueueSide
from waihu.services.rule_shelf import RuleShelf
from waihu.services.runner import Parts
from waihu.services.tasks import Tasks
from waihu.store import campaigns as stored
from waihu.store.audit import By
from waihu.store.store import Store
from waihu_models.campaign import Campaign, CampaignState
from waihu_models.events import CampaignChanged
from waihu_models.ids import CampaignId

log = structlog.get_logger()

FOLLOW_S = 1.0
NEVER_S = 1e9
VERDICT_S = 0.8
"""Of the patience after a greeting this much is gone when machine detection has made up its mind."""
LEAST_PATIENCE_S = 0.2


@dataclass(frozen=True, slots=True)
class Desks:
    """The desks a dial loop works with, and the law its campaign is under."""

    calls: CallDesk
    agents: AgentDesk
    lines: Lines
    shelf: RuleShelf
    caller_ids: CallerIds
    queues: QueueSide


class Dialling:
    """Owns the dial loops."""

    def __init__(self, parts: Parts, store: Store, desks: Desks, bus: Bus, tasks: Tasks) -> None:
        self._parts = parts
        self._store = store
        self._desks = desks
        self._bus = bus
        self._tasks = tasks
        self._halted = False
        self._opening = asyncio.Lock()
        self.loops: dict[CampaignId, DialLoop] = {}
        desks.queues.shelf.on_change.append(self._see_agents_anew)

    def _see_agents_anew(self) -> None:
        for loop in self.loops.values():
            loop.feed.see_anew(self._desks.agents)

    async def follow(self) -> None:
        """Keep to what the store says of campaigns, whoever changed it, until cancelled."""
        while True:
            await self.resume()
            await asyncio.sleep(FOLLOW_S)

    async def resume(self) -> None:
        """Start a loop for each campaign that should run, and hand every loop its campaign's present rules."""
        if self._halted:
            return
        await self._desks.shelf.refresh()
        for campaign in await stored.campaigns(self._store):
            loop = self.loops.get(campaign.id)
            if loop is not None:
                await self._follow_law(loop, campaign)
            elif campaign.state is CampaignState.RUNNING:
                under_law = await self._desks.shelf.lawful_or_none(campaign)
                if under_law is not None:
                    await self._open(under_law)

    async def _follow_law(self, loop: DialLoop, campaign: Campaign) -> None:
        under_law = await self._desks.shelf.lawful_or_none(campaign)
        if under_law is not None and (loop.campaign.version, loop.campaign.law) != (campaign.version, under_law.law):
            await self._adopt(loop, under_law)
        elif under_law is None and loop.campaign.version != campaign.version:
            # What it was allowed no longer holds, and nobody can tell what is allowed now.
            loop.adopt(replace(loop.campaign, state=CampaignState.PAUSED))

    async def _adopt(self, loop: DialLoop, campaign: Campaign) -> None:
        clock = self._parts.clock
        same = _paced_by(loop.campaign, clock) == _paced_by(campaign, clock)
        loop.adopt(campaign, None if same else await self._pacing(campaign))

    async def start(self, name: str, by: By | None = None) -> DialLoop:
        """Let a campaign dial; ``by`` is who wishes it.

        Raises:
            NotFound: there is no such campaign.
            BadRulePack: a rule pack it names is missing, or cannot hold.
        """
        shelf = self._desks.shelf
        await shelf.refresh()
        await shelf.lawful(await stored.campaign_named(self._store, name))
        campaign = await shelf.lawful(await self._set(name, CampaignState.RUNNING, by))
        loop = self.loops.get(campaign.id)
        if loop is None:
            return await self._open(campaign)
        await self._adopt(loop, campaign)
        return loop

    async def pause(self, name: str, by: By | None = None, state: CampaignState = CampaignState.PAUSED) -> None:
        """Stop dialling, for now or (FINISHED) for good; calls under way go on.

        Raises:
            NotFound: there is no such campaign.
        """
        campaign = await self._set(name, state, by)
        loop = self.loops.get(campaign.id)
        if loop is not None:
            loop.adopt(await self._desks.shelf.lawful_or_none(campaign) or replace(loop.campaign, state=campaign.state))

    def halt(self) -> None:
        """Stop dialling in this program at once; what is stored stays as it is, so that a restart goes on."""
        self._halted = True
        for loop in self.loops.values():
            loop.campaign = replace(loop.campaign, state=CampaignState.PAUSED)

    async def _set(self, name: str, state: CampaignState, by: By | None = None) -> Campaign:
        campaign = await stored.campaign_named(self._store, name)
        if campaign.state is not state:
            await stored.save_campaign(self._store, replace(campaign, state=state), by)
            campaign = await stored.campaign_named(self._store, name)
        self._bus.publish(CampaignChanged(campaign.id))
        return campaign

    async def _open(self, campaign: Campaign) -> DialLoop:
        # Whoever is told of a campaign first opens its loop: two of them would dial the same list.
        async with self._opening:
            loop = self.loops.get(campaign.id)
            if loop is None:
                loop = self.loops[campaign.id] = await self._new_loop(campaign)
                self._tasks.forever(loop.run, f"dial loop {campaign.name}")
                keeper = ListKeeper(loop.hopper, self._store, self._parts.clock)
                self._tasks.forever(keeper.run, f"list {campaign.name}")
                log.info("campaign_dials", campaign=campaign.name, mode=str(campaign.mode))
        return loop

    async def _new_loop(self, campaign: Campaign) -> DialLoop:
        clock, metrics = self._parts.clock, self._parts.metrics
        pacing = await self._pacing(campaign)
        # From here on nothing is awaited: an agent who moved in between would be missed.
        feed = PacerFeed(campaign.id, pacing.pacer, clock, self._desks.queues.room.dialled_for)
        for agent in self._desks.agents:
            if feed.serves(agent):
                feed.agent_seen(agent)
        return DialLoop(
            hopper=Hopper(campaign, self._store, self._bus, clock, metrics),
            pacing=pacing,
            feed=feed,
            calls=self._desks.calls,
            agents=self._desks.agents,
            promise=self._desks.queues.pairing.promise,
            claimed=self._desks.queues.room.claimed,
            lines=self._desks.lines,
            caller_ids=self._desks.caller_ids,
            switch=self._parts.switch,
            store=self._store,
            bus=self._bus,
            clock=clock,
        )

    async def _pacing(self, campaign: Campaign) -> Pacing:
        """Return a pacer for a campaign's rules, and its ledger as the store has it."""
        clock = self._parts.clock
        pacer = pacer_for(campaign.mode, _pacer_config(campaign, clock), campaign.lines_per_agent)
        return Pacing(pacer, await ledger_from(self._store, campaign, clock))


def _paced_by(campaign: Campaign, clock: Clock) -> tuple[Any, ...]:
    """Return everything that a pacer and its ledger are made of."""
    config = replace(_pacer_config(campaign, clock), clock_of_day_s=0.0)
    return campaign.mode, config, campaign.lines_per_agent, drop_limits(campaign)


def _pacer_config(campaign: Campaign, clock: Clock) -> PacerConfig:
    local = clock.now().astimezone()
    of_day_s = local.hour * 3600.0 + local.minute * 60.0 + local.second
    return PacerConfig(
        target_drop=campaign.target_drop_ratio,
        ring_timeout_s=float(campaign.ring_timeout_s),
        patience_s=max(LEAST_PATIENCE_S, campaign.patience_s - (VERDICT_S if campaign.screening else 0.0)),
        amd=campaign.screening,
        # Without a rule nobody has said after how long it is decent to give up: then nothing is cancelled.
        min_ring_s=float(campaign.law.ring_min_s or NEVER_S),
        max_channels=campaign.max_lines,
        max_cps=campaign.calls_per_s,
        clock_of_day_s=(of_day_s - clock.monotonic()) % 86400.0,
    )
