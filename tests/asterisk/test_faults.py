"""Faults on the real thing. After each of them the books balance: every attempt has exactly one outcome."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.asterisk.support import until
from tests.asterisk.wire import Wire
from tests.asterisk.world import controller, logged_in, plan_of, prepared, some_agents, switch_of

from waihu.clock import SystemClock
from waihu.services.report import build_report
from waihu.store import calls as stored_calls
from waihu.store.store import Store
from waihu.telephony.exchange import Exchange
from waihu.telephony.switch import AmiAccess, AriAccess
from waihu_models.agent import AgentState
from waihu_models.call import CallState
from waihu_models.campaign import DialMode
from waihu_models.events import AlertRaised, RecordingChanged
from waihu_models.outcome import Outcome
from waihu_models.recording import RecordingState
from waihu_models.signals import HangUpAsked

LONG = [f"+44163296{index:02d}099" for index in range(10, 30)]


async def balance(url: str) -> tuple[int, int]:
    """Return attempts and the sum of outcomes and open calls, as the report counts them."""
    store = await Store.open(url)
    try:
        report = await build_report(store, clock=SystemClock())
        return report.attempts, sum(report.outcomes.values()) + report.open_calls
    finally:
        await store.close()


async def twice_dialled(url: str) -> int:
    store = await Store.open(url)
    try:
        counts: dict[str, int] = {}
        for call in await stored_calls.recent_calls(store, 10_000):
            counts[call.lead_id or ""] = counts.get(call.lead_id or "", 0) + 1
        return sum(count > 1 for count in counts.values())
    finally:
        await store.close()


@asynccontextmanager
async def controller_process(exchange: Exchange, url: str, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    config = exchange.config
    assert config.recordings_dir is not None
    assert config.sounds_dir is not None
    given = {
        "ari_url": exchange.ari_url, "ari_user": exchange.ari_user, "ari_password": exchange.ari_password,
        "ami_host": exchange.ami_host, "ami_port": str(exchange.ami_port), "ami_user": exchange.ami_user,
        "ami_password": exchange.ami_password, "recordings": str(config.recordings_dir), "store_url": url,
        "safe_harbour": f"sound:{config.sounds_dir}/en/safe-harbour",
    }  # fmt: skip
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with (folder / "controller.log").open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.asterisk.faulty_controller", json.dumps(given),
            stdout=asyncio.subprocess.PIPE, stderr=errors, env=env,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(20):
            assert await process.stdout.readline() == b"ready\n", (folder / "controller.log").read_text()
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def talking(exchange: Exchange) -> int:
    """Customers' legs that share a bridge with an agent."""
    listed = await exchange.cli("bridge show all")
    return sum(1 for line in listed.splitlines() if line.split()[1:2] == ["2"] or " 2 " in line)


async def test_a_killed_controller_adopts_its_calls_and_nobody_is_dialled_twice(
    own_exchange: Callable[..., Exchange], tmp_path: Path
) -> None:
    exchange = own_exchange(recordings_dir=tmp_path / "recordings")
    await exchange.start()
    url, _ = await prepared(
        tmp_path, LONG, agents=some_agents(3), mode=DialMode.RATIO, lines_per_agent=1.0, target_drop_ratio=1.0
    )
    async with controller_process(exchange, url, tmp_path) as process:

        async def three_talk() -> bool:
            return await talking(exchange) >= 3

        await until(three_talk, 20.0, "three calls are connected")
        process.send_signal(signal.SIGKILL)
        await process.wait()
    assert await talking(exchange) == 3, "agents on a call keep talking without a controller"
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    async with controller(plan_of(exchange, url)) as (app, _seen):
        await until(lambda: sum(call.state is CallState.CONNECTED for call in app.calls) >= 3, 5.0, "adopted")
        assert loop.time() - began_s < 5.0
        # What the killed one did not get to store any more is read off the exchange.
        await until(lambda: {agent.state for agent in app.agents} == {AgentState.TALKING}, 2.0, "and their agents")
        assert await talking(exchange) == 3
        call = next(call for call in app.calls if call.state is CallState.CONNECTED)
        app.calls.ask(call.id, HangUpAsked(app.clock.now(), "test"))
        await until(lambda: app.calls.get(call.id) is None, 10.0, "an adopted call ends as any other")
    assert await twice_dialled(url) == 0
    attempts, outcomes = await balance(url)
    assert attempts == outcomes > 0


