"""What administrators read beside what they change: the audit log, and what rule packs ask."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from tests.api.conftest import Person, Site, people, plan_of

from waihu.app import running
from waihu.testing.fake_switch import FakeSwitch

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
async def ruled_site(migrated: Path, tmp_path: Path) -> AsyncIterator[Site]:
    """A site with the rule packs that are shipped."""
    database = Path(shutil.copy(migrated, tmp_path / "waihu.db"))
    plan = replace(plan_of(database, tmp_path), rules=(CHECKOUT / "rules",))
    async with running(plan, drain_s=0.0) as app, aiohttp.ClientSession() as http:
        assert isinstance(plan.switch, FakeSwitch)
        yield Site(app, plan.switch, http, await people(app))


async def test_the_audit_log_is_told_newest_first_by_pages_and_by_who_and_what(admin: Person) -> None:
    for name in ("One", "Two", "Three"):
        (await admin.post("/teams", {"name": name})).ok(201)
    first = (await admin.get("/audit?action=team.&actor=user:&limit=2")).ok()
    assert [(row["actor"], row["what"]) for row in first["items"]] == [("user:admin", "Three"), ("user:admin", "Two")]
    then = (await admin.get(f"/audit?action=team.&actor=user:&limit=2&after={first['next']}")).ok()
    assert ([row["what"] for row in then["items"]], then["next"]) == (["One"], None)
    assert (await admin.get("/audit?actor=nobody")).ok()["items"] == []
    assert {row["action"] for row in (await admin.get("/audit")).ok()["items"]} > {"team.add"}


async def test_only_administrators_read_the_audit_log(site: Site) -> None:
    for login in ("north_lead", "north_agent"):
        assert (await (await site.person(login)).get("/audit")).status == 403
    assert (await site.stranger().get("/audit")).status == 401


async def test_rule_packs_are_told_in_both_languages_alone_and_together(ruled_site: Site) -> None:
    admin = await ruled_site.person("admin")
    packs = {pack["name"]: pack for pack in (await admin.get("/rule-packs")).ok()}
    assert set(packs) >= {"china", "uk", "us-federal", "us-florida"}
    assert packs["us-federal"]["title"]
    asks = packs["us-federal"]["asks"]
    assert any("08:00–21:00" in line["en"] and "周" in line["zh"] for line in asks), asks
    together = (await admin.get("/rule-packs/together?name=us-federal&name=us-florida")).ok()
    assert together["problem"] == ""
    assert any("08:00–20:00" in line["en"] for line in together["asks"]), together
    assert (await admin.get("/rule-packs/together")).ok() == {"asks": [], "problem": ""}


async def test_packs_that_cannot_hold_together_say_why_and_unknown_ones_are_refused(ruled_site: Site) -> None:
    admin = await ruled_site.person("admin")
    names = [pack["name"] for pack in (await admin.get("/rule-packs")).ok()]
    all_of_them = (await admin.get("/rule-packs/together?" + "&".join(f"name={name}" for name in names))).ok()
    assert all_of_them["asks"] or all_of_them["problem"]
    refused = await admin.get("/rule-packs/together?name=uk&name=mars")
    assert (refused.status, refused.value["errors"][0]["path"]) == (422, "name[1]")


async def test_what_is_wrong_with_a_campaign_is_told_at_its_field(site: Site, admin: Person) -> None:
    team = await admin.post("/campaigns", {"name": "a", "team_id": "none"})
    trunk = await admin.post("/campaigns", {"name": "b", "trunk": "nowhere"})
    backwards = {"windows": [[["18:00:00", "09:00:00"]], *[[]] * 6], "default_zone": None, "closed_on": []}
    hours = await admin.post("/campaigns", {"name": "c", "hours": backwards})
    found = [(answer.status, answer.value["errors"][0]["path"]) for answer in (team, trunk, hours)]
    assert found == [(422, "$.team_id"), (422, "$.trunk"), (422, "$.hours.windows[0]")]


async def test_a_campaign_says_which_language_is_spoken_in_its_calls(site: Site, admin: Person) -> None:
    made = (await admin.post("/campaigns", {"name": "spring", "speech_language": "zh"})).ok(201)
    other = (await admin.post("/campaigns", {"name": "summer"})).ok(201)
    assert (made["speech_language"], other["speech_language"]) == ("zh", "")
    path = f"/campaigns/{made['id']}"
    shown = (await admin.get(path)).ok()["campaign"]
    changed = await admin.patch(path, {"speech_language": "zh-yue"}, shown["version"])
    assert changed.ok()["speech_language"] == "zh-yue"
    refused = await admin.post("/campaigns", {"name": "autumn", "speech_language": "Chinese!"})
    assert (refused.status, refused.value["errors"][0]["path"]) == (422, "$.speech_language")
