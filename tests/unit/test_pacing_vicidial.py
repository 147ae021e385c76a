from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.pacing import PAUSE, READY, TALK, WRAP, AgentView, CallEvent, CallView, PacerConfig, Snapshot
from waihu.dialer.pacing.vicidial import (
    AdaptMethod,
    VicidialPacer,
    VicidialSettings,
    level_after_drops,
    lines_to_place,
    next_level,
)

FACTORY = VicidialSettings()


def a_snapshot(now: float, states: list[str], calls: int = 0, **changes: Any) -> Snapshot:
    values: dict[str, Any] = {
        "channels_free": 1000,
        "dial_budget": 1000,
        "next_p": [0.3] * 1000,
        "live_answers": 0,
        "drops": 0,
    }
    return Snapshot(
        now=now,
        agents={n: AgentView(n, state, 0.0) for n, state in enumerate(states)},
        calls={n: CallView(n, 0.0, 0.3) for n in range(calls)},
        ready=states.count(READY),
        **{**values, **changes},
    )


@pytest.mark.parametrize(("level", "difference", "agents", "settings", "expected"), [
    (1.0, 5.0, 10.0, FACTORY, 1.5),  # half the team idle: half as many lines again
    (2.0, 10.0, 10.0, FACTORY, 3.0),  # 4.0, held at the maximum level
    (2.0, -2.0, 10.0, FACTORY, 1.6),
    (1.2, -9.0, 10.0, FACTORY, 1.0),
    (2.0, 0.0, 10.0, FACTORY, 2.0),
    (2.0, 3.0, 0.0, FACTORY, 2.0),
    (1.0, 1.0, 3.0, FACTORY, 1.333),
    (2.0, 3.0, 10.0, VicidialSettings(difference_target=-1.0), 2.4),
    (2.0, 1.0, 10.0, VicidialSettings(intensity=50.0), 2.3),  # 2 * (1 + 0.1 * 1.5)
    (2.0, -1.0, 10.0, VicidialSettings(intensity=50.0), 1.9),  # 2 * (1 - 0.1 * 0.5)
])  # fmt: skip
def test_the_level_moves_by_the_share_of_idle_agents(
    level: float, difference: float, agents: float, settings: VicidialSettings, expected: float
) -> None:
    assert next_level(level, difference, agents, settings) == pytest.approx(expected)


@pytest.mark.parametrize(("method", "clock", "expected"), [
    (AdaptMethod.HARD_LIMIT, 900, 1.0),
    (AdaptMethod.AVERAGE, 900, 1.4),
    (AdaptMethod.TAPERED, 900, 2.8),  # 1200 left: no cut at all
    (AdaptMethod.TAPERED, 1600, 1.4),  # 500 left: half
    (AdaptMethod.TAPERED, 1630, 1.316),  # clock times are subtracted as integers: 470
    (AdaptMethod.TAPERED, 2000, 1.0),
    (AdaptMethod.TAPERED, 2101, 1.0),
])  # fmt: skip
def test_too_many_drops_cut_the_level_by_method(method: AdaptMethod, clock: int, expected: float) -> None:
    assert level_after_drops(2.8, VicidialSettings(method=method), clock) == pytest.approx(expected)


@pytest.mark.parametrize(("level", "counted", "lines", "expected"), [
    (1.0, 10, 10, 0), (1.5, 10, 10, 5), (1.25, 10, 10, 3), (1.24, 10, 10, 2), (3.0, 0, 4, 0),
])  # fmt: skip
def test_the_goal_is_lines_per_counted_agent(level: float, counted: int, lines: int, expected: int) -> None:
    assert lines_to_place(level, counted, lines) == expected


def test_agents_in_talk_count_with_their_line_and_those_in_wrap_up_or_pause_do_not() -> None:
    # Counted: two ready and one in talk; at level 2, six lines, of which the talk and one ringing call are there.
    pacer = VicidialPacer(PacerConfig())
    pacer.decide(0.0, a_snapshot(0.0, []))
    pacer.level = 2.0
    states = [READY, READY, TALK, WRAP, PAUSE]
    assert pacer.decide(2.5, a_snapshot(2.5, states, calls=1)).dial == 4


