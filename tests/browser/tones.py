"""Tones: what fake microphones say, and how loud each is in a recording."""

import math
import wave
from array import array
from collections.abc import Sequence
from pathlib import Path

MICROPHONE_HZ = 48_000
QUIET_DB = -60.0
"""Below this a tone is not there; what is said or heard is at some -30 dB."""


def write_tone(path: Path, hz: float, length_s: float = 1.0, level: float = 0.25) -> Path:
    """Write what a microphone hears, over and over: whole turns of one tone."""
    count = round(length_s * MICROPHONE_HZ)
    turn = 2 * math.pi * hz / MICROPHONE_HZ
    samples = array("h", [round(level * 32767 * math.sin(turn * place)) for place in range(count)])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(MICROPHONE_HZ)
        file.writeframes(samples.tobytes())
    return path


def level_db(samples: Sequence[int], hz: float, rate_hz: int) -> float:
    """Level of one frequency in dB below full scale, -200 where there is nothing (Goertzel, Hann window)."""
    count = len(samples)
    if count == 0:
        return -200.0
    turn = 2 * math.cos(2 * math.pi * hz / rate_hz)
    one = two = 0.0
    for place, sample in enumerate(samples):
        window = 0.5 - 0.5 * math.cos(2 * math.pi * place / count)
        one, two = sample / 32768 * window + turn * one - two, one
    power = one * one + two * two - turn * one * two
    amplitude = 4 * math.sqrt(max(power, 0.0)) / count
    return max(-200.0, 20 * math.log10(amplitude)) if amplitude > 0 else -200.0


def sides(path: Path) -> tuple[Sequence[int], Sequence[int], int]:
    """Left and right of a stereo recording, and its rate."""
    with wave.open(str(path)) as file:
        samples = array("h", file.readframes(file.getnframes()))
        return samples[0::2], samples[1::2], file.getframerate()


def loudest_db(samples: Sequence[int], hz: float, rate_hz: int, window_s: float = 0.5) -> float:
    """The loudest half second of one frequency."""
    width = round(window_s * rate_hz)
    starts = range(0, max(1, len(samples) - width), width)
    return max(level_db(samples[start : start + width], hz, rate_hz) for start in starts)
