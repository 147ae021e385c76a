"""Alerts on words in a real browser: found by filters, opened where they were said, seen to."""

# ruff: noqa: F811 -- fixtures are imported
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.api.records import ended_call
from tests.api.test_words import LIST, alerted
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures
from tests.browser.test_supervisor import NORTH
from tests.browser.test_transcripts import a_talk, until_plays

from waihu_models.call import Call
from waihu_models.word_alert import PhraseKind, Severity


def rows(page: Page) -> Any:
    return page.locator("tbody tr")


async def alerts_of(site: Site) -> tuple[Call, str]:
    """Three alerts in two calls; return the call with a refund, and the list that found it."""
    admin, call = await site.person("admin"), await a_talk(site)
    made = (await admin.post("/phrase-lists", LIST)).ok(201)
    other = await ended_call(site, datetime.now(UTC), agent_id=NORTH)
    await alerted(site, call, 24.0, text="i want a refund", list_id=made["id"])
    await alerted(site, call, 14.0, text="太贵了", phrase="太贵", kind=PhraseKind.PRICE, severity=Severity.NOTE)
    law: dict[str, Any] = {"kind": PhraseKind.LEGAL_THREAT, "severity": Severity.URGENT}
    await alerted(site, other, 1.0, text="my lawyer", phrase="lawyer", **law)
    return call, made["id"]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
async def test_alerts_are_narrowed_and_open_their_call_where_they_were_said(
    visitor: Visitor, site: Site, language: str
) -> None:
    page, (call, list_id) = visitor.page, await alerts_of(site)
    await visitor.log_in("north_lead")
    await page.locator("header select").first.select_option(language)
    await visitor.open("/word-alerts")
    await expect(rows(page)).to_have_count(3)
    assert await visitor.faults() == []
    if folder := os.environ.get("WAIHU_PICTURES"):
        await page.screenshot(path=Path(folder) / f"word-alerts-{language}.png")
    choices = page.get_by_role("search").locator("select")
    for place, value, phrase in ((2, "urgent", "lawyer"), (3, "price", "太贵"), (4, list_id, "refund")):
        await choices.nth(place).select_option(value)
        await expect(rows(page)).to_have_count(1)
        await expect(rows(page).first).to_contain_text(phrase)
        await choices.nth(place).select_option(index=0)
        await expect(rows(page)).to_have_count(3)
    await rows(page).filter(has_text="want a refund").click()
    drawer = page.get_by_role("dialog")
    await expect(drawer.locator("[data-utterance][aria-current]")).to_contain_text("i want a refund")
    await expect(drawer.get_by_text("0:24 / 1:00")).to_be_visible()
    assert (f"call={call.id}" in page.url, "at=24" in page.url) == (True, True)
    await drawer.get_by_role("button", name={"en": "Play", "zh-CN": "播放"}[language], exact=True).click()
    await until_plays(page, 24.0)
    assert visitor.complaints == []


async def test_who_has_seen_to_an_alert_says_so_and_it_is_out_of_the_way(visitor: Visitor, site: Site) -> None:
    page, _ = visitor.page, await alerts_of(site)
    await visitor.log_in("north_lead")
    await visitor.open("/word-alerts")
    await rows(page).filter(has_text="refund").get_by_role("button", name="Seen to: refund").click()
    await expect(rows(page)).to_have_count(2)
    lead = await site.person("north_lead")
    (seen,) = (await lead.get("/word-alerts?handled=true")).ok()["items"]
    assert (seen["phrase"], seen["handled_by"]) == ("refund", "user:north_lead")
    await page.get_by_role("search").get_by_label("Seen to").select_option("handled")
    await expect(rows(page)).to_have_count(1)
    await expect(rows(page).first).to_contain_text("north_lead")
    await rows(page).first.get_by_role("button", name="Open again: refund").click()
    await expect(page.get_by_text("No phrase of your lists")).to_be_visible()
    assert len((await lead.get("/word-alerts?handled=false")).ok()["items"]) == 3
    assert visitor.complaints == []


async def test_an_agent_sees_the_alerts_of_the_own_calls_and_sees_to_none(visitor: Visitor, site: Site) -> None:
    call = await a_talk(site)
    await alerted(site, call, 24.0, text="i want a refund")
    await visitor.log_in("north_agent")
    await visitor.open("/word-alerts")
    await expect(rows(visitor.page)).to_have_count(1)
    await expect(rows(visitor.page).get_by_role("button")).to_have_count(0)
    assert visitor.complaints == []
