"""FakeEars: what listening needs of the ears, in memory; tests say what is heard."""

from collections.abc import Callable
from datetime import datetime

from waihu.speech.ear_words import Began, Ended, Expect, FinalSaid, PartialSaid, Said, WordSaid
from waihu_models.errors import WaihuError

HOST, PORT = "127.0.0.1", 4000
WORD_S = 0.4


class FakeEars:
    """Expects streams and says what it is told to.

    Attributes:
        expected: Every stream that was reserved, in order.
        muted: Streams -> whether silence is heard.
        forgotten: Streams that are over.
        fails: Raised by the next reservations, one each.
        answers: Whether the end of a stream is reported; not by an ear that stands still.
        where: What the exchange is to send streams to.
        deaf: Whether there is nothing to recognise with.
    """

    def __init__(self) -> None:
        self.on_said: Callable[[Said], None] = lambda _: None
        self.expected: list[Expect] = []
        self.muted: dict[str, bool] = {}
        self.forgotten: list[str] = []
        self.fails: list[WaihuError] = []
        self.answers = True
        self.deaf = False
        self.where = HOST, PORT
        self._counts: dict[str, int] = {}
        self._open: set[str] = set()

    def reserve(self, expect: Expect) -> tuple[str, int]:
        """Expect a stream."""
        if self.fails:
            raise self.fails.pop(0)
        self.expected.append(expect)
        self._open.add(expect.stream_id)
        return self.where

    def mute(self, stream_id: str, on: bool) -> None:
        """Hear silence, or not any more."""
        self.muted[stream_id] = on

    def forget(self, stream_id: str) -> None:
        """Let a stream be over."""
        self.forgotten.append(stream_id)
        if self.answers:
            self.end(stream_id)

    # ---- what tests let happen -------------------------------------------------------------------------------------

    def begin(self, stream_id: str, at: datetime, engine: str = "fake") -> None:
        """Let the first samples come."""
        expect = next(one for one in self.expected if one.stream_id == stream_id)
        model = f"fake-{expect.language}" if engine else ""
        self.on_said(Began(stream_id=stream_id, at=at, engine=engine, model=model, language=expect.language))

    def say(self, stream_id: str, text: str, start_s: float = 1.0) -> None:
        """Let words be said, each ``WORD_S`` long."""
        n = self._counts.get(stream_id, 0)
        self._counts[stream_id] = n + 1
        words = tuple(
            WordSaid(word, start_s + place * WORD_S, start_s + (place + 1) * WORD_S, 1.0)
            for place, word in enumerate(text.split())
        )
        end_s = words[-1].end_s if words else start_s
        self.on_said(FinalSaid(stream_id=stream_id, n=n, text=text, words=words, start_s=start_s, end_s=end_s))

    def seem(self, stream_id: str, text: str) -> None:
        """Let words be half said."""
        self.on_said(PartialSaid(stream_id=stream_id, n=self._counts.get(stream_id, 0), text=text))

    def end(self, stream_id: str, *, whole: bool = True, heard_s: float = 10.0, reason: str = "") -> None:
        """Let a stream end."""
        if stream_id in self._open:
            self._open.discard(stream_id)
            self.on_said(Ended(stream_id=stream_id, heard_s=heard_s, lost_s=0.0, whole=whole, reason=reason))
