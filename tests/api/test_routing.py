"""Routing rules over the API: drafts, checks, tests, trials, going live and back, DMN, hits, why."""

from typing import Any

import pytest
from tests.api.conftest import Person, Site

from waihu.routing.rules_dmn_read import import_dmn
from waihu.store.audit import By
from waihu.store.unit import Unit
from waihu.testing.factories import a_call
from waihu_models.call_facts import CallFacts
from waihu_models.ids import CallId
from waihu_models.queue import Queue

GOLD = {"name": "gold", "target": "expert", "conditions": {"level": '"gold"'}, "priority": 1}
REST = {"name": "rest", "target": "second", "conditions": {"level": 'not("gold")'}, "priority": 2}
TABLE: dict[str, Any] = {"rules": [GOLD, REST], "default": "general", "reason": "a beginning"}


@pytest.fixture(autouse=True)
async def _queues(site: Site) -> None:
    for name in ("expert", "general", "second"):
        await site.app.queues.shelf.add(Queue(name=name), By("test", site.app.clock.now()))


async def live(admin: Person, wish: dict[str, Any] = TABLE) -> dict[str, Any]:
    made = (await admin.post("/routing-tables", wish)).ok(201)
    number, version = made["number"], made["version"]
    answer = await admin.post(f"/routing-tables/{number}/live", {}, headers={"If-Match": f'"v{version}"'})
    return dict(answer.ok())


async def test_a_draft_is_made_changed_made_live_and_gone_back_from(site: Site, admin: Person) -> None:
    made = (await admin.post("/routing-tables", TABLE)).ok(201)
    assert (made["state"], made["default"], made["author"]) == ("draft", "general", "user:admin")
    here = f"/routing-tables/{made['number']}"
    changed = await admin.ask("PUT", here, {**TABLE, "rules": [GOLD]}, headers={"If-Match": '"v1"'})
    assert [rule["name"] for rule in changed.ok()["rules"]] == ["gold"]
    assert (await admin.ask("PUT", here, TABLE, headers={"If-Match": '"v1"'})).status == 409
    now_live = (await admin.post(f"{here}/live", {"reason": "now"}, headers={"If-Match": '"v2"'})).ok()
    assert (now_live["state"], now_live["reason"]) == ("live", "now")
    decide = site.app.office.routing_rules.decide
    assert decide(CallFacts(direction="inbound", level="gold")).target == "expert", "from the next call on"
    second = await live(admin)
    assert decide(CallFacts(direction="inbound", level="tin")).target == "second"
    past = (await admin.get(here)).ok()
    (await admin.post(f"{here}/live", {"reason": "back"}, headers={"If-Match": f'"v{past["version"]}"'})).ok()
    assert decide(CallFacts(direction="inbound", level="tin")).target == "general"
    heads = (await admin.get("/routing-tables")).ok()
    assert [(head["number"], head["state"]) for head in heads] == [(second["number"], "past"), (1, "live")]
    assert (await admin.delete(here, headers={"If-Match": '"v9"'})).status == 409


async def test_a_queue_that_the_live_table_names_stays(admin: Person) -> None:
    await live(admin, {**TABLE, "rules": [GOLD]})
    for name, user in (("expert", "rule gold"), ("general", "the default of the routing rules")):
        refused = await admin.delete(f"/queues/{name}", headers={"If-Match": '"v1"'})
        assert refused.status == 409
        assert user in refused.value["detail"]
    (await admin.delete("/queues/second", headers={"If-Match": '"v1"'})).ok(204)


async def test_a_draft_is_thrown_away_and_what_was_live_is_not(admin: Person) -> None:
    made = (await admin.post("/routing-tables", TABLE)).ok(201)
    (await admin.delete(f"/routing-tables/{made['number']}", headers={"If-Match": '"v1"'})).ok(204)
    kept = await live(admin)
    refused = await admin.delete(f"/routing-tables/{kept['number']}", headers={"If-Match": f'"v{kept["version"]}"'})
    assert refused.status == 409


async def test_what_is_wrong_is_shown_by_its_place_and_keeps_a_table_from_going_live(admin: Person) -> None:
    wrong = {"rules": [{**GOLD, "conditions": {"level": "gold"}}, {**GOLD, "target": ""}, REST]}
    found = (await admin.post("/routing-checks", wrong)).ok()
    assert [(one["path"], one["warning"]) for one in found] == [
        ("$.default", False), ("$.rules[0].conditions.level", False), ("$.rules[1].name", False),
        ("$.rules[1].target", False),
    ]  # fmt: skip
    made = (await admin.post("/routing-tables", wrong)).ok(201)
    refused = await admin.post(f"/routing-tables/{made['number']}/live", {}, headers={"If-Match": '"v1"'})
    assert refused.status == 422
    assert refused.value["errors"][0]["path"] == "$.default"
    nowhere = {**TABLE, "rules": [{**GOLD, "target": "experts"}], "default": "all"}
    found = (await admin.post("/routing-checks", nowhere)).ok()
    assert [one["path"] for one in found] == ["$.rules[0].target", "$.default"]
    assert found[0]["problem"]["en"] == "there is no queue 'experts'"
    hidden = {**TABLE, "rules": [REST, {**GOLD, "priority": 9, "conditions": {"level": '"tin"'}}]}
    (odd,) = (await admin.post("/routing-checks", hidden)).ok()
    assert (odd["path"], odd["warning"]) == ("$.rules[1]", True)


