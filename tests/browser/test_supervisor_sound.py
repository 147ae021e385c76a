"""A supervisor hears, whispers and barges in from a second browser: three microphones, and what arrives at each end."""

# ruff: noqa: F811 -- fixtures are imported
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Locator, Page, expect
from tests.api.conftest import PASSWORD, Person, Site, migrated, site  # noqa: F401 -- fixtures
from tests.asterisk.support import until
from tests.asterisk.world import written
from tests.browser.conftest import OpenBrowser
from tests.browser.ears import HEARD_DB, Ear, hears, tones_in
from tests.browser.test_agent_desk_sound import AGENT_HZ, ANN, CUSTOMER_HZ, SPY, Floor, floor
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures
from tests.browser.test_supervisor import NORTH, talking
from tests.browser.tones import QUIET_DB, sides

from waihu.services.log_ins import NewAccount
from waihu.store import accounts as stored_accounts
from waihu.store import agents as stored_agents
from waihu.store.audit import By, latest
from waihu.telephony.carrier import Carrier
from waihu.telephony.exchange import Exchange
from waihu.telephony.tones import RATE_HZ
from waihu_models.access import Role
from waihu_models.call import Call
from waihu_models.events import RecordingChanged
from waihu_models.ids import new_id
from waihu_models.recording import Recording
from waihu_models.supervision import SpyMode

SUPERVISOR_HZ = 1700.0
TONES = {AGENT_HZ, CUSTOMER_HZ, SUPERVISOR_HZ}
NUMBER = ("+441632960025",)
FRAME_BYTES = 4  # both sides of a recording
BUFFERED = 12_000  # frames, at most, that were heard and not written yet when its length was looked at
JUDGED = RATE_HZ  # frames: a second
WALK = (
    ("1", SpyMode.LISTEN), ("2", SpyMode.WHISPER), ("3", SpyMode.BARGE), ("2", SpyMode.WHISPER), ("1", SpyMode.LISTEN),
)  # fmt: skip
AT_AGENT = {
    SpyMode.LISTEN: {CUSTOMER_HZ},
    SpyMode.WHISPER: {CUSTOMER_HZ, SUPERVISOR_HZ},
    SpyMode.BARGE: {CUSTOMER_HZ, SUPERVISOR_HZ},
}
AT_CUSTOMER = {
    SpyMode.LISTEN: {AGENT_HZ},
    SpyMode.WHISPER: {AGENT_HZ},
    SpyMode.BARGE: {AGENT_HZ, SUPERVISOR_HZ},
}


@dataclass
class Second:
    """A call under way in Ann's browser, and a supervisor at the live page in another one."""

    here: Floor
    call: Call
    customer: Ear
    page: Page
    raw: Path

    @property
    def bar(self) -> Locator:
        return self.page.get_by_test_id("listen-bar")

    async def is_in(self, mode: SpyMode) -> None:
        await expect(self.bar).to_have_attribute("data-mode", mode, timeout=15_000)
        await expect(self.bar).to_have_attribute("data-state", "on", timeout=15_000)

    async def who_hears_whom(self, mode: SpyMode) -> slice:
        """Prove by spectra what a mode promises; return where in the recording it was so, as frames."""
        at_agent, at_customer = AT_AGENT[mode], AT_CUSTOMER[mode]
        await hears(self.page, {AGENT_HZ, CUSTOMER_HZ}, {SUPERVISOR_HZ})
        await hears(self.here.page, at_agent, TONES - at_agent)
        await self.customer.settles(at_customer, TONES - at_customer)
        begin = self._recorded() + BUFFERED
        found = await self.customer.next(TONES)
        assert told(found) == at_customer, (mode, found)
        await hears(self.page, {AGENT_HZ, CUSTOMER_HZ}, {SUPERVISOR_HZ})
        await hears(self.here.page, at_agent, TONES - at_agent)
        await until(lambda: self._recorded() > begin + JUDGED, 15.0, "a second is recorded of it")
        return slice(begin, begin + JUDGED)

    def _recorded(self) -> int:
        return self.raw.stat().st_size // FRAME_BYTES


def told(levels: dict[float, tuple[float, float]]) -> set[float]:
    """Which tones are there all the time; the others never are."""
    for lowest, highest in levels.values():
        assert lowest > HEARD_DB or highest < QUIET_DB, levels
    return {hz for hz, (lowest, _) in levels.items() if lowest > HEARD_DB}


def highest(ear: Ear, hz: float) -> float:
    return tones_in(ear.samples, [hz])[hz][1]


async def hired(here: Floor) -> None:
    """Put Ann into team north, and give the teams north and south a supervisor each."""
    app, by = here.app, By("test", here.app.clock.now())
    for name in ("north", "south"):
        team_id = new_id()
        await stored_accounts.save_team(app.store, team_id, name, None, by)
        lead = NewAccount(login=f"{name}_lead", role=Role.SUPERVISOR, password=PASSWORD, team_id=team_id)
        await app.log_ins.add(lead, by)
        if name == "north":
            await stored_agents.set_agent_team(app.store, ANN, team_id)


