"""A recogniser for recordings whose troubles are chosen by the model: ``python -m tests.services.apart_program``."""

import asyncio
import os
from collections.abc import AsyncIterator

from tests.services.ear_program import TEXTS

from waihu.speech.apart_program import main
from waihu.speech.ear_streams import Engine
from waihu.speech.ear_words import Setup
from waihu.speech.port import Heard, RecognizerStream, StreamPlan, Voice
from waihu.testing.fake_recognizer import FakeRecognizer
from waihu_models.errors import SpeechError

FAILS, DIES, STANDS_STILL, CANNOT_OPEN = "fails", "dies", "stands still", "cannot open"


class TroubledStream:
    def __init__(self, stream: RecognizerStream, trouble: str) -> None:
        self._stream = stream
        self._trouble = trouble

    @property
    def voice(self) -> Voice:
        return self._stream.voice

    async def send(self, pcm: bytes) -> None:
        match self._trouble:
            case "fails":
                raise SpeechError("the recogniser broke")
            case "dies":
                os._exit(11)
            case "stands still":
                await asyncio.Event().wait()
        await self._stream.send(pcm)

    def heard(self) -> AsyncIterator[Heard]:
        return self._stream.heard()

    async def finish(self) -> None:
        await self._stream.finish()

    async def close(self) -> None:
        await self._stream.close()


class TroubledRecognizer:
    def __init__(self) -> None:
        self._fake = FakeRecognizer(TEXTS)

    async def open(self, plan: StreamPlan) -> RecognizerStream:
        if plan.model == CANNOT_OPEN:
            await asyncio.Event().wait()
        return TroubledStream(await self._fake.open(plan), plan.model)

    async def close(self) -> None:
        await self._fake.close()


async def build(setup: Setup) -> Engine:
    return Engine(recognizer=TroubledRecognizer(), name="fake")


if __name__ == "__main__":
    main(build)
