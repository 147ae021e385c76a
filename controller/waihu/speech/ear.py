"""The ear, a process: ``python -m waihu.speech.ear``. Told by its standard input, it says what it hears on its output.

It keeps nothing and knows nothing of calls. When its input ends it recognises what it has received, and ends.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import msgspec

from waihu.clock import SystemClock
from waihu.speech.ear_streams import EarStreams, Engine
from waihu.speech.ear_words import LONGEST_LINE, Setup, Told
from waihu.speech.engines import NONE, EnginePlan, build
from waihu.speech.null_engine import NullEngine
from waihu.speech.reports import Reports

END_LIMIT_S = 3.0
"""From the end of its input to its own, whatever a recogniser is doing."""
FLUSH_LIMIT_S = 0.5
OOM_SCORE = "500"
"""When memory is short, ears go first: calls go on without."""
NEEDED = ("numpy", "webrtcvad")
"""Packages without which nothing is heard, whatever recognises."""

Build: TypeAlias = Callable[[Setup], Awaitable[Engine]]


async def live(build: Build) -> None:
    """Be an ear until standard input ends, nobody reads standard output, or SIGTERM.

    Args:
        build: Makes what is recognised with.
    """
    told = asyncio.StreamReader(limit=LONGEST_LINE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: _Input(told), os.fdopen(0, "rb", buffering=0))
    setup = msgspec.json.decode(await told.readline(), type=Setup)
    _step_back(setup)
    reports = Reports()
    await reports.open(1)
    engine = await build(setup)
    streams = EarStreams(setup, engine, reports, SystemClock())
    ends = [
        asyncio.create_task(_obey(told, streams), name="told"),
        asyncio.create_task(streams.run(), name="streams"),
        asyncio.create_task(reports.broken.wait(), name="heard"),
    ]
    loop.add_signal_handler(signal.SIGTERM, ends[0].cancel)
    await streams.open()
    done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    _end_in_time()  # here too: the input may go on
    await streams.close()
    await reports.flush(FLUSH_LIMIT_S)
    await engine.recognizer.close()
    for task in done:
        if not task.cancelled():
            task.result()


class _Input(asyncio.StreamReaderProtocol):
    """Standard input; from its end on the time of the process is short, whatever it is doing."""

    def connection_lost(self, exc: Exception | None) -> None:
        _end_in_time()
        super().connection_lost(exc)


async def _obey(told: asyncio.StreamReader, streams: EarStreams) -> None:
    decode = msgspec.json.Decoder(Told).decode
    async for line in told:
        streams.told(decode(line))


def _step_back(setup: Setup) -> None:
    """Let calls come first: when the machine is busy, and when its memory is short."""
    os.nice(setup.nice)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE, encoding="ascii")


def _end_in_time() -> None:
    """Let nothing, not even a recogniser's thread, keep the process alive."""
    timer = threading.Timer(END_LIMIT_S, os._exit, [1])
    timer.daemon = True
    timer.start()


async def engine_of(setup: Setup) -> Engine:
    """Make what the settings name. What is missing is told with ``Ready``, and no error: calls go on without words."""
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        reason = f"{' and '.join(missing)} not installed: pip install 'waihu[speech]'"
        return Engine(recognizer=NullEngine(reason), name=NONE, problems=(reason,))
    plan = EnginePlan(
        engine=setup.engine, models=Path(setup.models), servers=setup.servers, language=setup.language,
        threads=max(1, round(setup.cores)),
    )  # fmt: skip
    return await build(plan)


def main(build: Build = engine_of) -> None:
    """Run an ear; its process ends with it, whatever threads are left."""
    try:
        asyncio.run(live(build))
    except (msgspec.DecodeError, ValueError) as error:
        sys.stderr.write(f"ear: what it was told makes no sense: {error}\n")
        sys.stderr.flush()
        os._exit(2)
    os._exit(0)


if __name__ == "__main__":
    main()
