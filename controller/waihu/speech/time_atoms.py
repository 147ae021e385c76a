"""Pieces of moments as they are said: a day, a part of the day, a time, a span from now."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from waihu.speech.number_words import HAN_NUMBER, han_value

MONDAY_OF = {"": 0, "next": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """One piece, and where in the text it stands.

    Attributes:
        day: Which day it says.
        part: ``morning``, ``noon``, ``afternoon``, ``evening``, ``night``.
        minutes: Since midnight, as said: three o'clock is 180.
        sure: Nobody says such a time on another half of the day: ``pm`` was said, or 15.
        after: From now on.
        bare: Only a number and the Chinese word for hour, which may mean "two points".
    """

    begin: int = 0
    end: int = 0
    day: date | None = None
    part: str = ""
    minutes: int | None = None
    sure: bool = False
    after: timedelta | None = None
    bare: bool = False


Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], Atom | None]]


def atoms_in(text: str, rules: tuple[Rule, ...], today: date) -> list[Atom]:
    """Return the pieces in a text by place; earlier rules win where they overlap."""
    found: list[Atom] = []
    for pattern, make in rules:
        place = 0
        while (match := pattern.search(text, place)) is not None:
            over = [one.end for one in found if match.start() < one.end and one.begin < match.end()]
            place = max(match.start() + 1, min(over)) if over else match.end()
            if not over and (atom := make(match, today)) is not None:
                found.append(replace(atom, begin=match.start(), end=match.end()))
    return sorted(found, key=lambda atom: atom.begin)


def on_weekday(today: date, weekday: int, week: str) -> Atom:
    """Return a weekday: ``this`` week's, ``next`` week's, or (empty) the next one to come."""
    monday = today - timedelta(days=today.weekday())
    if week == "this":
        return Atom(day=monday + timedelta(days=weekday))
    if week:
        return Atom(day=monday + timedelta(days=weekday + 7 * (2 if week == "after next" else 1)))
    return Atom(day=today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1))


def on_date(today: date, month: int | None, day: int) -> Atom | None:
    """Return a day of a month, the next one to come; None: there is no such day."""
    for year, this_month in _months(today, month):
        try:
            found = date(year, this_month, day)
        except ValueError:
            continue
        if found >= today:
            return Atom(day=found)
    return None


def _months(today: date, month: int | None) -> Iterator[tuple[int, int]]:
    if month is not None:
        yield from ((today.year + years, month) for years in (0, 1))
        return
    for later in range(3):
        count = today.year * 12 + today.month - 1 + later
        yield count // 12, count % 12 + 1


def at_time(hour: int, minute: int = 0, *, half: str = "", bare: bool = False) -> Atom | None:
    """Return a time of the day; ``half``: am or pm, where it was said. None: there is no such time."""
    if not (0 <= hour <= 24 and 0 <= minute < 60):
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return Atom(minutes=hour % 24 * 60 + minute, sure=bool(half) or hour > 12, bare=bare)


def from_now(count: float, unit: str) -> Atom:
    """Return a span from now on: of ``minute``, ``hour``, ``day``, ``week``, ``month``."""
    days = {"day": 1.0, "week": 7.0, "month": 30.0}
    span = timedelta(days=count * days[unit]) if unit in days else timedelta(**{f"{unit}s": count})
    return Atom(after=span)


# ---- Chinese -------------------------------------------------------------------------------------------------------

_N = f"({HAN_NUMBER})"
_DAYS = {"今": 0, "明": 1, "后": 2, "大后": 3}
_PARTS = {
    "凌晨": "night", "早上": "morning", "早晨": "morning", "上午": "morning", "早": "morning", "中午": "noon",
    "下午": "afternoon", "午后": "afternoon", "傍晚": "evening", "晚上": "evening", "晚": "evening", "夜里": "night",
}  # fmt: skip
_UNITS = {"小时": "hour", "钟头": "hour", "分钟": "minute", "天": "day", "周": "week", "星期": "week", "礼拜": "week",
          "个月": "month", "月": "month"}  # fmt: skip
_BEFORE_ONE = frozenset("午上晨天日号一二三四五六")
_WEEKS = {"": "", "这": "this", "本": "this", "下": "next", "下下": "after next"}


def _han_from_now(match: re.Match[str], _: date) -> Atom:
    count = 0.5 if match[1] == "半" else float(han_value(match[1])) + (0.5 if match[2] else 0.0)
    return from_now(count, _UNITS[match[3]])


def _han_time(match: re.Match[str], _: date) -> Atom | None:
    if match[0] == "一点" and match.string[: match.start()][-1:] not in _BEFORE_ONE:
        return None  # "a little"
    minute = 30 if match[2] == "半" else 15 * han_value(match[3]) if match[3] else han_value(match[4] or "0")
    return at_time(han_value(match[1]), minute, bare=match[0] == f"{match[1]}点")


CHINESE: tuple[Rule, ...] = (
    (re.compile(f"(?:过|等|再过)?(半|{HAN_NUMBER})个?(半)?({'|'.join(_UNITS)})(?:之后|以后|后)"), _han_from_now),
    (re.compile("(大后|今|明|后)(?:天|日|(?=早|晚))"), lambda m, today: Atom(day=today + timedelta(_DAYS[m[1]]))),
    (
        re.compile("(下下|下|这|本|)个?(?:周|星期|礼拜)([一二三四五六日天])"),
        lambda m, today: on_weekday(today, "一二三四五六日天".index(m[2]) % 7 if m[2] != "天" else 6, _WEEKS[m[1]]),
    ),
    (re.compile(f"{_N}月{_N}[号日]?"), lambda m, today: on_date(today, han_value(m[1]), han_value(m[2]))),
    (re.compile(f"{_N}[号日](?!码|线|楼)"), lambda m, today: on_date(today, None, han_value(m[1]))),
    (re.compile(f"{_N}点(?:(半)|([一三])刻|{_N}分?|整|钟)?"), _han_time),
    (re.compile(r"(\d{1,2})[:：](\d\d)"), lambda m, _: at_time(int(m[1]), int(m[2]))),
    (
        re.compile("凌晨|早上|早晨|上午|中午|下午|午后|傍晚|晚上|夜里|(?<=[今明后天])[早晚]"),
        lambda m, _: Atom(part=_PARTS[m[0]]),
    ),
)

# ---- English -------------------------------------------------------------------------------------------------------

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_WEEKDAY, _MONTH = "|".join(_WEEKDAYS), "|".join(_MONTHS)
_SAID = {"today": 0, "tonight": 0, "tomorrow": 1, "the day after tomorrow": 2, "day after tomorrow": 2}
_COUNTS = {"a": 1.0, "an": 1.0, "half an": 0.5, "half a": 0.5, "a couple of": 2.0}
_EVENING = {"midday": "noon", "tonight": "evening"}
_CLOCK = re.compile(r"\b(\d{1,2})(?: (\d\d|0 \d))?( o clock| oclock)? ?(am|pm|a m|p m)?\b")
_HALF_OF = {"half": 30, "a quarter": 15, "quarter": 15}


def _clock(match: re.Match[str], _: date) -> Atom | None:
    half = (match[4] or "").replace(" ", "")
    before = match.string[: match.start()].split()[-1:]
    announced = before and before[0] in {"at", "around", "about", "by", "until", "before", "after"}
    if not (half or match[3] or announced or match[2]):
        return None
    return at_time(int(match[1]), int((match[2] or "0").replace(" ", "")), half=half)


def _past(match: re.Match[str], _: date) -> Atom | None:
    minute = _HALF_OF[match[1]] if match[1] in _HALF_OF else int(match[1])
    hour, half = int(match[3]), (match[4] or "").replace(" ", "")
    return at_time(hour - 1, 60 - minute, half=half) if match[2] == "to" else at_time(hour, minute, half=half)


def _english_from_now(match: re.Match[str], _: date) -> Atom:
    return from_now(_COUNTS.get(match[1]) or float(match[1]), match[2].rstrip("s"))


ENGLISH: tuple[Rule, ...] = (
    (re.compile(r"\bin (a couple of|half an?|an?|\d+) (minutes?|hours?|days?|weeks?|months?)\b"), _english_from_now),
    (re.compile(rf"\b({_MONTH}) (?:the )?(\d\d?)(?:th)?\b"),
     lambda m, today: on_date(today, _MONTHS.index(m[1]) + 1, int(m[2]))),
    (re.compile(rf"\b(?:the )?(\d\d?)th (?:of )?({_MONTH})\b"),
     lambda m, today: on_date(today, _MONTHS.index(m[2]) + 1, int(m[1]))),
    (re.compile(rf"\b(next |this |)({_WEEKDAY})\b"),
     lambda m, today: on_weekday(today, _WEEKDAYS.index(m[2]), m[1].strip())),
    (re.compile(r"\b(the day after tomorrow|day after tomorrow|tomorrow|today)\b"),
     lambda m, today: Atom(day=today + timedelta(_SAID[m[1]]))),
    (re.compile(r"\btonight\b"), lambda _, today: Atom(day=today, part="evening")),
    (re.compile(r"\bthe (\d\d?)th\b"), lambda m, today: on_date(today, None, int(m[1]))),
    (re.compile(r"\b(half|a quarter|quarter|\d\d?) (past|to) (\d\d?)(?: (am|pm|a m|p m))?\b"), _past),
    (_CLOCK, _clock),
    (re.compile(r"\b(noon|midday)\b"), lambda _m, _: Atom(minutes=720, sure=True, part="noon")),
    (re.compile(r"\b(?:in the |this |on the )?(morning|afternoon|evening|night)\b"), lambda m, _: Atom(part=m[1])),
)  # fmt: skip
