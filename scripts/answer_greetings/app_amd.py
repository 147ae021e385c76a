"""Asterisk's application AMD once more, frame by frame, to train with: what it says of a sound, when, and why.

After ``apps/app_amd.c`` and ``main/dsp.c`` of Asterisk 22. ``benchmarks/detection`` compares it with the real one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from answer_greetings.voices import Samples
from waihu.telephony.exchange_config import Amd

FRAME_S = 0.02
_FRAME_MS = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """What AMD says, ``at_s`` after it began."""

    status: str
    cause: str
    at_s: float

    @property
    def name(self) -> str:
        """Return it as evidence names it."""
        return f"{self.status}:{self.cause}" if self.status != "HUMAN" else self.status


class _Ear:
    """The state AMD keeps of a call; names follow the original."""

    def __init__(self, amd: Amd) -> None:
        self._amd = amd
        self._silence_ms = self._voice_ms = self._word_ms = self._words = 0
        self._initial, self._greeting, self._in_word = True, False, True

    def frame(self, mean: float) -> tuple[str, str] | None:
        """Take the mean amplitude of a frame; return a verdict when there is one."""
        if mean < self._amd.silence_threshold:
            self._silence_ms += _FRAME_MS
            return self._silent()
        self._silence_ms = 0
        return self._voice()

    def _silent(self) -> tuple[str, str] | None:
        if self._silence_ms >= self._amd.between_words_silence_ms:
            self._in_word, self._word_ms = False, 0
        if self._initial and self._silence_ms >= self._amd.initial_silence_ms:
            return "MACHINE", "INITIALSILENCE"
        if self._greeting and self._silence_ms >= self._amd.after_greeting_silence_ms:
            return "HUMAN", "HUMAN"
        return None

    def _voice(self) -> tuple[str, str] | None:
        amd = self._amd
        self._word_ms += _FRAME_MS
        self._voice_ms += _FRAME_MS
        if self._word_ms >= amd.min_word_ms and not self._in_word:
            self._words, self._in_word = self._words + 1, True
        if self._word_ms >= amd.max_word_ms:
            return "MACHINE", "MAXWORDLENGTH"
        if self._words > amd.max_words:
            return "MACHINE", "MAXWORDS"
        if self._greeting and self._voice_ms >= amd.greeting_ms:
            return "MACHINE", "LONGGREETING"
        if self._voice_ms >= amd.min_word_ms:
            self._initial, self._greeting = False, True
        return None


def verdict(frames: Iterable[tuple[float, Samples]], amd: Amd) -> Verdict:
    """Return what AMD says of frames of 20 ms, each with the second at which it came."""
    ear, total_s = _Ear(amd), amd.total_analysis_ms / 1000
    heard_s = 0.0
    for at_s, frame in frames:
        heard_s += FRAME_S
        if at_s > total_s or heard_s >= total_s:
            break
        found = ear.frame(float(np.abs(frame.astype(np.int32)).mean()))
        if found is not None:
            return Verdict(*found, at_s)
    # Where nothing is sent it notices after its time: at the next packet, or when its wait ends.
    return Verdict("NOTSURE", "TOOLONG", total_s)
