"""Measure the hopper on a list of a million leads, beside a bare read of the same index in the same run.

First one hopper is refilled again and again with nothing else going on. Then two dial loops, each with a store of its
own on one SQLite file, take leads at a steady rate, have them cleared by the law's facts, store them as dialled and
step them.
Printed are

- what a refill step takes (the call that leases the next leads), alone and while all that goes on, and the bare read of
  as many leads by the same index,
- leads given out per second, and whether any was given out twice,
- memory of the program before and after,
- the time from another program's change of a staged lead until the hopper does not hold it any more.
"""

import argparse
import asyncio
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from waihu.app import SWITCH_S
from waihu.bus import Bus
from waihu.clock import SystemClock
from waihu.metrics import Metrics
from waihu.services.hopper import FEW_LEFT, STAGED, Hopper
from waihu.services.list_watch import ListWatch
from waihu.store.audit import By
from waihu.store.campaigns import campaign_named, save_campaign
from waihu.store.lead_changes import close_lead
from waihu.store.leads import add_leads
from waihu.store.migrate import migrate
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import a_campaign, a_lead
from waihu_models.campaign import Campaign
from waihu_models.lead import Lead, LeadState, LeadStep

TURN_S = 0.02
CHANGES = 200
REFILLS = 300
_BARE = """
SELECT * FROM lead WHERE campaign_id = ? AND state = 'new' AND lane = 0 AND next_at IS NULL
ORDER BY pass_no, rank, id LIMIT ?
"""


@dataclass
class Figures:
    """What one run showed."""

    refills_ms: list[float] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)


def some_leads(campaign: Campaign, count: int) -> Iterator[Lead]:
    chance, now = random.Random(1), SystemClock().now()
    for number in range(count):
        state = LeadState.NEW if chance.random() < 0.8 else LeadState.RETRY
        later = state is LeadState.RETRY and chance.random() < 0.25
        yield a_lead(
            campaign,
            f"+4416{number:08d}",
            state=state,
            zone="Europe/London",
            urgency=float(chance.randrange(11)),
            value=float(chance.randrange(11)),
            score=chance.random(),
            next_at=now + timedelta(hours=chance.random() * 8) if later else None,
        )


async def a_long_list(url: str, count: int) -> None:
    await migrate(url)
    store, campaign = await Store.open(url), a_campaign()
    await save_campaign(store, campaign)
    page: list[Lead] = []
    for lead in some_leads(campaign, count):
        page.append(lead)
        if len(page) == 5000:
            await add_leads(store, page)
            page = []
    await add_leads(store, page)
    await store.close()


async def alone(store: Store, hopper: Hopper) -> tuple[list[float], list[float]]:
    """Milliseconds, and of the processor, of each refill step when nothing else is going on."""
    took, cpu = [], []
    for _ in range(REFILLS):
        began, began_cpu = time.perf_counter(), time.process_time()
        await hopper.refill()
        took.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - began_cpu) * 1000)
        left = STAGED - FEW_LEFT + 1
        while left > 0:
            await hopper.clear()
            leads = hopper.take(left, lambda _: False)
            left -= len(leads)
            done = [call(store, lead) for lead in leads]
        await asyncio.gather(*done)
    return took, cpu


async def dial(store: Store, hopper: Hopper, rate: float, seconds: float, figures: Figures) -> None:
    """Take, store and step leads at a rate."""
    began, taken = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < seconds:
        few = len(hopper) < FEW_LEFT
        asked = time.perf_counter()
        await hopper.refill()
        if few:
            figures.refills_ms.append((time.perf_counter() - asked) * 1000)
        await hopper.clear()
        leads = hopper.take(int(rate * passed) - taken, lambda _: False)
        taken += len(leads)
        figures.taken += [lead.id for lead in leads]
        for lead in leads:
            call(store, lead)
        await asyncio.sleep(0 if len(leads) and taken < rate * passed - 1 else TURN_S)


