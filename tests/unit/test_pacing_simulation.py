from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waihu.dialer.pacing import (
    HUMAN,
    PAUSE,
    READY,
    TALK,
    WRAP,
    AgentEvent,
    CallEvent,
    Decision,
    Pacer,
    PacerConfig,
    PredictivePacer,
    ProgressivePacer,
    RatioPacer,
    Snapshot,
    VicidialPacer,
)
from waihu.dialer.simulation import PacerMaker, Simulation
from waihu.dialer.simulation_measures import Measures
from waihu.dialer.simulation_oracle import OraclePacer
from waihu.dialer.simulation_scenarios import SCENARIOS
from waihu.dialer.simulation_world import Pause, Scenario, SimWorld

SHORT = Scenario("short", agents=6, hours=0.25)
MAKERS: dict[str, PacerMaker] = {
    "progressive": lambda config, _: ProgressivePacer(config),
    "ratio": lambda config, _: RatioPacer(config, 2.5),
    "vicidial": lambda config, _: VicidialPacer(config),
    "predictive": lambda config, _: PredictivePacer(config),
    "oracle": OraclePacer,
}


class Witness:
    """Lets a pacer decide and holds every picture and event against the rules of a shift."""

    def __init__(self, inner: Pacer, scenario: Scenario) -> None:
        self._inner = inner
        self._scenario = scenario
        self._said: dict[int, str] = {}
        self._now = 0.0
        self.kinds: Counter[str] = Counter()
        self.cancel_oldest = False

    def on_event(self, event: AgentEvent | CallEvent) -> None:
        assert event.t >= self._now
        self._now = event.t
        if isinstance(event, CallEvent):
            self._call(event)
        else:
            assert event.prev_s >= 0
        self._inner.on_event(event)

    def _call(self, event: CallEvent) -> None:
        before = {
            "dialed": {None},
            "answered": {"dialed"},
            "connected": {"answered"},
            "dropped": {"answered"},
            "ended": {"dialed", "answered", "connected", "dropped"},
        }[event.kind]
        assert self._said.get(event.call) in before
        self._said[event.call] = event.kind
        self.kinds[event.kind] += 1
        if event.outcome == HUMAN:
            assert event.kind == "ended"

    def decide(self, now: float, snapshot: Snapshot) -> Decision:
        assert now == snapshot.now >= self._now
        states = [agent.state for agent in snapshot.agents.values()]
        assert set(states) <= {READY, TALK, WRAP, PAUSE}
        assert states.count(READY) == snapshot.ready
        assert snapshot.channels_free >= 0
        assert snapshot.channels_free + len(snapshot.calls) + states.count(TALK) == self._scenario.channels
        decision = self._inner.decide(now, snapshot)
        if self.cancel_oldest and snapshot.calls:
            decision.cancel = [next(iter(snapshot.calls)), 10**9]
        return decision


def watched(scenario: Scenario, seed: int, maker: PacerMaker) -> tuple[Simulation, Witness]:
    found: list[Witness] = []

    def make(config: PacerConfig, simulation: Simulation) -> Witness:
        found.append(Witness(maker(config, simulation), scenario))
        return found[0]

    return Simulation(scenario, seed, make), found[0]


def figures(measures: Measures) -> tuple[object, ...]:
    return (measures.utilisation, measures.attempts, measures.drops, measures.wait_s, dict(measures.outcomes))


SHIFTS = st.builds(
    Scenario,
    name=st.just("any"),
    agents=st.integers(1, 6),
    hours=st.just(0.08),
    human=st.floats(0.05, 0.6),
    machine=st.just(0.2),
    amd=st.booleans(),
    channels=st.integers(1, 30),
    pauses=st.sampled_from([(), (Pause(0.02, 2.0),)]),
    late=st.just(0.3),
    early=st.just(0.3),
)


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
@given(SHIFTS, st.integers(0, 1000))
@settings(max_examples=12, deadline=None)
def test_every_shift_keeps_calls_agents_and_lines_in_order(maker: PacerMaker, scenario: Scenario, seed: int) -> None:
    simulation, witness = watched(scenario, seed, maker)
    measures = simulation.run()
    assert measures.over_limit == 0
    assert measures.most_lines <= scenario.channels
    assert simulation.calls == {}
    assert witness.kinds["dialed"] == measures.attempts
    assert witness.kinds["connected"] == measures.connected_calls
    assert witness.kinds["dropped"] == measures.drops
    # Whoever talks when the shift is over has not ended yet.
    talking = sum(agent.view.state == TALK for agent in simulation.agents)
    assert witness.kinds["ended"] == measures.attempts - talking
    assert measures.live_answers == (
        measures.connected_calls - measures.machines_connected + measures.drops + measures.hang_ups
    )


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_the_same_seed_gives_the_same_shift_and_another_seed_another(maker: PacerMaker) -> None:
    first, again, other = (figures(Simulation(SHORT, seed, maker).run()) for seed in (7, 7, 8))
    assert first == again != other


def test_every_pacer_meets_the_same_leads() -> None:
    one, other = SimWorld(SHORT, 3), SimWorld(SHORT, 3)
    other.lead(50)  # however they are asked for
    assert [one.lead(n).fate(0.0) for n in range(50)] == [other.lead(n).fate(0.0) for n in range(50)]
    assert one.rosters == other.rosters


