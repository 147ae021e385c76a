"""Resampling: sound of one rate becomes sound of another, piece by piece, with nothing lost or shifted in time."""

from math import gcd

import numpy as np
import numpy.typing as npt

ZEROS = 16
"""Zero crossings of the low-pass on either side: what it lets through beyond its edge is under -60 dB."""
PASS_RATIO = 0.92
"""Of the lower Nyquist frequency: the low-pass's edge."""
_BETA = 7.0


class Resampler:
    """Of one stream: a low-pass in polyphase form.

    Output sample ``m`` is the input at ``m * from_hz / to_hz``: times in both are the same. After ``finish`` there are
    exactly ``n * to_hz // from_hz`` samples for ``n``, however they were cut into pieces.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        common = gcd(from_hz, to_hz)
        self._up, self._down = to_hz // common, from_hz // common
        edge = PASS_RATIO * min(1.0, to_hz / from_hz)  # of the input's Nyquist frequency
        self._half = int(np.ceil(ZEROS / edge))
        self._phases = _phases(self._up, self._half, edge)
        # Before the first sample there was silence. The first of ``_kept`` is input sample number ``_first``.
        self._kept: npt.NDArray[np.float32] = np.zeros(self._half, np.float32)
        self._first = -self._half
        self._taken = 0
        self._given = 0

    def push(self, pcm: bytes) -> bytes:
        """Take the next samples (16 bit, little-endian); returns those that can be said by now."""
        new = np.frombuffer(pcm, "<i2").astype(np.float32)
        self._taken += len(new)
        return self._more(new, self._taken - self._half)

    def finish(self) -> bytes:
        """Return what is left; after it nothing may be pushed."""
        return self._more(np.zeros(self._half + 1, np.float32), self._taken)

    def _more(self, new: npt.NDArray[np.float32], until: int) -> bytes:
        """Return the output for input places before ``until``."""
        self._kept = np.concatenate((self._kept, new))
        numbers = np.arange(self._given, max(self._given, until * self._up // self._down), dtype=np.int64)
        places, phases = np.divmod(numbers * self._down, self._up)
        if len(numbers) == 0:
            return b""
        windows = np.lib.stride_tricks.sliding_window_view(self._kept, 2 * self._half)
        sums = np.einsum("ij,ij->i", windows[places - self._half + 1 - self._first], self._phases[phases])
        self._given += len(numbers)
        self._forget()
        samples: npt.NDArray[np.int16] = np.clip(np.rint(sums), -32768, 32767).astype("<i2")
        return samples.tobytes()

    def _forget(self) -> None:
        first = self._given * self._down // self._up - self._half
        if first > self._first:
            self._kept = self._kept[first - self._first :]
            self._first = first


def _phases(up: int, half: int, edge: float) -> npt.NDArray[np.float32]:
    """Return the taps of each phase: a windowed sinc at input places ``-half + 1 .. half`` around the output's."""
    distance = np.arange(-half + 1, half + 1)[None, :] - np.arange(up)[:, None] / up
    window = np.i0(_BETA * np.sqrt(np.clip(1 - (distance / half) ** 2, 0, 1))) / np.i0(_BETA)
    taps = edge * np.sinc(edge * distance) * window
    scaled: npt.NDArray[np.float32] = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
    return scaled
