"""The life of a call: the table of everything that can happen to it, on one screen at the end of this file.

``advance`` is the only way a call changes. It is pure: what has to be done comes back as commands. A pair of state and
signal that is neither in ``TABLE`` nor in ``REPEATS`` raises ``IllegalTransition``, which the call desk logs, counts
and answers by looking at what the exchange really holds.
"""

from typing import Any, TypeAlias

from waihu_models import call_consult as second
from waihu_models import call_queue as waiting
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.call import Call, CallState, Direction, Origin
from waihu_models.call_end import ESSENTIAL, leg_ended, leg_over, leg_vanished
from waihu_models.call_screening import message_left, screened
from waihu_models.call_transfer import (
    Step,
    Transition,
    hold_counted,
    to,
    transfer,
)
from waihu_models.errors import IllegalTransition
from waihu_models.ids import PlaybackId, RecordingId
from waihu_models.outcome import LegEnd
from waihu_models.values import changed

_Row: TypeAlias = dict[type, Transition]


def place(call: Call) -> tuple[do.Command, ...]:
    """Return the commands that start a stored outbound call."""
    address = do.TrunkAddress(call.trunk, call.dial_string or call.number_e164)
    return (do.PlaceCall(call.leg_id, address, call.caller_id, call.ring_timeout_s),)


def accept(call: Call) -> tuple[do.Command, ...]:
    """Return the commands that take a stored inbound call."""
    return (do.Answer(call.leg_id),)


def advance(call: Call, signal: Any) -> Step:
    """Apply one signal.

    Raises:
        IllegalTransition: the signal cannot happen in the call's state.
    """
    transition = TABLE.get((call.state, type(signal)))
    if transition is not None:
        return transition(call, signal)
    if (call.state, type(signal)) in REPEATS:
        return call, ()
    raise IllegalTransition(call.state, signal)


# ---- the transitions ------------------------------------------------------------------------------------------


def _rings(call: Call, signal: sig.LegRinging) -> Step:
    return to(call, CallState.RINGING, signal.at, ringing_at=call.ringing_at or signal.at), ()


def _early_media(call: Call, signal: sig.LegProgress) -> Step:
    return to(call, CallState.EARLY_MEDIA, signal.at, early_media_at=call.early_media_at or signal.at), ()


def _answered(call: Call, signal: sig.LegAnswered) -> Step:
    if call.direction is Direction.INBOUND and not call.asks:  # it has been in our hands since it arrived
        return _entered(changed(call, answered_at=signal.at), sig.LegEntered(signal.leg_id, signal.at))
    return to(call, CallState.ANSWERED, signal.at, answered_at=signal.at), ()


def _entered(call: Call, signal: sig.LegEntered) -> Step:
    # The exchange may report the leg entering our hands before, or without, its answer.
    call = call if call.answered_at else changed(call, answered_at=signal.at)
    if call.hang_up_asked:
        return call, (do.HangUp(call.leg_id),)
    if call.screening and call.verdict is None:
        return to(call, CallState.SCREENING, signal.at), (do.Screen(call.leg_id),)
    if waiting.is_to_be_asked(call):
        return waiting.begins_to_be_asked(call, signal.at)
    # Who was asked by keys waits for an agent only from the last answer on.
    since = signal.at if call.asks else call.answered_at
    call = changed(call, asks="", chosen=signal.chosen or call.chosen)
    return waiting.begins_to_wait(call, signal.at, since)


def _reserved(call: Call, signal: sig.AgentReserved) -> Step:
    return changed(call, agent_id=signal.agent_id), ()


def _agent_ready(call: Call, signal: sig.AgentReady) -> Step:
    if call.hang_up_asked:  # it ends, and its agent is told
        return call, ()
    quiet = waiting.quiet(call)
    call = changed(waiting.served(call), agent_id=signal.agent_id, bridge_id=signal.bridge_id)
    return call, (*quiet, do.Join(signal.bridge_id, call.leg_id))


def _joined(call: Call, signal: sig.LegJoined) -> Step:
    if signal.bridge_id != call.bridge_id:
        return call, ()
    call = to(call, CallState.CONNECTED, signal.at, connected_at=call.connected_at or signal.at)
    if not call.recording_allowed or call.recording_id:
        return call, ()
    call = changed(call, recording_id=RecordingId(call.id))
    return call, (do.StartRecording(RecordingId(call.id), call.leg_id),)


def _is_of_another(call: Call, signal: sig.AgentLost) -> bool:
    return signal.agent_id is not None and signal.agent_id != call.agent_id


