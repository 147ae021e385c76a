"""Quality rules, scores, reviews: kept, changed with a trace, looked through, compared."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import false, true

from waihu.speech.shipped_rules import shipped_rules
from waihu.store import quality as scores
from waihu.store import quality_rules as rules
from waihu.store.audit import By, latest
from waihu.store.store import Store
from waihu.store.transcripts import save_transcript
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, a_transcript
from waihu_models.call import Call, CallState
from waihu_models.errors import NotFound, Stale
from waihu_models.ids import AgentId, CallId, CampaignId, new_id
from waihu_models.quality import Finding, QualityRule, QualityScore, Review, RuleFinding, RuleKind, Unjudged, Verdict
from waihu_models.transcript import Side, TranscriptState

BY = By("user:ann", NOON)


def a_rule(**changes: Any) -> QualityRule:
    made = QualityRule(
        id=new_id(), name="Greeting", kind=RuleKind.SAID, language="zh", weight=2.5, fatal=True,
        parameters={"phrases": ["您好", "早上好"], "side": "agent", "within_s": 20.0},
    )  # fmt: skip
    return replace(made, **changes)


async def a_kept_call(store: Store, after_s: float = 0.0, **changes: Any) -> Call:
    at = NOON + timedelta(seconds=after_s)
    ended = {"connected_at": at, "hung_up_at": at + timedelta(seconds=60), "state": CallState.ENDED, "dialled_at": at}
    call = a_call(**{**ended, "agent_id": AgentId("ann"), "campaign_id": CampaignId("spring"), **changes})
    unit = Unit()
    unit.save_call(call)
    await store.commit(unit)
    return call


def a_score(call: Call, **changes: Any) -> QualityScore:
    findings = (
        RuleFinding(
            rule_id="r1", rule_name="Greeting", rule_version=3, finding=Finding.PASSED, evidence="您好", start_s=1.25,
            at=NOON + timedelta(seconds=1.25), utterance_id="u1", weight=2.0,
        ),
        RuleFinding(rule_id="r2", rule_name="Ratio", rule_version=1, finding=Finding.FAILED, value=0.9, fatal=True),
        RuleFinding(rule_id="r3", rule_name="Air", rule_version=1, finding=Finding.UNKNOWN, why=Unjudged.HELD),
    )  # fmt: skip
    made = QualityScore(
        call_id=call.id, agent_id=call.agent_id, campaign_id=call.campaign_id, score=50.0, findings=findings, at=NOON,
        language="zh",
    )  # fmt: skip
    return replace(made, **changes)


async def keep(store: Store, call: Call, **changes: Any) -> QualityScore:
    score = a_score(call, **changes)
    assert call.connected_at is not None
    await scores.save_score(store, score, call.connected_at)
    return score


# ---- rules ---------------------------------------------------------------------------------------------------------


async def test_rules_come_back_as_they_were(store: Store) -> None:
    one, other = a_rule(), a_rule(name="Air", kind=RuleKind.DEAD_AIR, parameters={"max_s": 9.0}, language="")
    mine = a_rule(name="Of one campaign", campaign_id=CampaignId("spring"), active=False)
    for each in (one, other, mine):
        await rules.add_rule(store, each, BY)
    assert await rules.quality_rules(store) == [other, one, mine]
    assert await rules.quality_rule(store, one.id) == one
    assert await rules.quality_rules(store, false()) == []


async def test_a_rule_changed_meanwhile_is_not_changed_again_unseen(store: Store) -> None:
    one = a_rule()
    await rules.add_rule(store, one, BY)
    before = await rules.changed_rules(store)
    await rules.change_rule(store, replace(one, name="Hello"), BY)
    assert await rules.changed_rules(store) != before
    assert (await rules.quality_rule(store, one.id)).version == 2
    with pytest.raises(Stale):
        await rules.change_rule(store, replace(one, name="Hi"), BY)
    with pytest.raises(Stale):
        await rules.delete_rule(store, one.id, 1, BY)
    await rules.delete_rule(store, one.id, 2, BY)
    with pytest.raises(NotFound):
        await rules.quality_rule(store, one.id)
    done = [row["action"] for row in await latest(store, 10)]
    assert done == ["quality_rule.delete", "quality_rule.change", "quality_rule.add"]


async def test_shipped_rules_are_added_once_and_what_people_deleted_stays_away(store: Store) -> None:
    shipped = shipped_rules()
    assert len(await rules.load_shipped_rules(store, shipped, NOON)) == len(shipped)
    first, second = shipped[:2]
    await rules.delete_rule(store, first.id, 1, BY)
    await rules.change_rule(store, replace(second, name="Mine"), BY)
    assert await rules.load_shipped_rules(store, shipped, NOON) == []
    kept = {one.id: one for one in await rules.quality_rules(store)}
    assert first.id not in kept
    assert kept[second.id].name == "Mine"
    assert [kept[one.id] for one in shipped[2:]] == shipped[2:]


# ---- scores --------------------------------------------------------------------------------------------------------


async def test_a_score_comes_back_with_its_evidence(store: Store) -> None:
    call = await a_kept_call(store)
    score = await keep(store, call, sampled=True)
    assert await scores.score_of_call(store, call.id) == score
    assert await scores.score_of_call(store, CallId("other")) is None


async def test_a_later_score_takes_the_place_and_a_call_that_was_chosen_stays_chosen(store: Store) -> None:
    call = await a_kept_call(store)
    await keep(store, call, score=None, why=Unjudged.WAITING, findings=(), sampled=True)
    await keep(store, call, score=80.0, sampled=False)
    kept = await scores.score_of_call(store, call.id)
    assert kept is not None
    assert (kept.score, kept.why, kept.sampled) == (80.0, None, True)


async def test_calls_that_wait_for_a_score_are_those_that_ended_with_people_talking(store: Store) -> None:
    first, second = await a_kept_call(store), await a_kept_call(store, 10.0)
    await keep(store, await a_kept_call(store))
    await a_kept_call(store, connected_at=None)
    await a_kept_call(store, state=CallState.CONNECTED, hung_up_at=None)
    await a_kept_call(store, -3600.0)
    since = NOON - timedelta(minutes=1)
    assert await scores.unscored(store, since, 10) == [second.id, first.id]
    assert await scores.unscored(store, since, 1) == [second.id]


async def test_scores_that_wait_for_transcripts_that_are_finished_are_found(store: Store) -> None:
    done, partly, judged, silent = [await a_kept_call(store, 10.0 * n) for n in range(4)]
    for call in (done, partly, silent):
        await keep(store, call, why=Unjudged.WAITING)
    await keep(store, judged)
    for call in (done, partly, judged):
        for side in Side:
            late = call is partly and side is Side.AGENT
            state = TranscriptState.DEFERRED if late else TranscriptState.DONE
            await save_transcript(store, a_transcript(call.id, side=side, state=state))
    assert await scores.heard_since(store, NOON, 10) == [done.id]
    assert await scores.heard_since(store, NOON + timedelta(seconds=1), 10) == []


async def test_scores_are_looked_through_by_what_is_wished(store: Store) -> None:
    calls = [await a_kept_call(store, 60.0 * n) for n in range(4)]
    other = await a_kept_call(store, 300.0, agent_id=AgentId("bob"), campaign_id=CampaignId("autumn"))
    for call, score in zip(calls, (10.0, 50.0, 90.0, None), strict=True):
        await keep(store, call, score=score, why=Unjudged.NO_MODEL if score is None else None, sampled=score == 10.0)
    await keep(store, other, score=30.0)
    names = {call.id: n for n, call in enumerate([*calls, other])}

    async def found(**wishes: Any) -> list[int]:
        rows = await scores.find_scores(store, scores.ScoreWish(**{"visible": true(), **wishes}))
        return [names[row["call_id"]] for row in rows]

    assert await found() == [4, 3, 2, 1, 0]
    assert await found(visible=false()) == []
    assert await found(below=50.0) == [4, 1, 0]
    assert await found(judged=False) == [3]
    assert await found(campaign_id="spring", judged=True) == [2, 1, 0]
    assert await found(agent_id="bob") == [4]
    assert await found(sampled=True) == [0]
    assert await found(since=NOON + timedelta(seconds=60), until=NOON + timedelta(seconds=180)) == [2, 1]
    assert await found(limit=2) == [4, 3, 2], "one more says that there is more"
    assert await found(after=(NOON + timedelta(seconds=120), calls[2].id)) == [1, 0]


async def test_calls_of_one_moment_are_paged_without_loss(store: Store) -> None:
    calls = [await a_kept_call(store) for _ in range(5)]
    for call in calls:
        await keep(store, call)
    seen: list[str] = []
    after = None
    for _ in range(3):
        rows = (await scores.find_scores(store, scores.ScoreWish(visible=true(), after=after, limit=2)))[:2]
        seen += [row["call_id"] for row in rows]
        after = (rows[-1]["talked_at"], rows[-1]["call_id"])
    assert sorted(seen) == sorted(call.id for call in calls)


# ---- reviews -------------------------------------------------------------------------------------------------------


def a_review(call: Call, reviewer: str, *said: tuple[str, Finding, Finding | None], note: str = "") -> Review:
    verdicts = tuple(
        Verdict(rule_id=rule, rule_name=rule.upper(), verdict=verdict, found=found) for rule, verdict, found in said
    )
    return Review(call_id=call.id, reviewer=reviewer, verdicts=verdicts, at=NOON, note=note)


async def test_a_review_replaces_the_earlier_one_of_the_same_person_only(store: Store) -> None:
    call = await a_kept_call(store)
    await keep(store, call)
    passed, failed = Finding.PASSED, Finding.FAILED
    await scores.save_review(store, a_review(call, "ann", ("r1", passed, passed), ("r2", failed, failed)), BY)
    await scores.save_review(store, a_review(call, "bob", ("r1", failed, passed), note="hm"), BY)
    await scores.save_review(store, a_review(call, "ann", ("r1", failed, passed)), BY)
    reviews, verdicts = await scores.reviews_of(store, call.id)
    assert {(row["reviewer"], row["note"]) for row in reviews} == {("ann", ""), ("bob", "hm")}
    assert [(row["reviewer"], row["rule_id"], row["verdict"], row["found"]) for row in verdicts] == [
        ("ann", "r1", "failed", "passed"), ("bob", "r1", "failed", "passed"),
    ]  # fmt: skip


async def test_a_call_without_a_score_cannot_be_reviewed_and_nothing_of_it_is_kept(store: Store) -> None:
    call = await a_kept_call(store)
    with pytest.raises(NotFound, match="has no score"):
        await scores.save_review(store, a_review(call, "ann", ("r1", Finding.PASSED, None)), BY)
    assert await scores.reviews_of(store, call.id) == ([], [])
    assert await latest(store, 10) == []


async def test_verdicts_are_counted_in_pairs_by_rule_and_between_reviewers(store: Store) -> None:
    passed, failed, unknown = Finding
    first, second = await a_kept_call(store), await a_kept_call(store)
    for call in (first, second):
        await keep(store, call)
        await scores.save_review(store, a_review(call, "ann", ("r1", passed, passed), ("r2", failed, unknown)), BY)
    await scores.save_review(store, a_review(first, "bob", ("r1", failed, passed), ("r3", failed, None)), BY)
    by_rule = {
        (row["rule_id"], row["first"], row["second"]): row["times"]
        for row in await scores.verdict_pairs(store, true(), None)
    }
    assert by_rule == {
        ("r1", "passed", "passed"): 2, ("r1", "passed", "failed"): 1, ("r2", "unknown", "failed"): 2
    }  # fmt: skip
    (pair,) = await scores.reviewer_pairs(store, true(), None)
    assert dict(pair) == {"one": "ann", "other": "bob", "first": "passed", "second": "failed", "times": 1}
    later = NOON + timedelta(seconds=1)
    assert list(await scores.verdict_pairs(store, true(), later)) == []
    assert list(await scores.reviewer_pairs(store, true(), later)) == []
    assert list(await scores.reviewer_pairs(store, false(), None)) == []
