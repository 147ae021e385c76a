"""How good a model is on voices, speeds and phrases that training never met.

Every phrase is said by every voice, the speeds taking turns, over a quiet line and two noisy ones: 8 kHz,
300 to 3400 Hz, mu-law, noise of a kind training does not use.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from asr_fixture import channel
from asr_fixture.arrays import Floats
from asr_fixture.channel import Line
from asr_fixture.espeak import Espeak, the_espeak
from asr_fixture.recognition import Recognition
from asr_fixture.scoring import Score, false_words, score
from asr_fixture.texts import Phrase, Use, expected, read_texts
from asr_fixture.voices import Manner, manner_in_turn, voices

CONDITIONS = {"clean": channel.CLEAN_DB, "20 dB": 20.0, "10 dB": 10.0}
_AROUND_SAMPLES = 4000  # half a second of line before and after
_SEED = 20_000


@dataclass(slots=True)
class Measured:
    """What came out: errors by voice and condition; false words by condition."""

    voices: dict[str, dict[str, Score]] = field(default_factory=dict)
    false_words: dict[str, int] = field(default_factory=dict)
    other_speech_s: float = 0.0

    def phrases(self, condition: str, without: Sequence[str] = ()) -> Score:
        """Errors of all voices, or of all but some."""
        return sum((found[condition] for voice, found in self.voices.items() if voice not in without), Score())

    def of_voice(self, voice: str) -> Score:
        """Errors of a voice over all conditions."""
        return sum(self.voices[voice].values(), Score())

    def add(self, voice: str, condition: str, one: Score) -> None:
        """Count one phrase."""
        found = self.voices.setdefault(voice, {})
        found[condition] = found.get(condition, Score()) + one

    def false_per_min(self, condition: str) -> float:
        """Listed words that were heard in a minute of other speech."""
        return self.false_words[condition] / max(self.other_speech_s / 60, 1e-9)


def measure(language: str, folder: Path, use: Use = Use.HELD_OUT) -> Measured:
    """Measure a model.

    Args:
        language: ``en``, ``zh``.
        folder: of the model.
        use: the set of texts, voices and speeds.
    """
    recognition, espeak, texts, found = Recognition(folder), the_espeak(), read_texts(language, use), Measured()
    for place, voice in enumerate(voices(language, use)):
        for number, phrase in enumerate(texts.phrases):
            samples = _said(espeak, phrase, manner_in_turn(voice, number + place, use))
            for condition, heard in _all_lines(recognition, samples, seed=_SEED + number).items():
                found.add(voice, condition, score(language, expected(phrase), heard))
        for number, line in enumerate(texts.running):
            samples = _said(espeak, line, manner_in_turn(voice, number + place, use))
            found.other_speech_s += len(samples) / channel.RATE_HZ
            for condition, heard in _all_lines(recognition, samples, seed=2 * _SEED + number).items():
                extra = false_words(expected(line), heard)
                found.false_words[condition] = found.false_words.get(condition, 0) + extra
    return found


def _said(espeak: Espeak, phrase: Phrase, manner: Manner) -> Floats:
    spoken = espeak.say([token.spoken for token in phrase], manner)
    return channel.to_8khz(spoken.samples, spoken.rate_hz)


def _all_lines(recognition: Recognition, samples: Floats, seed: int) -> dict[str, list[str]]:
    return {condition: recognition.words(over_line(samples, snr_db, seed)) for condition, snr_db in CONDITIONS.items()}


def over_line(samples: Floats, snr_db: float, seed: int) -> Floats:
    """Send speech of 8 kHz over the line that is measured with."""
    line = Line(snr_db=snr_db, before_samples=_AROUND_SAMPLES, after_samples=_AROUND_SAMPLES)
    return channel.transmit(samples, line, channel.pink, np.random.default_rng(seed))
