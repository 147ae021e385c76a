"""What is heard only from the recording is searched as well: stored as late, told outside, and nobody is disturbed."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.services.test_live_feed import ADMIN, Screen, feed_of
from tests.services.words_bench import Watched, watched
from tests.services.world import World, controller, numbers, world

from waihu.services.late_words import AGAIN_S, MOST
from waihu.store.assist import hints_of
from waihu.store.summaries import summary_of_call
from waihu.store.transcripts import replace_utterances
from waihu.store.word_alerts import alerts_of
from waihu.testing.factories import a_transcript, an_utterance
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.call import Call, CallState
from waihu_models.errors import StoreError
from waihu_models.events import TranscriptChanged
from waihu_models.ids import CallId
from waihu_models.transcript import Route, Side, Transcript
from waihu_models.word_alert import PhraseKind


async def from_recording(w: World, call: Call, *said: tuple[float, str], side: Side = Side.CUSTOMER) -> Transcript:
    """Put what is recognised from the recording in the place of what was heard live."""
    began_at = call.connected_at
    assert began_at is not None
    transcript = a_transcript(call.id, side=side, route=Route.POST_CALL, began_at=began_at, language="en")
    utterances = [
        an_utterance(call.id, text, n=n, start_s=start_s, at=began_at + timedelta(seconds=start_s), side=side,
                     words=(), route=Route.POST_CALL)
        for n, (start_s, text) in enumerate(said)
    ]  # fmt: skip
    await replace_utterances(w.app.store, transcript, utterances)
    return transcript


async def ended(made: Watched, call: Call) -> Call:
    await made.hang_up(call)
    await made.w.until(lambda: made.w.calls[call.id].state is CallState.ENDED, 60.0)
    await made.w.written()
    return made.w.calls[call.id]


async def searched(made: Watched, transcript: Transcript) -> None:
    made.w.app.bus.publish(TranscriptChanged(transcript))
    await made.w.until(lambda: len(made.words.late) == 0)
    await made.w.after(0.1)
    await made.w.written()


@in_virtual_time
async def test_late_alerts_are_stored_and_told_outside_and_disturb_nobody(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made, feed = await watched(w), await feed_of(w)
        call, _, _ = await made.talk()
        call = await ended(made, call)
        wall = Screen(feed, ADMIN, "wall")
        transcript = await from_recording(w, call, (3.0, "my lawyer will call"), (40.0, "it is too expensive"))
        await searched(made, transcript)
        assert (made.alerts, made.hints) == ([], [])
        await wall.take()
        assert wall.state is not None
        assert wall.state.alerts == {}
        legal, price = await alerts_of(w.app.store, call.id)
        assert (legal.kind, legal.late, price.kind, price.late) == (
            PhraseKind.LEGAL_THREAT, True, PhraseKind.PRICE, True,
        )  # fmt: skip
        assert call.connected_at is not None
        assert (legal.said_at - call.connected_at).total_seconds() == pytest.approx(3.0)
        (told,) = await made.outbox()
        assert (told["late"], told["kind"], told["at_s"]) == (True, "legal_threat", 3.0)
        (raised,) = await hints_of(w.app.store, call.id, offered=False)
        assert (raised["name"], raised["offered"]) == ("Too expensive", False)


@in_virtual_time
async def test_what_was_alerted_live_stays_what_it_was_and_is_not_told_twice(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        call, customer, _ = await made.talk()
        await made.say(customer, "my lawyer", "it is too expensive", gap_s=50.0)
        before = {one.kind: one for one in made.alerts}
        call = await ended(made, call)
        said = ((1.6, "my lawyer will call"), (51.4, "too expensive"), (90.0, "my lawyer"))
        transcript = await from_recording(w, call, *said)
        for _ in range(2):  # the second time it is as if a person asked for it once more
            await searched(made, transcript)
            now = await alerts_of(w.app.store, call.id)
            assert [(one.kind, one.late) for one in now] == [
                (PhraseKind.LEGAL_THREAT, False), (PhraseKind.PRICE, False), (PhraseKind.LEGAL_THREAT, True),
            ]  # fmt: skip
            assert [one.id for one in now][:2] == [before[one].id for one in (now[0].kind, now[1].kind)]
        assert [(one["alert_id"], one["late"]) for one in await made.outbox()] == [
            (before[PhraseKind.LEGAL_THREAT].id, False), (now[2].id, True),
        ]  # fmt: skip
        hints = await hints_of(w.app.store, call.id, offered=False)
        assert [(row["name"], row["offered"]) for row in hints] == [("Too expensive", True)]


@in_virtual_time
async def test_a_live_alert_on_words_that_were_misheard_is_replaced_and_the_other_side_stays(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        call, customer, agent = await made.talk()
        await made.say(customer, "my lawyer")
        await made.say(agent, "i guarantee it")
        call = await ended(made, call)
        await searched(made, await from_recording(w, call, (1.0, "my foyer")))
        assert [one.side for one in await alerts_of(w.app.store, call.id)] == [Side.AGENT]


@in_virtual_time
async def test_a_store_in_trouble_is_asked_again(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from waihu.services import late_words

    async with world(database, numbers(1)) as w:
        made = await watched(w)
        call, _, _ = await made.talk()
        call = await ended(made, call)
        transcript = await from_recording(w, call, (3.0, "my lawyer will call"))
        reads = 0

        async def broken(*_: object) -> None:
            nonlocal reads
            reads += 1
            raise StoreError("cannot read")

        with monkeypatch.context() as patch:
            patch.setattr(late_words, "call_by_id", broken)
            w.app.bus.publish(TranscriptChanged(transcript))
            await w.until(lambda: reads == 1)
        await w.after(AGAIN_S + 0.5)
        assert [one.late for one in await alerts_of(w.app.store, call.id)] == [True]


@in_virtual_time
async def test_the_queue_is_bounded_and_calls_that_are_gone_do_no_harm(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        for n in range(MOST + 2):
            made.words.late.enqueue(CallId(f"gone{n}"))
        assert (len(made.words.late), made.words.late.left_out) == (MOST, 2)
        await w.until(lambda: len(made.words.late) == 0, 300.0)


@in_virtual_time
async def test_the_next_start_searches_what_the_last_one_came_not_to(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        call, _, _ = await made.talk()
        call = await ended(made, call)
        await from_recording(w, call, (3.0, "my lawyer will call because of my order"))  # and then it was killed
        url, campaign, switch, clock = w.url, w.campaign, w.switch, w.app.clock
    async with controller(url, campaign, switch, clock=clock) as w:
        made = await watched(w)
        await w.until(lambda: len(made.words.late) == 0)
        await w.after(0.5)
        assert [one.late for one in await alerts_of(w.app.store, call.id)] == [True]
        summary = await summary_of_call(w.app.store, call.id)
        assert summary.reason == "my lawyer will call because of my order"
