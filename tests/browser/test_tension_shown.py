"""How a call sounded, beside its recording in a real browser: marked changes, and figures of the whole call."""

# ruff: noqa: F811 -- fixtures are imported
import os
from pathlib import Path

import pytest
from playwright.async_api import expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.api.test_tension import sounded
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures
from tests.browser.test_transcripts import a_talk, until_plays


async def test_a_marked_change_plays_the_recording_from_there_and_figures_have_their_units(
    visitor: Visitor, site: Site
) -> None:
    page, call = visitor.page, await a_talk(site)
    await sounded(site, call)
    await visitor.log_in("north_lead")
    await visitor.open(f"/calls?call={call.id}")
    part = page.get_by_role("region", name="How it sounded")
    await expect(part.locator("[data-mark=level]")).to_contain_text("Customer · Level: -15 dB before -30 dB")
    await expect(part.get_by_role("row", name="Level")).to_contain_text("-20 dB")
    await expect(part.get_by_role("row", name="Share of talk")).to_contain_text("40%")
    await part.get_by_role("button", name="Play from 0:10").click()
    await until_plays(page, 10.0)
    assert visitor.complaints == []


async def test_a_call_that_was_not_measured_says_nothing_of_it(visitor: Visitor, site: Site) -> None:
    page, call = visitor.page, await a_talk(site)
    await visitor.log_in("north_lead")
    await visitor.open(f"/calls?call={call.id}")
    await expect(page.locator("[data-utterance]")).to_have_count(5)
    await expect(page.get_by_role("region", name="How it sounded")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_nothing_serious_is_found_on_the_figures(
    visitor: Visitor, site: Site, language: str, tmp_path: Path
) -> None:
    page, call = visitor.page, await a_talk(site)
    await sounded(site, call)
    await visitor.log_in("north_lead")
    await page.locator("header select").first.select_option(language)
    await visitor.open(f"/calls?call={call.id}")
    await page.locator("[data-mark]").wait_for()
    assert await visitor.faults() == []
    await page.screenshot(path=Path(os.environ.get("WAIHU_PICTURES", tmp_path)) / f"tension-{language}.png")
    assert visitor.complaints == []
