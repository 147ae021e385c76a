"""The dialplan in a real browser: written, looked at, tried, applied to a real exchange, followed by the next call."""

# ruff: noqa: F811 -- fixtures are imported
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Locator, async_playwright, expect
from tests.api.conftest import PASSWORD, Site, migrated, site  # noqa: F401 -- fixtures
from tests.asterisk.support import until
from tests.asterisk.world import Seen, controller, plan_of, prepared
from tests.browser.conftest import FLAGS
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures

from waihu.app import App
from waihu.cli.assembly import dialplan_tools
from waihu.services.log_ins import NewAccount
from waihu.services.office import OfficePlan
from waihu.settings import WebSettings
from waihu.store.audit import By
from waihu.telephony.carrier import Carrier
from waihu.telephony.exchange import Exchange
from waihu.telephony.rendering import shipped_dialplans
from waihu_models.access import Role
from waihu_models.call import Call, CallState

INBOUND = shipped_dialplans()["inbound"]
PHONES = shipped_dialplans()["phones"]
NUMBER, MASKED = "441632960123", "+441632960001"
CHANGED = INBOUND.replace(
    "Set(CALLER=${FILTER(+0-9a-zA-Z_.*#-,${CALLERID(num)})})", f"Set(CALLER={MASKED})"
)  # fmt: skip


@dataclass
class House:
    """A controller with its console on an exchange it manages, and an administrator before a browser."""

    app: App
    seen: Seen
    exchange: Exchange
    carrier: Carrier
    visitor: Visitor

    async def call_in(self, caller: str) -> Call:
        """Let somebody call and wait for an agent."""
        before = set(self.seen.calls)
        await self.carrier.call_in(f"{self.exchange.host}:{self.exchange.sip_port}", NUMBER, caller)

        def waiting() -> Call | None:
            new = (call for call in self.seen.calls.values() if call.id not in before)
            return next((call for call in new if call.state is CallState.WAITING), None)

        found: Call = await until(waiting, 15.0, "the caller waits")
        return found


@pytest.fixture
async def house(
    own_exchange: Callable[..., Exchange], carrier: Carrier, tmp_path: Path, axe: str, chromium: str
) -> AsyncIterator[House]:
    exchange = own_exchange(recordings_dir=tmp_path / "recordings")
    await exchange.start()
    url, _ = await prepared(tmp_path, [])
    office = OfficePlan(exchange=exchange, dialplan=dialplan_tools(exchange))
    plan = plan_of(exchange, url, office=office, web=WebSettings(port=0))
    async with controller(plan, drain_s=0.1) as (app, seen), async_playwright() as playwright:
        account = NewAccount(login="admin", role=Role.ADMIN, password=PASSWORD)
        await app.log_ins.add(account, By("test", app.clock.now()))
        browser = await playwright.chromium.launch(executable_path=chromium, headless=True, args=list(FLAGS))
        context = await browser.new_context(locale="en-GB", color_scheme="light")
        visitor = Visitor(await context.new_page(), app.address, axe)
        await visitor.log_in("admin")
        yield House(app, seen, exchange, carrier, visitor)
        await browser.close()


async def opened(visitor: Visitor, name: str) -> Locator:
    """Open a template and return where it is written."""
    await visitor.open("/admin/dialplan")
    await visitor.page.get_by_role("combobox", name="Template").select_option(name)
    text = visitor.page.get_by_test_id("template-text").get_by_role("textbox", name=name)
    await expect(text).to_contain_text("exten", timeout=20_000)
    return text


