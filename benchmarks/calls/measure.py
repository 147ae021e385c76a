"""CPU time, memory, percentiles and tables."""

import math
import os
import statistics
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """CPU seconds a program has used so far, all threads, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


def rss_mb(pid: int) -> float:
    """Resident memory."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


class Window:
    """What we and the exchange use between two moments; made in the main thread, which runs the event loop."""

    def __init__(self, exchange_pid: int) -> None:
        self._exchange_pid = exchange_pid
        self.began, self.ended = datetime.now(UTC), datetime.now(UTC)
        self._at_first = self._now()
        self.spent = self._at_first

    def _now(self) -> dict[str, float]:
        return {
            "client": time.process_time(),
            "loop": time.thread_time(),
            "exchange": cpu_s(self._exchange_pid),
            "wall": time.monotonic(),
        }

    def close(self) -> None:
        self.spent = {name: value - self._at_first[name] for name, value in self._now().items()}
        self.ended = datetime.now(UTC)

    def per_call(self, calls: int) -> dict[str, float]:
        """CPU milliseconds per call; ``calls`` are those begun in the window."""
        each = max(calls, 1)
        spent = self.spent
        return {
            "calls": calls,
            "calls_per_s": calls / spent["wall"],
            "client_ms": spent["client"] * 1000 / each,
            "client_loop_ms": spent["loop"] * 1000 / each,
            "exchange_ms": spent["exchange"] * 1000 / each,
            "client_core_percent": spent["client"] * 100 / spent["wall"],
            "exchange_core_percent": spent["exchange"] * 100 / spent["wall"],
        }


def percentile(values: Iterable[float], share: float) -> float | None:
    """The smallest value that at least this share of all values does not exceed; None of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def medians(runs: Sequence[dict[str, Any]]) -> dict[str, float]:
    """The median of every figure that all runs have."""
    names = [name for name, value in runs[0].items() if isinstance(value, int | float)]
    return {name: statistics.median(run[name] for run in runs) for name in names}


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns, aligned; numbers with two decimals."""
    cells = [list(heads), *([f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)


def load() -> str:
    """How busy the machine is, in the kernel's own words."""
    return " ".join(f"{figure:.1f}" for figure in os.getloadavg())
