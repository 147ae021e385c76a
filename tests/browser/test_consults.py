"""An agent asks a colleague in a real browser; a supervisor takes a call over, and writes to an agent."""

# ruff: noqa: F811 -- fixtures are imported
import pytest
from playwright.async_api import Page, expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.browser.test_agent_desk import a_campaign_here, a_customer, at_work, away_from_fields, calls, now, shows
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures
from tests.browser.test_supervisor import NORTH, SOUTH, bar, heard, is_in, row_of, talking, watching  # noqa: F401

from waihu.testing.waiting import until
from waihu_models.agent import AgentState
from waihu_models.call import CallState
from waihu_models.supervision import SpyMode, SpyState

EXPERT = "+441632960199"


async def asks(page: Page) -> None:
    """Ask a number about the call under way, by keys and the dialog."""
    await away_from_fields(page)
    await page.keyboard.press("t")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("A number").check()
    await dialog.get_by_label("Phone number").fill(EXPERT)
    await dialog.locator("[data-act=ask]").click()
    await expect(dialog).to_have_count(0)


async def test_somebody_is_asked_then_all_talk_then_the_customer_is_handed_over(visitor: Visitor, site: Site) -> None:
    await a_campaign_here(site)
    await a_customer(site, number="+441632960299")
    page = await at_work(visitor, site)
    call = await calls(page, site)
    await asks(page)
    consult = page.get_by_test_id("consult")
    await expect(consult).to_have_attribute("data-joined", "true")
    await expect(consult.get_by_role("status")).to_contain_text("the customer hears music")
    assert EXPERT not in await page.content(), "numbers are masked"
    assert await visitor.faults() == []
    await page.keyboard.press("b")
    await expect(consult).to_have_count(0)
    await expect(page.get_by_test_id("call")).to_have_attribute("data-state", "connected")
    await asks(page)
    await expect(consult).to_have_attribute("data-joined", "true")
    await page.keyboard.press("c")
    await expect(consult).to_have_attribute("data-together", "true")
    assert now(site, call).state is CallState.CONNECTED
    await page.keyboard.press("o")
    await until(lambda: now(site, call).transfer_leg_id, 5.0, "the expert has the customer")
    await shows(page, AgentState.WRAP_UP)
    assert now(site, call).transfer_to == EXPERT
    assert visitor.complaints == []


@pytest.mark.parametrize("language", ["en", "zh-CN"])
async def test_who_is_asked_sees_by_whom_may_leave_and_judges_nothing(
    visitor: Visitor, site: Site, language: str
) -> None:
    await until(lambda: site.app.switch.reachable)
    for agent_id in (NORTH, SOUTH):
        site.app.agents.log_in(agent_id)
        await is_in(site, AgentState.AVAILABLE, agent_id)
    call = await talking(site)
    await visitor.log_in("south_agent")
    page = visitor.page
    await page.locator("header select").first.select_option(language)
    asking = await site.person("north_agent")
    (await asking.post(f"/calls/{call.id}/consult", {"agent_id": SOUTH})).ok(204)
    consult = page.get_by_test_id("consult")
    words = {"en": "asks you about this customer", "zh-CN": "就此客户向您咨询"}[language]
    await expect(consult.get_by_role("status")).to_contain_text(words)
    await expect(consult.get_by_role("button")).to_have_count(0)
    title = {"en": "Disposition", "zh-CN": "处置结果"}[language]
    await expect(page.get_by_role("region", name=title)).to_have_count(0)
    assert await visitor.faults() == []
    leave = {"en": "Leave", "zh-CN": "退出"}[language]
    await page.get_by_test_id("call").get_by_role("button", name=leave).click()
    await is_in(site, AgentState.AVAILABLE, SOUTH)
    assert now(site, call).consult is None
    assert visitor.complaints == []


async def test_a_supervisor_takes_a_call_over_by_a_key_pressed_twice(watching: Page, site: Site) -> None:
    call = await talking(site)
    await row_of(watching, NORTH).click()
    await watching.keyboard.press("l")
    await until(lambda: heard(site) == [(NORTH, SpyMode.LISTEN, SpyState.ON)], 5.0, "listens")
    await expect(bar(watching)).to_have_attribute("data-state", "on")
    await watching.keyboard.press("o")
    await watching.keyboard.press("o")
    await until(lambda: site.app.agents.get(NORTH).state is AgentState.WRAP_UP, 5.0, "the agent wraps up")
    found = site.app.calls.get(call.id)
    assert found is not None
    assert found.transfer_to == "supervisor:user:admin"
    await expect(bar(watching)).to_have_attribute("data-state", "none")


async def test_a_text_to_an_agent_is_shown_at_the_desk_until_it_is_read(visitor: Visitor, site: Site) -> None:
    await until(lambda: site.app.switch.reachable)
    site.app.agents.log_in(NORTH)
    await is_in(site, AgentState.AVAILABLE)
    await visitor.log_in("north_agent")
    page = visitor.page
    lead = await site.person("north_lead")
    (await lead.post("/agents/north_agent/message", {"text": "please slow down"})).ok(204)
    message = page.get_by_test_id("message")
    await expect(message).to_contain_text("From your supervisor: please slow down")
    await message.get_by_role("button").click()
    await expect(message).to_have_count(0)
    assert visitor.complaints == []


async def test_a_supervisor_writes_to_the_agent_who_is_marked(watching: Page, site: Site) -> None:
    await row_of(watching, NORTH).click()
    await watching.keyboard.press("i")
    dialog = watching.get_by_role("dialog")
    await dialog.get_by_label("Message", exact=True).fill("well done")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog).to_have_count(0)
    desk = site.app.live.board.desk(NORTH)
    assert [one.text for one in desk.alerts.values()] == ["well done"]
