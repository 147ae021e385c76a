"""After a call, in a real browser: its drafted summary is accepted, edited or put away; judgements are suggested."""

# ruff: noqa: F811 -- fixtures are imported
import os
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.api.test_words import drafted, hinted
from tests.browser.test_agent_desk import (
    NORTH,
    a_campaign_here,
    a_customer,
    at_work,
    away_from_fields,
    calls,
    now,
    shows,
)
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures

from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import Call
from waihu_models.events import HintOffered, SummaryDrafted


async def desk(visitor: Visitor, site: Site) -> Page:
    """The desk of an agent at work, with a campaign and one customer to call."""
    await a_campaign_here(site)
    await a_customer(site)
    return await at_work(visitor, site)


def choice(page: Page, code: str) -> Locator:
    return page.locator(f".choices [data-code={code}]")


async def hung_up(page: Page, site: Site) -> Call:
    """A call that is over, whose agent wraps up; its drafted summary suggests the judgement ``refused``."""
    call = await calls(page, site)
    site.app.calls.ask(call.id, sig.HangUpAsked(site.app.clock.now(), "agent"))
    await shows(page, AgentState.WRAP_UP)
    summary = await drafted(site, call, disposition="refused", callback_at=None)
    site.app.bus.publish(SummaryDrafted(summary, call.agent_id))
    await page.get_by_test_id("summary").locator("textarea").wait_for()
    return call


async def offered(site: Site, call: Call, **changes: str) -> None:
    """Offer the agent a hint, as it is kept and as it is told."""
    site.app.bus.publish(HintOffered(await hinted(site, call, **changes)))


async def marks(site: Site, call: Call) -> list[str]:
    return [one["mark"] for one in (await (await site.person("admin")).get(f"/calls/{call.id}/hints")).ok()]


async def kept(site: Site, call: Call) -> tuple[str, str, str]:
    one = (await (await site.person("north_agent")).get(f"/calls/{call.id}/summary")).ok()
    return one["state"], one["text"], one["disposition"]


async def test_a_draft_is_accepted_and_its_judgement_is_suggested_but_saved_by_the_agent(
    visitor: Visitor, site: Site
) -> None:
    page = await desk(visitor, site)
    call = await hung_up(page, site)
    card = page.get_by_test_id("summary")
    await expect(card.locator("textarea")).to_have_value("Reason: a refund")
    await expect(card).to_contain_text("50 dollars")
    await expect(choice(page, "refused")).to_have_attribute("aria-checked", "true")
    await expect(choice(page, "refused")).to_contain_text("suggested")
    assert now(site, call).disposition is None, "a suggestion is no judgement"
    await card.get_by_role("button", name="Accept").click()
    await expect(card).to_contain_text("kept as it was")
    assert await kept(site, call) == ("accepted", "Reason: a refund", "refused")
    await away_from_fields(page)
    await page.keyboard.press("Control+Enter")
    await shows(page, AgentState.AVAILABLE)
    assert visitor.complaints == []


async def test_an_agent_who_judges_otherwise_and_writes_otherwise_is_followed(visitor: Visitor, site: Site) -> None:
    page = await desk(visitor, site)
    call = await hung_up(page, site)
    await choice(page, "wrong_number").click()
    await expect(page.locator(".choices small")).to_have_count(0)
    card = page.get_by_test_id("summary")
    await card.locator("textarea").fill("Somebody else 打错了")
    await card.get_by_role("button", name="Keep my version").click()
    await expect(card).to_contain_text("kept as you wrote it")
    assert await kept(site, call) == ("edited", "Somebody else 打错了", "wrong_number")
    await expect(choice(page, "wrong_number")).to_have_attribute("aria-checked", "true")
    assert visitor.complaints == []


async def test_a_suggestion_is_not_saved_by_a_wrap_up_that_ends_by_itself_nor_after_a_reload(
    visitor: Visitor, site: Site
) -> None:
    page = await desk(visitor, site)
    call = await hung_up(page, site)
    await page.get_by_test_id("summary").get_by_role("button", name="Discard").click()
    await expect(page.get_by_test_id("summary")).to_contain_text("put away")
    await page.reload()
    await expect(choice(page, "refused")).to_contain_text("suggested")
    site.app.agents.post(NORTH, sig.WrapOver(site.app.clock.now()))
    await shows(page, AgentState.AVAILABLE)
    row = (await (await site.person("north_agent")).get(f"/calls/{call.id}")).ok()["call"]
    assert row["disposition"] is None
    assert (await kept(site, call))[0] == "discarded"


async def test_who_wants_no_more_calls_is_proposed_to_be_left_alone_while_they_still_talk(
    visitor: Visitor, site: Site
) -> None:
    page = await desk(visitor, site)
    call = await calls(page, site)
    await offered(
        site, call, name="No more calls", answer="Say that it is noted.", next_step="", disposition="do_not_call"
    )
    card = page.locator("[data-hint]")
    await expect(card).to_contain_text("Say that it is noted.")
    await expect(choice(page, "do_not_call")).to_contain_text("suggested")
    await choice(page, "sale").click()
    await card.get_by_role("button", name="Choose this").click()
    await expect(choice(page, "do_not_call")).to_have_attribute("aria-checked", "true")
    await expect(page.locator(".choices small")).to_have_count(0)
    assert now(site, call).disposition is None
    assert await marks(site, call) == ["used"]
    assert visitor.complaints == []


async def test_an_agent_says_what_answers_were_worth(visitor: Visitor, site: Site) -> None:
    page = await desk(visitor, site)
    call = await calls(page, site)
    await offered(site, call, name="Price")
    await offered(site, call, name="Time")
    cards = page.locator("[data-hint]")
    await expect(cards).to_have_count(2)
    await page.get_by_role("button", name="I used the answer: Price").click()
    await expect(page.get_by_role("button", name="I used the answer: Price")).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="The answer was of no use: Time").click()
    await expect(cards).to_have_count(1)
    await expect(cards).to_contain_text("Price")
    assert sorted(await marks(site, call)) == ["dismissed", "used"]
    assert await visitor.faults() == []
    assert visitor.complaints == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nothing_serious_is_found_on_the_desk_with_a_draft(
    visitor: Visitor, site: Site, language: str, theme: str, tmp_path: Path
) -> None:
    await visitor.page.set_viewport_size({"width": 1440, "height": 900})
    await visitor.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page = await desk(visitor, site)
    await hung_up(page, site)
    await page.locator("header select").first.select_option(language)
    assert await visitor.faults() == []
    await page.screenshot(path=Path(os.environ.get("WAIHU_PICTURES", tmp_path)) / f"summary-{language}-{theme}.png")
    assert visitor.complaints == []
