"""Do-not-call lists: how long a file takes to be in force, and how long it takes to ask whether a number is on a list.

Import: a CSV file of numbers in random order goes through ``import_dnc_list`` (read, brought to one spelling, hashed,
sorted, written, put in force, and the list it replaces taken away); beside it stands bare sqlite3, which is given the
sorted hashes and writes them into the same table in one transaction.

Look-up: with all numbers in place, single numbers and batches of 50 as the hopper asks them, half of them on a list;
beside it bare sqlite3 asks the same table for the same hashes in the same minute, and the way to the thread that reads
and back is measured with nothing to read.

Medians of the repetitions are printed. Run: PYTHONPATH=controller:models python benchmarks/lists/dnc.py
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
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from waihu.app import SWITCH_S
from waihu.services.dnc_import import DncImport, import_dnc_list
from waihu.store.audit import By
from waihu.store.dnc import forbidden, said_of
from waihu.store.dnc_lists import NewList, begin_list, put_in_force, write_numbers
from waihu.store.migrate import migrate
from waihu.store.store import Store
from waihu.testing.factories import a_campaign, a_lead

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BY = By("benchmark", NOW)
LISTS = 4
BATCH = 50
CHUNK = 50_000


def a_number(index: int) -> str:
    """A different number for each index up to ten million; none is anybody's."""
    return f"+1555{index:07d}"


async def a_store(folder: Path) -> Store:
    url = f"sqlite+aiosqlite:///{folder / 'waihu.db'}"
    await migrate(url)
    return await Store.open(url)


# ---- import --------------------------------------------------------------------------------------------------------


async def imports(folder: Path, rows: int, repeat: int) -> dict[str, list[float]]:
    file = folder / "list.csv"
    indexes = random.Random(1).sample(range(10_000_000), rows)
    file.write_text("phone\n" + "\n".join(map(a_number, indexes)) + "\n", "ascii")
    del indexes
    store = await a_store(folder)
    wanted = DncImport(name="national", source="benchmark", obtained_on=NOW.date(), by=BY, max_age_days=31)
    figures: dict[str, list[float]] = {}
    for _ in range(repeat):
        reading: list[float] = []
        began, began_cpu = time.perf_counter(), time.process_time()

        def note(step: object, reading: list[float] = reading, began: float = began) -> None:
            if getattr(step, "what", "") == "read":
                reading[:] = [time.perf_counter() - began]

        result = await import_dnc_list(store, file, wanted, note)
        assert result.numbers == rows
        took = {"whole import": time.perf_counter() - began, "of it reading and hashing": reading[0]}
        took["CPU of the whole import"] = time.process_time() - began_cpu
        took["bare sqlite3 writing the same hashes"] = bare_write(folder)
        for label, value in took.items():
            figures.setdefault(f"s    {label}, {rows} rows", []).append(value)
    await store.close()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["MB   resident at most, import"] = [peak_mb]
    return figures


