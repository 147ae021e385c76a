"""How machine detection did, on the campaign's page: both mistakes, the share that is checked, and forgetting."""

# ruff: noqa: F811 -- fixtures are imported
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.api.records import campaign_of_team, ended_call
from tests.api.test_detection import answered
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures

from waihu.store.detection import save_learnt
from waihu.store.unit import Unit
from waihu_models.campaign import Detection
from waihu_models.detection import JudgedAnswer, Learnt
from waihu_models.disposition import STANDARD
from waihu_models.signals import Verdict


@pytest.mark.parametrize("language", ["en", "zh-CN"])
async def test_both_mistakes_are_shown_with_their_ranges_and_what_was_learnt_can_be_forgotten(
    visitor: Visitor, site: Site, language: str
) -> None:
    campaign = await campaign_of_team(site, "spring", None, screening=True, detection=Detection.COMBINED)
    for judged in ("machine", "sale", "refused", "refused"):
        await answered(site, campaign, Verdict.HUMAN, judged)
    await answered(site, campaign, Verdict.MACHINE)
    at = datetime.now(UTC) - timedelta(days=1)
    call = await ended_call(site, at, campaign_id=campaign.id, verdict=Verdict.UNSURE, disposition=STANDARD["sale"])
    unit = Unit()
    unit.save_judged_answer(
        JudgedAnswer(
            call_id=call.id, campaign_id=campaign.id, evidence=("talked:5+",), machine=0.95, threshold=0.91,
            sent_away=True, checked=True, check_share=0.1, at=at,
        )
    )  # fmt: skip
    await site.app.store.commit(unit)
    await save_learnt(site.app.store, campaign.id, Learnt(answers=60, checked=12, threshold=0.9091, at=at))
    await visitor.log_in("admin")
    page = visitor.page
    await page.locator("header select").first.select_option(language)
    await visitor.open(f"/admin/campaigns/{campaign.id}")
    panel = page.get_by_test_id("detection")
    await expect(panel.locator("[data-mistake=machines]")).to_contain_text("25%")
    await expect(panel.locator("[data-mistake=people]")).to_contain_text("100%")
    await expect(panel.get_by_test_id("learnt")).to_contain_text("60")
    if folder := os.environ.get("WAIHU_PICTURES"):
        await panel.screenshot(path=Path(folder) / f"detection-{language}.png")
    assert await visitor.faults() == []
    await panel.get_by_role("button").click()
    await page.get_by_role("dialog").locator("button").last.click()
    await expect(panel.get_by_role("button")).to_have_count(0)
    assert visitor.complaints == []


async def test_the_share_that_is_checked_is_set_in_percent_and_refused_where_it_is_too_much(
    visitor: Visitor, site: Site
) -> None:
    campaign = await campaign_of_team(site, "spring", None, screening=True, detection=Detection.COMBINED)
    await visitor.log_in("admin")
    await visitor.open(f"/admin/campaigns/{campaign.id}")
    field = visitor.page.locator("input[name=check_share]")
    await field.fill("80")
    await visitor.page.keyboard.press("Control+s")
    await visitor.page.locator(".place", has=field).get_by_role("alert").wait_for()
    await field.fill("5")
    await visitor.page.keyboard.press("Control+s")
    await expect(visitor.page.locator(".place", has=field).get_by_role("alert")).to_have_count(0)
    admin = await site.person("admin")
    kept = (await admin.get(f"/campaigns/{campaign.id}")).ok()["campaign"]
    assert kept["check_share"] == 0.05
    await expect(visitor.page.get_by_test_id("detection")).to_contain_text("none was checked")
