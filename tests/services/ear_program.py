"""An ear whose recogniser is a fake one, for tests: ``python -m tests.services.ear_program [seconds]``.

Loud sound is words; with a number, one recogniser that takes so long for each second of sound is shared by all streams.
"""

import asyncio
import sys
from collections.abc import AsyncIterator

from waihu.speech.ear import main
from waihu.speech.ear_streams import Engine
from waihu.speech.ear_words import Setup
from waihu.speech.port import Heard, RecognizerStream, StreamPlan, Voice
from waihu.testing.fake_recognizer import FakeRecognizer
from waihu_models.errors import SpeechError

TEXTS = {"en": ["hello", "the price is too high", "goodbye"], "zh": ["你 好", "太 贵 了"]}
FAILS, MUTTERS, TOLD, NOT_TOLD = "fails", "mutters", "told", "not told"
"""Models of that name: lost with the first sound; says much, and something new, with each piece of sound; needs a
second of silence to see that an utterance has ended, and can, or cannot, be told so."""
SLOW_S = 1.0


class OddStream:
    """A stream of the fake recogniser, with a recogniser's troubles."""

    def __init__(self, stream: RecognizerStream, plan: StreamPlan, work_s: float, one: asyncio.Lock) -> None:
        self._stream = stream
        self._plan = plan
        self._work_s = work_s
        self._one = one
        self._partials: asyncio.Queue[Heard | None] = asyncio.Queue()
        self._count = 0

    @property
    def voice(self) -> Voice:
        return self._stream.voice

    async def send(self, pcm: bytes) -> None:
        if self._plan.model == FAILS:
            raise SpeechError("the recogniser broke")
        if self._work_s:
            async with self._one:
                await asyncio.sleep(self._work_s * len(pcm) / 2 / self._plan.rate_hz)
        await self._stream.send(pcm)
        if self._plan.model == MUTTERS:
            self._count += 1
            self._partials.put_nowait(Heard(final=False, text=f"word {self._count} " * 2000))

    async def heard(self) -> AsyncIterator[Heard]:
        if self._plan.model != MUTTERS:
            async for one in self._stream.heard():
                yield one
            return
        while (said := await self._partials.get()) is not None:
            yield said

    async def finish(self) -> None:
        self._partials.put_nowait(None)
        await self._stream.finish()

    async def close(self) -> None:
        await self._stream.close()


class OddRecognizer:
    def __init__(self, work_s: float) -> None:
        self._fake = FakeRecognizer(TEXTS)
        self._slow = FakeRecognizer(TEXTS, SLOW_S)
        self._work_s = work_s
        self._one = asyncio.Lock()

    async def open(self, plan: StreamPlan) -> RecognizerStream:
        if plan.model == TOLD:
            return await self._slow.open(plan)
        fake = self._slow if plan.model == NOT_TOLD else self._fake
        return OddStream(await fake.open(plan), plan, self._work_s, self._one)

    async def close(self) -> None:
        await self._fake.close()


async def build(setup: Setup) -> Engine:
    work_s = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    return Engine(recognizer=OddRecognizer(work_s), name="fake", models=("fake-en", "fake-zh"))


if __name__ == "__main__":
    main(build)
