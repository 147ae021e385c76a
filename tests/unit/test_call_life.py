from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.samples import BRIDGE, EVERY_SIGNAL, LATER, LEG, a_signal

from waihu.testing.factories import NOON, a_call
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.call import Call, CallState, Direction
from waihu_models.call_life import REPEATS, TABLE, accept, advance, place
from waihu_models.disposition import STANDARD
from waihu_models.errors import IllegalTransition
from waihu_models.ids import AgentId
from waihu_models.outcome import Outcome

S = CallState
BY_NAME = {kind.__name__: kind for kind in EVERY_SIGNAL}


def facts_of(state: CallState) -> dict[str, Any]:
    """What must have happened to a call that is in this state."""
    facts: dict[str, Any] = {}
    if state not in {S.DIALLING, S.RINGING, S.EARLY_MEDIA}:
        facts["answered_at"] = NOON
    if state in {S.WAITING, S.DROPPING, S.CONNECTED, S.HELD, S.WRAP_UP, S.ENDED}:
        facts["greeting_ended_at"] = NOON
    if state in {S.CONNECTED, S.HELD, S.WRAP_UP}:
        facts |= {"agent_id": AgentId("agent1"), "bridge_id": BRIDGE, "connected_at": NOON, "recording_id": "r"}
    if state in {S.WRAP_UP, S.ENDED}:
        facts |= {"hung_up_at": NOON, "outcome": Outcome.ANSWERED if state is S.WRAP_UP else Outcome.HUNG_UP}
    return facts


def a_call_in(state: CallState, **changes: Any) -> Call:
    facts: dict[str, Any] = {"leg_id": LEG, "state": state, **facts_of(state), **changes}
    return a_call(**facts)


# State, signal, state after it, commands: what a typical call does. Written down a second time, on purpose.
_TYPICAL = """
    LegRinging ringing -
    LegProgress early_media -
    LegAnswered answered -
    LegEntered waiting -
    LegEnded ended -
    LegVanished ended -
    HangUpAsked = HangUp
    CommandFailed = -
"""
SPEC = {
    "dialling": _TYPICAL,
    "ringing": _TYPICAL,
    "early_media": _TYPICAL,
    "answered": """
        LegEntered waiting -
        Routed = -
        LegEnded ended -
        LegVanished ended -
        HangUpAsked = HangUp
        CommandFailed = -
    """,
    "screening": """
        LegScreened waiting -
        LegEnded ended -
        LegVanished ended -
        HangUpAsked = HangUp
        CommandFailed = -
    """,
    "waiting": """
        AgentReserved = -
        AgentReady = Join
        AgentLost = -
        LegJoined = -
        PatienceOver dropping Play
        QueueMoved = -
        AnnounceAsked = Play
        PlaybackEnded = -
        DigitPressed = -
        TurnedAway dropping Play
        LegEnded ended -
        LegVanished ended -
        HangUpAsked = HangUp
        CommandFailed = -
    """,
    "dropping": """
        PlaybackEnded = HangUp
        DigitPressed = -
        TurnedAway dropping Play
        LegEnded ended -
        LegVanished ended -
        HangUpAsked = HangUp
        CommandFailed = -
    """,
    "connected": """
        HoldAsked held Hold
        BridgeGone = OpenBridge,Join
        DigitsAsked = SendDigits
        TargetEnded = -
        TransferAsked waiting Hold
        ConsultAsked held Hold
        ConsultReady = Join
        ConsultLost waiting StartMusic
        ConsultEnded = -
        ConsultPassAsked = -
        AgentLost waiting StartMusic
        RecordingPauseAsked = PauseRecording
        Disposed = -
        LegEnded wrap_up -
        LegVanished wrap_up -
        HangUpAsked = HangUp
        CommandFailed = -
    """,
    "held": """
        ResumeAsked connected Resume
        TargetEntered = HangUp
        TargetEnded = -
        TransferAsked waiting -
        BridgeGone = -
        ConsultAsked = -
        ConsultReady = Join
        ConsultLost waiting StartMusic
        ConsultEnded = -
        ConsultPassAsked = -
        ConferenceAsked = -
        AgentLost waiting StartMusic
        RecordingPauseAsked = PauseRecording
        Disposed = -
        LegEnded wrap_up -
        LegVanished wrap_up -
        HangUpAsked = HangUp
        CommandFailed = -
    """,
    "wrap_up": """
        Disposed = -
        WrapOver ended -
        AgentLost ended -
    """,
    "ended": "",
}
ROWS = [(state, *line.split()) for state, rows in SPEC.items() for line in rows.splitlines() if line.strip()]


