"""What the desk asks beside state and call: colleagues, the call's own dispositions, another language in mid-call."""

from tests.api.conftest import Person, Site
from tests.api.test_desk_and_supervision import a_campaign_of, reaches, talking, working

from waihu.store.agents import add_agent, set_agent_team
from waihu.testing.factories import an_agent
from waihu.testing.waiting import until
from waihu_models.agent import AgentState
from waihu_models.call import Call
from waihu_models.ids import AgentId

OWN = [{"code": "donated", "label_en": "Donated", "label_zh": "已捐款", "category": "success", "hot_key": 1}]


def judged(site: Site, call: Call) -> str:
    found = site.app.calls.get(call.id)
    return found.disposition.code if found and found.disposition else ""


async def another_agent(site: Site, name: str, team: str | None) -> AgentId:
    agent_id = AgentId(name)
    site.switch.add_phone(name)
    site.switch.phone_returns(name)
    await add_agent(site.app.store, an_agent(agent_id, name=name.title()))
    await set_agent_team(site.app.store, agent_id, site.teams[team] if team else None)
    await until(lambda: agent_id in site.app.agents, 5.0, f"{name} is known")
    await site.app.live.board.teams.refresh()
    return agent_id


async def test_colleagues_are_those_of_the_team_who_work_now_and_whoever_is_available_comes_first(site: Site) -> None:
    agent = await working(site)
    await working(site, "south_agent")
    assert (await agent.get("/colleagues")).ok() == []
    for name, team in (("zoe", "north"), ("abe", "north"), ("kim", None), ("off", "north")):
        agent_id = await another_agent(site, name, team)
        if name != "off":
            site.app.agents.log_in(agent_id)
            await reaches(site, AgentState.AVAILABLE, agent_id)
    site.app.agents.pause(AgentId("abe"), "lunch")
    await reaches(site, AgentState.PAUSED, AgentId("abe"))
    found = (await agent.get("/colleagues")).ok()
    assert [(one["name"], one["state"]) for one in found] == [
        ("Kim", "available"),
        ("Zoe", "available"),
        ("Abe", "paused"),
    ]


async def test_a_call_is_judged_by_the_dispositions_of_its_own_campaign(site: Site, admin: Person) -> None:
    """The agent works for no campaign in particular, so theirs would be the choices for all."""
    campaign, agent = await a_campaign_of(site, "north"), await working(site)
    headers = {"If-Match": '"v0"'}
    path = f"/campaigns/{campaign.id}/dispositions"
    (await admin.ask("PUT", path, {"choices": OWN}, headers=headers)).ok()
    call = await talking(site, agent, campaign)
    assert (await agent.post(f"/calls/{call.id}/disposition", {"code": "sale"})).status == 422
    (await agent.post(f"/calls/{call.id}/disposition", {"code": "donated"})).ok(204)
    await until(lambda: judged(site, call) == "donated", 5.0, "it is judged")


async def test_another_language_ends_no_log_in(site: Site) -> None:
    agent = await site.person("north_agent")
    log_in = await site.app.log_ins.who(agent.cookie.partition("=")[2])
    assert log_in is not None
    (await agent.ask("PATCH", "/session", {"locale": "zh-CN"})).ok(204)
    await site.app.log_ins._look(log_in.id)
    assert not log_in.ended.is_set()
    assert (await agent.get("/session")).ok()["user"]["locale"] == "zh-CN"


async def test_another_team_ends_what_is_open(site: Site) -> None:
    agent = await site.person("north_agent")
    log_in = await site.app.log_ins.who(agent.cookie.partition("=")[2])
    assert log_in is not None
    admin = await site.person("admin")
    row = next(one for one in (await admin.get("/users")).ok() if one["login"] == "north_agent")
    (await admin.patch(f"/users/{row['id']}", {"team_id": site.teams["south"]}, row["version"])).ok()
    await site.app.log_ins._look(log_in.id)
    assert log_in.ended.is_set()
