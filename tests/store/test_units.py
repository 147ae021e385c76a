import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from tests.asterisk.support import until

from waihu.store import store as store_module
from waihu.store import writer
from waihu.store.calls import call_by_id, recent_calls
from waihu.store.campaigns import save_campaign
from waihu.store.engine import reading_engine
from waihu.store.leads import add_leads, lead_by_id
from waihu.store.migrate import migrate_sync
from waihu.store.rows import agent_row, call_row
from waihu.store.statements import Kind
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, a_campaign, a_lead, an_agent
from waihu_models.call import Call, CallState
from waihu_models.campaign import Campaign
from waihu_models.disposition import STANDARD, Disposition
from waihu_models.errors import NotFound, StoreBusy, StoreError
from waihu_models.events import AlertRaised
from waihu_models.lead import LeadState, LeadStep
from waihu_models.outcome import Outcome
from waihu_models.recording import Recording, RecordingState
from waihu_models.signals import Verdict


def saving(*calls: Call) -> Unit:
    unit = Unit()
    for call in calls:
        unit.save_call(call)
    return unit


def impossible(call: Call) -> Unit:
    """A unit the database refuses: an alert has to have a text."""
    unit = saving(call)
    unit.writes.append((Kind.ALERT, {"code": "x", "text": None, "at": NOON}))
    return unit


