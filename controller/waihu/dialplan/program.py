"""``python -m waihu.dialplan.program``: render what people typed, in a process that cannot take much time or memory.

Reads ``Order`` and writes ``Outcome`` for each template, as JSON. What a template takes too long for is said with its
line; one that keeps even that from happening is ended by the kernel, and nothing is said at all.
"""

import resource
import signal
import sys
from collections.abc import Mapping
from types import FrameType

import msgspec

from waihu.dialplan.templates import line_of, render
from waihu.dialplan.variables import Value
from waihu_models.errors import BadTemplate

CPU_S = 2
"""Seconds of computing for all templates of one order; a second later the kernel ends it."""
MEMORY_BYTES = 512 << 20


class Job(msgspec.Struct, frozen=True):
    """A template to be rendered."""

    source: str
    values: Mapping[str, Value]


class Order(msgspec.Struct, frozen=True):
    """Templates to be rendered, by name."""

    jobs: Mapping[str, Job]


class Outcome(msgspec.Struct, frozen=True):
    """What became of one: text and lines, or a problem with its line and the values of its sentence."""

    text: str = ""
    lines: tuple[int, ...] = ()
    problem: str = ""
    line: int = 0
    values: tuple[str, ...] = ()


class _TooLong(Exception):
    """The time for computing is over."""


def main() -> None:
    """Render what is ordered on standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # nothing is written to any file
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXCPU, _over)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    outcomes = {name: _outcome(name, job) for name, job in order.jobs.items()}
    sys.stdout.buffer.write(msgspec.json.encode(outcomes))


def _over(_number: int, _frame: FrameType | None) -> None:
    raise _TooLong


def _outcome(name: str, job: Job) -> Outcome:
    try:
        rendered = render(name, job.source, job.values)
    except BadTemplate as error:
        return Outcome(problem=error.problem, line=error.line, values=error.values)
    except _TooLong as error:
        return Outcome(problem="endless-template", line=line_of(error), values=(str(CPU_S),))
    except MemoryError as error:
        return Outcome(problem="greedy-template", line=line_of(error), values=(str(MEMORY_BYTES >> 20),))
    return Outcome(text=rendered.text, lines=rendered.lines)


if __name__ == "__main__":
    main()