@pytest.mark.parametrize(("state", "signal", "after", "command"), ROWS)
def test_every_row_of_the_table_does_what_it_says(state: str, signal: str, after: str, command: str) -> None:
    call = a_call_in(CallState(state))
    moved, commands = advance(call, a_signal(BY_NAME[signal]))
    assert moved.state == (state if after == "=" else after)
    assert [type(given).__name__ for given in commands] == ([] if command == "-" else command.split(","))
    assert moved.state_since == (NOON if after == "=" else LATER)


def test_every_row_of_the_table_is_written_down_here() -> None:
    assert {(CallState(state), BY_NAME[signal]) for state, signal, *_ in ROWS} == set(TABLE)


@pytest.mark.parametrize(("state", "kind"), sorted(REPEATS, key=str))
def test_a_repeat_changes_nothing(state: CallState, kind: type) -> None:
    call = a_call_in(state)
    assert advance(call, a_signal(kind)) == (call, ())


def test_a_repeat_is_never_a_row_of_the_table() -> None:
    assert not REPEATS & set(TABLE)


@pytest.mark.parametrize("state", CallState)
def test_every_other_pair_is_illegal(state: CallState) -> None:
    call = a_call_in(state)
    others = [kind for kind in EVERY_SIGNAL if (state, kind) not in TABLE and (state, kind) not in REPEATS]
    assert others
    for kind in others:
        with pytest.raises(IllegalTransition, match=rf"{kind.__name__} cannot happen in state {state}"):
            advance(call, a_signal(kind))


def test_nothing_leads_out_of_an_ended_call() -> None:
    call = a_call_in(S.ENDED)
    for kind in EVERY_SIGNAL:
        if (S.ENDED, kind) in REPEATS:
            assert advance(call, a_signal(kind)) == (call, ())
    assert not [kind for state, kind in TABLE if state is S.ENDED]


# ---- what the rows mean -------------------------------------------------------------------------------------------


def test_an_outbound_call_is_placed_as_its_carrier_wants_the_number() -> None:
    call = a_call(dial_string="00441632960200", ring_timeout_s=20)
    (command,) = place(call)
    assert command == do.PlaceCall(call.leg_id, do.TrunkAddress("carrier", "00441632960200"), call.caller_id, 20)


def test_an_inbound_call_is_answered_and_waits_with_music() -> None:
    call = a_call_in(S.DIALLING, direction=Direction.INBOUND)
    assert accept(call) == (do.Answer(LEG),)
    moved, commands = advance(call, a_signal(sig.LegAnswered))
    assert (moved.state, moved.answered_at, moved.greeting_ended_at) == (S.WAITING, LATER, LATER)
    assert commands == (do.StartMusic(LEG),)


def test_the_first_ringing_is_the_one_that_is_kept() -> None:
    call, _ = advance(a_call_in(S.DIALLING), a_signal(sig.LegRinging, NOON))
    call, _ = advance(call, a_signal(sig.LegRinging, LATER))
    assert call.ringing_at == NOON


def test_a_leg_that_enters_without_an_answer_counts_as_answered_then() -> None:
    call, _ = advance(a_call_in(S.RINGING), a_signal(sig.LegEntered))
    assert (call.answered_at, call.greeting_ended_at) == (LATER, LATER)


def test_a_campaign_with_machine_detection_screens_before_it_waits() -> None:
    call, commands = advance(a_call_in(S.ANSWERED, screening=True), a_signal(sig.LegEntered))
    assert call.state is S.SCREENING
    assert call.greeting_ended_at is None
    assert commands == (do.Screen(LEG),)


