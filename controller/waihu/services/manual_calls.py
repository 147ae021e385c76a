"""Click to call: an agent chooses whom to call, and the law and the campaign's rules say whether it may be.

The agent is reserved first, and on-hook the phone is rung first; the customer is called as soon as the agent is there,
so nobody who is called by hand can be left without an agent for lack of one.
"""

import asyncio
from dataclasses import dataclass, replace

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.dialer.dial_rules import may_dial
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk, Job
from waihu.services.caller_ids import CallerIds
from waihu.services.line_facts import outbound_facts
from waihu.services.lines import Lines
from waihu.services.numbers_in_use import NumbersInUse
from waihu.services.pairing import Pairing
from waihu.services.rule_shelf import RuleShelf
from waihu.services.why import Why
from waihu.services.why_text import reason_text
from waihu.store import campaigns as stored_campaigns
from waihu.store.audit import By
from waihu.store.leads import add_leads, lead_by_id
from waihu.store.numbers import facts_of, lead_for_customer, lead_for_number
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.telephony.port import Switch
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.call import Call, Direction, Origin
from waihu_models.campaign import Campaign, CampaignState
from waihu_models.errors import BadInput, CallRefused, Conflict, NotFound, StoreError, SwitchUnreachable, WaihuError
from waihu_models.events import AgentChanged, CallChanged, ListsChanged
from waihu_models.ids import AgentId, CallId, CampaignId, CustomerId, LeadId, customer_leg, new_id
from waihu_models.lead import BY_HAND, Consent, DialFacts, Lead, LeadState, Refusal
from waihu_models.phone import parse_e164
from waihu_models.signals import CallOver

log = structlog.get_logger()

