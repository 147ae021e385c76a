from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.pacing import READY, AgentView, CallView, PacerConfig, PredictivePacer, Snapshot
from waihu.dialer.pacing.modes import pacer_for
from waihu.dialer.pacing.simple import MIN_LIVE_ANSWERS, PreviewPacer, ProgressivePacer, RatioPacer
from waihu_models.campaign import DialMode


def a_snapshot(ready: int, calls: int = 0, **changes: Any) -> Snapshot:
    values: dict[str, Any] = {
        "agents": {n: AgentView(n, READY, 0.0) for n in range(ready)},
        "calls": {n: CallView(n, 0.0, 0.3) for n in range(calls)},
        "channels_free": 1000,
        "dial_budget": 1000,
        "next_p": [0.3] * 1000,
        "live_answers": 0,
        "drops": 0,
    }
    return Snapshot(now=0.0, ready=ready, **{**values, **changes})


def dialled(ratio: float, snapshot: Snapshot, **config: Any) -> int:
    return RatioPacer(PacerConfig(**config), ratio).decide(0.0, snapshot).dial


@pytest.mark.parametrize(("ratio", "ready", "calls", "dial"), [
    (1.5, 1, 0, 1),
    (1.5, 2, 0, 3),
    (1.5, 10, 0, 15),
    (1.5, 10, 14, 1),
    (1.5, 10, 15, 0),
    (1.5, 10, 40, 0),
    (3.0, 4, 2, 10),
    (0.5, 1, 0, 1),
    (0.5, 4, 0, 2),
    (1.1, 10, 0, 11),
    (2.0, 0, 0, 0),
])  # fmt: skip
def test_a_ratio_is_lines_per_ready_agent_rounded_down_but_never_to_none(
    ratio: float, ready: int, calls: int, dial: int
) -> None:
    assert dialled(ratio, a_snapshot(ready, calls)) == dial


@pytest.mark.parametrize("limit", [
    {"channels_free": 4}, {"dial_budget": 4}, {"next_p": [0.3] * 4},
])  # fmt: skip
def test_no_more_is_dialled_than_lines_rate_and_leads_allow(limit: dict[str, Any]) -> None:
    assert dialled(2.0, a_snapshot(10, **limit)) == 4


def test_no_more_is_dialled_than_the_campaign_s_lines() -> None:
    assert dialled(2.0, a_snapshot(10), max_channels=7) == 7


def test_a_target_of_no_drops_means_one_line_per_agent() -> None:
    assert dialled(3.0, a_snapshot(10), target_drop=0.0) == 10


@pytest.mark.parametrize(("live_answers", "drops", "dial"), [
    (MIN_LIVE_ANSWERS - 1, MIN_LIVE_ANSWERS - 1, 30),  # too few to say anything
    (100, 2, 30),
    (100, 3, 10),  # at the target: the next one would be over it
    (MIN_LIVE_ANSWERS, 1, 10),
    (1000, 29, 30),
    (1000, 30, 10),
])  # fmt: skip
def test_before_one_drop_too_many_it_goes_down_to_one_line_per_agent(live_answers: int, drops: int, dial: int) -> None:
    assert dialled(3.0, a_snapshot(10, live_answers=live_answers, drops=drops), target_drop=0.03) == dial


def test_preview_never_dials_by_itself() -> None:
    assert PreviewPacer(PacerConfig()).decide(0.0, a_snapshot(10)).dial == 0


@pytest.mark.parametrize(("mode", "dial"), [
    (DialMode.PREVIEW, 0), (DialMode.PROGRESSIVE, 10), (DialMode.RATIO, 25),
])  # fmt: skip
def test_each_dial_mode_has_its_pacer(mode: DialMode, dial: int) -> None:
    assert pacer_for(mode, PacerConfig(), 2.5).decide(0.0, a_snapshot(10)).dial == dial


def test_predictive_campaigns_get_the_pacer_that_learns() -> None:
    assert isinstance(pacer_for(DialMode.PREDICTIVE, PacerConfig(), 2.5), PredictivePacer)


COUNTS = st.integers(0, 60)


@given(COUNTS, COUNTS, COUNTS, COUNTS, st.floats(0, 10), st.floats(0, 0.2))
def test_progressive_never_has_more_lines_than_ready_agents(
    ready: int, calls: int, free: int, budget: int, lines_per_agent: float, target: float
) -> None:
    snapshot = a_snapshot(ready, calls, channels_free=free, dial_budget=budget)
    dial = ProgressivePacer(PacerConfig(target_drop=target)).decide(0.0, snapshot).dial
    assert 0 <= dial <= max(0, ready - calls)
    guarded = RatioPacer(PacerConfig(target_drop=0.0), lines_per_agent).decide(0.0, snapshot).dial
    assert 0 <= guarded <= max(0, ready - calls)


@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, st.floats(-1, 10))
def test_no_ratio_breaks_a_limit(ready: int, calls: int, free: int, budget: int, leads: int, ratio: float) -> None:
    snapshot = a_snapshot(ready, calls, channels_free=free, dial_budget=budget, next_p=[0.3] * leads)
    dial = dialled(ratio, snapshot)
    assert 0 <= dial <= min(free, budget, leads)
    assert dial <= max(ratio, 1.0) * ready