@pytest.mark.parametrize("verdict", [sig.Verdict.HUMAN, sig.Verdict.UNSURE])
def test_patience_counts_from_the_end_of_the_greeting(verdict: sig.Verdict) -> None:
    screened = a_signal(sig.LegScreened, verdict=verdict, silence_s=0.8)
    call, commands = advance(a_call_in(S.SCREENING), screened)
    assert (call.state, call.verdict) == (S.WAITING, verdict)
    assert call.greeting_ended_at == LATER - timedelta(seconds=0.8)
    assert call.patience_ends_at == LATER + timedelta(seconds=1.2)
    assert not commands


def test_the_greeting_never_ended_before_the_answer() -> None:
    screened = a_signal(sig.LegScreened, NOON + timedelta(seconds=0.1), verdict=sig.Verdict.HUMAN, silence_s=5.0)
    call, _ = advance(a_call_in(S.SCREENING), screened)
    assert call.greeting_ended_at == NOON


def test_a_machine_is_hung_up_and_counts_as_machine() -> None:
    call, commands = advance(a_call_in(S.SCREENING), a_signal(sig.LegScreened, verdict=sig.Verdict.MACHINE))
    assert commands == (do.HangUp(LEG),)
    call, _ = advance(call, a_signal(sig.LegEnded, cause=16))
    assert call.outcome is Outcome.MACHINE


def test_agent_and_customer_are_joined_and_recorded_once() -> None:
    call, commands = advance(a_call_in(S.WAITING), a_signal(sig.AgentReady))
    assert commands == (do.Join(BRIDGE, LEG),)
    call, commands = advance(call, a_signal(sig.LegJoined))
    assert (call.state, call.connected_at, call.recording_id) == (S.CONNECTED, LATER, call.id)
    assert commands == (do.StartRecording(call.id, LEG),)
    lost, _ = advance(call, a_signal(sig.AgentLost))
    again, _ = advance(lost, a_signal(sig.AgentReady))
    again, commands = advance(again, a_signal(sig.LegJoined, LATER + timedelta(seconds=5)))
    assert again.connected_at == LATER
    assert not commands


def test_a_customer_who_refused_is_not_recorded() -> None:
    call = a_call_in(S.WAITING, bridge_id=BRIDGE, recording_allowed=False)
    call, commands = advance(call, a_signal(sig.LegJoined))
    assert (call.state, call.recording_id, commands) == (S.CONNECTED, None, ())


def test_a_join_of_another_bridge_means_nothing() -> None:
    call = a_call_in(S.WAITING, bridge_id=BRIDGE)
    assert advance(call, a_signal(sig.LegJoined, bridge_id="b-other-s2")) == (call, ())


def test_without_an_agent_in_time_the_message_is_played_and_the_call_is_abandoned() -> None:
    call, commands = advance(a_call_in(S.WAITING), a_signal(sig.PatienceOver))
    assert (call.state, call.abandoned) == (S.DROPPING, True)
    assert commands == (do.Play(LEG, "safe-harbour", call.id),)
    call, commands = advance(call, a_signal(sig.PlaybackEnded, playback_id=call.id))
    assert commands == (do.HangUp(LEG),)
    call, _ = advance(call, a_signal(sig.LegEnded, cause=16))
    assert call.outcome is Outcome.ABANDONED


def test_an_agent_who_is_on_the_way_is_still_awaited_when_patience_ends() -> None:
    call = a_call_in(S.WAITING, bridge_id=BRIDGE, agent_id=AgentId("agent1"))
    assert advance(call, a_signal(sig.PatienceOver)) == (call, ())


