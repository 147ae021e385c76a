"""Supervision in a real browser: figures, agents, keys, listening, campaigns, the wall, calls and recordings."""

# ruff: noqa: F811 -- fixtures are imported
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Response, expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.api.records import audit_of, campaign_of_team, ended_call, recorded, recording_id
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures

from waihu.store import agents as stored_agents
from waihu.testing.factories import an_agent
from waihu.testing.waiting import until
from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState
from waihu_models.campaign import CampaignState
from waihu_models.disposition import STANDARD
from waihu_models.events import AlertRaised
from waihu_models.ids import AgentId
from waihu_models.outcome import Outcome
from waihu_models.phone import E164
from waihu_models.recording import RecordingState
from waihu_models.supervision import SpyMode, SpyState

NORTH, SOUTH = AgentId("north_agent"), AgentId("south_agent")
NUMBER = "+441632960199"


@pytest.fixture
async def watching(visitor: Visitor, site: Site) -> AsyncIterator[Page]:
    """The page of an administrator who watches, listening on the SIP phone ``supervisor``; both agents work."""
    await until(lambda: site.app.switch.reachable)
    for agent_id in (NORTH, SOUTH):
        site.app.agents.log_in(agent_id)
        await is_in(site, AgentState.AVAILABLE, agent_id)
    await visitor.page.set_viewport_size({"width": 1440, "height": 900})
    await visitor.page.add_init_script("localStorage.setItem('waihu.listen_phone', 'supervisor')")
    await visitor.log_in("admin")
    await row_of(visitor.page, NORTH).wait_for()
    yield visitor.page
    assert visitor.complaints == []


async def is_in(site: Site, state: AgentState, agent_id: AgentId = NORTH) -> None:
    await until(lambda: site.app.agents.get(agent_id).state is state, 5.0, f"{agent_id} is {state}")


async def talking(site: Site, name: str = "spring") -> Call:
    """Let the agent of team north talk with a customer."""
    campaign = await campaign_of_team(site, name, "north", state=CampaignState.PAUSED, trunk="carrier")
    agent = await site.person("north_agent")
    made = (await agent.post("/calls", {"number": NUMBER, "campaign_id": campaign.id})).ok(201)

    def found() -> Call | None:
        call = site.app.calls.get(made["call_id"])
        return call if call and call.state is CallState.CONNECTED else None

    return await until(found, 5.0, "they talk")


def row_of(page: Page, agent_id: str) -> Locator:
    return page.locator(f"tr[data-key={agent_id}]")


def bar(page: Page) -> Locator:
    return page.get_by_test_id("listen-bar")


def heard(site: Site) -> list[tuple[str, SpyMode, SpyState]]:
    return [(one.agent_id, one.mode, one.state) for one in site.app.control.supervisions]


async def away_from_fields(page: Page) -> None:
    await page.evaluate("document.activeElement?.blur()")


# ---- figures and agents ---------------------------------------------------------------------------------------------


async def test_figures_say_what_they_mean_and_a_press_shows_the_agents_they_count(watching: Page, site: Site) -> None:
    await talking(site)
    tile = watching.locator("[data-figure=agents_talking]")
    await expect(tile.locator(".value")).to_contain_text("1")
    await tile.get_by_role("button", name="What Talking means").focus()
    await watching.keyboard.press("Tab")
    await watching.keyboard.press("Shift+Tab")
    await expect(tile.get_by_role("tooltip")).to_be_visible()
    await expect(tile.get_by_role("tooltip")).to_contain_text("agents in talk")
    await tile.locator("button.press").click()
    await expect(watching.locator("tr.row-line")).to_have_count(1)
    row = row_of(watching, NORTH)
    await expect(row).to_contain_text("Talking")
    await expect(row).to_contain_text("spring")
    assert NUMBER not in await watching.content(), "numbers are masked"
    await expect(row.get_by_role("timer")).not_to_have_text("0:00")
    await tile.locator("button.press").click()
    await expect(watching.locator("tr.row-line")).to_have_count(2)


