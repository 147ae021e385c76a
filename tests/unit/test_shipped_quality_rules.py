"""Whole calls in English and Chinese held against the rules that are shipped."""

from datetime import timedelta

import pytest

from waihu.speech.quality_rules import HeardCall, RuleBook, score_of
from waihu.speech.shipped_rules import shipped_rules
from waihu.testing.factories import NOON, a_transcript, an_utterance
from waihu_models.ids import new_id
from waihu_models.quality import Finding, RuleFinding
from waihu_models.transcript import Side, TranscriptState

BOOK = RuleBook(shipped_rules())
GOOD = {
    "en": ("good morning this is ann", "this call is recorded for quality", "do you mind if i ask you something"),
    "zh": ("您好 我 是 小王", "本次 通话 会 被 录音", "请问 您 现在 方便 吗"),
}
BAD = {"en": ("what do you want", "there is no risk at all"), "zh": ("什么 事", "这个 稳赚 不 赔")}


def found(language: str, *lines: str) -> dict[str, RuleFinding]:
    """What rules say of an agent's lines, 15 s apart, each answered for 5 s; by the rule's id without its language."""
    said = []
    for n, line in enumerate(lines):
        for side, text, start_s in ((Side.AGENT, line, 15.0 * n + 1), (Side.CUSTOMER, "嗯", 15.0 * n + 8)):
            at, end_s = NOON + timedelta(seconds=start_s), start_s + 5
            said.append(
                an_utterance("call", text, id=new_id(), side=side, at=at, start_s=start_s, end_s=end_s, words=())
            )
    heard = HeardCall(
        campaign_id=None, connected_at=NOON, talk_s=15.0 * max(len(lines), 5), held_s=60.0, said=said,
        transcripts=[a_transcript("call", side=side, state=TranscriptState.DONE, language=language) for side in Side],
    )  # fmt: skip
    return {one.rule_id.removeprefix("starter-").removesuffix(f"-{language}"): one for one in BOOK.judge(heard)}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_agent_who_says_what_is_to_be_said_passes(language: str) -> None:
    rules = found(language, *GOOD[language])
    failed = [name for name, one in rules.items() if one.finding is Finding.FAILED]
    assert failed == []
    assert [rules[name].finding for name in ("greeting", "disclosure", "consent", "forbidden", "talk-ratio")] == [
        Finding.PASSED
    ] * 5
    assert rules["disclosure"].start_s == pytest.approx(16.0)
    assert score_of(list(rules.values())) == 100.0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_agent_who_promises_what_nobody_may_gets_nothing(language: str) -> None:
    rules = found(language, *BAD[language])
    assert [rules[name].finding for name in ("greeting", "disclosure", "consent", "forbidden")] == [Finding.FAILED] * 4
    assert rules["forbidden"].start_s == pytest.approx(16.0)
    assert score_of(list(rules.values())) == 0.0


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "this product is not risk free"), ("en", "there are no guaranteed returns"),
        ("en", "we do not offer guaranteed returns"), ("zh", "我们 不 保证 收益"), ("zh", "本 产品 不 保本"),
        ("zh", "并 不是 没有 风险"),
    ],
)  # fmt: skip
def test_who_says_that_there_is_a_risk_has_promised_nothing(language: str, line: str) -> None:
    assert found(language, line)["forbidden"].finding is Finding.PASSED
    promised = {"en": "but you cannot lose", "zh": "但是 保证 收益"}[language]
    assert found(language, line, promised)["forbidden"].finding is Finding.FAILED


@pytest.mark.parametrize(("language", "line"), [("en", "don't worry there is no risk"), ("zh", "不用 担心 保本 的")])
def test_a_promise_after_a_denial_of_something_else_is_one(language: str, line: str) -> None:
    assert found(language, line)["forbidden"].finding is Finding.FAILED
