"""A runner with a real store and a switch that is not connected."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.asterisk.support import until

from waihu.clock import SystemClock
from waihu.metrics import Metrics
from waihu.services.call_records import call_moved
from waihu.services.runner import QUEUE_SIZE, Parts, Runner
from waihu.store.calls import call_by_id
from waihu.store.migrate import migrate
from waihu.store.store import Store
from waihu.telephony.switch import AmiAccess, AriAccess, AsteriskSwitch
from waihu.testing.factories import NOON, a_call
from waihu_models import signals as sig
from waihu_models.call import Call, CallState
from waihu_models.call_life import advance


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'waihu.db'}"
    await migrate(url)
    opened = await Store.open(url)
    yield opened
    await opened.close()


@pytest.fixture
def parts(store: Store, tmp_path: Path) -> Parts:
    ari, ami = AriAccess("http://127.0.0.1:1/ari", "u", "p"), AmiAccess("127.0.0.1", 1, "u", "p")
    return Parts(store, AsteriskSwitch(ari, ami, recordings_dir=tmp_path, media={}), SystemClock(), Metrics())


def a_runner(call: Call, parts: Parts, told: list[Call]) -> Runner[Call]:
    return Runner(
        call, kind="call", advance=advance, changed=call_moved, told=lambda _, now: told.append(now), parts=parts
    )


def ended(call: Call) -> bool:
    return call.state is CallState.ENDED


def counted(parts: Parts, name: str, **labels: str) -> float:
    return parts.metrics.registry.get_sample_value(f"waihu_{name}_total", labels) or 0.0


async def test_a_full_queue_loses_signals_and_counts_them_and_never_blocks(parts: Parts) -> None:
    call = a_call()
    runner = a_runner(call, parts, [])
    for _ in range(QUEUE_SIZE + 7):
        runner.post(sig.LegRinging(call.leg_id, NOON))
    assert counted(parts, "call_queue_full") == 7


async def test_a_step_is_stored_before_anybody_is_told_of_it(parts: Parts, store: Store) -> None:
    call, told = a_call(), []
    runner = a_runner(call, parts, told)
    runner.post(sig.LegEntered(call.leg_id, NOON))
    runner.post(sig.LegEnded(call.leg_id, NOON, 16))
    await asyncio.wait_for(runner.run(ended), 5)
    assert [moved.state for moved in told] == [CallState.WAITING, CallState.ENDED]
    await until(lambda: store.backlog == 0)
    assert await call_by_id(store, call.id) == told[-1]


async def test_a_command_that_fails_comes_back_as_a_signal(parts: Parts) -> None:
    call, told = a_call(screening=True), []
    runner = a_runner(call, parts, told)
    runner.post(sig.LegEntered(call.leg_id, NOON))
    task = asyncio.create_task(runner.run(ended))
    await until(lambda: runner.value.hang_up_asked)
    assert runner.value.hang_up_asked == "Screen: switch_unreachable: not connected to the exchange"
    assert counted(parts, "commands_failed", command="Screen") == 1
    runner.post(sig.LegVanished(NOON))
    await asyncio.wait_for(task, 5)


async def test_an_illegal_signal_is_counted_reported_and_survived(parts: Parts) -> None:
    call, reported = a_call(), []
    parts.on_illegal = lambda kind, key: reported.append((kind, key))
    runner = a_runner(call, parts, [])
    runner.post(sig.HoldAsked(NOON))
    runner.post(sig.LegEnded(call.leg_id, NOON, 17, 486))
    await asyncio.wait_for(runner.run(ended), 5)
    assert reported == [("call", call.id)]
    assert counted(parts, "illegal_transitions", kind="call") == 1
    assert runner.value.outcome == "busy"


async def test_a_subscriber_that_fails_does_not_end_the_call_s_task(parts: Parts) -> None:
    call = a_call()

    def told(was: Call, now: Call) -> None:
        raise RuntimeError("broken")

    runner = Runner(call, kind="call", advance=advance, changed=call_moved, told=told, parts=parts)
    runner.post(sig.LegRinging(call.leg_id, NOON))
    runner.post(sig.LegEnded(call.leg_id, NOON, 17, 486))
    await asyncio.wait_for(runner.run(ended), 5)
    assert runner.value.outcome == "busy"
    assert counted(parts, "illegal_transitions", kind="call") == 2
