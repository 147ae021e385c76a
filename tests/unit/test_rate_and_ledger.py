import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.abandon_ledger import AbandonLedger
from waihu.dialer.rate_limit import TokenBucket


def test_a_bucket_starts_full_and_fills_at_its_rate() -> None:
    bucket = TokenBucket(rate_per_s=2.0, burst=3.0, now_s=100.0)
    assert [bucket.take(100.0) for _ in range(4)] == [True, True, True, False]
    assert not bucket.take(100.4)
    assert bucket.take(100.5)
    assert bucket.available(200.0) == 3.0


def test_a_burst_of_less_than_one_still_lets_calls_through() -> None:
    bucket = TokenBucket(rate_per_s=0.5, burst=0.1, now_s=0.0)
    assert bucket.take(0.0)
    assert not bucket.take(1.9)
    assert bucket.take(2.0)


def test_a_clock_that_steps_back_gives_nothing_and_nothing_twice() -> None:
    bucket = TokenBucket(rate_per_s=1.0, burst=1.0, now_s=100.0)
    assert bucket.take(100.0)
    assert bucket.available(50.0) == 0.0
    assert not bucket.take(100.0)
    assert bucket.take(101.0)


@given(
    st.floats(0.1, 100),
    st.floats(1, 50),
    st.lists(st.floats(-1, 3, allow_nan=False), min_size=1, max_size=200),
)
def test_over_any_span_no_more_is_taken_than_rate_times_span_plus_burst(
    rate: float, burst: float, steps: list[float]
) -> None:
    bucket, now, latest, taken = TokenBucket(rate, burst, 0.0), 0.0, 0.0, []
    for step in steps:  # a step back in time gives nothing
        now += step
        latest = max(latest, now)
        if bucket.take(now):
            taken.append(latest)
    for first, start in enumerate(taken):
        for last in range(first, len(taken)):
            assert last - first + 1 <= rate * (taken[last] - start) + burst + 1e-6


# ---- the abandon ledger -------------------------------------------------------------------------------------------

WINDOW_S = 3600.0


def test_a_drop_is_a_live_answer_as_well() -> None:
    ledger = AbandonLedger(WINDOW_S, 0.0)
    ledger.add(10.0, dropped=False)
    ledger.add(20.0, dropped=True)
    assert ledger.totals(30.0) == (2, 1)


def test_what_is_older_than_the_window_no_longer_counts() -> None:
    ledger = AbandonLedger(WINDOW_S, 0.0)
    ledger.add(0.0, dropped=True)
    ledger.add(1800.0, dropped=False)
    assert ledger.totals(WINDOW_S) == (2, 1)
    assert ledger.totals(WINDOW_S + 1) == (1, 0)
    assert ledger.totals(WINDOW_S + 1801) == (0, 0)


def test_what_an_earlier_run_counted_ages_out_as_a_whole() -> None:
    ledger = AbandonLedger(WINDOW_S, 1000.0, live_answers=100, drops=3)
    ledger.add(1100.0, dropped=True)
    assert ledger.totals(1200.0) == (101, 4)
    assert ledger.totals(1000.0 + WINDOW_S + 1) == (1, 1)


@pytest.mark.parametrize(("span_s", "seen"), [(60.0, (1, 1)), (120.0, (2, 1)), (3600.0, (3, 2))])
def test_the_recent_past_can_be_looked_at_alone(span_s: float, seen: tuple[int, int]) -> None:
    ledger = AbandonLedger(WINDOW_S, 0.0)
    for now_s, dropped in ((0.0, True), (540.0, False), (600.0, True)):
        ledger.add(now_s, dropped=dropped)
    assert ledger.recent(630.0, span_s) == seen


@given(st.lists(st.tuples(st.floats(0, 900), st.booleans()), max_size=150))
def test_the_ledger_counts_the_window_to_within_a_minute(steps: list[tuple[float, bool]]) -> None:
    ledger, now, entered = AbandonLedger(WINDOW_S, 0.0), 0.0, []
    for step, dropped in steps:
        now += step
        ledger.add(now, dropped=dropped)
        entered.append((now, dropped))
        live_answers, drops = ledger.totals(now)
        surely = [dropped for at, dropped in entered if at >= now - WINDOW_S + 60]
        at_most = [dropped for at, dropped in entered if at >= now - WINDOW_S]
        assert len(surely) <= live_answers <= len(at_most)
        assert sum(surely) <= drops <= sum(at_most)