def test_staffed_seconds_are_the_whole_shift_less_pauses() -> None:
    scenario = replace(SHORT, pauses=(Pause(0.05, 3.0, share=0.5, spread_min=0.0),))
    measures = Simulation(scenario, 1, MAKERS["progressive"]).run()
    shift_s = scenario.agents * scenario.ends_s
    assert measures.paused_s == pytest.approx(3 * 180.0)
    assert shift_s - 5.0 * scenario.agents <= measures.staffed_s + measures.paused_s <= shift_s


def test_who_comes_after_a_pause_has_begun_does_not_take_it() -> None:
    scenario = replace(SHORT, late=1.0, pauses=(Pause(0.0, 3.0, spread_min=0.0),))
    assert Simulation(scenario, 1, MAKERS["progressive"]).run().paused_s == 0.0


@pytest.mark.parametrize(("human", "machine"), [(0.09, 0.0), (0.3, 0.4), (0.55, 0.15)])
def test_answers_come_at_the_rates_of_the_scenario(human: float, machine: float) -> None:
    scenario = Scenario("rates", human=human, machine=machine, hint_spread=0.0)
    world, number = SimWorld(scenario, 1), 8000
    outcomes = Counter(world.lead(n).fate(0.0).outcome for n in range(number))
    for outcome, share in (("human", human), ("machine", machine), ("busy", 0.06), ("invalid", 0.03)):
        assert outcomes[outcome] / number == pytest.approx(share, abs=0.02)


def test_mean_talk_and_wrap_up_are_those_of_the_scenario() -> None:
    world = SimWorld(Scenario("talk", talk_s=120.0, wrap_s=20.0), 1)
    leads = [world.lead(n) for n in range(8000)]
    assert sum(lead.talk for lead in leads) / 8000 == pytest.approx(120.0, rel=0.05)
    assert sum(lead.wrap for lead in leads) / 8000 == pytest.approx(20.0, rel=0.05)


def test_the_answer_rate_follows_its_profile() -> None:
    scenario = Scenario("steps", human=0.15, hint_spread=0.0, profile=((0.0, 1.0), (0.5, 3.0), (1.0, 1.0)))
    world = SimWorld(scenario, 1)
    share = {t: sum(world.lead(n).fate(t).outcome == HUMAN for n in range(4000)) / 4000 for t in (0.0, 2000.0, 3700.0)}
    assert share[2000.0] == pytest.approx(0.45, abs=0.03)
    assert share[0.0] == share[3700.0] == pytest.approx(0.15, abs=0.03)


def test_hints_are_biased_in_odds_by_the_factor_told() -> None:
    plain, told = (SimWorld(Scenario("hints", hint_bias=bias), 1).hints(0, 50) for bias in (1.0, 2.0))
    odds = [(h / (1 - h), b / (1 - b)) for h, b in zip(plain, told, strict=True)]
    assert [b for _, b in odds] == pytest.approx([2.0 * h for h, _ in odds])


def test_progressive_drops_nobody_where_no_agent_leaves() -> None:
    for seed in range(5):
        measures = Simulation(SHORT, seed, MAKERS["progressive"]).run()
        assert (measures.drops, measures.hang_ups) == (0, 0)


def test_an_overdialled_team_drops_and_callers_wait_no_longer_than_the_patience() -> None:
    scenario = replace(SHORT, human=0.6, target=1.0)
    simulation, witness = watched(scenario, 1, lambda config, _: RatioPacer(config, 8.0))
    measures = simulation.run()
    assert measures.drops == witness.kinds["dropped"] > 20
    assert measures.drop_ratio == measures.drops / measures.live_answers
    assert measures.worst_window() == 0.0  # no whole half hour
    assert measures.wait_s <= scenario.patience_s * measures.connected_calls


@pytest.mark.parametrize("scenario", [
    SHORT, replace(SHORT, amd=True, machine=0.4, human=0.2), replace(SHORT, agents=3, pauses=(Pause(0.1, 2.0),)),
])  # fmt: skip
def test_the_oracle_drops_nobody_and_works_far_more_than_progressive(scenario: Scenario) -> None:
    oracle, progressive = (Simulation(scenario, 2, MAKERS[name]).run() for name in ("oracle", "progressive"))
    assert oracle.drops == 0
    assert oracle.utilisation > 1.2 * progressive.utilisation
    assert oracle.utilisation > 0.95


def test_a_cancelled_call_ends_once_and_an_unknown_one_is_ignored() -> None:
    simulation, witness = watched(SHORT, 1, MAKERS["progressive"])
    witness.cancel_oldest = True
    measures = simulation.run()
    assert measures.cancelled == measures.outcomes["cancelled"] > 0


@pytest.mark.parametrize(("times", "worst"), [
    ([(100.0, True), (200.0, False)], 0.5),
    ([(100.0, True), (1900.0, False)], 1.0),
    ([(1700.0, True), (1900.0, False), (1950.0, False)], 1.0),
    ([], 0.0),
])  # fmt: skip
def test_the_worst_half_hour_is_found_to_the_minute(times: list[tuple[float, bool]], worst: float) -> None:
    measures = Measures(replace(SHORT, hours=1.0))
    act: dict[bool, Callable[[float], None]] = {True: measures.dropped, False: measures.hung_up}
    for t, dropped in times:
        act[dropped](t)
    assert measures.worst_window() == pytest.approx(worst)


def test_the_scenarios_are_as_varied_as_the_benchmark_says() -> None:
    assert {scenario.agents for scenario in SCENARIOS} >= {3, 5, 10, 20, 50, 100, 200}
    assert {scenario.human for scenario in SCENARIOS} >= {0.09, 0.17, 0.3, 0.55}
    assert {scenario.target for scenario in SCENARIOS} == {0.0, 0.01, 0.03}
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)
