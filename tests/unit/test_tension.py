"""When a measure of how somebody speaks has changed markedly from how they began."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.speech.stretches import Stretch
from waihu.speech.tension import COOL_DOWN_S, SPOKEN_S, Marked, Tension
from waihu_models.tension import Measure
from waihu_models.transcript import Side

ME, OTHER = Side.CUSTOMER, Side.AGENT


def sounds(
    tension: Tension, seconds: Iterable[tuple[float, float]], side: Side = ME, start_s: float = 0.0
) -> list[Marked]:
    """Let somebody sound, second by second: level and pitch."""
    marks = []
    for second, (level_db, pitch_hz) in enumerate(seconds):
        marks += tension.sounded(side, start_s + second + 1, 0.8, level_db, pitch_hz)
    return marks


CALM = [(-30.0 + n % 3, 180.0 + 4 * (n % 3)) for n in range(20)]


@pytest.mark.parametrize(
    ("then", "measure", "about"),
    [
        ((-19.0, 182.0), Measure.LEVEL, -19.0),
        ((-45.0, 182.0), Measure.LEVEL, -45.0),
        ((-30.0, 240.0), Measure.PITCH, 240.0),
        ((-30.0, 130.0), Measure.PITCH, 130.0),
    ],
)
def test_who_gets_louder_or_higher_than_they_began_is_marked_once(
    then: tuple[float, float], measure: Measure, about: float
) -> None:
    tension = Tension()
    assert sounds(tension, CALM) == []
    marks = sounds(tension, [then] * 20, start_s=20.0)
    assert [(mark.side, mark.measure) for mark in marks] == [(ME, measure)]
    assert marks[0].value == pytest.approx(about, abs=1)
    assert marks[0].baseline == pytest.approx(-29.0 if measure is Measure.LEVEL else 184.0, abs=2)


def test_a_single_loud_second_and_what_wavers_as_it_did_at_first_are_no_change() -> None:
    assert sounds(Tension(), [*CALM, (-10.0, 300.0), *CALM, (-10.0, 300.0), *CALM]) == []
    restless = [(-30.0 + 8 * (n % 4), 150.0 + 60 * (n % 4)) for n in range(60)]
    assert sounds(Tension(), restless) == []


def test_the_same_is_marked_again_after_a_while() -> None:
    tension = Tension()
    sounds(tension, CALM)
    marks = sounds(tension, [(-15.0, 182.0)] * (int(COOL_DOWN_S) + 20), start_s=20.0)
    assert [mark.measure for mark in marks] == [Measure.LEVEL] * 2


def test_seconds_with_hardly_any_speech_count_for_nothing() -> None:
    tension = Tension()
    for second in range(100):
        assert tension.sounded(ME, second, SPOKEN_S / 2, -5.0 if second > 50 else -40.0, 300.0) == []
    assert tension.overall(100.0) == []


def test_each_side_has_a_baseline_of_its_own() -> None:
    tension = Tension()
    sounds(tension, CALM)
    assert sounds(tension, [(-10.0, 300.0)] * 40, side=OTHER) == []


def spoken(start_s: float, length_s: float = 3.0) -> list[Stretch]:
    return [Stretch(start_s, start_s + length_s)]


def test_who_speaks_much_faster_is_marked_with_words_a_minute() -> None:
    tension, marks = Tension(), list[Marked]()
    for n in range(5):
        marks += tension.said(ME, spoken(4.0 * n), 6)
    assert marks == []
    for n in range(5, 9):
        marks += tension.said(ME, spoken(4.0 * n), 12)
    assert [(mark.measure, mark.value, mark.baseline) for mark in marks] == [(Measure.SPEECH_RATE, 240.0, 120.0)]


def calmly(tension: Tension, until_s: float) -> list[Marked]:
    """Take turns: three seconds each, a second between."""
    marks, at_s = list[Marked](), 0.0
    while at_s < until_s:
        marks += tension.said(ME, spoken(at_s), 6)
        marks += tension.said(OTHER, spoken(at_s + 4.0), 6)
        at_s += 8.0
    return marks


def test_who_begins_to_interrupt_is_marked_and_the_other_is_not() -> None:
    tension = Tension()
    assert calmly(tension, 96.0) == []
    marks: list[Marked] = []
    for n in range(5):
        marks += tension.said(OTHER, spoken(100.0 + 6 * n, 4.0), 8)
        marks += tension.said(ME, spoken(102.0 + 6 * n), 6)
    found = {(mark.side, mark.measure) for mark in marks}
    assert (ME, Measure.INTERRUPTIONS) in found
    assert (OTHER, Measure.INTERRUPTIONS) not in found
    interrupting = next(mark for mark in marks if (mark.side, mark.measure) == (ME, Measure.INTERRUPTIONS))
    assert interrupting.baseline == 0.0
    assert interrupting.value >= 4.0


def test_a_long_silence_is_marked_by_whoever_breaks_it() -> None:
    tension = Tension()
    calmly(tension, 96.0)
    marks = tension.said(ME, spoken(140.0), 6)
    assert Measure.SILENCE in {mark.measure for mark in marks}


def test_a_call_that_is_over_has_its_figures() -> None:
    tension = Tension()
    sounds(tension, CALM)
    calmly(tension, 80.0)
    found = {(one.side, one.measure): one for one in tension.overall(80.0)}
    assert found[ME, Measure.LEVEL].value == -29.0
    assert found[ME, Measure.LEVEL].samples == len(CALM)
    assert found[ME, Measure.SPEECH_RATE].value == 120.0
    assert found[ME, Measure.TALK_RATIO].value == pytest.approx(0.5)
    assert found[ME, Measure.SILENCE].value == pytest.approx(0.25)
    assert found[ME, Measure.OVERLAP].value == 0.0
    assert (OTHER, Measure.PITCH) not in found


@given(
    st.lists(st.tuples(st.sampled_from(Side), st.floats(0, 500), st.floats(0.1, 30), st.integers(0, 90)), max_size=40)
)
def test_any_talk_has_shares_between_nothing_and_everything(talk: list[tuple[Side, float, float, int]]) -> None:
    tension = Tension()
    for side, start_s, length_s, words in talk:
        tension.said(side, spoken(start_s, length_s), words)
    for one in tension.overall(600.0):
        if one.measure in {Measure.SILENCE, Measure.TALK_RATIO}:
            assert -1e-6 <= one.value <= 1.001
        assert one.value >= -1e-6
