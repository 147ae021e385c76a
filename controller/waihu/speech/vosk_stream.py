"""One stream of the engine ``vosk``: sound goes to its thread, words come back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial

from waihu.speech.port import Heard, Voice
from waihu.speech.said import Said
from waihu.speech.vosk_hearing import Hearing, HearingPlan
from waihu.speech.vosk_thread import WorkThread
from waihu_models.errors import SpeechError

MOST_WAITING_S = 1.0
"""Of sound that is accepted and not yet heard."""


class VoskStream:
    """A stream; all but the methods in its last part are of the event loop."""

    def __init__(self, voice: Voice, plan: HearingPlan, thread: WorkThread) -> None:
        self._voice = voice
        self._plan = plan
        self._thread = thread
        self._loop = asyncio.get_running_loop()
        self._said = Said()
        self._waiting = 0  # samples
        self._finishing = False
        self._closed = False
        self._hearing: Hearing | None = None
        thread.streams += 1

    @property
    def voice(self) -> Voice:
        """What recognises it."""
        return self._voice

    @property
    def closed(self) -> bool:
        """Whether it was let go of."""
        return self._closed

    async def open(self) -> None:
        """Make the recogniser.

        Raises:
            SpeechError: it cannot be made.
        """
        self._thread.do(self._make)
        await self._said.wait(lambda: self._hearing is not None)
        self._said.check()

    async def send(self, pcm: bytes) -> None:
        """Take samples, when there is room for them."""
        if self._finishing or self._closed:
            raise SpeechError("the stream has been finished")
        if len(pcm) % 2:
            raise SpeechError("half a sample was sent")
        room = MOST_WAITING_S * self._plan.rate_hz
        await self._said.wait(lambda: self._waiting < room and not self._said.full)
        self._said.check()
        self._waiting += len(pcm) // 2
        self._thread.do(partial(self._hear, pcm))

    def heard(self) -> AsyncIterator[Heard]:
        """Yield what is heard."""
        return self._said.read()

    async def settled(self) -> list[Heard]:
        """Wait until all that was sent is heard; returns what was said and not read by ``heard``.

        Raises:
            SpeechError: the stream is lost.
        """
        await self._said.wait(lambda: self._waiting == 0)
        self._said.check()
        return self._said.take()

    async def reset(self) -> list[Heard]:
        """Let the present utterance end here; returns what is unread with it."""
        self._waiting += 1
        self._thread.do(partial(self._finish, go_on=True))
        return await self.settled()

    async def pause(self) -> None:
        """Let the present utterance end here; ``heard`` yields it."""
        if self._finishing or self._closed:
            raise SpeechError("the stream has been finished")
        self._said.check()
        self._waiting += 1
        self._thread.do(partial(self._finish, go_on=True))

    async def finish(self) -> None:
        """Say that no more comes."""
        if not (self._finishing or self._closed):
            self._finishing = True
            self._thread.do(self._finish)

    async def close(self) -> None:
        """Let go of the stream."""
        if not self._closed:
            self._closed = True
            self._said.drop()
            self._thread.streams -= 1
            self._thread.do(self._let_go)

    # ---- in the thread ---------------------------------------------------------------------------------------------

    def _make(self) -> None:
        if self._closed:
            return
        try:
            self._hearing = Hearing(self._plan)
        except SpeechError as error:
            self._lose(error)
        else:
            self._tell(self._said.moved)

    def _hear(self, pcm: bytes) -> None:
        if self._closed or self._hearing is None:
            return
        try:
            said = self._hearing.hear(pcm)
        except (SpeechError, ValueError) as error:
            self._lose(error)
        else:
            self._tell(partial(self._take, said, len(pcm) // 2))

    def _finish(self, *, go_on: bool = False) -> None:
        if self._closed or self._hearing is None:
            return
        try:
            said = self._hearing.reset() if go_on else self._hearing.finish()
        except (SpeechError, ValueError) as error:
            self._lose(error)
            return
        if not go_on:
            self._hearing = None
        self._tell(partial(self._take, said, int(go_on), last=not go_on))

    def _let_go(self) -> None:
        self._hearing = None

    def _lose(self, error: Exception) -> None:
        self._hearing = None
        self._tell(partial(self._said.lose, error if isinstance(error, SpeechError) else SpeechError(str(error))))

    def _tell(self, told: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(told)

    # ---- back on the loop ------------------------------------------------------------------------------------------

    def _take(self, said: list[Heard], samples: int, *, last: bool = False) -> None:
        self._waiting -= samples
        for heard in said:
            self._said.say(heard)
        if last:
            self._said.end()
        else:
            self._said.moved()
