from zoneinfo import available_timezones

import pytest

from waihu.dialer.place_zones import _BY_NAME, _BY_STATE, _BY_ZIP, zones_of_place

EAST, CENTRAL, MOUNTAIN, PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"


@pytest.mark.parametrize(("region", "postcode", "zones"), [
    ("CA", "", {PACIFIC}),
    ("california", "", {PACIFIC}),
    ("New York", "", {EAST}),
    ("us-tx", "", {CENTRAL, MOUNTAIN}),
    ("FL", "", {EAST, CENTRAL}),
    ("", "33101", {EAST}),  # Miami
    ("", "32501", {CENTRAL}),  # Pensacola
    ("", "32401", {EAST, CENTRAL}),  # the counties in which the line runs
    ("", "79901", {MOUNTAIN}),  # El Paso
    ("", "75201-1234", {CENTRAL}),  # Dallas
    ("", "85001", {"America/Phoenix"}),
    ("", "86515", {"America/Phoenix", MOUNTAIN}),  # Navajo Nation
    ("", "00901", {"America/Puerto_Rico"}),
    ("", "96801", {"Pacific/Honolulu"}),
    ("CA", "10001", {PACIFIC, EAST}),  # they differ: both count
    ("Ontario", "M5V 2T6", set()),
    ("", "2101.0", {EAST}),  # Boston, through a spreadsheet
    ("", "100", set()),
    ("", "", set()),
])  # fmt: skip
def test_states_and_zip_codes_say_in_which_zones_they_lie(region: str, postcode: str, zones: set[str]) -> None:
    assert set(zones_of_place("1", region, postcode)) == zones


def test_a_country_of_one_clock_needs_no_more_than_any_place_in_it() -> None:
    assert zones_of_place("86", "广东省", "") == ("Asia/Shanghai",)
    assert zones_of_place("86", "", "830000") == ("Asia/Shanghai",)
    assert zones_of_place("44", "Devon", "EX1 1AA") == ("Europe/London",)
    assert zones_of_place("44", "", "") == ()


def test_a_foreign_number_is_placed_in_america_only_when_the_region_says_so() -> None:
    assert zones_of_place("49", "CA", "90001") == ()
    assert zones_of_place("49", "US-CA", "") == (PACIFIC,)


def test_every_state_has_a_name_and_every_zone_exists() -> None:
    assert set(_BY_NAME.values()) == set(_BY_STATE)
    assert len(_BY_STATE) == 50 + 6  # the district and five territories
    known = available_timezones()
    assert {zone for zones in (*_BY_STATE.values(), *_BY_ZIP.values()) for zone in zones} <= known