RESERVE_S = 5.0
"""An agent who does not take up the reservation in this time did something else in the same moment."""
_MAY_CALL = frozenset({AgentState.AVAILABLE, AgentState.PAUSED})
_OPEN = frozenset({CampaignState.RUNNING, CampaignState.PAUSED})


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom to call: exactly one of these."""

    number: str = ""
    customer_id: CustomerId | None = None
    lead_id: LeadId | None = None


@dataclass(slots=True)
class _Pending:
    """A call whose agent is not there yet."""

    call: Call
    job: Job
    timer: asyncio.TimerHandle


class ManualCalls:
    """Places the calls that agents choose."""

    def __init__(  # noqa: PLR0913 -- one part for each thing it stands between
        self,
        *,
        calls: CallDesk,
        agents: AgentDesk,
        pairing: Pairing,
        lines: Lines,
        caller_ids: CallerIds,
        shelf: RuleShelf,
        switch: Switch,
        store: Store,
        bus: Bus,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._agents = agents
        self._pairing = pairing
        self._lines = lines
        self._caller_ids = caller_ids
        self._shelf = shelf
        self._switch = switch
        self._store = store
        self._bus = bus
        self._clock = clock
        self._numbers = NumbersInUse(clock)
        self._pending: dict[AgentId, _Pending] = {}
        bus.subscribe(AgentChanged, self._agent_changed)
        bus.subscribe(CallChanged, lambda change: self._numbers.call_changed(change.call))

    def awaits(self, call_id: CallId | None) -> bool:
        """Say whether a call is placed as soon as its agent is there."""
        return any(pending.call.id == call_id for pending in self._pending.values())

    async def call(self, agent_id: AgentId, whom: Whom, campaign_id: CampaignId | None, by: By) -> CallId:
        """Call somebody for an agent who is available or pauses.

        Args:
            agent_id: Who speaks.
            whom: Who is called.
            campaign_id: By whose rules, trunk and caller id; None: those of the agent's own campaign.
            by: Who asks, for the audit log.
        Returns:
            The id the call has, or, on-hook, will have when the phone is picked up.
        Raises:
            NotFound: there is no such agent, campaign, lead, customer.
            BadInput: not exactly one of number, customer and lead is given, or the number cannot be dialled.
            CallRefused: the law or a rule forbids it.
            Conflict: the agent is busy, the campaign is not open, no line or caller id is free.
            SwitchUnreachable, StoreError: not now.
        """
        campaign = await self._campaign(campaign_id or self._ready(agent_id).campaign_id)
        lead = await self._lead(whom, campaign)
        facts = await self._allowed(lead, campaign)
        if lead.version == 0:
            lead = await self._stored(lead)
        # From here to the reservation nothing is awaited, but for the audit log, which comes first.
        unit = Unit()
        unit.add_audit(by.actor, "call.manual", lead.id, f"agent {agent_id}, campaign {campaign.name}", by.at)
        await self._store.commit(unit)
        return self._reserve(self._ready(agent_id), lead, facts, campaign)

    def cancel(self, agent_id: AgentId, call_id: CallId) -> bool:
        """Give up a call whose agent's phone still rings; return whether there was one."""
        pending = self._pending.get(agent_id)
        if pending is None or pending.call.id != call_id:
            return False
        self._drop(agent_id)
        self._agents.post(agent_id, CallOver(call_id, self._clock.now(), talked=False))
        return True

    def _ready(self, agent_id: AgentId) -> Agent:
        agent = self._agents.get(agent_id)
        if agent.state not in _MAY_CALL or agent_id in self._pending:
            busy = agent.state if agent_id not in self._pending else "calling already"
            raise Conflict(f"agent {agent_id!r} is {busy}: only who is available or pauses can call somebody")
        if agent.phone_away or (agent.mode is PhoneMode.NAILED_UP and not agent.leg_joined):
            raise Conflict(f"the phone of agent {agent_id!r} is not there")
        if not self._switch.reachable:
            raise SwitchUnreachable("the exchange cannot be reached now")
        return agent

    async def _campaign(self, campaign_id: CampaignId | None) -> Campaign:
        if campaign_id is None:
            raise BadInput("say for which campaign you call")
        known = {campaign.id: campaign for campaign in await stored_campaigns.campaigns(self._store)}
        if campaign_id not in known:
            raise NotFound(f"there is no campaign {campaign_id!r}")
        campaign = known[campaign_id]
        if campaign.state not in _OPEN:
            raise Conflict(f"campaign {campaign.name!r} is {campaign.state}")
        await self._shelf.refresh()
        return await self._shelf.lawful(campaign)

    async def _lead(self, whom: Whom, campaign: Campaign) -> Lead:
        if sum(map(bool, (whom.number, whom.customer_id, whom.lead_id))) != 1:
            raise BadInput("say whom to call: a number, a customer or a lead")
        if whom.lead_id:
            lead = await lead_by_id(self._store, whom.lead_id)
            if lead.campaign_id != campaign.id:
                raise BadInput("this lead is on the list of another campaign")
            return lead
        if whom.customer_id:
            return await lead_for_customer(self._store, campaign.id, whom.customer_id)
        number = parse_e164(whom.number, campaign.region, allow_fictional=True)
        return await lead_for_number(self._store, campaign.id, number)

    async def _allowed(self, lead: Lead, campaign: Campaign) -> DialFacts:
        now = self._clock.now()
        facts = await facts_of(self._store, lead, now)
        if lead.number_e164 in self._numbers or lead.state is LeadState.DIALLING:
            facts = replace(facts, in_call=True)
        asked = _as_asked(lead)
        permission = may_dial(asked, facts, campaign, now)
        if permission.refusal is not None:
            why = Why(asked, campaign, facts, permission, (), now)
            raise CallRefused(permission.refusal, reason_text(permission.refusal, why, zh=False))
        return facts

    async def _stored(self, lead: Lead) -> Lead:
        lead = replace(lead, version=1)
        try:
            await add_leads(self._store, [lead])
        except StoreError as error:
            raise Conflict("somebody else is calling this number for the campaign now") from error
        return lead

    # ---- agent first, then customer --------------------------------------------------------------------------------

    def _reserve(self, agent: Agent, lead: Lead, facts: DialFacts, campaign: Campaign) -> CallId:
        if lead.number_e164 in self._numbers or any(p.call.lead_id == lead.id for p in self._pending.values()):
            raise CallRefused(Refusal.NUMBER_BUSY, "the number is in a call of ours")
        wanted = outbound_facts(lead, campaign, self._clock.now(), facts) if self._lines.choosy else None
        call = _call(lead, facts, campaign, agent)
        trunk = self._lines.take(campaign, wanted, call_id=call.id)
        if trunk is None:
            raise Conflict("no line is free for this campaign now")
        shown = self._caller_ids.for_line(campaign, trunk, lead.number_e164)
        call = replace(
            call, trunk=trunk.name, dial_string=trunk.spell(lead.number_e164), caller_id=shown,
            state_since=self._clock.now(), dialled_at=self._clock.now(),
        )  # fmt: skip
        timer = asyncio.get_running_loop().call_later(RESERVE_S, self._not_taken_up, agent.id)
        self._pending[agent.id] = _Pending(call, Job(lead, campaign), timer)
        self._bus.publish(ListsChanged(frozenset({lead.id})))  # whoever has read it ahead lets go of it
        self._pairing.reserve(agent, call.id)
        return call.id

    def _agent_changed(self, change: AgentChanged) -> None:
        agent, pending = change.agent, self._pending.get(change.agent.id)
        if pending is None:
            return
        if agent.call_id == pending.call.id:
            pending.timer.cancel()
            if agent.state is AgentState.RESERVED and agent.leg_joined:
                self._place(agent, pending)
        elif change.was.call_id == pending.call.id or agent.state not in _MAY_CALL:
            self._drop(agent.id)

    def _place(self, agent: Agent, pending: _Pending) -> None:
        self._drop(agent.id)
        now = self._clock.now()
        try:
            self._calls.place(replace(pending.call, state_since=now, dialled_at=now), pending.job)
        except WaihuError as error:
            log.warning("manual_call_not_placed", agent_id=agent.id, problem=str(error))
            self._agents.post(agent.id, CallOver(pending.call.id, now, talked=False))

    def _not_taken_up(self, agent_id: AgentId) -> None:
        log.warning("manual_call_not_taken_up", agent_id=agent_id)
        self._drop(agent_id)

    def _drop(self, agent_id: AgentId) -> None:
        pending = self._pending.pop(agent_id, None)
        if pending is not None:
            pending.timer.cancel()


