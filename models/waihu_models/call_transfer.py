"""Passing a customer on, as steps of a call's life: to another agent, a number, a queue, to whoever is free.

The customer hears music until somebody is there, and whoever does not answer is replaced by any agent of the campaign:
there is no silence, and nobody counts as abandoned.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.call import Call, CallState
from waihu_models.ids import LegId, target_bridge, target_leg
from waihu_models.values import changed

SUPERVISOR = "supervisor:"
"""What ``Call.transfer_to`` begins with where a supervisor took the call over, on a phone of ours."""

Step: TypeAlias = tuple[Call, tuple[do.Command, ...]]
Transition: TypeAlias = Callable[[Call, Any], Step]


def to(call: Call, state: CallState, at: datetime, **changes: Any) -> Call:
    """Return the call in another state."""
    return changed(call, state=state, state_since=at, **changes)


def hold_counted(call: Call, at: datetime) -> Call:
    """Add the time on hold that ends now."""
    if call.state is not CallState.HELD:
        return call
    return changed(call, held_s=call.held_s + (at - call.state_since).total_seconds())


def transfer(call: Call, signal: sig.TransferAsked) -> Step:
    """Take the customer from the agent, who wraps up, and let them wait with music for whom it is passed on to."""
    if call.bridge_id is None or call.transfer_leg_id or call.consult or call.hang_up_asked:
        return call, ()
    music = (do.Hold(call.bridge_id, call.leg_id),) if call.state is CallState.CONNECTED else ()
    call = changed(hold_counted(call, signal.at), bridge_id=None, reason="")
    call = changed(call, transfer_to=signal.to, patience_s=signal.patience_s)
    if signal.asks:
        call = changed(call, agent_id=None, asks=signal.asks, drop_media=_WAITED_LONG, queue="", queue_since=None)
        return to(call, CallState.ANSWERED, signal.at), music
    if signal.target is None:
        since = signal.at if signal.queue else None
        call = changed(call, agent_id=signal.to_agent_id, queue=signal.queue, queue_since=since)
        return _wait_again(call, signal.at), music
    leg_id = next_target(call, signal.at)
    ring = do.PlaceCall(leg_id, signal.target, signal.caller_id, signal.ring_timeout_s)
    return to(call, CallState.HELD, signal.at, transfer_leg_id=leg_id), (*music, ring)


def next_target(call: Call, at: datetime) -> LegId:
    """Name the leg of a number that a call is passed on to, or whom its agent asks."""
    # At most one at a time, and each has a name of its own, so that late news of one is not taken for the next one's.
    return target_leg(call.id, int(at.timestamp() * 1000))


def _wait_again(call: Call, at: datetime) -> Call:
    return to(call, CallState.WAITING, at, greeting_ended_at=at, drop_media=_WAITED_LONG)


_WAITED_LONG = "all-busy"  # what is said in the end to whom nobody could take


def target_entered(call: Call, signal: sig.TargetEntered) -> Step:
    """Bring the customer together with who answered there."""
    if signal.leg_id != call.transfer_leg_id:
        return call, (do.HangUp(signal.leg_id),)
    bridge_id = target_bridge(call.id)
    call = to(hold_counted(call, signal.at), CallState.CONNECTED, signal.at, bridge_id=bridge_id)
    joins = (do.Join(bridge_id, call.leg_id), do.Join(bridge_id, signal.leg_id))
    return call, (do.OpenBridge(bridge_id), do.StopMusic(call.leg_id), *joins)


def target_missed(call: Call, signal: sig.TargetEnded) -> Step:
    """Nobody answered there: the customer, who hears music all the time, gets any agent."""
    if signal.leg_id != call.transfer_leg_id:
        return call, ()
    return without_target(call, signal.at, f"transfer: {signal.sip_code or signal.cause}"), ()


def without_target(call: Call, at: datetime, reason: str) -> Call:
    """Return the call waiting for any agent."""
    call = changed(hold_counted(call, at), transfer_leg_id=None, agent_id=None, bridge_id=None, reason=reason)
    return _wait_again(call, at)


def target_left(call: Call, signal: sig.TargetEnded) -> Step:
    """End the call when the other side of it has hung up."""
    if signal.leg_id != call.transfer_leg_id:
        return call, ()
    return changed(call, hang_up_asked="transfer ended"), (do.HangUp(call.leg_id),)


def target_over(call: Call) -> tuple[do.Command, ...]:
    """End what was opened for whom the call was passed on to."""
    if call.transfer_leg_id is None:
        return ()
    return do.HangUp(call.transfer_leg_id), do.CloseBridge(target_bridge(call.id))
