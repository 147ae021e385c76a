from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.telephony.media_words import counts_at_end, counts_of
from waihu.telephony.translate import translate
from waihu.testing.factories import NOON
from waihu_models import signals as sig
from waihu_models.media import MediaCounts

# Both said of one leg, whose far end lost a tenth of what it sent and reported 120 ms, 40 lost and 50 ms of jitter.
ASKED: dict[str, Any] = {
    "txcount": 1000, "rxcount": 871, "txploss": 40, "rxploss": 96, "txjitter": 0.015125, "rxjitter": 0.05,
    "rtt": 0.1203, "channel_uniqueid": "c-1", "txmes": 43,
}  # fmt: skip
AT_END = (
    "ssrc=1261226839;themssrc=4660;lp=96;rxjitter=0.050000;rxcount=871;txjitter=0.015125;txcount=1000;rlp=40;"
    "rtt=0.120300;rxmes=20.882523;txmes=43.617989"
)
MEANT = MediaCounts(871, 96, 15.125, 1000, 40, 50.0, 120.3)


def test_jitter_is_told_under_the_name_of_the_other_direction() -> None:
    assert counts_of(ASKED) == MEANT


def test_the_end_of_a_leg_says_the_same_as_a_look_at_it() -> None:
    assert counts_at_end({"channelvars": {"RTPAUDIOQOS": AT_END}}) == MEANT
    event = {
        "type": "ChannelDestroyed", "cause": 16, "channel": {"id": "c-1", "channelvars": {"RTPAUDIOQOS": AT_END}},
    }  # fmt: skip
    assert translate(event, NOON) == sig.LegEnded("c-1", NOON, 16, 0, MEANT)


def test_a_far_end_that_reports_nothing_is_not_said_to_be_perfect() -> None:
    silent = counts_of({**ASKED, "txploss": 0, "rxjitter": 0.0, "rtt": 0.0})
    assert (silent.jitter_out_ms, silent.round_trip_ms) == (None, None)


@pytest.mark.parametrize(
    "channel", [{}, {"channelvars": {"RTPAUDIOQOS": ""}}, {"channelvars": []}, {"channelvars": {"RTPAUDIOQOS": 7}},
                {"channelvars": {"RTPAUDIOQOS": "lp=;rxcount"}}]
)  # fmt: skip
def test_a_leg_without_sound_ends_all_the_same(channel: dict[str, Any]) -> None:
    event = {"type": "ChannelDestroyed", "cause": 17, "tech_cause": 486, "channel": {"id": "c-1", **channel}}
    assert translate(event, NOON) == sig.LegEnded("c-1", NOON, 17, 486)


@given(st.text(max_size=200))
def test_whatever_the_variable_says_nothing_is_raised(text: str) -> None:
    counts_at_end({"channelvars": {"RTPAUDIOQOS": text}})


def test_a_count_that_went_below_nothing_is_none() -> None:
    assert counts_of({**ASKED, "rxploss": 4294967290}).received_lost == 0
