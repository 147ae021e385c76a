"""The words that are shipped: English and Chinese are equals, and each phrase is found in itself."""

import pytest

from waihu.speech.lexicon import Lexicon
from waihu.speech.phrases import folded
from waihu.speech.shipped_words import LANGUAGES, base_language, cues_of, shipped_lists, shipped_objections
from waihu.testing.factories import an_utterance
from waihu_models.word_alert import PhraseKind, Severity

WANTED = {
    PhraseKind.PRICE, PhraseKind.COMPLAINT, PhraseKind.LEGAL_THREAT, PhraseKind.FORBIDDEN_PROMISE,
    PhraseKind.COMPETITOR, PhraseKind.DO_NOT_CALL, PhraseKind.SENTIMENT,
}  # fmt: skip


def of(language: str) -> dict[str, tuple[object, ...]]:
    """What the lists of a language are like, by what they are about."""
    return {
        one.id.removesuffix(f"-{language}"): (
            one.kind, one.severity, one.sides, one.tell_agent, one.tell_supervisors, one.tell_outside, one.cool_down_s,
        )
        for one in shipped_lists()
        if one.language == language
    }  # fmt: skip


def test_both_languages_have_the_same_lists_and_the_same_objections() -> None:
    english, chinese = (of(language) for language in LANGUAGES)
    assert english == chinese
    assert {kind for kind, *_ in english.values()} == WANTED
    steps = [
        {one.id.removesuffix(f"-{language}"): one.next_step for one in shipped_objections() if one.language == language}
        for language in LANGUAGES
    ]
    assert steps[0] == steps[1] != {}


def test_no_list_has_much_less_to_listen_for_in_one_language() -> None:
    counts = {one.id: len(one.phrases) for one in [*shipped_lists(), *shipped_objections()]}
    for name, count in counts.items():
        other = name.removesuffix("-en") + "-zh" if name.endswith("-en") else name.removesuffix("-zh") + "-en"
        assert count >= 5
        assert counts[other] >= count * 0.4, name


def test_ids_fit_into_the_store_and_are_each_there_once() -> None:
    ids = [one.id for one in [*shipped_lists(), *shipped_objections()]]
    assert len(set(ids)) == len(ids)
    assert all(len(one) <= 32 for one in ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_phrase_is_found_in_itself_and_there_is_none_twice_in_a_list(language: str) -> None:
    lexicon = Lexicon(shipped_lists(), shipped_objections())
    for one in [*shipped_lists(), *shipped_objections()]:
        if one.language != language:
            continue
        keys = [folded(phrase) for phrase in one.phrases]
        assert sorted(set(keys)) == sorted(keys), one.id
        for phrase in one.phrases:
            side = {"side": one.sides[0]} if hasattr(one, "sides") else {}
            said = an_utterance("call", " ".join(phrase) if language == "zh" else phrase, language=language, **side)
            found = [*lexicon.lists_in(said, None), *lexicon.objections_in(said, None)]
            assert one.id in {hit.owner.id for hit in found}, phrase


def test_who_threatens_or_wants_no_calls_is_urgent_and_told_outside() -> None:
    for one in shipped_lists():
        if one.kind in {PhraseKind.DO_NOT_CALL, PhraseKind.LEGAL_THREAT}:
            assert (one.severity, one.tell_outside) == (Severity.URGENT, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_cues_of_both_languages_have_all_parts(language: str) -> None:
    cues = cues_of(language)
    parts = (
        cues.reason, cues.callback, cues.callback_agent, cues.callback_customer, cues.success, cues.refused,
        cues.wrong_number,
    )  # fmt: skip
    assert min(map(len, parts)) >= 5
    assert set(cues.labels) == {"reason", "objections", "mentioned", "callback"}
    assert cues.no_call_answer


def test_a_dialect_has_the_words_of_its_language_and_an_unknown_one_those_of_english() -> None:
    assert base_language("zh-yue") == "zh"
    assert cues_of("zh-yue") == cues_of("zh")
    assert cues_of("fr") == cues_of("en")
