#!/usr/bin/env python3
"""Cost of the store for each call, beside what bare sqlite3 needs for the same rows.

One call in three is answered, the others are not: 2 units for a call nobody answers; for an answered one 5 of the call
and 4 of its agent. Usage: python benchmarks/store/bench_store.py [--rate 100] [--seconds 10] [--repeat 3]
"""

import argparse
import asyncio
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event

from waihu.store import batch
from waihu.store.agents import add_agent
from waihu.store.campaigns import save_campaign
from waihu.store.engine import writing_engine
from waihu.store.leads import add_leads
from waihu.store.leases import Stream, Wish, lease
from waihu.store.migrate import migrate, migrate_sync
from waihu.store.statements import statements
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, a_campaign, a_lead, an_agent
from waihu_models.agent import Agent, AgentState
from waihu_models.call import Call, CallState
from waihu_models.disposition import STANDARD
from waihu_models.ids import RecordingId, new_id
from waihu_models.lead import Lead, LeadState, LeadStep
from waihu_models.outcome import Outcome
from waihu_models.recording import Recording, RecordingState

STEP_S = 0.2  # between the units of one call
Commit = Callable[[Unit], Awaitable[None]]


def units_of(call: Call, lead: Lead, agent: Agent) -> Iterator[Unit]:
    """The units of one call's life, each made when it is due."""
    unit = Unit()
    unit.save_call(call)
    unit.lead_dialled(lead.id, call.dialled_at)
    yield _told(unit, "call.dialling", call.id)
    if hash(call.id) % 3 == 0:
        answered = replace(call, ringing_at=NOON, answered_at=NOON, greeting_ended_at=NOON)
        for state in (CallState.WAITING, CallState.CONNECTED):
            unit = Unit()
            unit.save_call(replace(answered, state=state))
            if state is CallState.CONNECTED:
                recording = RecordingId(new_id())
                unit.save_recording(
                    Recording(id=recording, call_id=call.id, state=RecordingState.RECORDING, started_at=NOON)
                )
            yield _told(unit, f"call.{state}", call.id)
            yield _agent(agent, AgentState.RESERVED if state is CallState.WAITING else AgentState.TALKING)
        unit = Unit()
        call = replace(answered, state=CallState.WRAP_UP, disposition=STANDARD["sale"], connected_at=NOON)
        unit.save_call(call)
        unit.save_disposition(call)
        yield _told(unit, "call.wrap_up", call.id)
        yield _agent(agent, AgentState.WRAP_UP)
        yield _agent(agent, AgentState.AVAILABLE)
    unit = Unit()
    unit.save_call(replace(call, state=CallState.ENDED, outcome=Outcome.NO_ANSWER, ended_at=NOON, hung_up_at=NOON))
    unit.step_lead(lead.id, LeadStep(LeadState.RETRY, "no_answer", NOON + timedelta(hours=1)), "no_answer")
    _told(unit, "lead.stepped", lead.id)
    yield _told(unit, "call.ended", call.id)


def _agent(agent: Agent, state: AgentState) -> Unit:
    unit = Unit()
    unit.save_agent(replace(agent, state=state))
    unit.agent_state_ended(agent, NOON + timedelta(seconds=9))
    return _told(unit, f"agent.{state}", agent.id)


def _told(unit: Unit, topic: str, key: str) -> Unit:
    unit.add_outbox(topic, key, {"id": key, "state": topic, "direction": "outbound", "campaign_id": key}, NOON)
    return unit


@dataclass
class Load:
    """Calls at a steady rate; each commits its units one after the other and waits in between."""

    leads: list[Lead]
    rate: float
    seconds: float
    commit: Commit
    units: int = 0
    waits_ms: list[float] = field(default_factory=list)

    async def run(self, *, make_units: bool) -> float:
        """Return the CPU seconds of the whole program for each call."""
        agent, began_cpu, began = an_agent(), time.process_time(), time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(int(self.rate * self.seconds)):
                await asyncio.sleep(max(0.0, began + number / self.rate - time.perf_counter()))
                lead = self.leads[number]
                call = a_call(lead_id=lead.id, campaign_id=lead.campaign_id, number_e164=lead.number_e164)
                group.create_task(self._one(call, lead, agent, make_units))
        return (time.process_time() - began_cpu) / (self.rate * self.seconds)

    async def _one(self, call: Call, lead: Lead, agent: Agent, make_units: bool) -> None:
        steps = units_of(call, lead, agent) if make_units else iter([Unit()] * (9 if hash(call.id) % 3 == 0 else 2))
        for unit in steps:
            asked = time.perf_counter()
            await self.commit(unit)
            self.waits_ms.append((time.perf_counter() - asked) * 1000)
            self.units += 1
            await asyncio.sleep(STEP_S)


async def nothing(_: Unit) -> None:
    await asyncio.sleep(0)


