"""Threads in which recognisers work. All of a stream's work is done in one of them, in order; each serves many."""

import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TypeAlias

Job: TypeAlias = Callable[[], None]


class WorkThread:
    """One thread.

    Attributes:
        streams: How many are served by it now.
    """

    def __init__(self, number: int) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()  # bounded by what each stream may have waiting
        self._thread = threading.Thread(target=self._run, name=f"recogniser {number}", daemon=True)
        self._thread.start()
        self.streams = 0

    def do(self, job: Job) -> None:
        """Do something after all that was asked before."""
        self._jobs.put(job)

    def end(self) -> None:
        """End when all that was asked is done."""
        self._jobs.put(None)

    def join(self, limit_s: float) -> None:
        """Wait for the end; blocks."""
        self._thread.join(limit_s)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception as error:  # noqa: BLE001 -- a stream's trouble is never another's; jobs tell their own
                sys.stderr.write(f"recogniser: {error!r}\n")
            job = None  # a recogniser is let go of here, not when the next job comes
