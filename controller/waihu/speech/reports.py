"""Reports: what an ear says, through a pipe that may be read slowly or not at all. Hearing never waits for it."""

import asyncio
import os
from collections import deque
from contextlib import suppress

import msgspec

from waihu.speech.ear_words import Ended, FinalSaid, Load, Measured, PartialSaid, Said

MOST_WAITING = 5000
MOST_PASSING = 500
"""With more waiting, what is of the moment only is left out: partials, measures, the load."""
PIPE_BYTES = 65_536

_encode = msgspec.json.Encoder().encode


class Reports(asyncio.BaseProtocol):
    """A bounded queue into a pipe.

    Attributes:
        dropped: Reports nobody will hear.
        broken: Set when nobody reads any more.
    """

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._pipe: asyncio.WriteTransport | None = None
        self._paused = False
        self._unsaid: set[str] = set()
        self.dropped = 0
        self.broken = asyncio.Event()

    async def open(self, descriptor: int) -> None:
        """Write to a pipe from now on."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_write_pipe(lambda: self, os.fdopen(descriptor, "wb", buffering=0))
        self._pipe = transport
        self._pipe.set_write_buffer_limits(PIPE_BYTES)
        self._write()

    def say(self, report: Said) -> None:
        """Report something as soon as it can be."""
        if isinstance(report, Ended) and report.stream_id in self._unsaid:
            self._unsaid.discard(report.stream_id)
            report = msgspec.structs.replace(report, whole=False, reason="what was said could not be reported")
        if not self._has_room(report):
            self.dropped += 1
            if isinstance(report, FinalSaid):
                self._unsaid.add(report.stream_id)
            return
        self._waiting.append(_encode(report) + b"\n")
        self._write()

    @property
    def waiting(self) -> int:
        """Return how many are not written yet."""
        return len(self._waiting)

    async def flush(self, limit_s: float) -> None:
        """Wait until all is written, but not longer than this."""
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                while self._left() and not self.broken.is_set():  # noqa: ASYNC110 -- once, at the very end
                    await asyncio.sleep(0.01)

    def _left(self) -> bool:
        return bool(self._waiting) or (self._pipe is not None and self._pipe.get_write_buffer_size() > 0)

    def _has_room(self, report: Said) -> bool:
        if isinstance(report, PartialSaid | Measured | Load):
            return len(self._waiting) < MOST_PASSING
        # A stream has few other reports, and its end must be heard: of these there are only as many as streams.
        return len(self._waiting) < MOST_WAITING or isinstance(report, Ended)

    def _write(self) -> None:
        while self._waiting and self._pipe is not None and not self._paused and not self.broken.is_set():
            self._pipe.write(self._waiting.popleft())

    # ---- called by the loop ----------------------------------------------------------------------------------------

    def pause_writing(self) -> None:
        """Keep what comes."""
        self._paused = True

    def resume_writing(self) -> None:
        """Write what was kept."""
        self._paused = False
        self._write()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- the loop's signature
        """Note that nobody reads."""
        self.broken.set()
