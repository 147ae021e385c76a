"""Runs of simulations, in processes of their own where there is more than one."""

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from waihu.dialer.simulation_forecast import Run


class Runnable(Protocol):
    """Something that can be simulated in another process."""

    @property
    def label(self) -> str:
        """Of the row its run belongs to."""
        ...

    def run(self) -> Run:
        """Simulate it."""
        ...


T = TypeVar("T", bound=Runnable)


def runs(tasks: Sequence[T], jobs: int) -> Iterator[Run]:
    """Yield the run of each task as it is finished; whoever stops asking ends what is under way."""
    if jobs <= 1 or len(tasks) <= 1:
        for task in tasks:
            yield task.run()
        return
    # Spawned: threads of the store may be at work here, and a fork would copy their locks.
    with multiprocessing.get_context("spawn").Pool(min(jobs, len(tasks)), _quiet) as pool:
        yield from pool.imap_unordered(_run, tasks)


def _run(task: Runnable) -> Run:
    return task.run()


def _quiet() -> None:
    """Let Ctrl-C reach only the program that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
