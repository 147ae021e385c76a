"""Queues in a real browser: made, changed, refused where it is wrong, removed; and what agents take of them."""

# ruff: noqa: F811 -- fixtures are imported
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.api.test_queues import LOANS, NORTH
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures

from waihu.testing.factories import a_call
from waihu.testing.waiting import until
from waihu_models.call import CallState, Direction
from waihu_models.events import CallChanged
from waihu_models.outcome import Outcome
from waihu_models.queue import Abilities, AfterHours, SkillNeed, Strategy


async def test_a_queue_is_made_with_all_its_fields_changed_and_removed(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await visitor.log_in("admin")
    await visitor.open("/admin/queues")
    await expect(page.get_by_text("There is no queue.")).to_be_visible()
    await page.keyboard.press("n")
    form = page.get_by_role("dialog")
    await form.locator("input[name=name]").fill("loans")
    await form.locator("input[name=title]").fill("Loans desk")
    await form.get_by_role("combobox", name="Who of several free agents").select_option("skill_rank")
    await form.locator("input[name=skills]").fill("loans 5, english")
    for name, value in (("priority", "7"), ("service_level_s", "15"), ("service_level_ratio", "90"),
                        ("patience_s", "120"), ("announce_every_s", "30"), ("callback_after_s", "60"),
                        ("callback_key", "2"), ("sticky_s", "25"), ("most_waiting", "40")):  # fmt: skip
        await form.locator(f"input[name={name}]").fill(value)
    await form.get_by_role("combobox", name="Callers at other times").select_option("callback")
    await form.get_by_role("combobox", name="Language").select_option("zh")
    await form.locator("textarea[name=welcome]").fill("Welcome.")
    await form.locator("textarea[name=closed_text]").fill("We are closed.")
    await form.locator("input[name=recall]").uncheck()
    await form.locator("textarea[name=hours]").fill("whenever")
    await expect(form.get_by_role("alert")).to_contain_text("Not read as hours: whenever")
    await expect(form.get_by_role("button", name="Save")).to_be_disabled()
    await form.locator("textarea[name=hours]").fill("1-5 09:00-18:00")
    await form.locator("input[name=zone]").fill("Europe/London")
    await form.get_by_role("button", name="Save").click()
    row = page.locator("[data-queue=loans]")
    for part in ("Loans desk", "Highest skill", "english 1, loans 5", "90% within 15 s",
                 "1-5 09:00-18:00 Europe/London"):  # fmt: skip
        await expect(row).to_contain_text(part)
    queue = site.app.office.queues.get("loans")
    assert (queue.strategy, queue.skills) == (Strategy.SKILL_RANK, (SkillNeed("english"), SkillNeed("loans", 5)))
    assert (queue.priority, queue.patience_s, queue.announce_every_s, queue.callback_after_s) == (7, 120, 30, 60)
    assert (queue.callback_key, queue.sticky_s, queue.most_waiting, queue.recall) == ("2", 25, 40, False)
    assert (queue.after_hours, queue.language, queue.welcome) == (AfterHours.CALLBACK, "zh", "Welcome.")
    await row.get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog")
    await form.locator("input[name=enabled]").uncheck()
    await form.get_by_role("button", name="Save").click()
    await expect(row).to_contain_text("switched off")
    assert site.app.office.queues.get("loans").welcome == "Welcome."
    await row.get_by_role("button", name="Remove").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("There is no queue.")).to_be_visible()
    assert visitor.complaints == []


async def test_what_no_caller_could_meet_is_said_at_its_field(visitor: Visitor, site: Site) -> None:
    admin = await site.person("admin")
    for fields in ({"name": "a"}, {"name": "b", "overflow_to": "a"}):
        (await admin.post("/queues", {**LOANS, "title": "", **fields})).ok(201)
    page = visitor.page
    await visitor.log_in("admin")
    await visitor.open("/admin/queues")
    await page.locator("[data-queue=a]").get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog")
    await form.locator("select[name=overflow_to]").select_option("b")
    await form.get_by_role("button", name="Save").click()
    await expect(form.locator(".place", has=page.locator("select[name=overflow_to]"))).to_contain_text("a → b → a")
    await form.locator("select[name=overflow_to]").select_option("")
    await form.locator("input[name=skills]").fill("loans 11")
    await form.get_by_role("button", name="Save").click()
    await expect(form.locator(".place", has=page.locator("input[name=skills]")).get_by_role("alert")).to_be_visible()
    await form.get_by_role("button", name="Close").click()
    await page.locator("[data-queue=a]").get_by_role("button", name="Remove").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("queue b: give them another one first")).to_be_visible()
    assert "a" in site.app.office.queues
    assert [c for c in visitor.complaints if "422" not in c and "409" not in c] == []


