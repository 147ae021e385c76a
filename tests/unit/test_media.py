import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu_models.media import BAD_MOS, CameInBroken, MediaCounts, figures_between, mos


@pytest.mark.parametrize(
    ("loss", "jitter_ms", "round_trip_ms", "expected"),
    # Worked by hand from G.107: R = 92.72, 76.93, 65.65, 50.58, 61.1.
    [(0.0, 0.0, 0.0, 4.40), (0.05, 0.0, 0.0, 3.91), (0.10, 0.0, 0.0, 3.39), (0.20, 0.0, 0.0, 2.61)],
)
def test_the_estimate_is_that_of_the_e_model(
    loss: float, jitter_ms: float, round_trip_ms: float, expected: float
) -> None:
    assert mos(loss, jitter_ms, round_trip_ms) == pytest.approx(expected, abs=0.03)


def test_a_round_trip_of_half_a_second_and_a_jitter_of_80_ms_are_heard() -> None:
    assert mos(0.0, 0.0, 100.0) > 4.3
    assert mos(0.0, 0.0, 700.0) < 3.5
    assert mos(0.0, 80.0, 300.0) < 3.7


@given(
    st.floats(0, 1), st.floats(0, 2000), st.floats(0, 5000) | st.none(), st.floats(0, 1), st.floats(0, 2000)
)  # fmt: skip
def test_more_loss_or_more_jitter_never_sounds_better(
    loss: float, jitter_ms: float, round_trip_ms: float | None, more: float, later_ms: float
) -> None:
    here = mos(loss, jitter_ms, round_trip_ms)
    assert 1.0 <= here <= 4.5
    assert mos(min(1.0, loss + more), jitter_ms + later_ms, round_trip_ms) <= here + 1e-9


def test_figures_are_of_what_happened_between_two_looks() -> None:
    was = MediaCounts(received=1000, received_lost=100, sent=1000, sent_lost=0)
    now = MediaCounts(1240, 110, 12.0, 1250, 50, 8.0, 40.0)
    figures = figures_between(was, now)
    assert figures is not None
    assert figures.loss_in_ratio == pytest.approx(10 / 250)
    assert figures.loss_out_ratio == pytest.approx(50 / 250)
    assert figures.mos == pytest.approx(mos(0.2, 8.0, 40.0)), "the worse direction counts"
    assert figures.bad
    assert figures.mos < BAD_MOS


def test_a_stream_that_began_anew_is_counted_from_its_own_beginning() -> None:
    figures = figures_between(MediaCounts(received=5000, received_lost=700, sent=10), MediaCounts(100, 0, 1.0, 90))
    assert figures is not None
    assert figures.loss_in_ratio == 0.0


def test_of_a_leg_on_which_nothing_travels_nothing_is_said() -> None:
    counts = MediaCounts(100, 1, 1.0, 100)
    assert figures_between(counts, counts) is None


def test_what_came_in_broken_on_the_other_leg_is_not_held_against_this_one() -> None:
    now = MediaCounts(250, 0, 1.0, 250, 60, 45.0, 20.0)
    alone = figures_between(MediaCounts(), now)
    beside = figures_between(MediaCounts(), now, CameInBroken(loss_ratio=0.3, jitter_ms=40.0))
    assert alone is not None
    assert beside is not None
    assert alone.bad
    assert (beside.loss_out_ratio, beside.jitter_out_ms, beside.bad) == (0.0, 5.0, False)
