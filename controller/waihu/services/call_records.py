"""What is stored when a call moves: one unit per change, complete in itself."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from waihu.dialer.lead_steps import next_step
from waihu.store.unit import Unit
from waihu_models.call import Call, CallState, Origin
from waihu_models.campaign import Campaign
from waihu_models.disposition import Category
from waihu_models.events import LeadStepped
from waihu_models.lead import BY_HAND, Lead, LeadState, LeadStep
from waihu_models.outcome import Outcome
from waihu_models.recording import Recording, RecordingState

# Rung, answered: passed through in a moment, nothing is commanded in them, and the next state stores their times.
_VOLATILE = frozenset({CallState.RINGING, CallState.EARLY_MEDIA, CallState.ANSWERED})


def new_call(call: Call, lead: Lead | None) -> Unit:
    """Return the unit that must be committed before a call is dialled or accepted."""
    unit = Unit()
    unit.save_call(call)
    if lead is not None:
        unit.lead_dialled(lead.id, call.dialled_at, lead.version)
    _announce(unit, call)
    return unit


def call_moved(was: Call, call: Call) -> Unit | None:
    """Return what to store for a change, None when nothing has to be kept yet."""
    judged = call.disposition is not None and call.disposition is not was.disposition
    if call.state in _VOLATILE and not judged:
        return None
    unit = Unit()
    unit.save_call(call)
    if call.recording_id is not None and was.recording_id is None and call.connected_at is not None:
        unit.save_recording(
            Recording(
                id=call.recording_id, call_id=call.id, state=RecordingState.RECORDING, started_at=call.connected_at
            )
        )
    if judged:
        unit.save_disposition(call)
    if call.disposition is not None and never_again(was, call):
        unit.add_do_not_call(call.number_e164, call.disposition.code, call.state_since, f"call {call.id}")
    if call.state is not was.state:
        _announce(unit, call)
    return unit


def never_again(was: Call, call: Call) -> bool:
    """Say whether this change says that the other party, of an outbound or inbound call, must not be called again."""
    said = call.disposition
    if said is None or said is was.disposition or said.category is not Category.DO_NOT_CALL:
        return False
    return call.number_e164.startswith("+")  # a caller may hide their number


def lead_follows(unit: Unit, call: Call, lead: Lead, campaign: Campaign, now: datetime) -> LeadStepped:
    """Add to the unit of an ended call what it means for the lead."""
    step = _by_hand(call, lead, next_step(campaign, lead, call, now))
    outcome = str(call.outcome or "")
    unit.step_lead(lead.id, step, outcome)
    if call.outcome is Outcome.ANSWERED and lead.customer_id is None:
        unit.new_customer(lead, now)  # a bare number becomes a customer when somebody was spoken with
    if step.mark_number_invalid:
        wrong_party = call.disposition is not None and call.disposition.category is Category.INVALID
        unit.mark_number(call.number_e164, "wrong_party" if wrong_party else "invalid", now)
    unit.add_outbox(
        "lead.stepped",
        lead.id,
        {"lead_id": lead.id, "state": str(step.state), "reason": step.reason, "next_at": _iso(step.next_at)},
        now,
    )
    return LeadStepped(lead.id, step)


def _by_hand(call: Call, lead: Lead, step: LeadStep) -> LeadStep:
    """Whom an agent chose to call is not called again by the list for it, unless that was promised."""
    over = lead.state in {LeadState.DONE, LeadState.CLOSED}
    if call.origin is not Origin.MANUAL or step.state is not LeadState.RETRY or not (over or lead.list_name == BY_HAND):
        return step
    return replace(step, state=lead.state if over else LeadState.CLOSED, next_at=None)


def _announce(unit: Unit, call: Call) -> None:
    payload: dict[str, Any] = {
        "call_id": call.id,
        "state": str(call.state),
        "direction": str(call.direction),
        "origin": str(call.origin),
        "campaign_id": call.campaign_id,
        "lead_id": call.lead_id,
        "customer_id": call.customer_id,
        "agent_id": call.agent_id,
    }
    if call.state is CallState.ENDED:
        payload |= {
            "outcome": str(call.outcome),
            "talk_s": call.talk_s,
            "disposition": call.disposition.code if call.disposition else None,
            "recording_id": call.recording_id,
            "reason": call.reason,
        }
    unit.add_outbox(f"call.{call.state}", call.id, payload, call.state_since)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
