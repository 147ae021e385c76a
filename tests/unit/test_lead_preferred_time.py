from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.preferred_time import inside, next_inside, read_times, spell_times
from waihu.testing.factories import ANY_TIME, NOON
from waihu_models.campaign import CallingHours
from waihu_models.errors import BadInput

EVENING = ((time(18), time(20)),)
LONDON = ("Europe/London",)


@pytest.mark.parametrize(("text", "windows"), [
    ("18:00-20:00", EVENING), ("18-20", EVENING), ("18：00～20：00", EVENING), ("18:00 至 20:00", EVENING),
    ("9-11:30, 18-20", ((time(9), time(11, 30)), *EVENING)), ("9-11、18-20", ((time(9), time(11)), *EVENING)),
    ("Evening", ((time(18), time(21)),)), ("上午，晚上", ((time(8), time(12)), (time(18), time(21)))),
    ("20-24", ((time(20), time.max),)), ("", ()),
])  # fmt: skip
def test_preferred_times_are_read_as_people_write_them(text: str, windows: object) -> None:
    assert read_times(text) == windows


@pytest.mark.parametrize("text", ["later", "20-18", "18-18", "25-26", "18", "18-19-20", "a-b"])
def test_what_is_no_window_of_a_day_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="preferred time"):
        read_times(text)


@given(st.lists(st.tuples(st.integers(0, 1438), st.integers(1, 1439)), max_size=4))
def test_windows_are_written_as_they_are_read(minutes: list[tuple[int, int]]) -> None:
    windows = tuple((time(a // 60, a % 60), time(b // 60, b % 60)) for a, b in minutes if a < b)
    assert read_times(spell_times(windows)) == windows
    assert read_times(spell_times(((time(20), time.max),))) == ((time(20), time.max),)


def test_a_lead_without_a_preferred_time_is_inside_it_at_any_hour() -> None:
    assert inside((), LONDON, NOON)


def test_the_window_is_in_the_callee_s_own_time_in_every_zone_there_may_be() -> None:
    at = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)  # 18:30 in Shanghai, 19:30 in Tokyo
    assert inside(EVENING, ("Asia/Shanghai",), at)
    assert not inside(EVENING, LONDON, at)
    assert inside(EVENING, ("Asia/Shanghai", "Asia/Tokyo"), at)
    assert not inside(EVENING, ("Asia/Shanghai", "Asia/Tokyo"), at + timedelta(minutes=30))


def test_the_next_preferred_moment_lies_inside_calling_hours() -> None:
    assert next_inside(EVENING, ANY_TIME, LONDON, NOON) == datetime(2026, 11, 23, 18, tzinfo=UTC)
    late = CallingHours((((time(19), time(21)),),) * 7)
    assert next_inside(EVENING, late, LONDON, NOON) == datetime(2026, 11, 23, 19, tzinfo=UTC)
    early = CallingHours((((time(8), time(17)),),) * 7)
    assert next_inside(EVENING, early, LONDON, NOON) is None
