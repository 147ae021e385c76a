"""Waiting without sleeping, on the time of the running loop: real or virtual."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

LOOK_S = 0.02


async def until(reached: Callable[[], Any], limit_s: float = 10.0, what: str = "") -> Any:
    """Look again and again until ``reached`` returns something true, and return that.

    Raises:
        AssertionError: it has not within ``limit_s``.
    """
    try:
        async with asyncio.timeout(limit_s):
            while not (found := reached()):  # noqa: ASYNC110 -- anything may be waited for
                await asyncio.sleep(LOOK_S)
            return found
    except TimeoutError:
        raise AssertionError(f"not within {limit_s} s: {what or inspect.getsource(reached).strip()}") from None
