"""Leads, promised calls, dispositions and do-not-call through the API."""

from datetime import timedelta
from typing import Any

from tests.api.conftest import Person, Site
from tests.api.records import audit_of, campaign_of_team, csv_of, send

from waihu.store.leads import add_leads, dial_facts
from waihu.testing.factories import NOON, a_lead
from waihu.testing.waiting import until
from waihu_models.errors import BadInput
from waihu_models.ids import AgentId
from waihu_models.lead import LeadState

NORTH = AgentId("north_agent")


def names(page: Any) -> list[str]:
    return [one["name"] for one in page["items"]]


async def test_leads_of_a_campaign_are_found_by_every_filter(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(site, "uk", None)
    later = site.app.clock.now() + timedelta(hours=1)
    await add_leads(
        site.app.store,
        [
            a_lead(campaign, "+441632960101", name="Anna", list_name="spring"),
            a_lead(campaign, "+441632960102", name="Ben", state=LeadState.RETRY, next_at=later),
            a_lead(campaign, "+441632960103", name="王小明", state=LeadState.DONE),
        ],
    )
    path = f"/campaigns/{campaign.id}/leads"
    for query, found in (
        ("", ["Anna", "Ben", "王小明"]),
        ("state=done", ["王小明"]),
        ("state=new&state=retry", ["Anna", "Ben"]),
        ("list_name=spring", ["Anna"]),
        ("due=true", ["Anna"]),
        ("number=01632 960102", ["Ben"]),
        ("name=小", ["王小明"]),
        ("name=b&inside=false", ["Ben"]),
    ):
        assert names((await admin.get(f"{path}?{query}")).ok()) == found, query
    first = (await admin.get(f"{path}?limit=2")).ok()
    assert names((await admin.get(f"{path}?limit=2&after={first['next']}")).ok()) == ["王小明"]
    assert b"+4416329601" not in (await admin.get(path)).raw
    lists = (await admin.get(f"/campaigns/{campaign.id}/lists")).ok()
    assert lists == [{"list_name": "", "leads": 2}, {"list_name": "spring", "leads": 1}]


async def test_a_lead_is_made_explained_paused_resumed_moved_and_closed(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(site, "uk", None)
    path = f"/campaigns/{campaign.id}/leads"
    made = (await admin.post(path, {"number": "01632 960150", "name": "Anna"})).ok(201)
    assert (await admin.post(path, {"number": "+441632960150"})).status == 409
    lead = f"/leads/{made['id']}"
    why = await admin.get(f"{lead}/why")
    assert "it may be called now" in why.ok()["en"]
    assert "现在可以呼叫" in why.value["zh"]
    assert b"+441632960150" not in why.raw
    paused = (await admin.post(f"{lead}/pause", {"reason": "on holiday"})).ok()
    assert (paused["state"], paused["reason"]) == ("paused", "on holiday")
    resumed = (await admin.post(f"{lead}/resume")).ok()
    assert resumed["state"] == "new"
    assert (await admin.post(f"{lead}/resume")).status == 409
    moved = (await admin.patch(lead, {"priority": 9.5}, resumed["version"])).ok()
    assert moved["priority"] == 9.5
    assert (await admin.patch(lead, {"priority": 1.0}, resumed["version"])).value["difference"] == {"priority": 9.5}
    urgent = (await admin.patch(lead, {"urgency": 8, "value": 2}, moved["version"])).ok()
    assert urgent["priority"] != 9.5
    assert (await admin.patch(lead, {"priority": 1.0}, urgent["version"])).status == 409
    assert (await admin.post(f"{lead}/close", {"reason": "moved away"})).ok()["state"] == "closed"


async def test_leads_of_another_team_are_nobodys_business(site: Site) -> None:
    campaign = await campaign_of_team(site, "south", "south")
    lead = a_lead(campaign, "+441632960160")
    await add_leads(site.app.store, [lead])
    person = await site.person("north_lead")
    reason = {"reason": "x"}
    answers = [
        await person.get(f"/campaigns/{campaign.id}/leads"),
        await person.get(f"/campaigns/{campaign.id}/lists"),
        await person.get(f"/campaigns/{campaign.id}/imports"),
        await person.post(f"/campaigns/{campaign.id}/leads", {"number": "01632 960161"}),
        await send(person, f"/campaigns/{campaign.id}/imports", b"phone\n01632960162\n"),
        await person.get(f"/leads/{lead.id}"),
        await person.get(f"/leads/{lead.id}/why"),
        await person.patch(f"/leads/{lead.id}", {"score": 1}, 1),
        await person.post(f"/leads/{lead.id}/pause", reason),
        await person.post(f"/leads/{lead.id}/close", reason),
        await person.post(f"/leads/{lead.id}/resume"),
        await person.post(f"/leads/{lead.id}/reveal"),
    ]
    assert {answer.status for answer in answers} == {404}
    agent = await site.person("south_agent")
    assert (await agent.post(f"/leads/{lead.id}/pause", reason)).status == 403


async def test_an_agent_has_their_own_promises_the_soonest_first(site: Site) -> None:
    campaign = await campaign_of_team(site, "north", "north")
    promised = [
        a_lead(
            campaign, f"+44163296017{hour}", name=f"at {hour}", state=LeadState.CALLBACK,
            next_at=NOON + timedelta(hours=hour), callback_agent_id=NORTH if hour != 2 else AgentId("somebody"),
        )
        for hour in (3, 1, 2)
    ]  # fmt: skip
    await add_leads(site.app.store, promised)
    agent, lead = await site.person("north_agent"), await site.person("north_lead")
    mine = (await agent.get("/callbacks?agent_id=somebody")).ok()
    assert [one["lead"]["name"] for one in mine["items"]] == ["at 1", "at 3"]
    first = (await lead.get("/callbacks?limit=2")).ok()
    rest = (await lead.get(f"/callbacks?limit=2&after={first['next']}")).ok()
    assert [one["lead"]["name"] for one in first["items"] + rest["items"]] == ["at 1", "at 2", "at 3"]
    assert (await (await site.person("south_lead")).get("/callbacks")).ok()["items"] == []


# ---- dispositions --------------------------------------------------------------------------------------------------


async def test_a_campaign_may_have_dispositions_of_its_own(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(site, "north", "north")
    standard = (await admin.get("/dispositions")).ok()
    assert [one["code"] for one in standard["choices"]][:2] == ["sale", "interested"]
    path = f"/campaigns/{campaign.id}/dispositions"
    assert (await admin.get(path)).ok() == {**standard, "campaign_id": campaign.id, "version": 0}
    own = {"code": "donated", "label_en": "Donated", "label_zh": "已捐款", "category": "success", "hot_key": 1}
    body = {"choices": [own]}
    made = (await admin.ask("PUT", path, body, headers={"If-Match": '"v0"'})).ok()
    assert (made["own"], made["version"], made["choices"][0]["code"]) == (True, 1, "donated")
    late = await admin.ask("PUT", path, body, headers={"If-Match": '"v0"'})
    assert (late.status, late.code) == (409, "stale")
    agent = await site.person("north_agent")
    assert (await agent.get(path)).ok()["choices"] == made["choices"]
    assert (await agent.ask("PUT", path, body, headers={"If-Match": '"v1"'})).status == 403
    assert (await (await site.person("south_agent")).get(path)).status == 404
    (await admin.delete(path, headers={"If-Match": '"v1"'})).ok(204)
    assert (await admin.get(path)).ok()["own"] is False


async def test_choices_that_cannot_be_told_apart_are_refused(admin: Person) -> None:
    good = {"code": "yes", "label_en": "Yes", "label_zh": "是", "category": "success", "hot_key": 1}
    for bad, place in (
        ({**good}, "$.choices[1].code"),
        ({**good, "code": "no"}, "$.choices[1].hot_key"),
        ({**good, "code": "sale", "hot_key": 2, "category": "refused"}, "$.choices[1].category"),
    ):
        answer = await admin.ask("PUT", "/dispositions", {"choices": [good, bad]}, headers={"If-Match": '"v1"'})
        assert (answer.status, answer.value["errors"][0]["path"]) == (422, place)
    hidden = await admin.ask(
        "PUT", "/dispositions", {"choices": [{**good, "active": False}]}, headers={"If-Match": '"v1"'}
    )
    assert hidden.status == 422


async def test_agents_judge_with_the_choices_of_their_campaign(site: Site, admin: Person) -> None:
    campaign = await campaign_of_team(site, "north", "north")
    own = {"code": "donated", "label_en": "Donated", "label_zh": "已捐款", "category": "success", "requires_note": True}
    path = f"/campaigns/{campaign.id}/dispositions"
    (await admin.ask("PUT", path, {"choices": [own]}, headers={"If-Match": '"v0"'})).ok()
    agents = site.app.agents
    assert agents.judgement(NORTH, "sale").disposition.code == "sale"
    agents._runners[NORTH].value = agents.get(NORTH).__class__(
        **{name: getattr(agents.get(NORTH), name) for name in agents.get(NORTH).__dataclass_fields__}
        | {"campaign_id": campaign.id}
    )
    judged = agents.judgement(NORTH, "donated", "ten pounds").disposition
    assert (judged.code, str(judged.category)) == ("donated", "success")
    for code, note in (("donated", ""), ("sale", "x")):
        try:
            agents.judgement(NORTH, code, note)
        except BadInput:
            continue
        raise AssertionError(code)


# ---- do-not-call ---------------------------------------------------------------------------------------------------


async def test_a_number_is_forbidden_looked_up_and_allowed_again_on_record(site: Site, admin: Person) -> None:
    agent = await site.person("north_agent")
    wish = {"number": "01632 960180", "region": "GB", "reason": "asked on the phone"}
    (await agent.post("/do-not-call/numbers", wish)).ok(204)
    asked = {"number": "+441632960180"}
    found = await agent.post("/do-not-call/look-up", asked)
    assert found.ok()["forbidden"] is True
    assert found.value["entries"][0]["source"] == "user:north_agent"
    assert b"960180" not in found.raw
    assert (await agent.post("/do-not-call/removals", wish)).status == 403
    (await admin.post("/do-not-call/removals", {**wish, "reason": "asked in writing"})).ok(204)
    assert (await admin.post("/do-not-call/removals", wish)).status == 404
    after = (await admin.post("/do-not-call/look-up", asked)).ok()
    assert (after["forbidden"], after["entries"][0]["removed_by"]) == (False, "user:admin")
    history = (await admin.get("/do-not-call/history?limit=1")).ok()
    (taken,) = history["items"]
    assert (taken["action"], taken["actor"], taken["detail"]) == ("allow_again", "user:admin", "asked in writing")
    (added,) = (await admin.get(f"/do-not-call/history?limit=1&after={history['next']}")).ok()["items"]
    assert (added["action"], added["detail"]) == ("add", "asked on the phone")


async def test_a_list_of_one_campaign_forbids_only_there(site: Site, admin: Person) -> None:
    here, there = await campaign_of_team(site, "north", "north"), await campaign_of_team(site, "south", "south")
    leads = [a_lead(campaign, "+441632960190") for campaign in (here, there)]
    await add_leads(site.app.store, leads)
    agent = await site.person("north_agent")
    wish = {"number": "+441632960190", "reason": "not this one", "campaign_id": here.id}
    (await agent.post("/do-not-call/numbers", wish)).ok(204)
    facts = await dial_facts(site.app.store, leads, site.app.clock.now())
    assert [facts[lead.id].do_not_call for lead in leads] == [True, False]
    assert (await agent.post("/do-not-call/numbers", {**wish, "campaign_id": there.id})).status == 404
    shown = [one["name"] for one in (await agent.get("/do-not-call/lists")).ok()]
    others = [one["name"] for one in (await (await site.person("south_agent")).get("/do-not-call/lists")).ok()]
    assert (shown, others) == (["internal", "campaign north"], ["internal"])


async def test_a_file_becomes_a_do_not_call_list_in_the_background(site: Site, admin: Person) -> None:
    path = "/do-not-call/lists?name=national&source=register&obtained_on=2026-01-01&region=GB"
    upload = (await send(admin, path, csv_of(("phone",), ("01632 960195",), ("01632 960196",)))).ok(202)
    known = site.app.records.dnc_uploads
    await until(lambda: known.get(upload["id"]).state != "running")
    done = (await admin.get(f"/do-not-call/uploads/{upload['id']}")).ok()
    assert (done["state"], done["numbers"], done["problem"]) == ("done", 2, "")
    assert (await admin.post("/do-not-call/look-up", {"number": "+441632960196"})).ok()["forbidden"] is True
    bad = (await send(admin, path.replace("national", "other"), b"phone\nrubbish\n")).ok(202)
    await until(lambda: known.get(bad["id"]).state != "running")
    failed = (await admin.get(f"/do-not-call/uploads/{bad['id']}")).ok()
    assert failed["state"] == "failed"
    assert "rows are bad" in failed["problem"]
    assert str(site.app.plan.recordings.parent) not in failed["problem"]
    assert list((site.app.plan.recordings.parent / "uploads").iterdir()) == []
    (await admin.delete("/do-not-call/lists/national")).ok(204)
    assert [row["detail"] for row in await audit_of(site, "dnc.import")] != []
