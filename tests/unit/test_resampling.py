"""Sound of one rate becomes sound of another, and nothing is lost or shifted."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.speech.resampling import Resampler

RATES = [(8000, 16_000), (16_000, 8000), (44_100, 8000), (8000, 44_100), (48_000, 16_000)]


def tone(hz: float, rate_hz: int, samples: int) -> npt.NDArray[np.int16]:
    made: npt.NDArray[np.int16] = np.rint(10_000 * np.sin(2 * np.pi * hz * np.arange(samples) / rate_hz)).astype("<i2")
    return made


def resampled(sound: npt.NDArray[np.int16], rates: tuple[int, int], piece: int = 800) -> npt.NDArray[np.float64]:
    resampler = Resampler(*rates)
    said = b"".join(resampler.push(sound[at : at + piece].tobytes()) for at in range(0, len(sound), piece))
    return np.frombuffer(said + resampler.finish(), "<i2").astype(np.float64)


@pytest.mark.parametrize("rates", RATES)
def test_a_tone_keeps_its_pitch_level_and_place_in_time(rates: tuple[int, int]) -> None:
    came = resampled(tone(1000, rates[0], rates[0]), rates)
    wanted = tone(1000, rates[1], rates[1]).astype(np.float64)
    assert len(came) == len(wanted)
    inside = slice(rates[1] // 10, -rates[1] // 10)
    assert np.abs(came - wanted)[inside].max() < 30  # of 10,000: -50 dB


def test_what_the_lower_rate_cannot_carry_is_taken_out() -> None:
    came = resampled(tone(6000, 16_000, 16_000), (16_000, 8000))
    assert np.abs(came[800:-800]).max() < 15  # of 10,000: -56 dB


@given(rates=st.sampled_from(RATES), samples=st.integers(0, 3000), piece=st.integers(1, 700))
def test_pieces_make_no_difference_and_no_sample_is_missing(rates: tuple[int, int], samples: int, piece: int) -> None:
    sound = np.random.default_rng(samples).integers(-32768, 32767, samples).astype("<i2")
    came = resampled(sound, rates, piece)
    assert len(came) == samples * rates[1] // rates[0]
    assert np.abs(came - resampled(sound, rates, max(samples, 1))).max(initial=0) <= 1
