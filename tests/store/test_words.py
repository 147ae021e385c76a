"""Lists of phrases, alerts, hints and summaries: kept, changed with a trace, looked through, counted."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import false, true

from waihu.speech.shipped_words import shipped_lists, shipped_objections
from waihu.store import word_lists as lists
from waihu.store.assist import hints_of, mark_hint, objection_figures, replace_raised
from waihu.store.audit import By, latest
from waihu.store.store import Store
from waihu.store.summaries import Decision, decide, save_draft, summary_figures, summary_of_call, without_summary
from waihu.store.transcripts import add_utterance, save_transcript
from waihu.store.unit import Unit
from waihu.store.word_alerts import (
    AlertWish,
    alerts_of,
    find_alerts,
    handle_alert,
    replace_alerts,
    was_alerted,
)
from waihu.testing.factories import NOON, a_call, a_transcript, an_utterance
from waihu_models.assist import Hint, HintMark, Objection, Summary, SummaryState
from waihu_models.call import Call, CallState
from waihu_models.disposition import STANDARD
from waihu_models.errors import NotFound, Stale
from waihu_models.ids import AgentId, CampaignId, new_id
from waihu_models.transcript import Side
from waihu_models.word_alert import PhraseKind, PhraseList, Severity, WordAlert

BY = By("user:ann", NOON)


def a_list(**changes: object) -> PhraseList:
    made = PhraseList(
        id=new_id(), name="Refunds", kind=PhraseKind.COMPLAINT, severity=Severity.WARNING, language="en",
        phrases=("refund", "money back"), sides=(Side.CUSTOMER, Side.AGENT), cool_down_s=12.5, tell_outside=True,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def an_objection(**changes: object) -> Objection:
    made = Objection(id=new_id(), name="Price", language="zh", phrases=("太贵",), answer="问比较", next_step="price")
    return replace(made, **changes)  # type: ignore[arg-type]


def an_alert(call: Call, **changes: object) -> WordAlert:
    made = WordAlert(
        id=new_id(), call_id=call.id, agent_id=call.agent_id, campaign_id=call.campaign_id, side=Side.CUSTOMER,
        utterance_id="u", list_id="l", list_name="Refunds", kind=PhraseKind.COMPLAINT, severity=Severity.WARNING,
        phrase="refund", text="", start_s=1.5, said_at=NOON, at=NOON,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def a_hint(call: Call, **changes: object) -> Hint:
    made = Hint(
        id=new_id(), call_id=call.id, agent_id=call.agent_id, objection_id="o1", name="Price", answer="Ask.",
        next_step="price", phrase="too expensive", utterance_id="u", start_s=1.0, at=NOON,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


async def a_kept_call(store: Store, at: datetime = NOON, **changes: object) -> Call:
    ended = {"connected_at": at, "hung_up_at": at, "ended_at": at, "state": CallState.ENDED, "dialled_at": at}
    call = a_call(**{**ended, "agent_id": AgentId("ann"), "campaign_id": CampaignId("spring"), **changes})
    unit = Unit()
    unit.save_call(call)
    await store.commit(unit)
    return call


async def keep(store: Store, *ones: WordAlert | Hint, offered: bool = True) -> None:
    unit = Unit()
    for one in ones:
        if isinstance(one, WordAlert):
            unit.add_word_alert(one)
        else:
            unit.add_hint(one, CampaignId("spring"), offered=offered)
    await store.commit(unit)


# ---- lists ---------------------------------------------------------------------------------------------------------


async def test_lists_and_objections_come_back_as_they_were(store: Store) -> None:
    one, other, objection = a_list(), a_list(name="A", campaign_id=CampaignId("spring")), an_objection()
    for each in (one, other):
        await lists.add_list(store, each, BY)
    await lists.add_objection(store, objection, BY)
    assert await lists.phrase_lists(store) == [other, one]
    assert await lists.phrase_list(store, one.id) == one
    assert await lists.objections(store) == [objection]
    assert await lists.objection(store, objection.id) == objection


async def test_a_change_needs_the_version_that_was_looked_at_and_leaves_a_trace(store: Store) -> None:
    one = a_list()
    await lists.add_list(store, one, BY)
    await lists.change_list(store, replace(one, phrases=("refund", "cash"), severity=Severity.URGENT), BY)
    changed = await lists.phrase_list(store, one.id)
    assert (changed.version, changed.phrases, changed.severity) == (2, ("refund", "cash"), Severity.URGENT)
    with pytest.raises(Stale) as raised:
        await lists.change_list(store, replace(one, name="Other"), BY)
    assert raised.value.version == 2
    with pytest.raises(Stale):
        await lists.delete_list(store, one.id, 1, BY)
    newest = (await latest(store, 1))[0]
    assert newest["action"] == "phrase_list.change"
    assert "severity: warning → urgent" in newest["detail"]
    assert "+cash, -money back" in newest["detail"]


async def test_a_deleted_one_is_gone_for_people_and_never_loaded_anew(store: Store) -> None:
    shipped, answers = shipped_lists(), shipped_objections()
    assert len(await lists.load_shipped(store, shipped, answers, NOON)) == len(shipped) + len(answers)
    gone, kept = shipped[0], answers[0]
    await lists.delete_list(store, gone.id, 1, BY)
    await lists.change_objection(store, replace(kept, answer="mine"), BY)
    assert await lists.load_shipped(store, shipped, answers, NOON) == []
    assert gone.id not in {one.id for one in await lists.phrase_lists(store)}
    assert (await lists.objection(store, kept.id)).answer == "mine"
    with pytest.raises(NotFound):
        await lists.phrase_list(store, gone.id)
    with pytest.raises(NotFound):
        await lists.change_list(store, gone, BY)
    with pytest.raises(NotFound):
        await lists.phrase_list(store, shipped[1].id, false())


async def test_every_change_makes_another_sign(store: Store) -> None:
    one, objection = a_list(), an_objection()
    signs = [await lists.changed(store)]
    for n, step in enumerate((
        lists.add_list(store, one, BY),
        lists.add_objection(store, objection, BY),
        lists.change_list(store, one, BY),
        lists.change_objection(store, objection, BY),
        lists.delete_list(store, one.id, 2, BY),
        lists.delete_objection(store, objection.id, 2, BY),
    )):  # fmt: skip
        await step
        signs.append(await lists.changed(store))
        assert len(set(signs)) == n + 2
    assert await lists.changed(store) == signs[-1]


# ---- alerts --------------------------------------------------------------------------------------------------------


async def test_alerts_of_a_call_have_the_text_that_was_said_while_it_is_kept(store: Store) -> None:
    call = await a_kept_call(store)
    said = an_utterance(call.id, "i want a refund")
    await add_utterance(store, said)
    known = an_alert(call, utterance_id=said.id, late=True)
    gone = an_alert(call, utterance_id="deleted", said_at=NOON + timedelta(seconds=9))
    await keep(store, gone, known)
    assert await alerts_of(store, call.id) == [replace(known, text="i want a refund"), gone]
    assert await was_alerted(store, call.id, PhraseKind.COMPLAINT)
    assert not await was_alerted(store, call.id, PhraseKind.DO_NOT_CALL)


async def test_alerts_are_found_by_all_that_is_wished_page_by_page(store: Store) -> None:
    first, second = await a_kept_call(store), await a_kept_call(store, agent_id=AgentId("bob"))
    later = NOON + timedelta(minutes=5)
    alerts = [
        an_alert(first),
        an_alert(first, kind=PhraseKind.PRICE, severity=Severity.NOTE, list_id="p", tell_agent=False, late=True),
        an_alert(second, said_at=later, side=Side.AGENT),
    ]
    await keep(store, *alerts)

    async def found(**wish: object) -> list[str]:
        given = {"visible": true(), "hearable": true(), **wish}
        return [row["id"] for row in await find_alerts(store, AlertWish(**given))]  # type: ignore[arg-type]

    by_time = [alerts[2].id, *sorted((alerts[0].id, alerts[1].id), reverse=True)]
    assert await found() == by_time
    assert await found(call_id=second.id) == [alerts[2].id]
    assert await found(agent_id="bob") == [alerts[2].id]
    assert await found(campaign_id="autumn") == []
    assert await found(list_id="p") == [alerts[1].id]
    assert await found(kinds=["price", "other"]) == [alerts[1].id]
    assert await found(severities=["note"]) == [alerts[1].id]
    assert await found(side="agent") == [alerts[2].id]
    assert await found(since=later) == [alerts[2].id]
    assert await found(until=later) == by_time[1:]
    assert await found(late=True) == [alerts[1].id]
    assert await found(late=False, call_id=first.id) == [alerts[0].id]
    assert await found(for_agent=True, call_id=first.id) == [alerts[0].id]
    assert await found(visible=false()) == []
    seen, after = [], None
    for _ in range(3):
        rows = await find_alerts(store, AlertWish(visible=true(), hearable=true(), after=after, limit=1))
        seen.append(rows[0]["id"])
        after = (rows[0]["said_at"], rows[0]["id"])
        assert len(rows) == (1 if len(seen) == 3 else 2)
    assert seen == by_time


async def test_alerts_of_one_side_are_replaced(store: Store) -> None:
    call = await a_kept_call(store)
    agent = an_alert(call, side=Side.AGENT)
    await keep(store, an_alert(call), agent)
    unit, better = Unit(), an_alert(call, late=True)
    unit.add_word_alert(better)
    await replace_alerts(store, call.id, Side.CUSTOMER, unit)
    assert {one.id for one in await alerts_of(store, call.id)} == {agent.id, better.id}


async def test_a_phrase_that_was_seen_to_stays_so_when_its_side_is_heard_anew(store: Store) -> None:
    call = await a_kept_call(store)
    first, by = an_alert(call), By("user:lead", NOON)
    await keep(store, first)
    await handle_alert(store, first.id, by, handled=True)
    unit, same, other = Unit(), an_alert(call, late=True), an_alert(call, late=True, phrase="another")
    unit.add_word_alert(same)
    unit.add_word_alert(other)
    await replace_alerts(store, call.id, Side.CUSTOMER, unit)
    rows = await find_alerts(store, AlertWish(visible=true(), hearable=true(), handled=True))
    assert [(one["id"], one["handled_by"], one["handled_at"]) for one in rows] == [(same.id, "user:lead", NOON)]
    await handle_alert(store, same.id, by, handled=False)
    rows = await find_alerts(store, AlertWish(visible=true(), hearable=true(), handled=False))
    assert {one["id"] for one in rows} == {same.id, other.id}


# ---- hints ---------------------------------------------------------------------------------------------------------


async def test_the_last_word_of_an_agent_on_a_hint_counts(store: Store) -> None:
    call = await a_kept_call(store)
    hint, raised = a_hint(call), a_hint(call, objection_id="o2")
    await keep(store, hint)
    await keep(store, raised, offered=False)
    await mark_hint(store, call.id, hint.id, HintMark.DISMISSED, NOON)
    row = await mark_hint(store, call.id, hint.id, HintMark.USED, NOON + timedelta(seconds=3))
    assert (row["mark"], row["marked_at"]) == ("used", NOON + timedelta(seconds=3))
    for call_id, hint_id in ((call.id, raised.id), ("other", hint.id), (call.id, "none")):
        with pytest.raises(NotFound):
            await mark_hint(store, call_id, hint_id, HintMark.USED, NOON)
    assert [row["id"] for row in await hints_of(store, call.id)] == [hint.id]
    await replace_raised(store, call.id, Unit())
    assert [row["id"] for row in await hints_of(store, call.id, offered=False)] == [hint.id]


async def test_objections_are_counted_by_calls_and_by_what_became_of_their_answers(store: Store) -> None:
    first, second = await a_kept_call(store), await a_kept_call(store)
    used, dismissed = a_hint(first), a_hint(second)
    await keep(store, used, dismissed, a_hint(first, objection_id="o2", name="Time"))
    await keep(store, a_hint(first), offered=False)
    await keep(store, a_hint(first, objection_id="l1", name="Do not call", disposition="do_not_call"))
    await mark_hint(store, first.id, used.id, HintMark.USED, NOON)
    await mark_hint(store, second.id, dismissed.id, HintMark.DISMISSED, NOON)
    rows = await objection_figures(store, true(), NOON, NOON + timedelta(days=1), "spring")
    assert [dict(row) for row in rows] == [
        {"objection_id": "o1", "name": "Price", "calls": 2, "offered": 2, "used": 1, "dismissed": 1},
        {"objection_id": "o2", "name": "Time", "calls": 1, "offered": 1, "used": 0, "dismissed": 0},
    ]
    assert await objection_figures(store, false(), NOON, NOON + timedelta(days=1)) == []
    assert await objection_figures(store, true(), NOON + timedelta(days=1), NOON + timedelta(days=2)) == []


# ---- summaries -----------------------------------------------------------------------------------------------------


def a_summary(call: Call, **changes: object) -> Summary:
    made = Summary(
        call_id=call.id, reason="a refund", objections=("Price",), mentioned=("50 dollars",), disposition="refused",
        callback_at=NOON + timedelta(days=1), text="Reason: a refund", drafted_at=NOON,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


async def test_a_draft_is_made_anew_until_somebody_decides(store: Store) -> None:
    call = await a_kept_call(store)
    assert await save_draft(store, a_summary(call), "ann", "spring") == a_summary(call)
    better = await save_draft(store, a_summary(call, text="Reason: two refunds"), "ann", "spring")
    assert better is not None
    assert (better.version, better.text) == (2, "Reason: two refunds")
    same = Decision(text=" Reason: two refunds\n", disposition="refused", callback_at=better.callback_at)
    decided = await decide(store, call.id, 2, same, BY)
    assert (decided.state, decided.version) == (SummaryState.ACCEPTED, 3)
    assert await save_draft(store, a_summary(call), "ann", "spring") is None
    assert await summary_of_call(store, call.id) == decided
    with pytest.raises(Stale):
        await decide(store, call.id, 2, same, BY)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, SummaryState.ACCEPTED),
        ({"text": "shorter"}, SummaryState.EDITED),
        ({"disposition": "sale"}, SummaryState.EDITED),
        ({"callback_at": None}, SummaryState.EDITED),
        ({"discarded": True}, SummaryState.DISCARDED),
    ],
)
async def test_what_an_agent_changes_makes_it_edited(
    store: Store, changes: dict[str, object], state: SummaryState
) -> None:
    call = await a_kept_call(store)
    one = a_summary(call)
    await save_draft(store, one, "ann", "spring")
    given = {"text": one.text, "disposition": one.disposition, "callback_at": one.callback_at, **changes}
    decided = await decide(store, call.id, 1, Decision(**given), BY)  # type: ignore[arg-type]
    assert decided.state is state
    assert decided.reason == one.reason, "the facts of the draft stay"
    assert (await latest(store, 1))[0]["action"] == "summary.decide"
    with pytest.raises(NotFound):
        await decide(store, "other", 1, Decision(), BY)


async def test_acceptance_is_counted_by_campaign_and_time(store: Store) -> None:
    states = ["accepted", "accepted", "edited", "discarded", "draft"]
    for n, state in enumerate(states):
        judged = STANDARD["refused"] if n < 2 else STANDARD["sale"] if n == 2 else None
        call = await a_kept_call(store, disposition=judged)
        one = a_summary(call)
        await save_draft(store, one, "ann", "spring")
        text = one.text if state == "accepted" else "other"
        given = Decision(
            text=text, disposition=one.disposition, callback_at=one.callback_at, discarded=state == "discarded"
        )
        if state != "draft":
            await decide(store, call.id, 1, given, BY)
    day = timedelta(days=1)
    (row,) = await summary_figures(store, true(), NOON, NOON + day)
    assert {name: row[name] for name in ("drafted", "accepted", "edited", "discarded", "suggested", "agreed")} == {
        "drafted": 5, "accepted": 2, "edited": 1, "discarded": 1, "suggested": 3, "agreed": 2,
    }  # fmt: skip
    assert len(await summary_figures(store, true(), NOON, NOON + day, "spring")) == 1
    assert await summary_figures(store, true(), NOON, NOON + day, "autumn") == []
    assert await summary_figures(store, true(), NOON + day, NOON + 2 * day) == []
    assert await summary_figures(store, false(), NOON, NOON + day) == []


async def test_calls_that_were_heard_and_have_no_summary_are_found(store: Store) -> None:
    heard, unheard, old = await a_kept_call(store), await a_kept_call(store), await a_kept_call(store, NOON)
    nobodys = await a_kept_call(store, agent_id=None)
    for call in (heard, nobodys, old):
        await save_transcript(store, a_transcript(call.id))
    await save_draft(store, a_summary(old), "ann", "spring")
    assert [row["id"] for row in await without_summary(store, NOON - timedelta(days=1), 10)] == [heard.id]
    assert await without_summary(store, NOON + timedelta(seconds=1), 10) == []
    assert unheard.id != heard.id
