"""Lists of phrases and objections in a real browser: made, changed by two, removed; and the alerts they raise."""

# ruff: noqa: F811 -- fixtures are imported
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.api.test_words import LIST, OBJECTION, alerted, put
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures
from tests.browser.test_transcripts import a_talk, until_plays

from waihu_models.word_alert import PhraseKind, Severity


def row_of(page: Page, name: str) -> Any:
    return page.locator("tr.row-line").filter(has_text=name)


async def test_a_list_of_phrases_is_made_changed_and_removed(visitor: Visitor, site: Site) -> None:
    page, admin = visitor.page, await site.person("admin")
    await visitor.log_in("admin")
    await visitor.open("/admin/phrase-lists")
    await page.get_by_text("There are no lists yet.").wait_for()
    await page.keyboard.press("n")
    dialog = page.get_by_role("dialog", name="New list")
    save = dialog.get_by_role("button", name="Save")
    await expect(save).to_be_disabled()
    await dialog.locator("input[name=name]").fill("Law 法律")
    await dialog.locator("textarea[name=phrases]").fill("my lawyer\n律师\n\n")
    await dialog.locator("textarea[name=unless]").fill("no lawyer\n不用")
    await dialog.get_by_role("combobox", name="About").select_option("legal_threat")
    await dialog.get_by_role("combobox", name="Severity").select_option("urgent")
    await dialog.locator("input[name=sides][value=agent]").check()
    await dialog.locator("input[name=cool_down_s]").fill("9999")
    await save.click()
    await dialog.locator(".place", has=page.locator("input[name=cool_down_s]")).get_by_role("alert").wait_for()
    await dialog.locator("input[name=cool_down_s]").fill("60")
    await save.click()
    await expect(dialog).to_have_count(0)
    await expect(row_of(page, "Law 法律")).to_contain_text("my lawyer · 律师")
    (kept,) = (await admin.get("/phrase-lists")).ok()["items"]
    assert (kept["kind"], kept["severity"], kept["sides"]) == ("legal_threat", "urgent", ["customer", "agent"])
    assert (kept["phrases"], kept["cool_down_s"], kept["language"]) == (["my lawyer", "律师"], 60.0, "")
    assert kept["unless"] == ["no lawyer", "不用"]
    await row_of(page, "Law 法律").get_by_role("button", name="Edit").click()
    await page.get_by_role("dialog").locator("input[name=active]").uncheck()
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(row_of(page, "Law 法律")).to_contain_text("rests")
    await row_of(page, "Law 法律").get_by_role("button", name="Remove").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await page.get_by_text("There are no lists yet.").wait_for()
    assert visitor.complaints == []


async def test_a_list_that_somebody_else_changed_meanwhile_is_merged_or_decided(visitor: Visitor, site: Site) -> None:
    page, admin = visitor.page, await site.person("admin")
    made = (await admin.post("/phrase-lists", LIST)).ok(201)
    await visitor.log_in("admin")
    await visitor.open("/admin/phrase-lists")
    await row_of(page, "Refunds").get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("input[name=name]").fill("Mine")
    (await put(admin, f"/phrase-lists/{made['id']}", {**LIST, "name": "Theirs", "severity": "urgent"}, 1)).ok()
    await dialog.get_by_role("button", name="Save").click()
    clash = dialog.locator(".clashes tr[data-field=name]")
    assert await clash.locator(".value").all_inner_texts() == ["Mine", "Theirs"]
    await clash.get_by_role("button", name="Keep mine").click()
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    now = (await admin.get(f"/phrase-lists/{made['id']}")).ok()
    assert (now["name"], now["severity"], now["version"]) == ("Mine", "urgent", 3)
    assert visitor.complaints == []