async def test_agents_are_filtered_sorted_and_walked_through_by_keys(watching: Page) -> None:
    await watching.keyboard.press("f")
    await watching.keyboard.type("south")
    await expect(watching.locator("tr.row-line")).to_have_count(1)
    await watching.keyboard.press("Escape")
    await watching.get_by_role("button", name="Show all").click()
    await expect(watching.locator("tr.row-line")).to_have_count(2)
    header = watching.get_by_role("columnheader", name="Agent")
    await header.get_by_role("button").click()
    await expect(header).to_have_attribute("aria-sort", "ascending")
    for key, current in (("j", NORTH), ("j", SOUTH), ("k", NORTH), ("ArrowDown", SOUTH)):
        await watching.keyboard.press(key)
        await expect(row_of(watching, current)).to_have_attribute("aria-current", "true")


async def test_a_thousand_agents_are_listed_and_only_those_in_sight_are_drawn(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    for n in range(1000):
        await stored_agents.add_agent(site.app.store, an_agent(f"agent{n:04}"))
    await site.app.recovery.load_agents()
    await until(lambda: len(list(site.app.agents)) == 1002, 5.0, "agents are known")
    await page.set_viewport_size({"width": 1440, "height": 900})
    await visitor.log_in("admin")
    table = page.get_by_role("table", name="Agents")
    await expect(table).to_have_attribute("aria-rowcount", "1003")
    assert 5 < await page.locator("tr.row-line").count() < 60
    await page.get_by_role("columnheader", name="Agent").get_by_role("button").click()
    await away_from_fields(page)
    for _ in range(60):
        await page.keyboard.press("j")
    current = page.locator("tr[aria-current=true]")
    await expect(current).to_have_attribute("data-key", "agent0059")
    await expect(current).to_be_in_viewport()
    took_ms = await page.evaluate(
        """async () => {
          const box = document.querySelector("table[aria-label=Agents]").parentElement;
          const began = performance.now();
          for (let turn = 0; turn < 20; turn++) {
            box.scrollTop = turn * 1400;
            await new Promise(requestAnimationFrame);
          }
          return (performance.now() - began) / 20;
        }"""
    )
    assert took_ms < 150, "scrolling stays fluent"
    assert visitor.complaints == []


async def test_a_supervisor_lets_an_agent_pause_with_a_reason_and_logs_another_out(watching: Page, site: Site) -> None:
    await row_of(watching, NORTH).click()
    await watching.keyboard.press("Shift+P")
    dialog = watching.get_by_role("dialog", name="Let north_agent pause")
    await dialog.get_by_label("Training").check()
    await dialog.get_by_role("button", name="Pause").click()
    await is_in(site, AgentState.PAUSED)
    await expect(row_of(watching, NORTH)).to_contain_text("Training")
    (noted,) = await audit_of(site, "agent.pause")
    assert (noted["actor"], noted["detail"]) == ("user:admin", "training")
    await row_of(watching, SOUTH).click()
    await watching.keyboard.press("x")
    await watching.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert site.app.agents.get(SOUTH).state is AgentState.AVAILABLE
    await row_of(watching, SOUTH).locator("[data-act=log-out]").click()
    await watching.get_by_role("dialog").get_by_role("button", name="Log out").click()
    await is_in(site, AgentState.OFFLINE, SOUTH)
    await expect(row_of(watching, SOUTH)).to_contain_text("Offline")
    await expect(row_of(watching, SOUTH).locator("button")).to_have_count(0)


async def test_a_lost_exchange_and_alerts_are_told_at_once(watching: Page, site: Site) -> None:
    at = datetime.now(UTC)
    site.app.bus.publish(AlertRaised("disk_full", "Make room on the disk of recordings.", at))
    await watching.get_by_text("Make room on the disk of recordings.").wait_for()
    site.switch.lose("the cable was pulled")
    banner = watching.get_by_role("alert").filter(has_text="The exchange cannot be reached")
    await banner.wait_for()
    site.switch.come_back()
    await banner.wait_for(state="hidden")


# ---- listening ------------------------------------------------------------------------------------------------------


async def test_a_supervisor_listens_whispers_barges_in_and_leaves_by_keys(watching: Page, site: Site) -> None:
    await talking(site)
    await row_of(watching, NORTH).click()
    await watching.keyboard.press("1")
    await expect(bar(watching)).to_have_attribute("data-state", "on")
    await expect(bar(watching)).to_contain_text("Listening to north_agent")
    await expect(row_of(watching, NORTH).locator("[data-hear=listen]")).to_have_attribute("aria-pressed", "true")
    for key, mode, told in (
        ("2", "whisper", "Whispering to"),
        ("3", "barge", "Talking with"),
        ("1", "listen", "Listen"),
    ):
        await watching.keyboard.press(key)
        await expect(bar(watching)).to_have_attribute("data-mode", mode, timeout=15_000)
        await expect(bar(watching)).to_contain_text(told)
        assert heard(site) == [(NORTH, SpyMode(mode), SpyState.ON)]
    await bar(watching).get_by_role("button", name="Whisper").click()
    await expect(bar(watching)).to_have_attribute("data-mode", "whisper", timeout=15_000)
    await watching.keyboard.press("Escape")
    await expect(bar(watching)).to_have_attribute("data-state", "none")
    assert heard(site) == []
    actions = [row["action"] for row in await audit_of(site, "supervision.start")]
    assert actions == ["supervision.start"]
    assert len(await audit_of(site, "supervision.mode")) == 4


async def test_going_to_another_agent_leaves_the_first_and_esc_in_a_dialog_only_closes_it(
    watching: Page, site: Site
) -> None:
    await row_of(watching, NORTH).locator("[data-hear=listen]").click()
    await expect(bar(watching)).to_have_attribute("data-state", "on")
    await row_of(watching, SOUTH).click()
    await watching.keyboard.press("w")
    await expect(bar(watching)).to_contain_text("Whispering to south_agent", timeout=15_000)
    assert heard(site) == [(SOUTH, SpyMode.WHISPER, SpyState.ON)]
    await watching.keyboard.press("p")
    await watching.get_by_role("dialog").wait_for()
    await watching.keyboard.press("Escape")
    await expect(watching.get_by_role("dialog")).to_have_count(0)
    await expect(bar(watching)).to_have_attribute("data-state", "on")
    await watching.keyboard.press("3")
    await watching.get_by_text("the agent talks with nobody now").wait_for()
    await watching.keyboard.press("0")
    await expect(bar(watching)).to_have_attribute("data-state", "none")


async def test_what_a_supervisor_does_is_kept_through_a_reload_of_the_page(watching: Page, site: Site) -> None:
    await row_of(watching, NORTH).locator("[data-hear=listen]").click()
    await expect(bar(watching)).to_have_attribute("data-state", "on")
    await watching.reload()
    await expect(bar(watching)).to_contain_text("Listening to north_agent")
    await bar(watching).get_by_role("button", name="Stop").click()
    await until(lambda: heard(site) == [], 5.0, "nobody is heard")


async def test_a_supervisor_of_another_team_sees_neither_the_agent_nor_the_call(visitor: Visitor, site: Site) -> None:
    await until(lambda: site.app.switch.reachable)
    site.app.agents.log_in(NORTH)
    await is_in(site, AgentState.AVAILABLE)
    call = await talking(site)
    await visitor.log_in("south_lead")
    await row_of(visitor.page, SOUTH).wait_for()
    await expect(row_of(visitor.page, NORTH)).to_have_count(0)
    await expect(visitor.page.locator("tr[data-campaign=spring]")).to_have_count(0)
    await visitor.open(f"/calls?call={call.id}")
    await visitor.page.get_by_role("dialog").get_by_role("alert").wait_for()


# ---- campaigns ------------------------------------------------------------------------------------------------------


async def test_a_campaign_is_started_throttled_explained_and_paused(watching: Page, site: Site) -> None:
    await campaign_of_team(site, "spring", "north", state=CampaignState.PAUSED, trunk="carrier")
    row = watching.locator("tr[data-campaign=spring]")
    await row.get_by_role("button", name="Start").click()
    await expect(row).to_contain_text("running")
    await row.get_by_role("button", name="Throttle").click()
    dialog = watching.get_by_role("dialog", name="Throttle")
    await dialog.locator("input[name=max_lines]").fill("7")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    (loop,) = site.app.dialling.loops.values()
    await until(lambda: loop.campaign.max_lines == 7, 5.0, "the dial loop follows")
    await row.get_by_role("button", name="Why spring dials at this pace").click()
    drawer = watching.get_by_role("dialog", name="Why spring dials at this pace")
    await expect(drawer.locator("li").first).not_to_be_empty()
    await watching.keyboard.press("Escape")
    await row.get_by_role("button", name="spring", exact=True).click()
    await expect(watching.locator("tr.row-line")).to_have_count(0)
    await watching.get_by_role("button", name="Show all").click()
    await row.get_by_role("button", name="Pause").click()
    await expect(row).to_contain_text("paused")


async def test_a_throttle_that_somebody_else_changed_meanwhile_is_refused_with_words(
    watching: Page, site: Site
) -> None:
    campaign = await campaign_of_team(site, "spring", "north", state=CampaignState.PAUSED, trunk="carrier")
    await watching.locator("tr[data-campaign=spring]").get_by_role("button", name="Throttle").click()
    dialog = watching.get_by_role("dialog", name="Throttle")
    await expect(dialog.get_by_role("button", name="Save")).to_be_enabled()
    lead = await site.person("north_lead")
    version = (await lead.get(f"/campaigns/{campaign.id}")).ok()["version"]
    (await lead.patch(f"/campaigns/{campaign.id}/throttle", {"max_lines": 3}, version)).ok()
    await dialog.locator("input[name=max_lines]").fill("9")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("changed this first")


# ---- the wall -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_wall_shows_large_figures_without_a_frame_and_is_kept_current(
    watching: Page, visitor: Visitor, site: Site, theme: str
) -> None:
    await watching.set_viewport_size({"width": 1920, "height": 1080})
    await watching.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    await visitor.open("/wall")
    ready = watching.locator("[data-state=available] b")
    await expect(ready).to_have_text("2")
    await expect(watching.locator("header")).to_have_count(0)
    await expect(watching.get_by_role("button")).to_have_count(0)
    height_px = await watching.locator("[data-figure=waiting] .value").evaluate(
        "place => parseFloat(getComputedStyle(place).fontSize)"
    )
    assert height_px >= 60, "five metres away"
    site.app.agents.pause(NORTH, "lunch")
    await expect(ready).to_have_text("1")
    assert await watching.evaluate("document.documentElement.scrollHeight <= innerHeight"), "nothing is below the edge"


