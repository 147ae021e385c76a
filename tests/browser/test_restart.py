"""The controller is restarted while an agent talks in the console: the call, its sound and the desk come through."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, Page, expect
from tests.api.conftest import PASSWORD
from tests.asterisk.support import until
from tests.asterisk.world import controller, prepared, written
from tests.browser.conftest import OpenBrowser
from tests.browser.console_controller import given_of, plan
from tests.browser.ears import HEARD_DB, WINDOW, Ear, hears
from tests.browser.test_agent_desk_sound import AGENT_HZ, ANN, CUSTOMER_HZ, SPY
from tests.browser.test_console_shell import axe  # noqa: F401 -- fixture: skips without a built console
from tests.browser.tones import QUIET_DB, level_db, loudest_db, sides

from waihu.app import App
from waihu.clock import SystemClock
from waihu.services.log_ins import LogIns, NewAccount
from waihu.store.audit import By
from waihu.store.calls import recent_calls
from waihu.store.store import Store
from waihu.telephony.carrier import Carrier
from waihu.telephony.exchange import Exchange
from waihu.telephony.tones import RATE_HZ
from waihu.testing.factories import an_agent
from waihu_models.access import Role
from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState
from waihu_models.campaign import CampaignState
from waihu_models.events import RecordingChanged
from waihu_models.recording import Recording, RecordingState

NUMBER = "+441632960025"  # a tone of 1000 Hz, until somebody hangs up
MOSTLY = 0.9  # a loaded machine may swallow a moment of sound
FIRST: TypeAlias = Callable[[Exchange, str, Path], AbstractAsyncContextManager[str]]


@asynccontextmanager
async def left(exchange: Exchange, url: str, _: Path) -> AsyncIterator[str]:
    """A controller that is ended and leaves its calls to the next; gives its address."""
    async with controller(plan(given_of(exchange, url, 0)), leave_calls=True) as (app, _seen):
        yield app.address


@asynccontextmanager
async def killed(exchange: Exchange, url: str, folder: Path) -> AsyncIterator[str]:
    """A controller that is killed in the middle of everything; gives its address."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with (folder / "controller.log").open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.browser.console_controller", json.dumps(given_of(exchange, url, 0)),
            stdout=asyncio.subprocess.PIPE, stderr=errors, env=env,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            address = (await process.stdout.readline()).decode().strip()
        assert address, (folder / "controller.log").read_text()
        yield address
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def staffed(folder: Path) -> str:
    """Make a store with a campaign that runs, one customer, and Ann who may log in; return its URL."""
    agents = [an_agent(ANN, name="Ann", phone="", wrap_limit_s=60.0)]
    url, _ = await prepared(folder, [NUMBER], agents=agents, patience_s=30.0, state=CampaignState.RUNNING)
    store = await Store.open(url)
    try:
        log_ins = LogIns(store, SystemClock())
        account = NewAccount(login="ann", role=Role.AGENT, password=PASSWORD, agent_id=ANN)
        await log_ins.add(account, By("test", SystemClock().now()))
        log_ins.close()
    finally:
        await store.close()
    return url


async def at_the_desk(page: Page, address: str) -> None:
    await page.add_init_script(SPY)
    await page.goto(f"{address}/login")
    await page.fill("input[name=login]", "ann")
    await page.fill("input[name=password]", PASSWORD)
    await page.press("input[name=password]", "Enter")
    await page.get_by_role("button", name="Start work").wait_for()
    await page.evaluate("window.sameDocument = true")


async def shows_the_call(page: Page) -> None:
    await expect(page.get_by_test_id("state")).to_have_attribute("data-state", AgentState.TALKING, timeout=30_000)
    await expect(page.get_by_test_id("call")).to_have_attribute("data-state", CallState.CONNECTED, timeout=30_000)


async def starts_work(page: Page) -> None:
    await page.get_by_label("Phone in this browser").check()
    await page.get_by_label("On a line that stays open").check()
    await page.get_by_role("button", name="Start work").click()


async def only_call(url: str) -> Call:
    store = await Store.open(url)
    try:
        (call,) = await recent_calls(store, 10)
        return call
    finally:
        await store.close()


async def both_hear(page: Page, customer: Ear) -> None:
    """Sound goes both ways, and goes on doing so."""
    await hears(page, {CUSTOMER_HZ})
    await customer.settles({AGENT_HZ}, (), 15.0)
    lowest, _ = (await customer.next({AGENT_HZ}))[AGENT_HZ]
    assert lowest > HEARD_DB
    await hears(page, {CUSTOMER_HZ})


