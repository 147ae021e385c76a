"""Recovery: after a restart, or after the connection was away, what we believe is held against what the exchange holds.

No call is lost from the store and no lead is dialled twice: an unfinished call whose leg is still up is adopted with
its agent, any other is ended with a reason, and legs that belong to nobody are hung up.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping

import structlog

from waihu.clock import Clock
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk, Job
from waihu.store import agents as stored_agents
from waihu.store import calls as stored_calls
from waihu.store import campaigns as stored_campaigns
from waihu.store import leads as stored_leads
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.telephony.port import Switch
from waihu_models import signals as sig
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.call import Call, CallState
from waihu_models.commands import HangUp
from waihu_models.errors import NotFound, WaihuError
from waihu_models.ids import (
    BridgeId,
    LegId,
    agent_of_leg,
    call_of_leg,
    call_of_target,
    is_probe_leg,
    is_spy_leg,
    is_tap_leg,
    trial_of_leg,
)
from waihu_models.lead import Lead, LeadState, LeadStep

log = structlog.get_logger()

FOLLOW_S = 2.0

_UNANSWERED = frozenset({CallState.DIALLING, CallState.RINGING, CallState.EARLY_MEDIA, CallState.ANSWERED})


class Recovery:
    """Brings desks, store and exchange to one view."""

    def __init__(self, calls: CallDesk, agents: AgentDesk, store: Store, switch: Switch, clock: Clock) -> None:
        self._calls = calls
        self._agents = agents
        self._store = store
        self._switch = switch
        self._clock = clock
        self.spared: Callable[[LegId], bool] = lambda _: False  # legs of others who look after them
        self.settled: Callable[[], None] = lambda: None  # told when everything has been settled

    async def load_agents(self) -> None:
        """Take over every agent not known yet, in the state in which the store has them."""
        for agent in await stored_agents.agents(self._store):
            if agent.id not in self._agents:
                self._agents.add(agent)

    async def follow_agents(self) -> None:
        """Take over agents who are made while the program runs, until cancelled."""
        while True:
            await asyncio.sleep(FOLLOW_S)
            await self.load_agents()

    async def load_calls(self) -> None:
        """At start: take over every call that had not ended.

        Whether their legs still exist is settled by ``reconcile`` as soon as the exchange has been read.
        """
        campaigns = {campaign.id: campaign for campaign in await stored_campaigns.campaigns(self._store)}
        for call in await stored_calls.unfinished_calls(self._store):
            campaign = campaigns.get(call.campaign_id) if call.campaign_id else None
            lead = await self._lead_of(call)
            self._calls.adopt(call, Job(lead, campaign))
        await self._free_stuck_leads()

    async def _lead_of(self, call: Call) -> Lead | None:
        try:
            return await stored_leads.lead_by_id(self._store, call.lead_id) if call.lead_id else None
        except NotFound:
            return None

    async def _free_stuck_leads(self) -> None:
        unit, now = Unit(), self._clock.now()
        for lead_id in await stored_leads.stuck_leads(self._store):
            unit.step_lead(lead_id, LeadStep(LeadState.RETRY, "interrupted", next_at=now), "failed")
            log.warning("stuck_lead_freed", lead_id=lead_id)
        if not unit.empty:
            await self._store.commit(unit)

    async def reconcile(self, legs: Mapping[LegId, sig.LegFacts], bridges: Collection[BridgeId]) -> None:
        """Settle every difference between our calls and agents and the legs the exchange holds."""
        now = self._clock.now()
        for call in self._calls:
            if call.live:
                self._settle_call(call, legs.get(call.leg_id))
            elif call.state is CallState.WRAP_UP and not self._agent_wraps_up(call):
                self._calls.post(call.id, sig.WrapOver(now))
        for agent in self._agents:
            self._settle_agent(agent, legs, bridges)
        for leg_id in legs:
            await self._settle_stranger(leg_id)
        self.settled()

    def _settle_agent(self, agent: Agent, legs: Mapping[LegId, sig.LegFacts], bridges: Collection[BridgeId]) -> None:
        """End a session whose leg is gone; after a restart of the exchange, which took every bridge, begin it anew."""
        if agent.state is AgentState.OFFLINE:
            return
        now = self._clock.now()
        restarted = agent.bridge_id not in bridges
        if restarted or (agent.leg_id is not None and agent.leg_id not in legs):
            self._agents.post(agent.id, sig.LegVanished(now, "leg gone after the connection was lost"))
        if restarted:
            self._agents.log_in_again(agent.id)
        elif agent.leg_id is not None and agent.leg_id in legs and not agent.leg_joined:
            self._settle_leg(agent, legs[agent.leg_id])

    def _settle_leg(self, agent: Agent, facts: sig.LegFacts) -> None:
        """A phone that was rung: it may have answered, and may have been put into its bridge, while nobody listened."""
        now = self._clock.now()
        if facts.bridge_id == agent.bridge_id:
            self._agents.post(agent.id, sig.LegJoined(facts.leg_id, now, agent.bridge_id))
        elif facts.answered and facts.bridge_id is None:
            self._agents.post(agent.id, sig.LegEntered(facts.leg_id, now))

    def _settle_call(self, call: Call, facts: sig.LegFacts | None) -> None:
        now = self._clock.now()
        if facts is None:
            self._calls.post(call.id, sig.LegVanished(now, "leg gone after the connection was lost"))
        elif facts.answered and call.state in _UNANSWERED and facts.in_app:
            # Answered while nobody listened. The far end has heard silence since: the patience limit counts from here
            # only because nothing earlier is known.
            self._calls.post(call.id, sig.LegEntered(call.leg_id, now))
        elif call.state is CallState.WAITING and facts.bridge_id is not None:
            self._bridged(call, facts.bridge_id)
        elif call.state is CallState.WAITING and call.announcement is not None:
            # Its end may not have been told: it is taken for over, and the music goes on.
            self._calls.post(call.id, sig.PlaybackEnded(call.leg_id, now, call.announcement))
        elif call.state in {CallState.CONNECTED, CallState.HELD} and not self._agent_talks(call):
            agent = self._in_bridge_of(facts.bridge_id, call)
            if agent is not None:  # the agent's own row, or state, is a step behind
                self._agents.post(agent.id, sig.CallReserved(call.id, now))
                self._agents.post(agent.id, sig.CallJoined(call.id, now))
                return
            self._calls.post(call.id, sig.AgentLost(now, "agent gone after the connection was lost"))

    def _bridged(self, call: Call, bridge_id: BridgeId) -> None:
        """The leg had been put into an agent's bridge, and the end came before that was stored."""
        agent, now = self._in_bridge_of(bridge_id, call), self._clock.now()
        if agent is not None:
            self._agents.post(agent.id, sig.CallReserved(call.id, now))  # means nothing to one who is reserved already
            self._calls.post(call.id, sig.AgentReady(agent.id, bridge_id, now))

    def _in_bridge_of(self, bridge_id: BridgeId | None, call: Call) -> Agent | None:
        """Return the agent in whose present bridge the call's leg is, if this agent can be on that call."""
        agent_id = agent_of_leg(bridge_id) if bridge_id else None
        if agent_id is None or agent_id not in self._agents:
            return None
        agent = self._agents.get(agent_id)
        idle = agent.state is AgentState.AVAILABLE and agent.mode is PhoneMode.NAILED_UP
        reserved = agent.state is AgentState.RESERVED and agent.call_id == call.id
        return agent if agent.bridge_id == bridge_id and (idle or reserved) else None

    def _agent_talks(self, call: Call) -> bool:
        return any(agent.call_id == call.id and agent.state is AgentState.TALKING for agent in self._agents)

    def _agent_wraps_up(self, call: Call) -> bool:
        return any(
            agent.call_id == call.id and agent.id == call.agent_id and agent.state is AgentState.WRAP_UP
            for agent in self._agents
        )

    async def _settle_stranger(self, leg_id: LegId) -> None:
        ours = any(whose(leg_id) is not None for whose in (call_of_leg, agent_of_leg, trial_of_leg, call_of_target))
        ours = ours or is_spy_leg(leg_id) or is_tap_leg(leg_id) or is_probe_leg(leg_id)
        known = self._calls.of_leg(leg_id) is not None or self._agents.of_leg(leg_id) is not None
        if not ours or known or self.spared(leg_id):
            return
        log.warning("orphan_leg_ended", leg_id=leg_id)
        try:
            await self._switch.execute(HangUp(leg_id))
        except WaihuError as error:
            log.warning("orphan_leg_not_ended", leg_id=leg_id, problem=str(error))
