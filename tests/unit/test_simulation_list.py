from collections import Counter
from random import Random

import pytest

from waihu.dialer.pacing import BUSY, HUMAN, NOANSWER, READY, TALK, WRAP, RatioPacer
from waihu.dialer.simulation import Simulation
from waihu.dialer.simulation_course import Course, Quarter, figures
from waihu.dialer.simulation_forecast import Forecast, Team
from waihu.dialer.simulation_history import ENOUGH, ENOUGH_AN_HOUR, KEPT, Attempt, Draws, History, Sample
from waihu.dialer.simulation_list import CallList
from waihu.dialer.simulation_replay import RecordedCall, RecordedDay, ReplayWorld
from waihu.dialer.simulation_world import DROPPED, TALKED, Pause, Roster, Scenario
from waihu.testing.factories import a_campaign
from waihu_models.campaign import DialMode, RetryRule
from waihu_models.outcome import Outcome

SHIFT = Scenario("shift", agents=4, hours=0.5)
TEAM = Team(4, 1.0, 9.0, DialMode.RATIO, 1.5)


def history_of(attempts: int, outcome: str = HUMAN, **changes: object) -> History:
    history = History()
    for _ in range(attempts):
        history.add(Attempt(**{"outcome": outcome, "hour": 9, "first": True, "hint": 0.0, "ring_s": 8.0, **changes}))  # type: ignore[arg-type]
    return history


def a_list(leads: int = 3, **changes: object) -> CallList:
    campaign = a_campaign(**changes)
    return CallList(campaign, SHIFT, Draws(History(), SHIFT, 1), leads, 1)


def dial(calls: CallList, position: int, outcome: str, now: float) -> None:
    assert calls.lead(position, now) is not None
    calls.ended(position, outcome, now)


# ---- the list ------------------------------------------------------------------------------------------------------


def test_a_lead_that_was_talked_with_is_closed_and_one_not_reached_is_called_again_when_its_rule_says() -> None:
    calls = a_list(leads=2, retries={Outcome.BUSY: RetryRule(300.0, 4)})
    dial(calls, 0, TALKED, 10.0)
    dial(calls, 1, BUSY, 20.0)
    assert (calls.closed, calls.left) == (1, 1)
    assert calls.hints(2, 200, 319.0) == []
    assert len(calls.hints(2, 200, 320.0)) == 1


def test_a_list_is_dry_from_the_moment_at_which_nothing_could_be_dialled() -> None:
    calls = a_list(leads=1)
    calls.hints(0, 5, 1.0)
    assert calls.dry_at is None
    dial(calls, 0, NOANSWER, 30.0)
    calls.hints(1, 5, 31.0)
    calls.hints(1, 5, 32.0)
    assert calls.dry_at == 31.0


def test_attempts_used_up_close_a_lead() -> None:
    calls = a_list(leads=1, max_attempts=2, retries={Outcome.BUSY: RetryRule(60.0, 9)})
    dial(calls, 0, BUSY, 0.0)
    dial(calls, 1, BUSY, 60.0)
    assert calls.done
    assert calls.attempts == 2


def test_no_number_is_called_more_often_in_24_hours_than_the_campaign_allows() -> None:
    calls = a_list(leads=1, max_attempts_per_day=2, retries={Outcome.BUSY: RetryRule(60.0, 9)})
    dial(calls, 0, BUSY, 0.0)
    dial(calls, 1, BUSY, 60.0)
    assert calls.hints(2, 5, 1700.0) == []
    calls.begin(1)
    assert calls.hints(0, 5, 0.0) == [0.0]
    dial(calls, 0, BUSY, 0.0)
    assert calls.hints(1, 5, 59.0) == []  # the second attempt of yesterday is not a day old
    assert len(calls.hints(1, 5, 60.0)) == 1


def test_an_abandoned_caller_is_left_alone_until_the_next_day() -> None:
    calls = a_list(leads=1)
    dial(calls, 0, DROPPED, 100.0)
    assert calls.hints(1, 5, 1700.0) == []
    calls.begin(1)
    assert calls.hints(0, 5, 99.0) == []
    assert len(calls.hints(0, 5, 100.0)) == 1


