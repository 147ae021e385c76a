"""An agent in the console with a real phone in the browser: self-test, predictive calls, a reload; with their sound."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.asterisk.support import until
from tests.asterisk.world import Seen, controller, plan_of, prepared, switch_of, written
from tests.browser.conftest import OpenBrowser
from tests.browser.test_console_shell import PASSWORD, axe  # noqa: F401 -- fixture: skips without a built console
from tests.browser.tones import QUIET_DB, loudest_db, sides

from waihu.app import App
from waihu.services.log_ins import NewAccount
from waihu.settings import WebSettings
from waihu.store.audit import By
from waihu.store.leads import lead_by_id
from waihu.telephony.exchange import Exchange
from waihu.telephony.web_phones import AriWebPhones
from waihu.testing.factories import an_agent
from waihu_models.access import Role
from waihu_models.agent import Agent, AgentState
from waihu_models.call import Call, CallState
from waihu_models.events import CallChanged, RecordingChanged
from waihu_models.ids import AgentId
from waihu_models.lead import LeadState
from waihu_models.recording import Recording

ANN = AgentId("ann")
AGENT_HZ, CUSTOMER_HZ = 440.0, 1000.0
NUMBERS = ("+441632960025", "+441632961025", "+441632962025")  # a tone of 1000 Hz, until somebody hangs up
SPY = """
const Real = RTCPeerConnection;
window.connections = [];
window.RTCPeerConnection = class extends Real {
  constructor(...given) { super(...given); window.connections.push(this); }
};
"""
COUNTS = """async () => {
  const open = window.connections.filter((one) => one.connectionState === "connected");
  const found = { sent: 0, received: 0, said: 0, heard: 0, open: open.length };
  for (const report of open.length ? (await open.at(-1).getStats()).values() : []) {
    if (report.type === "outbound-rtp") found.sent += report.packetsSent;
    if (report.type === "inbound-rtp") found.received += report.packetsReceived;
    if (report.type === "inbound-rtp") found.heard += report.totalAudioEnergy ?? 0;
    if (report.type === "media-source") found.said += report.totalAudioEnergy ?? 0;
  }
  return found;
}"""


@dataclass
class Floor:
    """A controller with a campaign, and Ann before her browser."""

    app: App
    seen: Seen
    page: Page
    complaints: list[str]

    def ann(self) -> Agent:
        return self.app.agents.get(ANN)

    async def shows(self, state: AgentState, timeout_s: float = 10.0) -> None:
        place = self.page.get_by_test_id("state")
        await expect(place).to_have_attribute("data-state", state, timeout=timeout_s * 1000)

    async def begin(self, mode: str = "On a line that stays open") -> None:
        await self.page.get_by_label("Phone in this browser").check()
        await self.page.get_by_label(mode).check()
        await self.page.get_by_role("button", name="Start work").click()
        await self.shows(AgentState.AVAILABLE, 20.0)

    async def talks(self) -> Call:
        """Wait until Ann talks with a customer and sound goes both ways."""
        await self.shows(AgentState.TALKING, 20.0)
        call = self.app.calls.get(self.ann().call_id)
        assert call is not None
        await self.sounds()
        return call

    async def sounds(self) -> None:
        before = await self.page.evaluate(COUNTS)

        async def more() -> bool:
            now = await self.page.evaluate(COUNTS)
            grown = {name: now[name] - before[name] for name in now}
            enough = grown["sent"] > 50 and grown["received"] > 50 and grown["said"] > 0.001 and grown["heard"] > 0.001
            return bool(enough)

        await until(more, 15.0, "a second of sound goes both ways", poll_s=0.2)

    async def hangs_up(self) -> None:
        await self.page.evaluate("document.activeElement?.blur()")
        await self.page.keyboard.press("Shift+Escape")
        await self.page.keyboard.press("Shift+Escape")
        await self.shows(AgentState.WRAP_UP)


@asynccontextmanager
async def floor(
    exchange: Exchange, browsers: OpenBrowser, folder: Path, numbers: tuple[str, ...] = NUMBERS, **given: Any
) -> AsyncIterator[Floor]:
    agents = [an_agent(ANN, name="Ann", phone="", wrap_limit_s=60.0, **given)]
    url, _ = await prepared(folder, numbers, agents=agents, patience_s=30.0, script="# Hello\nThis is a test.")
    recordings = exchange.config.recordings_dir
    assert recordings is not None
    switch = switch_of(exchange, recordings)
    plan = plan_of(
        exchange, url, switch=switch, web=WebSettings(port=0), web_phones=AriWebPhones(switch.ari),
        sip_target=lambda: exchange.sip_ws_url,
    )  # fmt: skip
    async with controller(plan, drain_s=0.1) as (app, seen):
        account = NewAccount(login="ann", role=Role.AGENT, password=PASSWORD, agent_id=ANN)
        await app.log_ins.add(account, By("test", app.clock.now()))
        context = await browsers(AGENT_HZ, locale="en-GB")
        page = context.pages[0]
        await page.add_init_script(SPY)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{app.address}/login")
        await page.fill("input[name=login]", "ann")
        await page.fill("input[name=password]", PASSWORD)
        await page.press("input[name=password]", "Enter")
        await page.get_by_role("button", name="Start work").wait_for()
        yield Floor(app, seen, page, complaints)


@pytest.mark.usefixtures("axe")
async def test_the_self_test_passes_with_speech_both_ways(
    exchange: Exchange, browsers: OpenBrowser, tmp_path: Path
) -> None:
    async with floor(exchange, browsers, tmp_path, ()) as here:
        await here.page.get_by_role("link", name="Test microphone and phone").click()
        await here.page.get_by_role("button", name="Start the self-test").click()
        await expect(here.page.get_by_text("Everything works.")).to_be_visible(timeout=40_000)
        steps = here.page.locator("[data-step]")
        states = [await steps.nth(place).get_attribute("data-state") for place in range(await steps.count())]
        assert states == ["ok"] * 8
        assert here.complaints == []


@pytest.mark.usefixtures("axe")
async def test_an_agent_takes_three_predictive_calls_judges_them_by_keys_and_promises_one(
    exchange: Exchange, browsers: OpenBrowser, tmp_path: Path
) -> None:
    async with floor(exchange, browsers, tmp_path) as here:
        kept: dict[str, Recording] = {}
        here.app.bus.subscribe(
            RecordingChanged, lambda change: kept.update({change.recording.call_id: change.recording})
        )
        await here.begin()
        await here.app.dialling.start("spring")
        judged: dict[str, str] = {}
        calls: list[Call] = []
        for key, code in (("1", "sale"), ("3", "callback"), ("4", "refused")):
            call = await here.talks()
            await here.hangs_up()
            await here.page.keyboard.press(key)
            await here.page.keyboard.press("Control+Enter")
            await until(lambda: here.ann().call_id != call.id, 5.0, "the wrap-up is over")  # noqa: B023
            judged[call.id] = code
            calls.append(call)
        store = await written(here.app)
        for call in calls:
            stored = here.seen.calls[call.id]
            assert stored.disposition is not None
            assert stored.disposition.code == judged[call.id]
        promised = await lead_by_id(store, calls[1].lead_id)  # type: ignore[arg-type]
        assert (promised.state, promised.callback_agent_id) == (LeadState.CALLBACK, ANN)
        await here.shows(AgentState.AVAILABLE)
        await expect(here.page.get_by_test_id("callbacks").locator("li")).to_have_count(1)
        await until(lambda: calls[0].id in kept, 10.0, "the recording is kept")
        assert here.complaints == []
    assert exchange.config.recordings_dir is not None
    customer, agent, rate_hz = sides(exchange.config.recordings_dir / kept[calls[0].id].path)
    assert loudest_db(customer, CUSTOMER_HZ, rate_hz) > -30
    assert loudest_db(agent, AGENT_HZ, rate_hz) > -35
    assert loudest_db(customer, AGENT_HZ, rate_hz) < QUIET_DB


@pytest.mark.usefixtures("axe")
async def test_a_page_loaded_anew_in_a_call_keeps_the_call_and_its_sound(
    exchange: Exchange, browsers: OpenBrowser, tmp_path: Path
) -> None:
    async with floor(exchange, browsers, tmp_path) as here:
        states: list[CallState] = []
        await here.begin()
        await here.app.dialling.start("spring")
        call = await here.talks()
        here.app.bus.subscribe(CallChanged, lambda change: states.append(change.call.state))
        leg = here.ann().leg_id
        await here.page.locator("#call-note").fill("half a sentence")
        await here.page.reload()
        await here.shows(AgentState.TALKING)
        await until(lambda: here.ann().leg_joined and here.ann().leg_id != leg, 10.0, "the new page is rung")
        assert here.ann().call_id == call.id
        await here.sounds()
        await expect(here.page.locator("#call-note")).to_have_value("half a sentence")
        assert set(states) <= {CallState.CONNECTED}, "the customer never left the call"
        await here.page.evaluate("document.activeElement?.blur()")
        await here.page.keyboard.press("h")
        await expect(here.page.get_by_test_id("call")).to_have_attribute("data-state", "held")
        await here.page.keyboard.press("h")
        await expect(here.page.get_by_test_id("call")).to_have_attribute("data-state", "connected")
        await here.hangs_up()
        assert here.complaints == []


@pytest.mark.usefixtures("axe")
async def test_an_on_hook_browser_rings_for_a_call_made_by_hand_and_is_muted_by_a_key(
    exchange: Exchange, browsers: OpenBrowser, tmp_path: Path
) -> None:
    async with floor(exchange, browsers, tmp_path, ()) as here:
        await here.app.dialling.start("spring")
        await here.begin("By ringing each time")
        page = here.page
        await page.evaluate("document.activeElement?.blur()")
        await page.keyboard.press("c")
        await page.get_by_label("Number, name, or last four digits").fill("+441632960025")
        await page.keyboard.press("Enter")
        await here.talks()
        await page.keyboard.press("m")
        await page.get_by_role("button", name="Unmute").wait_for()
        before = await page.evaluate(COUNTS)

        async def silent() -> bool:
            nonlocal before
            was, before = before, await page.evaluate(COUNTS)
            return bool(before["received"] - was["received"] > 10 and before["said"] == was["said"])

        await until(silent, 5.0, "nothing is said while it is muted", poll_s=0.5)
        await here.hangs_up()
        await until(lambda: here.ann().leg_id is None, 5.0, "the phone is let go")
        assert here.complaints == []


@pytest.mark.usefixtures("axe")
async def test_a_second_browser_takes_the_phone_only_when_asked_and_the_first_gives_it_up(
    exchange: Exchange, browsers: OpenBrowser, tmp_path: Path
) -> None:
    async with floor(exchange, browsers, tmp_path) as here:
        await here.begin()
        await here.app.dialling.start("spring")
        call = await here.talks()
        second = (await browsers(AGENT_HZ, locale="en-GB")).pages[0]
        await second.goto(f"{here.app.address}/login")
        await second.fill("input[name=login]", "ann")
        await second.fill("input[name=password]", PASSWORD)
        await second.press("input[name=password]", "Enter")
        await expect(second.get_by_text("its phone is not connected")).to_be_visible()
        await here.sounds()
        leg = here.ann().leg_id
        await second.get_by_role("button", name="Use the phone here").click()
        await until(lambda: here.ann().leg_joined and here.ann().leg_id != leg, 10.0, "the second browser is rung")
        await expect(here.page.get_by_text("in use in another tab or browser")).to_be_visible(timeout=15_000)
        assert here.ann().call_id == call.id
        assert here.complaints == []


@pytest.mark.usefixtures("axe")
async def test_another_page_loaded_anew_in_a_call_keeps_the_call_too(
    exchange: Exchange, browsers: OpenBrowser, tmp_path: Path
) -> None:
    async with floor(exchange, browsers, tmp_path) as here:
        await here.begin()
        await here.app.dialling.start("spring")
        call = await here.talks()
        leg = here.ann().leg_id
        await here.page.get_by_role("link", name="Customers").first.click()
        await here.page.wait_for_url("**/customers")
        assert here.ann().leg_id == leg, "going to another page keeps the leg"
        await here.page.reload()
        await until(lambda: here.ann().leg_joined and here.ann().leg_id != leg, 10.0, "the new page is rung")
        assert here.ann().call_id == call.id
