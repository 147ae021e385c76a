"""Promised calls that move, words of consent, and numbers of customers that are not to be called: each by who may."""

from datetime import timedelta
from typing import Any

from tests.api.conftest import Person, Site
from tests.api.records import a_customer, audit_of, campaign_of_team

from waihu.clock import SystemClock
from waihu.store.leads import add_leads
from waihu.testing.factories import a_lead
from waihu_models.ids import AgentId
from waihu_models.lead import Lead, LeadState

ANNA = "+441632960111"
NORTH, SOUTH = AgentId("north_agent"), AgentId("south_agent")


async def promise(site: Site, number: str = ANNA, agent: AgentId | None = NORTH, hours: float = 1) -> Lead:
    campaign = await campaign_of_team(site, f"north {number}", "north")
    at = SystemClock().now() + timedelta(hours=hours)
    lead = a_lead(campaign, number, name=number, state=LeadState.CALLBACK, next_at=at, callback_agent_id=agent)
    await add_leads(site.app.store, [lead])
    return lead


def in_hours(hours: float) -> str:
    return (SystemClock().now() + timedelta(hours=hours)).isoformat()


async def move(person: Person, lead: Lead, change: dict[str, Any], version: int = 1) -> Any:
    return await person.patch(f"/callbacks/{lead.id}", change, version)


async def test_an_agent_moves_an_own_promise_in_time_and_to_nobody_else(site: Site) -> None:
    lead = await promise(site)
    agent = await site.person("north_agent")
    (mine,) = (await agent.get("/callbacks")).ok()["items"]
    version = mine["lead"]["version"]
    moved = (await move(agent, lead, {"at": in_hours(3)}, version)).ok()
    assert moved["at"] > mine["at"]
    assert moved["lead"]["version"] == version + 1
    assert (await move(agent, lead, {"at": in_hours(4)}, version)).code == "stale"
    assert (await move(agent, lead, {"at": in_hours(-1)}, version + 1)).value["errors"][0]["path"] == "$.at"
    assert (await move(agent, lead, {"agent_id": None}, version + 1)).status == 403
    (row,) = await audit_of(site, "lead.promise")
    assert (row["actor"], row["object_id"]) == ("user:north_agent", lead.id)


async def test_a_supervisor_gives_a_promise_to_another_agent_of_the_team_or_to_whoever_is_free(site: Site) -> None:
    lead = await promise(site, agent=None)
    boss, other = await site.person("north_lead"), await site.person("south_lead")
    (found,) = (await boss.get("/callbacks")).ok()["items"]
    version = found["lead"]["version"]
    assert (await move(other, lead, {"agent_id": SOUTH}, version)).status == 404
    assert (await move(boss, lead, {"agent_id": SOUTH}, version)).status == 404
    given = (await move(boss, lead, {"agent_id": NORTH}, version)).ok()
    assert (given["lead"]["callback_agent_id"], given["agent_name"]) == (NORTH, given["agent_name"])
    assert [
        one["lead"]["id"] for one in (await (await site.person("north_agent")).get("/callbacks")).ok()["items"]
    ] == [lead.id]
    free = (await move(boss, lead, {"agent_id": None}, version + 1)).ok()
    assert free["lead"]["callback_agent_id"] is None


async def test_nobody_moves_what_nobody_promised_or_somebody_else_did(site: Site) -> None:
    lead = await promise(site, agent=AgentId("somebody"))
    agent = await site.person("north_agent")
    assert (await move(agent, lead, {"at": in_hours(2)})).status == 404
    assert (await move(await site.person("north_lead"), a_lead_that_is_not(lead), {"at": in_hours(2)})).status == 404


def a_lead_that_is_not(lead: Lead) -> Lead:
    from dataclasses import replace

    return replace(lead, id=type(lead.id)("0" * 26))


async def test_a_word_of_consent_is_kept_with_source_and_proof_and_the_latest_counts(site: Site) -> None:
    customer = await a_customer(site, "Anna", ANNA, team="north")
    agent = await site.person("north_agent")
    path = f"/customers/{customer}/consents"
    word = {"purpose": "sms", "state": "granted", "source": "form 12", "channel": "paper", "proof": "scan-12.pdf"}
    assert (await agent.post(path, word)).ok(201)["consents"] == {"sms": "granted"}
    late = {**word, "state": "denied", "at": in_hours(-48)}
    told = (await agent.post(path, late)).ok(201)
    assert told["consents"] == {"sms": "granted"}, "an old word entered late undoes no later one"
    assert [one["proof"] for one in told["consent_history"]] == ["scan-12.pdf", "scan-12.pdf"]
    for bad in ({"source": " "}, {"state": "unknown"}, {"at": in_hours(2)}, {"at": "2026-01-01T00:00:00"}):
        assert (await agent.post(path, {**word, **bad})).status == 422, bad
    assert {row["actor"] for row in await audit_of(site, "consent.add")} == {"user:north_agent"}


async def test_a_number_is_forbidden_without_being_seen_and_only_by_who_sees_the_customer(site: Site) -> None:
    customer = await a_customer(site, "Anna", ANNA, team="north")
    agent, stranger = await site.person("north_agent"), await site.person("south_agent")
    phone = (await agent.get(f"/customers/{customer}")).ok()["phones"][0]["id"]
    path = f"/customers/{customer}/phones/{phone}/do-not-call"
    assert (await stranger.post(path, {"reason": "asked"})).status == 404
    word = {"purpose": "sms", "state": "granted", "source": "form"}
    assert (await stranger.post(f"/customers/{customer}/consents", word)).status == 404
    assert (await agent.post(path, {"reason": " "})).status == 422
    answer = await agent.post(path, {"reason": "asked on the phone"})
    answer.ok(204)
    assert ANNA.encode() not in answer.raw
    told = (await agent.get(f"/customers/{customer}")).ok()
    assert told["do_not_call"]
    assert told["phones"][0]["do_not_call"][0]["campaign_id"] is None
    assert await audit_of(site, "number.reveal") == []


async def test_a_number_may_be_forbidden_to_one_campaign_only(site: Site) -> None:
    customer = await a_customer(site, "Anna", ANNA, team="north")
    boss = await site.person("north_lead")
    campaign, foreign = await campaign_of_team(site, "spring", "north"), await campaign_of_team(site, "far", "south")
    phone = (await boss.get(f"/customers/{customer}")).ok()["phones"][0]["id"]
    path = f"/customers/{customer}/phones/{phone}/do-not-call"
    assert (await boss.post(path, {"reason": "not this", "campaign_id": foreign.id})).status == 404
    (await boss.post(path, {"reason": "not this", "campaign_id": campaign.id})).ok(204)
    told = (await boss.get(f"/customers/{customer}")).ok()
    assert (told["do_not_call"], told["phones"][0]["do_not_call"][0]["campaign_id"]) == (False, campaign.id)
