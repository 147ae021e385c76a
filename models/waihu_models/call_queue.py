"""Waiting in a queue, as steps of a call's life: what is said meanwhile, going on elsewhere, and leaving it.

The place counts from ``queue_since``, which stays whatever happens: another queue, a lost agent, a restart.
"""

from dataclasses import fields
from datetime import datetime
from typing import TypeAlias

from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.call import Call, CallState, Direction
from waihu_models.call_transfer import Step, to
from waihu_models.ids import PlaybackId
from waihu_models.menu import ASKED_IN, ASKED_ONCE_MET
from waihu_models.values import changed

CALLBACK = "callback"
"""Why somebody was turned away who keeps the place and is called back."""

_Commands: TypeAlias = tuple[do.Command, ...]


def hears_music(call: Call) -> bool:
    """Say whether there is music while this call waits."""
    # Who waits in the queue, or lost their agent, hears music; somebody just called does not: the agent comes within
    # two seconds or never.
    return call.direction is Direction.INBOUND or call.connected_at is not None


def waiting_sound(call: Call) -> _Commands:
    """Return what lets somebody hear that they wait."""
    return (do.StartMusic(call.leg_id),) if hears_music(call) else ()


def routed(call: Call, signal: sig.Routed) -> Step:
    """Keep where somebody is to wait who is still asked by keys."""
    values = {field.name: getattr(signal, field.name) for field in fields(signal) if field.name != "at"}
    return changed(call, **values), ()


def is_to_be_asked(call: Call) -> bool:
    """Say whether somebody whom we called is to be asked by keys, now that they are there."""
    return call.asks.startswith(ASKED_ONCE_MET)


def begins_to_be_asked(call: Call, at: datetime) -> Step:
    """Let a person who has answered be led through a menu; what hears of the change asks them."""
    name = call.asks.removeprefix(ASKED_ONCE_MET)
    return to(call, CallState.ANSWERED, at, asks=f"{ASKED_IN}{name}"), ()


def begins_to_wait(call: Call, at: datetime, since: datetime | None) -> Step:
    """Let an answered call wait for an agent, or hear that there is none; patience counts from ``since``."""
    if call.turned_away:
        return _hears_last(call, at, call.drop_media)
    place = call.queue_since or (at if call.queue else None)
    call = to(call, CallState.WAITING, at, greeting_ended_at=since, queue_since=place)
    return call, waiting_sound(call)


def quiet(call: Call) -> _Commands:
    """Return what ends all that somebody who waits hears, when an agent is there."""
    stop = said_no_more(call)
    return (*stop, do.StopMusic(call.leg_id)) if hears_music(call) else stop


def said_no_more(call: Call) -> _Commands:
    """Return what ends the announcement somebody hears, if there is one."""
    return (do.StopPlaying(call.leg_id, call.announcement),) if call.announcement else ()


def served(call: Call) -> Call:
    """Return the call without what only mattered while nobody had it."""
    return changed(call, announcement=None, callback_key="", wanted_agent_id=None)


def moved(call: Call, signal: sig.QueueMoved) -> Step:
    """Go on in another queue, whose patience begins anew."""
    if call.bridge_id is not None or call.callback_asked or call.queue == signal.queue:
        return call, ()
    changes = {"queue": signal.queue, "patience_s": signal.patience_s, "greeting_ended_at": signal.at}
    return changed(call, **changes, queue_since=call.queue_since or signal.at), ()


def announced(call: Call, signal: sig.AnnounceAsked) -> Step:
    """Say something to who waits, unless an agent is at hand or something is being said."""
    if call.bridge_id is not None or call.announcement is not None or call.callback_asked:
        return call, ()
    playback_id = PlaybackId(f"{call.id}-{int(signal.at.timestamp() * 1000)}")
    call = changed(call, announcement=playback_id, callback_key=signal.callback_key or call.callback_key)
    if call.announced_wait_s is None and signal.wait_s is not None:
        call = changed(call, announced_wait_s=signal.wait_s)
    return call, (do.Play(call.leg_id, signal.media, playback_id),)


def said(call: Call, signal: sig.PlaybackEnded) -> Step:
    """The music goes on after what was said."""
    if signal.playback_id != call.announcement:
        return call, ()
    return changed(call, announcement=None), waiting_sound(call) if call.bridge_id is None else ()


def not_said(call: Call) -> Step:
    """What could not be said costs nobody their place."""
    return changed(call, announcement=None), waiting_sound(call)


def turned_away(call: Call, signal: sig.TurnedAway) -> Step:
    """Tell somebody that nobody will take them, and end the call."""
    if call.bridge_id is not None:  # the agent is only milliseconds away
        return call, ()
    call = changed(call, turned_away=signal.reason, agent_id=None, callback_key=signal.callback_key)
    return _hears_last(call, signal.at, signal.media)


def _hears_last(call: Call, at: datetime, media: str) -> Step:
    stop = said_no_more(call)
    if not media:
        call = to(call, CallState.DROPPING, at, announcement=None, hang_up_asked=call.turned_away)
        return call, (*stop, do.HangUp(call.leg_id))
    playback_id = PlaybackId(f"{call.id}-{call.turned_away}")
    call = to(call, CallState.DROPPING, at, announcement=playback_id)
    return call, (*stop, do.Play(call.leg_id, media, playback_id))


def last_said(call: Call, signal: sig.PlaybackEnded) -> Step:
    """End the call after the last message, unless another one follows."""
    if call.announcement not in {None, signal.playback_id}:
        return call, ()
    if call.callback_asked and call.turned_away != CALLBACK:  # the key was pressed while it was said
        return call, ()
    return call, (do.HangUp(call.leg_id),)


def pressed(call: Call, signal: sig.DigitPressed) -> Step:
    """A key that accepts to be called back; others mean nothing."""
    if not call.callback_key or signal.digit != call.callback_key or call.bridge_id is not None:
        return call, ()
    return changed(call, callback_asked=True, callback_key="", agent_id=None), ()
