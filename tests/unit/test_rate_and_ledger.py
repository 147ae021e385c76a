from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.abandon_ledger import MOST_BUCKETS, AbandonLedger, AbandonLedgers
from waihu.dialer.rate_limit import TokenBucket
from waihu_models.rule_pack import DropLimit


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


# ---- the abandon ledger: one window ----------------------------------------------------------------------------------

WINDOW_S = 3600.0


def test_a_drop_is_a_live_answer_as_well() -> None:
    ledger = AbandonLedger(WINDOW_S, 0.0)
    ledger.add(10.0, dropped=False)
    ledger.add(20.0, dropped=True)
    assert ledger.totals(30.0) == (2, 1)


def test_what_is_older_than_the_window_no_longer_counts_and_at_its_edge_drops_stay_longest() -> None:
    ledger = AbandonLedger(WINDOW_S, 0.0)
    ledger.add(0.0, dropped=True)
    ledger.add(1.0, dropped=False)
    ledger.add(1800.0, dropped=False)
    assert ledger.totals(WINDOW_S) == (3, 1)
    assert ledger.totals(WINDOW_S + 1) == (2, 1)
    assert ledger.totals(WINDOW_S + 60) == (1, 0)
    assert ledger.totals(WINDOW_S + 1861) == (0, 0)


def test_what_an_earlier_run_counted_ages_out_as_a_whole() -> None:
    ledger = AbandonLedger(WINDOW_S, 1020.0, live_answers=100, drops=3)
    ledger.add(1100.0, dropped=True)
    assert ledger.totals(1200.0) == (101, 4)
    assert ledger.totals(1080.0 + WINDOW_S) == (1, 1)


def test_a_machine_that_passed_for_a_person_is_taken_back_from_the_piece_it_was_counted_in() -> None:
    ledger = AbandonLedger(WINDOW_S, 0.0)
    ledger.add(10.0, dropped=False)
    ledger.add(600.0, dropped=True)
    ledger.take_back(15.0)
    assert ledger.totals(700.0) == (1, 1)
    ledger.take_back(15.0)
    ledger.take_back(610.0)
    assert ledger.totals(700.0) == (1, 1), "there is no more to take, and a drop stays"


@given(st.lists(st.tuples(st.floats(0, 900), st.booleans()), max_size=150))
def test_the_ledger_counts_the_window_to_within_a_minute_and_in_doubt_against_us(
    steps: list[tuple[float, bool]],
) -> None:
    ledger, now, entered = AbandonLedger(WINDOW_S, 0.0), 0.0, []
    for step, dropped in steps:
        now += step
        ledger.add(now, dropped=dropped)
        entered.append((now, dropped))
        live_answers, drops = ledger.totals(now)
        inside = [dropped for at, dropped in entered if at >= now - WINDOW_S]
        nearly = [dropped for at, dropped in entered if at >= now - WINDOW_S + 60]
        about = [dropped for at, dropped in entered if at >= now - WINDOW_S - 60]
        assert sum(inside) <= drops <= sum(about)
        assert len(nearly) - sum(nearly) <= live_answers - drops <= len(inside) - sum(inside)


def test_a_ledger_of_thirty_days_stays_small() -> None:
    ledger = AbandonLedger(30 * 86_400.0, 0.0)
    for hour in range(24 * 60):
        ledger.add(hour * 3600.0, dropped=hour % 50 == 0)
        for second in range(1, 60, 7):
            ledger.add(hour * 3600.0 + second * 60, dropped=False)
    ledger.totals(24 * 60 * 3600.0)
    assert len(ledger._buckets) <= MOST_BUCKETS + 1


# ---- the abandon ledger: several windows -----------------------------------------------------------------------------

DAY, MONTH = DropLimit(86_400.0, 0.03), DropLimit(30 * 86_400.0, 0.03)


def counted(ledger: AbandonLedgers | AbandonLedger, at_s: float, live_answers: int, drops: int) -> None:
    for n in range(live_answers):
        ledger.add(at_s, dropped=n < drops)


def test_days_inside_their_limit_may_leave_thirty_days_outside_so_each_window_is_kept() -> None:
    """Small days: one drop in twenty answers is seen too late to be made good, and forgotten the next morning."""
    day_alone, both = AbandonLedger(DAY.window_s, 0.0), AbandonLedgers([DAY, MONTH], 0.0)
    for day in range(20):
        for ledger in (day_alone, both):
            counted(ledger, day * 86_400.0 + 40_000.0, 20, 1)
    morning = 20 * 86_400.0 + 40_200.0
    assert day_alone.totals(morning) == (0, 0)
    assert both.nearest(morning) == (MONTH, 400, 20)


def test_a_day_that_is_near_its_limit_counts_though_thirty_days_are_far_from_theirs() -> None:
    ledgers = AbandonLedgers([MONTH, DAY], 0.0)
    counted(ledgers, 1000.0, 5000, 10)
    now_s = 3 * 86_400.0
    counted(ledgers, now_s, 50, 2)
    assert ledgers.nearest(now_s) == (DAY, 50, 2)
    assert ledgers.totals(now_s) == (50, 2)


@given(
    st.lists(st.tuples(st.floats(0, 90_000), st.integers(1, 40), st.floats(0, 0.3)), min_size=1, max_size=60),
    st.lists(st.builds(DropLimit, st.sampled_from([3600.0, 86_400.0, 2_592_000.0]), st.floats(0, 0.2)), min_size=1),
)
def test_what_the_ledger_shows_is_over_a_limit_whenever_any_window_is(
    steps: list[tuple[float, int, float]], limits: list[DropLimit]
) -> None:
    ledgers, now, entered = AbandonLedgers(limits, 0.0), 0.0, []
    for step, live_answers, share in steps:
        now += step
        drops = int(live_answers * share)
        counted(ledgers, now, live_answers, drops)
        entered.append((now, live_answers, drops))
        shown, seen_live, seen_drops = ledgers.nearest(now)
        for limit in limits:
            inside = [(live, dropped) for at, live, dropped in entered if at >= now - limit.window_s]
            over = sum(dropped for _, dropped in inside) - limit.ratio * sum(live for live, _ in inside)
            assert seen_drops - shown.ratio * seen_live >= over - 1e-9
