"""What cannot be heard while it is said harms no call, and is transcribed from its recording."""

import os
import signal
import sys
from pathlib import Path

import pytest
from tests.asterisk.hearing import ENGLISH, MANDARIN, Hall, error_of, hall, hears, models_in
from tests.asterisk.support import until
from tests.asterisk.world import logged_in, some_agents

from waihu.store.transcripts import HeardSide
from waihu.telephony.exchange import Exchange
from waihu_models.call import Call, CallState
from waihu_models.campaign import DialMode
from waihu_models.ids import is_tap_leg
from waihu_models.outcome import Outcome
from waihu_models.recording import RecordingState
from waihu_models.transcript import Route, Side, TranscriptState

NEXT = "+44163296130"
WORST_RATIO = {"en": 0.3, "zh": 0.15}  # as of what is heard live
SLOW_EAR = (sys.executable, "-m", "tests.asterisk.slow_ear")
pytestmark = pytest.mark.timeout(180)


async def begun(room: Hall) -> None:
    await room.ears_are_ready()
    await logged_in(room.app)
    await room.app.dialling.start("spring")


def was_transcribed_late(room: Hall, call: Call, customer: HeardSide, language: str) -> None:
    done = customer.transcript
    assert (done.state, done.route, done.language) == (TranscriptState.DONE, Route.POST_CALL, language)
    assert room.states(call)[-2:] == [TranscriptState.DEFERRED, TranscriptState.DONE]
    wrong = error_of(language, call.number_e164, customer.utterances)
    assert wrong.ratio < WORST_RATIO[language], [one.text_raw for one in customer.utterances]
    recording = next(one for one in room.recordings if one.call_id == call.id)
    assert done.began_at == recording.started_at
    assert all(one.route is Route.POST_CALL for one in customer.utterances)
    assert all(0 <= one.start_s < one.end_s <= recording.duration_s for one in customer.utterances)


def went_as_if_nobody_heard_it(room: Hall, call: Call) -> None:
    ended = room.seen.calls[call.id]
    assert (ended.outcome, ended.hang_up_asked) == (Outcome.ANSWERED, "")
    assert ended.talk_s > 10.0, "they talked to the end"
    recording = next(one for one in room.recordings if one.call_id == call.id)
    assert recording.state is RecordingState.STORED
    assert recording.duration_s == pytest.approx(ended.talk_s, abs=1.5)
    assert next(iter(room.app.metrics.commands_failed.collect())).samples == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
async def test_ears_that_die_or_stop_in_a_call_harm_no_call_and_its_words_come_from_the_recording(
    exchange: Exchange, tmp_path: Path, number: signal.Signals
) -> None:
    agents = some_agents(1, phone="mute1")
    given = {"mode": DialMode.PROGRESSIVE, "late": True}
    async with hall(exchange, tmp_path, [ENGLISH, NEXT], models_in(tmp_path, "en"), agents, **given) as room:
        await begun(room)
        call = await room.talking()
        await until(lambda: room.utterances, 10.0, "the first words")
        os.kill(room.ear_pid, number)
        await room.hung_up(call)
        was_transcribed_late(room, call, (await room.made_good(call))[Side.CUSTOMER], "en")
        following = await room.talking(but=call)
        await room.hung_up(following)
        await until(lambda: len(room.recordings) == 2, 15.0, "both are recorded")
        last = (await room.made_good(following))[Side.CUSTOMER]
        for one in (call, following):
            went_as_if_nobody_heard_it(room, one)
        assert (last.transcript.state, last.transcript.route) == (TranscriptState.DONE, Route.LIVE), "a new ear"


@pytest.mark.parametrize(("language", "number"), [("en", ENGLISH), ("zh", MANDARIN)])
async def test_what_an_overloaded_ear_cannot_follow_comes_from_the_recording(
    exchange: Exchange, tmp_path: Path, language: str, number: str
) -> None:
    agents = some_agents(1, phone="mute1")
    given = {"mode": DialMode.PROGRESSIVE, "late": True, "argv": SLOW_EAR, "speech_language": language}
    async with hall(exchange, tmp_path, [number], models_in(tmp_path, language), agents, **given) as room:
        await begun(room)
        call = await room.talking()
        await room.hung_up(call)
        customer = (await room.made_good(call))[Side.CUSTOMER]
        listening = room.app.hearing.listening
        assert listening is not None
        assert listening.counts["degraded_deferred"] > 0
        was_transcribed_late(room, call, customer, language)
        went_as_if_nobody_heard_it(room, call)


async def test_without_a_single_ear_calls_are_made_recorded_and_transcribed_afterwards(
    exchange: Exchange, tmp_path: Path
) -> None:
    agents = some_agents(1, phone="mute1")
    given = {"mode": DialMode.PROGRESSIVE, "late": True, "argv": ("/bin/false",)}
    async with hall(exchange, tmp_path, [ENGLISH], models_in(tmp_path, "en"), agents, **given) as room:
        await logged_in(room.app)
        await room.app.dialling.start("spring")
        call = await room.talking()
        await room.hung_up(call)
        customer = (await room.made_good(call))[Side.CUSTOMER]
        assert room.utterances == []
        was_transcribed_late(room, call, customer, "en")
        went_as_if_nobody_heard_it(room, call)


async def test_after_a_restart_calls_that_go_on_are_heard_again_and_no_tap_is_left_or_taken_for_a_leg(
    exchange: Exchange, tmp_path: Path
) -> None:
    agents = some_agents(1, phone="mute1")
    models = models_in(tmp_path, "en")
    given = {"mode": DialMode.PROGRESSIVE, "leave_calls": True}
    async with hall(exchange, tmp_path, [ENGLISH], models, agents, **given) as before:
        await begun(before)
        call = await before.talking()
        await until(lambda: before.utterances, 10.0, "the first words")
    async with hears(exchange, before.app.plan.store_url, models, late=True) as room:
        taken = await until(lambda: room.app.calls.get(call.id), 5.0, "the call is adopted")
        assert taken.state is CallState.CONNECTED
        await until(lambda: room.utterances, 15.0, "it is heard again")
        taps = [leg_id for leg_id in (await room.app.switch.view()).legs if is_tap_leg(leg_id)]
        assert len(taps) == 2
        assert all(room.app.calls.of_leg(leg_id) is None for leg_id in taps)
        await room.hung_up(call)
        assert not any(is_tap_leg(leg_id) for leg_id in (await room.app.switch.view()).legs)
        was_transcribed_late(room, call, (await room.made_good(call))[Side.CUSTOMER], "en")
        went_as_if_nobody_heard_it(room, call)
