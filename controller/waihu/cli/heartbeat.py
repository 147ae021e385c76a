"""A sign of life of the running controller, for ``waihu doctor`` and container health checks: one small file."""

import asyncio
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from waihu import paths

if TYPE_CHECKING:
    from waihu.app import App

EVERY_S = 5.0


class Heartbeat(msgspec.Struct, frozen=True):
    """What a controller says of itself."""

    pid: int
    at_s: float  # seconds since 1970, so that another program can tell its age
    reachable: bool
    live_calls: int

    @property
    def age_s(self) -> float:
        """Seconds since it was written."""
        return time.time() - self.at_s


def _path() -> Path:
    return paths.var() / "controller.json"


async def beat(app: "App") -> None:
    """Write a sign of life every few seconds until cancelled."""
    while True:
        now = Heartbeat(os.getpid(), time.time(), app.switch.reachable, len(app.calls))
        partial = _path().with_suffix(".part")
        partial.write_bytes(msgspec.json.encode(now))
        partial.replace(_path())
        await asyncio.sleep(EVERY_S)


def forget() -> None:
    """Take the sign away: the controller has ended."""
    _path().unlink(missing_ok=True)


def read_heartbeat() -> Heartbeat | None:
    """Return the last sign of life, None if there is none."""
    try:
        return msgspec.json.decode(_path().read_bytes(), type=Heartbeat)
    except (OSError, msgspec.DecodeError):
        return None