def test_a_customer_who_lost_the_agent_hears_music_and_is_never_abandoned() -> None:
    call, commands = advance(a_call_in(S.CONNECTED), a_signal(sig.AgentLost))
    assert (call.state, call.agent_id, call.bridge_id, call.greeting_ended_at) == (S.WAITING, None, None, LATER)
    assert commands == (do.StartMusic(LEG),)
    _, commands = advance(call, a_signal(sig.AgentReady))
    assert commands == (do.StopMusic(LEG), do.Join(BRIDGE, LEG))
    dropped, _ = advance(call, a_signal(sig.PatienceOver))
    assert not dropped.abandoned
    ended, _ = advance(dropped, a_signal(sig.LegEnded))
    assert ended.outcome is Outcome.ANSWERED


def test_time_on_hold_is_counted_also_when_the_customer_leaves_in_it() -> None:
    call, _ = advance(a_call_in(S.CONNECTED), a_signal(sig.HoldAsked, NOON + timedelta(seconds=10)))
    call, _ = advance(call, a_signal(sig.ResumeAsked, NOON + timedelta(seconds=25)))
    call, _ = advance(call, a_signal(sig.HoldAsked, NOON + timedelta(seconds=30)))
    call, _ = advance(call, a_signal(sig.LegEnded, NOON + timedelta(seconds=40)))
    assert (call.state, call.held_s, call.talk_s) == (S.WRAP_UP, 25.0, 40.0)


def test_recording_is_paused_and_resumed_once_each() -> None:
    call, _ = advance(a_call_in(S.CONNECTED), a_signal(sig.RecordingPauseAsked, paused=True))
    assert advance(call, a_signal(sig.RecordingPauseAsked, paused=True)) == (call, ())
    call, commands = advance(call, a_signal(sig.RecordingPauseAsked, paused=False))
    assert commands == (do.ResumeRecording("r", LEG),)
    assert not call.recording_paused


def test_an_asked_for_hang_up_before_the_answer_is_a_cancelled_call() -> None:
    call, _ = advance(a_call_in(S.RINGING), a_signal(sig.HangUpAsked, reason="stopping"))
    entered, commands = advance(call, a_signal(sig.LegEntered))
    assert commands == (do.HangUp(LEG),)
    assert entered.state is S.RINGING
    ended, _ = advance(call, a_signal(sig.LegEnded, cause=19, sip_code=487))
    assert (ended.outcome, ended.reason) == (Outcome.CANCELLED, "stopping")


def test_a_call_that_cannot_be_placed_has_failed() -> None:
    call, commands = advance(a_call_in(S.DIALLING), a_signal(sig.CommandFailed, command="PlaceCall", gone=True))
    assert (call.state, call.outcome, call.reason) == (S.ENDED, Outcome.FAILED, "PlaceCall: refused")
    assert commands == (do.HangUp(LEG),), "after a time-out the leg may be there all the same"


@pytest.mark.parametrize("state", [S.RINGING, S.EARLY_MEDIA, S.ANSWERED, S.CONNECTED])
def test_a_late_failure_of_placing_means_nothing_once_the_leg_has_shown_itself(state: S) -> None:
    call = a_call_in(state)
    assert advance(call, a_signal(sig.CommandFailed, command="PlaceCall")) == (call, ())


@pytest.mark.parametrize(
    ("command", "state"),
    [("Answer", S.WAITING), ("Screen", S.WAITING), ("Join", S.WAITING), ("Resume", S.WAITING), ("Play", S.DROPPING)],
)
def test_a_call_is_ended_when_an_essential_command_fails(command: str, state: S) -> None:
    call, commands = advance(a_call_in(state), a_signal(sig.CommandFailed, command=command))
    assert commands == (do.HangUp(LEG),)
    assert call.hang_up_asked == f"{command}: refused"


@pytest.mark.parametrize(
    ("state", "command", "outcome"),
    [(S.SCREENING, "Screen", Outcome.FAILED), (S.WAITING, "Join", Outcome.ABANDONED)],
)
def test_our_own_fault_never_passes_for_a_person_who_hung_up(state: S, command: str, outcome: Outcome) -> None:
    call, _ = advance(a_call_in(state), a_signal(sig.CommandFailed, command=command))
    call, _ = advance(call, a_signal(sig.LegEnded))
    assert (call.state, call.outcome) == (S.ENDED, outcome)


