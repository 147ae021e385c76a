"""Card and identity numbers are left out of what was said, in digits and in words, English and Chinese.

The numbers are the test numbers of card networks, or belong to nobody by their form.
"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.speech.redaction import HIDDEN, redact, redact_partial, secret_spans
from waihu.speech.secret_numbers import is_luhn
from waihu.testing.factories import an_utterance
from waihu_models.transcript import Utterance

VISA = "four one one one one one one one one one one one one one one one"
CHINESE_VISA = "四 一 一 一 一 一 一 一 一 一 一 一 一 一 一 一"


def left(text: str) -> str:
    return redact([an_utterance("call", text)])[0].text_raw


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"my card is {VISA} thank you", f"my card is {HIDDEN} thank you"),
        (f"卡号 是 {CHINESE_VISA} 好 吗", f"卡号 是 {HIDDEN} 好 吗"),
        ("卡号 四一一一 一一一一 一一一一 一一一一 对", f"卡号 {HIDDEN} 对"),
        ("卡号 四幺幺幺 幺幺幺幺 幺幺幺幺 幺幺幺幺", f"卡号 {HIDDEN}"),
        ("it is 4111 1111 1111 1111.", f"it is {HIDDEN}"),
        ("it is 4111-1111-1111-1111 ok", f"it is {HIDDEN} ok"),
        ("it is 4111111111111111", f"it is {HIDDEN}"),
        ("it is ４１１１１１１１１１１１１１１１", f"it is {HIDDEN}"),
        ("amex 378282246310005 yes", f"amex {HIDDEN} yes"),
        ("union 6222021234567894 pay" if is_luhn("6222021234567894") else "x 6200000000000005 y", None),
        ("forty one eleven eleven eleven eleven eleven eleven eleven", HIDDEN),
        ("four triple one um double one double one double one double one double one double one", None),
        ("four one one one uh one one one one and one one one one dash one one one one", HIDDEN),
        ("for the record four one one one to one one one", "for the record four one one one to one one one"),
        ("身份证 11010519491231002X 对", f"身份证 {HIDDEN} 对"),
        ("身份证 一一零一零五一九四九一二三一零零二叉", f"身份证 {HIDDEN}"),
        ("一 幺 零 幺 零 五 一 九 四 九 一 二 三 一 零 零 二 x", HIDDEN),
        ("number 110105194912310021 here", "number 110105194912310021 here"),  # a wrong check digit
        ("my social security number is one two three four five six seven eight nine", None),
        ("ssn 123-45-6789 thanks", f"ssn {HIDDEN} thanks"),
        ("it is 123-45-6789", f"it is {HIDDEN}"),
        ("order number one two three four five six seven eight nine", None),
        ("insurance AB123456C ok", f"insurance {HIDDEN} ok"),
        ("insurance AB 12 34 56 C ok", f"insurance {HIDDEN} ok"),
        ("a b one two three four five six see thanks", f"{HIDDEN} thanks"),
        ("gb one two three four five six c", "gb one two three four five six c"),
        ("call me on zero one six three two nine six zero two zero zero", None),
        ("call +441632960200 or 01632 960 200", "call +441632960200 or 01632 960 200"),
        ("电话 13800138000 打给我", "电话 13800138000 打给我"),
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),  # a wrong check digit
        ("I paid four hundred pounds for two", "I paid four hundred pounds for two"),
        ("", ""),
    ],
)
def test_secret_numbers_are_left_out(text: str, shown: str | None) -> None:
    kept = ("order number", "call me")
    if shown is None:
        shown = text if text.startswith(kept) else left(text)
        assert (HIDDEN in shown) is not text.startswith(kept)
    assert left(text) == shown


def spoken(*groups: tuple[float, str]) -> list[Utterance]:
    made = []
    for n, (start_s, text) in enumerate(groups):
        said = an_utterance("call", text, n=n, start_s=start_s)
        words = tuple(replace(word, start_s=word.start_s + start_s, end_s=word.end_s + start_s) for word in said.words)
        made.append(replace(said, words=words))
    return made


def test_a_number_said_in_pieces_is_left_out_of_all_of_them() -> None:
    one = "one one one one"
    said = spoken((0, "card four one one one"), (4, one), (8, "yes"), (10, one), (14, one), (18, "expiry next may"))
    shown = [each.text_raw for each in redact(said)]
    assert shown == [f"card {HIDDEN}", HIDDEN, HIDDEN, HIDDEN, HIDDEN, "expiry next may"]
    assert redact(said)[5] is said[5]


def test_after_a_long_silence_it_is_another_number() -> None:
    one = "one one one one"
    said = spoken((0, "four one one one"), (4, one), (60, one), (64, one))
    assert redact(said) == said


def test_words_that_were_left_out_keep_their_times() -> None:
    (shown,) = redact(spoken((10.0, f"it is {VISA} ok")))
    assert [word.text for word in shown.words] == ["it", "is", *[HIDDEN] * 16, "ok"]
    spans = secret_spans([shown])
    assert len(spans) == 16
    assert spans[0][0] == pytest.approx(10 + 2 / 3 - 0.15)
    assert spans[-1][1] == pytest.approx(10 + 18 / 3 - 0.02 + 0.15)
    assert secret_spans(spoken((0, "hello"))) == []


def test_without_times_of_words_all_of_the_utterance_is_secret() -> None:
    (shown,) = redact([replace(an_utterance("call", f"it is {VISA}"), words=(), start_s=3.0, end_s=9.0)])
    assert shown.text_raw == f"it is {HIDDEN}"
    assert secret_spans([shown]) == [(2.85, 9.15)]


def test_chinese_is_shown_without_spaces() -> None:
    said = replace(
        an_utterance("call", f"卡号 是 {CHINESE_VISA} 谢谢"), language="zh", text_display="卡号是四一一一谢谢"
    )
    assert redact([said])[0].text_display == f"卡号是{HIDDEN}谢谢"


def test_what_is_left_out_stays_so_the_second_time() -> None:
    once = redact(spoken((0, f"it is {VISA} ok")))
    assert redact(once) == once


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("my card is four one one one one one one one", "my card is four one one one one one one one"),
        ("my card is four one one one one one one one one", f"my card is {HIDDEN}"),
        ("卡号是四一一一一一一一一", f"卡号是{HIDDEN}"),
        ("hello", "hello"),
        ("", ""),
    ],
)
def test_of_a_number_that_is_being_said_any_long_run_is_left_out(text: str, shown: str) -> None:
    assert redact_partial(text) == shown


@given(st.lists(st.text(max_size=12), max_size=30))
def test_any_words_can_be_looked_at(words: list[str]) -> None:
    said = an_utterance("call", " ".join(words))
    (shown,) = redact([said])
    assert len(shown.words) == len(said.words)


@given(st.integers(min_value=10**14, max_value=10**15 - 1), st.sampled_from(["4", "51", "6"]))
def test_every_number_that_could_be_a_card_is_left_out(body: int, prefix: str) -> None:
    digits = (prefix + str(body))[:15]
    card = next(digits + str(check) for check in range(10) if is_luhn(digits + str(check)))
    names = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    assert left(" ".join(names[int(digit)] for digit in card)) == HIDDEN
    assert left(" ".join("零一二三四五六七八九"[int(digit)] for digit in card)) == HIDDEN
