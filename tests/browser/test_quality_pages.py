"""Quality of calls in a real browser: scores, the evidence in a call, reviews by keys, agreement, rules."""

# ruff: noqa: F811 -- fixtures are imported
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.api.records import ended_call
from tests.api.test_quality import RULE, scored
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures
from tests.browser.test_supervisor import NORTH
from tests.browser.test_transcripts import a_talk, until_plays

from waihu_models.quality import Unjudged


def rows(page: Page) -> Any:
    return page.locator("tbody tr")


async def test_scores_are_listed_narrowed_and_open_their_call_at_the_evidence(visitor: Visitor, site: Site) -> None:
    page, call = visitor.page, await a_talk(site)
    await scored(site, call, sampled=False)
    for score in (90.0, None):
        other = await ended_call(site, call.dialled_at - timedelta(minutes=5), agent_id=NORTH)
        why = Unjudged.NO_MODEL if score is None else None
        await scored(site, other, score=score, why=why, findings=(), sampled=False)
    await visitor.log_in("north_lead")
    await visitor.open("/quality")
    await expect(rows(page)).to_have_count(3)
    await expect(page.get_by_text("no model for this language")).to_be_visible()
    await page.locator("input[name=below]").fill("60")
    await expect(rows(page)).to_have_count(1)
    assert await visitor.faults() == []
    await rows(page).first.click()
    quality = page.get_by_role("dialog", name="Call").get_by_test_id("quality")
    await expect(quality.get_by_test_id("score")).to_have_text("50")
    await expect(quality.locator("[data-rule=Promise]")).to_have_attribute("data-finding", "failed")
    greeting = quality.locator("[data-rule=Greeting]")
    await expect(greeting).to_contain_text("good morning")
    await greeting.get_by_role("button").click()
    await until_plays(page, 5.0)
    assert visitor.complaints == []


@pytest.mark.parametrize("language", ["en", "zh-CN"])
async def test_calls_are_reviewed_blind_by_keys_one_after_the_other(
    visitor: Visitor, site: Site, language: str
) -> None:
    page = visitor.page
    calls = []
    for minutes in (1, 9):
        call = await ended_call(site, (await _now(site)) - timedelta(minutes=minutes), agent_id=NORTH)
        await scored(site, call)
        calls.append(call)
    await visitor.log_in("north_lead")
    await page.locator("header select").first.select_option(language)
    await visitor.open("/quality?tab=reviews")
    await expect(rows(page)).to_have_count(2)
    await rows(page).first.click()
    drawer = page.get_by_role("dialog")
    form = drawer.locator("form").filter(has=page.locator("fieldset"))
    await expect(form.locator("fieldset")).to_have_count(2)
    assert await drawer.get_by_test_id("score").count() == 0, "what the program found would lead the reviewer"
    assert await visitor.faults() == []
    if folder := os.environ.get("WAIHU_PICTURES"):
        await page.screenshot(path=Path(folder) / f"quality-review-{language}.png")
    await expect(form.locator("input").first).to_be_focused()
    await page.keyboard.press("1")
    await page.keyboard.press("1")
    await page.keyboard.type("well greeted")
    await page.keyboard.press("Control+Enter")
    await expect(page).to_have_url(f"{page.url.split('?')[0]}?tab=reviews&call={calls[1].id}")
    await expect(rows(page)).to_have_count(1)
    lead = await site.person("north_lead")
    kept = (await lead.get(f"/calls/{calls[0].id}/quality")).ok()["reviews"]
    assert [(one["reviewer"], one["note"]) for one in kept] == [("user:north_lead", "well greeted")]
    assert [(one["verdict"], one["found"]) for one in kept[0]["verdicts"]] == [
        ("passed", "passed"),
        ("passed", "failed"),
    ]
    await visitor.open(f"/calls?call={calls[0].id}")
    said = {"en": "the program: Not kept", "zh-CN": "系统判断：未遵守"}[language]
    await expect(page.get_by_test_id("quality")).to_contain_text(said)
    await visitor.open("/quality?tab=agreement")
    table = page.locator("[data-agreement=Promise]")
    await expect(table).to_contain_text("0")
    await expect(page.locator("[data-agreement=Greeting]")).to_contain_text("100")
    if folder := os.environ.get("WAIHU_PICTURES"):
        await page.screenshot(path=Path(folder) / f"quality-agreement-{language}.png")
    assert await visitor.faults() == []
    assert visitor.complaints == []


