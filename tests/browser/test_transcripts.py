"""What was said in a call, beside its recording: read, played from a line, live, and what could not be heard."""

# ruff: noqa: F811 -- fixtures are imported
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.api.records import a_customer, audit_of, campaign_of_team, ended_call, recorded, recording_id
from tests.api.test_transcripts import heard
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures
from tests.browser.test_supervisor import NORTH, NUMBER, is_in, talking
from tests.services.test_live_talks import said

from waihu.store.transcripts import save_transcript
from waihu.testing.factories import a_transcript
from waihu.testing.waiting import until
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import Call
from waihu_models.phone import E164
from waihu_models.transcript import Side, TranscriptState


async def a_talk(site: Site, campaign: str = "spring", **changes: object) -> Call:
    """A recorded call of team north in which the agent greets and the customer thinks it too expensive."""
    made = await campaign_of_team(site, campaign, "north")
    at = datetime.now(UTC) - timedelta(minutes=30)
    call = await ended_call(
        site, at, talk_s=60.0, campaign_id=made.id, agent_id=NORTH, recording_id=recording_id(), **changes
    )  # fmt: skip
    await recorded(site, call, seconds=60.0)
    await heard(site, call, "good morning", "we can talk about it", side=Side.AGENT, after_s=2.0)
    await heard(site, call, "hello", "that is too expensive 太贵了", "i want a refund", after_s=4.0)
    return call


def said_in(place: Locator | Page) -> Locator:
    return place.get_by_role("region", name="What was said")


async def test_both_sides_stand_by_time_and_a_line_plays_the_recording_from_there(visitor: Visitor, site: Site) -> None:
    page, call = visitor.page, await a_talk(site)
    await visitor.log_in("north_lead")
    await visitor.open(f"/calls?call={call.id}")
    drawer = page.get_by_role("dialog", name="Call")
    lines = said_in(drawer).locator("[data-utterance]")
    await expect(lines).to_have_count(5)
    assert [line.split("\n")[0] for line in await lines.all_inner_texts()] == ["0:02", "0:04", "0:12", "0:14", "0:24"]
    await expect(lines.nth(3)).to_contain_text("Customer")
    await expect(lines.nth(3)).to_contain_text("太贵了")
    await expect(said_in(drawer).locator("[data-side=agent]")).to_contain_text("Agent: transcribed")
    await lines.nth(3).get_by_text("too expensive").click()
    await expect(lines.nth(3)).to_have_attribute("aria-current", "true")
    await until_plays(page, 14.0)
    assert len(await audit_of(site, "recording.listen")) == 1
    await drawer.get_by_role("slider").focus()
    await page.keyboard.press("Home")
    await expect(lines.nth(3)).not_to_have_attribute("aria-current", "true")
    await lines.nth(3).get_by_role("button").focus()
    await page.keyboard.press("ArrowDown")
    await expect(lines.nth(4).get_by_role("button", name="Play from 0:24")).to_be_focused()
    await page.keyboard.press("Enter")
    await until_plays(page, 24.0)
    assert visitor.complaints == []


_PLAYS = """from_s => {
  const audio = document.querySelector("audio");
  return !audio.paused && audio.currentTime >= from_s - 0.1 && audio.currentTime < from_s + 8;
}"""


async def until_plays(page: Page, from_s: float) -> None:
    """Wait until the recording plays, at a moment or little later."""
    await page.wait_for_function(_PLAYS, arg=from_s, timeout=10_000)


async def test_a_side_that_failed_says_why_and_is_transcribed_anew_before_the_eyes_of_who_asked(
    visitor: Visitor, site: Site
) -> None:
    page, call, store = visitor.page, await a_talk(site), site.app.store
    broken = a_transcript(call.id, state=TranscriptState.FAILED, reason="the recording is cut", lost_s=12.0)
    await save_transcript(store, broken)
    await visitor.log_in("north_lead")
    await visitor.open(f"/calls?call={call.id}")
    customer = page.locator("[data-side=customer]")
    await expect(customer).to_contain_text(
        "could not be transcribed · the recording is cut · 12 seconds were not heard"
    )
    await page.get_by_role("button", name="Transcribe from the recording").click()
    await expect(customer).to_contain_text("waits to be transcribed")
    await expect(page.get_by_role("button", name="Transcribe from the recording")).to_have_count(0)
    assert len(await audit_of(site, "transcript.ask")) == 1
    for side in Side:
        await save_transcript(store, a_transcript(call.id, side=side))
    await expect(customer).to_contain_text("transcribed", timeout=15_000)
    await expect(customer).to_have_attribute("data-state", "done")
    assert visitor.complaints == []


async def test_a_call_under_way_is_read_live_and_as_it_is_kept_when_it_is_over(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await until(lambda: site.app.switch.reachable)
    site.app.agents.log_in(NORTH)
    await is_in(site, AgentState.AVAILABLE)
    call = await talking(site)
    for side in Side:
        await save_transcript(
            site.app.store, a_transcript(call.id, side=side, state=TranscriptState.LISTENING, began_at=call.dialled_at)
        )
    await visitor.log_in("north_lead")
    await visitor.open(f"/calls?call={call.id}")
    words = said_in(page.get_by_role("dialog", name="Call"))
    await expect(words.locator("[data-side=customer]")).to_contain_text("Customer: live")
    await expect(words.get_by_text("Nothing was heard yet.")).to_be_visible()
    site.app.bus.publish(said(call.id, 1, "i want a refund"))
    await expect(words.locator("[data-line=customer-1]")).to_contain_text("i want a refund")
    await heard(site, call, "i want a refund")
    await heard(site, call, side=Side.AGENT)
    site.app.calls.ask(call.id, sig.HangUpAsked(site.app.clock.now(), "agent"))
    await expect(words.locator("[data-utterance]")).to_contain_text("i want a refund", timeout=15_000)
    await expect(words.locator("[data-side=customer]")).to_have_attribute("data-state", "done")
    assert visitor.complaints == []


async def test_agents_read_their_own_calls_in_the_story_of_a_customer(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    customer = await a_customer(site, "王芳", NUMBER)
    await a_talk(site, customer_id=customer, number_e164=E164(NUMBER))
    await visitor.log_in("north_agent")
    await visitor.open(f"/customers/{customer}")
    await page.get_by_role("tab", name="Timeline").click()
    await page.get_by_role("button", name="Recording of").click()
    await said_in(page).get_by_role("button", name="Play from 0:14").click()
    await until_plays(page, 14.0)
    await expect(said_in(page).get_by_role("button", name="Transcribe from the recording")).to_have_count(0)
    assert await visitor.faults() == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nothing_serious_is_found_beside_the_recording(
    visitor: Visitor, site: Site, language: str, theme: str, tmp_path: Path
) -> None:
    page, call = visitor.page, await a_talk(site, "Summer 夏季")
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    await visitor.log_in("north_lead")
    await page.locator("header select").first.select_option(language)
    await visitor.open(f"/calls?call={call.id}&at=14")
    lines = page.locator("[data-utterance]")
    await expect(lines.nth(3)).to_have_attribute("aria-current", "true")
    assert await visitor.faults() == []
    await page.screenshot(path=Path(os.environ.get("WAIHU_PICTURES", tmp_path)) / f"transcript-{language}-{theme}.png")
    assert visitor.complaints == []
