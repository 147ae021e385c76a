"""Calls held against quality rules: what was said, how, and what could not be heard well enough to tell."""

from datetime import timedelta
from typing import Any

import pytest

from waihu.speech.agreement import agreement
from waihu.speech.quality_rules import HeardCall, RuleBook, score_of, why_unjudged
from waihu.speech.sampling import is_sampled
from waihu.speech.shipped_rules import shipped_rules
from waihu.testing.factories import NOON, a_transcript, an_utterance
from waihu_models.ids import CampaignId, new_id
from waihu_models.quality import Finding, QualityRule, RuleFinding, RuleKind, Unjudged
from waihu_models.transcript import Side, TranscriptState, Utterance, Word

PASSED, FAILED, UNKNOWN = Finding.PASSED, Finding.FAILED, Finding.UNKNOWN
AGENT, CUSTOMER = Side.AGENT, Side.CUSTOMER


def said(side: Side, text: str, start_s: float) -> Utterance:
    words = tuple(Word(one, start_s + n / 3, start_s + (n + 1) / 3 - 0.02) for n, one in enumerate(text.split()))
    at = NOON + timedelta(seconds=start_s)
    return an_utterance("call", text, side=side, at=at, start_s=start_s, words=words, id=new_id())


def heard(*utterances: Utterance, language: str = "en", talk_s: float = 120.0, **changes: Any) -> HeardCall:
    states = changes.pop("states", {AGENT: TranscriptState.DONE, CUSTOMER: TranscriptState.DONE})
    transcripts = [a_transcript("call", side=side, state=state, language=language) for side, state in states.items()]
    given = {"campaign_id": None, "held_s": 0.0, **changes}
    return HeardCall(connected_at=NOON, talk_s=talk_s, transcripts=transcripts, said=utterances, **given)


def a_rule(kind: RuleKind, *, weight: float = 1.0, fatal: bool = False, **parameters: Any) -> QualityRule:
    return QualityRule(id=new_id(), name="Rule", kind=kind, parameters=parameters, weight=weight, fatal=fatal)


def judged(rule: QualityRule, call: HeardCall) -> RuleFinding:
    (finding,) = RuleBook([rule]).judge(call)
    return finding


GREETING: dict[str, Any] = {"phrases": ["good morning", "您好"], "side": "agent", "within_s": 20.0}


@pytest.mark.parametrize(
    ("text", "start_s", "finding", "at_s"),
    [
        ("well good morning to you", 2.0, PASSED, 2.333), ("good morning", 19.0, PASSED, 19.0),
        ("good morning", 21.0, FAILED, None), ("hello", 2.0, FAILED, None),
    ],
)  # fmt: skip
def test_a_greeting_has_to_be_said_by_the_agent_in_time(
    text: str, start_s: float, finding: Finding, at_s: float | None
) -> None:
    found = judged(a_rule(RuleKind.SAID, **GREETING), heard(said(AGENT, text, start_s)))
    assert (found.finding, found.start_s) == (finding, pytest.approx(at_s, abs=0.01) if at_s else None)
    assert found.evidence == ("good morning" if finding is PASSED else "")
    assert judged(a_rule(RuleKind.SAID, **GREETING), heard(said(CUSTOMER, text, start_s))).finding is FAILED


def test_the_same_in_chinese_with_or_without_blanks() -> None:
    for text in ("您好 我是 示例公司", "您好我是示例公司"):
        call = heard(said(AGENT, text, 1.0), language="zh")
        assert judged(a_rule(RuleKind.SAID, **GREETING), call).finding is PASSED


def test_a_forbidden_promise_fails_with_its_place_and_makes_the_score_nothing() -> None:
    rule = a_rule(RuleKind.NOT_SAID, phrases=["no risk"], side="agent", fatal=True)
    good = a_rule(RuleKind.SAID, phrases=["hello"], side="agent")
    call = heard(said(AGENT, "hello", 1.0), said(AGENT, "there is no risk at all", 40.0))
    findings = RuleBook([rule, good]).judge(call)
    assert [(one.finding, one.evidence) for one in findings] == [(FAILED, "no risk"), (PASSED, "hello")]
    assert findings[0].at == NOON + timedelta(seconds=findings[0].start_s or 0)
    assert findings[0].utterance_id == call.said[1].id
    assert score_of(findings) == 0.0
    assert judged(rule, heard(said(CUSTOMER, "no risk", 1.0))).finding is PASSED


@pytest.mark.parametrize(
    ("agent_s", "customer_s", "finding"), [(30, 30, PASSED), (55, 5, FAILED), (4, 56, FAILED), (3, 3, UNKNOWN)]
)
def test_the_agents_share_of_the_talk_lies_between_two_figures(agent_s: int, customer_s: int, finding: Finding) -> None:
    words = {AGENT: 3 * agent_s, CUSTOMER: 3 * customer_s}
    call = heard(*(said(side, "word " * count, 0.0 if side is AGENT else 60.0) for side, count in words.items()))
    found = judged(a_rule(RuleKind.TALK_RATIO, min=0.2, max=0.75), call)
    assert found.finding is finding
    assert found.why is (Unjudged.LITTLE_SPEECH if finding is UNKNOWN else None)


