"""What is said in a call, on the desk of its agent and before a supervisor who reads along."""

# ruff: noqa: F811 -- fixtures are imported
from dataclasses import replace

import pytest
from playwright.async_api import expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures
from tests.browser.test_supervisor import NORTH, talking
from tests.services.test_live_talks import alerted, hint, partial, said

from waihu.store.unit import Unit
from waihu.testing.waiting import until
from waihu_models.call import Call
from waihu_models.events import HintOffered
from waihu_models.transcript import Side
from waihu_models.word_alert import Severity


def speak(site: Site, call: Call) -> None:
    for event in (
        said(call.id, 0, "good morning", Side.AGENT), said(call.id, 1, "i want a refund"),
        alerted(call.id, 1, Severity.URGENT), hint(call.id, 1), partial(call.id, 2, "the price"),
    ):  # fmt: skip
        site.app.bus.publish(event)


async def test_an_agent_reads_what_is_said_and_is_offered_answers(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await visitor.log_in("north_agent")
    await until(lambda: site.app.switch.reachable)
    site.app.agents.log_in(NORTH)
    call = await talking(site)
    await page.get_by_test_id("state").wait_for()
    assert await page.get_by_role("log").count() == 0, "nothing was said yet"
    speak(site, call)
    lines = page.get_by_role("log", name="What was said").locator("p")
    await expect(lines).to_have_count(3)
    await expect(lines.nth(0)).to_contain_text("good morning")
    await expect(lines.nth(1)).to_contain_text("Complaint: refund")
    await expect(lines.nth(2)).to_have_attribute("data-final", "false")
    await expect(page.locator("[data-hint]")).to_contain_text("Name what it saves.")
    site.app.bus.publish(said(call.id, 2, "the price is too high"))
    await expect(lines.nth(2)).to_have_attribute("data-final", "true")
    await page.reload()
    await expect(page.get_by_role("log").locator("p")).to_have_count(3)
    assert await visitor.faults() == []


async def test_a_desk_that_is_reloaded_shows_the_hints_of_its_call_as_they_were_marked(
    visitor: Visitor, site: Site
) -> None:
    page = visitor.page
    await visitor.log_in("north_agent")
    await until(lambda: site.app.switch.reachable)
    site.app.agents.log_in(NORTH)
    call = await talking(site)
    await page.get_by_test_id("state").wait_for()
    unit = Unit()
    for n in (1, 2, 3):
        unit.add_hint(replace(hint(call.id, n).hint, name=f"Price {n}"), None, offered=True)
        site.app.bus.publish(HintOffered(replace(hint(call.id, n).hint, name=f"Price {n}")))
    await site.app.store.commit(unit)
    cards = page.locator("[data-hint]")
    await expect(cards).to_have_count(3)
    await page.get_by_role("button", name="The answer was of no use: Price 1").click()
    await expect(cards).to_have_count(2)
    await page.get_by_role("button", name="I used the answer: Price 2").click()
    used = page.get_by_role("button", name="I used the answer: Price 2")
    await expect(used).to_have_attribute("aria-pressed", "true")
    await page.reload()
    await expect(cards).to_have_count(2)
    await expect(used).to_have_attribute("aria-pressed", "true")
    assert visitor.complaints == []


@pytest.mark.parametrize("language", ["en", "zh-CN"])
async def test_a_supervisor_reads_along_by_a_key_and_is_told_when_the_call_is_over(
    visitor: Visitor, site: Site, language: str
) -> None:
    page = visitor.page
    await until(lambda: site.app.switch.reachable)
    site.app.agents.log_in(NORTH)
    call = await talking(site)
    await visitor.log_in("north_lead")
    await page.locator("header select").first.select_option(language)
    row = page.locator(f"tr[data-key='{NORTH}']")
    await row.click()
    await page.keyboard.press("t")
    drawer = page.get_by_role("dialog")
    speak(site, call)
    await expect(drawer.locator("[data-line=customer-1]")).to_contain_text("i want a refund")
    await expect(drawer.locator("[data-line=customer-1] mark")).to_contain_text("refund")
    assert await visitor.faults() == []
    await page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)
    assert visitor.complaints == []
