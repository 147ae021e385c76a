"""Whether somebody may wait in a queue now, or in which other one, or is to be told that nobody will come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from waihu_models.queue import AfterHours, Queue


class Shut(StrEnum):
    """Why nobody may wait in a queue."""

    CLOSED = "closed"  # at this hour, or altogether
    FULL = "full"
    UNSTAFFED = "unstaffed"  # no agent who could take its callers is logged in
    WAITED = "waited"  # patience is over


@dataclass(frozen=True, slots=True)
class Door:
    """The queue to wait in; or the one that was asked for, and why it is shut."""

    queue: Queue
    shut: Shut | None = None


class Hall(Protocol):
    """What the doors of queues open by."""

    def find(self, name: str) -> Queue | None:
        """Return a queue, None if there is none of this name."""
        ...

    def waiting(self, name: str) -> int:
        """Return how many wait in a queue."""
        ...

    def staffed(self, queue: Queue) -> bool:
        """Say whether an agent who takes its callers is logged in, busy or not."""
        ...


def door(queue: Queue, hall: Hall, now: datetime) -> Door:
    """Return where somebody who came for a queue waits."""
    shut = _shut(queue, hall, now)
    if shut is None:
        return Door(queue)
    if shut is Shut.CLOSED and queue.after_hours is not AfterHours.QUEUE:
        return Door(queue, shut)
    return next_door(queue, hall, now, shut)


def next_door(queue: Queue, hall: Hall, now: datetime, why: Shut) -> Door:
    """Return where somebody waits who can stay in a queue no longer."""
    following = _next(queue, hall, now)
    return Door(following) if following is not None else Door(queue, why)


def _next(queue: Queue, hall: Hall, now: datetime) -> Queue | None:
    """Return the first queue on the way of overflows in which somebody may wait."""
    seen = {queue.name}
    following: Queue | None = queue
    while following is not None and following.overflow_to and following.overflow_to not in seen:
        seen.add(following.overflow_to)
        following = hall.find(following.overflow_to)
        if following is not None and _shut(following, hall, now) is None:
            return following
    return None


def _shut(queue: Queue, hall: Hall, now: datetime) -> Shut | None:
    checks: tuple[tuple[Shut, Callable[[], bool]], ...] = (
        (Shut.CLOSED, lambda: not queue.open_at(now)),
        (Shut.UNSTAFFED, lambda: not hall.staffed(queue)),
        (Shut.FULL, lambda: 0 < queue.most_waiting <= hall.waiting(queue.name)),
    )
    return next((shut for shut, holds in checks if holds()), None)
