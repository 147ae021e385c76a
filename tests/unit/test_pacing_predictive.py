"""The predictive pacer: what it never does, what it learns, what it says of itself."""

import math
import random
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waihu.dialer.pacing import (
    BUSY,
    CANCELLED,
    HUMAN,
    MACHINE,
    NOANSWER,
    OFFLINE,
    PAUSE,
    READY,
    RINGING,
    SCREEN,
    TALK,
    WAITING,
    WRAP,
    AgentEvent,
    AgentView,
    CallEvent,
    CallView,
    PacerConfig,
    PredictivePacer,
    Snapshot,
)
from waihu.dialer.pacing.agents import AgentModel
from waihu.dialer.pacing.answers import AnswerModel
from waihu.dialer.pacing.drop_price import MARGIN, DropPrice
from waihu.dialer.pacing.risk import binomial, outnumbered, outnumbered_large
from waihu.dialer.simulation import Simulation
from waihu.dialer.simulation_world import Scenario

HORIZONS = (2.5, 5.0, 8.0, 12.0, 18.0)
probabilities = st.lists(st.floats(0.0, 1.0), max_size=12)


def a_snapshot(agents: dict[int, AgentView], calls: dict[int, CallView] | None = None, **changes: Any) -> Snapshot:
    values: dict[str, Any] = {
        "now": 0.0,
        "channels_free": 1000,
        "dial_budget": 1000,
        "next_p": [0.3] * 200,
        "live_answers": 0,
        "drops": 0,
        **changes,
    }
    ready = sum(agent.state == READY for agent in agents.values())
    return Snapshot(agents=agents, calls=calls or {}, ready=ready, **values)


def team(number: int, state: str = READY) -> dict[int, AgentView]:
    return {n: AgentView(n, state, 0.0) for n in range(number)}


# ---- what it never does --------------------------------------------------------------------------------------------

views = st.builds(AgentView, id=st.just(0), state=st.sampled_from([READY, TALK, WRAP, PAUSE]), since=st.floats(-900, 0))
attempts = st.builds(
    CallView,
    id=st.just(0),
    dialed_at=st.floats(-60, 0),
    p=st.floats(0.0, 1.0),
    state=st.sampled_from([RINGING, SCREEN, WAITING]),
    answered_at=st.just(-1.0),
)
agent_events = st.builds(
    AgentEvent,
    t=st.floats(0, 1000),
    agent=st.integers(0, 5),
    state=st.sampled_from([OFFLINE, PAUSE, READY, TALK, WRAP]),
    prev=st.sampled_from([OFFLINE, PAUSE, READY, TALK, WRAP]),
    prev_s=st.floats(0, 4000),
)
call_events = st.builds(
    CallEvent,
    t=st.floats(0, 1000),
    call=st.integers(0, 20),
    kind=st.sampled_from(["dialed", "answered", "connected", "dropped", "ended"]),
    outcome=st.sampled_from(["", HUMAN, MACHINE, BUSY, NOANSWER, CANCELLED]),
    p=st.floats(0.0, 1.0),
    age=st.floats(0, 200),
)
configs = st.builds(
    PacerConfig,
    target_drop=st.sampled_from([0.0, 0.01, 0.03]),
    amd=st.booleans(),
    min_ring_s=st.sampled_from([15.0, 1e9]),
    ring_timeout_s=st.floats(5, 120),
    answer_hint=st.floats(0.0, 1.0),
)


pictures = st.fixed_dictionaries(
    {
        "channels_free": st.integers(0, 40),
        "dial_budget": st.integers(0, 40),
        "next_p": st.lists(st.floats(0.0, 1.0), max_size=40),
        "live_answers": st.integers(0, 3000),
        "drops": st.integers(0, 200),
    }
)


@settings(max_examples=150, deadline=None)
@given(
    config=configs,
    events=st.lists(st.one_of(agent_events, call_events), max_size=40),
    agents=st.lists(views, max_size=8),
    calls=st.lists(attempts, max_size=20),
    picture=pictures,
)
def test_whatever_it_is_told_it_stays_inside_every_limit(
    config: PacerConfig,
    events: list[AgentEvent | CallEvent],
    agents: list[AgentView],
    calls: list[CallView],
    picture: dict[str, Any],
) -> None:
    pacer = PredictivePacer(config)
    for event in events:
        pacer.on_event(event)
    team = {n: AgentView(n, a.state, a.since) for n, a in enumerate(agents)}
    under_way = {n: CallView(n, c.dialed_at, c.p, c.state, c.dialed_at) for n, c in enumerate(calls)}
    snapshot = a_snapshot(team, under_way, **picture)
    decision = pacer.decide(0.0, snapshot)
    room = min(picture["channels_free"], picture["dial_budget"], len(picture["next_p"]))
    assert 0 <= decision.dial <= room
    if not team:
        assert decision.dial == 0
    if config.target_drop == 0.0:
        assert decision.dial <= max(0, snapshot.ready - len(under_way))
    for number in decision.cancel:
        assert under_way[number].state == RINGING
        assert -under_way[number].dialed_at >= config.min_ring_s


