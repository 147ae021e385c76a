"""Background work by name: kept referenced, guarded, ended together."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

log = structlog.get_logger()

RESTART_S = 1.0


class Tasks:
    """A group of tasks in which a failing piece is logged by name and never takes the others down."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self.failures = 0

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run something once."""
        task = asyncio.create_task(self._guard(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def forever(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        """Run something that must not end: it is started again a second after a failure."""
        self.start(self._again(work, name), name)

    async def _guard(self, work: Awaitable[None], name: str) -> None:
        try:
            await work
        except Exception:
            self.failures += 1
            log.exception("task_failed", task=name)

    async def _again(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        while True:
            await self._guard(work(), name)
            await asyncio.sleep(RESTART_S)

    async def cancel(self) -> None:
        """End everything and wait for it."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