async def test_a_killed_exchange_ends_its_calls_with_a_reason_and_dialling_resumes(
    own_exchange: Callable[..., Exchange], tmp_path: Path
) -> None:
    exchange = own_exchange(recordings_dir=tmp_path / "recordings")
    await exchange.start()
    url, _ = await prepared(tmp_path, LONG, agents=some_agents(2), mode=DialMode.PROGRESSIVE)
    async with controller(plan_of(exchange, url)) as (app, seen):
        kept = []
        app.bus.subscribe(RecordingChanged, lambda change: kept.append(change.recording))
        app.tasks.forever(exchange.watch, "exchange")
        await logged_in(app)
        await app.dialling.start("spring")
        await until(lambda: sum(c.state is CallState.CONNECTED for c in seen.calls.values()) == 2, 15.0, "two talk")
        raw = [
            tmp_path / "recordings" / f"{call.recording_id}.raw" for call in seen.calls.values() if call.recording_id
        ]
        await until(
            lambda: all(path.exists() and path.stat().st_size > 64_000 for path in raw), 15.0, "sound is written"
        )
        before = set(seen.calls)
        exchange.kill()
        await until(lambda: {call.id for call in seen.ended} >= before, 20.0, "calls end")
        assert all(seen.calls[call_id].reason for call_id in before)
        await until(lambda: app.switch.reachable, 20.0, "the exchange is back")
        at_work = (AgentState.AVAILABLE, AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP)
        await until(lambda: all(agent.state in at_work for agent in app.agents), 15.0, "agents are called again")
        await until(
            lambda: any(c.id not in before and c.connected_at for c in seen.calls.values()), 20.0, "dials again"
        )
        await until(lambda: len(kept) >= 2, 10.0, "recordings are finished")
        assert all(recording.state is not RecordingState.FAILED for recording in kept)
        assert all(recording.duration_s > 1 for recording in kept[:2])
    attempts, outcomes = await balance(url)
    assert attempts == outcomes > 0


async def test_a_cut_control_connection_stops_dialling_at_once_and_is_reconciled(
    exchange: Exchange, tmp_path: Path
) -> None:
    url, _ = await prepared(tmp_path, LONG, agents=some_agents(2), mode=DialMode.PROGRESSIVE)
    recordings = exchange.config.recordings_dir
    assert recordings is not None
    async with Wire.to(exchange.ari_url) as wire:
        switch = switch_of(exchange, recordings)
        switch = type(switch)(
            AriAccess(wire.url, exchange.ari_user, exchange.ari_password),
            AmiAccess(exchange.ami_host, exchange.ami_port, exchange.ami_user, exchange.ami_password),
            recordings_dir=recordings,
            media={},
        )
        async with controller(plan_of(exchange, url, switch=switch)) as (app, seen):
            await logged_in(app)
            loop = await app.dialling.start("spring")
            await until(lambda: sum(c.state is CallState.CONNECTED for c in seen.calls.values()) == 2, 15.0, "two talk")
            first, second = [call for call in seen.calls.values() if call.state is CallState.CONNECTED]
            wire.cut()
            await until(lambda: not app.switch.reachable, 0.1, "the loss is seen within 100 ms")
            assert loop.decide() == 0
            dialled = len(seen.calls)
            await exchange.cli(f"channel request hangup {await channel_of(exchange, first.leg_id)}")
            await until(lambda: wire.refused >= 3, 10.0, "it tries again")
            assert len(seen.calls) == dialled
            wire.mend()
            await until(lambda: app.switch.reachable, 10.0, "the connection is back")
            await until(lambda: seen.calls[first.id].hung_up_at, 5.0, "an end that nobody saw is found")
            assert seen.calls[second.id].state is CallState.CONNECTED
            await until(lambda: len(seen.calls) > dialled, 15.0, "dialling resumes")
    attempts, outcomes = await balance(url)
    assert attempts == outcomes > 0


async def channel_of(exchange: Exchange, leg_id: str) -> str:
    listed = await exchange.cli("core show channels concise")
    return next(line.split("!")[0] for line in listed.splitlines() if line.rstrip().endswith(leg_id))


