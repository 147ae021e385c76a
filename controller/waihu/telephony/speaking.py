"""The Speaker port: what makes speech of texts. ``espeak.py`` is behind it; tests also use a FakeSpeaker.

Whatever stands behind it passes the contract suite in ``tests/contract/test_speakers.py``. Services do not use it but
``SpokenSounds``, which keeps what was made.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from waihu_models.errors import BadInput

LONGEST_TEXT = 600
"""Characters: some 80 s of speech."""
LANGUAGES = ("en", "zh")
_SOUND = re.compile(r"/[^,()|&${}\s]{1,250}")


def sound_path(path: str) -> str:
    """Return an absolute path of a sound that can be said to the exchange.

    Raises:
        BadInput: it holds what Asterisk takes for the end of a name.
    """
    if not _SOUND.fullmatch(path):
        raise BadInput(f"{path[:60]!r} cannot be the path of a sound")
    return path


@dataclass(frozen=True, slots=True)
class Saying:
    """A text to be spoken.

    Attributes:
        text: 1 to ``LONGEST_TEXT`` printable characters; line breaks count as spaces.
        language: ``en`` or ``zh``.
        voice: As the engine calls it; "": its own choice for the language.
    """

    text: str
    language: str = "en"
    voice: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be spoken."""
        if self.language not in LANGUAGES:
            raise BadInput(f"texts are spoken in {' and '.join(LANGUAGES)}, not in {self.language!r}")
        plain = " ".join(self.text.split())
        if not plain or len(self.text) > LONGEST_TEXT or not plain.isprintable():
            raise BadInput(f"a text to be spoken has 1..{LONGEST_TEXT} printable characters")


class Speaker(Protocol):
    """An engine: a program of this machine, or a service elsewhere."""

    async def edition(self) -> str:
        """Return name and version, and all else on which it depends how a text sounds.

        Raises:
            NotSpoken: the engine is missing or does not answer.
        """
        ...

    async def speak(self, saying: Saying) -> bytes:
        """Make speech: samples of 16 bit, little-endian, mono, 8 kHz; never none. Several may be made at once.

        Raises:
            BadInput: it has no such voice.
            NotSpoken: the engine is missing, failed, or took longer than its own limit. Nothing of it still runs.
        """
        ...
