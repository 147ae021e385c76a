"""MFCC as Kaldi computes them with the ``conf/mfcc.conf`` written here, so that training hears what Vosk will hear."""

import numpy as np

from asr_fixture.arrays import Array, Floats, Frames
from asr_fixture.channel import RATE_HZ

COEFFICIENTS = 13
SHIFT_SAMPLES, WINDOW_SAMPLES = 80, 200  # 10 and 25 ms
FRAMES_PER_S = RATE_HZ // SHIFT_SAMPLES
_BANDS, _FFT = 23, 256
_LOW_HZ, _HIGH_HZ = 100, 3700
_PREEMPHASIS = 0.97
_LIFTER = 22
_SMALLEST = 1.19e-7  # Kaldi's floor under the logarithm

CONFIGURATION = f"""--use-energy=false
--sample-frequency={RATE_HZ}
--num-mel-bins={_BANDS}
--num-ceps={COEFFICIENTS}
--low-freq={_LOW_HZ}
--high-freq={_HIGH_HZ}
--dither=0
--allow-upsample=true
"""


def mfcc(samples: Floats) -> Frames:
    """Return frames x coefficients of 8 kHz samples of 16-bit range."""
    count = 1 + (len(samples) - WINDOW_SAMPLES) // SHIFT_SAMPLES
    places = np.arange(WINDOW_SAMPLES)[None] + SHIFT_SAMPLES * np.arange(count)[:, None]
    frames = samples[places]
    frames = frames - frames.mean(1, keepdims=True)
    first = frames[:, :1] * (1 - _PREEMPHASIS)
    frames = np.concatenate([first, frames[:, 1:] - _PREEMPHASIS * frames[:, :-1]], 1) * _WINDOW
    power = np.abs(np.fft.rfft(frames, _FFT)) ** 2
    bands = np.log(np.maximum(power @ _FILTERS.T, _SMALLEST))
    cepstra: Frames = (bands @ _COSINES.T).astype(np.float32)
    return cepstra


def centre_frame(time_s: float) -> float:
    """Return the number of the frame whose window is centred at a time."""
    return (time_s * RATE_HZ - WINDOW_SAMPLES / 2) / SHIFT_SAMPLES


def _mel(frequency_hz: Array) -> Array:
    return 1127 * np.log(1 + frequency_hz / 700)


def _filters() -> Array:
    low, high = (float(_mel(np.array(edge))) for edge in (_LOW_HZ, _HIGH_HZ))
    width = (high - low) / (_BANDS + 1)
    mels = _mel(np.arange(_FFT // 2) * RATE_HZ / _FFT)
    filters = np.zeros((_BANDS, _FFT // 2 + 1))
    for band in range(_BANDS):
        left = low + band * width
        filters[band, :-1] = np.clip(np.minimum((mels - left) / width, (left + 2 * width - mels) / width), 0, None)
    return filters


def _cosines() -> Array:
    table = np.sqrt(2 / _BANDS) * np.cos(np.pi / _BANDS * np.outer(np.arange(COEFFICIENTS), np.arange(_BANDS) + 0.5))
    table[0] = np.sqrt(1 / _BANDS)
    lifter = 1 + _LIFTER / 2 * np.sin(np.pi * np.arange(COEFFICIENTS) / _LIFTER)
    liftered: Array = table * lifter[:, None]
    return liftered


# Kaldi's "povey" window.
_WINDOW = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW_SAMPLES) / (WINDOW_SAMPLES - 1))) ** 0.85
_FILTERS = _filters()
_COSINES = _cosines()
