"""Phrases are found as soon as they are said, told to whom the list says, and written down wherever they were said."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.services.test_live_feed import ADMIN, AGENT, Screen, feed_of
from tests.services.words_bench import Watched, watched
from tests.services.world import FIRST, numbers, world

from waihu.services.phrase_shelf import LOOK_S, PhraseShelf
from waihu.services.word_findings import OFFERED_AGAIN
from waihu.services.word_watch import KEPT
from waihu.store.assist import hints_of
from waihu.store.audit import By
from waihu.store.dispositions import save_set
from waihu.store.recordings import recording_of_call
from waihu.store.word_alerts import alerts_of
from waihu.store.word_lists import add_list, change_list, delete_list, phrase_list
from waihu.testing.factories import an_utterance
from waihu.testing.fake_ears import WORD_S
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.call import CallState
from waihu_models.disposition import Category, Choice
from waihu_models.events import HintOffered, UtteranceHeard, WordsAlerted
from waihu_models.ids import CampaignId, new_id
from waihu_models.transcript import Side
from waihu_models.word_alert import PhraseKind, PhraseList, Severity


def a_list(*phrases: str, **changes: object) -> PhraseList:
    made = PhraseList(
        id=new_id(), name="Test", kind=PhraseKind.OTHER, severity=Severity.WARNING, language="en", phrases=phrases,
        cool_down_s=0.0,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


async def only(made: Watched, *lists: PhraseList) -> None:
    """Let nothing but these lists be listened for."""
    w = made.w
    from waihu.store.word_lists import phrase_lists

    for one in await phrase_lists(w.app.store):
        await delete_list(w.app.store, one.id, one.version, By("test", w.now))
    for one in lists:
        await add_list(w.app.store, one, By("test", w.now))
    await made.words.shelf.refresh()


# ---- found ---------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_phrase_raises_an_alert_in_the_moment_of_its_utterance_and_points_into_the_recording(
    database: Path,
) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        call, customer, _ = await made.talk()
        await w.after(20.0)
        await made.say(customer, "well i want a refund", start_s=12.0)
        (alert,) = made.alerts
        (utterance,) = made.heard.utterances
        (said_s, _), (told_s, _) = [one for one in made.events if isinstance(one[1], UtteranceHeard | WordsAlerted)]
        assert told_s == said_s, "nothing was waited for"
        assert (alert.phrase, alert.kind, alert.severity) == ("refund", PhraseKind.COMPLAINT, Severity.WARNING)
        assert (alert.call_id, alert.agent_id, alert.campaign_id) == (call.id, FIRST, w.campaign.id)
        assert alert.utterance_id == utterance.id
        assert alert.start_s == pytest.approx(12.0 + 4 * WORD_S)
        await w.written()
        recording = await recording_of_call(w.app.store, call.id)
        assert recording is not None
        place_s = (alert.said_at - recording.started_at).total_seconds()
        began_at = utterance.at - timedelta(seconds=utterance.start_s)
        assert place_s == pytest.approx((began_at - recording.started_at).total_seconds() + 12.0 + 4 * WORD_S)
        assert await alerts_of(w.app.store, call.id) == [alert]


@pytest.mark.parametrize(
    ("language", "text", "kind", "phrase"),
    [
        ("en", "that is too expensive", PhraseKind.PRICE, "too expensive"),
        ("zh", "这个 太 贵 了", PhraseKind.PRICE, "太贵"),
        ("en", "i will call my lawyer", PhraseKind.LEGAL_THREAT, "my lawyer"),
        ("zh", "我 要 找 律师", PhraseKind.LEGAL_THREAT, "律师"),
        ("en", "i want to make a complaint", PhraseKind.COMPLAINT, "make a complaint"),
        ("zh", "我 要 投诉", PhraseKind.COMPLAINT, "投诉"),
        ("en", "please do not call me again", PhraseKind.DO_NOT_CALL, "do not call me again"),
        ("zh", "请 不要 再 打 了", PhraseKind.DO_NOT_CALL, "不要再打"),
        ("en", "there is another company", PhraseKind.COMPETITOR, "another company"),
        ("zh", "其他 公司 便宜", PhraseKind.COMPETITOR, "其他公司"),
    ],
)  # fmt: skip
@in_virtual_time
async def test_both_languages_are_listened_to_with_the_lists_that_are_shipped(
    database: Path, language: str, text: str, kind: PhraseKind, phrase: str
) -> None:
    async with world(database, numbers(1), speech_language=language) as w:
        made = await watched(w)
        _, customer, _ = await made.talk()
        await made.say(customer, text)
        assert (kind, phrase) in {(one.kind, one.phrase) for one in made.alerts}
        assert all(one.text == text.replace(" ", "") if language == "zh" else text for one in made.alerts)


@pytest.mark.parametrize(
    ("language", "text"), [("en", "i guarantee you it is one hundred percent safe"), ("zh", "我们 保证 收益")]
)
@in_virtual_time
async def test_forbidden_promises_are_those_of_agents_and_only_supervisors_are_told(
    database: Path, language: str, text: str
) -> None:
    async with world(database, numbers(1), speech_language=language) as w:
        made = await watched(w)
        _, customer, agent = await made.talk()
        await made.say(customer, text)
        assert PhraseKind.FORBIDDEN_PROMISE not in {one.kind for one in made.alerts}
        await made.say(agent, text)
        (alert,) = [one for one in made.alerts if one.kind is PhraseKind.FORBIDDEN_PROMISE]
        assert (alert.side, alert.severity) == (Side.AGENT, Severity.URGENT)
        assert (alert.tell_agent, alert.tell_supervisors) == (False, True)


@in_virtual_time
async def test_a_list_counts_in_its_campaign_its_language_its_side_and_while_it_is_active(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        here = w.campaign.id
        await only(
            made,
            a_list("apple", name="here", campaign_id=here),
            a_list("apple", name="elsewhere", campaign_id=CampaignId("other")),
            a_list("apple", name="chinese", language="zh"),
            a_list("apple", name="any", language=""),
            a_list("apple", name="agents", sides=(Side.AGENT,)),
            a_list("apple", name="off", active=False),
        )
        _, customer, _ = await made.talk()
        await made.say(customer, "an apple")
        assert {one.list_name for one in made.alerts} == {"here", "any"}


# ---- cool-down -----------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_list_alerts_once_in_its_cool_down_for_each_call(database: Path) -> None:
    async with world(database, numbers(2), agents=2) as w:
        made = await watched(w)
        await only(made, a_list("refund", "lawyer", cool_down_s=30.0), a_list("refund", name="Other", cool_down_s=0.0))
        await w.log_in()
        await w.dial()
        await w.connected(2)
        await w.until(lambda: len(made.heard.taps(Side.CUSTOMER)) == 2)
        first, second = [await made.heard.begun(Side.CUSTOMER, n) for n in (0, 1)]
        await made.say(first, "refund", "lawyer", "refund", "refund", start_s=1.0, gap_s=14.0)
        told = {(one.list_name, round(one.start_s)) for one in made.alerts}
        assert len(made.alerts) == len(told)
        assert told == {("Test", 1), ("Other", 1), ("Other", 29), ("Test", 43), ("Other", 43)}
        await made.say(second, "refund", start_s=2.0)
        assert [one.call_id for one in made.alerts][-1] != made.alerts[0].call_id


# ---- who is told ---------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_each_alert_goes_where_its_list_says(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made, feed = await watched(w), await feed_of(w)
        await only(
            made,
            a_list("one", name="agent", tell_supervisors=False),
            a_list("two", name="lead", tell_agent=False),
            a_list("three", name="outside", tell_agent=False, tell_supervisors=False, tell_outside=True),
        )
        call, customer, _ = await made.talk()
        desk, wall = Screen(feed, AGENT, "desk"), Screen(feed, ADMIN, "wall")
        await made.say(customer, "one", "two", "three")
        await w.after(0.5)
        await desk.take()
        await wall.take()
        assert desk.state is not None
        assert wall.state is not None
        assert [one.phrase for one in desk.state.lines.values()] == ["one", "", ""]
        assert [(one.code, one.text, one.call_id) for one in wall.state.alerts.values()] == [
            ("words.other", "two · two", call.id)
        ]
        (told,) = await made.outbox()
        (alert,) = [one for one in made.alerts if one.list_name == "outside"]
        assert told["alert_id"] == alert.id
        assert (told["phrase"], told["kind"], told["late"]) == ("three", "other", False)
        assert call.connected_at is not None
        assert told["at_s"] == pytest.approx((alert.said_at - call.connected_at).total_seconds(), abs=0.001)
        assert not {"text", "number"} & set(told), "what else was said stays here"


@pytest.mark.parametrize(("language", "text"), [("en", "never call me again"), ("zh", "以后 不要 打 了")])
@in_virtual_time
async def test_who_wants_no_more_calls_is_proposed_as_such_at_once(database: Path, language: str, text: str) -> None:
    async with world(database, numbers(1), speech_language=language) as w:
        made, feed = await watched(w), await feed_of(w)
        call, customer, _ = await made.talk()
        desk = Screen(feed, AGENT, "desk")
        await made.say(customer, text, text, gap_s=2.0)
        (hint,) = made.hints
        assert hint.disposition == "do_not_call"
        await desk.take()
        assert desk.state is not None
        assert [one.disposition for one in desk.state.hints.values()] == ["do_not_call"]
        await w.written()
        (row,) = await hints_of(w.app.store, call.id)
        assert (row["disposition"], row["mark"]) == ("do_not_call", None)
        w.app.control.wishes.dispose(FIRST, hint.disposition, "", None, call.id)
        await w.until(lambda: w.calls[call.id].disposition is not None)


@in_virtual_time
async def test_what_is_proposed_is_a_choice_of_the_campaign(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        own = Choice(code="never_again", label_en="Never", label_zh="不再", category=Category.DO_NOT_CALL)
        await save_set(w.app.store, w.campaign.id, [own], 0, By("test", w.now))
        await w.app.records.dispositions.refresh()
        _, customer, agent = await made.talk()
        await made.say(agent, "never call me again")
        assert made.hints == [], "agents quote, customers want"
        await made.say(customer, "never call me again")
        assert [one.disposition for one in made.hints] == ["never_again"]


# ---- objections ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "name"), [("en", "it is too expensive", "Too expensive"), ("zh", "太 贵 了 吧", "嫌贵")]
)
@in_virtual_time
async def test_an_objection_brings_its_answer_to_the_agent_in_the_same_moment(
    database: Path, language: str, text: str, name: str
) -> None:
    async with world(database, numbers(1), speech_language=language) as w:
        made, feed = await watched(w), await feed_of(w)
        call, customer, agent = await made.talk()
        desk = Screen(feed, AGENT, "desk")
        await made.say(agent, text)
        assert made.hints == []
        await made.say(customer, text)
        said_s = next(
            at
            for at, event in made.events
            if isinstance(event, UtteranceHeard) and event.utterance.side == Side.CUSTOMER
        )
        (told_s, offered), *_ = [one for one in made.events if isinstance(one[1], HintOffered)]
        assert told_s - said_s < 1.0
        assert (offered.hint.name, offered.hint.next_step, offered.hint.agent_id) == (name, "price", FIRST)
        await desk.take()
        assert desk.state is not None
        assert name in {one.name for one in desk.state.hints.values()}
        await w.written()
        assert await hints_of(w.app.store, call.id) != []


@in_virtual_time
async def test_the_same_answer_is_not_offered_again_soon_but_each_time_is_counted(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        call, customer, _ = await made.talk()
        await made.say(customer, "i am busy")
        await w.after(5.0)
        await made.say(customer, "i am busy", start_s=8.0)
        assert len(made.hints) == 1
        await w.after(OFFERED_AGAIN.total_seconds())
        await made.say(customer, "i am busy", start_s=80.0)
        assert len(made.hints) == 2
        await w.written()
        assert [row["offered"] for row in await hints_of(w.app.store, call.id, offered=False)] == [True, False, True]


# ---- the end of a call ---------------------------------------------------------------------------------------------


@in_virtual_time
async def test_the_last_words_count_though_they_are_recognised_after_the_call(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        made.heard.ears.answers = False
        call, customer, _ = await made.talk()
        await made.hang_up(call)
        await made.say(customer, "it is too expensive do not call me again")
        assert PhraseKind.DO_NOT_CALL in {one.kind for one in made.alerts}
        assert [one.disposition for one in made.hints] == ["do_not_call"], "in wrap-up an answer is of no use"
        await w.until(lambda: w.calls[call.id].state is CallState.ENDED, 60.0)
        await made.say(customer, "lawyer", start_s=20.0)
        assert made.alerts[-1].campaign_id == w.campaign.id
        made.heard.ears.end(customer)


@in_virtual_time
async def test_calls_that_are_over_are_forgotten(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        call, _, _ = await made.talk()
        assert len(made.words.watcher) == 1
        await made.hang_up(call)
        await w.until(lambda: w.calls[call.id].state is CallState.ENDED, 60.0)
        await w.after(KEPT.total_seconds() + 1)
        w.switch.call_in("441632960999", "441632960123", talks_s=1.0)
        await w.until(lambda: len(made.words.watcher) == 0, 60.0)


# ---- changes -------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_changes_of_lists_by_whomever_count_within_a_second(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        _, customer, _ = await made.talk()
        one, by = a_list("banana"), By("test", w.now)
        assert LOOK_S < 1.0
        await add_list(w.app.store, one, by)
        await w.after(1.0)
        await made.say(customer, "banana", start_s=1.0)
        await change_list(w.app.store, replace(one, phrases=("cherry",)), by)
        await w.after(1.0)
        await made.say(customer, "banana", start_s=2.0)
        await made.say(customer, "cherry", start_s=3.0)
        changed = await phrase_list(w.app.store, one.id)
        await delete_list(w.app.store, one.id, changed.version, by)
        await w.after(1.0)
        await made.say(customer, "cherry", start_s=4.0)
        assert [one.phrase for one in made.alerts] == ["banana", "cherry"]


@in_virtual_time
async def test_what_people_deleted_does_not_come_back_at_the_next_start(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        shipped = len(made.words.shelf.lexicon)
        await only(made)
        again = PhraseShelf(w.app.store, w.app.clock)
        await again.load()
        assert 0 < len(again.lexicon) < shipped
        said = an_utterance("call", "refund lawyer too expensive")
        assert again.lexicon.lists_in(said, None) == []
        assert [one.owner.name for one in again.lexicon.objections_in(said, None)] == ["Too expensive"]
