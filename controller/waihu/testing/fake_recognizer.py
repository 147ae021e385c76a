"""FakeRecognizer: each stretch of loud sound is the next of a few texts, its words spread over the stretch."""

import asyncio
from array import array
from collections.abc import AsyncIterator, Mapping, Sequence

from waihu.speech.port import Heard, RecognizerStream, StreamPlan, Voice
from waihu_models.errors import NoModel, WaihuError
from waihu_models.transcript import Word

FRAME_S = 0.02
PAUSE_S = 0.3
LOUD = 500


class FakeRecognizer:
    """Says given texts, or fails as told.

    Attributes:
        plans: Of every stream that was opened.
        fails: Raised by the next calls of ``open``, one each.
        go_on: While it is not set, nothing is accepted.
    """

    def __init__(self, texts: Mapping[str, Sequence[str]], pause_s: float = PAUSE_S) -> None:
        self._texts = texts
        self._pause_s = pause_s
        self.plans: list[StreamPlan] = []
        self.streams: list[FakeStream] = []
        self.fails: list[WaihuError] = []
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def open(self, plan: StreamPlan) -> RecognizerStream:
        """Begin a stream; languages without texts are not known."""
        self.plans.append(plan)
        if self.fails:
            raise self.fails.pop(0)
        language = plan.language.partition("-")[0]
        if language not in self._texts:
            raise NoModel(f"there is no model for {plan.language}")
        voice = Voice(engine="fake", model=f"fake-{language}", language=language)
        stream = FakeStream(plan, voice, self._texts[language], self.go_on, self._pause_s)
        self.streams.append(stream)
        return stream

    async def close(self) -> None:
        """Let go of all streams."""
        for stream in self.streams:
            await stream.close()


class FakeStream:
    """One stream; ``sent`` counts its samples."""

    def __init__(
        self, plan: StreamPlan, voice: Voice, texts: Sequence[str], go_on: asyncio.Event, pause_s: float = PAUSE_S
    ) -> None:
        self._plan = plan
        self._pause_s = pause_s
        self._voice = voice
        self._texts = texts
        self._go_on = go_on
        self._said: asyncio.Queue[Heard | WaihuError | None] = asyncio.Queue()
        self._begin_s: float | None = None
        self._loud_s = 0.0
        self._count = 0
        self.sent = 0
        self.closed = False

    @property
    def voice(self) -> Voice:
        """What recognises it."""
        return self._voice

    def lose(self, error: WaihuError) -> None:
        """Let the stream be lost."""
        self._said.put_nowait(error)

    async def send(self, pcm: bytes) -> None:
        """Take samples."""
        await self._go_on.wait()
        samples = array("h", pcm)
        frame = int(self._plan.rate_hz * FRAME_S)
        for first in range(0, len(samples), frame):
            self._frame(samples[first : first + frame])

    def _frame(self, samples: "array[int]") -> None:
        now_s = self.sent / self._plan.rate_hz
        self.sent += len(samples)
        if max(samples, default=0) > LOUD:
            self._begin_s = now_s if self._begin_s is None else self._begin_s
            self._loud_s = now_s + FRAME_S
        elif self._begin_s is not None and now_s - self._loud_s >= self._pause_s:
            self._final()

    def _final(self) -> None:
        if self._begin_s is None:
            return
        text = self._texts[self._count % len(self._texts)]
        said = text.split()
        each_s = (self._loud_s - self._begin_s) / len(said)
        words = tuple(
            Word(word, self._begin_s + n * each_s, self._begin_s + (n + 1) * each_s) for n, word in enumerate(said)
        )
        self._said.put_nowait(Heard(final=True, text=text, words=words))
        self._begin_s, self._count = None, self._count + 1

    async def heard(self) -> AsyncIterator[Heard]:
        """Yield what is said."""
        while (one := await self._said.get()) is not None:
            if isinstance(one, WaihuError):
                raise one
            yield one

    async def pause(self) -> None:
        """End the utterance."""
        self._final()

    async def finish(self) -> None:
        """End the last utterance, and the stream."""
        self._final()
        self._said.put_nowait(None)

    async def close(self) -> None:
        """Let go of the stream."""
        if not self.closed:
            self.closed = True
            self._said.put_nowait(None)
