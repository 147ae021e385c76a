"""What is tapped when, what becomes of what ears say, and that no call feels any of it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.services.listening import Heard, heard
from tests.services.world import World, controller, numbers, world

from waihu.services.listening import ENDS_WITHIN_S, RETRIES, RETRY_S
from waihu.testing.fake_switch import Fault
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.call import Call, CallState
from waihu_models.errors import NoModel, SpeechBusy, SpeechUnreachable, StoreBusy, SwitchRefused, SwitchTimeout
from waihu_models.events import CallChanged
from waihu_models.ids import is_tap_leg
from waihu_models.outcome import Outcome
from waihu_models.transcript import Route, Side, TranscriptState


async def talking(w: World, **given: Any) -> tuple[Heard, Call]:
    """Let an agent talk with a customer, and be heard."""
    made = heard(w, **given)
    await w.log_in()
    await w.dial()
    await w.connected()
    return made, w.call


async def hung_up(w: World, call: Call) -> Call:
    w.app.calls.post(call.id, sig.HangUpAsked(w.now, "test"))
    return await w.until(lambda: next((one for one in w.calls.values() if not one.live), None), 10.0)  # type: ignore[no-any-return]


@in_virtual_time
async def test_both_sides_are_tapped_when_they_talk_and_not_before(database: Path) -> None:
    async with world(database, numbers(1), patience_s=30.0) as w:
        made = heard(w)
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.calls)
        assert made.ears.expected == []
        await w.connected()
        await made.stream(Side.AGENT)
        (customer,), (agent,) = made.taps(Side.CUSTOMER), made.taps(Side.AGENT)
        assert customer.on == agent.on == w.call.leg_id
        assert {customer.stream_id, agent.stream_id} == {one.stream_id for one in made.ears.expected}
        assert made.listening.holds(customer.leg_id)
        assert is_tap_leg(customer.leg_id)


@in_virtual_time
async def test_what_is_said_is_told_and_stored_and_the_transcript_is_done_at_the_end(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made, call = await talking(w)
        customer, agent = await made.both_begun()
        began_at = w.now
        made.ears.seem(customer, "hello good")
        made.ears.say(customer, "hello good morning", 1.0)
        made.ears.say(agent, "good day", 2.0)
        assert [(one.side, one.n, one.text_display) for one in made.partials] == [(Side.CUSTOMER, 0, "hello good")]
        assert [one.text_display for one in made.utterances] == ["hello good morning", "good day"]
        first = made.utterances[0]
        assert (first.n, first.at, first.language, first.engine, first.model, first.route) == (
            0, began_at + timedelta(seconds=1), "en", "fake", "fake-en", Route.LIVE,
        )  # fmt: skip
        assert [word.text for word in first.words] == ["hello", "good", "morning"]
        assert await made.texts(call) == ["hello good morning", "good day"]
        assert {one.state for one in (await made.stored(call)).values()} == {TranscriptState.LISTENING}
        await hung_up(w, call)
        await w.until(lambda: len(made.listening) == 0)
        stored = await made.stored(call)
        assert {side: one.state for side, one in stored.items()} == dict.fromkeys(Side, TranscriptState.DONE)
        assert stored[Side.CUSTOMER].heard_s == 10.0
        assert [one.state for one in made.transcripts[-2:]] == [TranscriptState.DONE] * 2


@in_virtual_time
async def test_chinese_is_shown_without_spaces_and_english_as_it_is(database: Path) -> None:
    async with world(database, numbers(1), speech_language="zh") as w:
        made, _ = await talking(w)
        stream = await made.begun()
        assert made.ears.expected[0].language == "zh"
        made.ears.say(stream, "价格 太贵 OK bye")
        made.ears.seem(stream, "不 需要")
        assert (made.utterances[0].text_display, made.utterances[0].text_raw) == ("价格太贵 OK bye", "价格 太贵 OK bye")
        assert made.partials[0].text_display == "不需要"


@in_virtual_time
async def test_a_customers_own_language_counts_before_the_campaigns_and_nonsense_does_not(database: Path) -> None:
    async with world(database, numbers(1), speech_language="zh") as w:
        await w.app.store.write(
            lambda c: c.exec_driver_sql(
                "INSERT INTO customer (id, name, language, created_at) VALUES ('c1', 'Ada', 'fr', '2026-01-01')"
            )
        )
        await w.app.store.write(lambda c: c.exec_driver_sql("UPDATE lead SET customer_id = 'c1'"))
        made, _ = await talking(w)
        await made.stream(Side.AGENT)
        assert {one.language for one in made.ears.expected} == {"fr"}
        await w.app.store.write(lambda c: c.exec_driver_sql("UPDATE customer SET language = 'français!'"))
        assert await made.listening._of.language.of(w.call) == "zh"


@in_virtual_time
async def test_on_hold_and_while_the_recording_is_paused_nothing_is_heard(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made, call = await talking(w)
        streams = await made.both_begun()
        for ask, state in ((sig.HoldAsked(w.now), True), (sig.ResumeAsked(w.now), False)):
            w.app.calls.ask(call.id, ask)
            await w.until(lambda: made.ears.muted == dict.fromkeys(streams, state))  # noqa: B023
        for paused in (True, False):
            w.app.calls.ask(call.id, sig.RecordingPauseAsked(w.now, paused=paused))
            await w.until(lambda: made.ears.muted == dict.fromkeys(streams, paused))  # noqa: B023
        assert len(made.ears.expected) == 2, "the same streams go on"


@in_virtual_time
async def test_a_customer_who_waits_for_another_agent_hears_music_and_is_not_heard(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made, _ = await talking(w)
        streams = await made.both_begun()
        w.switch.far_end_hangs_up(w.agent().leg_id)  # type: ignore[arg-type]
        await w.until(lambda: w.in_state(CallState.WAITING))
        assert made.ears.muted == dict.fromkeys(streams, True)


@in_virtual_time
async def test_without_a_model_the_transcript_says_so_and_nothing_is_tapped(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = heard(w)
        made.ears.fails = [NoModel("no model: fetch one")] * 2
        await w.log_in()
        await w.dial()
        await w.connected()
        await w.until(lambda: len(made.transcripts) == 2)
        assert made.taps(Side.CUSTOMER) == []
        stored = await made.stored(w.call)
        assert {(one.state, one.reason) for one in stored.values()} == {
            (TranscriptState.NO_MODEL, "no model: fetch one")
        }
        call = await hung_up(w, w.call)
        assert call.outcome is Outcome.ANSWERED
        await w.until(lambda: len(made.listening) == 0)


@in_virtual_time
async def test_where_there_is_nothing_to_recognise_with_a_call_costs_nothing(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = heard(w)
        made.ears.deaf = True
        await w.log_in()
        await w.dial()
        await w.connected()
        await hung_up(w, w.call)
        assert (made.ears.expected, made.transcripts, len(made.listening)) == ([], [], 0)
        assert await made.stored(w.call) == {}
        assert not any(isinstance(c, do.Tap) for _, c in w.switch.given)


@in_virtual_time
async def test_an_ear_that_knows_another_language_only_is_let_go_of(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made, call = await talking(w)
        stream = await made.stream()
        made.ears.begin(stream, w.now, engine="")
        await w.until(lambda: stream in made.ears.forgotten)
        await w.until(lambda: not any(tap.stream_id == stream for tap in w.switch.taps.values()))
        stored = (await made.stored(call))[Side.CUSTOMER]
        assert (stored.state, stored.reason) == (TranscriptState.NO_MODEL, "there is no model for en")
        await w.after(60.0)
        assert len(made.taps(Side.CUSTOMER)) == 1, "it is not tried again"


@in_virtual_time
async def test_when_no_ear_can_follow_the_call_waits_for_its_recording(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = heard(w)
        made.ears.fails = [SpeechBusy("all are busy")] * 2
        await w.log_in()
        await w.dial()
        await w.connected()
        await w.until(lambda: len(made.transcripts) == 2)
        assert {one.state for one in (await made.stored(w.call)).values()} == {TranscriptState.DEFERRED}
        assert not any(isinstance(c, do.Tap) for _, c in w.switch.given)


@in_virtual_time
async def test_a_side_whose_ear_died_is_heard_by_another_and_waits_for_its_recording(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made, call = await talking(w)
        stream = await made.begun()
        made.ears.say(stream, "hello", 1.0)
        await w.after(20.0)
        made.ears.end(stream, whole=False, heard_s=3.0, reason="the ear died")
        assert w.call.state is CallState.CONNECTED
        again = await made.begun(n=1)
        made.ears.say(again, "goodbye", 1.0)
        first, second = made.utterances
        assert (first.n, second.n) == (0, 1)
        shift_s = second.start_s - 1.0
        assert 20.0 < shift_s < 30.0
        assert second.words[0].start_s == second.start_s
        assert second.at - first.at == timedelta(seconds=shift_s)
        await hung_up(w, call)
        await w.until(lambda: len(made.listening) == 0)
        stored = (await made.stored(call))[Side.CUSTOMER]
        assert (stored.state, stored.reason, stored.heard_s) == (TranscriptState.DEFERRED, "the ear died", 13.0)
        assert await made.texts(call) == ["hello", "goodbye"]


@in_virtual_time
async def test_an_ear_that_knows_of_the_end_before_the_exchange_tells_of_it_has_lost_nothing(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made, call = await talking(w)
        for stream_id in await made.both_begun():
            made.ears.end(stream_id)
        await w.after(RETRY_S / 2)
        assert all(one.state is TranscriptState.LISTENING for one in (await made.stored(call)).values())
        await hung_up(w, call)
        await w.until(lambda: len(made.listening) == 0, 1.0)
        assert {one.state for one in (await made.stored(call)).values()} == {TranscriptState.DONE}
        assert made.listening.counts["lost"] == 0


@in_virtual_time
async def test_ears_that_die_again_and_again_are_given_no_more_of_this_call(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made, call = await talking(w)
        for n in range(RETRIES + 1):
            made.ears.end(await made.begun(n=n), whole=False, reason="the ear died")
        await w.after(60.0)
        assert len(made.taps(Side.CUSTOMER)) == RETRIES + 1
        assert w.call.state is CallState.CONNECTED
        assert (await made.stored(call))[Side.CUSTOMER].state is TranscriptState.DEFERRED


@in_virtual_time
async def test_ears_that_are_starting_are_asked_again(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = heard(w)
        made.ears.fails = [SpeechUnreachable("starting")] * 2
        await w.log_in()
        await w.dial()
        await w.connected()
        await made.both_begun()
        await hung_up(w, w.call)
        await w.until(lambda: len(made.listening) == 0)
        assert {one.state for one in (await made.stored(w.call)).values()} == {TranscriptState.DEFERRED}


@pytest.mark.parametrize("error", [SwitchTimeout("no answer"), SwitchRefused("no snoop here")])
@in_virtual_time
async def test_a_tap_that_the_exchange_does_not_make_leaves_the_call_as_it_is(
    database: Path, error: SwitchRefused | SwitchTimeout
) -> None:
    async with world(database, numbers(1)) as w:
        made = heard(w)
        w.switch.fault = lambda c: _fault(error) if isinstance(c, do.Tap) else None
        await w.log_in()
        await w.dial()
        await w.connected()
        await w.after(60.0)
        assert len(made.taps(Side.CUSTOMER)) == RETRIES + 1
        untapped = [c.leg_id for _, c in w.switch.given if isinstance(c, do.Untap)]
        assert set(untapped) == {tap.leg_id for side in Side for tap in made.taps(side)}, "it may be there all the same"
        assert w.call.state is CallState.CONNECTED
        assert w.count(w.app.metrics.commands_failed) == 0
        assert (await hung_up(w, w.call)).outcome is Outcome.ANSWERED
        assert {one.state for one in (await made.stored(w.call)).values()} == {TranscriptState.DEFERRED}


def _fault(error: Any) -> Any:
    return Fault(error)


@in_virtual_time
async def test_an_ear_that_stands_still_is_not_waited_for_for_ever(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made, call = await talking(w)
        await made.both_begun()
        made.ears.answers = False
        await hung_up(w, call)
        await w.after(ENDS_WITHIN_S + 1.0)
        assert len(made.listening) == 0
        assert {one.state for one in (await made.stored(call)).values()} == {TranscriptState.DEFERRED}


@in_virtual_time
async def test_what_is_said_of_a_call_that_is_over_or_unknown_is_not_taken(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made, call = await talking(w)
        stream = await made.begun()
        await hung_up(w, call)
        await w.until(lambda: len(made.listening) == 0)
        made.ears.say(stream, "too late")
        made.ears.say("f" * 32, "who is this")
        assert made.utterances == []


@in_virtual_time
async def test_a_locked_store_loses_no_call_and_what_was_not_stored_comes_from_the_recording(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made, call = await talking(w)
        stream = await made.begun()
        submit = w.app.store.submit
        w.app.store.submit = _full  # type: ignore[assignment,method-assign]
        made.ears.say(stream, "hello")
        w.app.store.submit = submit  # type: ignore[method-assign]
        assert [one.text_display for one in made.utterances] == ["hello"], "it is told all the same"
        await hung_up(w, call)
        await w.until(lambda: len(made.listening) == 0)
        assert (await made.stored(call))[Side.CUSTOMER].state is TranscriptState.DEFERRED


def _full(_: object) -> Any:
    raise StoreBusy("5000 writes are waiting")


@in_virtual_time
async def test_after_a_crash_a_call_is_tapped_anew_its_numbers_go_on_and_old_taps_are_ended(database: Path) -> None:
    async with world(database, numbers(1), leave_calls=True) as w:
        made, call = await talking(w)
        made.ears.say(await made.begun(), "hello")
        await made.stream(Side.AGENT)
        await w.written()
    old = set(w.switch.taps)
    assert len(old) == 2
    listeners: list[Heard] = []
    async with controller(w.url, w.campaign, w.switch, clock=w.app.clock, leave_calls=True) as again:
        # As the composition root does before the exchange is reached; here a moment after, so the call is adopted anew.
        listeners.append(heard(again))
        (adopted,) = list(again.app.calls)
        again.app.bus.publish(CallChanged(adopted, None))
        stream = await listeners[0].begun(n=1)
        listeners[0].ears.say(stream, "still here")
        assert listeners[0].utterances[0].n == 1
        await again.until(lambda: not old & set(w.switch.taps), 10.0, "old taps end")
        assert again.app.calls.get(call.id) is not None
        assert await listeners[0].texts(call) == ["hello", "still here"]


@in_virtual_time
async def test_a_card_number_is_left_out_also_where_it_is_said_in_pieces(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made, call = await talking(w)
        stream = await made.begun()
        made.ears.say(stream, "my number is four zero one two", 1.0)
        made.ears.say(stream, "eight eight eight eight eight eight eight eight", 5.0)
        made.ears.say(stream, "one eight eight one", 9.0)
        assert "eight" not in made.utterances[2].text_display
        await hung_up(w, call)
        await w.until(lambda: len(made.listening) == 0)
        await w.after(1.0)
        said = " ".join(await made.texts(call))
        assert said.startswith("my number is")
        assert not {"four", "zero", "eight", "one"} & set(said.split())


@in_virtual_time
async def test_with_a_campaign_that_screens_the_customer_may_be_heard_from_the_answer_on(database: Path) -> None:
    async with world(database, numbers(1, "00"), screening=True) as w:
        made = heard(w)
        made.listening.from_answer = lambda call: call.screening
        await w.log_in()
        await w.dial()
        await made.begun()
        assert w.call.connected_at is None
        assert made.ears.muted == {}
        await w.connected()
        await made.begun(Side.AGENT)
        assert len(made.taps(Side.CUSTOMER)) == 1
