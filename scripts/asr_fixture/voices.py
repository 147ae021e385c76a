"""Who speaks, and how fast: voices and speeds for training, for development and held out, without overlap.

A voice is an accent and a variant of espeak-ng, ``en-us+f3``. ``en`` is British English; the library does not know it
as ``en-gb``. Debian's plain ``cmn`` reads Chinese characters as English letters: Mandarin is pinyin with tone numbers.
"""

import random
from dataclasses import dataclass

from asr_fixture.texts import Use

_TRAINING_VARIANTS = (
    "", "m1", "m2", "m4", "m5", "m6", "m7", "m8", "f1", "f3", "f4", "f5", "croak", "whisper", "klatt", "klatt2",
    "klatt4", "klatt5", "adam", "anika", "antonio", "aunty", "belinda", "benjamin", "boris", "caleb", "david", "ed",
    "edward", "grandma", "grandpa", "gustave", "iven", "iven2", "iven4", "john", "linda", "marcelo", "max", "miguel",
    "norbert", "pablo", "paul", "pedro", "robert", "sandro", "shelby", "steph", "steph3", "travis", "victor", "zac",
    "Andrea", "Andy", "Denis", "Diogo", "Gene", "Hugo", "Jacky", "Lee", "Marco", "Mario", "Michael", "Mike",
)  # fmt: skip
_DRAWN = {Use.TRAINING: 80, Use.DEVELOPMENT: 6}
"""Variants of our own for each use: see ``drawn_voices``."""


def drawn_names(*uses: Use) -> tuple[str, ...]:
    """Return the names of our own variants, of all uses or of some."""
    return tuple(f"drawn-{use}-{number}" for use in uses or _DRAWN for number in range(_DRAWN[use]))


_VARIANTS = {
    Use.TRAINING: (*_TRAINING_VARIANTS, *drawn_names(Use.TRAINING)),
    Use.DEVELOPMENT: (
        "klatt3",
        "iven3",
        "edward2",
        "Gene2",
        "steph2",
        "Henrique",
        *drawn_names(Use.DEVELOPMENT),
    ),
    Use.HELD_OUT: ("m3", "f2", "quincy", "michel", "Alex", "Annie", "Alicia", "rob"),
}
_ACCENTS: dict[str, dict[Use, tuple[str, ...]]] = {
    "en": {
        Use.TRAINING: ("en-us", "en-us", "en-us", "en", "en", "en-gb-x-rp", "en-gb-scotland", "en-029"),
        Use.DEVELOPMENT: ("en-us", "en"),
        Use.HELD_OUT: ("en-us", "en"),
    },
    "zh": dict.fromkeys(Use, ("cmn-latn-pinyin",)),
}
SLOWEST_WPM, FASTEST_WPM = 112, 208
_SPEEDS_WPM = {Use.DEVELOPMENT: (142, 158, 174), Use.HELD_OUT: (133, 150, 166, 188)}
_KEPT_FREE_WPM = 2  # training speaks no speed this near to a held-out one
# Vocal tracts, as how many times shorter than the voice's own: pitch and formants are so many times higher. espeak-ng's
# voices differ little in it; people do by a factor of 1.5 and more, from men to children.
_USUAL_TRACTS, _SHORT_TRACTS, _SHORT_SHARE = (0.84, 1.19), (1.19, 1.5), 0.3
_TRACTS = {Use.DEVELOPMENT: (1.0, 1.2, 1.4), Use.HELD_OUT: (1.0,)}


@dataclass(frozen=True, slots=True)
class Manner:
    """How something is said. ``pitch`` is espeak-ng's, 0 to 99; ``tract`` raises it and the formants so many times."""

    voice: str
    words_per_min: int
    pitch: int = 50
    tract: float = 1.0


def voices(language: str, use: Use) -> tuple[str, ...]:
    """Return the voices for a use; one listed twice is to be heard twice as often."""
    return tuple(
        f"{accent}+{variant}" if variant else accent for accent in _ACCENTS[language][use] for variant in _VARIANTS[use]
    )


def speeds_wpm(use: Use) -> tuple[int, ...]:
    """Return the speeds for a use, in words a minute."""
    if use is not Use.TRAINING:
        return _SPEEDS_WPM[use]
    taken = [speed for speeds in _SPEEDS_WPM.values() for speed in speeds]
    return tuple(
        speed
        for speed in range(SLOWEST_WPM, FASTEST_WPM)
        if all(abs(speed - other) > _KEPT_FREE_WPM for other in taken)
    )


def any_manner(language: str, chance: random.Random) -> Manner:
    """Draw a voice, a speed, a pitch and a vocal tract for training."""
    tracts = _SHORT_TRACTS if chance.random() < _SHORT_SHARE else _USUAL_TRACTS
    return Manner(
        chance.choice(voices(language, Use.TRAINING)),
        chance.choice(speeds_wpm(Use.TRAINING)),
        chance.randint(15, 85),
        chance.uniform(*tracts),
    )


def manner_in_turn(voice: str, number: int, use: Use) -> Manner:
    """Return how a voice says the phrase of this number when a model is measured: speeds and tracts take turns."""
    speeds, tracts = speeds_wpm(use), _TRACTS[use]
    return Manner(voice, speeds[number % len(speeds)], tract=tracts[number // len(speeds) % len(tracts)])
