"""Asking somebody before a customer is passed on, as steps of a call's life.

The customer hears music while the agent speaks with who is asked, in the agent's own bridge. Then the agent goes back
to the customer, takes everybody together, or leaves the two alone. Whoever is missing in the end, the customer is with
the agent, with who was asked, or waits with music for the next agent: never in silence, and never counted as abandoned.
"""

from datetime import datetime
from typing import TypeAlias

from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.call import Call, CallState
from waihu_models.call_transfer import (
    Step,
    hold_counted,
    next_target,
    target_entered,
    target_left,
    target_missed,
    to,
    without_target,
)
from waihu_models.consult import Consult
from waihu_models.ids import target_bridge
from waihu_models.values import changed

_Commands: TypeAlias = tuple[do.Command, ...]


def asked(call: Call, signal: sig.ConsultAsked) -> Step:
    """Let the customer hear music, and ring a number; an agent is rung by their own desk."""
    if call.bridge_id is None or call.transfer_leg_id or call.consult or call.hang_up_asked:
        return call, ()
    music: _Commands = ()
    if call.state is CallState.CONNECTED:
        music = (do.Hold(call.bridge_id, call.leg_id),)
        call = to(call, CallState.HELD, signal.at)
    if signal.target is None:
        return changed(call, consult=Consult(to=signal.to, agent_id=signal.agent_id)), music
    leg_id = next_target(call, signal.at)
    ring = do.PlaceCall(leg_id, signal.target, signal.caller_id, signal.ring_timeout_s)
    return changed(call, consult=Consult(to=signal.to, leg_id=leg_id)), (*music, ring)


def agent_there(call: Call, signal: sig.ConsultReady) -> Step:
    """The asked agent's phone is there: bring it to who asks."""
    consult = call.consult
    if consult is None or consult.agent_id != signal.agent_id or call.bridge_id is None:
        return call, (do.Join(signal.home, signal.leg_id),)
    if consult.joined:
        return call, ()
    there = changed(consult, leg_id=signal.leg_id, home=signal.home, joined=True)
    return changed(call, consult=there), (do.Join(call.bridge_id, signal.leg_id),)


def target_there(call: Call, signal: sig.TargetEntered) -> Step:
    """A number has answered: bring it to the agent who asks, or to the customer who is passed on."""
    if not _is_asked(call, signal):
        return target_entered(call, signal)
    if call.consult is None or call.bridge_id is None or call.consult.joined:
        return call, ()
    there = changed(call.consult, joined=True)
    return changed(call, consult=there), (do.Join(call.bridge_id, signal.leg_id),)


def target_gone_on_hold(call: Call, signal: sig.TargetEnded) -> Step:
    """A number did not answer, or hung up, while the customer hears music."""
    return _asked_gone(call, signal) if _is_asked(call, signal) else target_missed(call, signal)


def target_gone_in_talk(call: Call, signal: sig.TargetEnded) -> Step:
    """A number hung up that spoke with the customer."""
    return _asked_gone(call, signal) if _is_asked(call, signal) else target_left(call, signal)


def _is_asked(call: Call, signal: sig.TargetEntered | sig.TargetEnded) -> bool:
    return call.consult is not None and call.consult.agent_id is None and call.consult.leg_id == signal.leg_id


def _asked_gone(call: Call, signal: sig.TargetEnded) -> Step:
    # The agent has the customer alone, on hold or not.
    return changed(call, consult=None, reason=f"consult: {signal.sip_code or signal.cause}"), ()


def other_leg_failed(call: Call, signal: sig.CommandFailed) -> Step | None:
    """A command for somebody else than the customer, who hears music, did not work; None: it was for the customer."""
    if signal.command == "PlaceCall" and call.transfer_leg_id is not None:
        return without_target(call, signal.at, f"transfer: {signal.error}"), (do.HangUp(call.transfer_leg_id),)
    if call.consult is None or signal.command not in {"PlaceCall", "Join"}:
        return None
    if signal.gone or (signal.command == "PlaceCall" and call.consult.joined):  # its own end is told, or it is there
        return call, ()
    return without_consult(changed(call, reason=f"consult: {signal.error}"))


def asked_agent_gone(call: Call, signal: sig.ConsultLost) -> Step:
    """The asked agent did not pick up, or left: the agent has the customer alone, on hold or not."""
    if call.consult is None or call.consult.agent_id != signal.agent_id:
        return call, ()
    return changed(call, consult=None, reason=f"consult: {signal.reason}"), ()


def given_up(call: Call, _: sig.ConsultEnded) -> Step:
    """End the second conversation; the customer stays as they are."""
    return without_consult(call)


def without_consult(call: Call) -> Step:
    """Return the call without the second conversation, and what ends that."""
    if call.consult is None:
        return call, ()
    return changed(call, consult=None), _let_go(call.consult)


def _let_go(consult: Consult) -> _Commands:
    if consult.leg_id is None:
        return ()
    if consult.home is not None:  # an agent's leg goes home; their desk hangs it up if it is not to stay
        return (do.Join(consult.home, consult.leg_id),)
    return (do.HangUp(consult.leg_id),)


def conference(call: Call, signal: sig.ConferenceAsked) -> Step:
    """Take the customer into the conversation."""
    if call.consult is None or not call.consult.joined or call.bridge_id is None:
        return call, ()
    resume = do.Resume(call.bridge_id, call.leg_id)
    call = changed(hold_counted(call, signal.at), consult=changed(call.consult, together=True))
    return to(call, CallState.CONNECTED, signal.at), (resume,)


def apart(call: Call) -> Call:
    """Return the call as it is when the customer is put on hold in a conference: the other two go on."""
    if call.consult is None or not call.consult.together:
        return call
    return changed(call, consult=changed(call.consult, together=False))


def may_pass(call: Call) -> bool:
    """Say whether there is somebody to leave the customer to."""
    return call.consult is not None and call.consult.joined and not call.hang_up_asked


def pass_on(call: Call, at: datetime) -> Step:
    """Bring the customer together with who was asked; who asked wraps up."""
    consult, music = call.consult, call.state is CallState.HELD
    assert consult is not None
    assert consult.leg_id is not None
    stop: _Commands = (do.StopMusic(call.leg_id),) if music else ()
    call = to(hold_counted(call, at), CallState.CONNECTED, at, consult=None, transfer_to=consult.to, reason="")
    bridge_id = consult.home or target_bridge(call.id)
    joins = (do.Join(bridge_id, consult.leg_id), *stop, do.Join(bridge_id, call.leg_id))
    if consult.agent_id is not None:
        return changed(call, agent_id=consult.agent_id, bridge_id=bridge_id), joins
    return changed(call, transfer_leg_id=consult.leg_id, bridge_id=bridge_id), (do.OpenBridge(bridge_id), *joins)
