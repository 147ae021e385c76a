"""Callers who gave up, over the API: listed, called back, taken off."""

import pytest
from sqlalchemy import Connection, insert, update
from tests.api.conftest import Person, Site
from tests.store.test_recalls import ADA, BO, gave_up

from waihu.store.audit import By
from waihu.store.unit import Unit
from waihu_models.call import Call
from waihu_models.queue import Queue
from waihu_models.tables import CallRow, CustomerRow


@pytest.fixture
async def given_up(site: Site) -> Call:
    await site.app.queues.shelf.add(Queue(name="care"), By("test", site.app.clock.now()))
    unit, now = Unit(), site.app.clock.now()
    calls = [gave_up(number, 0.0, dialled_at=now, queue_since=now, ended_at=now) for number in (ADA, BO)]
    for call in calls:
        unit.save_call(call)
    await site.app.store.commit(unit)
    return calls[0]


async def test_who_gave_up_is_listed_with_a_masked_number_and_taken_off(
    admin: Person, site: Site, given_up: Call
) -> None:
    listed = (await admin.get("/recalls?queue=care")).ok()
    assert {one["call_id"] for one in listed} >= {given_up.id}
    assert all(ADA not in str(one) and one["masked"].endswith(("0201", "0202")) for one in listed)
    assert (await admin.get("/recalls?queue=other")).ok() == []
    agent = await site.person("north_agent")
    (await agent.post(f"/recalls/{given_up.id}/done", {"note": "wrote to them"})).ok(204)
    left = (await admin.get("/recalls")).ok()
    assert given_up.id not in {one["call_id"] for one in left}
    assert (await agent.post(f"/recalls/{given_up.id}/done", {})).status == 404
    (entry,) = [one for one in (await admin.get("/audit?action=recall.done")).ok()["items"]]
    assert (entry["actor"], "wrote to them" in str(entry)) == ("user:north_agent", True)


async def test_only_an_agent_calls_back_and_only_who_is_on_the_list(admin: Person, site: Site, given_up: Call) -> None:
    assert (await admin.post(f"/recalls/{given_up.id}/call", {})).status == 403
    agent = await site.person("north_agent")
    assert (await agent.post("/recalls/nobody/call", {})).status == 404
    refused = await agent.post(f"/recalls/{given_up.id}/call", {})
    assert refused.status in {400, 409, 422}, "the agent is not logged in, or has no campaign: said, not done"
    assert refused.value["detail"]
    assert (await agent.post(f"/recalls/{given_up.id}/call", {"campaign_id": "none"})).status == 404


async def test_a_customer_of_another_team_is_not_named(admin: Person, site: Site, given_up: Call) -> None:
    def work(connection: Connection) -> None:
        whose = {"id": "customer-of-north", "name": "Ada North", "team_id": site.teams["north"]}
        connection.execute(insert(CustomerRow), {**whose, "created_at": given_up.dialled_at})
        told = update(CallRow).where(CallRow.id == given_up.id).values(customer_id="customer-of-north")
        connection.execute(told)

    await site.app.store.write(work)

    async def seen_by(person: Person) -> tuple[str, str | None]:
        listed = (await person.get("/recalls")).ok()
        (one,) = [one for one in listed if one["call_id"] == given_up.id]
        return one["customer_name"], one["customer_id"]

    named = ("Ada North", "customer-of-north")
    assert await seen_by(admin) == await seen_by(await site.person("north_agent")) == named
    assert await seen_by(await site.person("south_agent")) == ("", None)
