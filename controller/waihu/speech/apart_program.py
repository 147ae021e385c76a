"""A recogniser in a process of its own: ``python -m waihu.speech.apart_program``, started by ``apart``.

What a recording does to it is done to no call: it may crash, stand still or use up memory, and is started again.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import msgspec

from waihu.speech.apart_words import HEAD_BYTES, Answer, Failed, Kind, Opened, Over, Took, Words, head_of
from waihu.speech.ear import OOM_SCORE, engine_of
from waihu.speech.ear_streams import Engine
from waihu.speech.ear_words import Setup
from waihu.speech.port import Recognizer, RecognizerStream, StreamPlan
from waihu_models.errors import SpeechError

MOST_BEFORE = 1 << 20
_encode = msgspec.json.Encoder().encode
Build: TypeAlias = Callable[[Setup], Awaitable[Engine]]


def _say(answer: Answer) -> None:
    with suppress(BrokenPipeError):  # who asked is gone: the input ends as well
        os.write(1, _encode(answer) + b"\n")


class _One:
    """The stream there is, if there is one."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._stream: RecognizerStream | None = None
        self._reading: asyncio.Task[None] | None = None

    async def do(self, kind: Kind, payload: bytes) -> None:
        try:
            await self._do(kind, payload)
        except SpeechError as error:
            await self._close()
            _say(Failed(error.code, str(error)))

    async def _do(self, kind: Kind, payload: bytes) -> None:
        match kind:
            case Kind.OPEN:
                await self._close()
                self._stream = await self._recognizer.open(msgspec.json.decode(payload, type=StreamPlan))
                _say(Opened(self._stream.voice))
                self._reading = asyncio.create_task(_read(self._stream), name="words")
            case Kind.SOUND if self._stream is not None:
                await self._stream.send(payload)
                _say(Took())
            case Kind.FINISH if self._stream is not None:
                await self._stream.finish()
            case Kind.CLOSE:
                await self._close()
            case _:
                pass  # of a stream that is lost, which was said

    async def _close(self) -> None:
        stream, reading, self._stream, self._reading = self._stream, self._reading, None, None
        if reading is not None:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        if stream is not None:
            await stream.close()


async def _read(stream: RecognizerStream) -> None:
    try:
        async for heard in stream.heard():
            _say(Words(heard))
        _say(Over())
    except SpeechError as error:
        _say(Failed(error.code, str(error)))


async def live(build: Build) -> None:
    """Recognise until standard input ends."""
    told = asyncio.StreamReader(limit=MOST_BEFORE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(told), os.fdopen(0, "rb", buffering=0))
    one: _One | None = None
    with suppress(asyncio.IncompleteReadError):
        while True:
            kind, length = head_of(await told.readexactly(HEAD_BYTES))
            payload = await told.readexactly(length)
            if kind is Kind.SETUP:
                setup = msgspec.json.decode(payload, type=Setup)
                _step_back(setup)
                one = _One((await build(setup)).recognizer)
            elif one is not None:
                await one.do(kind, payload)


def _step_back(setup: Setup) -> None:
    os.nice(setup.nice)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE, encoding="ascii")


def main(build: Build = engine_of) -> None:
    """Run the program; it ends with its input, whatever threads are left."""
    try:
        asyncio.run(live(build))
    except (msgspec.DecodeError, ValueError) as error:
        sys.stderr.write(f"what it was told makes no sense: {error}\n")
        sys.stderr.flush()
        os._exit(2)
    os._exit(0)


if __name__ == "__main__":
    main()
