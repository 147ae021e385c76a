"""Measures of how somebody speaks: how loud, how high, how much of each second. Figures, not feelings."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

EVERY_S = 1.0
FRAME_S = 0.02
NO_LEVEL_DB = -100.0
_WINDOW_FRAMES = 2
_LOWEST_HZ, _HIGHEST_HZ = 70.0, 400.0
_LEAST_LIKENESS = 0.5
"""Of a window with itself one period later; less is no voice."""
_OCTAVE_COST = 0.05
"""A period is a period twice as long as well: the shorter one is meant."""
_FULL_SCALE = 32768.0
_RANGE_DB = 30.0
"""Of the sounds of speech."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """How the second before sample ``end`` sounded; see ``ear_words.Measured``."""

    end: int
    speech_s: float
    level_db: float
    pitch_hz: float


class Measures:
    """The measures of one stream."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._frame = int(rate_hz * FRAME_S) * 2  # bytes
        self._speech = bytearray()
        self._next = int(rate_hz * EVERY_S)

    def add(self, end: int, pcm: bytes, voiced: list[bool]) -> Measure | None:
        """Take in the next samples; returns a measure when a second is over.

        Args:
            end: Number of the sample after the last.
            pcm: Samples.
            voiced: Of the frames that are judged with them, which are speech; they may lie a frame apart.
        """
        for place, speech in enumerate(voiced):
            if speech:
                self._speech += pcm[place * self._frame : (place + 1) * self._frame]
        if end < self._next:
            return None
        self._next = end - end % self._rate_hz + int(self._rate_hz * EVERY_S)
        samples = _loud(np.frombuffer(bytes(self._speech), dtype="<i2").astype(np.float64), self._frame // 2)
        self._speech.clear()
        if not len(samples):
            return Measure(end, 0.0, NO_LEVEL_DB, 0.0)
        speech_s = min(EVERY_S, len(samples) / self._rate_hz)
        return Measure(end, round(speech_s, 2), round(level_db(samples), 1), round(pitch_hz(samples, self._rate_hz), 1))


def _loud(samples: Floats, frame: int) -> Floats:
    """Leave out frames far below the loudest: what is taken for speech lasts a little longer than it does."""
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    power = (frames**2).mean(axis=1)
    loud: Floats = frames[power > power.max(initial=0.0) * 10 ** (-_RANGE_DB / 10)].ravel()
    return loud


def level_db(samples: Floats) -> float:
    """Return the level relative to full scale."""
    power = float(np.mean(samples**2)) / _FULL_SCALE**2
    return max(NO_LEVEL_DB, 10 * float(np.log10(power + 1e-12)))


def pitch_hz(samples: Floats, rate_hz: int) -> float:
    """Return the median pitch of voiced windows of 40 ms by autocorrelation, 0 where there is no voice.

    Source: P. Boersma 1993, the autocorrelation of the window divided out.
    """
    size = int(rate_hz * FRAME_S) * _WINDOW_FRAMES
    windows = samples[: len(samples) // size * size].reshape(-1, size)
    if not len(windows):
        return 0.0
    shape = np.hanning(size)
    likeness = _autocorrelation((windows - windows.mean(axis=1, keepdims=True)) * shape) / _autocorrelation(shape[None])
    first, last = int(rate_hz / _HIGHEST_HZ), int(rate_hz / _LOWEST_HZ)
    cost = _OCTAVE_COST * np.log2(np.arange(first, last + 1) / first)
    lags = first + (likeness[:, first : last + 1] - cost).argmax(axis=1)
    rows = np.arange(len(windows))
    sure = (likeness[rows, lags] > _LEAST_LIKENESS) & (lags > first) & (lags < last)
    if not sure.any():
        return 0.0
    return float(np.median(rate_hz / _between(likeness[sure], lags[sure])))


def _autocorrelation(windows: Floats) -> Floats:
    """Return the autocorrelation of each row, 1 at lag 0."""
    size = windows.shape[1]
    power = np.abs(np.fft.rfft(windows, 2 * size, axis=1)) ** 2
    found: Floats = np.fft.irfft(power, axis=1)[:, : size // 2 + 1]
    return found / np.maximum(found[:, :1], 1e-9)


def _between(likeness: Floats, lags: npt.NDArray[np.int64]) -> Floats:
    """Return where the peak lies between samples, by a parabola through three."""
    rows = np.arange(len(lags))
    before, peak, after = (likeness[rows, lags + shift] for shift in (-1, 0, 1))
    found: Floats = lags + 0.5 * (before - after) / np.minimum(before - 2 * peak + after, -1e-9)
    return found
