"""Preview: an agent looks at the next lead before it is called, calls it, skips it, or puts it off."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.dialer.dial_rules import may_dial
from waihu.services.agent_desk import AgentDesk
from waihu.services.dial_loop import DialLoop
from waihu.services.dialling import Dialling
from waihu.services.pairing import Pairing
from waihu.services.why import Why
from waihu.services.why_text import reason_text
from waihu.store.audit import By
from waihu.store.calls import calls_to
from waihu.store.leads import dial_facts
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu_models.agent import Agent, AgentState
from waihu_models.call import Call
from waihu_models.campaign import Campaign, CampaignState, DialMode
from waihu_models.errors import BadInput, CallRefused, Conflict
from waihu_models.events import AgentChanged
from waihu_models.ids import AgentId, CallId
from waihu_models.lead import DialFacts, Lead, LeadState, LeadStep

SKIPPED = timedelta(minutes=30)
"""A lead that was skipped comes back after this, to whoever is next."""
HISTORY = 20
LONGEST_REASON = 200  # characters
LATEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Card:
    """A lead that is shown to an agent, and the calls there were to its number, newest first."""

    lead: Lead
    campaign: Campaign
    calls: tuple[CallId, ...]


class Previews:
    """Shows leads one by one."""

    def __init__(
        self, dialling: Dialling, agents: AgentDesk, pairing: Pairing, store: Store, bus: Bus, clock: Clock
    ) -> None:
        self._dialling = dialling
        self._agents = agents
        self._pairing = pairing
        self._store = store
        self._clock = clock
        bus.subscribe(AgentChanged, self._agent_changed)

    async def show(self, agent_id: AgentId) -> Card | None:
        """Show the next lead and keep it for the agent; the same one until it is called, skipped or put off.

        Raises:
            NotFound: there is no such agent.
            Conflict: the agent is busy, or works for no running campaign with preview.
            StoreError: not now.
        """
        self._free(agent_id)
        for loop in self._loops(agent_id):
            lead = loop.shown(agent_id) or await loop.preview(agent_id)
            if lead is not None:
                calls = tuple(await calls_to(self._store, lead.number_e164, HISTORY))
                return Card(lead, loop.campaign, calls)
        return None

    async def dial(self, agent_id: AgentId) -> Call:
        """Call the lead that is shown.

        Raises:
            CallRefused: it may not be called any more; it is put off.
            Conflict: nothing is shown, the agent is busy, or nothing may be dialled now.
        """
        loop, lead = self._shown(agent_id)
        now = self._clock.now()
        # Looked at for minutes, perhaps: what was true when it was shown is asked again.
        facts = (await dial_facts(self._store, [lead], now)).get(lead.id, DialFacts())
        permission = may_dial(lead, facts, loop.campaign, now)
        if permission.refusal is not None:
            loop.skip_preview(agent_id)
            why = Why(lead, loop.campaign, facts, permission, (), now)
            raise CallRefused(permission.refusal, reason_text(permission.refusal, why, zh=False))
        agent = self._free(agent_id)
        call = loop.dial_preview(agent_id)
        self._pairing.promise(call, agent)
        return call

    async def skip(self, agent_id: AgentId, reason: str, by: By) -> None:
        """Leave the lead that is shown to somebody else, later.

        Raises:
            BadInput: no reason is given.
            Conflict: nothing is shown.
        """
        reason = reason.strip()
        if not 0 < len(reason) <= LONGEST_REASON:
            raise BadInput(f"say why you skip it, in up to {LONGEST_REASON} characters")
        lead = self._shown(agent_id)[1]
        at = self._clock.now() + SKIPPED
        step = LeadStep(lead.state, "skipped", next_at=at, attempts_of_outcome=lead.attempts_of_outcome,
                        callback_agent_id=lead.callback_agent_id)  # fmt: skip
        await self._put_off(agent_id, step, by, f"preview.skip: {reason}")

    async def later(self, agent_id: AgentId, at: datetime, by: By) -> None:
        """Put the lead that is shown off to a moment at which this agent calls it.

        Raises:
            BadInput: the moment has passed, has no zone, or is more than a year ahead.
            Conflict: nothing is shown.
        """
        now = self._clock.now()
        if at.tzinfo is None or not now < at <= now + LATEST:
            raise BadInput("the time lies in the past, more than a year ahead, or has no zone")
        lead = self._shown(agent_id)[1]
        step = LeadStep(LeadState.CALLBACK, "put off", next_at=at, attempts_of_outcome=lead.attempts_of_outcome,
                        callback_agent_id=agent_id)  # fmt: skip
        await self._put_off(agent_id, step, by, "preview.later: ")

    async def _put_off(self, agent_id: AgentId, step: LeadStep, by: By, what: str) -> None:
        loop, lead = self._shown(agent_id)
        action, _, detail = what.partition(": ")
        unit = Unit()
        unit.step_lead(lead.id, step, lead.last_outcome)
        unit.add_audit(by.actor, action, lead.id, detail or f"until {step.next_at}", by.at)
        await self._store.commit(unit)
        loop.skip_preview(agent_id)

    def _free(self, agent_id: AgentId) -> Agent:
        agent = self._agents.get(agent_id)
        if agent.state is not AgentState.AVAILABLE:
            raise Conflict(f"agent {agent_id!r} is {agent.state}, not available")
        return agent

    def _loops(self, agent_id: AgentId) -> list[DialLoop]:
        agent = self._agents.get(agent_id)
        loops = [
            loop
            for loop in self._dialling.loops.values()
            if loop.campaign.mode is DialMode.PREVIEW
            and loop.campaign.state is CampaignState.RUNNING
            and loop.feed.serves(agent)
        ]
        if not loops:
            raise Conflict("no campaign of yours shows its leads before they are called")
        return loops

    def _shown(self, agent_id: AgentId) -> tuple[DialLoop, Lead]:
        self._agents.get(agent_id)
        for loop in self._dialling.loops.values():
            lead = loop.shown(agent_id)
            if lead is not None:
                return loop, lead
        raise Conflict("no lead is shown to this agent")

    def _agent_changed(self, change: AgentChanged) -> None:
        """Who has gone looks at nothing any more."""
        if change.agent.state is AgentState.OFFLINE:
            for loop in self._dialling.loops.values():
                loop.skip_preview(change.agent.id)
