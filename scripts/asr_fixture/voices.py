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
_VARIANTS = {
    Use.TRAINING: _TRAINING_VARIANTS,
    Use.DEVELOPMENT: ("klatt3", "iven3", "edward2", "Gene2", "steph2", "Henrique"),
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


@dataclass(frozen=True, slots=True)
class Manner:
    """How something is said. ``pitch`` is espeak-ng's, 0 to 99."""

    voice: str
    words_per_min: int
    pitch: int = 50


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


def any_manner(language: str, use: Use, chance: random.Random) -> Manner:
    """Draw a voice, a speed and a pitch."""
    return Manner(chance.choice(voices(language, use)), chance.choice(speeds_wpm(use)), chance.randint(15, 85))