def test_nothing_is_dialled_after_the_planned_end() -> None:
    pacer = PredictivePacer(PacerConfig())
    assert pacer.decide(100.0, a_snapshot(team(5), now=100.0, ends_at=100.0)).dial == 0


def test_a_team_all_paused_is_not_dialled_for() -> None:
    assert PredictivePacer(PacerConfig()).decide(0.0, a_snapshot(team(5, PAUSE))).dial == 0


def test_the_first_decision_of_a_shift_is_cautious() -> None:
    dial = PredictivePacer(PacerConfig(answer_hint=0.02)).decide(0.0, a_snapshot(team(10), next_p=[0.02] * 500)).dial
    assert 10 <= dial <= 30


def test_where_the_call_rate_is_the_limit_it_dials_again_at_the_next_look() -> None:
    pacer = PredictivePacer(PacerConfig())
    assert pacer.decide(0.0, a_snapshot(team(10), dial_budget=0)).dial == 0
    assert pacer.decide(0.25, a_snapshot(team(10), now=0.25, dial_budget=2)).dial == 2


def test_without_an_event_it_looks_again_after_a_second() -> None:
    pacer = PredictivePacer(PacerConfig())
    busy = team(10, TALK)
    assert pacer.decide(0.0, a_snapshot(busy)).dial == 0
    assert pacer.decide(0.25, a_snapshot(team(10), now=0.25)).dial == 0
    assert pacer.decide(1.0, a_snapshot(team(10), now=1.0)).dial > 0


def test_with_the_allowance_used_up_it_dials_one_line_per_ready_agent() -> None:
    pacer = PredictivePacer(PacerConfig())
    decision = pacer.decide(0.0, a_snapshot(team(6), live_answers=1000, drops=80))
    assert decision.dial == 6
    assert pacer.explanations[-1].limit == "allowance"


def test_the_same_events_give_the_same_decisions() -> None:
    def decisions() -> list[int]:
        made: list[int] = []

        class Noting(PredictivePacer):
            def decide(self, now: float, snapshot: Snapshot) -> Any:
                decision = super().decide(now, snapshot)
                made.append(decision.dial)
                return decision

        Simulation(Scenario("short", agents=5, hours=0.2), 7, lambda config, _: Noting(config)).run()
        return made

    first = decisions()
    assert sum(first) > 20
    assert decisions() == first


def test_a_ringing_call_is_given_up_after_the_legal_minimum_when_nobody_will_be_free() -> None:
    def cancelled(min_ring_s: float, age: float) -> list[int]:
        pacer = PredictivePacer(PacerConfig(min_ring_s=min_ring_s))
        calls = {n: CallView(n, -age, 0.5) for n in range(6)}
        busy = {0: AgentView(0, TALK, -1.0)}
        return pacer.decide(0.0, a_snapshot(busy, calls, live_answers=100)).cancel

    assert cancelled(15.0, 16.0)
    assert cancelled(15.0, 14.0) == []
    assert cancelled(1e9, 16.0) == []


# ---- risk ----------------------------------------------------------------------------------------------------------


def exact(chances: list[float]) -> list[float]:
    mass = [1.0]
    for p in chances:
        mass = [a * (1 - p) + b * p for a, b in zip([*mass, 0.0], [0.0, *mass], strict=True)]
    return mass


@settings(deadline=None)
@given(probabilities)
def test_a_sum_of_draws_keeps_its_mean_and_adds_up_to_one(chances: list[float]) -> None:
    mass = binomial(sum(chances), sum(p * p for p in chances))
    assert sum(mass) == pytest.approx(1.0, abs=1e-5)
    assert sum(k * p for k, p in enumerate(mass)) == pytest.approx(sum(chances), abs=1e-3)


def risk_error(answers: list[float], frees: list[float], ready: int) -> float:
    def near(chances: list[float]) -> list[float]:
        return binomial(sum(chances), sum(p * p for p in chances))

    wanted = outnumbered(exact(answers), ready, exact(frees))
    return abs(outnumbered(near(answers), ready, near(frees)) - wanted)