async def test_an_agent_is_put_into_queues_with_skills(visitor: Visitor, site: Site) -> None:
    admin = await site.person("admin")
    (await admin.post("/queues", LOANS)).ok(201)
    page = visitor.page
    await visitor.log_in("admin")
    await visitor.open("/admin/users?tab=agents")
    await page.get_by_role("button", name=NORTH).click()
    form = page.get_by_role("dialog")
    await form.get_by_role("checkbox", name="Loans").check()
    await form.locator("input[name=skills]").fill("loans 7, english")
    await form.locator("input[name=blended]").uncheck()
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_be_hidden()
    able = Abilities(queues=frozenset({"loans"}), skills={"loans": 7, "english": 1}, blended=False)
    assert site.app.office.queues.abilities(NORTH) == able
    await expect(page.get_by_role("row", name=NORTH)).to_contain_text("Loans")
    await page.get_by_role("button", name=NORTH).click()
    await expect(form.locator("input[name=skills]")).to_have_value("english 1, loans 7")
    assert visitor.complaints == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_nothing_serious_is_found_on_the_page_and_in_its_form(
    visitor: Visitor, site: Site, language: str, tmp_path: Path
) -> None:
    admin = await site.person("admin")
    (await admin.post("/queues", LOANS)).ok(201)
    page = visitor.page
    await visitor.log_in("admin")
    await page.locator("header select").first.select_option(language)
    await visitor.open("/admin/queues")
    row = page.locator("[data-queue=loans]")
    await row.wait_for()
    assert await visitor.faults() == []
    pictures = Path(os.environ.get("WAIHU_PICTURES", tmp_path))
    await page.screenshot(path=pictures / f"queues-{language}.png")
    await row.get_by_role("button").first.click()
    await page.get_by_role("dialog").locator("input[name=skills]").wait_for()
    assert await visitor.faults() == []
    await page.screenshot(path=pictures / f"queue-{language}.png")
    assert visitor.complaints == []


async def test_supervisors_see_the_queues_of_their_agents_live(visitor: Visitor, site: Site, tmp_path: Path) -> None:
    admin = await site.person("admin")
    for name in ("loans", "sales"):
        fields = {**LOANS, "name": name, "title": name.title(), "skills": {}, "windows": []}
        (await admin.post("/queues", fields)).ok(201)
    for agent_id, name in (("north_agent", "loans"), ("south_agent", "sales")):
        version = (await admin.get(f"/agents/{agent_id}")).ok()["version"]
        (await admin.patch(f"/agents/{agent_id}", {"queues": [name]}, version)).ok()
    page = visitor.page
    await visitor.log_in("north_lead")
    table = page.get_by_role("region", name="Queues")
    row = table.locator("[data-queue=loans]")
    await expect(row.locator("[data-column=able]")).to_have_text("no agent")
    await expect(table.locator("[data-queue=sales]")).to_have_count(0)
    await until(lambda: site.app.switch.reachable)
    site.app.agents.log_in(NORTH)
    await expect(row.locator("[data-column=able]")).to_have_text("1 / 1")
    now = site.app.clock.now()
    call = a_call(
        queue="loans", queue_since=now - timedelta(seconds=65), state=CallState.WAITING, state_since=now,
        direction=Direction.INBOUND, campaign_id=None, lead_id=None, dialled_at=now,
    )  # fmt: skip
    site.app.bus.publish(CallChanged(call, None))
    await expect(row.locator("[data-column=waiting]")).to_have_text("1")
    await expect(row.locator("[data-column=longest]")).to_contain_text("1:")
    over = replace(call, state=CallState.ENDED, ended_at=now, outcome=Outcome.HUNG_UP)
    site.app.bus.publish(CallChanged(over, call))
    await expect(row.locator("[data-column=waiting]")).to_have_text("0")
    await expect(row.locator("[data-column=abandoned]")).to_have_text("1")
    await expect(row.locator("[data-column=in_time]")).to_have_text("0% / 90%")
    await visitor.open("/wall")
    await expect(page.get_by_role("region", name="Queues").locator("[data-queue=loans]")).to_contain_text("Loans")
    assert await visitor.faults() == []
    await page.screenshot(path=Path(os.environ.get("WAIHU_PICTURES", tmp_path)) / "queues-wall.png")
    assert visitor.complaints == []
