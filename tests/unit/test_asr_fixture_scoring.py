"""Error rates count what they say they count."""

import pytest

from asr_fixture.scoring import Score, distance, false_words, score


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [("a b c", "a b c", 0), ("a b c", "a c", 1), ("a b", "a x b", 1), ("a b", "x y", 2), ("", "a", 1), ("a b", "", 2)],
)
def test_an_error_is_a_word_more_or_less_or_another(said: str, heard: str, errors: int) -> None:
    assert distance(said.split(), heard.split()) == errors


def test_english_is_counted_in_words_and_mandarin_in_characters_without_regard_to_unknown_ones() -> None:
    assert score("en", ["too", "expensive"], ["[unk]", "expensive", "[unk]"]) == Score(1, 2)
    assert score("zh", ["不需要", "退款"], ["需要", "[unk]", "退款"]) == Score(1, 5)
    assert score("zh", ["不", "需要"], ["不需要"]) == Score(0, 3)


def test_scores_add_up_and_nothing_said_is_no_division_by_zero() -> None:
    assert (Score(1, 2) + Score(0, 2)).ratio == 0.25
    assert Score(3, 0).ratio == 3.0


def test_false_words_are_those_nobody_said() -> None:
    assert false_words(["no"], ["[unk]", "no", "no", "ten"]) == 2
    assert false_words(["no"], ["[unk]"]) == 0