@asynccontextmanager
async def second_browser(
    here: Floor, exchange: Exchange, carrier: Carrier, browsers: OpenBrowser, folder: Path
) -> AsyncIterator[Second]:
    await hired(here)
    await here.begin()
    await here.app.dialling.start("spring")
    call = await here.talks()
    page = (await browsers(SUPERVISOR_HZ, locale="en-GB")).pages[0]
    await page.add_init_script(SPY)
    page.on("pageerror", lambda error: here.complaints.append(str(error)))
    await page.goto(f"{here.app.address}/login")
    await page.fill("input[name=login]", "north_lead")
    await page.fill("input[name=password]", PASSWORD)
    await page.press("input[name=password]", "Enter")
    await page.wait_for_url("**/live")
    await expect(page.get_by_test_id("listen-bar")).to_contain_text("Registered", timeout=20_000)
    assert exchange.config.recordings_dir is not None
    raw = exchange.config.recordings_dir / f"{call.id}.raw"
    yield Second(here, call, await Ear.at(carrier, "25", folder), page, raw)


async def answers_of_those_who_may_not(address: str) -> list[tuple[str, int]]:
    """Ask by raw requests to hear Ann, as Ann herself and as the supervisor of another team."""
    found: list[tuple[str, int]] = []
    async with aiohttp.ClientSession() as http:
        for login in ("ann", "south_lead"):
            person = await Person(address, http).log_in(login)
            for mode in SpyMode:
                answer = await person.post("/supervision", {"agent_id": ANN, "mode": mode})
                found.append((login, answer.status))
            found.append((login, (await person.patch("/supervision", {"mode": "barge"})).status))
    return found


@pytest.mark.usefixtures("axe")
async def test_a_supervisor_in_a_second_browser_is_heard_by_whom_the_mode_says_and_by_nobody_else(
    exchange: Exchange, carrier: Carrier, browsers: OpenBrowser, tmp_path: Path
) -> None:
    kept: list[Recording] = []
    spans: list[tuple[SpyMode, slice]] = []
    async with (
        floor(exchange, browsers, tmp_path, NUMBER) as here,
        second_browser(here, exchange, carrier, browsers, tmp_path) as second,
    ):
        here.app.bus.subscribe(RecordingChanged, lambda change: kept.append(change.recording))
        await second.page.locator(f"tr[data-key={ANN}]").click()
        for key, mode in WALK:
            await second.page.keyboard.press(key)
            await second.is_in(mode)
            spans.append((mode, await second.who_hears_whom(mode)))
            if SpyMode.BARGE not in dict(spans):
                assert highest(second.customer, SUPERVISOR_HZ) < QUIET_DB, "not even for a moment"
        assert await answers_of_those_who_may_not(here.app.address) == [
            *[("ann", 403)] * 4, *[("south_lead", 404)] * 4,
        ]  # fmt: skip
        await second.bar.get_by_role("button", name="Stop").click()
        await expect(second.bar).to_have_attribute("data-state", "none")
        await hears(second.page, (), TONES)
        await hears(here.page, {CUSTOMER_HZ}, {SUPERVISOR_HZ})
        assert (here.ann().call_id, here.seen.calls[second.call.id].hung_up_at) == (second.call.id, None)
        await here.hangs_up()
        await until(lambda: kept, 10.0, "the recording is kept")
        await audited(here, second.call)
        assert here.complaints == []
    assert exchange.config.recordings_dir is not None
    customer, agent, rate_hz = sides(exchange.config.recordings_dir / kept[0].path)
    assert rate_hz == RATE_HZ
    for mode, span in spans:
        assert told(tones_in(customer[span], TONES)) == {CUSTOMER_HZ}, mode
        # Whispers are nobody else's business. The exchange keeps a supervisor who barges in out of recordings, too.
        assert told(tones_in(agent[span], TONES)) == {AGENT_HZ}, mode


async def audited(here: Floor, call: Call) -> None:
    """Who listened to whom, how and when, is on record."""
    rows = [row for row in await latest(await written(here.app), 500) if row["action"].startswith("supervision.")]
    rows.reverse()
    begun, *changes, ended = [(row["action"].partition(".")[2], row["detail"].partition(",")[0]) for row in rows]
    assert (begun, ended) == (("start", "listen"), ("stop", "listen"))
    assert changes == [("mode", mode) for mode in ("whisper", "barge", "whisper", "listen")]
    assert {(row["actor"], row["object_id"]) for row in rows} == {("user:north_lead", ANN)}
    assert all(f"call {call.id}" in row["detail"] for row in rows)


async def test_an_agent_and_a_supervisor_of_another_team_find_no_way_to_listen(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await until(lambda: site.app.switch.reachable)
    site.app.agents.log_in(NORTH)
    await talking(site)
    await visitor.log_in("south_agent")
    for path in ("/live", "/wall"):
        await visitor.open(path)
        assert await page.locator("h1").inner_text() == "Not allowed", path
    await visitor.open("/customers")
    await page.click("header button.quiet")
    await page.wait_for_url("**/login*")
    await visitor.log_in("south_lead")
    await page.get_by_test_id("listen-bar").wait_for()
    await page.locator("tr[data-key=south_agent]").wait_for()
    assert await page.locator(f"tr[data-key={NORTH}], [data-hear]").count() == 0
    for login, status in (("north_agent", 403), ("south_agent", 403), ("south_lead", 404)):
        person = await site.person(login)
        for mode in SpyMode:
            wish = {"agent_id": NORTH, "mode": mode, "phone": "supervisor"}
            assert (await person.post("/supervision", wish)).status == status, (login, mode)
    assert list(site.app.control.supervisions) == []
    assert visitor.complaints == []
