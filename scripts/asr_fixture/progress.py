"""What people see of work that takes minutes: lines on standard error, with the seconds since it began."""

import sys
import time

_BEGAN = time.monotonic()


def say(text: str) -> None:
    """Write a line."""
    sys.stderr.write(f"[{time.monotonic() - _BEGAN:4.0f} s] {text}\n")
    sys.stderr.flush()


def say_nothing(text: str) -> None:
    """For those who do not want to know."""
