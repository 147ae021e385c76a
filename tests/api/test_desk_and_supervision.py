"""The agent's desk and supervision over HTTP: one's own state and call, and nobody else's."""

from typing import Any

import pytest
from tests.api.conftest import Person, Site

from waihu.store import campaigns as stored_campaigns
from waihu.store import leads as stored_leads
from waihu.store.audit import By, latest
from waihu.store.dnc import forbid
from waihu.testing.factories import a_campaign, a_lead
from waihu.testing.waiting import until
from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState
from waihu_models.campaign import Campaign, CampaignState, DialMode
from waihu_models.ids import AgentId
from waihu_models.phone import E164

NORTH, SOUTH = AgentId("north_agent"), AgentId("south_agent")
NUMBER = "+441632960199"


def state(site: Site, agent_id: AgentId = NORTH) -> AgentState:
    return site.app.agents.get(agent_id).state


async def reaches(site: Site, wanted: AgentState, agent_id: AgentId = NORTH) -> None:
    await until(lambda: state(site, agent_id) is wanted, 5.0, f"{agent_id} is {wanted}")


async def a_campaign_of(site: Site, team: str | None = None, **rules: Any) -> Campaign:
    given = {"name": f"spring {team}", "state": CampaignState.PAUSED, "trunk": "carrier", **rules}
    campaign = a_campaign(**given)
    team_id = site.teams[team] if team else None
    await stored_campaigns.save_campaign(site.app.store, campaign, beside={"team_id": team_id})
    return campaign


async def working(site: Site, login: str = "north_agent") -> Person:
    person = await site.person(login)
    await until(lambda: site.app.switch.reachable)
    (await person.post(f"/agents/{login}/log-in", {})).ok(204)
    await reaches(site, AgentState.AVAILABLE, AgentId(login))
    return person


async def talking(site: Site, agent: Person, campaign: Campaign) -> Call:
    made = (await agent.post("/calls", {"number": NUMBER, "campaign_id": campaign.id})).ok(201)
    await until(lambda: any(c.state is CallState.CONNECTED for c in site.app.calls), 5.0, "customer and agent talk")
    await reaches(site, AgentState.TALKING)
    (call,) = list(site.app.calls)
    assert call.id == made["call_id"]
    return call


def now(site: Site, call: Call) -> CallState | None:
    found = site.app.calls.get(call.id)
    return found.state if found else None


async def test_an_agent_logs_in_pauses_comes_back_and_logs_out(site: Site) -> None:
    agent = await working(site)
    assert (await agent.post("/agents/north_agent/log-in", {})).status == 409
    (await agent.post("/agents/north_agent/pause", {"reason": "lunch"})).ok(204)
    await reaches(site, AgentState.PAUSED)
    (await agent.post("/agents/north_agent/available")).ok(204)
    await reaches(site, AgentState.AVAILABLE)
    assert (await agent.post("/agents/north_agent/pause", {"reason": ""})).status == 422
    (await agent.post("/agents/north_agent/log-out", {})).ok(204)
    await reaches(site, AgentState.OFFLINE)


async def test_nobody_works_at_another_agents_desk_or_on_the_phone_of_another_browser(site: Site) -> None:
    agent = await working(site)
    for path, body in (("log-in", {}), ("log-out", {}), ("pause", {"reason": "x"}), ("available", None),
                       ("preview/dial", None), ("preview/skip", {"reason": "x"})):  # fmt: skip
        assert (await agent.post(f"/agents/south_agent/{path}", body)).status == 403, path
    assert (await agent.get("/agents/south_agent/preview")).status == 403
    other = await site.person("south_agent")
    assert (await other.post("/agents/south_agent/log-in", {"phone": "w-" + "0" * 32})).status == 403
    assert state(site, SOUTH) is AgentState.OFFLINE


async def test_a_supervisor_forces_agents_of_the_own_team_with_a_reason_and_nobody_else(site: Site) -> None:
    await working(site)
    lead, other = await site.person("north_lead"), await site.person("south_lead")
    assert (await other.post("/agents/north_agent/pause", {"reason": "training"})).status == 404
    assert (await lead.post("/agents/north_agent/log-out", {"at_once": True})).status == 422
    (await lead.post("/agents/north_agent/pause", {"reason": "training"})).ok(204)
    await reaches(site, AgentState.PAUSED)
    (await lead.post("/agents/north_agent/log-out", {"reason": "end of shift", "at_once": True})).ok(204)
    await reaches(site, AgentState.OFFLINE)
    rows = [(r["actor"], r["action"], r["detail"]) for r in await latest(site.app.store, 2)]
    assert rows == [
        ("user:north_lead", "agent.log_out", "end of shift (at once)"),
        ("user:north_lead", "agent.pause", "training"),
    ]


