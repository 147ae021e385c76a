"""Lines in a real browser: groups, carriers' quality, a drained trunk tried again, and how a call sounded."""

# ruff: noqa: F811 -- fixtures are imported
import os
from pathlib import Path

import pytest
from playwright.async_api import expect
from tests.api.conftest import Person, Site, migrated, site  # noqa: F401 -- fixtures
from tests.api.test_line_groups import quality_of
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures
from tests.browser.test_supervisor import NORTH, talking

from waihu.dialer.line_health import CallResult, DrainReason, LegHeard, LineState
from waihu.store.unit import Unit
from waihu.testing.factories import a_call
from waihu.testing.far_ends import FarEnd
from waihu.testing.waiting import until
from waihu_models.media import LegSide


def drained(site: Site) -> None:
    health, now_s = site.app.lines.health["carrier"], site.app.clock.monotonic()
    for result in (CallResult.ANSWERED, CallResult.ANSWERED, CallResult.CARRIED, CallResult.FAILED):
        health.ended(now_s, result)
    health.heard(now_s, LegHeard(3.4, 0.071, 21.0, 180.0))
    health.drain(now_s, DrainReason.FAILING)


async def test_a_drained_trunk_says_why_with_its_figures_and_is_tried_again_by_a_button(
    visitor: Visitor, site: Site
) -> None:
    drained(site)
    page = visitor.page
    await visitor.log_in("admin")
    await visitor.open("/admin/trunks")
    line = page.locator("[data-trunk=carrier]")
    await expect(line.locator("[data-line-state=drained]")).to_contain_text("Its last calls were not carried")
    await expect(line).to_contain_text("Tried again at")
    await expect(line.locator("[data-testid=line-figures]")).to_have_text(
        "75% carried · MOS 3.4 · 7.1% lost · jitter 21 ms · round trip 180 ms"
    )
    await line.get_by_role("button", name="Try it now").click()
    await expect(line.locator("[data-line-state=trying]")).to_contain_text("one call of ten")
    assert site.app.lines.health["carrier"].state is LineState.TRYING
    assert visitor.complaints == []


