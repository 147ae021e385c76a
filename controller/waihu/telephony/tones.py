"""Tones as samples: int16, mono, 8 kHz. Written to WAV files by ``write_wav``."""

import math
import wave
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

Samples: TypeAlias = "array[int]"

RATE_HZ = 8000
_PEAK = 32767
_EDGE_S = 0.005  # each tone starts and ends softly, without a click

SIT_HZ = (950.0, 1400.0, 1800.0)  # ITU-T E.180 special information tone: three tones of 330 ms


def tone(frequencies_hz: Sequence[float], length_s: float, level: float = 0.25) -> Samples:
    """Make a sum of sines.

    Args:
        frequencies_hz: one or more.
        length_s: seconds, > 0.
        level: peak of the sum, 0..1.
    """
    count = round(length_s * RATE_HZ)
    edge = max(1, round(_EDGE_S * RATE_HZ))
    turns = [2 * math.pi * frequency / RATE_HZ for frequency in frequencies_hz]
    scale = _PEAK * level / len(turns)
    return array(
        "h",
        (
            round(scale * min(1.0, (n + 1) / edge, (count - n) / edge) * sum(math.sin(turn * n) for turn in turns))
            for n in range(count)
        ),
    )


def silence(length_s: float) -> Samples:
    """Make samples of value 0."""
    return array("h", bytes(2 * round(length_s * RATE_HZ)))


def joined(parts: Iterable[Samples]) -> Samples:
    """Put samples one after the other."""
    whole = array("h")
    for part in parts:
        whole.extend(part)
    return whole


def sit() -> Samples:
    """The special information tone before "the number is not in service"."""
    return joined([*(tone([hz], 0.33, 0.4) for hz in SIT_HZ), silence(0.4)])


def beep(frequency_hz: float = 1000.0, length_s: float = 1.0) -> Samples:
    """The tone after which a machine records."""
    return tone([frequency_hz], length_s, 0.4)


def fax_answer() -> Samples:
    """CED, what a fax machine answers with (ITU-T T.30): 2100 Hz for 3 s."""
    return joined([silence(0.5), tone([2100.0], 3.0, 0.4)])


def music() -> Samples:
    """Music on hold: soft chords, one every 1.5 s, fading; 24 s that can be repeated."""
    a, c, d, e, f, g = 220.0, 261.63, 293.66, 329.63, 349.23, 392.0
    chords = [
        (c, e, g),
        (a, c, e),
        (f / 2, a, c),
        (g / 2, d, g),
        (c, e, g),
        (e / 2, g, e),
        (f / 2, a, f),
        (g / 2, d, g),
    ]
    return joined(_faded(tone(chord, 1.5, 0.12)) for chord in chords * 2)


def _faded(samples: Samples) -> Samples:
    count = len(samples)
    return array("h", (round(sample * (1 - n / count) ** 1.5) for n, sample in enumerate(samples)))


def write_wav(path: Path, samples: Samples) -> None:
    """Write samples as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())
