"""A model in the ``vosk`` package, heard through: sound in, words with times out."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import vosk

from asr_fixture.arrays import Floats
from asr_fixture.channel import RATE_HZ

_PIECE_SAMPLES = RATE_HZ // 10  # as much as a telephone gives at once


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word of a result; seconds from the first sample."""

    text: str
    start_s: float
    end_s: float
    confidence: float


class Recognition:
    """A loaded model."""

    def __init__(self, folder: Path) -> None:
        vosk.SetLogLevel(-1)
        self._model = vosk.Model(str(folder))

    def hear(self, samples: Floats) -> list[HeardWord]:
        """Recognise 8 kHz samples of 16-bit range, piece by piece as they come from a telephone."""
        recogniser = vosk.KaldiRecognizer(self._model, RATE_HZ)
        recogniser.SetWords(True)
        sound, found = np.clip(samples, -32768, 32767).astype("<i2"), []
        for start in range(0, len(sound), _PIECE_SAMPLES):
            if recogniser.AcceptWaveform(sound[start : start + _PIECE_SAMPLES].tobytes()):
                found += _words(recogniser.Result())
        return found + _words(recogniser.FinalResult())

    def words(self, samples: Floats) -> list[str]:
        """Recognise, and return the words alone."""
        return [word.text for word in self.hear(samples)]


def _words(result: str) -> list[HeardWord]:
    return [
        HeardWord(word["word"], word["start"], word["end"], word["conf"])
        for word in json.loads(result).get("result", ())
    ]
