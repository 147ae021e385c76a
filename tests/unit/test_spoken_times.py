"""Times and amounts are read as they are said, in English and in Chinese, and what is none is left alone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.speech.number_words import han_value, with_digits
from waihu.speech.promised import WINDOW, promised_at
from waihu.speech.spoken_amounts import amounts_in
from waihu.speech.spoken_times import text_of, times_in
from waihu.testing.factories import an_utterance
from waihu_models.transcript import Side, Utterance

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 26, 10, 20, tzinfo=ZONE)  # a Thursday


def said(text: str, language: str = "", after_s: float = 0.0, side: Side = Side.CUSTOMER) -> Utterance:
    language = language or ("zh" if any(char > "\u3000" for char in text) else "en")
    return an_utterance("call", text, language=language, at=NOW + timedelta(seconds=after_s), side=side)


def times(text: str) -> list[str]:
    one = said(text)
    return [time.shown() for time in times_in(text_of(one), one.language, NOW) if not time.bare]


def amounts(text: str) -> list[str]:
    one = said(text)
    return [shown for _, shown in amounts_in(text_of(one), one.language)]


def promised(*texts: str) -> str:
    at = promised_at([said(text, after_s=5.0 * n) for n, text in enumerate(texts)], ZONE)
    return at.strftime("%m-%d %H:%M") if at is not None else ""


# ---- numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("twenty five", "25"),
        ("five thirty", "5 30"),
        ("a hundred and twenty dollars", "a 120 dollars"),
        ("one thousand two hundred and six", "1206"),
        ("three hundred thousand", "300000"),
        ("four five one two", "4512"),
        ("the twenty first of may", "the 21th of may"),
        ("hundred", "hundred"),
        ("salt and pepper", "salt and pepper"),
        ("", ""),
    ],
)
def test_english_numbers_become_digits(words: str, text: str) -> None:
    assert with_digits(words.split()) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10), ("十二", 12), ("二十", 20), ("三十五", 35), ("一百零八", 108), ("三百二十", 320),
        ("两千零五", 2005), ("一万二", 12000), ("三百五", 350), ("一二三", 123), ("幺零零", 100), ("3千", 3000),
        ("12", 12), ("两", 2),
    ],
)  # fmt: skip
def test_chinese_numbers_have_their_value(text: str, value: int) -> None:
    assert han_value(text) == value


# ---- times ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call me tomorrow at three", "2026-11-27T15:00"),
        ("明天 下午 三点", "2026-11-27T15:00"),
        ("tomorrow afternoon at half past four", "2026-11-27T16:30"),
        ("明天 下午 四点 半", "2026-11-27T16:30"),
        ("the day after tomorrow", "2026-11-28"),
        ("后天", "2026-11-28"),
        ("大后天 上午 十点 半", "2026-11-29T10:30"),
        ("on monday at ten thirty", "2026-11-30T10:30"),
        ("周一 十点 三十", "2026-11-30T10:30"),
        ("next tuesday in the morning", "2026-12-01"),
        ("下 周二 上午", "2026-12-01"),
        ("下下周五 上午 九点钟", "2026-12-11T09:00"),
        ("thursday", "2026-12-03"),
        ("星期四", "2026-12-03"),
        ("this friday", "2026-11-27"),
        ("这 周五", "2026-11-27"),
        ("星期天 两点 一刻", "2026-11-29T14:15"),
        ("礼拜日", "2026-11-29"),
        ("in two hours", "2026-11-26T12:20"),
        ("两个 小时 以后", "2026-11-26T12:20"),
        ("in half an hour", "2026-11-26T10:50"),
        ("半 小时 后", "2026-11-26T10:50"),
        ("两个 半 小时 之后", "2026-11-26T12:50"),
        ("in three days", "2026-11-29"),
        ("三天 后", "2026-11-29"),
        ("in a week", "2026-12-03"),
        ("一周 以后", "2026-12-03"),
        ("the fifth of december at noon", "2026-12-05T12:00"),
        ("十二月 五号 中午 十二点", "2026-12-05T12:00"),
        ("december the twenty first", "2026-12-21"),
        ("march third", "2027-03-03"),
        ("三月 三号", "2027-03-03"),
        ("the seventh", "2026-12-07"),
        ("七号 晚上 八点", "2026-12-07T20:00"),
        ("at quarter to five p m", "16:45"),
        ("tonight at eight", "2026-11-26T20:00"),
        ("今晚 八点", "2026-11-26T20:00"),
        ("明晚 七点 四十", "2026-11-27T19:40"),
        ("明早 八点", "2026-11-27T08:00"),
        ("nine o'clock", "09:00"),
        ("at nine tomorrow morning", "2026-11-27T09:00"),
        ("晚上 八点", "20:00"),
        ("早上 八点", "08:00"),
        ("at fifteen twenty", "15:20"),
        ("下午 一点", "13:00"),
    ],
)
def test_a_moment_is_read_as_it_is_meant(text: str, shown: str) -> None:
    assert times(text) == [shown]


@pytest.mark.parametrize(
    "text",
    [
        "i have two points", "便宜 一点", "有 两点 要 说", "晚 一点 再说", "may i call you", "i am one of them",
        "打 我 的 手机 号", "it costs fifty dollars at most", "快 一点 好吗", "he came second",
        "the thirty second of may",
        "三十二号", "at seventy", "二十五点", "",
    ],
)  # fmt: skip
def test_what_is_no_moment_is_not_read_as_one(text: str) -> None:
    assert times(text) == []


@given(st.lists(st.sampled_from([
    "tomorrow", "at", "three", "half", "past", "to", "pm", "the", "fifth", "of", "may", "in", "a", "hours", "next",
    "monday",
    "明天", "下午", "三点", "半", "号", "月", "十", "后", "小时", "下", "周", "一", "零", "个", "千",
]), max_size=12))  # fmt: skip
def test_whatever_is_said_is_read_or_left_alone(words: list[str]) -> None:
    for language in ("en", "zh"):
        one = said(" ".join(words), language)
        for time in times_in(text_of(one), language, NOW):
            moment = time.after(NOW)
            assert moment is None or moment > NOW
        amounts_in(text_of(one), language)


# ---- amounts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("it costs fifty dollars a month", ["50 dollars"]),
        ("要 五十 块钱", ["50块钱"]),
        ("twenty percent off", ["20 %"]),
        ("百分之 二十", ["20 %"]),
        ("my order is four five one two", ["4512"]),
        ("订单 四五一二", ["4512"]),
        ("for three years and two months", ["3 years", "2 months"]),
        ("三年 零 两个月", ["3年", "2个月"]),
        ("一 万 二 元", ["12000元"]),
        ("one of them", []),
        ("一起 一下", []),
    ],
)
def test_amounts_are_read(text: str, shown: list[str]) -> None:
    assert amounts(text) == shown


# ---- a promised call -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "at"),
    [
        (("call me back tomorrow at three",), "11-27 15:00"),
        (("明天 下午 三点 给 我 打电话",), "11-27 15:00"),
        (("can you call me back tomorrow", "what time", "at three"), "11-27 15:00"),
        (("我 在 开会 晚 一点 再打", "明天 可以 吗", "下午 三点"), "11-27 15:00"),
        (("call me later", "at three", "sorry i mean friday at four thirty"), "11-27 16:30"),
        (("什么 时候 回电", "三点"), "11-26 15:00"),
        (("call me back", "in the morning"), "11-27 10:00"),
        (("上午 再打",), "11-27 10:00"),
        (("call me back on monday",), "11-30 10:00"),
        (("it opened on monday at ten",), ""),
        (("明天 下午 三点 开会",), ""),
        (("call me back", "yes"), ""),
        (("my lawyer will call you tomorrow",), ""),
        (("我 明天 给 你 打",), ""),
        (("call me back", *["well"] * WINDOW, "on monday it opened"), ""),
        ((), ""),
    ],
)
def test_a_promised_call_is_a_time_said_where_a_call_back_is_spoken_of(texts: tuple[str, ...], at: str) -> None:
    assert promised(*texts) == at


def test_the_time_is_the_customers_and_an_agent_may_name_it() -> None:
    at = promised_at([said("i will call you back tomorrow at three", side=Side.AGENT)], ZoneInfo("Europe/London"))
    assert at is not None
    assert at.isoformat() == "2026-11-27T15:00:00+00:00"