def test_lines_are_placed_each_two_and_a_half_seconds() -> None:
    pacer = VicidialPacer(PacerConfig())
    states = [READY] * 4
    dialled = {0.25 * n: pacer.decide(0.25 * n, a_snapshot(0.25 * n, states)).dial for n in range(21)}
    assert [t for t, number in dialled.items() if number] == [0.0, 2.5, 5.0]


def test_what_the_rate_does_not_allow_is_placed_later_and_what_the_trunks_lack_is_given_up() -> None:
    pacer = VicidialPacer(PacerConfig())
    states = [READY] * 6
    assert pacer.decide(0.0, a_snapshot(0.0, states, dial_budget=4)).dial == 4
    # Six idle of six doubled the level: twelve lines are owed, four placed.
    assert pacer.decide(0.25, a_snapshot(0.25, states, calls=4)).dial == 8
    assert pacer.decide(2.5, a_snapshot(2.5, states)).dial == 0  # the loop sleeps from its last call
    assert pacer.decide(2.75, a_snapshot(2.75, states, channels_free=4)).dial == 4
    assert pacer.decide(3.0, a_snapshot(3.0, states)).dial == 0


def test_what_is_still_owed_is_forgotten_when_everyone_has_left() -> None:
    pacer = VicidialPacer(PacerConfig())
    assert pacer.decide(0.0, a_snapshot(0.0, [READY] * 6, dial_budget=4)).dial == 4
    assert pacer.decide(0.25, a_snapshot(0.25, [], calls=4)).dial == 0
    assert pacer.decide(0.5, a_snapshot(0.5, [READY] * 6, calls=4)).dial == 0


@pytest.mark.parametrize(("calls", "drops", "level"), [(51, 4, 1.0), (50, 4, 3.0), (51, 3, 3.0)])
def test_the_hard_limit_needs_fifty_calls_and_more_than_the_target(calls: int, drops: int, level: float) -> None:
    pacer = VicidialPacer(PacerConfig(target_drop=0.03))
    for number in range(calls):
        pacer.on_event(CallEvent(-100.0, number, "dialed"))
    pacer.level = 3.0
    pacer.decide(0.0, a_snapshot(0.0, [READY], live_answers=100, drops=drops))
    assert pacer.level == level


def test_a_minute_in_which_most_calls_drop_halves_the_level() -> None:
    pacer = VicidialPacer(PacerConfig())
    for number in range(21):
        pacer.on_event(CallEvent(0.0, number, "dialed"))
        if number < 11:
            pacer.on_event(CallEvent(0.0, number, "dropped"))
    pacer.level = 3.0
    pacer.decide(1.0, a_snapshot(1.0, [TALK]))
    assert pacer.level == 1.5


COUNTS = st.integers(0, 40)


@given(
    st.lists(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS, st.floats(0, 30)), max_size=20),
    st.sampled_from(list(AdaptMethod)),
    st.lists(st.sampled_from([READY, TALK, WRAP, PAUSE]), max_size=12),
)
def test_vicidial_never_breaks_a_limit_and_never_dials_for_nobody(
    steps: list[tuple[int, int, int, int, float]], method: AdaptMethod, states: list[str]
) -> None:
    pacer, now = VicidialPacer(PacerConfig(), VicidialSettings(method=method)), 0.0
    for step, (calls, free, budget, leads, seconds) in enumerate(steps):
        now += seconds
        present = states if step % 3 else []
        snapshot = a_snapshot(
            now, present, calls, channels_free=free, dial_budget=budget, next_p=[0.3] * leads, live_answers=50, drops=1
        )
        dial = pacer.decide(now, snapshot).dial
        assert 0 <= dial <= min(free, budget, leads)
        assert present or dial == 0
        assert 1.0 <= pacer.level <= 3.0