async def test_an_objection_is_made_changed_and_removed(visitor: Visitor, site: Site) -> None:
    page, admin = visitor.page, await site.person("admin")
    await visitor.log_in("admin")
    await visitor.open("/admin/objections")
    await page.keyboard.press("n")
    dialog = page.get_by_role("dialog")
    await dialog.locator("input[name=name]").fill("嫌贵")
    await dialog.locator("textarea[name=phrases]").fill("太贵\ntoo expensive")
    await dialog.locator("textarea[name=answer]").fill("问和什么比。")
    await dialog.get_by_role("combobox", name="Language").select_option("zh")
    await dialog.get_by_role("button", name="Save").click()
    await expect(row_of(page, "嫌贵")).to_contain_text("问和什么比。")
    await row_of(page, "嫌贵").get_by_role("button", name="Edit").click()
    await dialog.locator("input[name=next_step]").fill("价格")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    (kept,) = (await admin.get("/objections")).ok()["items"]
    assert (kept["phrases"], kept["next_step"], kept["language"]) == (["太贵", "too expensive"], "价格", "zh")
    await row_of(page, "嫌贵").get_by_role("button", name="Remove").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await page.get_by_text("There are no objections yet.").wait_for()
    assert visitor.complaints == []


@pytest.mark.parametrize("path", ["/admin/phrase-lists", "/admin/objections"])
async def test_supervisors_do_not_change_what_is_listened_for(visitor: Visitor, path: str) -> None:
    await visitor.log_in("north_lead")
    assert await visitor.page.locator(f"nav a[href='{path}']").count() == 0
    await visitor.open(path)
    assert await visitor.page.locator("h1").inner_text() == "Not allowed"


async def test_an_alert_stands_at_the_words_that_raised_it_and_its_list_finds_them(
    visitor: Visitor, site: Site
) -> None:
    page, call, admin = visitor.page, await a_talk(site), await site.person("admin")
    kept = (await admin.post("/phrase-lists", LIST)).ok(201)
    await alerted(site, call, 33, list_id=kept["id"], severity=Severity.URGENT)
    await alerted(site, call, 35, "the boss", utterance_id="gone", kind=PhraseKind.OTHER, phrase="boss")
    await visitor.log_in("north_lead")
    await visitor.open(f"/calls?call={call.id}")
    lines = page.locator("[data-utterance]")
    await expect(lines.filter(has_text="a refund please").locator("mark")).to_have_text("⚠ Complaint: refund")
    await expect(lines.filter(has_text="the boss").locator("[data-alert=other]")).to_contain_text("Other: boss")
    await lines.filter(has_text="a refund please").locator("mark").click()
    await until_plays(page, 33.0)
    await visitor.open("/transcripts?q=refund")
    await expect(page.locator("tr[data-key]")).to_have_count(2)
    await page.get_by_label("Alert of list").select_option(label="Refunds")
    await expect(page.locator("tr[data-key]")).to_have_count(1)
    await expect(page.locator("tr[data-key]")).to_contain_text("a refund please")
    assert visitor.complaints == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nothing_serious_is_found_on_the_pages_of_words(
    visitor: Visitor, site: Site, language: str, theme: str, tmp_path: Path
) -> None:
    page, call, admin = visitor.page, await a_talk(site), await site.person("admin")
    (await admin.post("/phrase-lists", {**LIST, "phrases": ["refund", "my money back", "退款"]})).ok(201)
    (await admin.post("/objections", OBJECTION)).ok(201)
    for severity, said_s in ((Severity.NOTE, 33), (Severity.WARNING, 37), (Severity.URGENT, 41)):
        await alerted(site, call, said_s, severity=severity)
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    pictures = Path(os.environ.get("WAIHU_PICTURES", tmp_path))
    faults: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        found = await visitor.faults()
        if found:
            faults[name] = found
        await page.screenshot(path=pictures / f"words-{name}-{language}-{theme}.png")

    await visitor.log_in("admin")
    await page.locator("header select").first.select_option(language)
    for name in ("phrase-lists", "objections"):
        await visitor.open(f"/admin/{name}")
        await page.locator("tr.row-line").first.wait_for()
        await look(name)
        await page.locator("tr.row-line button").first.click()
        await page.get_by_role("dialog").wait_for()
        await look(f"{name}-dialog")
    await visitor.open(f"/calls?call={call.id}")
    await expect(page.locator("[data-alert]")).to_have_count(3)
    await look("alerts")
    assert faults == {}
    assert visitor.complaints == []