def _agent_lost_waiting(call: Call, signal: sig.AgentLost) -> Step:
    return (call if _is_of_another(call, signal) else changed(call, agent_id=None, bridge_id=None)), ()


def _agent_lost_talking(call: Call, signal: sig.AgentLost) -> Step:
    if _is_of_another(call, signal) or call.transfer_leg_id is not None:
        return call, ()
    if call.consult is not None and call.consult.together:  # the other two go on
        return second.pass_on(call, signal.at)
    # The customer gets another agent with a fresh limit; connected_at stays, so this is never counted as abandoned.
    call, ends = second.without_consult(hold_counted(call, signal.at))
    call = changed(call, agent_id=None, bridge_id=None, greeting_ended_at=signal.at, reason=signal.reason)
    return to(call, CallState.WAITING, signal.at), (*ends, *waiting.waiting_sound(call))


def _patience_over(call: Call, signal: sig.PatienceOver) -> Step:
    if call.bridge_id is not None:  # the agent is only milliseconds away
        return call, ()
    stop = waiting.said_no_more(call)
    last = PlaybackId(call.id)
    call = changed(call, abandoned=_may_be_abandoned(call), agent_id=None, bridge_id=None, announcement=last)
    return to(call, CallState.DROPPING, signal.at), (*stop, do.Play(call.leg_id, call.drop_media, last))


def _may_be_abandoned(call: Call) -> bool:
    # Whom an agent called by hand was not called by a machine for lack of agents.
    return call.connected_at is None and call.origin is not Origin.MANUAL


def _hang_up(call: Call, signal: sig.HangUpAsked) -> Step:
    said = {"chosen": signal.chosen or call.chosen, "disposition": signal.disposition or call.disposition}
    return changed(call, hang_up_asked=signal.reason or "asked", **said), (do.HangUp(call.leg_id),)


def _bridge_gone(call: Call, signal: sig.BridgeGone) -> Step:
    """Somebody took the bridge away under a conversation: put it, and the customer, back."""
    if call.bridge_id is None or signal.bridge_id != call.bridge_id or call.hang_up_asked:
        return call, ()
    consult = call.consult
    others = (call.transfer_leg_id, consult.leg_id if consult is not None and consult.joined else None)
    legs = (call.leg_id if call.state is CallState.CONNECTED else None, *others)
    joins = [do.Join(call.bridge_id, leg_id) for leg_id in legs if leg_id is not None]
    return call, (do.OpenBridge(call.bridge_id), *joins) if joins else ()


def _held(call: Call, signal: sig.HoldAsked) -> Step:
    if call.bridge_id is None:
        return call, ()
    return to(second.apart(call), CallState.HELD, signal.at), (do.Hold(call.bridge_id, call.leg_id),)


def _resumed(call: Call, signal: sig.ResumeAsked) -> Step:
    if call.bridge_id is None:
        return call, ()
    resume = do.Resume(call.bridge_id, call.leg_id)
    call, ends = second.without_consult(hold_counted(call, signal.at))
    return to(call, CallState.CONNECTED, signal.at), (*ends, resume)


def _digits(call: Call, signal: sig.DigitsAsked) -> Step:
    return call, (do.SendDigits(call.leg_id, signal.digits),)


def _recording_pause(call: Call, signal: sig.RecordingPauseAsked) -> Step:
    if call.recording_id is None or call.recording_paused == signal.paused:
        return call, ()
    ask = do.PauseRecording if signal.paused else do.ResumeRecording
    return changed(call, recording_paused=signal.paused), (ask(call.recording_id, call.leg_id),)


def _disposed(call: Call, signal: sig.Disposed) -> Step:
    return (
        changed(call, disposition=signal.disposition, note=signal.note, callback_at=signal.callback_at),
        (),
    )


def _command_failed(call: Call, signal: sig.CommandFailed) -> Step:
    """End the call when what failed is essential to it; a leg that is gone reports its own end, once it is ours."""
    reason = f"{signal.command}: {signal.error}"
    if signal.command == "PlaceCall" and call.state is CallState.DIALLING:
        # After a time-out the leg may be there all the same.
        call, _ = leg_over(changed(call, reason=reason), signal.at, LegEnd(lost=True))
        return call, (do.HangUp(call.leg_id),)
    if call.state is CallState.HELD and (step := second.other_leg_failed(call, signal)) is not None:
        return step
    if signal.command == "PlaceCall":  # the answer was late: the leg has shown itself meanwhile
        return call, ()
    if signal.command == "Answer" and signal.gone:
        return leg_over(changed(call, reason="caller gave up"), signal.at, LegEnd(sip_code=_CALLER_GAVE_UP))
    if signal.gone:
        return call, ()
    if signal.command == "Play" and call.state is CallState.WAITING:
        return waiting.not_said(call)
    if signal.command in ESSENTIAL:
        # Somebody answered and hears nothing: whosever fault it is, to the law this is an abandoned call.
        dropped = call.abandoned or (call.state is CallState.WAITING and _may_be_abandoned(call))
        return changed(call, reason=reason, hang_up_asked=reason, abandoned=dropped), (do.HangUp(call.leg_id),)
    return changed(call, reason=reason), ()


