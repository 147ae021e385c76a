"""A summary is drafted when a call is over and its last words are known, and stays with whoever decided on it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.services.test_late_words import ended, from_recording, searched
from tests.services.test_live_feed import AGENT, Screen, feed_of
from tests.services.words_bench import watched
from tests.services.world import FIRST, numbers, world

from waihu.services import assist
from waihu.services.assist import WITHIN_S, zone_of
from waihu.store.audit import By
from waihu.store.leads import add_leads
from waihu.store.summaries import Decision, decide, summary_of_call
from waihu.testing.factories import a_call, a_lead
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.assist import SummaryState
from waihu_models.errors import NotFound, StoreError
from waihu_models.events import SummaryDrafted
from waihu_models.ids import CampaignId

ENGLISH = ("hello", "i have a problem with my order", "it is too expensive", "call me back tomorrow at three")
CHINESE = ("喂 你好", "我 想 了解 一下 价格", "太 贵 了", "明天 下午 三点 再 打")


@pytest.mark.parametrize(
    ("language", "texts", "reason", "objection"),
    [
        ("en", ENGLISH, "i have a problem with my order", "Too expensive"),
        ("zh", CHINESE, "我想了解一下价格", "嫌贵"),
    ],
)
@in_virtual_time
async def test_at_the_end_of_a_call_a_summary_waits_at_the_agents_desk(
    database: Path, language: str, texts: tuple[str, ...], reason: str, objection: str
) -> None:
    async with world(database, numbers(1), speech_language=language) as w:
        made, feed = await watched(w), await feed_of(w)
        call, customer, _ = await made.talk()
        await made.say(customer, *texts, gap_s=10.0)
        assert made.told(SummaryDrafted) == []
        over_s = w.app.clock.monotonic()
        await made.hang_up(call)
        ((told_s, drafted),) = await w.until(
            lambda: [one for one in made.events if isinstance(one[1], SummaryDrafted)], 10.0
        )
        assert told_s - over_s < 1.0, "both sides said that they are done: nothing else is waited for"
        assert drafted.agent_id == FIRST
        summary = await summary_of_call(w.app.store, call.id)
        assert summary == drafted.summary
        assert (summary.reason, summary.objections, summary.disposition) == (reason, (objection,), "callback")
        assert summary.callback_at == datetime(2026, 11, 24, 15, tzinfo=UTC)  # in London, in winter
        assert summary.state is SummaryState.DRAFT
        desk = Screen(feed, AGENT, "desk")
        await desk.take()
        assert desk.state is not None
        assert desk.state.desk is not None
        assert desk.state.desk.summary_of == call.id


@in_virtual_time
async def test_an_ear_that_says_nothing_any_more_is_not_waited_for_long(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        made.heard.ears.answers = False
        call, customer, agent = await made.talk()
        await made.say(customer, "i want a refund")
        await made.hang_up(call)
        await w.after(WITHIN_S - 0.5)
        assert made.told(SummaryDrafted) == []
        await w.after(1.0)
        assert [one.summary.reason for one in made.told(SummaryDrafted)] == ["i want a refund"]
        for stream in (customer, agent):
            made.heard.ears.end(stream)


@in_virtual_time
async def test_of_a_customer_who_says_nothing_there_is_nothing_to_sum_up(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        call, _, agent = await made.talk()
        await made.say(agent, "i want to call about your order")
        await made.hang_up(call)
        await w.after(WITHIN_S + 1)
        assert made.told(SummaryDrafted) == []
        with pytest.raises(NotFound):
            await summary_of_call(w.app.store, call.id)


@in_virtual_time
async def test_what_the_recording_says_better_makes_the_draft_anew_unless_somebody_decided(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        call, customer, _ = await made.talk()
        await made.say(customer, "i want a red fun")
        call = await ended(made, call)
        transcript = await from_recording(w, call, (1.0, "i want a refund for my order"))
        await searched(made, transcript)
        summary = await summary_of_call(w.app.store, call.id)
        assert (summary.reason, summary.version) == ("i want a refund for my order", 2)
        assert len(made.told(SummaryDrafted)) == 1, "nobody is disturbed"
        by = By("user:ann", w.now)
        await decide(w.app.store, call.id, 2, Decision(text="refund", disposition="sale"), by)
        await searched(made, await from_recording(w, call, (1.0, "i want a new contract and my account")))
        summary = await summary_of_call(w.app.store, call.id)
        assert (summary.text, summary.state, summary.version) == ("refund", SummaryState.EDITED, 3)


@in_virtual_time
async def test_a_draft_that_cannot_be_stored_is_not_told(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise StoreError("cannot write")

    async with world(database, numbers(1)) as w:
        made = await watched(w)
        call, customer, _ = await made.talk()
        await made.say(customer, "i want a refund")
        with monkeypatch.context() as patch:
            patch.setattr(assist, "save_draft", broken)
            await made.hang_up(call)
            await w.after(WITHIN_S + 1)
        assert made.told(SummaryDrafted) == []
        assert made.words.assist.counts["not_stored"] == 1


@in_virtual_time
async def test_times_are_meant_in_the_zone_of_the_customer(database: Path) -> None:
    async with world(database) as w:
        store = w.app.store
        chinese = a_lead(w.campaign, "+441632960211", zone="Asia/Shanghai")
        nowhere = a_lead(w.campaign, "+441632960212", zone="Mars/Olympus")
        await add_leads(store, [chinese, nowhere])
        for call, zone in (
            (a_call(lead_id=chinese.id, campaign_id=w.campaign.id), "Asia/Shanghai"),
            (a_call(campaign_id=w.campaign.id), "Europe/London"),
            (a_call(lead_id=nowhere.id), "UTC"),
            (a_call(campaign_id=CampaignId("gone")), "UTC"),
            (a_call(), "UTC"),
        ):
            assert (await zone_of(store, call)).key == zone
