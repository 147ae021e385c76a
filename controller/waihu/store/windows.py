"""Hours of weekdays, as they lie in a row."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from waihu_models.line_group import LineWindow


def written_windows(windows: Iterable[LineWindow]) -> list[dict[str, Any]]:
    """Return windows as they are stored."""
    return [
        {"days": sorted(window.days), "start": window.start.isoformat(), "end": window.end.isoformat()}
        for window in windows
    ]


def windows_of(stored: Iterable[Mapping[str, Any]]) -> tuple[LineWindow, ...]:
    """Return stored windows."""
    return tuple(
        LineWindow(frozenset(one["days"]), time.fromisoformat(one["start"]), time.fromisoformat(one["end"]))
        for one in stored
    )
