"""Menus as administrators see and change them, and customers who are passed on to one."""

from typing import Any

from tests.api.conftest import Person, Site
from tests.api.test_desk_and_supervision import a_campaign_of, talking, working

from waihu.store.audit import latest
from waihu.testing.waiting import until
from waihu_models.call import CallState

MAIN: dict[str, Any] = {
    "name": "main", "title": "Front door", "numbers": ["441632960999"], "language": "zh", "notice": True,
    "prompt_en": "Press 1 for sales.", "prompt_zh": "销售请按1。", "wait_s": 4, "tries": 2,
    "keys": {
        "1": {
            "action": "queue", "to": "sales", "language": "", "business_type": "sale", "say_en": "", "say_zh": "",
            "disposition": "",
        }
    },
    "windows": [{"days": [1, 2], "start": "09:00", "end": "18:30"}], "zone": "Asia/Shanghai", "enabled": True,
}  # fmt: skip


async def test_a_menu_is_made_changed_and_removed_and_counts_at_once(site: Site, admin: Person) -> None:
    made = (await admin.post("/menus", MAIN)).ok(201)
    assert {**made, **MAIN} == made
    assert made["closed"]["action"] == "hang_up"
    assert site.app.asking.first_of("+441632960999") == "menu:main"
    changed = (await admin.patch("/menus/main", {"tries": 3, "windows": []}, made["version"])).ok()
    assert (changed["tries"], changed["windows"], changed["open_now"], changed["version"]) == (3, [], True, 2)
    assert (await admin.get("/menus")).ok() == [changed]
    assert (await admin.get("/menus/main")).ok() == changed
    assert (await admin.patch("/menus/main", {"tries": 1}, 1)).status == 409
    (await admin.delete("/menus/main", headers={"If-Match": '"v2"'})).ok(204)
    assert (await admin.get("/menus")).ok() == []
    actions = [(row["action"], row["object_id"]) for row in await latest(site.app.store, 3)]
    assert actions == [("menu.remove", "main"), ("menu.change", "main"), ("menu.add", "main")]


async def test_what_cannot_be_asked_is_refused_with_its_field(admin: Person) -> None:
    to_nowhere = {"1": {"action": "menu", "to": "nowhere"}}
    for change, path in (({"zone": "Mars/Olympus"}, "$.zone"), ({"keys": to_nowhere}, "$.keys.1.to")):
        refused = await admin.post("/menus", {**MAIN, **change})
        assert refused.status == 422, change
        assert refused.value["errors"][0]["path"] == path
    for change in ({"keys": {"#": {}}}, {"tries": 9}, {"language": "fr"}, {"prompt_en": "x" * 401}):
        assert (await admin.post("/menus", {**MAIN, **change})).status == 422, change


async def test_only_administrators_keep_menus(site: Site) -> None:
    agent = await working(site)
    assert (await agent.get("/menus")).status == 403
    assert (await agent.post("/menus", MAIN)).status == 403


async def test_an_agent_passes_the_customer_on_to_a_menu(site: Site, admin: Person) -> None:
    (await admin.post("/menus", {**MAIN, "windows": []})).ok(201)
    campaign, agent = await a_campaign_of(site, "north"), await working(site)
    call = await talking(site, agent, campaign)
    assert (await agent.post(f"/calls/{call.id}/transfer", {"menu": "nowhere"})).status == 404
    assert (await agent.post(f"/calls/{call.id}/consult", {"menu": "main"})).status == 422
    (await agent.post(f"/calls/{call.id}/transfer", {"menu": "main"})).ok(204)

    def passed_on() -> bool:
        found = site.app.calls.get(call.id)
        return found is not None and found.agent_id is None and found.state in {CallState.ANSWERED, CallState.WAITING}

    await until(passed_on, 5.0, "it is passed on")
