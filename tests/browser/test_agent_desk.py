"""The agent's desk in a real browser: state, call, judgement, callback, preview by keys; axe finds nothing serious."""

# ruff: noqa: F811 -- fixtures are imported
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect
from tests.api.conftest import ADMIN_BY, Site, migrated, site  # noqa: F401 -- fixtures
from tests.api.records import audit_of, ended_call, recorded, recording_id
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures

from waihu.services.numbers_in_use import REST_S
from waihu.store import campaigns as stored_campaigns
from waihu.store import leads as stored_leads
from waihu.store.customer_edits import add_customer
from waihu.store.dnc import forbid
from waihu.testing.factories import a_campaign, a_lead
from waihu.testing.waiting import until
from waihu_models import signals as sig
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.call import Call, CallState
from waihu_models.campaign import Campaign, CampaignState, DialMode
from waihu_models.ids import AgentId, CustomerId
from waihu_models.phone import E164

NORTH = AgentId("north_agent")
NUMBER = "+441632960199"
SCRIPT = (
    "# Greeting\nGood morning, this is the spring campaign.\n\n# Offer\n- twelve months\n- no fee\n\nAsk for a moment."
)
ZONE = "Asia/Tokyo"


async def a_campaign_here(site: Site, **rules: Any) -> Campaign:
    given = {
        "name": "Spring offer 春季活动", "state": CampaignState.PAUSED, "trunk": "carrier", "script": SCRIPT, **rules
    }  # fmt: skip
    campaign = a_campaign(**given)
    await stored_campaigns.save_campaign(site.app.store, campaign, beside={"team_id": site.teams["north"]})
    return campaign


async def a_customer(site: Site, name: str = "王芳 Wang Fang", number: str = NUMBER) -> CustomerId:
    values = {"name": name, "team_id": site.teams["north"], "zone": ZONE, "level": "A", "custom": {"contract": "C-77"}}
    made = await add_customer(site.app.store, values, [E164(number), E164("+441632960177")], ("VIP",), ADMIN_BY)
    return CustomerId(made)


async def at_work(visitor: Visitor, site: Site) -> Page:
    """Log in to the console and begin to work on the SIP phone north_agent."""
    page = visitor.page
    await until(lambda: site.app.switch.reachable)
    await visitor.log_in("north_agent")
    await page.wait_for_url("**/agent")
    await page.get_by_label("A SIP phone of my own").check()
    await expect(page.get_by_label("Name of the SIP phone")).to_have_value("north_agent")
    await page.get_by_role("button", name="Start work").click()
    await shows(page, AgentState.AVAILABLE)
    return page


async def shows(page: Page, state: AgentState) -> None:
    await expect(page.get_by_test_id("state")).to_have_attribute("data-state", state)


async def away_from_fields(page: Page) -> None:
    """Leave whatever field has the focus, so that single keys are keys."""
    await page.evaluate("document.activeElement?.blur()")


async def calls(page: Page, site: Site, typed: str = "Wang") -> Call:
    """Call the one customer there is, by name."""
    await away_from_fields(page)
    await page.keyboard.press("c")
    await page.get_by_label("Number, name, or last four digits").fill(typed)
    await page.get_by_role("list", name="Customers found").get_by_role("button").click()
    await shows(page, AgentState.TALKING)
    await until(lambda: any(call.state is CallState.CONNECTED for call in site.app.calls), 5.0, "they talk")
    (call,) = list(site.app.calls)
    return call


def now(site: Site, call: Call) -> Call:
    found = site.app.calls.get(call.id)
    assert found is not None
    return found


async def test_an_agent_pauses_and_comes_back_by_keys(visitor: Visitor, site: Site) -> None:
    page = await at_work(visitor, site)
    await page.keyboard.press("p")
    await page.get_by_role("dialog", name="Pause or log out").wait_for()
    await page.keyboard.press("2")
    await shows(page, AgentState.PAUSED)
    await expect(page.get_by_test_id("state")).to_contain_text("Lunch")
    await page.keyboard.press("v")
    await shows(page, AgentState.AVAILABLE)
    await page.keyboard.press("p")
    await page.keyboard.press("x")
    await shows(page, AgentState.OFFLINE)
    assert site.app.agents.get(NORTH).state is AgentState.OFFLINE
    assert visitor.complaints == []


