"""A recogniser that works in a process of its own, so that no sound whatever can harm the process that asks.

The process is started for the first stream and ended when it was idle for a while. There is one stream at a time: it is
meant for recordings, which are heard one after the other.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from waihu.speech.apart_words import LONGEST_LINE, Answer, Failed, Kind, Opened, Over, Took, Words, frame
from waihu.speech.ear_words import Setup
from waihu.speech.port import Heard, RecognizerStream, StreamPlan, Voice
from waihu.speech.said import Said
from waihu_models.errors import BadModel, NoModel, SpeechBusy, SpeechError, SpeechUnreachable

ARGV = (sys.executable, "-m", "waihu.speech.apart_program")
OPEN_LIMIT_S = 120.0
"""The largest models take half a minute to be tried and another to be loaded."""
IDLE_S = 60.0
MOST_UNTAKEN = 5
"""Pieces of sound that are sent and not yet accepted."""
DIED = "the recogniser died"
_ERRORS = {error.code: error for error in (NoModel, BadModel, SpeechBusy, SpeechUnreachable)}
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Answer).decode


class ApartStream:
    """The stream there is. Its end lets the next one begin."""

    def __init__(self, child: "_Child") -> None:
        self._child = child
        self._said = Said()
        self._untaken = 0
        self._finishing = False
        self._voice: Voice | None = None
        self.closed = False

    @property
    def voice(self) -> Voice:
        """What recognises it."""
        assert self._voice is not None
        return self._voice

    async def opened(self) -> None:
        """Wait until it has begun.

        Raises:
            SpeechError: it cannot.
        """
        await self._said.wait(lambda: self._voice is not None)
        self._said.check()

    async def send(self, pcm: bytes) -> None:
        """Take samples, when there is room for them."""
        await self._said.wait(lambda: self._untaken < MOST_UNTAKEN and not self._said.full)
        self._said.check()
        if self._finishing or self.closed:
            raise SpeechError("the stream has been finished")
        self._untaken += 1
        await self._child.tell(Kind.SOUND, pcm)

    def heard(self) -> AsyncIterator[Heard]:
        """Yield what is recognised."""
        return self._said.read()

    async def finish(self) -> None:
        """Say that no more sound comes."""
        if not self._finishing:
            self._finishing = True
            await self._child.tell(Kind.FINISH)

    async def close(self) -> None:
        """Let go of the stream; one that is not at its end is ended with its process, which may stand still."""
        if not self.closed:
            self.closed = True
            at_its_end = self._said.over
            self._said.drop()
            await self._child.over(keep=at_its_end)

    def take(self, answer: Answer) -> None:
        """Take what the child says."""
        match answer:
            case Opened(voice):
                self._voice = voice
            case Took():
                self._untaken -= 1
            case Words(heard):
                self._said.say(heard)
            case Over():
                self._said.end()
            case Failed(code, reason):
                self.lose(_ERRORS.get(code, SpeechError)(reason))
        self._said.moved()

    def lose(self, error: SpeechError) -> None:
        """Let the stream be lost."""
        self._said.lose(error)


@dataclass(slots=True)
class _Child:
    """A process, and what it is doing."""

    process: Process
    ended: Callable[[], None]
    stream: ApartStream | None = None
    idle: asyncio.TimerHandle | None = None

    async def tell(self, kind: Kind, payload: bytes = b"") -> None:
        pipe = self.process.stdin
        assert pipe is not None
        pipe.write(frame(kind, payload))
        try:
            await pipe.drain()
        except ConnectionError as error:
            raise SpeechError(DIED) from error

    async def read(self) -> None:
        out = self.process.stdout
        assert out is not None
        reason = DIED
        try:
            async for line in out:
                if self.stream is not None:
                    self.stream.take(_decode(line))
        except (ValueError, msgspec.DecodeError) as error:
            reason = f"the recogniser does not make sense: {error}"
        self.kill()
        status = await self.process.wait()
        if self.stream is not None:
            self.stream.lose(SpeechError(f"{reason} ({status})"))
        self.ended()

    async def over(self, *, keep: bool) -> None:
        self.stream = None
        if not keep:
            self.kill()
            return
        with suppress(SpeechError):
            await self.tell(Kind.CLOSE)
        self.idle = asyncio.get_running_loop().call_later(IDLE_S, self.kill)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        self.ended()


class Apart:
    """Recognises in a process that is there when it is needed."""

    def __init__(self, setup: Setup, argv: Sequence[str] = ARGV) -> None:
        self._setup = setup
        self._argv = argv
        self._child: _Child | None = None
        self._reading: set[asyncio.Task[None]] = set()  # of each process that is there, or is ending
        self._one_at_a_time = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Of the process; None: there is none now."""
        return self._child.process.pid if self._child is not None else None

    async def open(self, plan: StreamPlan) -> RecognizerStream:
        """Begin a stream.

        Raises:
            SpeechBusy: there is one.
            SpeechUnreachable: the process cannot be started, or does not answer.
            SpeechError: as of the recogniser itself.
        """
        if self._one_at_a_time.locked() or (self._child is not None and self._child.stream is not None):
            raise SpeechBusy("another recording is being heard")
        async with self._one_at_a_time:
            child = self._child or await self._start()
            if child.idle is not None:
                child.idle.cancel()
            stream = child.stream = ApartStream(child)
            try:
                async with asyncio.timeout(OPEN_LIMIT_S):
                    await child.tell(Kind.OPEN, _encode(plan))
                    await stream.opened()
            except TimeoutError as error:
                await stream.close()
                raise SpeechUnreachable("the recogniser for recordings stands still") from error
            except BaseException:
                await stream.close()
                raise
            return stream

    async def close(self) -> None:
        """End the process."""
        if self._child is not None:
            self._child.kill()
        await asyncio.gather(*self._reading, return_exceptions=True)

    async def _start(self) -> _Child:
        try:
            process = await asyncio.create_subprocess_exec(*self._argv, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE)
        except OSError as error:
            raise SpeechUnreachable(f"the recogniser for recordings cannot be started: {error}") from error
        child = _Child(process, lambda: self._gone(child))
        reading = asyncio.create_task(child.read(), name="recogniser for recordings")
        self._reading.add(reading)
        reading.add_done_callback(self._reading.discard)
        self._child = child
        await child.tell(Kind.SETUP, _encode(self._setup))
        return child

    def _gone(self, child: _Child) -> None:
        if child.idle is not None:
            child.idle.cancel()
        if self._child is child:
            self._child = None
