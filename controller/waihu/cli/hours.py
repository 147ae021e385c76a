"""Hours of weekdays, as people type and read them."""

import re
from collections.abc import Collection
from datetime import time

from waihu_models.errors import BadInput
from waihu_models.line_group import LineWindow

_HOURS = re.compile(r"([1-7])(?:-([1-7]))?,(\d\d:\d\d)-(\d\d:\d\d)", re.ASCII)


def hours_text(windows: Collection[LineWindow], zone: str) -> str:
    """Return windows in a line."""
    if not windows:
        return "always"
    said = (f"{''.join(map(str, sorted(w.days)))} {w.start:%H:%M}-{w.end:%H:%M}" for w in windows)
    return f"{', '.join(said)} {zone}"


def windows_of(texts: Collection[str]) -> tuple[LineWindow, ...]:
    """Return typed hours as windows; an empty text says nothing.

    Raises:
        BadInput: one is not written so.
    """
    return tuple(_window(text) for text in texts if text)


def _window(text: str) -> LineWindow:
    match = _HOURS.fullmatch(text)
    if match is None:
        raise BadInput(f"{text!r} is no hours: 1-5,09:00-18:00 is Monday to Friday, nine to six")
    first, last = int(match[1]), int(match[2] or match[1])
    try:
        start, end = time.fromisoformat(match[3]), time.fromisoformat(match[4])
    except ValueError as error:
        raise BadInput(f"{text!r} is no time of day: {error}") from error
    return LineWindow(frozenset(range(first, last + 1)), start, end)
