"""A call that waits in a queue."""

from datetime import timedelta
from typing import Any

from tests.unit.samples import BRIDGE, LATER, LEG, a_signal
from tests.unit.test_call_life import a_call_in

from waihu.testing.factories import NOON, a_call
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.call import Call, CallState, Direction
from waihu_models.call_life import advance
from waihu_models.ids import AgentId
from waihu_models.outcome import Outcome

S = CallState
SINCE = NOON - timedelta(seconds=30)


def a_caller(state: CallState = S.WAITING, **changes: Any) -> Call:
    facts = {"direction": Direction.INBOUND, "queue": "care", "queue_since": SINCE, "drop_media": "all-busy"}
    return a_call_in(state, **{**facts, **changes})


def test_the_place_of_a_caller_counts_from_the_answer() -> None:
    call = a_call(direction=Direction.INBOUND, state=S.RINGING, queue="care", leg_id=LEG)
    call, commands = advance(call, a_signal(sig.LegAnswered))
    assert (call.state, call.queue_since, commands) == (S.WAITING, LATER, (do.StartMusic(LEG),))


def test_a_place_that_was_kept_counts_from_when_it_was_taken() -> None:
    call = a_call(state=S.ANSWERED, queue="care", queue_since=SINCE, answered_at=NOON, leg_id=LEG)
    call, _ = advance(call, a_signal(sig.LegEntered))
    assert (call.state, call.queue_since) == (S.WAITING, SINCE)


def test_a_call_in_no_queue_has_no_place() -> None:
    call = a_call(direction=Direction.INBOUND, state=S.RINGING, leg_id=LEG)
    assert advance(call, a_signal(sig.LegAnswered))[0].queue_since is None


def test_in_another_queue_patience_begins_anew_and_the_place_stays() -> None:
    call, commands = advance(a_caller(), a_signal(sig.QueueMoved, queue="sales", patience_s=90.0))
    assert (call.queue, call.queue_since, call.patience_s, call.greeting_ended_at) == ("sales", SINCE, 90.0, LATER)
    assert (call.state, commands) == (S.WAITING, ())


def test_nobody_is_moved_whose_agent_is_at_hand() -> None:
    call = a_caller(bridge_id=BRIDGE, agent_id=AgentId("agent1"))
    for kind in (sig.QueueMoved, sig.TurnedAway, sig.AnnounceAsked):
        assert advance(call, a_signal(kind)) == (call, ())


def test_an_announcement_is_played_and_then_the_music_goes_on() -> None:
    call, commands = advance(a_caller(), a_signal(sig.AnnounceAsked))
    assert commands == (do.Play(LEG, "/sounds/place", call.announcement),)
    assert advance(call, a_signal(sig.AnnounceAsked)) == (call, ()), "one at a time"
    assert advance(call, a_signal(sig.PlaybackEnded, playback_id="another"))[0] is call
    call, commands = advance(call, a_signal(sig.PlaybackEnded, playback_id=call.announcement))
    assert (call.announcement, commands) == (None, (do.StartMusic(LEG),))


def test_an_agent_who_comes_is_heard_at_once_whatever_is_being_said() -> None:
    call, _ = advance(a_caller(wanted_agent_id=AgentId("agent1")), a_signal(sig.AnnounceAsked, callback_key="5"))
    playing = call.announcement
    call, commands = advance(call, a_signal(sig.AgentReady))
    assert commands == (do.StopPlaying(LEG, playing), do.StopMusic(LEG), do.Join(BRIDGE, LEG))
    assert (call.announcement, call.callback_key, call.wanted_agent_id) == (None, "", None)
    call, _ = advance(call, a_signal(sig.LegJoined))
    assert advance(call, a_signal(sig.PlaybackEnded, playback_id=playing)) == (call, ())


def test_an_announcement_that_cannot_be_played_costs_nobody_their_place() -> None:
    call, _ = advance(a_caller(), a_signal(sig.AnnounceAsked))
    call, commands = advance(call, a_signal(sig.CommandFailed, command="Play"))
    assert (call.state, call.announcement, call.hang_up_asked) == (S.WAITING, None, "")
    assert commands == (do.StartMusic(LEG),)


