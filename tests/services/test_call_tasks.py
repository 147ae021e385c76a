"""Call tasks: a customer is called when and as often as another system wants, and it hears what became of it once."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, true, update
from tests.services.world import FIRST, World, controller, numbers, world

from waihu.store import call_tasks as stored
from waihu.store.audit import By
from waihu.store.dnc import forbid
from waihu.store.lead_changes import close_lead, pause_lead
from waihu.store.leads import lead_by_id
from waihu.store.statements import table
from waihu.testing.fake_switch import FakeSwitch
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.call import CallState
from waihu_models.call_task import CallTask, TaskState, TaskWish
from waihu_models.campaign import RetryRule
from waihu_models.errors import BadField, Conflict, NotFound
from waihu_models.ids import LeadId, new_id
from waihu_models.lead import LeadState
from waihu_models.outcome import Outcome
from waihu_models.phone import E164, mask
from waihu_models.tables import CustomerPhoneRow, CustomerRow, LeadRow, OutboxRow

CALLBACK = "https://crm.example.com/api/call-result"


async def a_customer(w: World, *phones: str, external_id: str = "CUST1001", name: str = "Ada") -> str:
    customer_id = new_id()

    def work(connection: Connection) -> None:
        row = {"id": customer_id, "external_id": external_id, "name": name, "zone": "Europe/London", "custom": {}}
        connection.execute(insert(table(CustomerRow)).values(**row, created_at=w.now))
        for place, number in enumerate(phones):
            phone = {"id": new_id(), "customer_id": customer_id, "number_e164": number, "place": place}
            connection.execute(insert(table(CustomerPhoneRow)).values(**phone, masked=mask(number), last4=number[-4:]))

    await w.app.store.write(work)
    return customer_id


async def asked(w: World, **wishes: Any) -> CallTask:
    wish = {"customer_ref": "CUST1001", "script_ref": w.campaign.name, "callback_url": CALLBACK, **wishes}
    return await w.app.outward.call_tasks.create(TaskWish(**wish), true(), true(), By("user:crm", w.now))


async def now(w: World, task: CallTask) -> CallTask:
    await w.written()
    return await stored.task(w.app.store, task.id)


async def told(w: World, topic: str = "call_task.%") -> list[tuple[str, dict[str, Any]]]:
    outbox = table(OutboxRow)
    await w.written()
    rows = await w.app.store.rows(select(outbox).where(outbox.c.topic.like(topic)).order_by(outbox.c.seq))
    return [(row["topic"], row["payload"]) for row in rows]


async def over(w: World, task: CallTask, limit_s: float = 60.0) -> CallTask:
    for _ in range(200):
        present = await now(w, task)
        if present.ended_at is not None:
            return present
        await w.after(limit_s / 200)
    raise AssertionError(present)


@asynccontextmanager
async def ready(database: Path, *phones: str, **rules: Any) -> AsyncIterator[World]:
    """A campaign that dials with one agent who is there, and a customer."""
    async with world(database, **rules) as w:
        await a_customer(w, *(phones or numbers(1, "00")))
        await w.log_in()
        await w.dial()
        yield w


# ---- the ordinary course -------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_customer_is_called_at_the_time_and_the_result_says_what_became_of_it(database: Path) -> None:
    async with ready(database) as w:
        at = w.now + timedelta(minutes=2)
        task = await asked(w, preferred_at=at, max_retries=2, reference="order 7")
        assert (task.state, task.next_at, task.attempts) == (TaskState.SCHEDULED, at, 0)
        await w.after(110.0)
        assert not w.placed
        (call,) = await w.connected()
        assert timedelta(0) <= w.now - at < timedelta(seconds=10)
        assert (await now(w, task)).state is TaskState.DIALLING
        assert call.customer_id == task.customer_id
        await w.after(30.0)
        w.app.calls.ask(call.id, w.app.agents.judgement(FIRST, "sale"))
        w.app._hang_up(lambda _: True, "done")
        done = await over(w, task)
        assert (done.state, done.reason, done.attempts) == (TaskState.DONE, "sale", 1)
        (_, scheduled), (topic, result) = await told(w)
        assert scheduled["state"] == "scheduled"
        assert topic == "call_task.done"
        assert result == dict(done.result)
        ended = w.calls[call.id]
        assert {name: result[name] for name in ("customer_id", "script_id", "reference", "outcome", "disposition")} == {
            "customer_id": "CUST1001", "script_id": w.campaign.name, "reference": "order 7", "outcome": "answered",
            "disposition": "sale",
        }  # fmt: skip
        (said,) = result["calls"]
        assert (said["call_id"], said["recording_id"], said["talk_s"]) == (call.id, ended.recording_id, ended.talk_s)
        assert ended.recording_id == result["recording_id"] is not None
        assert call.number_e164 not in json.dumps(result)  # who is told the result has the number already, or must not


@in_virtual_time
async def test_nobody_answers_and_it_is_tried_as_often_as_asked_for_and_no_more(database: Path) -> None:
    rules = {"retries": {Outcome.NO_ANSWER: RetryRule(20.0, 2)}, "max_attempts_per_day": 100}
    async with ready(database, *numbers(1, "03"), **rules) as w:
        task = await asked(w, max_retries=3)
        done = await over(w, task, 300.0)
        assert (done.state, done.reason, done.attempts) == (TaskState.FAILED, "no_answer", 4)
        assert len(w.placed) == 4
        await w.after(120.0)
        assert len(w.placed) == 4
        assert [topic for topic, _ in await told(w)] == ["call_task.scheduled", "call_task.failed"]


@in_virtual_time
async def test_without_retries_there_is_one_attempt(database: Path) -> None:
    async with ready(database, *numbers(1, "02")) as w:
        done = await over(w, await asked(w, max_retries=0))
        assert (done.state, done.attempts, done.result["outcome"]) == (TaskState.FAILED, 1, "busy")


@in_virtual_time
async def test_a_number_that_is_vacant_is_followed_by_the_next_one(database: Path) -> None:
    (vacant,), (good,) = numbers(1, "04"), numbers(1, "00")
    async with ready(database, vacant, good) as w:
        task = await asked(w, max_retries=3)
        (call,) = await w.connected()
        assert call.number_e164 == good
        w.app.calls.ask(call.id, w.app.agents.judgement(FIRST, "refused"))
        w.app._hang_up(lambda _: True, "done")
        done = await over(w, task)
        assert (done.state, done.attempts) == (TaskState.DONE, 2)
        assert [one["outcome"] for one in done.result["calls"]] == ["invalid_number", "answered"]


@in_virtual_time
async def test_a_moment_that_has_passed_means_as_soon_as_possible(database: Path) -> None:
    async with ready(database) as w:
        await asked(w, preferred_at=w.now - timedelta(days=900))
        await w.until(lambda: w.placed, 5.0)


# ---- the law -------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_who_must_not_be_called_fails_at_once_with_the_reason(database: Path) -> None:
    (number,) = numbers(1, "00")
    async with ready(database, number) as w:
        await forbid(w.app.store, E164(number), By("test", w.now), "asked")
        task = await asked(w)
        assert (task.state, task.reason, task.attempts) == (TaskState.FAILED, "do_not_call", 0)
        assert [topic for topic, _ in await told(w)] == ["call_task.scheduled", "call_task.failed"]
        await w.after(60.0)
        assert not w.placed


@in_virtual_time
async def test_one_of_two_numbers_forbidden_leaves_the_other(database: Path) -> None:
    (first,), (second,) = numbers(1, "00"), numbers(1, "23")
    async with ready(database, first, second) as w:
        await forbid(w.app.store, E164(first), By("test", w.now), "asked")
        task = await asked(w)
        assert task.state is TaskState.SCHEDULED
        (call,) = await w.connected()
        assert call.number_e164 == second


@in_virtual_time
async def test_who_is_forbidden_before_the_time_comes_is_not_called(database: Path) -> None:
    (number,) = numbers(1, "00")
    async with ready(database, number) as w:
        task = await asked(w, preferred_at=w.now + timedelta(minutes=2))
        await forbid(w.app.store, E164(number), By("test", w.now), "asked")
        done = await over(w, task, 180.0)
        assert (done.state, done.reason, w.placed) == (TaskState.FAILED, "do_not_call", [])


# ---- what people do ------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_task_that_is_called_off_calls_nobody_and_says_so(database: Path) -> None:
    async with ready(database) as w:
        by, task = By("user:crm", w.now), await asked(w, preferred_at=w.now + timedelta(minutes=1))
        gone = await w.app.outward.call_tasks.cancel(task.id, true(), None, by)
        assert (gone.state, gone.reason) == (TaskState.CANCELLED, "cancelled by user:crm")
        await w.after(120.0)
        assert not w.placed
        assert [topic for topic, _ in await told(w)] == ["call_task.scheduled", "call_task.cancelled"]
        with pytest.raises(Conflict, match="is cancelled"):
            await w.app.outward.call_tasks.cancel(task.id, true(), None, by)
        again = await asked(w)  # the customer may be called by another task
        assert again.lead_id == task.lead_id
        await w.connected()
        with pytest.raises(Conflict, match="being called now"):
            await w.app.outward.call_tasks.cancel(again.id, true(), None, by)


@in_virtual_time
async def test_a_lead_that_a_person_closes_fails_its_task(database: Path) -> None:
    async with ready(database) as w:
        task = await asked(w, preferred_at=w.now + timedelta(hours=1))
        await close_lead(w.app.store, LeadId(task.lead_id), "complaint", By("test", w.now))
        done = await over(w, task, 10.0)
        assert (done.state, done.reason) == (TaskState.FAILED, "complaint")


@in_virtual_time
async def test_what_cannot_be_asked_for_is_refused_and_nothing_is_kept(database: Path) -> None:
    async with ready(database) as w:
        await a_customer(w, external_id="NO_PHONE")
        for wishes, error in (
            ({"customer_ref": "nobody"}, NotFound),
            ({"script_ref": "SCRIPT_002"}, NotFound),
            ({"customer_ref": "NO_PHONE"}, BadField),
            ({"callback_url": "http://crm.example.com/"}, BadField),
            ({"callback_url": "https://169.254.169.254/"}, BadField),
            ({"preferred_at": w.now + timedelta(days=400)}, BadField),
        ):
            with pytest.raises(error):
                await asked(w, **wishes)
        assert await told(w) == []
        assert await w.app.store.rows(select(table(LeadRow))) == []


# ---- leads that are there already ----------------------------------------------------------------------------------


@in_virtual_time
async def test_a_lead_of_the_list_becomes_that_of_the_task(database: Path) -> None:
    (number,) = numbers(1, "00")
    async with world(database, [number]) as w:
        await a_customer(w, number)
        task = await asked(w, max_retries=1)
        lead = await lead_by_id(w.app.store, LeadId(task.lead_id))
        assert (lead.state, lead.max_attempts, lead.customer_id) == (LeadState.CALLBACK, 2, task.customer_id)
        with pytest.raises(Conflict, match=task.id):
            await asked(w)


@in_virtual_time
async def test_a_lead_that_is_left_alone_is_left_alone(database: Path) -> None:
    (number,) = numbers(1, "00")
    async with world(database, [number]) as w:
        await a_customer(w, number)
        (row,) = await w.app.store.rows(select(table(LeadRow).c.id))
        await pause_lead(w.app.store, row["id"], "asked for peace", By("test", w.now))
        with pytest.raises(Conflict, match="paused"):
            await asked(w)


@in_virtual_time
async def test_attempts_of_a_task_before_are_not_counted(database: Path) -> None:
    async with ready(database, *numbers(1, "02"), max_attempts_per_day=100) as w:
        for _ in range(3):
            done = await over(w, await asked(w, max_retries=0))
            assert (done.state, done.attempts, len(done.result["calls"])) == (TaskState.FAILED, 1, 1)
        assert len(w.placed) == 3


# ---- crashes -------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_result_that_nobody_had_made_before_the_end_is_made_at_the_next_start(database: Path) -> None:
    async with world(database, leave_calls=True) as w:
        await a_customer(w, *numbers(1, "00"))
        task = await asked(w, preferred_at=w.now + timedelta(days=1))
        await w.app.tasks.cancel()  # nothing is followed any more, and then the lead comes to its end
        lead = table(LeadRow)
        ends = update(lead).where(lead.c.id == task.lead_id).values(state="closed", reason="busy")
        await w.app.store.write(lambda connection: connection.execute(ends) and None)
        assert (await now(w, task)).ended_at is None
        clock, campaign, url = w.app.clock, w.campaign, w.url
    switch = FakeSwitch(clock, trunks=["carrier"], recordings_dir=database.parent / "recordings")
    async with controller(url, campaign, switch, clock=clock) as again:
        done = await over(again, task, 5.0)
        assert (done.state, done.reason) == (TaskState.FAILED, "busy")
        assert [topic for topic, _ in await told(again)] == ["call_task.scheduled", "call_task.failed"]


@in_virtual_time
async def test_a_crash_in_the_call_neither_loses_the_task_nor_calls_too_often(database: Path) -> None:
    async with world(database, leave_calls=True) as w:
        await a_customer(w, *numbers(1, "00"))
        await w.log_in()
        await w.dial()
        task = await asked(w, max_retries=0)
        (call,) = await w.connected()
        assert call.state is CallState.CONNECTED
        clock, campaign, url = w.app.clock, w.campaign, w.url
    switch = FakeSwitch(clock, trunks=["carrier"], recordings_dir=database.parent / "recordings")
    async with controller(url, campaign, switch, clock=clock) as again:
        done = await over(again, task, 30.0)
        assert done.ended_at is not None
        assert (done.attempts, len(done.result["calls"])) == (1, 1)
        assert not again.placed
