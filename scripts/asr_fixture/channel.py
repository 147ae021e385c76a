"""The telephone: speech becomes 8 kHz, band-limited, louder or softer, noisy, mu-law; in training and in measuring."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from asr_fixture.arrays import Floats

RATE_HZ = 8000
FULL_SCALE = 32768
_MU = 255
_PEAK_IN_LEVELS = 6  # a level is roughly the RMS of speech; its peak lies so much above
CLEAN_DB = math.inf

Noise = Callable[[int, np.random.Generator], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One telephone line.

    Attributes:
        snr_db: Speech to noise over the whole utterance; ``CLEAN_DB``: none.
        low_hz: Band edges; ``high_hz`` likewise.
        level: Of 16-bit samples, about the RMS of speech.
        before_samples: Silence around the speech; ``after_samples`` likewise.
    """

    snr_db: float = CLEAN_DB
    low_hz: float = 300.0
    high_hz: float = 3400.0
    level: float = 1500.0
    before_samples: int = 0
    after_samples: int = 0


def to_8khz(samples: Floats, rate_hz: int, low_hz: float = 0.0, high_hz: float = 4000.0) -> Floats:
    """Cut everything outside the band, and resample to 8 kHz."""
    size = 2 ** math.ceil(math.log2(len(samples) + 1))
    spectrum = np.fft.rfft(samples, size)
    frequencies = np.arange(len(spectrum)) * rate_hz / size
    spectrum[(frequencies < low_hz) | (frequencies > high_hz)] = 0
    filtered = np.fft.irfft(spectrum, size)
    if rate_hz == RATE_HZ:
        return filtered[: len(samples)]
    wanted = np.arange(int(len(samples) * RATE_HZ / rate_hz)) * rate_hz / RATE_HZ
    return np.interp(wanted, np.arange(size), filtered)


def mu_law(samples: Floats) -> Floats:
    """Send samples through G.711 mu-law (its formula, not its segments) and back."""
    share = np.clip(samples / FULL_SCALE, -1, 1)
    code = np.round(np.sign(share) * np.log1p(_MU * np.abs(share)) / np.log1p(_MU) * 127) / 127
    decoded: Floats = np.sign(code) * np.expm1(np.abs(code) * np.log1p(_MU)) / _MU * FULL_SCALE
    return decoded


def white(count: int, chance: np.random.Generator) -> Floats:
    """Noise of a line: all frequencies alike."""
    return chance.standard_normal(count)


def dull(count: int, chance: np.random.Generator) -> Floats:
    """Noise of a room: low frequencies more, by an amount that differs each time."""
    weights = np.exp(-np.arange(32) / chance.uniform(2, 12))
    return np.convolve(chance.standard_normal(count + 64), weights, "same")[:count]


def pink(count: int, chance: np.random.Generator) -> Floats:
    """Noise whose power falls with frequency (1/f). Training knows the two above; measuring uses this one."""
    spectrum = np.fft.rfft(chance.standard_normal(count))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0
    return np.fft.irfft(spectrum, count)


def transmit(samples: Floats, line: Line, noise: Noise, chance: np.random.Generator) -> Floats:
    """Send samples of 8 kHz over a line; what comes out are whole numbers of 16-bit range."""
    padded = np.concatenate([np.zeros(line.before_samples), samples, np.zeros(line.after_samples)])
    sent = to_8khz(padded, RATE_HZ, line.low_hz, line.high_hz)
    sent *= line.level * _PEAK_IN_LEVELS / (np.abs(sent).max() + 1)
    if line.snr_db != CLEAN_DB:
        disturbance = noise(len(sent), chance)
        ratio = (sent**2).mean() / max((disturbance**2).mean(), 1e-9)
        sent += disturbance * math.sqrt(ratio) * 10 ** (-line.snr_db / 20)
    return np.round(mu_law(sent))