async def test_a_call_is_made_held_keyed_and_judged_without_a_mouse(visitor: Visitor, site: Site) -> None:
    campaign = await a_campaign_here(site)
    await a_customer(site)
    page = await at_work(visitor, site)
    call = await calls(page, site)
    panel = page.get_by_role("region", name="Customer")
    await expect(panel).to_contain_text("Wang Fang")
    assert NUMBER not in await page.content(), "numbers are masked"
    await expect(page.get_by_role("region", name="Script")).to_contain_text("twelve months")
    await page.keyboard.press("h")
    await expect(page.get_by_test_id("call")).to_have_attribute("data-state", "held")
    await page.keyboard.press("h")
    await expect(page.get_by_test_id("call")).to_have_attribute("data-state", "connected")
    await page.keyboard.press("k")
    for key in ("4", "2", "#"):
        await page.keyboard.press(key)
    await until(lambda: "".join(site.switch.sent_keys[call.leg_id]) == "42#", 5.0, "keys reach the far end")
    await expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    await page.keyboard.press("Escape")
    if campaign.recording:
        await page.keyboard.press("r")
        await until(lambda: now(site, call).recording_paused, 5.0, "the recording is silent")
        await expect(page.get_by_test_id("call")).to_contain_text("REC paused")
        await page.keyboard.press("r")
        await until(lambda: not now(site, call).recording_paused, 5.0, "it is heard again")
    await page.keyboard.press("Shift+Escape")
    await page.keyboard.press("Shift+Escape")
    await shows(page, AgentState.WRAP_UP)
    await page.keyboard.press("1")
    await page.keyboard.press("n")
    await page.keyboard.type("two of them, h and 3 are no keys here")
    await page.keyboard.press("Control+Enter")
    await shows(page, AgentState.AVAILABLE)
    judged = await stored_judgement(site, call)
    assert judged == ("sale", "two of them, h and 3 are no keys here")
    await expect(page.get_by_test_id("figures")).to_contain_text("1")
    assert visitor.complaints == []


async def stored_judgement(site: Site, call: Call) -> tuple[str, str]:
    lead = await site.person("north_lead")
    row = (await lead.get(f"/calls/{call.id}")).ok()["call"]
    return row["disposition"], row["note"]


async def test_a_callback_is_promised_in_the_customers_time_and_called_from_the_list(
    visitor: Visitor, site: Site
) -> None:
    await a_campaign_here(site)
    await a_customer(site)
    page = await at_work(visitor, site)
    call = await calls(page, site)
    await page.get_by_role("radio", name="Call back").click()
    day = (datetime.now(ZoneInfo(ZONE)) + timedelta(days=3)).date()
    await page.get_by_label("Date", exact=True).fill(day.isoformat())
    await page.get_by_label("Time", exact=True).fill("09:30")
    await expect(page.get_by_text(f"at the customer ({ZONE})")).to_be_visible()
    await expect(page.get_by_test_id("own-time")).to_be_visible()
    await away_from_fields(page)
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_test_id("saved")).to_contain_text("Saved")
    assert now(site, call).callback_at == datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)
    await page.keyboard.press("Shift+Escape")
    await page.keyboard.press("Shift+Escape")
    await shows(page, AgentState.WRAP_UP)
    await page.keyboard.press("v")
    await shows(page, AgentState.AVAILABLE)
    promised = page.get_by_test_id("callbacks").get_by_role("button", name="Wang Fang")

    rested_at_s = site.app.clock.monotonic() + REST_S
    await until(lambda: site.app.clock.monotonic() > rested_at_s, 5.0, "the number has rested")
    await promised.click()
    await shows(page, AgentState.TALKING)
    assert visitor.complaints == []


async def test_a_time_that_has_passed_and_a_note_that_is_missing_are_told_before_they_are_sent(
    visitor: Visitor, site: Site
) -> None:
    await a_campaign_here(site)
    await a_customer(site)
    page = await at_work(visitor, site)
    call = await calls(page, site)
    await page.get_by_role("radio", name="Other").click()
    await expect(page.get_by_role("button", name="Save")).to_be_disabled()
    await expect(page.get_by_test_id("saved")).to_contain_text("needs a note")
    await page.get_by_role("radio", name="Call back").click()
    await page.get_by_label("Date", exact=True).fill("2020-01-01")
    await expect(page.get_by_test_id("saved")).to_contain_text("has passed")
    await away_from_fields(page)
    await page.keyboard.press("Control+Enter")
    assert now(site, call).disposition is None


