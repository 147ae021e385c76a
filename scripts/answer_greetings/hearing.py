"""How an answer is heard without any exchange: as mu-law, in frames of 20 ms, each at its second."""

from collections.abc import Iterator

import numpy as np

from answer_greetings.making import Greeting
from answer_greetings.voices import RATE_HZ, Samples

FRAME_S = 0.02
_FRAME = int(RATE_HZ * FRAME_S)
_MU = 255.0
LISTENED_S = 9.0


def frames_of(greeting: Greeting) -> Iterator[tuple[float, Samples]]:
    """Return what comes in the first ``LISTENED_S`` seconds; for unsent pauses nothing."""
    at_s = 0.0
    for sound, unsent_s in greeting.stretches():
        heard = mu_law(sound)
        for begin in range(0, len(heard) - _FRAME + 1, _FRAME):
            at_s += FRAME_S
            if at_s > LISTENED_S:
                return
            yield at_s, heard[begin : begin + _FRAME]
        at_s += unsent_s


def mu_law(samples: Samples) -> Samples:
    """Return samples as G.711 mu-law leaves them (its continuous form, 8 bits)."""
    x = samples.astype(np.float64) / 32768
    packed = np.sign(x) * np.log1p(_MU * np.abs(x)) / np.log1p(_MU)
    stepped = np.round(packed * 127) / 127
    return np.asarray(np.sign(stepped) * (np.expm1(np.abs(stepped) * np.log1p(_MU)) / _MU) * 32768, dtype=np.int16)
