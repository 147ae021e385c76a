"""Call tasks and webhooks by the API: from the request to the signed result at the other system."""

import asyncio
import hmac
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection, insert
from tests.api.conftest import ADMIN_BY, Person, Site, people, plan_of
from tests.services.receiver import Receiver, receiver

from waihu.app import running
from waihu.services.office import OfficePlan
from waihu.settings import Settings, WebhookSettings
from waihu.store.campaigns import save_campaign
from waihu.store.statements import table
from waihu.testing.factories import a_campaign
from waihu.testing.fake_switch import FakeSwitch
from waihu.testing.waiting import until
from waihu_models.campaign import DialMode
from waihu_models.ids import new_id
from waihu_models.tables import CustomerPhoneRow, CustomerRow

PREFERRED = "2023-11-15T14:00:00Z"
BUSY, ANSWERS = "+441632900002", "+441632900000"


@pytest.fixture
async def other() -> AsyncIterator[Receiver]:
    async with receiver() as made:
        yield made


@pytest.fixture
async def site(migrated: Path, tmp_path: Path) -> AsyncIterator[Site]:
    """As the usual one, on a machine whose private networks may be told something."""
    database = Path(shutil.copy(migrated, tmp_path / "waihu.db"))
    office = OfficePlan(settings=Settings(webhooks=WebhookSettings(private=True)))
    plan = replace(plan_of(database, tmp_path), office=office)
    async with running(plan, drain_s=0.0) as app, aiohttp.ClientSession() as http:
        assert isinstance(plan.switch, FakeSwitch)
        yield Site(app, plan.switch, http, await people(app))


async def a_customer(site: Site, external_id: str, number: str, team: str | None = None) -> str:
    customer_id = new_id()

    def work(connection: Connection) -> None:
        row = {"id": customer_id, "external_id": external_id, "name": "Ada", "zone": "Europe/London", "custom": {}}
        team_id = site.teams[team] if team else None
        connection.execute(insert(table(CustomerRow)).values(**row, created_at=site.app.clock.now(), team_id=team_id))
        phone = {"id": new_id(), "customer_id": customer_id, "number_e164": number, "place": 0}
        connection.execute(insert(table(CustomerPhoneRow)).values(**phone, masked="****", last4=number[-4:]))

    await site.app.store.write(work)
    return customer_id


async def a_script(site: Site, name: str, team: str | None = None) -> str:
    campaign = a_campaign(name=name, mode=DialMode.PROGRESSIVE, trunk="carrier", calls_per_s=50.0, script="# Hello")
    beside = {"team_id": site.teams[team]} if team else {}
    await save_campaign(site.app.store, campaign, ADMIN_BY, beside=beside)
    return campaign.id


def wish(other: Receiver | None = None, **more: Any) -> dict[str, Any]:
    url = {"callback_url": other.url + "/api/call-result"} if other else {}
    return {
        "customer_id": "CUST1001", "script_id": "SCRIPT_002", "max_retries": 0, "preferred_time": PREFERRED, **url,
        **more,
    }  # fmt: skip


def right(secret: str, one: Any) -> bool:
    at_s, *made = [part.partition("=")[2] for part in one.headers["Waihu-Signature"].split(",")]
    signed = at_s.encode() + b"." + one.body
    return hmac.new(secret.encode(), signed, "sha256").hexdigest() in made


async def test_a_task_is_dialled_and_its_signed_result_arrives_although_the_other_side_fails_at_first(
    site: Site, admin: Person, other: Receiver
) -> None:
    other.behaviours["/api/call-result"] = other.answering(500, 204)
    await a_customer(site, "CUST1001", BUSY)
    await a_script(site, "SCRIPT_002")
    secret = (await admin.post("/webhooks/call-tasks/secret", {})).ok(201)["secret"]
    await site.app.dialling.start("SCRIPT_002")
    site.app.agents.log_in(next(iter(site.app.agents)).id)
    made = await admin.post("/call-tasks", wish(other, max_retries=0, reference="order 7"))
    task = made.ok(201)
    assert made.headers["Location"] == f"/api/v1/call-tasks/{task['id']}"
    assert task["state"] == "scheduled"
    await until(lambda: len(other.of("/api/call-result")) == 2, 30.0)
    first, second = other.of("/api/call-result")
    assert first.body == second.body
    assert first.headers["Waihu-Delivery"] == second.headers["Waihu-Delivery"]
    assert right(secret, first)
    assert right(secret, second)
    result = second.told["data"]
    assert {name: result[name] for name in ("task_id", "state", "outcome", "attempts", "customer_id", "reference")} == {
        "task_id": task["id"], "state": "failed", "outcome": "busy", "attempts": 1, "customer_id": "CUST1001",
        "reference": "order 7",
    }  # fmt: skip
    shown = (await admin.get(f"/call-tasks/{task['id']}")).ok()
    assert (shown["state"], shown["result"]) == ("failed", result)
    async with asyncio.timeout(5.0):  # nothing is left to be sent
        while (await admin.get("/webhooks")).ok()[0]["pending"]:
            pass