async def test_what_comes_after_a_call_is_chosen_during_it(visitor: Visitor, site: Site) -> None:
    await a_campaign_here(site)
    await a_customer(site)
    page = await at_work(visitor, site)
    await calls(page, site)
    await page.keyboard.press("p")
    await page.get_by_role("dialog", name="After this call").wait_for()
    await page.keyboard.press("1")
    await expect(page.get_by_role("button", name="Next: Break")).to_be_visible()
    await page.keyboard.press("Shift+Escape")
    await page.keyboard.press("Shift+Escape")
    await shows(page, AgentState.WRAP_UP)
    await page.keyboard.press("1")
    await page.keyboard.press("Control+Enter")
    await shows(page, AgentState.PAUSED)


async def test_a_reload_keeps_the_call_and_what_was_typed(visitor: Visitor, site: Site) -> None:
    await a_campaign_here(site)
    await a_customer(site)
    page = await at_work(visitor, site)
    call = await calls(page, site)
    await page.keyboard.press("2")
    await page.locator("#call-note").fill("half a sentence")
    await page.reload()
    await shows(page, AgentState.TALKING)
    await expect(page.locator("#call-note")).to_have_value("half a sentence")
    await expect(page.get_by_role("radio", name="2 Interested")).to_be_checked()
    assert now(site, call).state is CallState.CONNECTED


async def test_what_is_complete_is_saved_before_the_wrap_up_ends_by_itself(visitor: Visitor, site: Site) -> None:
    await a_campaign_here(site)
    await a_customer(site)
    page = await at_work(visitor, site)
    call = await calls(page, site)
    agent = site.app.agents.get(NORTH)
    site.app.agents.edit(
        NORTH, edited(agent, wrap_limit_s=4.0)
    )  # fmt: skip
    await page.keyboard.press("Shift+Escape")
    await page.keyboard.press("Shift+Escape")
    await shows(page, AgentState.WRAP_UP)
    await page.keyboard.press("4")
    await expect(page.get_by_role("radio", name="Not interested")).to_be_checked()
    await shows(page, AgentState.AVAILABLE)
    assert (await stored_judgement(site, call))[0] == "refused"


def edited(agent: Agent, **changes: Any) -> sig.AgentEdited:
    changed = replace(agent, **changes)
    return sig.AgentEdited(
        at=datetime.now(UTC), name=changed.name, phone=changed.phone,
        on_hook_by_default=changed.mode is PhoneMode.ON_HOOK,
        campaign_id=changed.campaign_id, wrap_limit_s=changed.wrap_limit_s, ring_timeout_s=changed.ring_timeout_s,
    )  # fmt: skip


async def test_a_customer_is_passed_on_to_a_colleague_who_is_available(visitor: Visitor, site: Site) -> None:
    await a_campaign_here(site)
    await a_customer(site)
    page = await at_work(visitor, site)
    call = await calls(page, site)
    await page.keyboard.press("t")
    dialog = page.get_by_role("dialog", name="Transfer the customer")
    await expect(dialog).to_contain_text("No colleague")
    await page.keyboard.press("Escape")
    site.app.agents.log_in(AgentId("south_agent"))
    await until(lambda: site.app.agents.get(AgentId("south_agent")).state is AgentState.AVAILABLE)
    await page.keyboard.press("t")
    await expect(dialog).to_contain_text("No colleague")  # another team's agents are not shown
    await dialog.get_by_label("The queue").check()
    await dialog.get_by_role("button", name="Transfer", exact=True).click()
    await shows(page, AgentState.WRAP_UP)
    await until(lambda: now(site, call).agent_id == "south_agent", 5.0, "the other agent has the customer")


async def test_a_refusal_of_the_server_is_told_in_words(visitor: Visitor, site: Site) -> None:
    await a_campaign_here(site)
    await forbid(site.app.store, E164(NUMBER), ADMIN_BY, "asked")
    page = await at_work(visitor, site)
    await page.keyboard.press("c")
    await page.get_by_label("Number, name, or last four digits").fill("+44 1632 960199")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast.bad")).to_contain_text("do-not-call")
    await page.keyboard.press("Escape")
    await shows(page, AgentState.AVAILABLE)


