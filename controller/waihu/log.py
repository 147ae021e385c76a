"""Configure structlog: static event names, one JSON object (or one readable line) per event.

Personal values travel only under keys that start with ``pii_``; a processor takes them out unless enabled.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def _drop_personal(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in [key for key in event if key.startswith("pii_")]:
        event[key] = "(hidden)"
    return event


def configure(level: str = "info", *, json: bool = False, personal: bool = False, stream: TextIO | None = None) -> None:
    """Set up logging for the whole program.

    Args:
        level: debug, info, warning or error.
        json: One JSON object a line; otherwise readable lines.
        personal: Keep ``pii_*`` values.
        stream: Where to write; standard error by default.
    """
    out = stream or sys.stderr
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    if not personal:
        processors.append(_drop_personal)
    colours = out.isatty()
    processors.append(
        structlog.processors.JSONRenderer(ensure_ascii=False) if json else structlog.dev.ConsoleRenderer(colors=colours)
    )
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(_LEVELS[level], logging.WARNING), stream=out)


def set_level(level: str) -> None:
    """Write more or less from now on: debug, info, warning or error."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]))
    logging.getLogger().setLevel(max(_LEVELS[level], logging.WARNING))
