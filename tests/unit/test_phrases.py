"""Phrases are found where they are said, in English by whole words and in Chinese anywhere, as a naive search does."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from waihu.speech.phrases import Hit, PhraseIndex, folded
from waihu.speech.redaction import HIDDEN


def found(text: str, *phrases: str) -> list[str]:
    return [hit.phrase for hit in PhraseIndex(("list", phrase) for phrase in phrases).find(text.split())]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("please DO not call me again", "do not call me again"),
        ("it isnt good", "isn't"),
        ("a café, twice", "Cafe"),
        ("too-expensive for me", "too expensive"),
        ("请 不要 再打 了", "不要再打"),
        ("不太 贵", "太贵"),
        ("太贵了", "太 贵"),
        ("我们 是 VIP 客户", "vip客户"),
        ("我们是ｖｉｐ客户", "VIP 客户"),
        ("二〇二六", "〇二"),
    ],
)
def test_case_accents_apostrophes_and_spaces_between_chinese_words_do_not_count(text: str, phrase: str) -> None:
    assert found(text, phrase) == [phrase]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("the caller is unreasonable", "reasonable"),
        ("refunds", "refund"),
        ("do not [unk] call", "do not call"),
        (f"my number is {HIDDEN} call me", "is call"),
        ("not [unk] call", "unk"),
        ("太 [unk] 贵", "太贵"),
        ("贵太", "太贵"),
        ("", "refund"),
        ("anything", "..."),
    ],
)
def test_parts_of_words_and_what_was_not_understood_are_no_hits(text: str, phrase: str) -> None:
    assert found(text, phrase) == []


def test_of_overlapping_phrases_the_first_and_longest_counts() -> None:
    assert found("do not call me again please", "call me", "not call me again", "do not call", "again please") == [
        "do not call", "again please",
    ]  # fmt: skip
    assert found("我 要 投诉 经理", "投诉", "投诉经理", "经理") == ["投诉经理"]


def test_phrases_of_different_owners_do_not_hide_each_other() -> None:
    index = PhraseIndex([("price", "expensive"), ("objection", "too expensive"), ("other", "expensive")])
    hits = index.find(["it", "is", "too", "expensive"])
    assert hits == [
        Hit("objection", "too expensive", 2, 3), Hit("price", "expensive", 3, 3), Hit("other", "expensive", 3, 3),
    ]  # fmt: skip


def test_a_hit_names_the_words_it_was_said_in() -> None:
    (hit,) = PhraseIndex([("list", "不要再打")]).find(["好", "，", "请不要", "再", "打电话"])
    assert (hit.first, hit.last) == (2, 4)
    (hit,) = PhraseIndex([("list", "twenty five")]).find(["-", "twenty-five", "times"])
    assert (hit.first, hit.last) == (1, 1)


def test_an_index_without_phrases_finds_nothing() -> None:
    assert PhraseIndex[str]([]).find(["hello"]) == []
    assert PhraseIndex([("list", " ! ")]).size == 0


# ---- as a naive search does ----------------------------------------------------------------------------------------

ENGLISH = st.lists(st.sampled_from(["no", "not", "now", "call", "me", "a", "Not", "café"]), min_size=1, max_size=4)
CHINESE = st.lists(st.sampled_from(["太", "贵", "太贵", "不要", "打", "再打"]), min_size=1, max_size=4)


def leftmost_longest(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for place in sorted(places, key=lambda one: (one[0], -one[1])):
        if all(place[0] > other[1] or place[1] < other[0] for other in kept):
            kept.append(place)
    return kept


def plain(word: str) -> str:
    return word.lower().replace("é", "e")


@given(st.lists(ENGLISH, max_size=6), st.lists(st.sampled_from(["no", "not", "Call", "me", "a", "CAFE", "x"])))
def test_english_hits_are_those_of_comparing_words_one_by_one(phrases: list[list[str]], words: list[str]) -> None:
    naive = []
    for phrase in phrases:
        for first in range(len(words) - len(phrase) + 1):
            last = first + len(phrase) - 1
            if [plain(word) for word in phrase] == [plain(word) for word in words[first : last + 1]]:
                naive.append((first, last))
    hits = PhraseIndex(("list", " ".join(phrase)) for phrase in phrases).find(words)
    assert [(hit.first, hit.last) for hit in hits] == leftmost_longest(naive)


@example([["太"], ["贵", "打"]], ["太贵", "打"])
@given(st.lists(CHINESE, max_size=6), st.lists(st.sampled_from(["太", "贵", "太贵", "不要", "再打", "打", "了"])))
def test_chinese_hits_are_those_of_looking_for_the_text_without_spaces(
    phrases: list[list[str]], words: list[str]
) -> None:
    text = "".join(words)
    word_of = [place for place, word in enumerate(words) for _ in word]
    naive = [
        (start, start + len(key) - 1)
        for key in {"".join(phrase) for phrase in phrases}
        for start in range(len(text))
        if text.startswith(key, start)
    ]
    hits = PhraseIndex(("list", " ".join(phrase)) for phrase in phrases).find(words)
    expected = [(word_of[start], word_of[end]) for start, end in leftmost_longest(naive)]
    assert [(hit.first, hit.last) for hit in hits] == expected


@given(st.lists(st.text(max_size=6), max_size=8), st.lists(st.text(max_size=8), max_size=8))
def test_any_text_is_searched_and_hits_lie_in_it_without_overlap(phrases: list[str], words: list[str]) -> None:
    hits = PhraseIndex(("list", phrase) for phrase in phrases).find(words)
    for hit in hits:
        assert 0 <= hit.first <= hit.last < len(words)
        assert folded(hit.phrase) in folded(" ".join(words[hit.first : hit.last + 1]))
    assert all(before.last <= after.first for before, after in pairwise(hits))


@given(st.text(max_size=30))
def test_a_phrase_is_found_in_itself_unless_nothing_of_it_is_left(phrase: str) -> None:
    key = folded(phrase)
    if key and "\n" not in key:
        assert found(phrase, phrase) == [phrase]
