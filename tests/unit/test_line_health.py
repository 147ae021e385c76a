from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.line_health import CallResult, DrainReason, HealthRules, LegHeard, LineHealth, LineState

RULES = HealthRules()
FAILED, CARRIED, ANSWERED = CallResult.FAILED, CallResult.CARRIED, CallResult.ANSWERED


def failing(health: LineHealth, at_s: float, count: int = RULES.row) -> None:
    for _ in range(count):
        health.ended(at_s, FAILED)


def test_five_failures_in_a_row_drain_a_trunk_and_a_call_that_gets_through_between_them_does_not_let_them() -> None:
    health = LineHealth()
    failing(health, 0.0, RULES.row - 1)
    health.first_sign(0.0, 1.0)
    failing(health, 0.0, RULES.row - 1)
    assert health.state is LineState.OPEN
    health.ended(0.0, FAILED)
    assert (health.state, health.reason) == (LineState.DRAINED, DrainReason.FAILING)


def test_half_of_the_calls_not_carried_drain_it_though_others_get_through_in_between() -> None:
    health = LineHealth()
    for _ in range(RULES.enough):
        health.first_sign(0.0, 1.0)
        health.ended(0.0, ANSWERED)
    while health.state is LineState.OPEN:
        health.first_sign(0.0, 1.0)
        health.ended(0.0, FAILED)
    assert health.reason is DrainReason.INEFFECTIVE
    figures = health.figures(0.0)
    assert figures.attempts == 2 * RULES.enough + 1
    assert figures.carried_ratio is not None
    assert figures.carried_ratio < 0.5


def test_it_is_tried_again_after_a_while_and_each_failed_trial_doubles_that() -> None:
    health, now_s = LineHealth(), 0.0
    failing(health, now_s)
    for drain_s in (60.0, 120.0, 240.0, 480.0, 900.0, 900.0):
        assert health.state_at(now_s + drain_s - 0.1) is LineState.DRAINED
        now_s += drain_s
        assert health.state_at(now_s) is LineState.TRYING
        assert health.ended(now_s, FAILED)


def test_three_calls_that_get_through_open_it_again_and_what_was_before_counts_no_more() -> None:
    health = LineHealth()
    failing(health, 0.0)
    health.try_again(10.0)
    for _ in range(RULES.trials):
        assert health.state is LineState.TRYING
        health.first_sign(11.0, 2.0)
    assert (health.state, health.reason) == (LineState.OPEN, None)
    assert health.figures(11.0).attempts == 0
    assert health.figures(11.0).first_sign_s == 2.0


def test_while_it_is_tried_it_gets_one_call_of_ten() -> None:
    health = LineHealth()
    failing(health, 0.0)
    health.try_again(100.0)
    tried, now_s = 0, 100.0
    for _ in range(100):
        now_s += 0.5
        if health.is_turn(now_s):
            tried += 1
            health.tried(now_s)
    assert 9 <= tried <= 11


def test_bad_sound_drains_it_but_only_that_of_several_calls() -> None:
    health, awful = LineHealth(), LegHeard(1.5, 0.3, 90.0, 400.0)
    for _ in range(RULES.enough_legs - 1):
        assert not health.heard(0.0, awful)
    assert health.heard(1.0, awful)
    assert health.reason is DrainReason.SOUND
    assert health.figures(1.0).mos == 1.5


def test_a_carrier_that_does_not_answer_is_drained_until_it_does() -> None:
    health = LineHealth()
    assert health.connection(0.0, DrainReason.UNREACHABLE)
    assert not health.connection(10.0, DrainReason.UNREACHABLE)
    assert health.state_at(1e6) is LineState.DRAINED
    assert health.connection(1e6, None)
    assert health.state is LineState.TRYING
    assert not health.connection(1e6 + 1, None)


def test_calls_of_ten_minutes_ago_say_nothing_any_more() -> None:
    health = LineHealth()
    failing(health, 0.0, RULES.row - 1)
    health.ended(1.0, ANSWERED)
    assert health.figures(RULES.window_s - 1).attempts == RULES.row
    assert health.figures(RULES.window_s + 2).attempts == 0
    assert health.quality == 1.0


@given(st.lists(st.tuples(st.floats(0, 50), st.sampled_from(list(CallResult))), max_size=400))
def test_whatever_happens_windows_are_bounded_and_ratios_are_ratios(calls: list[tuple[float, CallResult]]) -> None:
    health, now_s = LineHealth(), 0.0
    for after_s, result in calls:
        now_s += after_s
        health.state_at(now_s)
        if result is not FAILED:
            health.first_sign(now_s, 1.0)
        health.ended(now_s, result)
    figures = health.figures(now_s)
    assert figures.attempts <= RULES.most
    assert 0.0 <= health.quality <= 1.0
    assert figures.answer_ratio is None or 0.0 <= figures.answer_ratio <= (figures.carried_ratio or 0.0) <= 1.0