async def test_the_same_request_twice_with_a_key_makes_one_task(site: Site, admin: Person) -> None:
    await a_customer(site, "CUST1001", ANSWERS)
    await a_script(site, "SCRIPT_002")
    key = {"Idempotency-Key": "k1"}
    first = (await admin.post("/call-tasks", wish(), headers=key)).ok(201)
    assert (await admin.post("/call-tasks", wish(), headers=key)).ok(201)["id"] == first["id"]
    assert (await admin.post("/call-tasks", wish())).status == 409
    assert len((await admin.get("/call-tasks")).ok()["items"]) == 1


async def test_tasks_are_listed_by_state_page_by_page_and_called_off(site: Site, admin: Person) -> None:
    await a_script(site, "SCRIPT_002")
    ids = []
    for number in range(5):
        await a_customer(site, f"C{number}", f"+44163290{number}000")
        ids.append((await admin.post("/call-tasks", wish(customer_id=f"C{number}"))).ok(201)["id"])
    gone = (await admin.post(f"/call-tasks/{ids[0]}/cancel")).ok()
    assert (gone["state"], gone["reason"]) == ("cancelled", "cancelled by user:admin")
    assert (await admin.post(f"/call-tasks/{ids[0]}/cancel")).status == 409
    seen, after = [], ""
    while True:
        page = (await admin.get(f"/call-tasks?limit=2&state=scheduled{after}")).ok()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == ids[:0:-1]
    assert [one["id"] for one in (await admin.get("/call-tasks?state=cancelled")).ok()["items"]] == ids[:1]


async def test_what_is_asked_for_wrongly_is_refused_by_place(site: Site, admin: Person) -> None:
    await a_customer(site, "CUST1001", ANSWERS)
    await a_script(site, "SCRIPT_002")
    for more, status in (
        ({"customer_id": "nobody"}, 404), ({"script_id": "nothing"}, 404), ({"max_retries": -1}, 422),
        ({"preferred_time": "2023-11-15T14:00:00"}, 422), ({"preferred_time": "tomorrow"}, 422),
        ({"callback_url": "https://169.254.169.254/"}, 422), ({"callback_url": "gopher://x/"}, 422),
        ({"number": "12"}, 422), ({"unknown": 1}, 422),
    ):  # fmt: skip
        answer = await admin.post("/call-tasks", wish(**more))
        assert answer.status == status, (more, answer.raw)


async def test_a_team_has_its_own_tasks(site: Site) -> None:
    await a_customer(site, "CUST1001", ANSWERS, "north")
    await a_script(site, "SCRIPT_002", "north")
    north, south = await site.person("north_lead"), await site.person("south_lead")
    task = (await north.post("/call-tasks", wish())).ok(201)
    assert (await south.post("/call-tasks", wish())).status == 404
    assert (await south.get(f"/call-tasks/{task['id']}")).status == 404
    assert (await south.post(f"/call-tasks/{task['id']}/cancel")).status == 404
    assert (await south.get("/call-tasks")).ok()["items"] == []
    assert [one["id"] for one in (await north.get("/call-tasks")).ok()["items"]] == [task["id"]]
    agent = await site.person("north_agent")
    assert (await agent.post("/call-tasks", wish())).status == 403
    for person in (north, agent):
        assert (await person.get("/webhooks")).status == 403


# ---- webhooks ------------------------------------------------------------------------------------------------------