def call(store: Store, lead: Lead) -> "asyncio.Future[None]":
    now, unit = SystemClock().now(), Unit()
    unit.lead_dialled(lead.id, now, lead.version)
    store.submit(unit)
    unit = Unit()
    unit.step_lead(lead.id, LeadStep(LeadState.RETRY, "no_answer", now + timedelta(hours=9)), "no_answer")
    return store.submit(unit)


async def changes(url: str, hopper: Hopper, count: int) -> list[float]:
    """Seconds from the commit of a change by another program until the hopper does not hold the lead any more."""
    elsewhere, waits = await Store.open(url), []
    await hopper.refill()
    for lead in list(hopper)[:count]:
        await close_lead(elsewhere, lead.id, "a change", By("bench", SystemClock().now()))
        changed = time.perf_counter()
        while any(staged.id == lead.id for staged in hopper):  # noqa: ASYNC110 -- as a dial loop looks
            await asyncio.sleep(0.002)
        waits.append(time.perf_counter() - changed)
    await elsewhere.close()
    return waits


def bare(file: Path, campaign: Campaign, times: int) -> list[float]:
    """Milliseconds of the plain index read of as many leads as a refill takes."""
    connection, took = sqlite3.connect(file), []
    for _ in range(times):
        began = time.perf_counter()
        connection.execute(_BARE, (campaign.id, STAGED - FEW_LEFT)).fetchall()
        took.append((time.perf_counter() - began) * 1000)
    connection.close()
    return took


def shown(label: str, values: list[float], unit: str) -> None:
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    print(f"{label}: p50 {statistics.median(ordered):.2f} {unit}, p99 {p99:.2f} {unit}, "
          f"longest {ordered[-1]:.2f} {unit}, {len(ordered)} times")  # fmt: skip


def rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


async def measure(folder: Path, wishes: argparse.Namespace) -> None:
    sys.setswitchinterval(SWITCH_S)  # as the product does
    file = wishes.keep or folder / "waihu.db"
    url = f"sqlite+aiosqlite:///{file}"
    if not file.exists():
        began = time.perf_counter()
        await a_long_list(url, wishes.leads)
        print(f"{wishes.leads} leads in {time.perf_counter() - began:.0f} s, {file.stat().st_size / 1e6:.0f} MB")
    stores = [await Store.open(url) for _ in range(2)]
    campaign = await campaign_named(stores[0], "spring")
    bus, clock = Bus(), SystemClock()
    hoppers = [Hopper(campaign, store, bus, clock, Metrics()) for store in stores]
    for hopper in hoppers:  # connections, compiled statements, zones
        await hopper.refill()
        await hopper.clear()
    took, cpu = await alone(stores[0], hoppers[0])
    shown("refill step, alone", took, "ms")
    shown("refill step, alone, CPU of all threads", cpu, "ms")
    figures, before_mb = Figures(), rss_mb()
    async with asyncio.TaskGroup() as group:
        for store, hopper in zip(stores, hoppers, strict=True):
            group.create_task(dial(store, hopper, wishes.rate / 2, wishes.seconds, figures))
    shown(f"refill step, at {wishes.rate:.0f} leads a second", figures.refills_ms, "ms")
    shown("bare index read", bare(file, campaign, 500), "ms")
    print(f"{len(figures.taken) / wishes.seconds:.0f} leads a second for {wishes.seconds:.0f} s, "
          f"{len(figures.taken) - len(set(figures.taken))} given out twice")  # fmt: skip
    print(f"memory {before_mb:.0f} MB before, {rss_mb():.0f} MB after")
    watch = asyncio.create_task(ListWatch(stores[0], bus).run())
    shown("change to hopper", await changes(url, hoppers[0], CHANGES), "s")
    watch.cancel()
    for store in stores:
        await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leads", type=int, default=1_000_000, help="length of the list")
    parser.add_argument("--rate", type=float, default=500.0, help="leads a second, both loops together")
    parser.add_argument("--seconds", type=float, default=60.0, help="for how long")
    parser.add_argument("--keep", type=Path, help="database to use; made there if missing, and left there")
    wishes = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(measure(Path(name), wishes))


if __name__ == "__main__":
    main()
