"""Every page of the console in a real browser: axe finds nothing serious in any language or theme, nothing breaks."""

# ruff: noqa: F811 -- fixtures are imported, and named where they are used

import os
from pathlib import Path

import pytest
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures

PAGES = {
    "admin": {
        "live": "/live", "wall": "/wall", "calls": "/calls", "customers": "/customers", "set-up": "/admin/setup",
        "campaigns": "/admin/campaigns", "imports": "/admin/imports", "users": "/admin/users",
        "dispositions": "/admin/dispositions", "do-not-call": "/admin/do-not-call", "trunks": "/admin/trunks",
        "health": "/admin/health",
    },
    "north_agent": {"agent": "/agent", "customers-of-agent": "/customers", "devices": "/settings/devices"},
}  # fmt: skip
NUMBER = "+441632960123"


async def somebody(site: Site, team: str = "", name: str = "王芳") -> dict[str, object]:
    """Make a customer, of a team or everybody's."""
    person = await site.person(f"{team}_lead" if team else "admin")
    body = {"name": name, "numbers": [NUMBER], "tags": ["VIP"]}
    return dict((await person.post("/customers", body)).ok(201))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("who", PAGES)
async def test_nothing_serious_is_found_on_any_page(
    visitor: Visitor,
    site: Site,
    who: str,
    language: str,
    theme: str,
    tmp_path: Path,
) -> None:
    page = visitor.page
    made = await somebody(site, "north")
    await page.set_viewport_size({"width": 1440, "height": 860})
    await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    await visitor.log_in(who)
    await page.locator("header select").first.select_option(language)
    pictures = Path(os.environ.get("WAIHU_PICTURES", tmp_path))
    faults: dict[str, list[str]] = {}
    for name, path in {**PAGES[who], "customer": f"/customers/{made['id']}"}.items():
        await visitor.open(path)
        await page.wait_for_load_state("networkidle") if path != "/live" else None
        found = await visitor.faults()
        if found:
            faults[name] = found
        await page.screenshot(path=pictures / f"{name}-{language}-{theme}.png")
    assert faults == {}
    assert visitor.complaints == []


async def test_a_trunk_with_a_bad_host_is_refused_at_its_field(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.log_in("admin")
    await visitor.open("/admin/trunks")
    await page.get_by_role("button", name="New trunk").click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("input[name=name]").fill("second")
    await dialog.locator("input[name=host]").fill("not a host")
    await dialog.get_by_role("button", name="Save").click()
    await dialog.get_by_role("alert").first.wait_for()
    assert "host" in (await dialog.get_by_role("alert").first.inner_text()).lower()
    await dialog.locator("input[name=host]").fill("sip.example.com")
    await dialog.get_by_role("button", name="Save").click()
    await page.locator("tr[data-trunk=second]").wait_for()


async def test_a_number_is_put_on_the_do_not_call_list_with_a_reason(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.log_in("admin")
    await visitor.open("/admin/do-not-call")
    await page.fill("input[name=number]", NUMBER)
    await page.get_by_role("button", name="Look up").click()
    await page.get_by_text("on no list").wait_for()
    await page.fill("input[name=reason]", "asked us by letter")
    await page.get_by_role("button", name="Put on the list").click()
    await page.get_by_text("must not be called").wait_for()


async def test_a_supervisor_starts_and_throttles_a_campaign(visitor: Visitor, site: Site) -> None:
    page = visitor.page
    admin = await site.person("admin")
    made = (await admin.post("/campaigns", {"name": "spring", "team_id": site.teams["north"]})).ok(201)
    await visitor.log_in("north_lead")
    row = page.locator("tr[data-campaign=spring]")
    await row.get_by_role("button", name="Start").click()
    await row.get_by_text("running").wait_for()
    await row.get_by_role("button", name="Throttle").click()
    await page.locator("input[name=max_lines]").fill("7")
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await page.get_by_role("dialog").wait_for(state="hidden")
    assert (await admin.get(f"/campaigns/{made['id']}")).ok()["campaign"]["max_lines"] == 7