def test_the_key_that_was_offered_keeps_the_place_and_others_do_not() -> None:
    call, _ = advance(a_caller(), a_signal(sig.AnnounceAsked, callback_key="5"))
    assert advance(call, a_signal(sig.DigitPressed, digit="1")) == (call, ())
    call, commands = advance(call, a_signal(sig.DigitPressed))
    assert (call.callback_asked, call.callback_key, call.state, commands) == (True, "", S.WAITING, ())
    assert advance(call, a_signal(sig.QueueMoved)) == (call, ())
    playing = call.announcement
    call, commands = advance(call, a_signal(sig.TurnedAway, reason="callback", media="/sounds/bye"))
    assert commands == (do.StopPlaying(LEG, playing), do.Play(LEG, "/sounds/bye", call.announcement))
    assert advance(call, a_signal(sig.PlaybackEnded, playback_id=playing)) == (call, ()), "the one that was cut off"
    _, commands = advance(call, a_signal(sig.PlaybackEnded, playback_id=call.announcement))
    assert commands == (do.HangUp(LEG),)
    ended, _ = advance(call, a_signal(sig.LegEnded))
    assert (ended.outcome, ended.reason, ended.abandoned) == (Outcome.HUNG_UP, "callback", False)


def test_without_an_offer_no_key_means_anything() -> None:
    call = a_caller()
    assert advance(call, a_signal(sig.DigitPressed)) == (call, ())


def test_who_is_turned_away_before_the_answer_hears_why_and_never_waits() -> None:
    facts = {"queue": "care", "turned_away": "closed", "drop_media": "/sounds/closed", "callback_key": "1"}
    call = a_call(direction=Direction.INBOUND, state=S.RINGING, leg_id=LEG, **facts)
    call, commands = advance(call, a_signal(sig.LegAnswered))
    assert (call.state, call.queue_since) == (S.DROPPING, None)
    assert commands == (do.Play(LEG, "/sounds/closed", call.announcement),)
    pressed, _ = advance(call, a_signal(sig.DigitPressed, digit="1"))
    assert pressed.callback_asked
    assert advance(pressed, a_signal(sig.PlaybackEnded, playback_id=call.announcement)) == (pressed, ()), "more follows"


def test_with_nothing_to_say_the_call_ends_at_once() -> None:
    call, commands = advance(a_caller(), a_signal(sig.TurnedAway, reason="unstaffed", media=""))
    assert (call.state, commands) == (S.DROPPING, (do.HangUp(LEG),))


def test_patience_that_ends_during_an_announcement_cuts_it_off() -> None:
    call, _ = advance(a_caller(), a_signal(sig.AnnounceAsked))
    playing = call.announcement
    call, commands = advance(call, a_signal(sig.PatienceOver))
    assert commands == (do.StopPlaying(LEG, playing), do.Play(LEG, "all-busy", call.id))
    assert advance(call, a_signal(sig.PlaybackEnded, playback_id=playing)) == (call, ())


def test_a_caller_who_loses_the_agent_keeps_the_place() -> None:
    call, _ = advance(a_caller(S.CONNECTED), a_signal(sig.AgentLost))
    assert (call.state, call.queue, call.queue_since) == (S.WAITING, "care", SINCE)


def test_a_customer_who_is_passed_on_to_a_queue_gets_a_place_there() -> None:
    call = a_call_in(S.CONNECTED)
    call, _ = advance(call, a_signal(sig.TransferAsked, to="queue", queue="care", to_agent_id=None))
    assert (call.state, call.queue, call.queue_since) == (S.WAITING, "care", LATER)
    call, _ = advance(a_caller(S.CONNECTED), a_signal(sig.TransferAsked, to="queue", queue="", to_agent_id=None))
    assert (call.queue, call.queue_since) == ("", None)
