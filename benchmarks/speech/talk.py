"""Talk to be recognised: phrases of espeak-ng over a telephone line with pauses, and when each is spoken."""

import json
import random
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HOME / part) for part in ("controller", "models", "scripts")]

import numpy as np  # noqa: E402

from asr_fixture.channel import RATE_HZ, Line, pink, to_8khz, transmit  # noqa: E402
from asr_fixture.espeak import the_espeak  # noqa: E402
from asr_fixture.texts import Use, expected, read_texts  # noqa: E402
from asr_fixture.voices import any_manner  # noqa: E402

PAUSES_S = (1.0, 3.5)
SNR_DB = 25.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """When a phrase is spoken, and its first word ends; the words a recogniser should say."""

    begin_s: float
    first_word_s: float
    end_s: float
    words: list[str]


def make(language: str, length_s: float, seed: int = 1) -> tuple[bytes, list[Phrase]]:
    """Return samples of 16 bit at 8 kHz, and what is said in them; about half is speech, as on one side of a call."""
    chance, espeak, sound, phrases, at = random.Random(seed), the_espeak(), [], [], 0
    texts = read_texts(language, Use.HELD_OUT).phrases
    while at < length_s * RATE_HZ:
        pause = int(chance.uniform(*PAUSES_S) * RATE_HZ)
        text = chance.choice(texts)
        spoken = espeak.say([token.spoken for token in text], any_manner(language, Use.HELD_OUT, chance))
        samples = to_8khz(spoken.samples, spoken.rate_hz)
        begin_s = (at + pause) / RATE_HZ
        voiced = [phone for phone in spoken.phones if phone.token >= 0]
        first = max((phone.end_s for phone in voiced if phone.token == 0), default=voiced[0].end_s)
        phrases.append(
            Phrase(begin_s + voiced[0].start_s, begin_s + first, begin_s + voiced[-1].end_s, list(expected(text)))
        )
        sound += [np.zeros(pause), samples * 9000 / np.abs(samples).max()]
        at += pause + len(samples)
    noisy = transmit(np.concatenate(sound), Line(snr_db=SNR_DB), pink, np.random.default_rng(seed))
    return noisy.astype("<i2").tobytes(), phrases


def write(folder: Path, language: str, length_s: float) -> Path:
    """Write the talk of a language, sound and phrases, for other processes."""
    pcm, phrases = make(language, length_s)
    file = folder / f"talk-{language}.raw"
    file.write_bytes(pcm)
    file.with_suffix(".json").write_text(json.dumps([asdict(phrase) for phrase in phrases]))
    return file


def read_phrases(file: Path) -> list[Phrase]:
    """Return what is said in a talk."""
    return [Phrase(**one) for one in json.loads(file.with_suffix(".json").read_text())]