def test_a_command_for_a_leg_that_is_gone_waits_for_the_leg_s_own_end() -> None:
    call = a_call_in(S.WAITING)
    assert advance(call, a_signal(sig.CommandFailed, command="Join", gone=True)) == (call, ())


def test_a_disposition_given_in_talk_or_in_wrap_up_is_kept() -> None:
    disposed = a_signal(sig.Disposed, disposition=STANDARD["callback"], note="after four", callback_at=LATER)
    for state in (S.CONNECTED, S.HELD, S.WRAP_UP):
        call, _ = advance(a_call_in(state), disposed)
        assert (call.state, call.disposition, call.note) == (state, STANDARD["callback"], "after four")
        assert call.callback_at == LATER


# ---- random lives -------------------------------------------------------------------------------------------------


def _varied(draw: Any, kind: type, call: Call, at: Any) -> Any:
    values: dict[str, Any] = {}
    if kind is sig.LegJoined:
        values["bridge_id"] = draw(st.sampled_from([call.bridge_id or BRIDGE, "b-other-s9"]))
    if kind is sig.LegScreened:
        values |= {"verdict": draw(st.sampled_from(sig.Verdict)), "silence_s": draw(st.floats(0, 10))}
    if kind is sig.LegEnded:
        values |= {"cause": draw(st.sampled_from([0, 1, 16, 17, 19, 34])), "sip_code": draw(st.integers(0, 699))}
    if kind is sig.CommandFailed:
        placing = call.answered_at is None
        names = ["Join", "Play", "Screen", "StartMusic", "StartRecording", *(["PlaceCall"] if placing else [])]
        values |= {"command": draw(st.sampled_from(names)), "gone": draw(st.booleans())}
    return a_signal(kind, at, **values)


def assert_possible(was: Call, call: Call) -> None:
    over = call.state in {S.WRAP_UP, S.ENDED}
    assert (call.ended_at is not None) == (call.state is S.ENDED)
    assert (call.outcome is not None) == over
    assert (call.hung_up_at is not None) == over
    assert was.outcome in {None, call.outcome}, "an outcome is final"
    assert not (call.abandoned and call.connected_at), "who had an agent is never abandoned"
    if call.connected_at:
        assert call.answered_at is not None
        assert call.answered_at <= call.connected_at
    if call.outcome is not None:
        assert (call.outcome is Outcome.ANSWERED) == (call.connected_at is not None)
    if call.greeting_ended_at:
        assert call.answered_at is not None
        assert call.greeting_ended_at >= call.answered_at
    assert call.held_s >= 0
    assert call.state_since >= was.state_since


@settings(max_examples=100)
@given(st.data(), st.booleans(), st.sampled_from(Direction))
def test_no_sequence_of_legal_signals_leads_to_an_impossible_call(
    data: st.DataObject, screening: bool, direction: Direction
) -> None:
    call, at, recordings = a_call(screening=screening, direction=direction, leg_id=LEG), NOON, 0
    for _ in range(data.draw(st.integers(1, 30))):
        legal = sorted({kind for state, kind in {*TABLE, *REPEATS} if state is call.state}, key=str)
        kind = data.draw(st.sampled_from(legal))
        at += timedelta(seconds=data.draw(st.floats(0, 60)))
        was = call
        call, commands = advance(was, _varied(data.draw, kind, was, at))
        assert_possible(was, call)
        # A bridge that is gone is opened anew: the one command that names no leg.
        assert all(command.leg_id == LEG for command in commands if not isinstance(command, do.OpenBridge))
        recordings += sum(isinstance(command, do.StartRecording) for command in commands)
    assert recordings <= 1


@given(st.sampled_from(CallState), st.sampled_from(EVERY_SIGNAL))
def test_advance_never_changes_the_value_it_is_given(state: CallState, kind: type) -> None:
    call = a_call_in(state)
    kept = replace(call)
    if (state, kind) in TABLE or (state, kind) in REPEATS:
        advance(call, a_signal(kind))
    assert call == kept
