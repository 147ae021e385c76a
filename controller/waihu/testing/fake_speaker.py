"""FakeSpeaker: the Speaker port without an engine: a tone for each text, as long as the text is."""

import asyncio
import hashlib

from waihu.telephony.speaking import Saying
from waihu.telephony.tones import tone
from waihu_models.errors import BadInput, NotSpoken

CHARACTERS_PER_S = 15.0


class FakeSpeaker:
    """Speaks at once, unless told otherwise.

    Attributes:
        spoken: What it was asked for, in order.
        failure: What every text fails with; None: none does.
        takes_s: How long a text takes; it ends with ``NotSpoken`` after ``limit_s``.
        version: Part of its edition.
    """

    def __init__(self, *, takes_s: float = 0.0, limit_s: float = 10.0) -> None:
        self.spoken: list[Saying] = []
        self.failure: Exception | None = None
        self.takes_s = takes_s
        self.version = "1"
        self.at_once = self.most_at_once = 0
        self._limit_s = limit_s

    async def edition(self) -> str:
        """Return its version."""
        return f"fake {self.version}"

    async def speak(self, saying: Saying) -> bytes:
        """Make a tone whose pitch depends on text, language and voice."""
        if saying.voice and not saying.voice.startswith(("en", "cmn")):
            raise BadInput(f"there is no voice {saying.voice!r}")
        self.spoken.append(saying)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(min(self.takes_s, self._limit_s))
        finally:
            self.at_once -= 1
        if self.failure is not None:
            raise self.failure
        if self.takes_s > self._limit_s:
            raise NotSpoken(f"took longer than {self._limit_s:g} s")
        mark = hashlib.sha256(repr(saying).encode()).digest()[0]
        return tone([400.0 + 4 * mark], max(0.2, len(saying.text) / CHARACTERS_PER_S)).tobytes()