@contextmanager
def locked(file: Path) -> Iterator[sqlite3.Connection]:
    """Hold the database's write lock, as another program would."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


# ---- order --------------------------------------------------------------------------------------------------------


async def test_units_are_committed_in_the_order_in_which_they_came(store: Store) -> None:
    call = a_call()
    states = [state for state in CallState for _ in range(5)]
    for state in states:
        store.submit(saving(replace(call, state=state)))
    await store.commit(Unit())
    assert (await call_by_id(store, call.id)).state is states[-1]


async def test_who_waits_takes_those_before_them_along(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "LINGER_S", 3600.0)
    patient = store.submit(saving(a_call()))
    async with asyncio.timeout(10.0):
        await store.submit(saving(a_call()), soon=True)
    assert patient.done()


async def test_whoever_is_alone_waits_for_others_and_not_for_ever(store: Store) -> None:
    async with asyncio.timeout(10.0):
        await store.submit(saving(a_call()))
        await store.submit(saving(a_call()))


async def test_closing_does_not_wait_for_others(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "LINGER_S", 3600.0)
    store = await Store.open(url)
    written = store.submit(saving(a_call()))
    async with asyncio.timeout(10.0):
        await store.close()
    assert written.done()
    assert written.exception() is None


async def test_a_lead_stepped_and_then_dialled_in_one_batch_ends_as_being_dialled(
    store: Store, campaign: Campaign
) -> None:
    lead = a_lead(campaign)
    await add_leads(store, [lead])
    stepped, dialled = Unit(), Unit()
    stepped.step_lead(lead.id, LeadStep(LeadState.RETRY, "busy", next_at=NOON, attempts_of_outcome=2), "busy")
    dialled.lead_dialled(lead.id, NOON)
    store.submit(stepped)
    await store.commit(dialled)
    found = await lead_by_id(store, lead.id)
    assert (found.state, found.attempts, found.last_outcome) == (LeadState.DIALLING, 1, "busy")
    assert (found.attempts_of_outcome, found.last_attempt_at) == (2, NOON)


async def test_a_lead_dialled_and_then_stepped_in_one_batch_ends_with_its_step(
    store: Store, campaign: Campaign
) -> None:
    lead = a_lead(campaign)
    await add_leads(store, [lead])
    units = [Unit() for _ in range(4)]
    for round_, state in enumerate((LeadState.RETRY, LeadState.CLOSED)):
        units[2 * round_].lead_dialled(lead.id, NOON)
        units[2 * round_ + 1].step_lead(lead.id, LeadStep(state, "busy"), "busy")
    await asyncio.gather(*(store.submit(unit) for unit in units))
    found = await lead_by_id(store, lead.id)
    assert (found.state, found.attempts) == (LeadState.CLOSED, 2)


async def test_work_waits_for_the_units_before_it(store: Store) -> None:
    calls = [a_call() for _ in range(50)]
    for call in calls:
        store.submit(saving(call))
    count = await store.write(lambda connection: connection.execute(text("SELECT count(*) FROM call")).scalar())
    assert count == 50


async def test_a_call_comes_back_as_it_was_kept(store: Store) -> None:
    call = a_call(
        answered_at=NOON, connected_at=NOON + timedelta(microseconds=123_456), hint=0.25, screening=True, note="外呼",
        state=CallState.HELD, held_s=1.5, agent_id="agent1", bridge_id="b-agent1-s1", callback_at=NOON,
    )  # fmt: skip
    await store.commit(saving(call))
    assert await call_by_id(store, call.id) == call
    with pytest.raises(NotFound):
        await call_by_id(store, a_call().id)


async def test_everything_a_unit_can_hold_is_written(store: Store) -> None:
    unit = Unit()
    assert unit.empty
    call, agent = a_call(), an_agent()
    unit.save_agent(agent)
    unit.agent_state_ended(agent, NOON + timedelta(seconds=5))
    unit.save_recording(Recording(id="r1", call_id=call.id, state=RecordingState.RECORDING, started_at=NOON))
    unit.add_alert(AlertRaised("disk_full", "free some space", NOON))
    unit.mark_number(call.number_e164, "invalid", NOON)
    await store.commit(unit)
    for table in ("agent", "agent_state_log", "recording", "alert_log", "number_quality"):
        (row,) = await store.rows(text(f"SELECT count(*) AS rows FROM {table}"))
        assert row["rows"] == 1, table


# ---- faults -------------------------------------------------------------------------------------------------------


async def test_a_unit_the_database_refuses_fails_alone_and_whole(store: Store) -> None:
    good, bad, another = a_call(), a_call(), a_call()
    results = await asyncio.gather(
        store.submit(saving(good)), store.submit(impossible(bad)), store.submit(saving(another)), return_exceptions=True
    )
    assert [type(result) for result in results] == [type(None), StoreError, type(None)]
    assert {call.id for call in await recent_calls(store, 10)} == {good.id, another.id}


async def test_work_that_fails_leaves_nothing_behind(store: Store) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("INSERT INTO alert_log (code, text, at) VALUES ('x', 'x', '2026-01-01 00:00:00')"))
        connection.execute(text("INSERT INTO nosuch VALUES (1)"))

    with pytest.raises(StoreError, match="no such table"):
        await store.write(work)
    assert await store.rows(text("SELECT 1 FROM alert_log")) == []


async def test_an_error_never_repeats_what_was_to_be_written(store: Store) -> None:
    unit = Unit()
    unit.mark_number("+441632960123", "no such quality", NOON)
    with pytest.raises(StoreError) as caught:
        await store.commit(unit)
    assert "+441632960123" not in str(caught.value)


async def test_too_much_waiting_is_refused_at_once(store: Store, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MAX_WAITING", 10)
    with locked(file):
        waiting = [store.submit(saving(a_call())) for _ in range(10)]
        with pytest.raises(StoreBusy, match="10 writes are waiting"):
            store.submit(saving(a_call()))
        assert store.backlog == 10
    await asyncio.gather(*waiting)
    assert store.backlog == 0


async def test_a_database_locked_by_another_program_is_waited_for(
    store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "LOCKED_PAUSE_S", 0.02)
    loop = asyncio.get_running_loop()
    with locked(file) as other:
        begun = loop.time()
        loop.call_later(0.5, other.rollback)
        await asyncio.wait_for(store.commit(saving(a_call())), 5)
        assert loop.time() - begun >= 0.45
    assert len(await recent_calls(store, 10)) == 1


async def test_a_database_that_stays_locked_is_given_up_after_the_limit(
    store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "LOCKED_LIMIT_S", 0.1)
    monkeypatch.setattr(writer, "LOCKED_PAUSE_S", 0.02)
    with locked(file):
        with pytest.raises(StoreBusy, match="has been locked"):
            await store.commit(saving(a_call()))
        assert await recent_calls(store, 10) == [], "reading goes on"
    await store.commit(saving(a_call()))


async def test_closing_writes_what_waits_and_then_takes_nothing_more(url: str, file: Path) -> None:
    store = await Store.open(url)
    calls = [a_call() for _ in range(700)]
    waiting = [store.submit(saving(call)) for call in calls]
    await store.close()
    assert all(future.done() and future.exception() is None for future in waiting)
    with pytest.raises(StoreError, match="closed"):
        store.submit(saving(a_call()))
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM call").fetchone() == (700,)


async def test_whoever_is_cancelled_while_waiting_leaves_the_write_in_its_place(store: Store, file: Path) -> None:
    call = a_call()
    with locked(file):
        waiting = asyncio.create_task(store.commit(saving(call)))
        await until(lambda: store.backlog == 1)
        waiting.cancel()
        await asyncio.wait({waiting})
    await until(lambda: store.backlog == 0)
    assert (await call_by_id(store, call.id)).id == call.id


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


async def test_a_read_that_takes_too_long_is_broken_off_and_the_connection_serves_on(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "reading_engine", partial(reading_engine, read_limit_s=0.2))
    store = await Store.open(url)
    try:
        results = await asyncio.gather(*(store.rows(text(ENDLESS)) for _ in range(4)), return_exceptions=True)
        assert [type(result) for result in results] == [StoreError] * 4
        assert "cannot read: interrupted" in str(results[0])
        assert (await store.rows(text("SELECT 1 AS one")))[0]["one"] == 1
    finally:
        await store.close()


async def test_reading_can_never_write(store: Store) -> None:
    with pytest.raises(StoreError, match="cannot read"):
        await store.rows(text("DELETE FROM call"))


async def test_a_value_no_database_can_hold_costs_only_its_own_unit(store: Store) -> None:
    good = a_call()
    written = [store.submit(saving(replace(a_call(), cause=10**30))), store.submit(saving(good))]
    first, second = await asyncio.gather(*written, return_exceptions=True)
    assert isinstance(first, StoreError)
    assert second is None
    assert (await call_by_id(store, good.id)).id == good.id


async def test_two_leads_with_one_number_reached_together_become_one_customer(store: Store, campaign: Campaign) -> None:
    other = a_campaign(name="summer")
    await save_campaign(store, other)
    leads = [a_lead(campaign), a_lead(other)]
    await add_leads(store, leads)
    unit = Unit()
    for lead in leads:
        unit.new_customer(lead, NOON)
    await store.commit(unit)
    found = {(await lead_by_id(store, lead.id)).customer_id for lead in leads}
    assert len(found) == 1
    assert None not in found


def test_the_file_is_for_nobody_else_to_read(tmp_path: Path) -> None:
    migrate_sync(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")
    assert (tmp_path / "new.db").stat().st_mode & 0o077 == 0


def test_rows_hold_plain_values_only() -> None:
    call = a_call(outcome=Outcome.BUSY, verdict=Verdict.HUMAN, disposition=STANDARD["sale"])
    for row in (call_row(call), agent_row(an_agent())):
        assert [name for name, value in row.items() if isinstance(value, StrEnum | Disposition)] == []