@settings(deadline=None)
@given(st.lists(st.floats(0.05, 0.6), max_size=10), st.lists(st.floats(0.0, 0.9), max_size=6), st.integers(-1, 4))
def test_the_risk_is_never_far_from_that_of_exact_convolution(
    answers: list[float], frees: list[float], ready: int
) -> None:
    assert risk_error(answers, frees, ready) < 0.25  # one agent nearly certain to be free, others nearly certain not


def test_the_risk_is_near_that_of_exact_convolution_on_average() -> None:
    chance = random.Random(7)

    def chances(most: int, low: float, high: float) -> list[float]:
        return [chance.uniform(low, high) for _ in range(chance.randint(0, most))]

    errors = [risk_error(chances(10, 0.05, 0.6), chances(6, 0.0, 0.9), chance.randint(-1, 4)) for _ in range(2000)]
    assert sum(errors) / len(errors) < 0.01
    assert sorted(errors)[1900] < 0.03


@pytest.mark.parametrize("ready", [-3, 0, 10, 25, 40])
def test_for_many_calls_the_normal_distribution_says_the_same(ready: int) -> None:
    answers, frees = [0.3] * 150, [0.2] * 100
    wanted = outnumbered(exact(answers), ready, exact(frees))
    variance = 150 * 0.3 * 0.7 + 100 * 0.2 * 0.8
    assert outnumbered_large(45.0 - 20.0, variance, ready) == pytest.approx(wanted, abs=0.01)


# ---- answers -------------------------------------------------------------------------------------------------------


def told(model: AnswerModel, human: float, number: int, hint: float, seed: int = 1) -> None:
    """Play so many calls, one a second, of which a share is answered by people after 5 to 12 s."""
    random = Random(seed)
    for call in range(number):
        needs = random.random() < human
        age = random.uniform(5.0, 12.0) if needs else 27.0
        expected = model.row(hint, 0.0)[-1]
        if needs:
            model.on_event(CallEvent(float(call), call, "answered", p=hint, age=age))
            model.on_event(CallEvent(float(call), call, "connected", agent=0, p=hint, age=age))
        model.on_event(CallEvent(float(call), call, "ended", HUMAN if needs else NOANSWER, p=hint, age=age))
        model.level.observe(1.0, expected, float(needs), expected)
        model.refresh()


@pytest.mark.parametrize(("hint", "human"), [(0.3, 0.3), (0.5, 0.2), (0.1, 0.4), (0.0, 0.15)])
def test_biased_hints_are_recalibrated(hint: float, human: float) -> None:
    model = AnswerModel(PacerConfig(), HORIZONS)
    told(model, human, 600, hint)
    assert model.row(hint, 0.0)[-1] == pytest.approx(human, rel=0.25)


def test_a_jump_of_the_answer_rate_is_followed_within_a_hundred_calls() -> None:
    model = AnswerModel(PacerConfig(), HORIZONS)
    told(model, 0.15, 500, 0.15)
    told(model, 0.45, 100, 0.15, seed=2)
    assert model.row(0.15, 0.0)[-1] > 0.33


def test_a_call_that_rings_past_the_usual_answers_is_expected_less_and_less() -> None:
    model = AnswerModel(PacerConfig(), HORIZONS)
    told(model, 0.3, 400, 0.3)
    ever = [model.row(0.3, age)[-1] for age in (0.0, 9.0, 14.0, 24.0)]
    assert ever == sorted(ever, reverse=True)
    assert ever[0] > 0.2
    assert ever[-1] < 0.03


def test_chances_by_later_moments_are_never_smaller() -> None:
    model = AnswerModel(PacerConfig(), HORIZONS)
    for age in range(28):
        by = model.row(0.3, float(age))[1:6]
        assert list(by) == sorted(by)


def test_machines_that_detection_stops_do_not_count_as_needing_an_agent() -> None:
    model = AnswerModel(PacerConfig(amd=True), HORIZONS)
    for call in range(300):
        model.on_event(CallEvent(0.0, call, "answered", p=0.3, age=18.0))
        model.on_event(CallEvent(3.0, call, "ended", MACHINE, p=0.3, age=21.0))
    assert model.needs == 0
    assert model.screened_row(0.3, 18.0)[-1] < 0.1


