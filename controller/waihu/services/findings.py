"""Findings: what was looked at, how it is, and how to mend it; shared by the health of a controller and the doctor."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from waihu.services.words import NOTHING, Words


class State(StrEnum):
    """How a check came out."""

    GOOD = "ok"
    WARNING = "warning"
    BAD = "bad"


_RANK = {State.GOOD: 0, State.WARNING: 1, State.BAD: 2}


def worst(states: list[State]) -> State:
    """Return the worst of several states; of none, good."""
    return max(states, key=_RANK.__getitem__, default=State.GOOD)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``mend`` says what to do when it is not well."""

    subject: str
    state: State
    seen: Words
    mend: Words = NOTHING


def free_bytes(folder: Path) -> int:
    """Return how much may still be written into a folder that exists."""
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


def disk_finding(folder: Path, min_free_mb: int) -> Finding:
    """Look at the room for recordings; the folder may not be there yet."""
    present = folder
    while not present.exists():
        present = present.parent
    free_mb = free_bytes(present) // 1_000_000
    if free_mb < min_free_mb:
        return Finding(
            "recordings",
            State.BAD,
            Words(f"{free_mb} MB free in {folder}", f"{folder} 仅剩 {free_mb} MB"),
            Words("free some space or move the folder", "请清理空间或更换录音目录"),
        )
    free_gb = f"{free_mb / 1000:.0f} GB"
    return Finding("recordings", State.GOOD, Words(f"{folder}, {free_gb} free", f"{folder}，剩余 {free_gb}"))
