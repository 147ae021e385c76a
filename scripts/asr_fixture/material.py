"""Training material: what espeak-ng says over many telephone lines, and which phone each frame of it is."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from asr_fixture import channel
from asr_fixture.arrays import Array, Floats, Frames
from asr_fixture.channel import Line
from asr_fixture.espeak import SILENCE, Phone, Spoken, the_espeak
from asr_fixture.features import FRAMES_PER_S, centre_frame, mfcc
from asr_fixture.texts import Phrase, TextSet, Token, read_words
from asr_fixture.voices import any_manner

_PHRASE_SHARE, _SHUFFLED_SHARE = 0.45, 0.2  # the rest is running text
_SHORTEST_S = 0.2
_CLEAN_SHARE, _QUIET_SHARE = 0.05, 0.2  # without them true silence is heard worse than noise

Pronunciation = tuple[str, ...]
Progress = Callable[[float], None]


@dataclass(slots=True)
class Material:
    """Utterances as features, the phone of every frame, and how each word was pronounced how often."""

    features: list[Frames] = field(default_factory=list)
    labels: list[Array] = field(default_factory=list)
    pronunciations: dict[str, Counter[Pronunciation]] = field(default_factory=lambda: defaultdict(Counter))


def make_material(language: str, texts: TextSet, hours: float, seed: int, progress: Progress) -> Material:
    """Speak for so many hours.

    Args:
        language: ``en``, ``zh``.
        texts: those for training.
        hours: of sound.
        seed: the same one makes the same material with the same espeak-ng, in a new process.
        progress: is told the share that is done, 0..1.
    """
    espeak, chance, noise = the_espeak(), random.Random(seed), np.random.default_rng(seed)  # noqa: S311  no secret
    material, frames, wanted = Material(), 0, hours * 3600 * FRAMES_PER_S
    for phrase in _phrases(language, texts, chance):
        spoken = espeak.say([token.spoken for token in phrase], any_manner(language, chance))
        if len(spoken.samples) < _SHORTEST_S * spoken.rate_hz or not _note(phrase, spoken, material):
            continue
        features, labels = _heard(spoken, noise)
        material.features.append(features)
        material.labels.append(labels)
        frames += len(features)
        progress(min(frames / wanted, 1.0))
        if frames >= wanted:
            return material
    raise AssertionError("phrases never end")


def _phrases(language: str, texts: TextSet, chance: random.Random) -> Iterator[Phrase]:
    """Yield each listed word; then for ever phrases, listed words in any order, pieces of running text."""
    words = [Token(spoken, word) for word, spoken in read_words(language).items()]
    yield from ((word,) for word in words)
    while True:
        kind = chance.random()
        if kind < _PHRASE_SHARE:
            yield chance.choice(texts.phrases)
        elif kind < _PHRASE_SHARE + _SHUFFLED_SHARE:
            yield tuple(chance.choices(words, k=chance.randint(1, 5)))
        else:
            line = chance.choice(texts.running)
            start = chance.randrange(max(1, len(line) - 7))
            yield line[start : start + chance.randint(3, 8)]


def _note(phrase: Phrase, spoken: Spoken, material: Material) -> bool:
    """Count how the words were pronounced; False if espeak-ng drew two words into one: which is which is not known."""
    phones: dict[int, list[str]] = defaultdict(list)
    for phone in spoken.phones:
        if phone.token >= 0:
            phones[phone.token].append(phone.name)
    if len(phones) < len(phrase):
        return False
    for number, token in enumerate(phrase):
        if token.word:
            material.pronunciations[token.word][tuple(phones[number])] += 1
    return True


def _heard(spoken: Spoken, chance: np.random.Generator) -> tuple[Frames, Array]:
    """Return what arrives over a line nobody knows, and the phone of each frame."""
    line = _any_line(chance)
    samples = channel.to_8khz(spoken.samples, spoken.rate_hz)
    samples = _tilted(samples, float(chance.uniform(-0.5, 0.7)))
    noise = channel.white if chance.random() < 0.5 else channel.dull
    features = mfcc(channel.transmit(samples, line, noise, chance))
    return features, _labels(spoken.phones, len(features), line.before_samples / channel.RATE_HZ)


def _any_line(chance: np.random.Generator) -> Line:
    kind = chance.random()
    if kind < _CLEAN_SHARE:
        snr_db = channel.CLEAN_DB
    else:
        snr_db = float(chance.uniform(40, 80) if kind < _CLEAN_SHARE + _QUIET_SHARE else chance.uniform(5, 40))
    before, after = (int(count) for count in chance.integers(800, 4000, 2))
    return Line(
        snr_db=snr_db,
        low_hz=float(chance.uniform(150, 350)),
        high_hz=float(chance.uniform(3200, 3800)),
        level=float(math.exp(chance.uniform(math.log(250), math.log(4500)))),
        before_samples=before,
        after_samples=after,
    )


def _tilted(samples: Floats, amount: float) -> Floats:
    return np.append(samples[0], samples[1:] - amount * samples[:-1])


def _labels(phones: tuple[Phone, ...], count: int, begins_s: float) -> Array:
    labels = np.full(count, SILENCE, dtype=object)
    for phone in phones:
        first, last = (round(centre_frame(at_s + begins_s)) for at_s in (phone.start_s, phone.end_s))
        labels[max(0, first) : max(0, last)] = phone.name
    return labels