def _as_asked(lead: Lead) -> Lead:
    """Return a lead as the rules see it when somebody wants to call it now: its place on the list means nothing."""
    over = lead.state in {LeadState.DONE, LeadState.CLOSED}
    waits = lead.list_name == BY_HAND and lead.state is LeadState.PAUSED and lead.attempts == 0
    return replace(lead, state=LeadState.NEW if over or waits else lead.state, next_at=None)


def _call(lead: Lead, facts: DialFacts, campaign: Campaign, agent: Agent) -> Call:
    call_id = CallId(new_id())
    said = lead.recording_consent if facts.record_consent is Consent.UNKNOWN else facts.record_consent
    allowed = said is Consent.GRANTED if campaign.recording_needs_consent else said is not Consent.DENIED
    return Call(
        id=call_id,
        direction=Direction.OUTBOUND,
        origin=Origin.MANUAL,
        leg_id=customer_leg(call_id),
        number_e164=lead.number_e164,
        trunk="",
        caller_id="",
        campaign_id=campaign.id,
        lead_id=lead.id,
        customer_id=lead.customer_id,
        ring_timeout_s=campaign.ring_timeout_s,
        patience_s=campaign.patience_s,
        recording_allowed=campaign.recording and allowed,
        drop_media=campaign.drop_media,
        rules_version=campaign.law.version,
        agent_id=agent.id,
        state_since=agent.state_since,
        dialled_at=agent.state_since,
    )
