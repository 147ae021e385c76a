import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.asterisk.support import until

from waihu.bus import Bus, Stream
from waihu.services import tasks as tasks_module
from waihu.services.tasks import Tasks
from waihu.testing.factories import NOON
from waihu_models.events import AlertRaised, SwitchChanged


def alert(number: int) -> AlertRaised:
    return AlertRaised(f"code{number}", "", NOON)


def test_subscribers_are_told_in_order_and_only_of_what_they_asked_for() -> None:
    bus, told = Bus(), []
    bus.subscribe(AlertRaised, lambda event: told.append(("first", event)))
    bus.subscribe(AlertRaised, lambda event: told.append(("second", event)))
    bus.publish(alert(1))
    bus.publish(SwitchChanged(True, NOON))
    assert told == [("first", alert(1)), ("second", alert(1))]


def test_a_subscriber_who_fails_keeps_nobody_else_from_being_told() -> None:
    bus, told = Bus(), []

    def fails(_: SwitchChanged) -> None:
        raise ValueError("no")

    bus.subscribe(SwitchChanged, fails)
    bus.subscribe(SwitchChanged, told.append)
    bus.publish(SwitchChanged(True, NOON))
    assert len(told) == 1


async def test_a_stream_gets_everything_until_it_is_closed() -> None:
    bus = Bus()
    bus.publish(alert(0))
    stream = bus.stream()
    bus.publish(alert(1))
    bus.publish(SwitchChanged(True, NOON))
    assert [await stream.get(), await stream.get()] == [alert(1), SwitchChanged(True, NOON)]
    reader = asyncio.create_task(stream.get())
    bus.publish(alert(2))
    assert await reader == alert(2)
    bus.close(stream)
    bus.publish(alert(3))
    assert stream.lost == 0


@given(st.integers(1, 20), st.integers(0, 60))
def test_a_full_stream_loses_its_oldest_events_and_counts_them(size: int, count: int) -> None:
    async def fill_and_read() -> None:
        stream = Stream(size)
        for number in range(count):
            stream.offer(alert(number))
        assert stream.lost == max(0, count - size)
        kept = [await stream.get() for _ in range(count - stream.lost)]
        assert kept == [alert(number) for number in range(stream.lost, count)]

    asyncio.run(fill_and_read())


# ---- tasks --------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _quick_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks_module, "RESTART_S", 0.01)


async def test_a_failing_piece_is_started_again_and_takes_no_other_down() -> None:
    tasks, runs, beats = Tasks(), [], []

    async def fails() -> None:
        runs.append(1)
        if len(runs) < 4:
            raise RuntimeError("broken")
        await asyncio.Event().wait()

    async def works() -> None:
        while True:
            beats.append(1)
            await asyncio.sleep(0.001)

    tasks.forever(works, "works")
    tasks.forever(fails, "fails")
    await until(lambda: len(runs) == 4)
    so_far = len(beats)
    await until(lambda: len(beats) > so_far)
    assert tasks.failures == 3
    await tasks.cancel()
    assert len(runs) == 4


async def test_what_was_to_run_for_ever_but_ended_is_started_again_too() -> None:
    tasks, runs = Tasks(), []

    async def ends() -> None:
        runs.append(1)

    tasks.forever(ends, "ends")
    await until(lambda: len(runs) >= 3)
    assert tasks.failures == 0
    await tasks.cancel()


async def test_something_that_fails_once_is_counted_and_not_run_again() -> None:
    tasks, runs = Tasks(), []

    async def fails() -> None:
        runs.append(1)
        raise ValueError("broken")

    tasks.start(fails(), "fails")
    await until(lambda: tasks.failures == 1)
    await tasks.cancel()
    assert len(runs) == 1


async def test_the_end_waits_for_every_piece_to_clean_up() -> None:
    tasks, cleaned = Tasks(), []

    async def tidy(name: str) -> Any:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append(name)

    for name in ("a", "b", "c"):
        tasks.start(tidy(name), name)
    await asyncio.sleep(0)
    await tasks.cancel()
    assert sorted(cleaned) == ["a", "b", "c"]
