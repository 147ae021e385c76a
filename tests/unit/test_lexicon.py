"""Which phrases of lists count: not those beside which somebody says what takes them back."""

import pytest

from waihu.speech.lexicon import NEAR_WORDS, Lexicon
from waihu.testing.factories import an_utterance
from waihu_models.ids import new_id
from waihu_models.word_alert import PhraseKind, PhraseList, Severity


def found(text: str, language: str, phrases: tuple[str, ...], *unless: str) -> list[str]:
    lists = [
        PhraseList(
            id=key, name=key, kind=PhraseKind.COMPLAINT, severity=Severity.WARNING, language=language,
            phrases=phrases, unless=not_meant,
        )
        for key, not_meant in (("all", ()), ("some", unless))
    ]  # fmt: skip
    said = an_utterance(new_id(), text, language=language)
    hits = Lexicon(lists).lists_in(said, None)
    assert [one.phrase for one in hits if one.owner.id == "all"], "another list with the same phrase still counts"
    return [one.phrase for one in hits if one.owner.id == "some"]


@pytest.mark.parametrize(
    ("text", "language", "phrase", "unless", "counts"),
    [
        ("i want a refund", "en", "refund", "no", True),
        ("i want no refund", "en", "refund", "no", False),
        ("i do not want any refund", "en", "refund", "not", False),
        ("a refund no thank you", "en", "refund", "no", False),
        ("it is not the first time but i want a refund", "en", "refund", "not", True),
        ("this is risk free", "en", "risk free", "not", True),
        ("this is not risk free", "en", "risk free", "not risk free", False),
        ("我 要 退款", "zh", "退款", "不用", True),
        ("我 不用 退款", "zh", "退款", "不用", False),
        ("不是 投诉 你", "zh", "投诉", "不是", False),
    ],
)
def test_a_phrase_counts_unless_what_takes_it_back_is_said_beside_it(
    text: str, language: str, phrase: str, unless: str, counts: bool
) -> None:
    assert found(text, language, (phrase,), unless) == ([phrase] if counts else [])


def test_beside_means_up_to_three_words_between() -> None:
    for words, counts in ((NEAR_WORDS, False), (NEAR_WORDS + 1, True)):
        text = " ".join(["not", *["so"] * words, "refund"])
        assert found(text, "en", ("refund",), "not") == (["refund"] if counts else [])


def test_only_the_hit_that_is_taken_back_does_not_count() -> None:
    assert found("no refund but you will get a complaint from me today", "en", ("refund", "complaint"), "no") == [
        "complaint"
    ]
