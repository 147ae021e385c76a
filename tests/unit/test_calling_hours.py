from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.calling_hours import SEARCH_DAYS, may_call_at, next_allowed, zone_named, zones_of
from waihu_models.campaign import CallingHours
from waihu_models.errors import BadSettings
from waihu_models.phone import E164

LONDON, SHANGHAI, NEW_YORK = "Europe/London", "Asia/Shanghai", "America/New_York"
WORKDAYS = CallingHours((((time(9), time(12)), (time(13), time(18))),) * 5 + ((),) * 2)
DAILY = CallingHours((((time(8), time(21)),),) * 7)
NEVER = CallingHours(((),) * 7)


def local(zone: str, *when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(("when", "allowed"), [
    ((2026, 11, 23, 8, 59), False),
    ((2026, 11, 23, 9, 0), True),
    ((2026, 11, 23, 11, 59), True),
    ((2026, 11, 23, 12, 0), False),
    ((2026, 11, 23, 13, 0), True),
    ((2026, 11, 23, 18, 0), False),
    ((2026, 11, 28, 10, 0), False),
])  # fmt: skip
def test_a_window_holds_from_its_start_to_just_before_its_end(when: tuple[int, ...], allowed: bool) -> None:
    assert may_call_at(WORKDAYS, [SHANGHAI], local(SHANGHAI, *when)) is allowed


def test_nobody_is_called_where_no_zone_is_known() -> None:
    assert not may_call_at(DAILY, [], local(LONDON, 2026, 11, 23, 12))
    assert next_allowed(DAILY, [], local(LONDON, 2026, 11, 23, 12)) is None


def test_a_number_of_two_zones_is_called_only_when_both_allow_it() -> None:
    zones = [LONDON, NEW_YORK]
    assert may_call_at(DAILY, zones, local(NEW_YORK, 2026, 11, 23, 8))
    assert not may_call_at(DAILY, zones, local(LONDON, 2026, 11, 23, 8))
    assert not may_call_at(DAILY, zones, local(LONDON, 2026, 11, 23, 21))
    assert next_allowed(DAILY, zones, local(LONDON, 2026, 11, 23, 8)) == local(NEW_YORK, 2026, 11, 23, 8)


def test_two_zones_whose_windows_never_meet_are_never_called() -> None:
    mornings = CallingHours((((time(8), time(9)),),) * 7)
    assert next_allowed(mornings, [SHANGHAI, NEW_YORK], local(LONDON, 2026, 11, 23, 8)) is None


def test_the_next_allowed_moment_is_now_inside_hours_and_the_next_opening_outside() -> None:
    inside = local(SHANGHAI, 2026, 11, 23, 10, 30)
    assert next_allowed(WORKDAYS, [SHANGHAI], inside) == inside
    assert next_allowed(WORKDAYS, [SHANGHAI], local(SHANGHAI, 2026, 11, 23, 12)) == local(SHANGHAI, 2026, 11, 23, 13)
    friday_night = local(SHANGHAI, 2026, 11, 27, 20)
    assert next_allowed(WORKDAYS, [SHANGHAI], friday_night) == local(SHANGHAI, 2026, 11, 30, 9)


def test_hours_without_any_window_never_open() -> None:
    assert next_allowed(NEVER, [LONDON], local(LONDON, 2026, 11, 23, 12)) is None


@pytest.mark.parametrize(("evening", "opening_utc"), [
    ((2026, 3, 28, 22), datetime(2026, 3, 29, 7, tzinfo=UTC)),  # clocks go forward in the night
    ((2026, 10, 24, 22), datetime(2026, 10, 25, 8, tzinfo=UTC)),  # clocks go back
])  # fmt: skip
def test_eight_in_the_morning_is_eight_on_the_wall_after_a_clock_change(
    evening: tuple[int, ...], opening_utc: datetime
) -> None:
    assert next_allowed(DAILY, [LONDON], local(LONDON, *evening)) == opening_utc
    assert not may_call_at(DAILY, [LONDON], opening_utc - timedelta(seconds=1))
    assert may_call_at(DAILY, [LONDON], opening_utc)


HOURS = st.lists(st.lists(st.tuples(st.integers(6, 13), st.integers(14, 23)), max_size=2), min_size=7, max_size=7).map(
    lambda days: CallingHours(tuple(tuple((time(a), time(b)) for a, b in day) for day in days))
)


@given(
    HOURS,
    st.sets(st.sampled_from([LONDON, SHANGHAI, NEW_YORK, "Asia/Kolkata"]), min_size=1, max_size=2),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_the_next_allowed_moment_is_allowed_and_none_before_it_is(
    hours: CallingHours, zones: set[str], now: datetime
) -> None:
    found = next_allowed(hours, zones, now)
    end = found or now + timedelta(days=SEARCH_DAYS - 1)
    quarters = int((end - now) / timedelta(minutes=15))
    start = now + (end - now) % timedelta(minutes=15)
    assert not any(may_call_at(hours, zones, start + timedelta(minutes=15 * n)) for n in range(quarters))
    if found is not None:
        assert found >= now
        assert may_call_at(hours, zones, found)


def test_the_lead_s_own_zone_counts_before_the_number_s_and_the_default_comes_last() -> None:
    assert zones_of(E164("+442079460123"), SHANGHAI, NEW_YORK) == (SHANGHAI,)
    assert zones_of(E164("+442079460123"), None, NEW_YORK) == (LONDON,)
    assert zones_of(E164("+8613800138000"), None, NEW_YORK) == (SHANGHAI,)
    assert len(zones_of(E164("+18005550199"), None, None)) > 1
    assert zones_of(E164("+441632960123"), None, NEW_YORK) == (NEW_YORK,)
    assert zones_of(E164("+441632960123"), None, None) == ()


@pytest.mark.parametrize("name", ["Europe/Lodnon", "", "../etc/passwd", "/etc/localtime", "no\0zone"])
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(BadSettings, match="there is no time zone"):
        zone_named(name)