def test_what_was_staged_and_not_dialled_comes_back_the_next_day() -> None:
    calls = a_list(leads=3)
    calls.hints(0, 3, 0.0)
    dial(calls, 0, TALKED, 1.0)
    calls.begin(1)
    assert len(calls.hints(0, 5, 0.0)) == 2


def test_the_same_seed_gives_a_lead_the_same_fate_whatever_was_dialled_before() -> None:
    one, other = a_list(leads=40), a_list(leads=40)
    other.hints(0, 40, 0.0)
    fates = [[calls.lead(n, 0.0).fate(0.0) for n in range(40)] for calls in (one, other)]  # type: ignore[union-attr]
    assert fates[0] == fates[1]
    assert len({fate.outcome for fate in fates[0]}) > 1


def test_every_lead_of_a_forecast_is_closed_in_the_end() -> None:
    campaign = a_campaign(retries={Outcome.NO_ANSWER: RetryRule(600.0, 2), Outcome.BUSY: RetryRule(300.0, 2)})
    run = Forecast("ratio", campaign, History(), TEAM, leads=60, seed=1).run()
    assert run.simulated
    assert run.list_h is not None
    assert 0.3 < run.list_h < 2.0
    assert run.days == (1 if run.list_h <= 1.0 else 2)


def test_a_list_too_long_to_simulate_ends_where_its_attempts_and_the_rate_say() -> None:
    campaign = a_campaign(retries={})  # one attempt each
    run = Forecast("ratio", campaign, History(), TEAM, leads=10_000, seed=1, full_days=1).run()
    assert not run.simulated
    assert run.list_h == pytest.approx(10_000 / run.figures.calls_per_h, rel=0.01)


# ---- the history ---------------------------------------------------------------------------------------------------


def test_a_sample_keeps_its_size_and_stays_fair() -> None:
    sample: Sample[float] = Sample("any")
    for number in range(10 * KEPT):
        sample.add(float(number))
    assert (len(sample.values), sample.number) == (KEPT, 10 * KEPT)
    assert sum(sample.values) / KEPT == pytest.approx(5 * KEPT, rel=0.05)


@pytest.mark.parametrize(("talks", "own"), [(ENOUGH - 1, False), (ENOUGH, True)])
def test_talk_is_the_campaigns_own_from_enough_observations_on_and_the_table_says_so(talks: int, own: bool) -> None:
    draws = Draws(history_of(talks, talk_s=77.0, wrap_s=5.0), SHIFT, 1)
    assert {basis.what: basis.number for basis in draws.bases}["talk"] == (talks if own else 0)
    drawn = {draws.person(Random(n)).talk for n in range(20)}
    assert (drawn == {77.0}) == own


def test_each_hour_with_enough_attempts_has_its_own_answer_rate() -> None:
    history = history_of(ENOUGH_AN_HOUR, HUMAN, hour=9)
    for attempt in (Attempt(NOANSWER, 15, True, 0.0, 27.0),) * ENOUGH_AN_HOUR:
        history.add(attempt)
    draws = Draws(history, SHIFT, 1)
    assert draws.people(9, first=True) > 0.95
    assert draws.people(15, first=True) < 0.05
    assert draws.people(20, first=True) == pytest.approx(0.5, abs=0.1)


def test_later_attempts_to_a_lead_have_their_own_answer_rate() -> None:
    history = History()
    for number in range(4 * ENOUGH_AN_HOUR):
        first = number % 2 == 0
        person = number % 20 < 10 if first else number % 20 < 2
        history.add(Attempt(HUMAN if person else NOANSWER, 9, first, 0.0, 9.0))
    draws = Draws(history, SHIFT, 1)
    assert draws.people(9, first=True) == pytest.approx(0.5, abs=0.1)
    assert draws.people(9, first=False) == pytest.approx(0.1, abs=0.06)