async def _now(site: Site) -> Any:
    return site.app.clock.now()


async def test_an_agent_sees_the_own_scores_and_reviews_nothing(visitor: Visitor, site: Site) -> None:
    call = await ended_call(site, agent_id=NORTH)
    await scored(site, call)
    await visitor.log_in("north_agent")
    await visitor.open("/quality")
    await expect(rows(visitor.page)).to_have_count(1)
    await expect(visitor.page.get_by_role("tab")).to_have_count(1)
    await rows(visitor.page).first.click()
    quality = visitor.page.get_by_test_id("quality")
    await expect(quality.get_by_test_id("score")).to_have_text("50")
    await expect(quality.get_by_role("button", name="Review")).to_have_count(0)
    assert visitor.complaints == []


@pytest.mark.parametrize("language", ["en", "zh-CN"])
async def test_rules_of_every_kind_are_made_changed_and_removed(visitor: Visitor, site: Site, language: str) -> None:
    page, admin = visitor.page, await site.person("admin")
    for one in (await admin.get("/quality-rules")).ok():
        await admin.delete(f"/quality-rules/{one['id']}", headers={"If-Match": f'"v{one["version"]}"'})
    await visitor.log_in("admin")
    await page.locator("header select").first.select_option(language)
    await visitor.open("/admin/quality-rules")
    dialog, fields = page.get_by_role("dialog"), {"talk_ratio": ("min", "30"), "dead_air": ("max_s", "12"),
                                                 "interruptions": ("max_per_min", "3")}  # fmt: skip
    for kind in ("said", "not_said", *fields):
        await page.keyboard.press("n")
        save = dialog.locator("button[type=submit]")
        await expect(save).to_be_disabled()
        await dialog.locator("input[name=name]").fill(f"Rule {kind}")
        await dialog.locator("select").first.select_option(kind)
        if kind in fields:
            name, value = fields[kind]
            await dialog.locator(f"input[name={name}]").fill(value)
        else:
            await dialog.locator("textarea[name=phrases]").fill("good morning\n您好")
        await save.click()
        await expect(dialog).to_have_count(0)
    await expect(page.locator("tr.row-line")).to_have_count(5)
    assert await visitor.faults() == []
    if folder := os.environ.get("WAIHU_PICTURES"):
        await page.screenshot(path=Path(folder) / f"quality-rules-{language}.png")
    kept = {one["kind"]: one["parameters"] for one in (await admin.get("/quality-rules")).ok()}
    assert (kept["talk_ratio"]["min"], kept["dead_air"]["max_s"], kept["interruptions"]["max_per_min"]) == (0.3, 12, 3)
    assert kept["said"]["phrases"] == ["good morning", "您好"]
    row = page.locator("tr.row-line").filter(has_text="Rule said")
    await row.locator("button").first.click()
    await dialog.locator("input[name=fatal]").check()
    await dialog.locator("button[type=submit]").click()
    await expect(row).to_contain_text({"en": "decisive", "zh-CN": "一票否决"}[language])
    await row.locator("button").nth(1).click()
    await page.get_by_role("dialog").locator("button").last.click()
    await expect(page.locator("tr.row-line")).to_have_count(4)
    assert visitor.complaints == []


async def test_a_rule_that_makes_no_sense_is_refused_at_its_field(visitor: Visitor, site: Site) -> None:
    admin, page = await site.person("admin"), visitor.page
    (await admin.post("/quality-rules", RULE)).ok(201)
    await visitor.log_in("admin")
    await visitor.open("/admin/quality-rules")
    await page.locator("tr.row-line").filter(has_text="Greeting").get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("input[name=weight]").fill("0")
    await dialog.get_by_role("button", name="Save").click()
    await dialog.locator(".place", has=page.locator("input[name=weight]")).get_by_role("alert").wait_for()
    assert len([one for one in visitor.complaints if "422" not in one]) == 0