_CALLER_GAVE_UP = 487  # what the SIP dialogue of a call cancelled by its caller ends with


def _asked_agent_gone(call: Call, signal: sig.ConsultLost) -> Step:
    if call.consult is None and signal.agent_id == call.agent_id:  # they had just been left the customer
        return _agent_lost_talking(call, sig.AgentLost(signal.at, signal.reason, signal.agent_id))
    return second.asked_agent_gone(call, signal)


def _left_to_the_asked(call: Call, signal: sig.ConsultPassAsked) -> Step:
    if second.may_pass(call):
        return second.pass_on(call, signal.at)
    if not signal.hung_up or call.hang_up_asked:
        return call, ()
    return _agent_lost_talking(call, sig.AgentLost(signal.at, "agent hung up"))


def _wrapped_up(call: Call, signal: sig.WrapOver | sig.AgentLost) -> Step:
    return to(call, CallState.ENDED, signal.at, ended_at=signal.at), ()


def _agent_gone(call: Call, signal: sig.AgentLost) -> Step:
    return (call, ()) if _is_of_another(call, signal) else _wrapped_up(call, signal)


# ---- the table: one row per state ----------------------------------------------------------------------------------

_S = CallState
_UNANSWERED: _Row = {
    sig.LegRinging: _rings,
    sig.LegProgress: _early_media,
    sig.LegAnswered: _answered,
    sig.LegEntered: _entered,
}
_ANY_LIVE: _Row = {
    sig.LegEnded: leg_ended,
    sig.LegVanished: leg_vanished,
    sig.HangUpAsked: _hang_up,
    sig.CommandFailed: _command_failed,
}
_WITH_AGENT: _Row = {
    sig.AgentLost: _agent_lost_talking,
    sig.RecordingPauseAsked: _recording_pause,
    sig.TransferAsked: transfer,
    sig.ConsultAsked: second.asked,
    sig.ConsultReady: second.agent_there,
    sig.ConsultLost: _asked_agent_gone,
    sig.ConsultEnded: second.given_up,
    sig.ConsultPassAsked: _left_to_the_asked,
    sig.BridgeGone: _bridge_gone,
    sig.Disposed: _disposed,
}
_ROWS: dict[CallState, _Row] = {
    _S.DIALLING: {**_UNANSWERED, **_ANY_LIVE},
    _S.RINGING: {**_UNANSWERED, **_ANY_LIVE},
    _S.EARLY_MEDIA: {**_UNANSWERED, **_ANY_LIVE},
    _S.ANSWERED: {sig.LegEntered: _entered, sig.Routed: waiting.routed, **_ANY_LIVE},
    _S.SCREENING: {sig.LegScreened: screened, sig.MessageLeft: message_left, **_ANY_LIVE},
    _S.WAITING: {
        sig.AgentReserved: _reserved,
        sig.AgentReady: _agent_ready,
        sig.AgentLost: _agent_lost_waiting,
        sig.LegJoined: _joined,
        sig.PatienceOver: _patience_over,
        sig.QueueMoved: waiting.moved,
        sig.AnnounceAsked: waiting.announced,
        sig.PlaybackEnded: waiting.said,
        sig.DigitPressed: waiting.pressed,
        sig.TurnedAway: waiting.turned_away,
        **_ANY_LIVE,
    },
    _S.DROPPING: {
        sig.PlaybackEnded: waiting.last_said,
        sig.DigitPressed: waiting.pressed,
        sig.TurnedAway: waiting.turned_away,
        **_ANY_LIVE,
    },
    _S.CONNECTED: {
        sig.HoldAsked: _held,
        sig.DigitsAsked: _digits,
        sig.TargetEnded: second.target_gone_in_talk,
        **_WITH_AGENT,
        **_ANY_LIVE,
    },
    _S.HELD: {
        sig.ResumeAsked: _resumed,
        sig.ConferenceAsked: second.conference,
        sig.TargetEntered: second.target_there,
        sig.TargetEnded: second.target_gone_on_hold,
        **_WITH_AGENT,
        **_ANY_LIVE,
    },
    _S.WRAP_UP: {sig.Disposed: _disposed, sig.WrapOver: _wrapped_up, sig.AgentLost: _agent_gone},
    _S.ENDED: {},
}
TABLE: dict[tuple[CallState, type], Transition] = {
    (state, signal): transition for state, row in _ROWS.items() for signal, transition in row.items()
}

