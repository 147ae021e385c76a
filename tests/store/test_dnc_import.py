"""Import of do-not-call files: all of it or nothing, whatever happens on the way."""

import asyncio
import csv
import os
import signal
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from waihu.services import dnc_import
from waihu.services.dnc_import import DncImport, DncProgress, DncResult, import_dnc_list
from waihu.store.audit import By
from waihu.store.dnc import said_of
from waihu.store.dnc_lists import lists_in_force
from waihu.store.store import Store
from waihu.testing.factories import NOON, a_campaign, a_lead
from waihu_models.campaign import Campaign
from waihu_models.errors import BadInput, StoreError

WANTED = DncImport(name="national", source="regulator", obtained_on=NOON.date(), by=By("shell:ada", NOON))
GOOD, BETTER = [f"+4416329{n:05}" for n in range(300)], [f"+4416328{n:05}" for n in range(300)]


def listed(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


async def imported(store: Store, path: Path, **changes: Any) -> DncResult:
    return await import_dnc_list(store, path, replace(WANTED, **changes))


async def forbidden(store: Store, numbers: list[str], campaign: Campaign | None = None) -> int:
    leads = [a_lead(campaign or a_campaign(), number) for number in numbers]
    return sum(said.listing is not None for said in (await said_of(store, leads, NOON)).values())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dnc_import, "READ_AT_ONCE", 70)
    monkeypatch.setattr(dnc_import, "WRITTEN_AT_ONCE", 70)


async def test_every_number_of_a_file_is_on_the_list_once(store: Store, path: Path, small_steps: None) -> None:
    steps: list[DncProgress] = []
    result = await import_dnc_list(store, listed(path, "phone", *GOOD, *GOOD[:50]), WANTED, steps.append)
    assert (result.rows, result.numbers, result.bad, result.before, result.error_file) == (350, 300, 0, None, None)
    assert await forbidden(store, GOOD) == 300
    assert await forbidden(store, BETTER) == 0
    assert [step.what for step in steps] == ["read"] * 5 + ["written"] * 5
    assert (steps[4].done, steps[4].total, steps[-1].done) == (steps[0].total, steps[0].total, 300)
    assert "300 numbers are in force, a new list" in result.summary()


async def test_the_next_file_takes_the_place_of_the_one_before(store: Store, path: Path, small_steps: None) -> None:
    await imported(store, listed(path, *GOOD))
    result = await imported(store, listed(path, *BETTER))
    assert (result.numbers, result.before) == (300, 300)
    assert (await forbidden(store, GOOD), await forbidden(store, BETTER)) == (0, 300)
    assert (await store.rows(text("SELECT COUNT(*) AS n FROM dnc_number")))[0]["n"] == 300


async def test_a_file_that_is_two_fifths_garbage_leaves_the_list_as_it_was_and_names_every_row(
    store: Store, path: Path, small_steps: None
) -> None:
    await imported(store, listed(path, *GOOD))
    rows = [f"garbage {n}" if n % 5 < 2 else number for n, number in enumerate(BETTER)]
    with pytest.raises(BadInput) as refused:
        await imported(store, listed(path, "phone", *rows))
    said = str(refused.value)
    assert f"{path}, line 2: column 1 (phone): 'gar****ge 0' is not a phone number" in said
    assert "120 of 300 rows are bad (40.0%, at most 1.0%): nothing was imported" in said
    with (path.parent / "list.csv.errors.csv").open(encoding="utf-8-sig", newline="") as file:
        errors = list(csv.DictReader(file))
    assert [int(error["line"]) for error in errors] == [n + 2 for n in range(300) if n % 5 < 2]
    assert {error["reason"] for error in errors} == {"bad_number"}
    assert (await forbidden(store, GOOD), await forbidden(store, BETTER)) == (300, 0)


async def test_a_few_bad_rows_are_named_and_the_others_taken(store: Store, path: Path) -> None:
    result = await imported(store, listed(path, *GOOD, "x", "y", "z"))
    assert (result.numbers, result.bad) == (300, 3)
    assert "3 rows rejected" in result.summary()
    assert str(result.error_file) in result.summary()
    with pytest.raises(BadInput, match="nothing was imported"):
        await imported(store, path, most_bad=0.0)


