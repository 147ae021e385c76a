from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.calling_hours import SEARCH_DAYS, may_call_at, next_allowed, zone_named, zones_of
from waihu.testing.factories import a_campaign, a_lead
from waihu_models.campaign import CallingHours
from waihu_models.errors import BadSettings

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


def zones(number: str, default: str | None = None, **place: str) -> set[str]:
    return set(zones_of(a_lead(a_campaign(), number, **place), default))


def test_every_zone_that_anything_says_counts_and_the_default_only_when_nothing_does() -> None:
    assert zones("+442079460123", NEW_YORK) == {LONDON}
    assert zones("+442079460123", NEW_YORK, zone=SHANGHAI) == {LONDON, SHANGHAI}
    assert zones("+8613800138000", NEW_YORK) == {SHANGHAI}
    assert zones("+441632960123", NEW_YORK) == {NEW_YORK}
    assert zones("+441632960123") == set()
    assert zones("+441632960123", NEW_YORK, postcode="EX1 1AA") == {LONDON}


def test_a_number_of_new_york_with_a_postcode_of_california_is_called_when_both_allow_it() -> None:
    both = zones("+12125550123", postcode="90001", region="CA")
    assert both == {NEW_YORK, "America/Los_Angeles"}
    opens, closes = local("America/Los_Angeles", 2026, 11, 23, 8), local(NEW_YORK, 2026, 11, 23, 21)
    assert next_allowed(DAILY, both, local(NEW_YORK, 2026, 11, 23, 8)) == opens
    assert may_call_at(DAILY, both, closes - timedelta(seconds=1))
    assert not may_call_at(DAILY, both, closes)


def test_a_number_that_says_only_its_country_gives_way_to_a_place_in_it() -> None:
    assert len(zones("+18005550199")) > 10
    assert zones("+18005550199", region="FL", postcode="33101") == {NEW_YORK, "America/Chicago"}
    assert zones("+18005550199", zone=NEW_YORK) == {NEW_YORK}
    assert zones("+18005550199", zone=LONDON) > {LONDON, NEW_YORK}, "a place elsewhere is one more to be asked"


def test_on_a_day_on_which_it_is_closed_nobody_is_called_where_that_day_is() -> None:
    closed = CallingHours(DAILY.windows, closed_on=frozenset({date(2026, 12, 25)}))
    before, after = local(SHANGHAI, 2026, 12, 24, 20), local(SHANGHAI, 2026, 12, 26, 8)
    assert may_call_at(closed, [SHANGHAI], before)
    assert not may_call_at(closed, [SHANGHAI], local(SHANGHAI, 2026, 12, 25, 12))
    assert next_allowed(closed, [SHANGHAI], local(SHANGHAI, 2026, 12, 24, 21)) == after
    assert not may_call_at(closed, [SHANGHAI, NEW_YORK], local(NEW_YORK, 2026, 12, 24, 20)), (
        "in Shanghai it is the 25th"
    )


@pytest.mark.parametrize("name", ["Europe/Lodnon", "", "../etc/passwd", "/etc/localtime", "no\0zone"])
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(BadSettings, match="there is no time zone"):
        zone_named(name)
