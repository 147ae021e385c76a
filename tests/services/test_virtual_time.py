"""Virtual time itself: it jumps over waiting, and never past the work of another thread."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import aiosqlite
import pytest

from waihu.testing import virtual_loop
from waihu.testing.factories import NOON
from waihu.testing.virtual_loop import NothingHappens, VirtualClock, VirtualLoop, in_virtual_time, run_virtual


@in_virtual_time
async def test_hours_pass_in_a_moment_and_in_order() -> None:
    began_s, clock = time.monotonic(), VirtualClock()
    seen: list[float] = []
    loop = asyncio.get_running_loop()
    for hours in (3, 1, 2):
        loop.call_later(hours * 3600.0, lambda hours=hours: seen.append(hours))
    await asyncio.sleep(4 * 3600.0)
    assert seen == [1, 2, 3]
    assert ((clock.now() - NOON).total_seconds(), clock.monotonic()) == (4 * 3600.0, 4 * 3600.0)
    assert time.monotonic() - began_s < 2.0


@in_virtual_time
async def test_a_time_out_comes_at_its_exact_moment() -> None:
    clock = VirtualClock()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(2.5):
            await asyncio.Event().wait()
    assert clock.monotonic() == 2.5


def _work(seconds: float) -> Callable[[], str]:
    def work() -> str:
        threading.Event().wait(seconds)
        return "done"

    return work


@in_virtual_time
async def test_time_stands_still_while_a_thread_works() -> None:
    clock = VirtualClock()
    ticking = asyncio.create_task(asyncio.sleep(1.0))
    assert await asyncio.to_thread(_work(0.05)) == "done"
    assert clock.monotonic() == 0.0
    assert not ticking.done()
    await ticking


@in_virtual_time
async def test_time_stands_still_while_a_database_works() -> None:
    clock = VirtualClock()
    async with asyncio.timeout(0.001), aiosqlite.connect(":memory:") as database:
        await database.create_function("slowly", 0, _work(0.05))
        async with database.execute("SELECT slowly()") as rows:
            assert await rows.fetchone() == ("done",)
    assert clock.monotonic() == 0.0


def test_a_scenario_in_which_nothing_can_happen_says_so() -> None:
    async def waits_for_ever() -> None:
        await asyncio.Event().wait()

    with pytest.raises(NothingHappens, match="every task waits"):
        run_virtual(waits_for_ever())


def test_a_thread_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_loop, "THREAD_LIMIT_S", 0.05)
    answer = threading.Event()

    async def waits_for_a_thread() -> None:
        try:
            await asyncio.to_thread(answer.wait)
        finally:
            answer.set()

    with pytest.raises(NothingHappens, match="a thread has not answered"):
        run_virtual(waits_for_a_thread())


@in_virtual_time
async def test_at_wall_pace_timers_come_while_a_thread_is_stuck(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    locked = sqlite3.connect(tmp_path / "db", isolation_level=None)
    locked.execute("BEGIN IMMEDIATE")
    async with aiosqlite.connect(tmp_path / "db") as database:
        with loop.wall_pace():
            writing = asyncio.create_task(_write(database))
            began_s = time.monotonic()
            await asyncio.sleep(0.1)
            assert time.monotonic() - began_s > 0.09
            assert not writing.done()
        locked.execute("ROLLBACK")
        locked.close()
        await writing


async def _write(database: aiosqlite.Connection) -> None:
    await database.execute("CREATE TABLE t (x)")
    await database.commit()
