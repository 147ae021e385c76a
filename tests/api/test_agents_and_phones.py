"""Agents and their SIP phones, made and edited while everything runs."""

from typing import Any

import pytest
from sqlalchemy import true
from tests.api.conftest import Person, Site

from waihu.store.agent_edits import agent_row_of
from waihu.testing.waiting import until
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.ids import AgentId

NORTH = AgentId("north_agent")


def agent(site: Site, agent_id: str = NORTH) -> Agent:
    return site.app.agents.get(AgentId(agent_id))


async def waits(site: Site) -> bool:
    return bool((await agent_row_of(site.app.store, NORTH, true()))["next_profile"])


async def edit(admin: Person, **changes: Any) -> dict[str, Any]:
    now = (await admin.get(f"/agents/{NORTH}")).ok()
    changed: dict[str, Any] = (await admin.patch(f"/agents/{NORTH}", changes, now["version"])).ok()
    return changed


async def on_the_phone(site: Site) -> None:
    await until(lambda: site.app.switch.reachable)
    site.app.agents.log_in(NORTH)
    await until(lambda: agent(site).state is AgentState.AVAILABLE, 5.0, "logged in")


# ---- agents --------------------------------------------------------------------------------------------------------


async def test_a_new_agent_can_log_in_at_once_with_the_usual_wrap_up(site: Site, admin: Person) -> None:
    await admin.ask("PUT", "/settings/desk.wrap_limit_s", {"value": 12}, headers={"If-Match": '"v0"'})
    made = await admin.post("/agents", {"id": "ada", "name": "Ada", "team_id": site.teams["south"]})
    assert (made.ok(201)["wrap_limit_s"], made.value["team_id"]) == (12.0, site.teams["south"])
    site.switch.add_phone("supervisor")
    await until(lambda: site.app.switch.reachable)
    site.app.agents.log_in(AgentId("ada"), "supervisor")
    await until(lambda: agent(site, "ada").state is AgentState.AVAILABLE, 5.0, "logged in")
    assert (await admin.post("/agents", {"id": "ada"})).status == 409


@pytest.mark.parametrize(
    ("wish", "path"),
    [({"id": "no spaces"}, "$.id"), ({"id": "bob", "team_id": "9" * 32}, "$.team_id"),
     ({"id": "bob", "campaign_id": "9" * 32}, "$.campaign_id"),
     ({"id": "bob", "ring_timeout_s": 1}, "$.ring_timeout_s")],
)  # fmt: skip
async def test_an_agent_who_could_not_work_is_refused_with_the_place(
    admin: Person, wish: dict[str, Any], path: str
) -> None:
    refused = await admin.post("/agents", wish)
    assert (refused.status, refused.value["errors"][0]["path"]) == (422, path)


async def test_an_edit_of_an_agent_who_is_offline_counts_at_once(site: Site, admin: Person) -> None:
    changed = await edit(admin, phone="desk9", mode="on_hook", wrap_limit_s=5)
    assert (changed["phone"], changed["edit_waits"]) == ("desk9", False)
    await until(lambda: agent(site).phone == "desk9", 5.0, "the agent has the edit")
    assert (agent(site).mode, agent(site).wrap_limit_s) == (PhoneMode.ON_HOOK, 5.0)
    await until(lambda: site.app.store.backlog == 0)
    assert not await waits(site)


async def test_an_edit_of_an_agent_at_work_takes_limits_over_now_and_the_phone_at_the_next_log_in(
    site: Site, admin: Person
) -> None:
    await on_the_phone(site)
    changed = await edit(admin, phone="desk9", wrap_limit_s=5, name="Nora")
    assert (changed["phone"], changed["edit_waits"]) == ("desk9", True)
    await until(lambda: agent(site).wrap_limit_s == 5.0, 5.0, "the limit counts")
    assert (agent(site).name, agent(site).phone, agent(site).state) == ("Nora", NORTH, AgentState.AVAILABLE)
    site.app.agents.pause(NORTH, "lunch")  # the session writes the row again
    await until(lambda: agent(site).state is AgentState.PAUSED)
    await until(lambda: site.app.store.backlog == 0)
    assert (await admin.get(f"/agents/{NORTH}")).ok()["phone"] == "desk9"
    site.app.agents.log_out(NORTH)
    await until(lambda: agent(site).phone == "desk9", 5.0, "the phone counts after the session")
    await until(lambda: site.app.store.backlog == 0)
    row = await agent_row_of(site.app.store, NORTH, true())
    assert (row["phone"], row["next_profile"]) == ("desk9", "")


