"""The test of answer rates: what it promises of false alarms, and how soon it finds a fall. Seeds are fixed."""

import random
from collections.abc import Iterator
from math import comb, exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.answer_rates import FALLEN_ODDS, evidence, interval, limit, on_trial, restarted, watched
from waihu_models.caller_id import Tally, Watch

RATIO = 0.001


def tally(told: int, answered: int) -> Tally:
    return Tally(told, told, answered)


# ---- one quarter hour ----------------------------------------------------------------------------------------------


def expectation(own: int, others: int, answered: int, odds: float, usual: float) -> float:
    """Of the likelihood ratio, when the number's odds of an answer are ``odds`` times the others'."""
    ways = range(max(0, answered - others), min(own, answered) + 1)
    weights = {x: comb(own, x) * comb(others, answered - x) * odds**x for x in ways}
    ratios = {x: exp(evidence(tally(own, x), tally(others, answered - x), log(usual))) for x in ways}
    return sum(weights[x] * ratios[x] for x in ways) / sum(weights.values())


hours = st.integers(0, 25).flatmap(
    lambda own: st.integers(0, 120).flatmap(
        lambda others: st.tuples(st.just(own), st.just(others), st.integers(0, own + others))
    )
)


@given(hours, st.sampled_from([1.0, 0.7, 0.4]))
def test_the_likelihood_ratio_of_a_number_as_usual_has_the_expectation_one(
    hour: tuple[int, int, int], usual: float
) -> None:
    assert expectation(*hour, odds=usual, usual=usual) == pytest.approx(1.0)


@given(hours, st.floats(1.0, 5.0))
def test_a_number_better_than_usual_is_never_more_suspicious_than_that(hour: tuple[int, int, int], odds: float) -> None:
    assert expectation(*hour, odds=odds, usual=1.0) <= 1.0 + 1e-9


@given(hours)
def test_an_hour_in_which_nobody_or_everybody_answers_says_nothing(hour: tuple[int, int, int]) -> None:
    own, others, _ = hour
    assert evidence(tally(own, 0), tally(others, 0)) == pytest.approx(0.0, abs=1e-9)
    assert evidence(tally(own, own), tally(others, others)) == pytest.approx(0.0, abs=1e-9)


def test_a_number_alone_in_its_set_is_never_suspected() -> None:
    assert evidence(tally(40, 0), tally(0, 0)) == 0.0
    assert evidence(tally(40, 4), tally(0, 0)) == pytest.approx(0.0, abs=1e-9)


def test_fewer_answers_than_the_others_is_evidence_and_as_many_speaks_against_it() -> None:
    assert evidence(tally(20, 1), tally(80, 24)) > 0.5
    assert evidence(tally(20, 6), tally(80, 24)) < -0.5


# ---- sequences -----------------------------------------------------------------------------------------------------


def drawn(rng: random.Random, calls: int, rate: float) -> Tally:
    """Some calls of a quarter hour; about half as many as could be."""
    told = sum(rng.random() < 0.5 for _ in range(2 * calls))
    return tally(told, sum(rng.random() < rate for _ in range(told)))


def quarter_hours(rng: random.Random, count: int, rate: float, others: int, factor: float = 1.0) -> Iterator[
    tuple[Tally, Tally]
]:  # fmt: skip
    """Three calls from a number in each, beside ``others`` more; the rate of all of them swings from hour to hour."""
    for _ in range(count):
        present = rate * rng.uniform(0.1, 1.9)
        yield drawn(rng, 3, present * factor), drawn(rng, others, present)


def alarms(rng: random.Random, count: int, rate: float, others: int, factor: float = 1.0) -> int:
    watch, found = Watch(), 0
    for own, beside in quarter_hours(rng, count, rate, others, factor):
        watch = watched(watch, own, beside)
        if watch.score >= limit(RATIO):
            found += 1
            watch = restarted(watch)
    return found


@pytest.mark.parametrize(("rate", "others"), [(0.1, 57), (0.3, 57), (0.3, 9), (0.45, 12)])
def test_false_alarms_stay_under_the_stated_rate_though_hours_differ(rate: float, others: int) -> None:
    count = 12_000
    assert alarms(random.Random(f"{rate} {others}"), count, rate, others) <= count * RATIO


def test_a_number_whose_callees_always_answer_a_little_less_is_let_be() -> None:
    count = 12_000
    assert alarms(random.Random(7), count, 0.3, 30, factor=0.8) <= count * RATIO


def calls_until_found(rng: random.Random, rate: float, others: int) -> int:
    watch, calls = Watch(), 0
    for own, beside in quarter_hours(rng, 100, rate, others):
        watch = watched(watch, own, beside)
        if watch.score >= limit(RATIO):
            watch = restarted(watch)
    for own, beside in quarter_hours(rng, 1000, rate, others, factor=0.5):
        calls += own.told
        watch = watched(watch, own, beside)
        if watch.score >= limit(RATIO):
            break
    return calls


@pytest.mark.parametrize(("rate", "others", "usually", "nearly_always"), [(0.3, 57, 120, 260), (0.2, 27, 220, 480)])
def test_a_fall_by_half_is_found_within_some_calls(rate: float, others: int, usually: int, nearly_always: int) -> None:
    rng = random.Random(3)
    took = sorted(calls_until_found(rng, rate, others) for _ in range(100))
    assert (took[50] <= usually, took[94] <= nearly_always) == (True, True), (took[50], took[94])


def test_a_fall_does_not_become_the_usual_while_it_is_being_found() -> None:
    watch = Watch()
    for _ in range(200):
        watch = watched(watch, tally(4, 1), tally(40, 10))
    usual = watch.usual
    for _ in range(10):
        watch = watched(watch, tally(4, 0), tally(40, 10))
    assert (watch.usual, watch.score > 0, watch.own.told) == (usual, True, 40)
    assert restarted(watch) == Watch(usual=usual)


# ---- trials --------------------------------------------------------------------------------------------------------


def passed(rng: random.Random, factor: float) -> bool:
    watch = Watch()
    while watch.own.told < 40:
        ((own, beside),) = quarter_hours(rng, 1, 0.3, 27, factor)
        watch = on_trial(watch, own, beside)
    return watch.score <= 0


def test_most_trials_come_out_right_in_forty_calls() -> None:
    rng = random.Random(11)
    assert sum(passed(rng, 1.0) for _ in range(200)) >= 150
    assert sum(passed(rng, 0.5) for _ in range(200)) <= 50


# ---- intervals -----------------------------------------------------------------------------------------------------


@given(st.integers(0, 500).flatmap(lambda told: st.tuples(st.just(told), st.integers(0, told))))
def test_the_interval_holds_the_rate_and_is_inside_nought_and_one(calls: tuple[int, int]) -> None:
    low, high = interval(tally(*calls))
    assert 0.0 <= low <= high <= 1.0
    assert not calls[0] or low - 1e-9 <= calls[1] / calls[0] <= high + 1e-9


def test_intervals_are_wilson_s() -> None:
    # Source: Newcombe 1998, Statistics in Medicine 17, table I: 15 of 148.
    assert interval(tally(15, 0))[0] == 0.0
    assert interval(tally(148, 15)) == pytest.approx((0.0624, 0.1605), abs=1e-4)


def test_odds_that_are_looked_for_are_those_of_a_rate_fallen_by_half() -> None:
    odds = [(rate / 2 / (1 - rate / 2)) / (rate / (1 - rate)) for rate in (0.1, 0.2, 0.3)]
    assert min(odds) < FALLEN_ODDS < max(odds)
