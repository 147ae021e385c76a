"""How the pages of customers look in a real browser: axe finds nothing serious, in any language or theme."""

# ruff: noqa: F811 -- fixtures are imported, and named where they are used

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import expect
from tests.api.conftest import Site, migrated, site  # noqa: F401 -- fixtures
from tests.browser.acquaintances import a_full_life, changed_by_admin, opens, rows
from tests.browser.test_console_shell import Visitor, axe, visitor  # noqa: F401 -- fixtures

Look = Callable[[str], Awaitable[None]]


async def the_list(visitor: Visitor, look: Look) -> None:
    page = visitor.page
    await visitor.open("/customers?tag=VIP")
    await rows(page).first.wait_for()
    await look("customers")
    await page.locator("h1").click()
    await page.keyboard.press("n")
    await page.get_by_role("dialog").wait_for()
    await look("customer-new")


async def two_who_differ(visitor: Visitor, site: Site, customer: str, look: Look) -> None:
    page = visitor.page
    await opens(visitor, customer)
    await page.keyboard.press("e")
    await page.fill("input[name=edit-name]", "王芳芳")
    await changed_by_admin(site, customer, name="王小芳")
    await page.keyboard.press("Control+s")
    await page.locator("tr[data-field=name]").wait_for()
    await look("customer-edit")


async def the_callbacks(visitor: Visitor, look: Look) -> None:
    page = visitor.page
    await visitor.open("/callbacks")
    await rows(page).first.wait_for()
    await look("callbacks")
    await rows(page).nth(1).locator("button.act").last.click()
    await page.get_by_role("dialog").wait_for()
    await look("callback-move")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nothing_serious_is_found_on_any_page_of_customers(
    visitor: Visitor, site: Site, language: str, theme: str, tmp_path: Path
) -> None:
    page, customer = visitor.page, await a_full_life(site)
    await page.set_viewport_size({"width": 1360, "height": 820})
    await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    await visitor.log_in("north_lead")
    await page.locator("header select").first.select_option(language)
    await expect(page.locator("html")).to_have_attribute("lang", language)
    pictures = Path(os.environ.get("WAIHU_PICTURES", tmp_path))
    faults: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        await page.wait_for_load_state("networkidle")
        faults[name] = await visitor.faults()
        await page.screenshot(path=pictures / f"{name}-{language}-{theme}.png")

    await the_list(visitor, look)
    for tab in ("profile", "timeline", "consents", "campaigns"):
        await opens(visitor, customer, tab)
        if tab == "timeline":
            await page.locator("li button[aria-expanded]").first.click()
            await page.get_by_role("slider").wait_for()
        if tab == "campaigns":
            await page.locator("td button").first.click()
            await page.locator("td[role=status]").wait_for()
        await look(f"customer-{tab}")
    await two_who_differ(visitor, site, customer, look)
    await the_callbacks(visitor, look)
    assert {name: found for name, found in faults.items() if found} == {}
    assert visitor.complaints == []
