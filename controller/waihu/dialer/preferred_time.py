"""When a customer wants to be called: windows of a day in the callee's own time, kept inside calling hours."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from waihu.dialer.calling_hours import may_call_at, next_allowed
from waihu_models.campaign import CallingHours
from waihu_models.errors import BadInput
from waihu_models.lead import TimesOfDay
from waihu_models.rule_pack import meeting

_BETWEEN = re.compile(r"\s*[-–—~～至到]\s*")
_NEXT = re.compile(r"\s*[,，;；、/]\s*")
_NAMED = {
    "morning": (time(8), time(12)),
    "上午": (time(8), time(12)),
    "noon": (time(12), time(14)),
    "中午": (time(12), time(14)),
    "afternoon": (time(14), time(18)),
    "下午": (time(14), time(18)),
    "evening": (time(18), time(21)),
    "晚上": (time(18), time(21)),
}


def read_times(text: str) -> TimesOfDay:
    """Read ``18:00-20:00``, several with commas, or a part of the day: ``evening``, ``晚上``.

    Raises:
        BadInput: it is none of these, or a window ends before it begins.
    """
    return tuple(_window(part) for part in _NEXT.split(text.strip()) if part)


def _window(text: str) -> tuple[time, time]:
    if text.casefold() in _NAMED:
        return _NAMED[text.casefold()]
    try:
        start, end = (_time(part) for part in _BETWEEN.split(text.replace("：", ":")))
    except ValueError as error:
        raise BadInput(f"preferred time {text!r}: write it as 18:00-20:00") from error
    if start >= end:
        raise BadInput(f"preferred time {text!r} ends before it begins")
    return start, end


def _time(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time.max if hour == "24" else time(int(hour), int(minute or 0))


def spell_times(windows: TimesOfDay) -> str:
    """Write windows as ``read_times`` reads them."""
    return ",".join("-".join("24:00" if at == time.max else f"{at:%H:%M}" for at in window) for window in windows)


def inside(windows: TimesOfDay, zones: Sequence[str], now: datetime) -> bool:
    """Say whether it is a preferred time in every zone the callee may be in; without windows it always is."""
    return not windows or may_call_at(CallingHours((windows,) * 7), zones, now)


def next_inside(windows: TimesOfDay, hours: CallingHours, zones: Sequence[str], now: datetime) -> datetime | None:
    """Return the first preferred moment inside calling hours, None when the two never meet."""
    return next_allowed(replace(hours, windows=meeting((windows,) * 7, hours.windows)), zones, now)