async def test_a_table_goes_out_as_dmn_and_comes_in_again(admin: Person) -> None:
    made = (await admin.post("/routing-tables", TABLE)).ok(201)
    answer = await admin.get(f"/routing-tables/{made['number']}/dmn?columns=hour&columns=mood")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("application/xml")
    document = answer.raw.decode()
    assert "<text>hour</text>" in document
    assert import_dmn(answer.raw).default == "general"
    again = (await admin.post("/routing-tables", {"dmn": document})).ok(201)
    assert (again["rules"], again["default"]) == (made["rules"], "general")
    broken = document.replace('hitPolicy="FIRST"', 'hitPolicy="COLLECT"')
    refused = await admin.post("/routing-tables", {"dmn": broken})
    assert refused.value["errors"] == [{"path": "$.hitPolicy", "problem": "the hit policy has to be FIRST or PRIORITY"}]
    assert (await admin.post("/routing-tables", {"dmn": document, "default": "x"})).status == 422
    assert (await admin.post("/routing-checks", {"dmn": "<a>"})).status == 422


async def test_one_call_is_tested_beside_the_live_table(admin: Person) -> None:
    await live(admin)
    draft = {**TABLE, "rules": [{**GOLD, "conditions": {"level": '"gold"', "hour": ">= 18"}}]}
    facts = {"level": "gold", "hour": 19.5, "tags": ["vip"]}
    tested = (await admin.post("/routing-tests", {"table": draft, "facts": facts})).ok()
    assert (tested["decision"]["rule"], tested["live"]["rule"]) == ("gold", "gold")
    assert tested["decision"]["why"] == {
        "en": 'level "gold"; hour 19.5 (>= 18)',
        "zh": '客户等级 "gold"; 时刻 19.5 (>= 18)',
    }
    early = (await admin.post("/routing-tests", {"table": draft, "facts": {**facts, "hour": 9}})).ok()
    assert (early["decision"]["rule"], early["decision"]["target"], early["live"]["rule"]) == ("", "general", "gold")
    wrong = {"table": {"rules": [GOLD, GOLD]}, "facts": {}}
    assert (await admin.post("/routing-tests", wrong)).value["errors"][0]["path"] == "$.rules[1].name"


async def test_a_trial_hits_and_why_a_call_was_sent_where_it_went(site: Site, admin: Person) -> None:
    await live(admin)
    unit = Unit()
    unit.save_call(a_call(id=CallId("c1")))
    unit.save_call(a_call(id=CallId("c2")))
    await site.app.store.commit(unit)
    facts = CallFacts(direction="inbound", level="gold", number="+441632960200")
    site.app.office.routing_rules.decide(facts, CallId("c1"))
    await site.app.office.routing_rules.write()
    why = (await admin.get("/calls/c1/routing")).ok()
    assert (why["decision"]["rule"], why["decision"]["why"]["zh"]) == ("gold", '客户等级 "gold"')
    assert (await admin.get("/calls/c2/routing")).status == 404
    (hit,) = (await admin.get("/routing-hits?days=2")).ok()
    assert (hit["rule"], hit["hits"], hit["table_number"]) == ("gold", 1, 1)
    assert (await admin.get("/routing-hits?table=2")).ok() == []
    other = {**TABLE, "rules": [{**GOLD, "target": "elsewhere"}]}
    tried = (await admin.post("/routing-trials", {"table": other, "last_calls": 10})).ok()
    assert (tried["calls"], tried["rebuilt"], tried["moved"]) == (2, 1, 1)
    assert tried["hits"] == [{"rule": "gold", "calls": 1}, {"rule": "", "calls": 1}]
    (moved,) = tried["shown"]
    assert (moved["call_id"], moved["live"]["target"], moved["draft"]["target"]) == ("c1", "expert", "elsewhere")
    assert moved["number"] == "+44****0200"
    given = (await admin.post("/routing-trials", {"table": other, "facts": [{"level": "gold"}, {"level": "tin"}]})).ok()
    assert (given["calls"], given["moved"], given["shown"][1]["call_id"]) == (2, 2, None)


async def test_rules_are_for_administrators_and_why_for_whom_a_call_is_shown(site: Site) -> None:
    lead = await site.person("north_lead")
    for method, path in (("GET", "/routing-tables"), ("GET", "/routing-hits"), ("POST", "/routing-checks")):
        assert (await lead.ask(method, path, {} if method == "POST" else None)).status == 403
    assert (await lead.get("/calls/none/routing")).status == 404
