"""Dialling: one dial loop for each campaign that runs; starting, pausing and finishing campaigns."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from waihu.bus import Bus
from waihu.dialer.abandon_ledger import AbandonLedger
from waihu.dialer.pacers import pacer_for
from waihu.dialer.pacing import PacerConfig
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk
from waihu.services.dial_loop import COMPLIANCE_WINDOW_S, DialLoop
from waihu.services.hopper import Hopper
from waihu.services.lines import Lines
from waihu.services.pacer_feed import PacerFeed
from waihu.services.runner import Parts
from waihu.services.tasks import Tasks
from waihu.store import calls as stored_calls
from waihu.store import campaigns as stored
from waihu.store.store import Store
from waihu_models.campaign import Campaign, CampaignState
from waihu_models.events import CampaignChanged
from waihu_models.ids import CampaignId

log = structlog.get_logger()

FOLLOW_S = 1.0


@dataclass(frozen=True, slots=True)
class Desks:
    """The desks a dial loop works with."""

    calls: CallDesk
    agents: AgentDesk
    lines: Lines


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

    async def follow(self) -> None:
        """Keep to what the store says of campaigns, whoever changed it, until cancelled."""
        while True:
            await self.resume()
            await asyncio.sleep(FOLLOW_S)

    async def resume(self) -> None:
        """Start a loop for each campaign that should run, and hand every loop its campaign's present rules."""
        if self._halted:
            return
        for campaign in await stored.campaigns(self._store):
            loop = self.loops.get(campaign.id)
            if loop is not None and loop.campaign.version != campaign.version:
                loop.adopt(campaign)
            elif loop is None and campaign.state is CampaignState.RUNNING:
                await self._open(campaign)

    async def start(self, name: str) -> DialLoop:
        """Let a campaign dial.

        Raises:
            NotFound: there is no such campaign.
        """
        campaign = await self._set(name, CampaignState.RUNNING)
        loop = self.loops.get(campaign.id)
        if loop is None:
            return await self._open(campaign)
        loop.adopt(campaign)
        return loop

    async def pause(self, name: str) -> None:
        """Stop dialling; calls under way go on.

        Raises:
            NotFound: there is no such campaign.
        """
        campaign = await self._set(name, CampaignState.PAUSED)
        if campaign.id in self.loops:
            self.loops[campaign.id].adopt(campaign)

    def halt(self) -> None:
        """Stop dialling in this program at once; what is stored stays as it is, so that a restart goes on."""
        self._halted = True
        for loop in self.loops.values():
            loop.campaign = replace(loop.campaign, state=CampaignState.PAUSED)

    async def _set(self, name: str, state: CampaignState) -> Campaign:
        campaign = await stored.campaign_named(self._store, name)
        if campaign.state is not state:
            await stored.save_campaign(self._store, replace(campaign, state=state))
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
                log.info("campaign_dials", campaign=campaign.name, mode=str(campaign.mode))
        return loop

    async def _new_loop(self, campaign: Campaign) -> DialLoop:
        clock, metrics = self._parts.clock, self._parts.metrics
        since = clock.now() - timedelta(seconds=COMPLIANCE_WINDOW_S)
        live_answers, drops = await stored_calls.drop_window(self._store, campaign.id, since)
        # From here on nothing is awaited: an agent who moved in between would be missed.
        pacer = pacer_for(campaign.mode, _pacer_config(campaign), campaign.lines_per_agent)
        feed = PacerFeed(campaign.id, pacer, clock)
        for agent in self._desks.agents:
            if feed.serves(agent):
                feed.agent_seen(agent)
        return DialLoop(
            hopper=Hopper(campaign, self._store, self._bus, clock, metrics),
            pacer=pacer,
            feed=feed,
            ledger=AbandonLedger(COMPLIANCE_WINDOW_S, clock.monotonic(), live_answers, drops),
            calls=self._desks.calls,
            lines=self._desks.lines,
            switch=self._parts.switch,
            store=self._store,
            bus=self._bus,
            clock=clock,
        )


def _pacer_config(campaign: Campaign) -> PacerConfig:
    return PacerConfig(
        target_drop=campaign.target_drop_ratio,
        ring_timeout_s=float(campaign.ring_timeout_s),
        patience_s=campaign.patience_s,
        amd=campaign.screening,
        max_channels=campaign.max_lines,
        max_cps=campaign.calls_per_s,
    )