_CONSULT = {
    sig.ConsultAsked,
    sig.ConsultReady,
    sig.ConsultLost,
    sig.ConsultEnded,
    sig.ConsultPassAsked,
    sig.ConferenceAsked,
}
_QUEUE = {sig.QueueMoved, sig.AnnounceAsked, sig.TurnedAway, sig.Routed}
# What the exchange or a race may say once more, or too late, and what then changes nothing.
_LATE = {
    sig.AgentReady, sig.AgentReserved, sig.AgentLost, sig.PatienceOver, sig.HangUpAsked, sig.HoldAsked, sig.ResumeAsked,
    sig.CommandFailed, sig.LegEnded, sig.LegVanished, sig.LegJoined, sig.LegLeft, sig.PlaybackEnded, sig.WrapOver,
    sig.RecordingPauseAsked, sig.LegAnswered, sig.LegScreened, sig.DigitPressed, sig.LegHeld, sig.LegUnheld,
    sig.BridgeGone, sig.DigitsAsked, sig.TransferAsked, sig.TargetEntered, sig.TargetEnded, *_CONSULT, *_QUEUE,
}  # fmt: skip
_REPEATS: dict[CallState, set[type]] = {
    _S.DIALLING: {sig.PatienceOver},
    _S.RINGING: {sig.PatienceOver},
    _S.EARLY_MEDIA: {sig.PatienceOver},
    _S.ANSWERED: {sig.LegAnswered, sig.LegRinging, sig.LegProgress, sig.DigitPressed, sig.LegJoined, sig.LegLeft,
                  sig.LegHeld, sig.LegUnheld, sig.PatienceOver, sig.AgentReady, sig.AgentReserved, sig.AgentLost,
                  sig.HoldAsked, sig.ResumeAsked, sig.RecordingPauseAsked, sig.BridgeGone, sig.DigitsAsked,
                  sig.TransferAsked, sig.TargetEntered, sig.TargetEnded, *_CONSULT,
                  sig.PlaybackEnded, sig.QueueMoved, sig.AnnounceAsked, sig.TurnedAway},
    _S.SCREENING: {sig.LegAnswered, sig.LegProgress, sig.LegEntered, sig.DigitPressed, sig.PatienceOver},
    _S.WAITING: {sig.LegAnswered, sig.LegEntered, sig.LegLeft, sig.LegHeld, sig.LegUnheld,
                 sig.HoldAsked, sig.ResumeAsked, sig.RecordingPauseAsked, sig.LegScreened, sig.BridgeGone,
                 sig.DigitsAsked, sig.TransferAsked, sig.TargetEntered, sig.TargetEnded, sig.Routed, *_CONSULT},
    _S.DROPPING: {sig.AgentReady, sig.AgentReserved, sig.AgentLost, sig.PatienceOver, sig.LegJoined, sig.LegLeft,
                  sig.LegHeld, sig.LegUnheld, sig.LegAnswered, sig.BridgeGone, sig.DigitsAsked, sig.TransferAsked,
                  sig.TargetEntered, sig.TargetEnded, sig.QueueMoved, sig.AnnounceAsked, sig.Routed, *_CONSULT},
    _S.CONNECTED: {sig.LegJoined, sig.LegLeft, sig.PatienceOver, sig.AgentReady, sig.AgentReserved, sig.LegAnswered,
                   sig.LegEntered, sig.DigitPressed, sig.LegHeld, sig.LegUnheld, sig.ResumeAsked, sig.WrapOver,
                   sig.TargetEntered, sig.ConferenceAsked, sig.PlaybackEnded, *_QUEUE},
    _S.HELD: {sig.LegJoined, sig.LegLeft, sig.PatienceOver, sig.HoldAsked, sig.DigitPressed, sig.LegHeld, sig.LegUnheld,
              sig.WrapOver, sig.DigitsAsked, sig.PlaybackEnded, *_QUEUE},
    _S.WRAP_UP: _LATE - {sig.WrapOver, sig.AgentLost},
    _S.ENDED: _LATE | {sig.LegRinging, sig.LegProgress, sig.LegEntered, sig.Disposed},
}  # fmt: skip
REPEATS: frozenset[tuple[CallState, type]] = frozenset(
    (state, signal) for state, signals in _REPEATS.items() for signal in signals
)
