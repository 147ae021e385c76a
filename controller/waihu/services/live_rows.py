"""Nouns as live screens show them. Numbers are masked here, at the source: nothing above ever holds a clear one."""

from collections.abc import Callable
from datetime import datetime

from waihu_models.agent import Agent, AgentState
from waihu_models.call import Call, CallState
from waihu_models.events import PreviewShown
from waihu_models.lead import Lead, LeadState
from waihu_models.live import AgentDay, DeskAgent, DeskCall, DeskConsult, DeskPreview, LiveAgent, LiveCall
from waihu_models.phone import E164, mask

_UNSEEN = frozenset({CallState.DIALLING, CallState.RINGING, CallState.EARLY_MEDIA, CallState.ANSWERED, CallState.ENDED})
_WITH_CUSTOMER = frozenset({AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP})


def is_seen(call: Call) -> bool:
    """Say whether a call is listed on the wall: somebody is there, and it is not over."""
    return call.state not in _UNSEEN


def next_state(agent: Agent) -> AgentState | None:
    """Return what an agent wished to follow the call under way."""
    if agent.then_log_out:
        return AgentState.OFFLINE
    return AgentState.PAUSED if agent.then_pause else None


def agent_row(agent: Agent, day: AgentDay, call: Call | None, lead: Lead | None) -> LiveAgent:
    """Return an agent as the wall shows them."""
    seen = call if agent.state in _WITH_CUSTOMER else None
    return LiveAgent(
        id=agent.id,
        name=agent.name,
        state=agent.state,
        state_since=agent.state_since,
        reason=agent.reason,
        campaign_id=seen.campaign_id if seen else agent.campaign_id,
        call_id=seen.id if seen else None,
        customer=lead.name if seen and lead else "",
        number=mask(seen.number_e164) if seen else "",
        wrap_ends_at=agent.wrap_ends_at,
        next_state=next_state(agent),
        day=day,
    )


def call_row(call: Call, lead: Lead | None) -> LiveCall:
    """Return a call as the wall lists it."""
    return LiveCall(
        id=call.id,
        direction=call.direction,
        state=call.state,
        state_since=call.state_since,
        campaign_id=call.campaign_id,
        agent_id=call.agent_id,
        customer=lead.name if lead else "",
        number=mask(call.number_e164),
        waits_since=_waits_since(call),
    )


def _waits_since(call: Call) -> datetime | None:
    return (call.greeting_ended_at or call.state_since) if call.state is CallState.WAITING else None


def desk_agent(agent: Agent) -> DeskAgent:
    """Return an agent as they see themselves."""
    return DeskAgent(
        id=agent.id,
        name=agent.name,
        phone=agent.phone,
        mode=agent.mode,
        state=agent.state,
        state_since=agent.state_since,
        reason=agent.reason,
        campaign_id=agent.campaign_id,
        wrap_ends_at=agent.wrap_ends_at,
        next_state=next_state(agent),
        next_reason=agent.then_log_out or agent.then_pause,
        phone_up=agent.leg_joined,
    )


def desk_consult(call: Call, agent_id: str, name_of: Callable[[str], str]) -> DeskConsult | None:
    """Return who is asked about a call, as an agent at either end of the question sees it."""
    asked = call.consult
    if asked is None:
        return None
    return DeskConsult(
        to=name_of(asked.agent_id) if asked.agent_id is not None else mask(E164(asked.to)),
        by=name_of(call.agent_id or ""),
        mine=call.agent_id == agent_id,
        joined=asked.joined,
        together=asked.together,
    )


def desk_call(call: Call, lead: Lead | None, consult: DeskConsult | None = None) -> DeskCall:
    """Return the call of an agent as they see it."""
    return DeskCall(
        id=call.id,
        direction=call.direction,
        state=call.state,
        state_since=call.state_since,
        dialled_at=call.dialled_at,
        answered_at=call.answered_at,
        connected_at=call.connected_at,
        hung_up_at=call.hung_up_at,
        held_s=call.held_s,
        campaign_id=call.campaign_id,
        lead_id=call.lead_id,
        customer_id=call.customer_id,
        customer=lead.name if lead else "",
        number=mask(call.number_e164),
        zone=lead.zone if lead else None,
        attempts=lead.attempts if lead else 0,
        tags=lead.tags if lead else (),
        recording=call.recording_id is not None and call.live,
        recording_paused=call.recording_paused,
        disposition=call.disposition.code if call.disposition else None,
        note=call.note,
        callback_at=call.callback_at,
        consult=consult,
    )


def desk_preview(shown: PreviewShown) -> DeskPreview | None:
    """Return the lead an agent is shown, as they see it."""
    lead = shown.lead
    if lead is None:
        return None
    return DeskPreview(
        lead_id=lead.id,
        campaign_id=shown.campaign_id,
        customer_id=lead.customer_id,
        customer=lead.name,
        number=mask(lead.number_e164),
        zone=lead.zone,
        attempts=lead.attempts,
        last_outcome=lead.last_outcome,
        last_attempt_at=lead.last_attempt_at,
        level=lead.level,
        tags=lead.tags,
        callback_at=lead.next_at if lead.state is LeadState.CALLBACK else None,
    )