async def test_a_template_changed_in_the_browser_is_followed_by_the_next_call_and_a_broken_one_refused(
    house: House,
) -> None:
    page = house.visitor.page
    first = await house.call_in("+441632960999")
    assert first.number_e164 == "+441632960999"

    text = await opened(house.visitor, "inbound")
    await text.fill(CHANGED)
    await expect(page.get_by_text("Nothing was found.")).to_be_visible(timeout=20_000)
    validate, apply = page.get_by_role("button", name="Validate"), page.get_by_role("button", name="Apply")
    await expect(validate).to_be_disabled()  # nobody has said why
    await page.locator("input[name=reason]").fill("callers stay unnamed")
    await validate.click()
    way = page.get_by_test_id("way")
    await expect(way).to_contain_text("Version 1: Staged", timeout=90_000)
    assert (await house.call_in("+441632960998")).number_e164 == "+441632960998", "staged is not applied"

    await apply.click()
    await page.get_by_role("dialog").get_by_role("button", name="Apply").click()
    await expect(way).to_contain_text("Version 1: Applied", timeout=90_000)
    await expect(page.get_by_test_id("running")).to_have_text("Runs: 1")
    assert (await house.call_in("+441632960997")).number_e164 == MASKED, "the next call follows"
    assert house.seen.calls[first.id].state is CallState.WAITING, "the one before notices nothing"

    await text.fill(CHANGED.replace("Stasis(", "Stasiss("))
    findings = page.get_by_test_id("findings")
    await expect(findings).to_contain_text("there is no application Stasiss", timeout=20_000)
    await expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    await expect(validate).to_be_disabled()
    assert (await house.call_in("+441632960996")).number_e164 == MASKED, "a broken one never runs"

    await page.get_by_role("tab", name="History").click()
    row = page.get_by_test_id("versions").locator("[data-version='1']")
    for part in ("runs", "Applied", "user:admin", "callers stay unnamed"):
        await expect(row).to_contain_text(part)
    await page.get_by_role("button", name="Roll back").click()
    await page.get_by_role("dialog").get_by_role("button", name="Roll back").click()
    await expect(page.get_by_test_id("running")).to_have_text("Runs: as shipped", timeout=90_000)
    await expect(row).to_contain_text("Taken back")
    assert (await house.call_in("+441632960995")).number_e164 == "+441632960995"
    assert house.visitor.complaints == []


async def test_what_would_run_is_seen_beside_what_runs_and_a_finding_leads_to_its_line(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.log_in("admin")
    text = await opened(visitor, "phones")
    await expect(page.get_by_text("not managed by this program")).to_be_visible()
    await text.fill(f"{PHONES}exten => 88,1,Goto(nowhere)\n")
    go = page.get_by_test_id("findings").get_by_role("button")
    await expect(go).to_have_text(f"Line {len(PHONES.splitlines()) + 1}", timeout=20_000)
    await page.get_by_role("tab", name="Preview").click()
    await expect(page.get_by_test_id("rendered")).to_contain_text("exten => *43,1,Answer()")
    await page.get_by_role("tab", name="Difference").click()
    changed = page.get_by_test_id("text-difference").locator(".cm-changedLine, .cm-insertedLine")
    await expect(changed.first).to_be_visible(timeout=20_000)
    await expect(page.locator("#dialplan-difference pre")).to_contain_text("+exten => 88,1,Goto(nowhere)")
    await go.click()
    await expect(page.get_by_role("tab", name="Template")).to_have_attribute("aria-selected", "true")
    await expect(page.locator(".cm-activeLine")).to_have_text("exten => 88,1,Goto(nowhere)")
    assert await visitor.faults() == []
    assert visitor.complaints == []


async def test_the_page_speaks_chinese_and_is_for_administrators_alone(visitor: Visitor) -> None:
    page = visitor.page
    await page.add_init_script("localStorage.setItem('waihu.locale', 'zh-CN')")
    await visitor.log_in("admin")
    text = await opened_in_chinese(visitor)
    await text.fill("[c]\nexten => s,1,Answerr()\n same => n,Hangup()\n")
    await expect(page.get_by_test_id("findings")).to_contain_text("没有应用 Answerr", timeout=20_000)
    await expect(page.get_by_role("button", name="验证")).to_be_disabled()
    assert await visitor.faults() == []
    await page.context.clear_cookies()
    await visitor.log_in("north_lead")
    await expect(page.get_by_role("link", name="拨号方案")).to_have_count(0)


async def opened_in_chinese(visitor: Visitor) -> Locator:
    await visitor.open("/admin/dialplan")
    await expect(visitor.page.locator("h1")).to_have_text("拨号方案")
    await visitor.page.get_by_role("combobox", name="模板").select_option("phones")
    text = visitor.page.get_by_test_id("template-text").get_by_role("textbox", name="phones")
    await expect(text).to_contain_text("exten", timeout=20_000)
    return text


async def test_a_change_is_made_with_keys_alone(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await visitor.log_in("admin")
    await opened(visitor, "phones")
    await page.get_by_role("tab", name="Template").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name="Preview")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("textbox", name="phones")).to_be_focused()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("; a word")
    await page.keyboard.press("Tab")  # leaves the text: it is no trap
    await expect(page.get_by_role("textbox", name="phones")).not_to_be_focused()
    assert "; a word" in (await page.get_by_role("textbox", name="phones").inner_text())
    assert visitor.complaints == []