async def test_a_cut_manager_connection_costs_recordings_but_no_call(exchange: Exchange, tmp_path: Path) -> None:
    url, _ = await prepared(tmp_path, LONG[:2], agents=some_agents(1), mode=DialMode.PROGRESSIVE)
    recordings = exchange.config.recordings_dir
    assert recordings is not None
    async with Wire.to(f"tcp://{exchange.ami_host}:{exchange.ami_port}") as wire:
        switch = type(switch_of(exchange, recordings))(
            AriAccess(exchange.ari_url, exchange.ari_user, exchange.ari_password),
            AmiAccess(wire.host, wire.port, exchange.ami_user, exchange.ami_password),
            recordings_dir=recordings,
            media={},
        )
        async with controller(plan_of(exchange, url, switch=switch)) as (app, seen):
            await logged_in(app)
            wire.cut()
            await app.dialling.start("spring")
            await until(lambda: any(c.state is CallState.CONNECTED for c in seen.calls.values()), 15.0, "connected")
            call = next(iter(seen.calls.values()))
            await until(lambda: "StartRecording" in seen.calls[call.id].reason, 10.0, "the failure is on the call")
            assert seen.calls[call.id].state is CallState.CONNECTED
    attempts, outcomes = await balance(url)
    assert attempts == outcomes > 0


async def test_a_database_locked_for_three_seconds_loses_nothing_and_keeps_people_talking(
    exchange: Exchange, tmp_path: Path
) -> None:
    url, _ = await prepared(tmp_path, LONG[:6], agents=some_agents(2), mode=DialMode.PROGRESSIVE)
    async with controller(plan_of(exchange, url)) as (app, seen):
        await logged_in(app)
        await app.dialling.start("spring")
        await until(lambda: any(call.answered_at for call in seen.calls.values()), 10.0, "answered")
        locker = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _LOCKER, str(tmp_path / "waihu.db"), stdout=asyncio.subprocess.PIPE
        )
        assert locker.stdout is not None
        assert await locker.stdout.readline() == b"locked\n"
        await until(lambda: sum(c.state is CallState.CONNECTED for c in seen.calls.values()) == 2, 10.0, "connected")
        assert await locker.wait() == 0
        app.dialling.halt()
        for call in list(app.calls):
            app.calls.post(call.id, HangUpAsked(app.clock.now(), "test"))
        await until(lambda: all(c.ended_at for c in seen.calls.values()), 15.0, "ended")
    attempts, outcomes = await balance(url)
    assert attempts == outcomes == len(seen.calls)


_LOCKER = """
import sqlite3, sys, threading
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
threading.Event().wait(3)
db.execute("ROLLBACK")
"""


async def test_a_full_disk_raises_an_alert_and_calls_go_on(
    own_exchange: Callable[..., Exchange], small_disk: Path, tmp_path: Path
) -> None:
    exchange = own_exchange(recordings_dir=small_disk)
    await exchange.start()
    (small_disk / "filler").write_bytes(b"\0" * filler_bytes(small_disk))
    url, _ = await prepared(tmp_path, [f"+4416329{index}0023" for index in (60, 61)], agents=some_agents(1),
                            mode=DialMode.PROGRESSIVE)  # fmt: skip
    alerts: list[AlertRaised] = []
    async with controller(plan_of(exchange, url, min_free_bytes=10_000_000)) as (app, seen):
        app.bus.subscribe(AlertRaised, alerts.append)
        kept = []
        app.bus.subscribe(RecordingChanged, lambda change: kept.append(change.recording))
        await logged_in(app)
        await app.dialling.start("spring")
        await until(lambda: len(seen.ended) == 2, 40.0, "both calls end")
        assert {call.outcome for call in seen.ended} == {Outcome.ANSWERED}
        await until(lambda: len(kept) == 2, 10.0, "their recordings are accounted for")
        assert {recording.state for recording in kept} <= {RecordingState.FAILED, RecordingState.EMPTY}
    with sqlite3.connect(tmp_path / "waihu.db") as db:
        codes = {code for (code,) in db.execute("SELECT code FROM alert_log")}
    assert "disk_full" in codes
    attempts, outcomes = await balance(url)
    assert attempts == outcomes == 2


def filler_bytes(folder: Path) -> int:
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize
