"""Virtual time: an event loop that jumps to the next timer when nothing is left to do, so that hours pass in moments.

Time stands still while another thread works for the loop, because its answer belongs to the present moment. That is
known, not guessed: an answer from another thread always ends a future that was made for it, and those are counted from
their making to their end. They come from ``run_in_executor`` (``to_thread`` too) and from aiosqlite, whose connections
each have a thread. All other futures are ended by callbacks of the loop, which are always run before time moves.

What the loop cannot know is a socket or another process: time would jump past their answers. Such tests take a real
loop. A program in which nothing can happen any more, and a thread that never answers, raise ``NothingHappens``.
"""

import asyncio
import functools
import selectors
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from waihu.testing.factories import NOON

T = TypeVar("T")
P = ParamSpec("P")

THREAD_LIMIT_S = 30.0
"""Real seconds a thread may work for one moment of virtual time."""
_THREADED = frozenset({"aiosqlite.core", "sqlalchemy.dialects.sqlite.aiosqlite"})
"""Modules that make a future for each piece of work they give to a thread, and no others."""


class NothingHappens(RuntimeError):
    """The scenario waits for something that cannot come."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock shows virtual seconds, from 0."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._answers: set[asyncio.Future[Any]] = set()
        self._at_wall_pace = False
        super().__init__(_Selector(self._pass_time))

    def time(self) -> float:
        """Return virtual seconds since the loop was made."""
        return self._now_s

    @contextmanager
    def wall_pace(self) -> Iterator[None]:
        """Let time pass as the wall clock does, for what needs a thread that is stuck: a locked database."""
        self._at_wall_pace = True
        try:
            yield
        finally:
            self._at_wall_pace = False

    # ---- what other threads do -------------------------------------------------------------------------------------

    def create_future(self) -> "asyncio.Future[Any]":
        """Make a future, and count it if another thread will end it."""
        future = super().create_future()
        if sys._getframe(1).f_globals.get("__name__") in _THREADED:
            self._count(future)
        return future

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> "asyncio.Future[T]":  # type: ignore[override]
        """Give work to a thread, and count it."""
        return self._count(super().run_in_executor(executor, func, *args))

    async def shutdown_default_executor(self, *args: Any) -> None:
        """End the threads of the default executor, which is awaited through a thread as well."""
        ended = self._count(super().create_future())
        try:
            await super().shutdown_default_executor(*args)
        finally:
            ended.set_result(None)

    def _count(self, future: "asyncio.Future[T]") -> "asyncio.Future[T]":
        self._answers.add(future)
        future.add_done_callback(self._answers.discard)
        return future

    # ---- time ------------------------------------------------------------------------------------------------------

    def _pass_time(self, wait: Callable[[float], Any], until_next_s: float | None) -> Any:
        """Be called when nothing is ready: wait for a thread, or let the time pass until the next timer."""
        if self._at_wall_pace and until_next_s is not None:
            began_s = time.monotonic()
            events = wait(until_next_s)
            self._now_s += min(time.monotonic() - began_s, until_next_s)
            return events
        if self._answers:
            if events := wait(THREAD_LIMIT_S):
                return events
            raise NothingHappens(f"a thread has not answered for {THREAD_LIMIT_S:.0f} s: {self._answers}")
        if until_next_s is None:
            raise NothingHappens("every task waits, and no timer is set")
        events = wait(0)
        if not events:
            self._now_s += until_next_s
        return events


class _Selector(selectors.SelectSelector):
    """Asks the loop what waiting means."""

    def __init__(self, pass_time: Callable[[Callable[[float], Any], float | None], Any]) -> None:
        super().__init__()
        self._pass_time = pass_time

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        return self._pass_time(super().select, timeout)


class VirtualClock:
    """The clock of a virtual loop; make it inside the loop."""

    def __init__(self, start: datetime = NOON) -> None:
        self._loop = asyncio.get_running_loop()
        self._start = start - timedelta(seconds=self._loop.time())

    def now(self) -> datetime:
        """Return the time of day, aware UTC."""
        return self._start + timedelta(seconds=self._loop.time())

    def monotonic(self) -> float:
        """Return virtual seconds."""
        return self._loop.time()


def run_virtual(scenario: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in a virtual loop of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(scenario)


def in_virtual_time(scenario: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Turn a coroutine function into a plain one, e.g. a test, that runs in virtual time."""

    @functools.wraps(scenario)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return run_virtual(scenario(*args, **kwargs))

    return run
