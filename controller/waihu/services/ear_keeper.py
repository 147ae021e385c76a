"""Keeping one ear: the process is started, heard, watched, and started again when it dies or falls silent."""

import asyncio
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec
import structlog

from waihu.metrics import Metrics
from waihu.services.back_off import delay_s
from waihu.speech.ear_words import LONGEST_LINE, Ended, Expect, Load, Ready, Said, Setup, Told

log = structlog.get_logger()

START_LIMIT_S = 60.0
"""A large model takes its time to be read."""
SILENT_LIMIT_S = 5.0
"""An ear says its load every second; one that does not is as good as dead."""
END_LIMIT_S = 4.0
MOST_UNREAD_BYTES = 1_000_000
LONGEST_DELAY_S = 60.0
WELL_AFTER_S = 30.0
UNKNOWN_RATIO = 0.004
"""Of a stream, until ``FEW`` were measured."""
FEW = 5
DIED = "the ear died"

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Said).decode


class EarKeeper:
    """One ear, whichever process it is at the moment.

    Attributes:
        streams: Ids of those it was told to expect and has not ended.
        ready: What it said when it was; None: there is none now.
        load: As it said last.
        restarts: How often it had to be started again.
    """

    def __init__(self, setup: Setup, argv: Sequence[str], said: Callable[[Said], None], metrics: Metrics) -> None:
        self._setup = setup
        self._argv = argv
        self._said = said
        self._metrics = metrics
        self._ended = asyncio.Event()
        self._process: Process | None = None
        self._reserved = 0  # since the last load was said
        self._each = UNKNOWN_RATIO
        self.streams: set[str] = set()
        self.ready: Ready | None = None
        self.load: Load | None = None
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        """Of the process; None: there is none."""
        return self._process.pid if self._process else None

    @property
    def takes_more(self) -> bool:
        """Whether it can follow another stream in time, as far as one knows."""
        return self.ready is not None and (self.load is None or self.load.takes_more)

    @property
    def expected_ratio(self) -> float:
        """Its real-time factor, with what it was given since it was measured."""
        return (self.load.ratio if self.load else 0.0) + self._reserved * self._each

    def expect(self, expect: Expect) -> None:
        """Give it a stream."""
        self._reserved += 1
        self.streams.add(expect.stream_id)
        self.tell(expect)

    def tell(self, told: Told) -> None:
        """Say something to it; when it does not listen it is ended, which is found out by ``run``."""
        pipe = self._process.stdin if self._process else None
        if pipe is None or pipe.is_closing():
            return
        pipe.write(_encode(told) + b"\n")
        if pipe.transport.get_write_buffer_size() > MOST_UNREAD_BYTES:
            self._kill()

    async def run(self) -> None:
        """Keep an ear alive until ``close`` or cancelled."""
        loop, failures = asyncio.get_running_loop(), 0
        while not self._ended.is_set():
            began_s = loop.time()
            reason = await self._live()
            if self._ended.is_set():
                break
            failures = 1 if loop.time() - began_s > WELL_AFTER_S else failures + 1
            log.error("ear_ended", reason=reason, failures=failures)
            await asyncio.sleep(delay_s(failures, LONGEST_DELAY_S, growth=2.0))
            self.restarts += 1
            self._metrics.speech_restarts.inc()

    async def close(self) -> None:
        """End the ear when it has recognised what it received, or ``END_LIMIT_S`` later."""
        self._ended.set()
        process = self._process
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(END_LIMIT_S):
                await process.wait()
        self._kill()

    async def _live(self) -> str:
        """Run one process from its start to its end; returns why it ended."""
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._argv, stdin=PIPE, stdout=PIPE, limit=2 * LONGEST_LINE, process_group=0
            )
        except OSError as error:
            return f"it cannot be started: {error}"
        try:
            return await self._listen(self._process)
        finally:
            await self._bury(self._process)

    async def _listen(self, process: Process) -> str:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(_encode(self._setup) + b"\n")
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(START_LIMIT_S) as limit:
                async for line in process.stdout:
                    said = _decode(line)
                    self._note(said)
                    if isinstance(said, Ready | Load):
                        limit.reschedule(loop.time() + SILENT_LIMIT_S)
                    self._said(said)
        except TimeoutError:
            return f"it said nothing for {SILENT_LIMIT_S if self.ready else START_LIMIT_S:g} s"
        except (ValueError, msgspec.DecodeError) as error:  # ValueError: a line that is too long
            return f"it does not make sense: {error}"
        return f"it ended with {await process.wait()}"

    def _note(self, said: Said) -> None:
        match said:
            case Ready():
                self.ready = said
            case Load():
                self._metrics.speech_dropped.inc(max(0, said.dropped - (self.load.dropped if self.load else 0)))
                self.load, self._reserved = said, 0
                if said.streams >= FEW:
                    self._each = said.ratio / said.streams
            case Ended():
                self.streams.discard(said.stream_id)
            case _:
                pass

    async def _bury(self, process: Process) -> None:
        """Let nothing be left of a process; all its streams are over."""
        self.ready = self.load = None
        lost, self.streams, self._reserved = self.streams, set(), 0
        try:
            if process.stdin is not None:
                process.stdin.close()
            self._kill()
            with suppress(TimeoutError):
                async with asyncio.timeout(END_LIMIT_S):
                    await process.wait()
        finally:
            self._process = None
            for stream_id in sorted(lost):
                self._said(Ended(stream_id=stream_id, heard_s=0.0, lost_s=0.0, whole=False, reason=DIED))

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
