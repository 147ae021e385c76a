"""The end of the customer's leg, as steps of a call's life: what technically became of the call."""

from dataclasses import replace
from datetime import datetime

from waihu_models import signals as sig
from waihu_models.call import Call, CallState
from waihu_models.call_consult import without_consult
from waihu_models.call_transfer import Step, hold_counted, target_over, to
from waihu_models.outcome import LegEnd, decide_outcome
from waihu_models.values import changed

ESSENTIAL = frozenset({"Answer", "Screen", "Join", "Resume", "Play"})
"""Commands without which a call is of no use to the person on the line."""


def leg_ended(call: Call, signal: sig.LegEnded) -> Step:
    """The exchange tells of the end of the customer's leg."""
    call = changed(call, cause=signal.cause, sip_code=signal.sip_code)
    return leg_over(call, signal.at, _facts(call, signal.at))


def leg_vanished(call: Call, signal: sig.LegVanished) -> Step:
    """The customer's leg is gone, and nobody saw its end."""
    return leg_over(
        changed(call, reason=signal.reason or "vanished"), signal.at, replace(_facts(call, signal.at), lost=True)
    )


def _facts(call: Call, at: datetime) -> LegEnd:
    return LegEnd(
        answered=call.answered_at is not None,
        connected=call.connected_at is not None,
        abandoned=call.abandoned,
        verdict=call.verdict,
        ring_s=(at - call.dialled_at).total_seconds(),
        ring_timeout_s=float(call.ring_timeout_s),
        hang_up_asked=bool(call.hang_up_asked),
        cause=call.cause,
        sip_code=call.sip_code,
        # Our own fault must not pass for a person who hung up, which would make the drop rate look better.
        lost=call.hang_up_asked.partition(":")[0] in ESSENTIAL,
    )


def leg_over(call: Call, at: datetime, facts: LegEnd) -> Step:
    """The customer's leg is gone: decide the outcome; with an agent on it the call still needs its wrap-up."""
    call = hold_counted(call, at)
    call = changed(call, hung_up_at=at, outcome=decide_outcome(facts), reason=_why(call))
    call, ends = without_consult(call)
    ends = (*target_over(call), *ends)
    if call.connected_at is not None and call.agent_id is not None:
        return to(call, CallState.WRAP_UP, at), ends
    return to(call, CallState.ENDED, at, ended_at=at), ends


def _why(call: Call) -> str:
    return call.reason or call.turned_away or call.hang_up_asked