async def test_a_webhook_is_made_tested_told_changed_and_taken_away(site: Site, admin: Person, other: Receiver) -> None:
    made = (await admin.post("/webhooks", {"url": other.url + "/hook", "topics": ["alert"]})).ok(201)
    hook, secret = made["webhook"], made["secret"]
    assert secret.startswith("whsec_")
    assert secret not in str((await admin.get("/webhooks")).ok())
    assert (await admin.post(f"/webhooks/{hook['id']}/test")).ok() == {"ok": True, "status": 204, "problem": ""}
    site.app.alerts("trial", "this is a trial")
    await until(lambda: len(other.of("/hook")) == 2)
    trial, alert = other.of("/hook")
    assert (trial.told["topic"], alert.told["topic"], alert.told["data"]["code"]) == ("webhook.test", "alert", "trial")
    assert right(secret, alert)
    newer = (await admin.post(f"/webhooks/{hook['id']}/secret", {"overlap_hours": 1})).ok(201)["secret"]
    site.app.alerts("trial", "once more")
    await until(lambda: len(other.of("/hook")) == 3)
    assert right(secret, other.of("/hook")[2])
    assert right(newer, other.of("/hook")[2])
    (shown,) = (await admin.get("/webhooks")).ok()
    change = {"url": other.url + "/elsewhere", "active": False}
    assert (await admin.patch(f"/webhooks/{hook['id']}", change, hook["version"])).status == 409
    changed = (await admin.patch(f"/webhooks/{hook['id']}", change, shown["version"])).ok()
    assert (changed["url"], changed["active"], changed["topics"]) == (other.url + "/elsewhere", False, ["alert"])
    removed = await admin.delete(f"/webhooks/{hook['id']}", headers={"If-Match": f'"v{changed["version"]}"'})
    assert removed.status == 204
    assert (await admin.get("/webhooks")).ok() == []


async def test_a_test_says_what_is_wrong(site: Site, admin: Person, other: Receiver) -> None:
    other.behaviours["/hook"] = other.answering(403, text="no")
    hook = (await admin.post("/webhooks", {"url": other.url + "/hook", "topics": ["*"]})).ok(201)["webhook"]
    tested = (await admin.post(f"/webhooks/{hook['id']}/test")).ok()
    assert tested == {"ok": False, "status": 0, "problem": "status 403: no"}


async def test_what_was_not_taken_is_shown_and_sent_again(
    site: Site, admin: Person, other: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waihu.services import outward

    monkeypatch.setattr(outward, "ATTEMPTS", 1)
    other.behaviours["/hook"] = other.answering(400, 204)
    hook = (await admin.post("/webhooks", {"url": other.url + "/hook", "topics": ["campaign.*", "lead.*"]})).ok(201)
    path = f"/webhooks/{hook['webhook']['id']}"
    await a_customer(site, "CUST1001", ANSWERS)
    await a_script(site, "SCRIPT_002")
    task = (await admin.post("/call-tasks", wish())).ok(201)
    await admin.post(f"/call-tasks/{task['id']}/cancel")  # its lead is changed
    await until(lambda: len(other.of("/hook")) == 1)

    async def shown() -> list[Any]:
        return list((await admin.get(f"{path}/deliveries")).ok()["items"])

    async with asyncio.timeout(5.0):
        while not (found := await shown()):
            pass
    (one,) = found
    assert (one["topic"], one["attempts"], one["reason"]) == ("lead.changed", 1, "status 400")
    assert (await admin.post(f"{path}/deliveries/nothing/again")).status == 404
    assert (await admin.post(f"{path}/deliveries/{one['id']}/again")).ok() == {"count": 1}
    await until(lambda: len(other.of("/hook")) == 2)
    first, second = other.of("/hook")
    assert first.headers["Waihu-Delivery"] == second.headers["Waihu-Delivery"] == one["id"]


async def test_addresses_and_topics_that_cannot_be_are_refused(site: Site, admin: Person) -> None:
    for body in (
        {"url": "https://169.254.169.254/", "topics": ["*"]}, {"url": "ftp://a/", "topics": ["*"]},
        {"url": "https://a.example/", "topics": ["cal.ended"]}, {"url": "https://a.example/", "topics": []},
    ):  # fmt: skip
        assert (await admin.post("/webhooks", body)).status == 422
    assert (await admin.get("/webhooks/nothing")).status == 404
    await admin.post("/webhooks/call-tasks/secret", {})
    stuck = await admin.delete("/webhooks/call-tasks", headers={"If-Match": '"v2"'})
    assert stuck.status == 409
