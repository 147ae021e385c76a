"""A running program, known by its pid and its start time, so that a pid used again is never mistaken for it."""

import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Pid:
    """``started_ticks``: clock ticks from the machine's boot to the program's start (proc(5), stat field 22)."""

    number: int
    started_ticks: int

    @classmethod
    def of(cls, number: int) -> Self | None:
        """Read who has this pid now; None if nobody has, or only a dead program not yet buried."""
        try:
            stat = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        fields = stat.rpartition(")")[2].split()  # the name before may hold spaces and brackets
        return None if fields[0] in {"Z", "X"} else cls(number, int(fields[19]))

    @property
    def alive(self) -> bool:
        """Whether the very program still runs."""
        self.bury()
        return Pid.of(self.number) == self

    def bury(self) -> None:
        """Take note of the end of a child of ours, which stays a zombie until somebody does."""
        try:
            os.waitpid(self.number, os.WNOHANG)
        except OSError:  # no child of ours, or buried already
            return

    @property
    def arguments(self) -> list[str]:
        """Its command line; empty if it is gone."""
        try:
            return Path(f"/proc/{self.number}/cmdline").read_text(errors="replace").split("\0")
        except OSError:
            return []

    def open(self) -> int | None:
        """Open a pidfd, which becomes readable at the program's end; None if it is gone. The caller closes it."""
        try:
            descriptor = os.pidfd_open(self.number)
        except OSError:
            return None
        if self.alive:  # checked after opening: from here on the descriptor cannot mean another program
            return descriptor
        os.close(descriptor)
        return None

    def send(self, number: signal.Signals) -> bool:
        """Send a signal; False if the program is gone."""
        descriptor = self.open()
        if descriptor is None:
            return False
        try:
            signal.pidfd_send_signal(descriptor, number)
        except ProcessLookupError:
            return False
        finally:
            os.close(descriptor)
        return True


def spawn(argv: Sequence[str], output: Path, environment: Mapping[str, str]) -> Pid:
    """Start a program in a session of its own, so that it outlives us and gets none of our terminal's signals.

    Args:
        argv: program and arguments.
        output: file its standard output and error go to.
        environment: all of its environment variables.

    Raises:
        OSError: it cannot be started.
    """
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    number = os.posix_spawn(
        argv[0],
        list(argv),
        dict(environment),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(output), write, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )
    # A program that died already is still our unburied child: its pid cannot have been used again.
    return Pid.of(number) or Pid(number, 0)