def test_runs_differ_by_what_a_history_of_that_size_leaves_open() -> None:
    few, many = (
        [Draws(history_of(n, HUMAN), SHIFT, seed).people(9, first=True) for seed in range(30)] for n in (60, 6000)
    )
    assert max(few) - min(few) > 5 * (max(many) - min(many))


def test_who_would_have_answered_after_a_shorter_ring_time_out_does_not() -> None:
    draws = Draws(history_of(ENOUGH, ring_s=20.0), Scenario("short", ring_timeout_s=15.0), 1)
    fate = draws.person(Random(1))
    assert (fate.outcome, fate.ring_s) == (NOANSWER, 15.0)


def test_pauses_come_as_often_and_last_as_long_as_they_did() -> None:
    history = History(logged_in_s=100 * 3600.0)
    for _ in range(100):
        history.pause_s.add(300.0)
    draws = Draws(history, SHIFT, 1)
    found = [pause for n in range(50) for pause in draws.pauses(8.0, Random(n))]
    assert {seconds for _, seconds in found} == {300.0}
    assert len(found) / 50 == pytest.approx(8.0, rel=0.15)


# ---- by quarters of an hour ----------------------------------------------------------------------------------------


def test_the_quarters_add_up_to_the_shift() -> None:
    scenario = Scenario("course", agents=5, hours=1.1, human=0.5, target=1.0, pauses=(Pause(0.3, 5.0),))
    course = Course(scenario)
    Simulation(scenario, 1, lambda config, _: RatioPacer(config, 5.0), measures=course).run()
    whole = Quarter()
    for quarter in course.quarters:
        whole.add(quarter)
    assert len(course.quarters) == 5
    assert (whole.attempts, whole.drops, whole.live_answers) == (course.attempts, course.drops, course.live_answers)
    assert course.drops > 0
    assert [whole.seconds[state] for state in (READY, TALK, WRAP)] == pytest.approx(
        [course.seconds[state] for state in (READY, TALK, WRAP)]
    )
    found = figures(course.quarters, 1.1)
    assert (found.utilisation, found.drop_ratio) == pytest.approx((course.utilisation, course.drop_ratio))
    assert found.talk_min_per_h == pytest.approx(60 * course.seconds[TALK] / course.staffed_s)


# ---- a recorded day ------------------------------------------------------------------------------------------------

ROSTER = Roster(1.0, 0.0, 1e18, ())


def test_a_cancelled_call_is_drawn_from_those_that_rang_longer() -> None:
    calls = (RecordedCall(BUSY, 3.0), RecordedCall(HUMAN, 12.0, talk_s=60.0, wrap_s=5.0), RecordedCall("", 10.0))
    day = RecordedDay(calls, (ROSTER,), 600.0, 9.0, ((60.0, 5.0),))
    outcomes = {ReplayWorld(day, SHIFT, seed).lead(2, 0.0).known.outcome for seed in range(20)}
    assert outcomes == {HUMAN}
    assert day.unknown == 1


def test_a_dropped_caller_gets_a_talk_of_the_day() -> None:
    calls = (RecordedCall(HUMAN, 5.0), RecordedCall(HUMAN, 5.0, talk_s=61.0, wrap_s=7.0))
    day = RecordedDay(calls, (ROSTER,), 600.0, 9.0, ((61.0, 7.0),))
    fate = ReplayWorld(day, SHIFT, 1).lead(0, 0.0).known
    assert (fate.talk, fate.wrap, fate.needs_agent) == (61.0, 7.0, True)


def test_calls_beyond_the_days_are_drawn_from_it() -> None:
    day = RecordedDay(tuple(RecordedCall(BUSY, float(n)) for n in range(9)), (ROSTER,), 600.0, 9.0)
    world = ReplayWorld(day, SHIFT, 1)
    rings = Counter(world.lead(n, 0.0).known.ring_s for n in range(200))
    assert [world.lead(n, 0.0).known.ring_s for n in range(9)] == [float(n) for n in range(9)]
    assert set(rings) == {float(n) for n in range(9)}
    assert world.recorded == 9
