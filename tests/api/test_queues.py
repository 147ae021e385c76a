"""Queues, and what agents take of them, as people see and change them."""

from dataclasses import replace
from typing import Any

import pytest
from tests.api.conftest import Person, Site

from waihu.services import queue_shelf
from waihu.store.audit import By, latest
from waihu.store.queues import change_abilities, change_queue
from waihu.testing.waiting import until
from waihu_models.agent import AgentState
from waihu_models.ids import AgentId
from waihu_models.queue import Abilities

NORTH = AgentId("north_agent")
LOANS: dict[str, Any] = {
    "name": "loans", "title": "Loans", "strategy": "skill_rank", "skills": {"loans": 5, "english": 1}, "priority": 7,
    "service_level_s": 15, "service_level_ratio": 0.9, "patience_s": 120, "overflow_to": "", "most_waiting": 40,
    "announce_every_s": 30, "callback_after_s": 60, "callback_key": "2", "sticky_s": 25, "recall": False,
    "windows": [{"days": [1, 2], "start": "09:00", "end": "18:30"}], "zone": "Europe/London",
    "after_hours": "callback", "welcome": "Welcome.", "closed_text": "We are closed.", "language": "en",
    "enabled": True,
}  # fmt: skip


async def test_a_queue_is_made_changed_and_removed_and_counts_at_once(site: Site, admin: Person) -> None:
    made = (await admin.post("/queues", LOANS)).ok(201)
    assert {**made, **LOANS} == made
    assert (made["agents"], made["version"]) == (0, 1)
    heard: list[str] = []
    site.app.office.queues.on_change.append(lambda: heard.append("changed"))
    change = {"priority": 3, "windows": [], "skills": {}}
    changed = (await admin.patch("/queues/loans", change, made["version"])).ok()
    assert (changed["priority"], changed["windows"], changed["skills"], changed["open_now"]) == (3, [], {}, True)
    assert changed["welcome"] == "Welcome.", "what is left out stays"
    assert site.app.office.queues.get("loans").priority == 3
    assert heard == ["changed"]
    assert (await admin.get("/queues")).ok() == [changed] == [(await admin.get("/queues/loans")).ok()]
    assert (await admin.patch("/queues/loans", {"priority": 9}, 1)).status == 409
    assert (await admin.post("/queues", LOANS)).status == 409
    (await admin.delete("/queues/loans", headers={"If-Match": '"v2"'})).ok(204)
    assert (await admin.get("/queues")).ok() == []
    assert (await admin.get("/queues/loans")).status == 404
    rows = await latest(site.app.store, 3)
    assert [(row["action"], row["object_id"]) for row in rows] == [
        ("queue.remove", "loans"), ("queue.change", "loans"), ("queue.add", "loans"),
    ]  # fmt: skip


async def test_what_no_caller_could_meet_is_refused_with_its_field(admin: Person) -> None:
    wrong: list[dict[str, Any]] = [
        {"overflow_to": "nowhere"}, {"zone": "Mars/Olympus"}, {"after_hours": "queue"}, {"callback_after_s": 120},
        {"announce_every_s": 5}, {"skills": {"a=b": 1}}, {"windows": [{"days": [1], "start": "09:00", "end": "09:00"}]},
    ]  # fmt: skip
    for change in wrong:
        refused = await admin.post("/queues", {**LOANS, **change})
        assert refused.status == 422, change
        assert refused.value["errors"][0]["path"] == f"$.{next(iter(change))}"
    for badly in ({"name": "Loans"}, {"callback_key": "x"}, {"language": "fr"}, {"skills": {"loans": 11}}):
        assert (await admin.post("/queues", {**LOANS, **badly})).status == 422, badly
    assert (await admin.get("/queues")).ok() == []


async def test_queues_that_overflow_in_a_circle_are_refused_and_one_others_name_stays(
    site: Site, admin: Person
) -> None:
    await admin.post("/queues", {**LOANS, "name": "a"})
    (await admin.post("/queues", {**LOANS, "name": "b", "overflow_to": "a"})).ok(201)
    refused = await admin.patch("/queues/a", {"overflow_to": "b"}, 1)
    assert refused.status == 422
    assert refused.value["errors"][0] == {"path": "$.overflow_to", "problem": "callers would go round: a → b → a"}
    in_chinese = await admin.patch("/queues/a", {"overflow_to": "b"}, 1, headers={"Accept-Language": "zh"})
    assert in_chinese.value["errors"][0]["problem"] == "来电会循环转移：a → b → a"
    assert (await admin.delete("/queues/a", headers={"If-Match": '"v1"'})).status == 409
    (await admin.patch("/queues/b", {"overflow_to": ""}, 1)).ok()

    async def rules(name: str) -> list[str]:
        return ["rule 3"] if name == "a" else []

    site.app.office.queues.users.append(rules)
    refused = await admin.delete("/queues/a", headers={"If-Match": '"v1"'})
    assert refused.status == 409
    assert "rule 3" in refused.value["detail"]
    (await admin.delete("/queues/b", headers={"If-Match": '"v2"'})).ok(204)