def test_calls_in_machine_detection_that_were_answered_as_people_answer_are_expected_to_pass() -> None:
    model = AnswerModel(PacerConfig(amd=True), HORIZONS)
    for call in range(200):
        model.on_event(CallEvent(0.0, call, "answered", p=0.3, age=18.0))
        model.on_event(CallEvent(3.0, call, "ended", MACHINE, p=0.3, age=21.0))
        model.on_event(CallEvent(0.0, 1000 + call, "answered", p=0.3, age=7.0))
        model.on_event(CallEvent(2.0, 1000 + call, "connected", agent=1, p=0.3, age=9.0))
        model.on_event(CallEvent(60.0, 1000 + call, "ended", HUMAN, p=0.3, age=67.0))
    assert model.needs == 200
    assert model.screened_row(0.3, 7.0)[-1] > 0.9
    assert model.screened_row(0.3, 18.0)[-1] < 0.1


def test_a_dropped_call_counts_as_an_answer_once() -> None:
    model = AnswerModel(PacerConfig(), HORIZONS)
    for kind, outcome in (("answered", ""), ("dropped", ""), ("ended", HUMAN)):
        model.on_event(CallEvent(1.0, 1, kind, outcome, p=0.3, age=8.0))
    assert model.needs == 1


def test_an_hour_known_from_yesterday_is_met_with_what_it_was_like() -> None:
    model = AnswerModel(PacerConfig(clock_of_day_s=0.0), HORIZONS)
    level = model.level
    for hour, mean in ((9, 0.0), (10, 1.0), (9 + 24, 0.0), (10 + 24, None)):
        level.follow_clock(hour * 3600.0)
        if mean is not None:
            level.mean = mean
    assert 0.3 < level.mean < 0.8


# ---- agents --------------------------------------------------------------------------------------------------------


def talks(seconds: float, number: int, agents: int = 5) -> Iterator[AgentEvent]:
    random = Random(3)
    for event in range(number):
        yield AgentEvent(event * 30.0, event % agents, WRAP, TALK, random.gauss(seconds, 0.05 * seconds))
        yield AgentEvent(event * 30.0 + 10.0, event % agents, READY, WRAP, 10.0)


def a_model(*events: AgentEvent, **config: Any) -> AgentModel:
    model = AgentModel(PacerConfig(**config), HORIZONS)
    for event in events:
        model.on_event(event)
    model.refresh(1e5, {})
    return model


def free_by(model: AgentModel, view: AgentView, now: float = 1e5) -> list[float]:
    row = model.free_row(view, now)
    assert row is not None
    return list(row[: len(HORIZONS)])


def test_talks_of_even_length_make_their_ends_predictable() -> None:
    model = a_model(*talks(100.0, 400))
    early = free_by(model, AgentView(0, TALK, 1e5 - 30.0))
    late = free_by(model, AgentView(0, TALK, 1e5 - 98.0))
    assert early[-1] < 0.05
    assert late[-1] > 0.4


def test_an_agent_who_rests_or_is_ready_is_not_about_to_become_ready() -> None:
    model = a_model()
    assert model.free_row(AgentView(0, READY, 0.0), 1e5) is None
    assert model.free_row(AgentView(0, PAUSE, 0.0), 1e5) is None


def test_a_slow_agent_is_expected_later() -> None:
    events = []
    for n in range(150):
        events.append(AgentEvent(n * 30.0, 0, WRAP, TALK, 60.0 + n % 7))
        events.append(AgentEvent(n * 30.0, 1, WRAP, TALK, 120.0 + n % 7))
    model = a_model(*events)
    assert model.pace(0) < 0.8
    assert model.pace(1) > 1.2
    assert free_by(model, AgentView(0, TALK, 1e5 - 60.0))[-1] > free_by(model, AgentView(1, TALK, 1e5 - 60.0))[-1]


def test_a_closing_talk_ends_soon_as_closing_talks_have_ended() -> None:
    model = a_model(*talks(300.0, 100))
    closing = AgentView(0, TALK, 1e5 - 100.0, "closing")
    assert free_by(model, closing)[-1] > 5 * free_by(model, AgentView(1, TALK, 1e5 - 100.0))[-1]


def test_who_pauses_after_wrap_up_is_not_counted_on() -> None:
    pausing = [AgentEvent(float(n), 0, PAUSE, WRAP, 10.0) for n in range(200)]
    assert free_by(a_model(*pausing), AgentView(0, WRAP, 1e5 - 9.0))[-1] < 0.1


# ---- the price of a drop -------------------------------------------------------------------------------------------


def counted(live: int, drops: int) -> Snapshot:
    return a_snapshot(team(20), live_answers=live, drops=drops)


def fed(target: float, minutes: int, per_minute: int, drops_per_minute: float) -> DropPrice:
    price, live, drops = DropPrice(target), 0, 0.0
    for minute in range(minutes):
        before = int(drops)
        live += per_minute
        drops += drops_per_minute
        price.update(minute * 60.0, counted(live, int(drops)), per_minute, int(drops) - before)
    return price


