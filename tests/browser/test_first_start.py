"""The first start in a real browser: from the one-time link on an empty installation to a started campaign."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Locator, Page, expect
from tests.api.conftest import PASSWORD, Site, migrated, plan_of  # noqa: F401 -- a fixture
from tests.browser.conftest import CHECKOUT
from tests.browser.test_admin import visitor, visitors  # noqa: F401 -- fixtures
from tests.browser.test_console_shell import Visitor, axe  # noqa: F401 -- a fixture

from waihu.app import running
from waihu.testing.fake_switch import FakeSwitch
from waihu_models.campaign import CampaignState

NUMBER = "+441632960200"


@pytest.fixture
async def site(migrated: Path, tmp_path: Path) -> AsyncIterator[Site]:  # noqa: F811
    """A controller on which nobody has ever logged in, without a trunk."""
    database = Path(shutil.copy(migrated, tmp_path / "waihu.db"))
    plan = replace(plan_of(database, tmp_path), rules=(CHECKOUT / "rules",), trunks=())
    async with running(plan, drain_s=0.0) as app, aiohttp.ClientSession() as http:
        assert isinstance(plan.switch, FakeSwitch)
        yield Site(app, plan.switch, http, {})


async def step_of(page: Page, name: str) -> Locator:
    """Go to a step of the set-up."""
    await page.locator(f"[data-step={name}] button").click()
    return page.locator("section.work")


async def done(page: Page, name: str) -> None:
    await page.locator(f"[data-step={name}][data-done=true]").wait_for()


async def make_administrator(visitor: Visitor, site: Site) -> None:  # noqa: F811
    await visitor.open(f"/setup?token={await site.app.log_ins.first_link()}")
    page = visitor.page
    for name, words in (("login", "boss"), ("name", "The Boss"), ("password", PASSWORD), ("again", PASSWORD)):
        await page.fill(f"input[name={name}]", words)
    await page.press("input[name=again]", "Enter")
    await page.wait_for_url("**/admin/setup")
    await page.locator("[data-step=trunk][data-done=false]").wait_for()


async def make_trunk(page: Page) -> None:
    """A bad host is refused at its field; the trunk is watched from then on."""
    work = page.locator("section.work")
    await work.locator("input[name=name]").fill("carrier")
    await work.locator("input[name=host]").fill("not a host")
    await work.get_by_role("button", name="Save").click()
    await expect(work.locator(".place", has=page.locator("input[name=host]"))).to_contain_text("no host name")
    await work.locator("input[name=host]").fill("sip.example.com")
    await work.get_by_role("button", name="Save").click()
    await work.locator("[data-trunk=carrier] [data-rating]").wait_for()
    await done(page, "trunk")


async def make_test_call(page: Page) -> None:
    """The steps are shown as they happen."""
    work = await step_of(page, "test")
    await work.locator("input[name=number]").fill(NUMBER)
    await work.locator("input[name=fictional]").check()
    await work.get_by_role("button", name="Call me").click()
    for step in ("sent", "answered", "played", "ended"):
        await work.locator(f"[data-test-step={step}]").wait_for()
    await done(page, "test")


async def make_agent(page: Page) -> str:
    """Return the one-time link of the agent."""
    work = await step_of(page, "agents")
    await work.locator("input[name=login]").fill("ann.lee")
    await work.locator("input[name=agent-name]").fill("Ann Lee")
    await work.get_by_role("button", name="Make agent and log-in").click()
    link = await work.locator("[data-secret]").input_value()
    await done(page, "agents")
    return link


async def make_campaign(page: Page) -> None:
    work = await step_of(page, "campaign")
    await work.get_by_role("button", name="New campaign").click()
    await page.get_by_role("dialog").locator("input[name=name]").fill("Spring")
    await page.get_by_role("dialog").get_by_role("button", name="Create").click()
    await work.locator("input[name=region]").fill("gb")
    await work.locator("input[name=caller_id]").fill("+441632960000")
    await work.locator("input[name=packs][value=uk]").check()
    await expect(work.locator(".asks li").first).to_be_visible()
    await work.locator("textarea[name=script]").fill("# Greeting\nHello, this is Ann.")
    await expect(work.locator(".preview h3")).to_have_text("Greeting")
    await work.locator("[data-day='6']").get_by_role("button", name="take away").click()
    await expect(work.locator("[data-day='6']")).to_contain_text("nobody is called")
    await work.get_by_role("button", name="Save").click()
    await page.get_by_text("Saved", exact=True).wait_for()


async def import_list(page: Page) -> None:
    work = await step_of(page, "list")
    rows = b"phone,name\n01632960301,A\n01632960302,B\n"
    await work.locator("input[type=file]").set_input_files({"name": "list.csv", "mimeType": "text/csv", "buffer": rows})
    await work.locator("input[name=allow_fictional]").check()
    await expect(work.locator("[data-good]")).to_contain_text("2 of the first 2")
    await work.get_by_role("button", name="Start the import").click()
    await work.locator("[data-import=done]").wait_for()
    await done(page, "list")


async def test_the_first_start_leads_from_the_one_time_link_to_a_running_campaign(
    visitor: Visitor,  # noqa: F811
    site: Site,
) -> None:
    page = visitor.page
    await make_administrator(visitor, site)
    await make_trunk(page)
    await make_test_call(page)
    link = await make_agent(page)
    assert "/setup?token=" in link
    await make_campaign(page)
    # Left and come back to, it is as it was, and it goes on where something is missing.
    await visitor.open("/admin/campaigns")
    await visitor.open("/admin/setup")
    await done(page, "campaign")
    await expect(page.locator("[data-step=list] button")).to_have_attribute("aria-current", "step")
    (kept,) = (await (await site.stranger().log_in("boss")).get("/campaigns")).ok()
    assert (kept["packs"], kept["region"], kept["hours"]["windows"][6], kept["state"]) == (["uk"], "GB", [], "draft")
    await import_list(page)
    work = await step_of(page, "start")
    await work.get_by_role("button", name="Start", exact=True).click()
    await work.get_by_role("status").get_by_text("The campaign dials").wait_for()
    assert [loop.campaign.state for loop in site.app.dialling.loops.values()] == [CampaignState.RUNNING]
    assert visitor.complaints == []

    # The link lets the agent in.
    await page.get_by_role("button", name="Log out").click()
    await page.goto(link)
    for name in ("password", "again"):
        await page.fill(f"input[name={name}]", PASSWORD)
    await page.press("input[name=again]", "Enter")
    await page.wait_for_url("**/agent")