def bare_write(folder: Path) -> float:
    """Write what the product has just written into another database of the same schema; seconds."""
    other = folder / "bare.db"
    other.unlink(missing_ok=True)
    with sqlite3.connect(folder / "waihu.db") as source:
        (schema,) = source.execute("SELECT sql FROM sqlite_master WHERE name = 'dnc_number'").fetchone()
        rows = source.execute("SELECT list_id, number_hash FROM dnc_number").fetchall()
    source.close()
    bare = sqlite3.connect(other, isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=NORMAL")
    bare.execute(schema)
    began = time.perf_counter()
    bare.execute("BEGIN")
    bare.executemany("INSERT INTO dnc_number (list_id, number_hash) VALUES (?, ?)", rows)
    bare.execute("COMMIT")
    took = time.perf_counter() - began
    bare.close()
    return took


# ---- look-up -------------------------------------------------------------------------------------------------------


async def filled(folder: Path, numbers: int) -> Store:
    """Make a store with lists of so many numbers together; of each list every number has its hash there."""
    store = await a_store(folder)
    key = await store.number_key()
    for place in range(LISTS):
        hashes = sorted(key.hash(a_number(index)) for index in range(place, numbers, LISTS))
        new = NewList(name=f"list {place}", source="benchmark", obtained_on=NOW.date(), max_age_days=31)
        list_id = await begin_list(store, new, BY)
        for start in range(0, len(hashes), CHUNK):
            await write_numbers(store, list_id, hashes[start : start + CHUNK])
        await put_in_force(store, list_id, new, len(hashes), BY)
    return store


async def look_ups(folder: Path, numbers: int, asked: int) -> dict[str, list[float]]:
    full = (folder / "waihu.db").exists()
    store = await (a_store(folder) if full else filled(folder, numbers))
    campaign = a_campaign()
    key = await store.number_key()
    chance = random.Random(2)
    free = [f"+1556{index:07d}" for index in range(asked)]
    listed = [a_number(chance.randrange(numbers)) for _ in range(asked)]
    leads = [a_lead(campaign, number) for number in (n for pair in zip(listed, free, strict=True) for n in pair)]
    hashes = [key.hash(lead.number_e164) for lead in leads[:asked]]

    async def ask(start: int, count: int) -> None:
        some = leads[start : start + count]
        said = await said_of(store, some, NOW)
        assert [said[lead.id].listing is not None for lead in some] == [(start + n) % 2 == 0 for n in range(len(some))]

    bare = sqlite3.connect(folder / "waihu.db", isolation_level=None)
    ids = [row[0] for row in bare.execute("SELECT id FROM dnc_list WHERE state = 'in_force'")]
    marks = ", ".join("?" * len(ids))

    async def ask_bare(start: int, count: int) -> None:
        for number_hash in hashes[start : start + count]:
            query = f"SELECT list_id FROM dnc_number WHERE list_id IN ({marks}) AND number_hash = ?"
            bare.execute(query, (*ids, number_hash)).fetchall()

    inside_ms: list[float] = []

    async def ask_inside(start: int, count: int) -> None:
        numbers = [lead.number_e164 for lead in leads[start : start + count]]

        def work(connection: Connection) -> None:
            began = time.perf_counter()
            forbidden(connection, key, numbers, campaign.id)
            inside_ms.append((time.perf_counter() - began) * 1000)

        await store.read(work)

    async def ask_nothing(_start: int, _count: int) -> None:
        await store.read(lambda _: None)

    figures = {}
    await timed(ask_inside, asked, 1)
    figures |= shares("one number, inside the reader's thread", sorted(inside_ms))
    for label, work, count in (
        ("nothing, to the reader's thread and back", ask_nothing, 1),
        ("one number", ask, 1), (f"a batch of {BATCH}", ask, BATCH),
        ("one number, bare sqlite3", ask_bare, 1), (f"a batch of {BATCH}, bare sqlite3", ask_bare, BATCH),
    ):  # fmt: skip
        figures |= shares(label, await timed(work, asked, count))
    figures["ms   per number in a batch, p99"] = [figures[f"ms   a batch of {BATCH}, p99"][0] / BATCH]
    bare.close()
    await store.close()
    figures["MB   database"] = [megabytes(folder)]
    return figures


def megabytes(folder: Path) -> float:
    return sum(part.stat().st_size for part in folder.glob("waihu.db*")) / 1e6


async def timed(work: Callable[[int, int], Awaitable[None]], asked: int, count: int) -> list[float]:
    took = []
    for start in range(0, asked - count + 1, count):
        began = time.perf_counter()
        await work(start, count)
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


def shares(label: str, took: list[float]) -> dict[str, list[float]]:
    return {
        f"ms   {label}, p50": [took[len(took) // 2]],
        f"ms   {label}, p99": [took[len(took) * 99 // 100]],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the imported file")
    parser.add_argument("--numbers", type=int, default=10_000_000, help="numbers on lists when they are looked up")
    parser.add_argument("--asked", type=int, default=10_000, help="numbers looked up, one by one and in batches")
    parser.add_argument("--repeat", type=int, default=3, help="imports, and rounds of look-ups; medians are printed")
    parser.add_argument("--look-ups-only", action="store_true", help="leave the imports out")
    wishes = parser.parse_args()
    sys.setswitchinterval(SWITCH_S)  # as the controller does
    figures: dict[str, list[float]] = {}
    if not wishes.look_ups_only:
        with tempfile.TemporaryDirectory() as name:
            figures |= asyncio.run(imports(Path(name), wishes.rows, wishes.repeat))
    with tempfile.TemporaryDirectory() as name:
        for _ in range(wishes.repeat):
            for label, values in asyncio.run(look_ups(Path(name), wishes.numbers, wishes.asked)).items():
                figures.setdefault(label, []).extend(values)
    for label, values in figures.items():
        print(f"{statistics.median(values):10.3f}  {label}   (of {', '.join(f'{v:.3f}' for v in sorted(values))})")


if __name__ == "__main__":
    main()