async def test_agents_belong_to_queues_and_have_skills_that_count_at_once(site: Site, admin: Person) -> None:
    await admin.post("/queues", LOANS)
    was = (await admin.get(f"/agents/{NORTH}")).ok()
    assert (was["queues"], was["skills"], was["blended"]) == ([], {}, True)
    able = {"queues": ["loans"], "skills": {"loans": 6, "juggling": 2}, "blended": False}
    changed = (await admin.patch(f"/agents/{NORTH}", able, was["version"])).ok()
    assert {**changed, **able} == changed
    known = site.app.office.queues.abilities(NORTH)
    assert known == Abilities(queues=frozenset({"loans"}), skills={"loans": 6, "juggling": 2}, blended=False)
    assert (await admin.get("/queues/loans")).ok()["agents"] == 1
    renamed = (await admin.patch(f"/agents/{NORTH}", {"name": "Nora"}, changed["version"])).ok()
    assert {**renamed, **able} == renamed, "what is left out stays"
    for wrong, field in (({"queues": ["nowhere"]}, "queues"), ({"skills": {"=": 1}}, "skills")):
        refused = await admin.patch(f"/agents/{NORTH}", wrong, renamed["version"])
        assert refused.status == 422
        assert refused.value["errors"][0]["path"] == f"$.{field}"
    made = (await admin.post("/agents", {"id": "fresh", **able})).ok(201)
    assert {**made, **able} == made
    assert (await admin.post("/agents", {"id": "worse", "queues": ["nowhere"]})).status == 422


async def test_a_queue_that_goes_lets_its_agents_go(site: Site, admin: Person) -> None:
    await admin.post("/queues", LOANS)
    version = (await admin.get(f"/agents/{NORTH}")).ok()["version"]
    (await admin.patch(f"/agents/{NORTH}", {"queues": ["loans"], "skills": {"loans": 6}}, version)).ok()
    (await admin.delete("/queues/loans", headers={"If-Match": '"v1"'})).ok(204)
    assert site.app.office.queues.abilities(NORTH) == Abilities(skills={"loans": 6})
    assert (await admin.get(f"/agents/{NORTH}")).ok()["queues"] == []


async def test_an_agent_at_work_goes_on_with_their_queues(site: Site, admin: Person) -> None:
    await admin.post("/queues", LOANS)
    version = (await admin.get(f"/agents/{NORTH}")).ok()["version"]
    (await admin.patch(f"/agents/{NORTH}", {"queues": ["loans"]}, version)).ok()
    await until(lambda: site.app.switch.reachable)
    site.app.agents.log_in(NORTH)
    await until(lambda: site.app.agents.get(NORTH).state is AgentState.AVAILABLE)
    await until(lambda: site.app.store.backlog == 0)
    assert (await admin.get(f"/agents/{NORTH}")).ok()["queues"] == ["loans"], "a session is stored without them"


async def test_what_commands_change_is_followed(site: Site, admin: Person) -> None:
    await admin.post("/queues", LOANS)
    shelf, store = site.app.office.queues, site.app.store
    shell = By("shell:ann", site.app.clock.now())
    await change_queue(store, replace(shelf.get("loans"), priority=1), shell)
    await change_abilities(store, NORTH, lambda able: replace(able, queues=frozenset({"loans"})), shell)
    await until(lambda: shelf.get("loans").priority == 1 and "loans" in shelf.abilities(NORTH).queues, 10.0)


async def test_there_are_only_so_many_queues(admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_shelf, "MOST", 1)
    (await admin.post("/queues", LOANS)).ok(201)
    assert (await admin.post("/queues", {**LOANS, "name": "more"})).status == 409


async def test_agents_and_supervisors_see_queues_and_only_administrators_change_them(site: Site, admin: Person) -> None:
    (await admin.post("/queues", LOANS)).ok(201)
    for who in ("north_agent", "north_lead"):
        person = await site.person(who)
        assert [queue["name"] for queue in (await person.get("/queues")).ok()] == ["loans"]
        assert (await person.post("/queues", {**LOANS, "name": "x"})).status == 403
        assert (await person.patch("/queues/loans", {"priority": 1}, 1)).status == 403
        assert (await person.delete("/queues/loans", headers={"If-Match": '"v1"'})).status == 403
