"""One stream at a vosk-server: sound goes out, to each piece of it an answer comes back."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress

import aiohttp

from waihu.speech.port import Heard, StreamPlan, Voice
from waihu.speech.said import Said
from waihu.speech.server_words import EOF, RESET
from waihu.speech.vosk_hearing import heard_of
from waihu_models.errors import SpeechError, SpeechUnreachable

MOST_WAITING_S = 1.0
"""Of sound that was sent and not answered yet."""
ANSWER_LIMIT_S = 5.0
"""A server that owes an answer for so long is taken for dead: a half-open connection says nothing."""
CLOSE_LIMIT_S = 1.0
_LOOK_S = 0.5


class ServerStream:
    """A stream over a WebSocket that has been greeted."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, plan: StreamPlan, voice: Voice) -> None:
        self._socket = socket
        self._plan = plan
        self._voice = voice
        self._said = Said()
        self._shown = ""
        self._owed: deque[tuple[float, float]] = deque()  # when each piece was sent, and seconds of sound in it
        self._finishing = False
        self._loop = asyncio.get_running_loop()
        self._tasks = [
            asyncio.create_task(self._read(), name="answers of a vosk-server"),
            asyncio.create_task(self._watch(), name="watch of a vosk-server"),
        ]

    @property
    def voice(self) -> Voice:
        """What recognises it."""
        return self._voice

    @property
    def open(self) -> bool:
        """Whether anything may still come."""
        return not self._said.over

    async def send(self, pcm: bytes) -> None:
        """Send samples, when earlier ones are answered."""
        if len(pcm) % 2:
            raise SpeechError("half a sample was sent")
        self._may_send()
        await self._said.wait(lambda: self._waiting_s() < MOST_WAITING_S and not self._said.full)
        await self._out(pcm, len(pcm) / 2 / self._plan.rate_hz)

    async def pause(self) -> None:
        """Let the present utterance end here; ``heard`` yields it."""
        self._may_send()
        await self._out(RESET, 0.0)

    async def finish(self) -> None:
        """Say that no more comes."""
        if not (self._finishing or self._said.over):
            self._finishing = True
            with suppress(SpeechError):  # the reader is told
                await self._out(EOF, 0.0)

    def heard(self) -> AsyncIterator[Heard]:
        """Yield what is heard."""
        return self._said.read()

    async def close(self) -> None:
        """Let go of the stream."""
        self._said.drop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(TimeoutError, OSError, aiohttp.ClientError):
            async with asyncio.timeout(CLOSE_LIMIT_S):
                await self._socket.close()

    # ----------------------------------------------------------------------------------------------------------------

    def _may_send(self) -> None:
        self._said.check()
        if self._finishing or self._said.over:
            raise SpeechError("the stream has been finished")

    def _waiting_s(self) -> float:
        return sum(seconds for _, seconds in self._owed)

    async def _out(self, message: bytes | str, seconds: float) -> None:
        self._said.check()
        self._owed.append((self._loop.time(), seconds))
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                if isinstance(message, bytes):
                    await self._socket.send_bytes(message)
                else:
                    await self._socket.send_str(message)
        except (TimeoutError, OSError, aiohttp.ClientError) as error:
            self._lose(f"it takes no sound: {type(error).__name__}")
            self._said.check()

    async def _read(self) -> None:
        with suppress(aiohttp.ClientError, OSError):
            async for message in self._socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                try:
                    self._take(message.data)
                except ValueError as error:
                    self._lose(f"it answers what makes no sense: {error}")
                    return
                if self._finishing and not self._owed:
                    self._said.end()
                    return
        self._lose(f"it hung up ({self._socket.close_code})")

    def _take(self, text: str) -> None:
        """Take an answer.

        Raises:
            ValueError: it is none.
        """
        said = json.loads(text)
        if not isinstance(said, dict):
            raise ValueError(text[:80])
        if self._owed:
            self._owed.popleft()
        if "text" in said:
            self._shown = ""
            self._said.say(heard_of(said, final=True))
        elif self._plan.partials and (heard := heard_of(said, final=False)).text != self._shown:
            self._shown = heard.text
            self._said.say(heard)
        self._said.moved()

    async def _watch(self) -> None:
        while not self._said.over:
            await asyncio.sleep(_LOOK_S)
            if self._owed and self._loop.time() - self._owed[0][0] > ANSWER_LIMIT_S:
                self._lose(f"no answer within {ANSWER_LIMIT_S:g} s")

    def _lose(self, why: str) -> None:
        self._said.lose(SpeechUnreachable(f"{self._voice.model}: {why}"))