async def test_an_agent_calls_holds_presses_keys_records_judges_and_hangs_up(site: Site) -> None:
    campaign, agent = await a_campaign_of(site, "north"), await working(site)
    call = await talking(site, agent, campaign)
    path = f"/calls/{call.id}"
    (await agent.post(f"{path}/hold")).ok(204)
    await until(lambda: now(site, call) is CallState.HELD, 2.0)
    assert (await agent.post(f"{path}/hold")).code == "conflict"
    (await agent.post(f"{path}/resume")).ok(204)
    await until(lambda: now(site, call) is CallState.CONNECTED, 2.0)
    (await agent.post(f"{path}/digits", {"digits": "12#"})).ok(204)
    assert (await agent.post(f"{path}/digits", {"digits": "1;2"})).status == 422
    await until(lambda: "".join(site.switch.sent_keys[call.leg_id]) == "12#", 2.0)
    (await agent.post(f"{path}/recording-pause")).ok(204)
    (await agent.post(f"{path}/recording-resume")).ok(204)
    at = "2030-01-01T10:00:00"
    assert (await agent.post(f"{path}/disposition", {"code": "callback", "callback_at": at})).status == 422
    (await agent.post(f"{path}/disposition", {"code": "sale", "note": "two of them"})).ok(204)
    (await agent.post(f"{path}/hang-up")).ok(204)
    await reaches(site, AgentState.WRAP_UP)
    other = await working(site, "south_agent")
    for wish, body in (("hang-up", None), ("hold", None), ("digits", {"digits": "1"}), ("transfer", {}),
                       ("disposition", {"code": "sale"}), ("recording-pause", None)):  # fmt: skip
        assert (await other.post(f"{path}/{wish}", body)).status == 404, wish
    lead = await site.person("north_lead")
    assert (await lead.post(f"{path}/hang-up")).status == 403, "who is no agent has no call"


async def test_a_call_by_hand_keeps_to_the_law_and_to_what_may_be_seen(site: Site) -> None:
    agent = await working(site)
    north, south = await a_campaign_of(site, "north"), await a_campaign_of(site, "south")
    foreign = a_lead(south, "+441632960102")
    await stored_leads.add_leads(site.app.store, [foreign])
    await forbid(site.app.store, E164(NUMBER), By("test", site.app.clock.now()), "asked")
    refused = await agent.post("/calls", {"number": NUMBER, "campaign_id": north.id})
    assert (refused.status, refused.code) == (409, "call_refused")
    assert (await agent.post("/calls", {"number": "+441632960102", "campaign_id": south.id})).status == 404
    assert (await agent.post("/calls", {"lead_id": foreign.id, "campaign_id": north.id})).status == 404
    assert (await agent.post("/calls", {"customer_id": "nobody", "campaign_id": north.id})).status == 404
    assert (await agent.post("/calls", {"campaign_id": north.id})).status == 422
    assert not list(site.app.calls)


async def test_a_customer_is_passed_on_to_whoever_is_free(site: Site) -> None:
    campaign, agent = await a_campaign_of(site, "north"), await working(site)
    call = await talking(site, agent, campaign)
    other = {"agent_id": "south_agent"}
    assert (await agent.post(f"/calls/{call.id}/transfer", other)).status == 409
    await working(site, "south_agent")
    (await agent.post(f"/calls/{call.id}/transfer", other)).ok(204)
    await reaches(site, AgentState.WRAP_UP)
    await reaches(site, AgentState.TALKING, SOUTH)


async def test_an_agent_asks_a_colleague_takes_all_together_and_leaves_the_customer_to_them(site: Site) -> None:
    campaign, agent = await a_campaign_of(site, "north"), await working(site)
    call = await talking(site, agent, campaign)
    path, other = f"/calls/{call.id}", {"agent_id": "south_agent"}
    assert (await agent.post(f"{path}/consult", {})).status == 422
    assert (await agent.post(f"{path}/consult", other)).status == 409, "nobody works there"
    for wish in ("consult-end", "conference", "consult-transfer"):
        assert (await agent.post(f"{path}/{wish}")).status == 409, wish
    colleague = await working(site, "south_agent")
    (await agent.post(f"{path}/consult", other)).ok(204)
    await reaches(site, AgentState.TALKING, SOUTH)
    desks = {who: site.app.live.board.desk(f"{who}_agent").desk for who in ("north", "south")}
    asked = {who: desk.call.consult for who, desk in desks.items() if desk is not None and desk.call is not None}
    assert [(one.mine, one.joined, one.together) for one in asked.values() if one] == [
        (True, True, False),
        (False, True, False),
    ]
    assert (await colleague.post(f"{path}/conference")).status == 409, "it is not the colleague's call"
    (await agent.post(f"{path}/consult-end")).ok(204)
    await reaches(site, AgentState.AVAILABLE, SOUTH)
    (await agent.post(f"{path}/consult", other)).ok(204)
    await reaches(site, AgentState.TALKING, SOUTH)
    (await agent.post(f"{path}/conference")).ok(204)
    await until(lambda: now(site, call) is CallState.CONNECTED, 2.0)
    (await agent.post(f"{path}/consult-transfer")).ok(204)
    await reaches(site, AgentState.WRAP_UP)
    (await colleague.post(f"{path}/disposition", {"code": "sale"})).ok(204)


