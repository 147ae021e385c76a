"""What a stream said and nobody read yet: a bounded queue in which a partial makes room for what comes after it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from waihu.speech.port import Heard
from waihu_models.errors import SpeechError

MOST_UNREAD = 64
"""Finals nobody read; with more the stream accepts no sound."""


class Said:
    """Of one stream; used on the event loop only."""

    def __init__(self) -> None:
        self._unread: deque[Heard] = deque()
        self._moved = asyncio.Event()
        self._lost: SpeechError | None = None
        self._over = False

    @property
    def full(self) -> bool:
        """Whether the reader is to be waited for."""
        return len(self._unread) >= MOST_UNREAD

    @property
    def over(self) -> bool:
        """Whether no more will be said."""
        return self._over or self._lost is not None

    def say(self, heard: Heard) -> None:
        """Let something be read; after the end nothing is."""
        if self.over:
            return
        if self._unread and not self._unread[-1].final:
            self._unread.pop()
        self._unread.append(heard)
        self.moved()

    def end(self) -> None:
        """Let the reader end after what was said."""
        self._over = True
        self.moved()

    def lose(self, error: SpeechError) -> None:
        """Let the reader, and whoever waits for room, fail."""
        if not self.over:
            self._lost = error
        self.moved()

    def drop(self) -> None:
        """End at once: what was said is not read any more."""
        self._unread.clear()
        self.end()

    def check(self) -> None:
        """Raise what the stream was lost of, if it was."""
        if self._lost is not None:
            raise type(self._lost)(str(self._lost)) from self._lost

    def moved(self) -> None:
        """Let those who wait look again."""
        self._moved.set()

    async def wait(self, reached: Callable[[], bool]) -> None:
        """Wait until something is so, or the stream is over."""
        while not (reached() or self.over):
            self._moved.clear()
            await self._moved.wait()

    def take(self) -> list[Heard]:
        """Return what is unread, and let it be read."""
        taken = list(self._unread)
        self._unread.clear()
        return taken

    async def read(self) -> AsyncIterator[Heard]:
        """Yield what is said until the end.

        Raises:
            SpeechError: the stream is lost.
        """
        while True:
            await self.wait(lambda: bool(self._unread))
            if self._unread:
                heard = self._unread.popleft()
                self.moved()
                yield heard
                continue
            self.check()
            return