def test_dead_air_is_measured_where_it_is_and_hold_is_no_fault() -> None:
    rule = a_rule(RuleKind.DEAD_AIR, max_s=15.0)
    call = heard(said(AGENT, "one two three", 0.0), said(CUSTOMER, "yes yes", 31.0), talk_s=33.0)
    found = judged(rule, call)
    assert found.finding is FAILED
    assert found.value == pytest.approx(30.0, abs=0.1)
    assert found.start_s == pytest.approx(1.0, abs=0.1)
    on_hold = heard(*call.said, talk_s=33.0, held_s=20.0)
    assert (judged(rule, on_hold).finding, judged(rule, on_hold).why) == (UNKNOWN, Unjudged.HELD)
    assert judged(rule, heard(*call.said, said(AGENT, "still here", 15.9), talk_s=33.0)).finding is PASSED


def test_an_agent_who_speaks_into_the_customers_words_interrupts() -> None:
    rule = a_rule(RuleKind.INTERRUPTIONS, max_per_min=1.0)
    turns = [said(CUSTOMER, "word " * 18, 10.0 * n) for n in range(6)]
    polite = [said(AGENT, "word " * 9, 10.0 * n + 6.5) for n in range(6)]
    rude = [said(AGENT, "word " * 9, 10.0 * n + 3.0) for n in range(6)]
    assert judged(rule, heard(*turns, *polite, talk_s=60.0)).finding is PASSED
    found = judged(rule, heard(*turns, *rude, talk_s=60.0))
    assert (found.finding, found.value, found.start_s) == (FAILED, 6.0, 3.0)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (TranscriptState.LISTENING, Unjudged.WAITING), (TranscriptState.DEFERRED, Unjudged.WAITING),
        (TranscriptState.NO_MODEL, Unjudged.NO_MODEL), (TranscriptState.FAILED, Unjudged.FAILED),
    ],
)  # fmt: skip
def test_what_was_not_heard_is_neither_passed_nor_failed(state: TranscriptState, why: Unjudged) -> None:
    call = heard(states={AGENT: state, CUSTOMER: TranscriptState.DONE})
    rules = [
        a_rule(RuleKind.SAID, **GREETING), a_rule(RuleKind.NOT_SAID, phrases=["x"]), a_rule(RuleKind.TALK_RATIO),
        a_rule(RuleKind.DEAD_AIR, max_s=1.0), a_rule(RuleKind.INTERRUPTIONS),
    ]  # fmt: skip
    findings = RuleBook(rules).judge(call)
    assert {(one.finding, one.why) for one in findings} == {(UNKNOWN, why)}
    assert (score_of(findings), why_unjudged(findings)) == (None, why)


def test_what_was_said_before_the_rest_could_not_be_heard_counts_all_the_same() -> None:
    call = heard(said(AGENT, "good morning", 1.0), states={AGENT: TranscriptState.DEFERRED})
    assert judged(a_rule(RuleKind.SAID, **GREETING), call).finding is PASSED


def test_a_call_that_was_too_short_for_a_rule_did_not_break_it() -> None:
    found = judged(a_rule(RuleKind.SAID, **GREETING), heard(talk_s=10.0))
    assert (found.finding, found.why) == (UNKNOWN, Unjudged.TOO_SHORT)


def test_rules_are_those_of_the_campaign_and_of_the_language() -> None:
    mine = QualityRule(id="a", name="a", kind=RuleKind.DEAD_AIR, parameters={}, campaign_id=CampaignId("mine"))
    chinese = QualityRule(id="b", name="b", kind=RuleKind.DEAD_AIR, parameters={}, language="zh")
    off = QualityRule(id="c", name="c", kind=RuleKind.DEAD_AIR, parameters={}, active=False)
    book = RuleBook([mine, chinese, off])
    assert [one.id for one in book.of(heard(campaign_id=CampaignId("mine")))] == ["a"]
    assert [one.id for one in book.of(heard(language="zh-yue"))] == ["b"]


def test_the_score_goes_by_weight_over_what_could_be_judged() -> None:
    rules = [
        a_rule(RuleKind.SAID, phrases=["hello"], weight=3.0), a_rule(RuleKind.SAID, phrases=["never"], weight=1.0),
        a_rule(RuleKind.TALK_RATIO, weight=5.0),
    ]  # fmt: skip
    assert score_of(RuleBook(rules).judge(heard(said(AGENT, "hello", 1.0)))) == 75.0


def test_shipped_rules_are_equals_in_both_languages() -> None:
    kinds = {
        language: [(rule.kind, rule.weight, rule.fatal) for rule in shipped_rules() if rule.language == language]
        for language in ("en", "zh")
    }
    assert kinds["en"] == kinds["zh"]
    assert {kind for kind, _, _ in kinds["en"]} == set(RuleKind)
    assert len({rule.id for rule in shipped_rules()}) == len(shipped_rules())


def test_two_who_always_agree_have_kappa_one_and_two_who_guess_have_none() -> None:
    assert agreement({("passed", "passed"): 6, ("failed", "failed"): 4}).kappa == 1.0
    by_chance = agreement(
        {("passed", "passed"): 25, ("passed", "failed"): 25, ("failed", "passed"): 25, ("failed", "failed"): 25}
    )
    assert (by_chance.ratio, by_chance.kappa) == (0.5, 0.0)
    assert agreement({("passed", "passed"): 9}).kappa is None


def test_a_share_of_calls_is_chosen_and_always_the_same_ones() -> None:
    calls = [f"{n:032x}" for n in range(4000)]
    chosen = [call for call in calls if is_sampled(call, 0.1)]
    assert 300 < len(chosen) < 500
    assert all(is_sampled(call, 0.5) for call in chosen)
    assert not any(is_sampled(call, 0.0) for call in calls)
