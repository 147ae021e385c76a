"""What measurements of ears share: starting them, feeding them in real time, the processor time they use."""

import asyncio
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

HERE = Path(__file__).resolve().parent
HOME = HERE.parents[1]
sys.path[:0] = [str(HOME / part) for part in ("controller", "models", "scripts")]

from waihu.metrics import Metrics  # noqa: E402
from waihu.services.ears import Ears  # noqa: E402
from waihu.speech.ear_words import Degraded, Ended, Expect, FinalSaid, Load, PartialSaid, Said, Setup  # noqa: E402
from waihu_models.errors import SpeechBusy  # noqa: E402

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{HOME / 'controller'}:{HOME / 'models'}"}


def used_s(*pids: int) -> float:
    """Return the processor time of processes so far."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS_A_SECOND


@dataclass(slots=True)
class Run:
    """What a run showed. ``said``: with the moment it was said, by stream. ``refused``: streams no ear took."""

    streams: int
    seconds: float
    percent_of_core: float = 0.0
    began_s: dict[str, float] = field(default_factory=dict)
    said: dict[str, list[tuple[float, Said]]] = field(default_factory=lambda: defaultdict(list))
    ratio: float = 0.0
    late_s: float = 0.0
    dropped: int = 0
    refused: int = 0

    @property
    def per_stream(self) -> float:
        """Percent of a core per stream."""
        return self.percent_of_core / self.streams

    def ends(self) -> list[Ended]:
        """Return how each stream ended."""
        return [said for reports in self.said.values() for _, said in reports if isinstance(said, Ended)]

    def stages(self) -> dict[str, int]:
        """Return how many streams went down to each stage."""
        names = [said.stage for reports in self.said.values() for _, said in reports if isinstance(said, Degraded)]
        return {name: names.count(name) for name in dict.fromkeys(names)}


async def play(file: Path, run: Run, streams: Sequence[tuple[str, str, int, int]], pids: Sequence[int]) -> None:
    """Feed streams in real time; the first second and the last are left out of the processor time."""
    generator = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "exchange_side.py"), stdin=-1, stdout=-1, env=ENVIRONMENT
    )
    assert generator.stdin is not None
    assert generator.stdout is not None
    plan = {"file": str(file), "seconds": run.seconds, "streams": list(streams)}
    generator.stdin.write(json.dumps(plan).encode() + b"\n")
    run.began_s = json.loads(await generator.stdout.readline())
    await asyncio.sleep(1.0)
    before_s, from_s = used_s(*pids), time.monotonic()
    await asyncio.sleep(run.seconds - 2.0)
    run.percent_of_core = 100 * (used_s(*pids) - before_s) / (time.monotonic() - from_s)
    end = json.loads(await generator.stdout.readline())
    run.late_s, run.dropped = end["late_s"], end["dropped"]
    await generator.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A run of ears: how many streams of which talk, for how long; ``pids`` of servers that work for them."""

    talk: Path
    language: str
    streams: int
    seconds: float
    setup: Setup = field(default_factory=Setup)
    ears: int = 1
    argv: Sequence[str] = (sys.executable, "-m", "waihu.speech.ear")
    measures: bool = False
    partials: bool = True
    pids: Sequence[int] = ()
    offset_s: float = 1.7


async def hear(wanted: Wanted) -> Run:
    """Let ears hear streams; returns what they said, and what it cost."""
    run = Run(wanted.streams, wanted.seconds)
    os.environ["PYTHONPATH"] = ENVIRONMENT["PYTHONPATH"]
    ears = Ears(wanted.setup, wanted.ears, Metrics(), wanted.argv)

    def take(said: Said) -> None:
        if isinstance(said, Load):
            run.ratio = max(run.ratio, said.ratio)
        elif hasattr(said, "stream_id"):
            run.said[said.stream_id].append((time.monotonic(), said))

    ears.on_said = take
    task = asyncio.create_task(ears.run())
    try:
        async with asyncio.timeout(60.0):
            while ears.state().ready < wanted.ears:  # noqa: ASYNC110 -- nothing tells
                await asyncio.sleep(0.05)
        streams = [one for n in range(wanted.streams) if (one := _reserve(ears, wanted, n)) is not None]
        run.streams, run.refused = len(streams), wanted.streams - len(streams)
        pids = [ear.pid for ear in ears.state().ears if ear.pid is not None]
        await play(wanted.talk, run, streams, [*pids, *wanted.pids])
        await _ended(run)
    finally:
        await ears.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return run


def _reserve(ears: Ears, wanted: Wanted, n: int) -> tuple[str, str, int, int] | None:
    expect = Expect(
        stream_id=uuid4().hex,
        language=wanted.language,
        measures=wanted.measures,
        within_s=30.0,
        partials=wanted.partials,
    )
    try:
        host, port = ears.reserve(expect)
    except SpeechBusy:
        return None
    return expect.stream_id, host, port, int(n * wanted.offset_s * 8000)


async def _ended(run: Run) -> None:
    for _ in range(200):
        if len(run.ends()) >= run.streams:
            return
        await asyncio.sleep(0.1)


def finals(run: Run) -> list[tuple[str, float, FinalSaid]]:
    """Return every final with its stream and moment."""
    return [(name, at, said) for name, all_ in run.said.items() for at, said in all_ if isinstance(said, FinalSaid)]


def partials(run: Run) -> list[tuple[str, float, PartialSaid]]:
    """Return every partial with its stream and moment."""
    return [(name, at, said) for name, all_ in run.said.items() for at, said in all_ if isinstance(said, PartialSaid)]