# ---- calls ----------------------------------------------------------------------------------------------------------


async def some_calls(site: Site, name: str = "Spring offer 春季活动") -> tuple[Call, Call]:
    """A sale with a recording and a busy number, an hour ago, of team north."""
    campaign = await campaign_of_team(site, name, "north")
    at = datetime.now(UTC) - timedelta(minutes=40)
    sale = await ended_call(
        site, at, talk_s=90.0, campaign_id=campaign.id, agent_id=NORTH, disposition=STANDARD["sale"],
        recording_id=recording_id(), note="wants two of them", ringing_at=at, trunk="carrier",
    )  # fmt: skip
    await recorded(site, sale, seconds=90.0)
    busy = await ended_call(
        site, at + timedelta(minutes=5), number_e164=E164("+441632960777"), outcome=Outcome.BUSY, connected_at=None,
        answered_at=None, sip_code=486, cause=17, campaign_id=campaign.id, talk_s=0.0,
    )  # fmt: skip
    return sale, busy


async def test_calls_are_found_by_what_is_asked_for(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    sale, busy = await some_calls(site)
    old = await ended_call(site, datetime.now(UTC) - timedelta(days=3), agent_id=NORTH)
    await visitor.log_in("north_lead")
    await visitor.open("/calls")

    async def finds(*calls: Call) -> None:
        for place, call in enumerate(calls):
            await expect(page.locator("tr[data-key]").nth(place)).to_have_attribute("data-key", call.id)
        await expect(page.locator("tr[data-key]")).to_have_count(len(calls))

    await finds(busy, sale)
    span, outcome, disposition = (page.get_by_label(name, exact=True) for name in ("Time", "Outcome", "Disposition"))
    await span.select_option("week")
    await finds(busy, sale, old)
    await outcome.select_option("busy")
    await finds(busy)
    await page.get_by_role("button", name="Show all").click()
    await disposition.select_option("sale")
    await finds(sale)
    await page.get_by_role("button", name="Show all").click()
    await page.fill("input[name=number]", "0777")
    await finds(busy)
    await page.fill("input[name=number]", "01632 960777")
    await finds(busy)
    await page.fill("input[name=number]", "")
    await page.fill("input[name=talk]", "60")
    await page.keyboard.press("Tab")
    await finds(sale)
    await page.get_by_role("button", name="Show all").click()
    await page.get_by_label("Agent", exact=True).select_option(NORTH)
    await finds(sale)
    await span.select_option("chosen")
    before = (datetime.now() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")  # noqa: DTZ005 -- as one types it
    await page.fill("input[name=to]", before)
    await page.keyboard.press("Tab")
    await finds(old)
    assert "960777" not in await page.content(), "numbers are masked"
    assert visitor.complaints == []


async def test_a_long_list_of_calls_loads_as_one_walks_down(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    began = datetime.now(UTC) - timedelta(hours=2)
    for n in range(70):
        await ended_call(site, began + timedelta(seconds=n), agent_id=NORTH)
    await visitor.log_in("north_lead")
    await visitor.open("/calls")
    await page.get_by_text("50 rows loaded").wait_for()
    for _ in range(48):
        await page.keyboard.press("j")
    await page.get_by_text("70 rows loaded").wait_for()
    assert visitor.complaints == []


async def test_a_call_says_everything_and_its_recording_is_heard_from_where_one_clicks(
    visitor: Visitor, site: Site
) -> None:
    page = visitor.page
    sale, _ = await some_calls(site)
    pieces: list[tuple[int, str]] = []

    def note(response: Response) -> None:
        if response.url.endswith("/audio"):
            pieces.append((response.status, response.request.headers.get("range", "")))

    page.on("response", note)
    await visitor.log_in("north_lead")
    await visitor.open("/calls")
    await page.locator(f"tr[data-key='{sale.id}']").click()
    drawer = page.get_by_role("dialog", name="Call")
    for text in ("wants two of them", "Sale", "Spring offer 春季活动", "carrier", "SIP 200", "(+90.0 s)"):
        await expect(drawer).to_contain_text(text)
    await expect(drawer.get_by_test_id("why")).not_to_be_empty()
    assert page.url.endswith(f"?call={sale.id}")
    wave = drawer.get_by_role("slider")
    assert await audit_of(site, "recording.listen") == [], "a picture is not listening"
    box = await wave.bounding_box()
    assert box is not None
    await wave.click(position={"x": box["width"] / 2, "y": 40})
    await drawer.get_by_role("button", name="Play").click()
    await expect(wave).to_have_attribute("aria-valuenow", "46", timeout=10_000)
    audio = page.locator("audio")
    assert await audio.evaluate("place => !place.paused && place.currentTime > 44")
    assert 206 in [status for status, _ in pieces]
    await page.get_by_label("Speed").select_option("2")
    assert await audio.evaluate("place => place.playbackRate") == 2
    await wave.focus()
    await page.keyboard.press(" ")
    assert await audio.evaluate("place => place.paused")
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowRight")
    assert await audio.evaluate("place => place.currentTime") == pytest.approx(5, abs=0.2)
    assert len(await audit_of(site, "recording.listen")) == 1
    assert visitor.complaints == []


async def test_a_supervisor_keeps_a_recording_as_a_file_and_a_reload_shows_the_list(
    visitor: Visitor, site: Site
) -> None:
    page = visitor.page
    sale, _ = await some_calls(site)
    await visitor.log_in("north_lead")
    await visitor.open(f"/calls?call={sale.id}")
    drawer = page.get_by_role("dialog", name="Call")
    async with page.expect_download() as begun:
        await drawer.get_by_role("link", name="Download").click()
    kept = await (await begun.value).path()
    assert kept.read_bytes()[:4] == b"RIFF"
    assert len(await audit_of(site, "recording.download")) == 1
    await page.keyboard.press("Escape")
    await expect(drawer).to_have_count(0)
    await page.reload()
    await page.locator(f"tr[data-key='{sale.id}']").wait_for()
    assert visitor.complaints == []


async def test_an_agent_hears_the_own_call_but_keeps_no_file(visitor: Visitor, site: Site) -> None:
    sale, busy = await some_calls(site)
    await visitor.log_in("north_agent")
    await visitor.open(f"/calls?call={sale.id}")
    await visitor.page.get_by_role("slider").wait_for()
    await expect(visitor.page.get_by_role("link", name="Download")).to_have_count(0)
    raw = await site.person("north_agent")
    assert (await raw.get(f"/recordings/{sale.recording_id}/file")).status == 403
    await visitor.open(f"/calls?call={busy.id}")
    await visitor.page.get_by_role("dialog").get_by_role("alert").wait_for()


async def test_a_recording_that_is_gone_is_said_to_be(visitor: Visitor, site: Site) -> None:
    call = await ended_call(site, datetime.now(UTC), agent_id=NORTH, recording_id=recording_id())
    await recorded(site, call, state=RecordingState.DELETED)
    lost = await ended_call(site, datetime.now(UTC), agent_id=NORTH, recording_id=recording_id())
    (await recorded(site, lost)).unlink()
    await visitor.log_in("north_lead")
    await visitor.open(f"/calls?call={call.id}")
    await visitor.page.get_by_text("The recording was deleted.").wait_for()
    await visitor.open(f"/calls?call={lost.id}")
    await visitor.page.get_by_role("dialog").get_by_role("alert").wait_for()


# ---- everything, looked at ------------------------------------------------------------------------------------------


async def a_busy_hour(site: Site) -> None:
    """Put an hour of calls into the books before anybody looks, and people on the wall."""
    campaign = await campaign_of_team(site, "Spring offer 春季活动", "north", trunk="carrier", target_drop_ratio=0.03)
    await campaign_of_team(site, "Renewals", "south", state=CampaignState.PAUSED, trunk="carrier")
    outcomes = [Outcome.ANSWERED] * 6 + [Outcome.NO_ANSWER] * 9 + [Outcome.BUSY] * 3 + [Outcome.ABANDONED]
    for n in range(300):
        at = datetime.now(UTC) - timedelta(minutes=59) + timedelta(seconds=n * 11)
        outcome = outcomes[n * 7 % len(outcomes)]
        answered: dict[str, Any] = (
            {} if outcome in {Outcome.ANSWERED, Outcome.ABANDONED} else {"answered_at": None, "connected_at": None}
        )
        await ended_call(
            site, at, campaign_id=campaign.id, agent_id=NORTH if outcome is Outcome.ANSWERED else None,
            outcome=outcome, disposition=STANDARD["sale"] if n % 40 == 0 else None, **answered,
        )  # fmt: skip
    await site.app.live.board.fill()


async def a_full_floor(site: Site) -> None:
    """A busy hour, eight agents of whom one talks and one has lunch."""
    await a_busy_hour(site)
    await until(lambda: site.app.switch.reachable)
    for n, name in enumerate(("张伟", "李娜", "王芳", "Ann Smith", "Ben Jones", "刘洋")):
        await stored_agents.add_agent(site.app.store, an_agent(f"a{n}", name=name))
    await site.app.recovery.load_agents()
    site.app.agents.log_in(NORTH)
    site.app.agents.log_in(SOUTH)
    await is_in(site, AgentState.AVAILABLE)
    await talking(site, "Winter 冬季")
    site.app.agents.pause(SOUTH, "lunch")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nothing_serious_is_found_on_the_pages_of_supervisors_when_they_are_full(
    visitor: Visitor, site: Site, language: str, theme: str, tmp_path: Path
) -> None:
    page = visitor.page
    sale, _ = await some_calls(site, "Summer 夏季")
    await page.add_init_script("localStorage.setItem('waihu.listen_phone', 'supervisor')")
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    await a_full_floor(site)
    pictures = Path(os.environ.get("WAIHU_PICTURES", tmp_path))
    faults: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        found = await visitor.faults()
        if found:
            faults[name] = found
        await page.screenshot(path=pictures / f"supervisor-{name}-{language}-{theme}.png")

    await visitor.log_in("admin")
    await page.locator("header select").first.select_option(language)
    await row_of(page, NORTH).locator("[data-hear=listen]").click()
    await expect(bar(page)).to_have_attribute("data-state", "on")
    await look("live")
    await page.locator("button.why").first.click()
    await page.get_by_role("dialog").locator("li").first.wait_for()
    await look("why")
    await page.keyboard.press("Escape")
    await visitor.open("/calls")
    await page.locator("tr[data-key]").first.wait_for()
    await look("calls")
    await visitor.open(f"/calls?call={sale.id}")
    await page.get_by_role("slider").wait_for()
    await look("call")
    await page.set_viewport_size({"width": 1920, "height": 1080})
    await visitor.open("/wall")
    await page.locator("[data-figure=waiting]").wait_for()
    await look("wall")
    assert faults == {}
    assert visitor.complaints == []