async def test_a_lead_is_shown_masked_skipped_and_called(site: Site) -> None:
    campaign = await a_campaign_of(site, "north", mode=DialMode.PREVIEW)
    leads = [a_lead(campaign, f"+4416329601{kind}", zone="Europe/London") for kind in ("00", "99")]
    await stored_leads.add_leads(site.app.store, leads)
    agent = await working(site)
    assert (await agent.get("/agents/north_agent/preview")).status == 409
    await site.app.dialling.start(campaign.name)

    async def card() -> Any:
        for _ in range(100):
            shown = (await agent.get("/agents/north_agent/preview")).ok()
            if shown["lead"]:
                return shown
        raise AssertionError("nothing is shown")

    first = await card()
    assert (first["campaign_id"], "****" in first["lead"]["number"]) == (campaign.id, True)
    assert (await agent.post("/agents/north_agent/preview/skip", {"reason": ""})).status == 422
    (await agent.post("/agents/north_agent/preview/skip", {"reason": "abroad"})).ok(204)
    second = await card()
    assert second["lead"]["id"] != first["lead"]["id"]
    assert (await agent.post("/agents/north_agent/preview/later", {"at": "2020-01-01T00:00:00Z"})).status == 422
    (await agent.post("/agents/north_agent/preview/dial")).ok(201)
    await reaches(site, AgentState.TALKING)


# ---- supervision ---------------------------------------------------------------------------------------------------


async def test_a_supervisor_listens_changes_and_leaves(site: Site) -> None:
    await working(site)
    lead = await site.person("north_lead")
    wish = {"agent_id": "north_agent", "phone": "supervisor"}
    started = (await lead.post("/supervision", wish)).ok(201)
    assert (started["state"], started["supervisor"]) == ("ringing", "user:north_lead")
    await until(lambda: [one.state for one in site.app.control.supervisions] == ["on"], 5.0, "on")
    assert (await lead.post("/supervision", wish)).status == 409
    assert (await lead.patch("/supervision", {"mode": "whisper"})).ok()["mode"] == "whisper"
    assert (await lead.patch("/supervision", {"mode": "barge"})).status == 409, "nobody to barge in on"
    assert (await lead.get("/supervision")).ok()["mode"] == "whisper"
    (await lead.delete("/supervision")).ok(204)
    assert (await lead.get("/supervision")).status == 404
    assert (await lead.delete("/supervision")).status == 404


async def test_a_supervisor_takes_a_call_over_and_writes_to_the_own_team(site: Site) -> None:
    campaign, agent = await a_campaign_of(site, "north"), await working(site)
    call = await talking(site, agent, campaign)
    lead, other = await site.person("north_lead"), await site.person("south_lead")
    assert (await lead.post("/supervision/take-over")).status == 404, "listens to nobody"
    (await lead.post("/supervision", {"agent_id": "north_agent", "phone": "supervisor"})).ok(201)
    await until(lambda: [one.state for one in site.app.control.supervisions] == ["on"], 5.0, "on")
    assert (await lead.post("/supervision/take-over")).ok()["call_id"] == call.id
    await reaches(site, AgentState.WRAP_UP)
    assert (await other.post("/agents/north_agent/message", {"text": "hello"})).status == 404
    assert (await agent.post("/agents/north_agent/message", {"text": "hello"})).status == 403
    assert (await lead.post("/agents/north_agent/message", {"text": ""})).status == 422
    (await lead.post("/agents/north_agent/message", {"text": "well done"})).ok(204)
    assert [one.text for one in site.app.live.board.desk("north_agent").alerts.values()] == ["well done"]


@pytest.mark.parametrize(("login", "status"), [("north_agent", 403), ("south_lead", 404)])
async def test_nobody_listens_to_whom_they_may_not(site: Site, login: str, status: int) -> None:
    await working(site)
    person = await site.person(login)
    wish = {"agent_id": "north_agent", "phone": "supervisor"}
    assert (await person.post("/supervision", wish)).status == status
    assert not list(site.app.control.supervisions)


async def test_nobody_listens_through_the_phone_of_another_browser(site: Site) -> None:
    await working(site)
    lead = await site.person("north_lead")
    answer = await lead.post("/supervision", {"agent_id": "north_agent", "phone": "w-" + "0" * 32})
    assert answer.status == 403
