"""A draft holds what was said and nothing else: the reason, objections, numbers, a promised call, a judgement."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from waihu.services.dispositions import STANDARD_CHOICES
from waihu.speech.lexicon import Lexicon
from waihu.speech.redaction import HIDDEN
from waihu.speech.shipped_words import shipped_lists, shipped_objections
from waihu.speech.summary import MOST_MENTIONED, Case, draft
from waihu.testing.factories import an_utterance
from waihu_models.assist import Summary, SummaryState
from waihu_models.disposition import Category, Choice
from waihu_models.ids import CallId
from waihu_models.transcript import Side, Utterance

LEXICON = Lexicon(shipped_lists(), shipped_objections())
ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 26, 10, 20, tzinfo=ZONE)


def talk(*lines: str) -> list[Utterance]:
    """What was said, five seconds apart; ``>`` begins what an agent says."""
    made = []
    for n, line in enumerate(lines):
        text, side = line.removeprefix(">"), Side.AGENT if line.startswith(">") else Side.CUSTOMER
        chinese = any(char > "\u3000" for char in text)
        made.append(
            an_utterance(
                "call", text, side=side, n=n, at=NOW + timedelta(seconds=5 * n), start_s=5.0 * n,
                language="zh" if chinese else "en", text_display=text.replace(" ", "") if chinese else text,
            )
        )  # fmt: skip
    return made


def drafted(*lines: str, choices: tuple[Choice, ...] = STANDARD_CHOICES) -> Summary:
    made = draft(
        Case(call_id=CallId("call"), said=talk(*lines), lexicon=LEXICON, campaign_id=None, choices=choices, zone=ZONE,
             now=NOW)
    )  # fmt: skip
    assert made is not None
    return made


def test_an_english_call_is_summed_up() -> None:
    made = drafted(
        ">good morning this is waihu", "hello", "i have a problem with my order four five one two",
        "it is too expensive fifty dollars a month", ">may i call you back tomorrow", "at three",
    )  # fmt: skip
    assert made.text.splitlines() == [
        "Reason: i have a problem with my order four five one two",
        "Objections: Too expensive",
        "Mentioned: 4512, 50 dollars, 2026-11-27, 15:00",
        "Call back: 2026-11-27 15:00 (Europe/London)",
    ]
    assert (made.disposition, made.state, made.drafted_at) == ("callback", SummaryState.DRAFT, NOW)


def test_a_chinese_call_is_summed_up_alike() -> None:
    made = drafted(
        ">您好 这里 是 外呼", "喂 你好", "我 的 订单 四五一二 有 问题", "太 贵 了 每个月 五十 块钱",
        ">明天 再打 给 您 可以 吗", "下午 三点",
    )  # fmt: skip
    assert made.text.splitlines() == [
        "来意：我的订单四五一二有问题",
        "异议：嫌贵",
        "提及：4512、50块钱、2026-11-27、15:00",
        "回电：2026-11-27 15:00 (Europe/London)",
    ]
    assert made.disposition == "callback"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("do not call me again",), "do_not_call"),
        (("不要 再打 了",), "do_not_call"),
        (("i will take it", "but never call me again"), "do_not_call"),
        (("you have the wrong number",), "wrong_number"),
        (("你 打错了",), "wrong_number"),
        (("not interested thank you",), "refused"),
        (("我 不需要",), "refused"),
        (("not interested", "well ok sign me up"), "sale"),
        (("没兴趣", "好吧 帮我办 一个"), "sale"),
        (("sign me up", "no wait i am not interested"), "refused"),
        (("not now call me back on monday",), "callback"),
        (("改天 下周一 再打",), "callback"),
        (("hello",), ""),
        (("喂",), ""),
        (("the weather is fine", ">do not call me again"), ""),
    ],
)
def test_the_judgement_follows_from_the_customers_last_word(lines: tuple[str, ...], code: str) -> None:
    assert drafted(*lines).disposition == code


def test_only_what_the_campaign_offers_is_suggested() -> None:
    own = Choice(code="gone", label_en="Gone", label_zh="离开", category=Category.DO_NOT_CALL)
    off = Choice(code="no", label_en="No", label_zh="不", category=Category.REFUSED, active=False)
    assert drafted("stop calling me", choices=(own, off)).disposition == "gone"
    assert drafted("not interested", choices=(own, off)).disposition == ""


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("hello", "yes", "i want to cancel my contract", "because it is too expensive for me"),
         "i want to cancel my contract"),
        (("喂", "我 想 取消 合同", "太 贵 了"), "我想取消合同"),
        (("no thank you i do not need anything from you",), ""),
        (("ok", "yes"), ""),
        (("好的", "对 对"), ""),
    ],
)  # fmt: skip
def test_the_reason_is_the_sentence_that_says_why(lines: tuple[str, ...], reason: str) -> None:
    assert drafted(*lines).reason == reason


def test_who_wants_no_more_calls_is_promised_none() -> None:
    made = drafted("call me back tomorrow at three", "no do not call me again")
    assert (made.callback_at, made.disposition) == (None, "do_not_call")


def test_what_was_not_understood_is_left_out_of_the_reason_and_says_nothing() -> None:
    assert drafted("[unk] complaint [unk] [unk] refund now").reason == "… complaint … refund now"
    assert drafted("[unk] [unk] [unk] [unk] [unk]").reason == ""
    assert drafted("投诉 [unk] 退款 <unk>").reason == "投诉…退款…"


def test_card_numbers_are_in_no_draft_whoever_stored_them() -> None:
    made = drafted(
        "i have a question about my account four one one one one one one one", "one one one one one one one one"
    )
    assert "4111" not in made.text
    assert HIDDEN not in made.text
    assert made.reason == "i have a question about my account …"
    made = drafted("我 想 问 账户 的 问题 号码 四一一一一一一一一一一一一一一一")
    assert "4111" not in made.text
    assert "四一一一" not in made.text


def test_a_long_list_of_numbers_is_cut() -> None:
    assert len(drafted(*(f"order one two three {n}" for n in range(100, 200))).mentioned) == MOST_MENTIONED


def test_nothing_is_drafted_of_what_only_an_agent_said() -> None:
    case = Case(
        call_id=CallId("call"), said=talk(">i want to sell"), lexicon=LEXICON, campaign_id=None,
        choices=STANDARD_CHOICES, zone=ZONE, now=NOW,
    )  # fmt: skip
    assert draft(case) is None