async def test_a_file_of_nothing_but_a_header_does_not_empty_the_list(store: Store, path: Path) -> None:
    await imported(store, listed(path, *GOOD))
    with pytest.raises(BadInput, match="holds no numbers"):
        await imported(store, listed(path, "phone"))
    assert await forbidden(store, GOOD) == 300


@pytest.mark.parametrize("at", [1, 3, 5])
async def test_a_database_that_fails_in_the_middle_leaves_the_list_as_it_was(
    store: Store, file: Path, path: Path, small_steps: None, at: int
) -> None:
    await imported(store, listed(path, *GOOD))
    with closing(sqlite3.connect(file)) as connection:
        failing = "SELECT RAISE(ABORT, 'the disk is full') FROM dnc_number WHERE list_id = NEW.list_id"
        connection.execute(
            f"CREATE TRIGGER full BEFORE INSERT ON dnc_number WHEN (SELECT COUNT(*) FROM dnc_number WHERE list_id = "
            f"NEW.list_id) >= {(at - 1) * 70} BEGIN {failing} UNION SELECT RAISE(ABORT, 'the disk is full'); END"
        )
        connection.commit()
    with pytest.raises(StoreError):
        await imported(store, listed(path, *BETTER))
    assert (await forbidden(store, GOOD), await forbidden(store, BETTER)) == (300, 0)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TRIGGER full")
        connection.commit()
    await imported(store, path)
    assert (await forbidden(store, GOOD), await forbidden(store, BETTER)) == (0, 300)
    assert (await store.rows(text("SELECT COUNT(*) AS n FROM dnc_number")))[0]["n"] == 300


KILLED_AT_140 = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from waihu.services import dnc_import as the
from waihu.store.audit import By
from waihu.store.store import Store

def kill(step):
    if step.what == "written" and step.done >= 140:
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    the.WRITTEN_AT_ONCE = 70
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    wanted = the.DncImport(name="national", source="regulator", obtained_on=at.date(), by=By("shell:bob", at))
    await the.import_dnc_list(await Store.open(sys.argv[1]), Path(sys.argv[2]), wanted, kill)

asyncio.run(main())
"""


async def test_after_a_crash_the_old_list_is_in_force_and_the_next_import_clears_up(
    store: Store, url: str, path: Path, small_steps: None
) -> None:
    await imported(store, listed(path, *GOOD))
    words = (sys.executable, "-c", KILLED_AT_140, url, str(listed(path, *BETTER)))
    roots = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    crashed = await asyncio.create_subprocess_exec(*words, env=roots)
    assert await crashed.wait() == -signal.SIGKILL
    assert (await store.rows(text("SELECT COUNT(*) AS n FROM dnc_number")))[0]["n"] == 440
    assert (await forbidden(store, GOOD), await forbidden(store, BETTER)) == (300, 0)
    await imported(store, path)
    assert (await store.rows(text("SELECT COUNT(*) AS n FROM dnc_number")))[0]["n"] == 300
    assert await forbidden(store, BETTER) == 300


async def test_a_list_of_the_united_states_grows_old_unless_told_otherwise(store: Store, path: Path) -> None:
    await imported(store, listed(path, "5550100101"), region="US")
    await imported(store, path, region="US", name="longer", max_age_days=60)
    await imported(store, listed(path, "01632960001"), region="GB", name="tps")
    found = {one.name: (one.max_age_days, one.prefix) for one in await lists_in_force(store)}
    assert found == {"internal": (None, ""), "national": (31, "+1"), "longer": (60, "+1"), "tps": (None, "+44")}


async def test_a_list_may_be_for_one_campaign(store: Store, campaign: Campaign, path: Path) -> None:
    await imported(store, listed(path, *GOOD), campaign=campaign)
    assert (await forbidden(store, GOOD, campaign), await forbidden(store, GOOD)) == (300, 0)


@pytest.mark.parametrize(("change", "says"), [
    ({"obtained_on": NOON.date() + timedelta(days=1)}, "in the future"),
    ({"region": "XX"}, "is no country"),
    ({"name": "internal"}, "grows one by one"),
])  # fmt: skip
async def test_what_cannot_be_is_refused_before_anything_is_read(
    store: Store, path: Path, change: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        await imported(store, listed(path, *GOOD), **change)
    assert len(await lists_in_force(store)) == 1