def test_more_drops_than_allowed_lower_the_price_and_few_raise_it() -> None:
    wanted = fed(0.03, 120, 10, 0.03 * MARGIN * 10)
    assert wanted.rate == pytest.approx(0.03 * MARGIN, rel=0.1)
    assert fed(0.03, 120, 10, 0.35).rate < wanted.rate < fed(0.03, 120, 10, 0.1).rate
    assert fed(0.03, 120, 10, 0.6).frozen


def test_a_burst_of_half_an_hour_is_braked_although_the_month_has_room() -> None:
    price = DropPrice(0.03)
    price.update(0.0, counted(100_000, 1_000), 0, 0)
    assert price.rate > 0.03
    for minute in range(1, 20):
        price.update(minute * 60.0, counted(100_000 + 10 * minute, 1_000 + minute), 10, 1)
    assert price.rate < 0.02


def closed_loop(wrong_by: float) -> tuple[DropPrice, float]:
    """Lines dialled at up to the threshold for ten hours; drops come ``wrong_by`` times as often as predicted."""
    price, live, drops = DropPrice(0.03), 0, 0.0
    for minute in range(600):
        before = int(drops)
        live += 10
        for line in range(30):
            risk = price.threshold * line / 30
            price.dialled(1 / 3, risk)
            drops += risk * wrong_by / 3
        price.update(minute * 60.0, counted(live, int(drops)), 10, int(drops) - before)
    return price, drops / live


def test_a_model_that_promises_too_much_is_corrected_by_what_came_of_it() -> None:
    (honest, honest_rate), (rosy, rosy_rate) = closed_loop(1.0), closed_loop(3.0)
    assert honest_rate == pytest.approx(0.03 * MARGIN, rel=0.1)
    assert rosy_rate == pytest.approx(0.03 * MARGIN, rel=0.1)
    assert rosy.threshold < 0.5 * honest.threshold


def test_the_limit_itself_is_not_broken_by_one_more_drop() -> None:
    price = DropPrice(0.03)
    price.update(0.0, counted(3000, 80), 0, 0)
    assert not price.frozen
    price.update(60.0, counted(3000, 90), 0, 0)
    assert price.frozen


def test_another_compliance_window_is_not_taken_for_new_drops() -> None:
    price = DropPrice(0.03)
    price.update(0.0, counted(3000, 78), 0, 0)
    before = price.threshold
    price.update(60.0, counted(60_000, 1_560), 0, 0)
    assert price.threshold > 0.5 * before


def test_a_target_of_nothing_allows_nothing() -> None:
    assert DropPrice(0.0).frozen


# ---- what it says of itself ----------------------------------------------------------------------------------------


def test_each_decision_is_explained() -> None:
    pacer = PredictivePacer(PacerConfig())
    calls = {n: CallView(n, -3.0, 0.3) for n in range(4)}
    agents = {**team(2), 2: AgentView(2, WRAP, -30.0)}
    decision = pacer.decide(0.0, a_snapshot(agents, calls, live_answers=500, drops=5))
    said = pacer.explanations[-1]
    assert (said.dial, said.ready, said.lines) == (decision.dial, 2, 4)
    assert 0.6 < said.answers < 2.0
    assert 0.3 < said.frees <= 1.0
    assert said.limit == "risk"
    assert said.risk > said.threshold > 0
    assert math.isclose(said.rate, pacer._price.rate)


@pytest.mark.parametrize(("changes", "limit"), [
    ({"channels_free": 1}, "channels"),
    ({"dial_budget": 1}, "rate"),
    ({"next_p": [0.3]}, "list"),
])  # fmt: skip
def test_the_limit_that_ended_a_decision_is_named(changes: dict[str, Any], limit: str) -> None:
    pacer = PredictivePacer(PacerConfig())
    assert pacer.decide(0.0, a_snapshot(team(10), **changes)).dial == 1
    assert pacer.explanations[-1].limit == limit


# ---- together ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amd", [False, True])
def test_a_shift_stays_inside_the_target_and_is_busier_than_one_line_per_agent_allows(amd: bool) -> None:
    scenario = Scenario("team", agents=20, hours=1.0, human=0.25, machine=0.2 if amd else 0.0, amd=amd)
    drops = live = 0
    used = []
    for seed in (31, 32):
        measures = Simulation(scenario, seed, lambda config, _: PredictivePacer(config)).run()
        drops, live = drops + measures.drops, live + measures.live_answers
        used.append(measures.utilisation)
        assert measures.over_limit == 0
    assert drops / live < 0.03
    assert min(used) > 0.78