async def test_a_line_group_is_made_changed_and_removed(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    await visitor.log_in("admin")
    await visitor.open("/admin/trunks")
    groups = page.get_by_role("region", name="Line groups")
    await expect(groups).to_contain_text("There is no line group")
    await groups.get_by_role("button", name="New line group").click()
    form = page.get_by_role("dialog")
    await form.locator("input[name=name]").fill("mobile")
    await form.get_by_role("combobox", name="Kind").select_option("4g_gateway")
    await form.locator("input[name=trunks]").fill("nowhere")
    await form.locator("input[name=prefixes]").fill("+44, +1")
    await form.locator("textarea[name=hours]").fill("whenever")
    await expect(form.get_by_role("alert")).to_contain_text("Not read as hours: whenever")
    await expect(form.get_by_role("button", name="Save")).to_be_disabled()
    await form.locator("textarea[name=hours]").fill("1-5 09:00-18:00")
    await form.locator("input[name=zone]").fill("Europe/London")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("names of trunks there are")
    await form.locator("input[name=trunks]").fill("carrier")
    await form.get_by_role("button", name="Save").click()
    row = groups.locator("[data-group=mobile]")
    await expect(row).to_contain_text("4G gateway")
    await expect(row).to_contain_text("+44 +1")
    await expect(row).to_contain_text("1-5 09:00-18:00 Europe/London")
    await expect(page.locator("[data-trunk=carrier]")).to_contain_text("Group mobile")
    await row.get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog")
    await form.locator("input[name=capacity]").fill("8")
    await form.get_by_role("button", name="Save").click()
    await expect(row).to_contain_text("0 / 8")
    assert site.app.line_side.groups.get("mobile").capacity == 8
    await row.get_by_role("button", name="Remove").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(groups).to_contain_text("There is no line group")
    assert [c for c in visitor.complaints if "422" not in c] == []


async def test_the_calls_drawer_shows_how_both_legs_sounded(visitor: Visitor, site: Site) -> None:
    now = site.app.clock.now()
    call = a_call(agent_id="north_agent", connected_at=now, hung_up_at=now, ended_at=now)
    unit = Unit()
    unit.save_call(call)
    unit.save_leg_quality(quality_of(call.id, LegSide.CUSTOMER, 2.4, site, "north_agent"))
    unit.save_leg_quality(quality_of(call.id, LegSide.AGENT, 4.3, site, "north_agent"))
    await site.app.store.commit(unit)
    await visitor.log_in("north_lead")
    await visitor.open(f"/calls?call={call.id}")
    part = visitor.page.get_by_role("region", name="Connection")
    customer = part.locator("[data-leg=customer]")
    await expect(customer).to_contain_text("2.4")
    await expect(customer).to_contain_text("bad")
    await expect(customer).to_contain_text("worst 20% / 0%")
    await expect(part.locator("[data-leg=agent]")).to_contain_text("good")
    assert visitor.complaints == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_nothing_serious_is_found_on_the_page(
    visitor: Visitor, site: Site, language: str, tmp_path: Path
) -> None:
    drained(site)
    admin = await site.person("admin")
    group = {"name": "mobile", "kind": "4g_gateway", "trunks": ["carrier"], "capacity": 8, "prefixes": ["+44"]}
    (await admin.post("/line-groups", group)).ok(201)
    page = visitor.page
    await visitor.log_in("admin")
    await page.locator("header select").first.select_option(language)
    await visitor.open("/admin/trunks")
    await page.locator("[data-group=mobile]").wait_for()
    assert await visitor.faults() == []
    await page.screenshot(path=Path(os.environ.get("WAIHU_PICTURES", tmp_path)) / f"lines-{language}.png")
    assert visitor.complaints == []


async def test_how_a_days_calls_sounded_is_shown_by_trunk_and_by_agent_the_worst_first(
    visitor: Visitor, site: Site
) -> None:
    admin: Person = await site.person("admin")
    unit = Unit()
    for side, mos, agent in ((LegSide.CUSTOMER, 2.4, "north_agent"), (LegSide.AGENT, 4.3, "north_agent"),
                             (LegSide.AGENT, 2.0, "south_agent")):  # fmt: skip
        unit.save_leg_quality(quality_of(f"{agent}-{side}", side, mos, site, agent))
    await site.app.store.commit(unit)
    assert len((await admin.get("/media-by-agent")).ok()) == 2
    await visitor.log_in("admin")
    await visitor.open("/admin/trunks")
    rows = visitor.page.get_by_role("region", name="How a day's calls sounded").locator("tr[data-sound]")
    await expect(rows).to_have_count(3)
    assert [await rows.nth(n).get_attribute("data-sound") for n in range(3)] == [
        "carrier",
        "south_agent",
        "north_agent",
    ]
    await expect(rows.nth(0)).to_contain_text("1 (100%)")
    assert visitor.complaints == []


async def test_who_reads_along_sees_how_the_call_sounds_now(visitor: Visitor, site: Site) -> None:
    site.switch.carriers["carrier"] = FarEnd(loss_ratio=0.25, round_trip_ms=300.0)
    page = visitor.page
    await until(lambda: site.app.switch.reachable)
    site.app.agents.log_in(NORTH)
    call = await talking(site)
    await visitor.log_in("north_lead")
    await page.locator(f"tr[data-key='{NORTH}']").click()
    await page.keyboard.press("t")
    leg = page.get_by_role("dialog").locator("[data-leg=customer]")
    await expect(leg).to_contain_text("now", timeout=15_000)
    await expect(leg).to_contain_text("bad")
    assert site.app.line_side.media.of_call(call.id)
    assert visitor.complaints == []
