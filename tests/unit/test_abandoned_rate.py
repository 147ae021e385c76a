"""The rate of abandoned calls, and what is left of the allowance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.abandoned_rate import Counted, drop_limits, estimated_ratio, exceeded, may_still_be_abandoned
from waihu.testing.factories import a_campaign
from waihu_models.rule_pack import DROP_WINDOW_S, DropLimit, Rules


def of(live_answers: int, abandoned: int) -> Counted:
    return Counted(live_answers=live_answers, abandoned=abandoned)


def test_the_estimate_is_that_of_the_worked_example() -> None:
    ratio = estimated_ratio(abandoned=29, humans=9, machines=7)
    assert ratio is not None
    assert round(100 * ratio, 2) == 64.44


def test_people_taken_for_machines_were_abandoned_too() -> None:
    assert estimated_ratio(abandoned=0, humans=98, machines=0, screened_out=40, mistaken_ratio=0.05) == 0.02
    assert estimated_ratio(abandoned=0, humans=98, machines=0, screened_out=40) == 0.0


def test_without_calls_to_agents_every_abandoned_call_was_a_person_and_without_any_there_is_no_rate() -> None:
    assert estimated_ratio(abandoned=3, humans=0, machines=0) == 1.0
    assert estimated_ratio(abandoned=0, humans=0, machines=0) is None
    assert of(0, 0).ratio is None


@pytest.mark.parametrize(
    ("live_answers", "drops", "limit", "left", "over"),
    [
        (0, 0, 0.03, 0, False),
        (33, 0, 0.03, 1, False),
        (100, 3, 0.03, 0, False),
        (100, 4, 0.03, 0, True),
        (1000, 18, 0.03, 12, False),
        (100, 7, 0.07, 0, False),
        (10, 0, 0.0, 0, False),
        (10, 1, 0.0, 0, True),
        (10, 10, 1.0, None, False),
    ],
)
def test_what_is_left_is_how_many_more_may_be_abandoned(
    live_answers: int, drops: int, limit: float, left: int | None, over: bool
) -> None:
    counted = of(live_answers, drops)
    assert may_still_be_abandoned(counted, limit) == left
    assert exceeded(counted, limit) is over


@given(st.integers(0, 5000), st.integers(0, 300), st.sampled_from([0.0, 0.01, 0.03, 0.05, 0.5]))
def test_as_many_as_are_left_break_nothing_and_one_more_does(live_answers: int, drops: int, limit: float) -> None:
    counted = of(live_answers + drops, drops)
    left = may_still_be_abandoned(counted, limit)
    assert left is not None
    if exceeded(counted, limit):
        assert left == 0
    else:
        assert not exceeded(counted + of(left, left), limit)
        assert exceeded(counted + of(left + 1, left + 1), limit)


def test_a_campaign_is_paced_by_every_window_of_its_law_and_the_lowest_share() -> None:
    assert drop_limits(a_campaign(target_drop_ratio=0.02)) == (DropLimit(DROP_WINDOW_S, 0.02),)
    law = Rules(drop_limits=(DropLimit(86_400.0, 0.05), DropLimit(DROP_WINDOW_S, 0.03)))
    under = a_campaign(target_drop_ratio=0.03, law=law)
    assert drop_limits(under) == (DropLimit(86_400.0, 0.03), DropLimit(DROP_WINDOW_S, 0.03))