async def test_leads_are_shown_before_they_are_called(visitor: Visitor, site: Site) -> None:
    campaign = await a_campaign_here(site, mode=DialMode.PREVIEW)
    leads = [
        a_lead(campaign, f"+4416329601{kind}", name=f"Customer {kind}", zone="Europe/London")
        for kind in ("00", "24", "99")
    ]
    await stored_leads.add_leads(site.app.store, leads)
    agent = site.app.agents.get(NORTH)
    site.app.agents.edit(NORTH, edited(agent, campaign_id=campaign.id))
    await site.app.dialling.start(campaign.name)
    page = await at_work(visitor, site)
    card = page.get_by_test_id("preview")
    await card.wait_for()
    first = await card.locator("h2").first.inner_text()
    await page.keyboard.press("s")
    await page.get_by_role("textbox", name="Why is it skipped?").fill("abroad")
    await page.keyboard.press("Enter")
    await expect(card.locator("h2").first).not_to_have_text(first)
    await expect(page.get_by_role("dialog")).to_be_hidden()
    second = await card.locator("h2").first.inner_text()
    await page.keyboard.press("l")
    await page.get_by_role("dialog").get_by_role("button", name="Later").click()
    await expect(card.locator("h2").first).not_to_have_text(second)
    await expect(page.get_by_test_id("callbacks")).to_contain_text(second)
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await away_from_fields(page)
    await page.keyboard.press("d")
    await shows(page, AgentState.TALKING)
    assert visitor.complaints == []


async def test_the_desk_of_somebody_who_is_no_agent_says_so(visitor: Visitor) -> None:
    await visitor.log_in("north_lead")
    await visitor.open("/agent")
    await visitor.page.get_by_text("You do not work as an agent").wait_for()


async def test_a_number_is_revealed_for_a_while_and_put_on_record(visitor: Visitor, site: Site) -> None:
    await a_campaign_here(site)
    await a_customer(site)
    page = await at_work(visitor, site)
    await calls(page, site)
    await page.get_by_role("region", name="Customer").get_by_role("button", name="Show the whole number").first.click()
    await expect(page.get_by_text(NUMBER)).to_be_visible()
    assert [row["actor"] for row in await audit_of(site, "number.reveal")] == ["user:north_agent"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nothing_serious_is_found_on_the_desk(
    visitor: Visitor, site: Site, language: str, theme: str, tmp_path: Path
) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": 1366, "height": 768})
    await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    await a_history(site)
    pictures = Path(os.environ.get("WAIHU_PICTURES", tmp_path))
    faults: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        faults[name] = await visitor.faults()
        await page.screenshot(path=pictures / f"desk-{name}-{language}-{theme}.png")

    page = await at_work(visitor, site)
    await page.locator("header select").first.select_option(language)
    await look("waiting")
    await away_from_fields(page)
    await page.keyboard.press("p")
    await page.get_by_role("dialog").wait_for()
    await look("menu")
    await page.keyboard.press("Escape")
    await in_talk(page, site)
    await page.locator("[data-code=callback]").click()
    await page.locator(".story li").nth(2).wait_for()
    await look("talking")
    await away_from_fields(page)
    await page.keyboard.press("k")
    await page.keyboard.press("t")
    await page.get_by_role("dialog").wait_for()
    await look("transfer")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Shift+Escape")
    await page.keyboard.press("Shift+Escape")
    await shows(page, AgentState.WRAP_UP)
    await look("wrap-up")
    await page.keyboard.press("Control+Enter")
    await shows(page, AgentState.AVAILABLE)
    await page.keyboard.press("p")
    await page.keyboard.press("x")
    await shows(page, AgentState.OFFLINE)
    await look("offline")
    assert {name: found for name, found in faults.items() if found} == {}
    assert visitor.complaints == []


async def in_talk(page: Page, site: Site) -> None:
    await page.keyboard.press("c")
    await page.locator("input[name=whom]").fill("Wang")
    await page.get_by_role("dialog").get_by_role("list").get_by_role("button").click()
    await shows(page, AgentState.TALKING)


async def a_history(site: Site) -> None:
    """A campaign, and a customer with two calls, one of them recorded, and a note."""
    campaign, customer = await a_campaign_here(site), await a_customer(site)
    at = datetime.now(UTC) - timedelta(days=2)
    known: dict[str, Any] = {"campaign_id": campaign.id, "customer_id": customer, "agent_id": NORTH}
    number = {"number_e164": E164(NUMBER)}
    heard = await ended_call(site, at, **known, **number, recording_id=recording_id(), note="asked for the terms")
    await recorded(site, heard)
    await ended_call(site, at - timedelta(days=1), talk_s=4.0, **known, **number)
    person = await site.person("north_agent")
    (await person.post(f"/customers/{customer}/notes", {"text": "speaks slowly"})).ok(201)
