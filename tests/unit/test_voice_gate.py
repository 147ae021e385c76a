"""The voice gate and the measures, on tones over a line's own noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.speech.measures import Measures
from waihu.speech.voice_gate import STRICT, USUAL, Piece, VoiceGate

RATE_HZ = 8000
HISS = 6.0


def line(*speech: tuple[float, float], length_s: float, pitch_hz: float = 130.0, level: float = 6000.0) -> bytes:
    """Return noise of a line with something like a voice in it, from when to when."""
    time_s = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
    voice = sum(np.sin(2 * np.pi * pitch_hz * n * time_s) / n for n in range(1, int(3400 / pitch_hz)))
    spoken = np.zeros(len(time_s))
    for begin_s, end_s in speech:
        spoken[int(begin_s * RATE_HZ) : int(end_s * RATE_HZ)] = 1.0
    hiss = np.random.default_rng(1).standard_normal(len(time_s)) * HISS
    return np.clip(voice * spoken * level + hiss, -32768, 32767).astype("<i2").tobytes()


def through(gate: VoiceGate, pcm: bytes, batch_s: float = 0.1, first: int = 0) -> list[Piece]:
    size = int(batch_s * RATE_HZ) * 2
    found = [
        piece for place in range(0, len(pcm), size) for piece in gate.let(first + place // 2, pcm[place : place + size])
    ]
    return found + gate.flush()


def spans(pieces: list[Piece]) -> list[tuple[float, float]]:
    """Return from when to when sound went through, in seconds."""
    found: list[tuple[float, float]] = []
    for first, pcm in pieces:
        begin_s, end_s = first / RATE_HZ, (first + len(pcm) // 2) / RATE_HZ
        if found and begin_s == found[-1][1]:
            found[-1] = found[-1][0], end_s
        else:
            found.append((begin_s, end_s))
    return found


def test_speech_goes_through_with_a_little_before_and_after_it() -> None:
    pcm = line((2.0, 3.0), (6.0, 7.0), length_s=9.0)
    found = [span for span in spans(through(VoiceGate(RATE_HZ), pcm)) if span[1] > 1.0]
    assert len(found) == 2
    for (begin_s, end_s), (from_s, to_s) in zip(found, [(2.0, 3.0), (6.0, 7.0)], strict=True):
        assert from_s - 0.45 <= begin_s <= from_s - 0.25
        assert to_s + 0.4 <= end_s <= to_s + 0.75


@pytest.mark.parametrize("pcm", [line(length_s=10.0), bytes(2 * 10 * RATE_HZ)], ids=["hiss", "silence"])
def test_silence_and_hiss_do_not_go_through(pcm: bytes) -> None:
    found = spans(through(VoiceGate(RATE_HZ), pcm))
    assert all(end_s < 1.0 for _, end_s in found)  # until it knows the line's noise


@given(st.lists(st.integers(1, 2500), min_size=1, max_size=40))
def test_what_goes_through_is_what_came_under_its_number_whatever_the_pieces(sizes: list[int]) -> None:
    pcm = line((0.4, 0.9), (1.9, 2.2), length_s=3.0)
    gate, place, found = VoiceGate(RATE_HZ), 0, list[Piece]()
    for size in [*sizes, len(pcm)]:
        found += gate.let(place // 2, pcm[place : place + 2 * size])
        place = min(len(pcm), place + 2 * size)
    found += gate.flush()
    assert found
    for first, piece in found:
        assert pcm[2 * first : 2 * first + len(piece)] == piece
    ends = [0, *(first + len(piece) // 2 for first, piece in found)]
    assert all(first >= end for end, (first, _) in zip(ends, found, strict=False))  # in order, nothing twice
    assert spans(found) == spans(through(VoiceGate(RATE_HZ), pcm))


def test_after_a_loss_what_came_before_is_not_taken_for_what_comes_after() -> None:
    gate = VoiceGate(RATE_HZ)
    through(gate, line(length_s=1.0))
    found = through(gate, line((0.05, 1.0), length_s=2.0), first=5 * RATE_HZ)
    assert found[0][0] >= 5 * RATE_HZ


def test_a_stricter_gate_lets_less_through() -> None:
    pcm = line((1.0, 2.0), length_s=4.0)
    assert sum(len(piece) for _, piece in through(VoiceGate(RATE_HZ, STRICT), pcm)) < sum(
        len(piece) for _, piece in through(VoiceGate(RATE_HZ, USUAL), pcm)
    )


@pytest.mark.parametrize("pitch_hz", [85.0, 120.0, 210.0, 300.0])
def test_level_pitch_and_length_of_a_second_are_measured(pitch_hz: float) -> None:
    pcm = line((0.0, 0.5), length_s=1.0, pitch_hz=pitch_hz, level=3000.0)
    gate, measures = VoiceGate(RATE_HZ), Measures(RATE_HZ)
    found = None
    for first in range(0, RATE_HZ, 800):
        piece = pcm[2 * first : 2 * first + 1600]
        gate.let(first, piece)
        assert found is None
        found = measures.add(first + 800, piece, gate.voiced)
    assert found is not None
    assert found.end == RATE_HZ
    assert 0.45 <= found.speech_s <= 0.6
    assert abs(found.pitch_hz - pitch_hz) < 3.0
    assert -24.0 < found.level_db < -18.0


def test_a_second_without_speech_has_no_level_and_no_pitch() -> None:
    found = Measures(RATE_HZ).add(RATE_HZ, bytes(2 * RATE_HZ), [False] * 50)
    assert found is not None
    assert (found.speech_s, found.level_db, found.pitch_hz) == (0.0, -100.0, 0.0)