async def test_an_edit_that_waits_survives_a_restart(site: Site, admin: Person) -> None:
    await on_the_phone(site)
    await edit(admin, phone="desk9")
    fresh = type(site.app.office.agents)(
        site.app.store, site.app.agents, site.app.office.queues, site.app.bus, site.app.clock, site.app.tasks
    )  # fmt: skip
    await fresh.load()
    site.app.agents.log_out(NORTH)
    await until(lambda: agent(site).phone == "desk9", 5.0, "the phone counts after the session")


async def test_of_two_who_edit_an_agent_the_second_is_told_what_is_different(admin: Person) -> None:
    before = (await admin.get(f"/agents/{NORTH}")).ok()
    (await admin.patch(f"/agents/{NORTH}", {"name": "Nora"}, before["version"])).ok()
    second = await admin.patch(f"/agents/{NORTH}", {"name": "Norma"}, before["version"])
    assert (second.status, second.value["difference"]) == (409, {"name": "Nora"})


async def test_an_agent_who_is_disabled_is_logged_out_and_cannot_log_in(site: Site, admin: Person) -> None:
    await on_the_phone(site)
    await edit(admin, disabled=True)
    await until(lambda: agent(site).state is AgentState.OFFLINE, 5.0, "logged out")
    assert NORTH in site.app.agents.barred
    await edit(admin, disabled=False)
    site.app.agents.log_in(NORTH)
    await until(lambda: agent(site).state is AgentState.AVAILABLE, 5.0, "logged in again")


async def test_a_supervisor_sees_the_team_and_an_agent_only_themselves(site: Site) -> None:
    lead, one = await site.person("north_lead"), await site.person("north_agent")
    assert [shown["id"] for shown in (await lead.get("/agents")).ok()] == ["north_agent"]
    assert [shown["id"] for shown in (await one.get("/agents")).ok()] == ["north_agent"]
    assert (await one.get("/agents/south_agent")).status == 404
    assert (await lead.patch("/agents/north_agent", {"name": "x"}, 1)).status == 403


# ---- phones --------------------------------------------------------------------------------------------------------


async def test_the_password_of_a_new_phone_is_shown_once(admin: Person) -> None:
    made = (await admin.post("/phones", {"name": "desk1"})).ok(201)
    assert len(made["password"]) >= 20
    listed = await admin.get("/phones")
    assert [phone["name"] for phone in listed.ok()] == ["desk1"]
    assert made["password"].encode() not in listed.raw
    again = (await admin.patch("/phones/desk1", {"new_password": True}, 1)).ok()
    assert len(again["password"]) >= 20
    assert again["password"] != made["password"]
    moved = (await admin.patch("/phones/desk1", {"contact": "sip:desk1@192.0.2.7"}, 2)).ok()
    assert (moved["password"], moved["phone"]["contact"]) == ("", "sip:desk1@192.0.2.7")


async def test_a_phone_an_agent_works_on_stays(site: Site, admin: Person) -> None:
    (await admin.post("/phones", {"name": "desk1"})).ok(201)
    await edit(admin, phone="desk1")
    await until(lambda: agent(site).phone == "desk1", 5.0, "the agent has the edit")
    refused = await admin.delete("/phones/desk1", headers={"If-Match": '"v1"'})
    assert (refused.status, "north_agent" in refused.value["detail"]) == (409, True)
    await edit(admin, phone="")
    await until(lambda: agent(site).phone == "", 5.0, "the agent has the edit")
    assert (await admin.delete("/phones/desk1", headers={"If-Match": '"v1"'})).status == 204


async def test_a_contact_that_is_no_address_is_refused(admin: Person) -> None:
    refused = await admin.post("/phones", {"name": "desk1", "contact": "desk one"})
    assert (refused.status, refused.value["errors"][0]["path"]) == (422, "$.contact")
