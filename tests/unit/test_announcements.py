"""What callers are told, and how the numbers in it are said."""

import pytest

from waihu.routing import announcements as say
from waihu.routing.spoken_numbers import in_chinese, spoken


@pytest.mark.parametrize(
    ("wait_s", "minutes"),
    [(0, 0), (44.9, 0), (45, 1), (89, 1), (90, 2), (150, 3), (600, 10), (660, 10), (800, 15), (1100, 20),
     (1350, 25), (1700, 30), (36_000, 30)],
)  # fmt: skip
def test_a_wait_is_said_in_sensible_steps(wait_s: float, minutes: int) -> None:
    assert say.said_minutes(wait_s) == minutes


def test_what_is_said_of_a_wait_is_never_off_by_more_than_a_quarter_once_it_is_two_minutes() -> None:
    for wait_s in range(120, 1800):
        assert abs(say.said_minutes(wait_s) * 60 - wait_s) <= 0.25 * wait_s


def test_position_and_wait_are_said_in_both_languages() -> None:
    assert say.position_and_wait(3, 120.0, "zh") == "你是第3位，预计等待2分钟。"
    assert say.position_and_wait(3, 120.0, "en") == "You are number 3 in line. The estimated wait is 2 minutes."


def test_the_first_in_line_one_minute_and_long_waits_have_words_of_their_own() -> None:
    assert say.position_and_wait(1, 60.0, "en") == "You are next in line. The estimated wait is 1 minute."
    assert say.expected_wait(10.0, "en") == "The estimated wait is less than one minute."
    assert say.expected_wait(10.0, "zh") == "预计等待不到1分钟"
    assert say.expected_wait(5400.0, "en") == "The estimated wait is more than 30 minutes."
    assert say.expected_wait(5400.0, "zh") == "预计等待30分钟以上"


def test_a_wait_nobody_can_tell_is_left_out() -> None:
    assert say.position_and_wait(4, None, "en") == "You are number 4 in line."
    assert say.position_and_wait(4, None, "zh") == "你是第4位。"


def test_every_announcement_is_there_in_both_languages_and_english_for_others() -> None:
    made = [say.recording_notice, say.callback_accepted, say.all_busy, say.after_hours]
    made += [lambda language: say.welcome("Acme", language), lambda language: say.callback_offer("1", language)]
    for announcement in made:
        assert announcement("en").isascii()
        assert any("\u4e00" <= sign <= "\u9fff" for sign in announcement("zh"))
        assert announcement("fr") == announcement("en")
    assert "Acme" in say.welcome("Acme", "zh")
    assert "按1" in say.callback_offer("1", "zh")


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "零"), (2, "二"), (10, "十"), (12, "十二"), (20, "二十"), (100, "一百"), (105, "一百零五"), (110, "一百一十"),
     (1005, "一千零五"), (10_000, "一万"), (20_010, "二万零一十"), (100_000, "十万"), (123_456, "十二万三千四百五十六"),
     (100_000_000, "一亿"), (100_000_001, "一亿零一"), (100_010_000, "一亿零一万"), (120_003_000, "一亿二千万三千")],
)  # fmt: skip
def test_whole_numbers_in_chinese(number: int, said: str) -> None:
    assert in_chinese(number) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("你是第3位，预计等待2分钟。", "你是第三位，预计等待两分钟。"),
        ("你是第2位", "你是第二位"),
        ("前面还有2位，12分钟", "前面还有两位，十二分钟"),
        ("请按1", "请按一"),
        ("请拨打4001234567", "请拨打四零零幺二三四五六七"),
        ("+441632960001", "加四四幺六三二九六零零零幺"),
        ("分机 0800", "分机 零八零零"),
        ("利率3.25%，最多50%", "利率百分之三点二五，最多百分之五十"),
        ("没有数字", "没有数字"),
    ],
)
def test_numbers_in_chinese_texts(text: str, said: str) -> None:
    assert spoken(text, "zh") == said


def test_in_english_only_numbers_of_telephones_are_said_one_by_one() -> None:
    assert spoken("You are number 3 in line, 12.5% done.", "en") == "You are number 3 in line, 12.5% done."
    assert spoken("Call +441632960001 or 0800.", "en") == ("Call plus 4 4 1, 6 3 2, 9 6 0, 0 0 1 or 0, 8 0 0.")
    assert spoken("第3位", "fr") == "第3位"