def heard_ratio(samples: Sequence[int]) -> float:
    """Return the share of quarters of a second in which the agent's tone arrived."""
    starts = range(0, len(samples) - WINDOW + 1, WINDOW)
    heard = [level_db(samples[start : start + WINDOW], AGENT_HZ, RATE_HZ) > HEARD_DB for start in starts]
    return sum(heard) / len(heard)


async def comes_back(app: App, page: Page, call: Call) -> None:
    """Wait until browser and controller have found each other again, with nobody doing anything."""
    await until(lambda: len(app.live) > 0, 30.0, "the desk follows the new controller")
    await expect(lost(page)).to_be_hidden(timeout=30_000)

    def whole() -> bool:
        agent = app.agents.get(ANN)
        return agent.state is AgentState.TALKING and agent.leg_joined and not agent.phone_away

    await until(whole, 40.0, "the agent's phone is back")
    await until(
        lambda: [(one.id, one.state) for one in app.calls] == [(call.id, CallState.CONNECTED)], 10.0, "the call"
    )
    await shows_the_call(page)
    assert app.agents.get(ANN).call_id == call.id
    assert await page.evaluate("window.sameDocument"), "the page was not loaded anew"


def lost(page: Page) -> Locator:
    return page.get_by_role("alert").filter(has_text="The connection to the server is lost")


async def is_held_and_resumed(page: Page) -> None:
    await page.evaluate("document.activeElement?.blur()")
    for state in (CallState.HELD, CallState.CONNECTED):
        await page.keyboard.press("h")
        await expect(page.get_by_test_id("call")).to_have_attribute("data-state", state, timeout=15_000)


async def ends_and_judges(app: App, page: Page, call: Call) -> None:
    await page.keyboard.press("Shift+Escape")
    await page.keyboard.press("Shift+Escape")
    state = page.get_by_test_id("state")
    await expect(state).to_have_attribute("data-state", AgentState.WRAP_UP, timeout=15_000)
    await page.keyboard.press("1")
    await page.keyboard.press("Control+Enter")
    await expect(state).to_have_attribute("data-state", AgentState.AVAILABLE, timeout=15_000)
    await until(lambda: app.calls.get(call.id) is None, 10.0, "the call is over")
    await written(app)


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize("first", [left, killed])
async def test_a_call_in_the_console_outlives_its_controller_and_is_ended_and_judged_under_the_next(
    exchange: Exchange, carrier: Carrier, browsers: OpenBrowser, tmp_path: Path, first: FIRST
) -> None:
    url = await staffed(tmp_path)
    page = (await browsers(AGENT_HZ, locale="en-GB")).pages[0]
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    async with first(exchange, url, tmp_path) as address:
        await at_the_desk(page, address)
        await starts_work(page)
        await shows_the_call(page)
        customer = await Ear.at(carrier, "25", tmp_path)
        await both_hear(page, customer)
        call, began = await only_call(url), len(customer.samples)
    await expect(lost(page)).to_be_visible(timeout=20_000)
    await both_hear(page, customer)
    port = urlsplit(address).port
    assert port is not None
    kept: list[Recording] = []
    async with controller(plan(given_of(exchange, url, port)), drain_s=0.1) as (app, _):
        app.bus.subscribe(RecordingChanged, lambda change: kept.append(change.recording))
        await comes_back(app, page, call)
        await both_hear(page, customer)
        assert heard_ratio(customer.samples[began:]) > MOSTLY, "the customer heard the agent while nobody controlled"
        await is_held_and_resumed(page)
        await both_hear(page, customer)
        await ends_and_judges(app, page, call)
        await until(lambda: kept, 10.0, "the recording is kept")
        assert complaints == []
    stored = await only_call(url)
    assert (stored.id, stored.state, stored.agent_id) == (call.id, CallState.ENDED, ANN)
    assert stored.disposition is not None
    assert stored.disposition.code == "sale"
    is_recorded_whole(exchange, kept[0], stored)


def is_recorded_whole(exchange: Exchange, recording: Recording, call: Call) -> None:
    """One file holds the call from before the restart to its end, each on their side."""
    assert (recording.call_id, recording.state) == (call.id, RecordingState.STORED)
    assert exchange.config.recordings_dir is not None
    customer, agent, rate_hz = sides(exchange.config.recordings_dir / recording.path)
    assert call.connected_at is not None
    assert call.hung_up_at is not None
    talk_s = (call.hung_up_at - call.connected_at).total_seconds()
    assert len(customer) / rate_hz > talk_s - 1.0
    for begin in (0, len(customer) // 2):
        half = slice(begin, begin + len(customer) // 2)
        assert loudest_db(customer[half], CUSTOMER_HZ, rate_hz) > HEARD_DB
        assert loudest_db(agent[half], AGENT_HZ, rate_hz) > HEARD_DB
        assert loudest_db(customer[half], AGENT_HZ, rate_hz) < QUIET_DB
