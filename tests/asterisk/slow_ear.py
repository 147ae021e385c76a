"""An ear that cannot keep up: each second of sound takes it three. ``python -m tests.asterisk.slow_ear``."""

import asyncio
from collections.abc import AsyncIterator

from waihu.speech.ear import engine_of, main
from waihu.speech.ear_streams import Engine
from waihu.speech.ear_words import Setup
from waihu.speech.port import Heard, Recognizer, RecognizerStream, StreamPlan, Voice

TIMES = 3.0


class SlowStream:
    def __init__(self, stream: RecognizerStream, rate_hz: int) -> None:
        self._stream = stream
        self._rate_hz = rate_hz

    @property
    def voice(self) -> Voice:
        return self._stream.voice

    async def send(self, pcm: bytes) -> None:
        await asyncio.sleep(TIMES * len(pcm) / 2 / self._rate_hz)
        await self._stream.send(pcm)

    def heard(self) -> AsyncIterator[Heard]:
        return self._stream.heard()

    async def finish(self) -> None:
        await self._stream.finish()

    async def close(self) -> None:
        await self._stream.close()


class SlowRecognizer:
    def __init__(self, quick: Recognizer) -> None:
        self._quick = quick

    async def open(self, plan: StreamPlan) -> RecognizerStream:
        return SlowStream(await self._quick.open(plan), plan.rate_hz)

    async def close(self) -> None:
        await self._quick.close()


async def build(setup: Setup) -> Engine:
    quick = await engine_of(setup)
    return Engine(recognizer=SlowRecognizer(quick.recognizer), name=quick.name, models=quick.models)


if __name__ == "__main__":
    main(build)