async def a_store(folder: Path, leads: int) -> tuple[Store, list[Lead]]:
    url = f"sqlite+aiosqlite:///{folder / (new_id() + '.db')}"
    await migrate(url)
    store, campaign = await Store.open(url), a_campaign()
    await save_campaign(store, campaign)
    await add_agent(store, an_agent())
    made = [a_lead(campaign, f"+44{number:010}", priority=float(random.randrange(5))) for number in range(leads)]
    for start in range(0, leads, 1000):
        await add_leads(store, made[start : start + 1000])
    return store, made


async def cost_of_a_call(folder: Path, rate: float, seconds: float) -> dict[str, float]:
    store, leads = await a_store(folder, int(rate * seconds))
    transactions = 0
    real = batch.write

    def counted(*args: object) -> None:
        nonlocal transactions
        transactions += 1
        real(*args)  # type: ignore[arg-type]

    batch.write = counted  # type: ignore[assignment]
    bare = await Load(leads, rate, seconds, nothing).run(make_units=False)
    load = Load(leads, rate, seconds, store.commit)
    with_store = await load.run(make_units=True)
    batch.write = real
    await store.close()
    calls = rate * seconds
    load.waits_ms.sort()
    return {
        "units per call": load.units / calls,
        "CPU ms per call": (with_store - bare) * 1000,
        "units per transaction": load.units / transactions,
        "commit p50 ms": load.waits_ms[len(load.waits_ms) // 2],
        "commit p99 ms": load.waits_ms[len(load.waits_ms) * 99 // 100],
    }


async def flood(folder: Path, calls: int) -> float:
    """Units a second when they come as fast as they are taken."""
    store, leads = await a_store(folder, calls)
    made = [[*units_of(a_call(lead_id=lead.id), lead, an_agent())] for lead in leads]
    began, count = time.perf_counter(), 0
    for units in made:
        count += len(units)
        for unit in units:
            done = store.submit(unit)
            if store.backlog > 4000:
                await done
    await done
    took = time.perf_counter() - began
    await store.close()
    return count / took


def ceiling(folder: Path, calls: int) -> dict[str, float]:
    """The same statements and values through sqlite3 alone: 500 units a transaction, and one unit a transaction."""
    campaign = a_campaign()
    made = [unit for _ in range(calls) for unit in units_of(a_call(), a_lead(campaign), an_agent())]
    return {
        f"bare sqlite3 CPU ms per call, {size} units a transaction": _bare(folder, made, size) / calls * 1000
        for size in (500, 1)
    }


def _bare(folder: Path, made: list[Unit], size: int) -> float:
    """Have the store's statements and values written down in one database, then carry them out in another."""
    spoken: list[tuple[str, object, bool]] = []
    first, second = folder / f"{new_id()}.db", folder / f"{new_id()}.db"
    for file in (first, second):
        migrate_sync(f"sqlite:///{file}")
    engine = writing_engine(f"sqlite:///{first}", 5.0)
    event.listen(engine, "before_cursor_execute", lambda *a: spoken.append((a[2], a[3], a[5])))
    for start in range(0, len(made), size):
        with engine.begin() as connection:
            batch.write(connection, statements(engine.dialect), made[start : start + size])
        spoken.append(("COMMIT", (), False))
    engine.dispose()
    bare = sqlite3.connect(second, isolation_level=None)
    bare.execute("PRAGMA synchronous=NORMAL")
    bare.execute("PRAGMA foreign_keys=ON")
    began = time.process_time()
    for statement, values, many in spoken:
        (bare.executemany if many else bare.execute)(statement, values)  # type: ignore[operator]
    took = time.process_time() - began
    bare.close()
    return took


async def hopper(folder: Path, leads: int) -> float:
    """Milliseconds to take the 500 next of a long list."""
    store, made = await a_store(folder, leads)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        wish = Wish(
            campaign_id=made[0].campaign_id,
            holder="bench",
            token=new_id(),
            now=NOON,
            until=NOON + timedelta(hours=1),
            streams=(Stream(500),),
        )
        await lease(store, wish)
        took.append((time.perf_counter() - began) * 1000)
    await store.close()
    return statistics.median(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=100.0, help="calls a second")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of one run")
    parser.add_argument("--repeat", type=int, default=3, help="runs; medians are printed")
    parser.add_argument("--leads", type=int, default=100_000, help="length of the list the hopper reads from")
    wishes = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures: dict[str, list[float]] = {}
        for _ in range(wishes.repeat):
            found = asyncio.run(cost_of_a_call(folder, wishes.rate, wishes.seconds))
            found |= ceiling(folder, int(wishes.rate * wishes.seconds))
            found["units a second, flooded"] = asyncio.run(flood(folder, 2000))
            for label, value in found.items():
                figures.setdefault(label, []).append(value)
        for label, values in figures.items():
            print(f"{statistics.median(values):10.3f}  {label}   (of {', '.join(f'{v:.3f}' for v in sorted(values))})")
        took = asyncio.run(hopper(folder, wishes.leads))
        print(f"{took:10.3f}  ms to take the 500 next of {wishes.leads} leads")


if __name__ == "__main__":
    main()
