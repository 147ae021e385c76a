#!/usr/bin/env python3
"""What it costs to hear calls while people talk, and how late words come: ears fed over AudioSocket in real time.

  bare, gathering   sockets are read and what comes is thrown away: the floor, and the same woken every 100 ms
  accepting         our ear, whose recogniser takes everything and says nothing: the path without decoding
  vosk              our ear with the fixture model: phrases of espeak-ng over a telephone line, half of the time silence
  ungated           the same ear whose voice gate is always open (part ``gate``)
  servers           our ear, and two ``waihu speech serve`` processes that recognise
  overload          one ear with more streams than it can follow

CPU is user + system of all threads of ears and servers, without the second at either end; the generator is a process of
its own and not counted. Lateness is counted from the moment the sound of a word's end was sent.
Usage: python benchmarks/speech/live.py [--only path whole gate servers overload] [--streams 20 100] [--seconds 30]
"""

import argparse
import asyncio
import os
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import talk
from ground import ENVIRONMENT, HERE, HOME, Run, Wanted, hear, play
from latency import late, percentiles

from waihu.services.ears import ARGV
from waihu.speech.ear_words import Setup
from waihu.speech.model_pack import unpack

FIXTURES = HOME / "tests" / "fixtures" / "asr"
TALK_S = 120.0
PARTS = ("path", "whole", "gate", "servers", "overload")


async def reader(kind: str, file: Path, streams: int, seconds: float) -> Run:
    """Feed a program that only reads."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "odd_ears.py"), kind, stdout=-1, env=ENVIRONMENT
    )
    try:
        assert program.stdout is not None
        port = int(await program.stdout.readline())
        run = Run(streams, seconds)
        await play(file, run, [(uuid4().hex, "127.0.0.1", port, 800 * n) for n in range(streams)], [program.pid])
        return run
    finally:
        program.kill()
        await program.wait()


def row(*cells: object) -> None:
    """Print a row of a table; floats have three digits."""
    print(
        "| " + " | ".join(f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in cells) + " |", flush=True
    )


def heads(*names: str) -> None:
    """Print the head of a table."""
    row(*names)
    print("|" + "---|" * len(names))


async def path(file: Path, wishes: argparse.Namespace) -> None:
    """The path's own cost."""
    heads("program", "streams", "% of a core", "% per stream", "ratio to bare", "generator late ms")
    for streams in wishes.streams:
        bare = 0.0
        for kind in ("bare", "gathering", "accepting"):
            if kind == "accepting":
                argv = (sys.executable, str(HERE / "odd_ears.py"), "accepting")
                wanted = Wanted(talk=file, language="en", streams=streams, seconds=wishes.seconds, argv=argv)
                run = await hear(wanted)
            else:
                run = await reader(kind, file, streams, wishes.seconds)
            bare = bare or run.per_stream
            row(kind, streams, run.percent_of_core, run.per_stream, run.per_stream / bare, 1000 * run.late_s)


LATENCY = ("final p50 ms", "p95", "p99", "first partial p50 ms", "p95", "p99", "phrases found")


def told(name: str, run: Run, file: Path, offset_s: float) -> None:
    """Print cost and lateness of a run."""
    phrases = talk.read_phrases(file)
    loop_s = file.stat().st_size / 2 / 8000
    found = late(run, phrases, loop_s, offset_s)
    lost = sum(end.lost_s for end in run.ends())
    row(
        name, run.streams, run.percent_of_core, run.per_stream, run.ratio, percentiles(found.finals_s),
        percentiles(found.partials_s), f"{found.found:.0%}", run.refused, lost, run.stages() or "none",
        1000 * run.late_s,
    )  # fmt: skip


def whole_heads() -> None:
    """Print the head of tables of whole ears."""
    heads(
        "program", "streams", "% of a core", "% per stream", "busiest ear's load", *LATENCY, "refused", "lost s",
        "degraded", "generator late ms",
    )  # fmt: skip


async def whole(file: Path, models: Path, wishes: argparse.Namespace) -> None:
    """Ears with the fixture model."""
    whole_heads()
    for streams in wishes.streams:
        for measures in (False, True) if streams == min(wishes.streams) else (False,):
            wanted = Wanted(
                talk=file, language="en", streams=streams, seconds=wishes.seconds, setup=Setup(models=str(models)),
                measures=measures,
            )  # fmt: skip
            told("vosk, measured" if measures else "vosk", await hear(wanted), file, wanted.offset_s)


async def gate(file: Path, models: Path, wishes: argparse.Namespace) -> None:
    """The same ear with its voice gate, and without."""
    whole_heads()
    for name, argv in (("vosk", ARGV), ("ungated", (sys.executable, str(HERE / "odd_ears.py"), "ungated"))):
        wanted = Wanted(
            talk=file, language="en", streams=min(wishes.streams), seconds=wishes.seconds,
            setup=Setup(models=str(models)), argv=argv,
        )  # fmt: skip
        told(name, await hear(wanted), file, wanted.offset_s)


async def servers(file: Path, models: Path, wishes: argparse.Namespace) -> None:
    """Two servers that recognise for one ear."""
    async with AsyncExitStack() as stack:
        pids, addresses = [], []
        for _ in range(2):
            argv = ("-m", "waihu", "speech", "serve", "--port", "0", "--models", str(models))
            child = await asyncio.create_subprocess_exec(sys.executable, *argv, stdout=-1, env=ENVIRONMENT)
            stack.callback(child.kill)
            assert child.stdout is not None
            addresses.append((await child.stdout.readline()).decode().split()[0])
            pids.append(child.pid)
        whole_heads()
        for streams in wishes.streams:
            setup = Setup(engine="vosk-server", servers=tuple(addresses), models=str(models))
            wanted = Wanted(talk=file, language="en", streams=streams, seconds=wishes.seconds, setup=setup, pids=pids)
            told("two servers", await hear(wanted), file, wanted.offset_s)


async def overload(file: Path, models: Path, wishes: argparse.Namespace) -> None:
    """One ear with too much to do."""
    whole_heads()
    for streams in wishes.overload:
        wanted = Wanted(
            talk=file, language="en", streams=streams, seconds=wishes.seconds, setup=Setup(models=str(models))
        )
        told("vosk", await hear(wanted), file, wanted.offset_s)


async def measure(wishes: argparse.Namespace, folder: Path) -> None:
    """Run what is wished."""
    models = folder / "models"
    unpack(FIXTURES / "fixture-en.zip", models / "fixture-en")
    file = talk.write(folder, "en", TALK_S)
    for part in PARTS:
        if part not in wishes.only:
            continue
        print(f"\n{part}, load {' '.join(f'{one:.1f}' for one in os.getloadavg())}\n")
        if part == "path":
            await path(file, wishes)
        else:
            await {"whole": whole, "gate": gate, "servers": servers, "overload": overload}[part](file, models, wishes)


def main() -> None:
    """Measure and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="parts to be measured")
    parser.add_argument("--streams", type=int, nargs="+", default=[20, 100], help="sides of calls at once")
    parser.add_argument("--overload", type=int, nargs="+", default=[200], help="streams that are too many for one ear")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of each run")
    wishes = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waihu-speech-") as name:
        asyncio.run(measure(wishes, Path(name)))


if __name__ == "__main__":
    main()
