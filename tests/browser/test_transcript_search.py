"""Words looked for in everything that was said, in a real browser: found, filtered, opened where they were said."""

# ruff: noqa: F811 -- fixtures are imported
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.api.records import campaign_of_team, ended_call
from tests.api.test_transcripts import heard
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures
from tests.browser.test_supervisor import NORTH, SOUTH
from tests.browser.test_transcripts import a_talk, until_plays

from waihu_models.call import Call
from waihu_models.disposition import STANDARD
from waihu_models.transcript import Side


async def three_talks(site: Site) -> tuple[Call, Call, Call]:
    """A sale and a call of long ago of team north, and one of team south; all speak of a refund."""
    sale = await a_talk(site, "Spring 春季", disposition=STANDARD["sale"])
    old = await ended_call(site, datetime.now(UTC) - timedelta(days=30), agent_id=NORTH)
    await heard(site, old, "no refund for you, no refund", side=Side.AGENT)
    south = await campaign_of_team(site, "south", "south")
    other = await ended_call(site, datetime.now(UTC), agent_id=SOUTH, campaign_id=south.id)
    await heard(site, other, "my refund please")
    return sale, old, other


async def look_for(page: Page, words: str) -> None:
    await page.fill("input[name=q]", words)
    await page.press("input[name=q]", "Enter")


async def finds(page: Page, *texts: str) -> None:
    rows = page.locator("tr[data-key]")
    await expect(rows).to_have_count(len(texts))
    for place, text in enumerate(texts):
        await expect(rows.nth(place)).to_contain_text(text)


async def test_words_are_found_marked_and_opened_where_they_were_said(visitor: Visitor, site: Site) -> None:
    page, (sale, _, _) = visitor.page, await three_talks(site)
    await visitor.log_in("north_lead")
    await visitor.open("/transcripts")
    await expect(page.get_by_text("Type words that were said")).to_be_visible()
    await expect(page.locator("input[name=q]")).to_be_focused()
    await look_for(page, "refund")
    await finds(page, "i want a refund", "no refund for you")
    assert page.url.endswith("?q=refund")
    await expect(page.locator("tr[data-key]").nth(1).locator("mark")).to_have_text(["refund", "refund"])
    await expect(page.locator("tr[data-key]").first).to_contain_text("0:24")
    await page.evaluate("document.activeElement?.blur()")
    await page.keyboard.press("j")
    await expect(page.locator("tr[data-key]").first).to_be_focused()
    await page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="Call")
    await expect(drawer.locator("[data-utterance][aria-current]")).to_contain_text("i want a refund")
    await expect(drawer.get_by_text("0:24 / 1:00")).to_be_visible()
    assert page.url.endswith(f"&call={sale.id}&at=24")
    await drawer.get_by_role("button", name="Play", exact=True).click()
    await until_plays(page, 24.0)
    await page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)
    assert page.url.endswith("?q=refund")
    await page.reload()
    await finds(page, "i want a refund", "no refund for you")
    assert visitor.complaints == []


async def test_what_is_found_is_narrowed_by_who_when_and_how_it_ended(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await three_talks(site)
    await visitor.log_in("admin")
    await visitor.open("/transcripts?q=refund")
    await finds(page, "my refund please", "i want a refund", "no refund for you")
    for label, value, texts in (
        ("Side", "agent", ["no refund for you"]),
        ("Time", "week", ["my refund please", "i want a refund"]),
        ("Agent", SOUTH, ["my refund please"]),
        ("Disposition", "sale", ["i want a refund"]),
        ("Campaign", "south", ["my refund please"]),
    ):
        await page.get_by_label(label, exact=True).select_option(value)
        await finds(page, *texts)
        await page.get_by_role("button", name="Show all").click()
        await look_for(page, "refund")
    await look_for(page, '"太贵了"')
    await finds(page, "that is too expensive 太贵了")
    await look_for(page, "elephant")
    await expect(page.get_by_text("Nobody said this.")).to_be_visible()
    await look_for(page, "!!")
    await expect(page.get_by_role("alert")).to_contain_text("no word")
    await look_for(page, "expens*")
    await finds(page, "that is too expensive 太贵了")
    assert visitor.complaints == []


async def test_agents_find_what_was_said_in_their_own_calls_only(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await three_talks(site)
    await visitor.log_in("south_agent")
    await visitor.open("/transcripts?q=refund")
    await finds(page, "my refund please")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nothing_serious_is_found_on_the_page_of_hits(
    visitor: Visitor, site: Site, language: str, theme: str, tmp_path: Path
) -> None:
    page = visitor.page
    await three_talks(site)
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    await visitor.log_in("admin")
    await page.locator("header select").first.select_option(language)
    await visitor.open("/transcripts")
    assert await visitor.faults() == []
    await visitor.open("/transcripts?q=refund")
    await expect(page.locator("tr[data-key]")).to_have_count(3)
    assert await visitor.faults() == []
    await page.screenshot(path=Path(os.environ.get("WAIHU_PICTURES", tmp_path)) / f"hits-{language}-{theme}.png")
    assert visitor.complaints == []
