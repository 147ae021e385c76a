"""Voices of espeak-ng, in two sets that share none, and how they are made to speak."""

import subprocess
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

RATE_HZ = 8000
ESPEAK_HZ = 22050
LIMIT_S = 20.0
_WAVE_HEADER_BYTES = 44
_BAND_HZ = (250.0, 3500.0)

Samples = npt.NDArray[np.int16]
SetName = Literal["train", "held_out"]

VOICES: dict[SetName, tuple[str, ...]] = {
    "train": ("m1", "m2", "m3", "m5", "f1", "f3", "Alex", "Annie", "Denis", "Gene", "Mario", "Lee", "steph", "victor"),
    "held_out": ("m4", "m6", "m7", "m8", "f2", "f4", "f5", "Andrea", "Michael", "Linda", "Hugo", "quincy", "shelby"),
}
ACCENTS: dict[str, dict[SetName, tuple[str, ...]]] = {
    "en": {"train": ("en", "en-us"), "held_out": ("en-gb-scotland", "en-gb-x-rp", "en-us")},
    "zh": {"train": ("cmn-latn-pinyin",), "held_out": ("cmn-latn-pinyin",)},
}


class NoVoice(Exception):
    """espeak-ng is missing, or said nothing."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice, its speed (words per minute) and pitch (0..99)."""

    voice: str
    wpm: int
    pitch: int


@cache
def spoken(text: str, speaker: Speaker) -> Samples:
    """Return a text as that speaker says it, as a telephone lets it through: 8 kHz, 250 to 3500 Hz, silence cut off.

    Raises:
        NoVoice: it cannot be said.
    """
    argv = ["espeak-ng", "-v", speaker.voice, "-s", str(speaker.wpm), "-p", str(speaker.pitch), "--stdout", text]
    try:
        done = subprocess.run(argv, capture_output=True, timeout=LIMIT_S, check=True)  # noqa: S603 -- no shell, our own words
    except (OSError, subprocess.SubprocessError) as error:
        raise NoVoice(f"espeak-ng cannot say {text!r} as {speaker.voice}: {error}") from error
    wave = np.frombuffer(done.stdout[_WAVE_HEADER_BYTES:], dtype="<i2").astype(np.float64)
    if not len(wave) or not wave.any():
        raise NoVoice(f"{speaker.voice} says nothing for {text!r}")
    return _trimmed(_telephone(wave))


def _telephone(wave: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Resample by cutting the spectrum, which needs nothing but numpy and gives the same everywhere."""
    count = round(len(wave) * RATE_HZ / ESPEAK_HZ)
    spectrum = np.fft.rfft(wave)[: count // 2 + 1]
    hz = np.arange(len(spectrum)) * RATE_HZ / count
    spectrum[(hz < _BAND_HZ[0]) | (hz > _BAND_HZ[1])] = 0.0
    return np.fft.irfft(spectrum, count) * count / len(wave)


def _trimmed(wave: npt.NDArray[np.float64]) -> Samples:
    loud = np.flatnonzero(np.abs(wave) > 0.02 * np.abs(wave).max())
    wave = wave[loud[0] : loud[-1] + 1]
    return np.asarray(np.clip(wave, -32768, 32767), dtype=np.int16)
