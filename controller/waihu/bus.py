"""The bus: who is told that something happened.

Subscribers inside the controller are plain functions called at once, in order of subscription; they must not block.
Streams are bounded queues for slower readers: a full one loses its oldest events and counts them, and never blocks.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from waihu_models.events import Event

log = structlog.get_logger()

E = TypeVar("E")


class Stream:
    """A bounded queue of events for one reader; ``lost`` counts what did not fit."""

    def __init__(self, size: int) -> None:
        self._queue: asyncio.Queue[Event] = asyncio.Queue(size)
        self.lost = 0

    def offer(self, event: Event) -> None:
        """Add an event, dropping the oldest one when full."""
        if self._queue.full():
            self._queue.get_nowait()
            self.lost += 1
        self._queue.put_nowait(event)

    async def get(self) -> Event:
        """Return the next event, waiting for it."""
        return await self._queue.get()


class Bus:
    """In-process publish and subscribe, by type of event."""

    def __init__(self) -> None:
        self._subscribers: defaultdict[type, list[Callable[[Any], None]]] = defaultdict(list)
        self._streams: list[Stream] = []

    def subscribe(self, kind: type[E], receiver: Callable[[E], None]) -> None:
        """Call ``receiver`` for each event of exactly this type."""
        self._subscribers[kind].append(receiver)

    def stream(self, size: int = 1000) -> Stream:
        """Return a queue that gets every event from now on."""
        stream = Stream(size)
        self._streams.append(stream)
        return stream

    def close(self, stream: Stream) -> None:
        """Stop filling a stream."""
        self._streams.remove(stream)

    def publish(self, event: Event) -> None:
        """Tell everybody; one who fails is logged, and the others are told all the same."""
        for receiver in self._subscribers[type(event)]:
            try:
                receiver(event)
            except Exception:
                log.exception("subscriber_failed", event_type=type(event).__name__)
        for stream in self._streams:
            stream.offer(event)
