"""Recordings that could not be transcribed, in a real browser: why, and tried again."""

# ruff: noqa: F811 -- fixtures are imported
import os
from pathlib import Path

import pytest
from playwright.async_api import expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.api.test_transcripts import set_aside
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures
from tests.browser.test_transcripts import a_talk


@pytest.mark.parametrize("language", ["en", "zh-CN"])
async def test_what_was_set_aside_is_shown_with_its_reason_and_tried_again(
    visitor: Visitor, site: Site, language: str
) -> None:
    page, call = visitor.page, await a_talk(site)
    await set_aside(site, call)
    await visitor.log_in("north_lead")
    await page.locator("header select").first.select_option(language)
    await visitor.open("/transcripts")
    await page.get_by_role("tab").nth(1).click()
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(1)
    for text in ("the model is truncated", "spring", "north_agent"):
        await expect(rows.first).to_contain_text(text)
    assert await visitor.faults() == []
    if folder := os.environ.get("WAIHU_PICTURES"):
        await page.screenshot(path=Path(folder) / f"set-aside-{language}.png")
    await rows.first.get_by_role("button").click()
    await expect(rows).to_have_count(0)
    lead = await site.person("north_lead")
    assert (await lead.get(f"/transcription-jobs/{call.id}")).ok()["state"] == "waiting"
    assert visitor.complaints == []


async def test_who_may_not_review_sees_only_the_search(visitor: Visitor, site: Site) -> None:
    await set_aside(site, await a_talk(site))
    await visitor.log_in("north_agent")
    await visitor.open("/transcripts?tab=aside")
    await expect(visitor.page.get_by_role("searchbox")).to_be_visible()
    assert await visitor.page.get_by_role("tab").count() == 0
    assert visitor.complaints == []
