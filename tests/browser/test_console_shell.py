"""The console's frame in a real browser: log-in, menu by role, languages, themes, keys; axe finds nothing serious."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright
from tests.api.conftest import PASSWORD, Site, migrated, site  # noqa: F401 -- fixtures
from tests.browser.conftest import CHECKOUT, FLAGS

from waihu.api.console import FOLDER

AXE = CHECKOUT / "web/node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.is_file() or not (FOLDER / "index.html").is_file():
        message = "the console is not built here: run scripts/build-console"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return AXE.read_text("utf-8")


class Visitor:
    """Somebody before a browser; what the browser complains of is kept."""

    def __init__(self, page: Page, base: str, axe: str) -> None:
        self.page = page
        self.base = base
        self.complaints: list[str] = []
        self._axe = axe
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda told: self._keep(told.type, told.text))

    def _keep(self, kind: str, text: str) -> None:
        # A request that is refused shows in the console as well; the pages say what it means.
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)

    async def open(self, path: str) -> None:
        await self.page.goto(self.base + path)
        await self.page.locator("h1").first.wait_for()

    async def log_in(self, login: str) -> None:
        await self.open("/login")
        await self.page.fill("input[name=login]", login)
        await self.page.fill("input[name=password]", PASSWORD)
        await self.page.press("input[name=password]", "Enter")
        await self.page.locator("header").wait_for()

    async def faults(self) -> list[str]:
        """Return what axe calls serious or critical on what is shown."""
        await self.page.evaluate(self._axe)
        found: dict[str, Any] = await self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{fault['id']}: {[node['html'][:160] for node in fault['nodes']]}"
            for fault in found["violations"]
            if fault["impact"] in {"serious", "critical"}
        ]


@pytest.fixture
async def visitor(site: Site, axe: str, chromium: str) -> AsyncIterator[Visitor]:  # noqa: F811
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, headless=True, args=list(FLAGS))
        context = await browser.new_context(locale="en-GB", color_scheme="light")
        yield Visitor(await context.new_page(), site.base, axe)
        await browser.close()


async def test_somebody_logs_in_by_keyboard_and_lands_on_the_page_of_their_role(visitor: Visitor) -> None:
    for login, path in (("north_agent", "/agent"), ("north_lead", "/live"), ("admin", "/live")):
        await visitor.log_in(login)
        await visitor.page.wait_for_url(f"**{path}")
        await visitor.page.click("header button.quiet")
        await visitor.page.wait_for_url("**/login*")
    assert visitor.complaints == []


async def test_a_wrong_password_is_told_and_nobody_gets_in(visitor: Visitor) -> None:
    await visitor.open("/agent")
    assert "/login?next=" in visitor.page.url
    await visitor.page.fill("input[name=login]", "north_agent")
    await visitor.page.fill("input[name=password]", "wrong words")
    await visitor.page.click("button[type=submit]")
    await visitor.page.get_by_role("alert").wait_for()
    assert "wrong" in await visitor.page.get_by_role("alert").inner_text()
    await visitor.open("/agent")
    assert "/login" in visitor.page.url


async def test_an_agent_sees_no_admin_page(visitor: Visitor) -> None:
    await visitor.log_in("north_agent")
    assert await visitor.page.locator("nav a[href^='/admin'], nav a[href='/live']").count() == 0
    await visitor.open("/admin/users")
    assert await visitor.page.locator("h1").inner_text() == "Not allowed"


async def test_a_reload_keeps_the_log_in_and_the_page(visitor: Visitor) -> None:
    await visitor.log_in("north_agent")
    await visitor.open("/customers")
    await visitor.page.reload()
    await visitor.page.locator("header").wait_for()
    assert visitor.page.url.endswith("/customers")


async def test_the_palette_finds_pages_and_the_list_of_keys_opens_by_a_question_mark(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.log_in("north_agent")
    await page.wait_for_url("**/agent")
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox", name="command").wait_for()
    await page.keyboard.type("phone and dev")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/settings/devices")
    await page.locator("h1").click()
    await page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    await dialog.wait_for()
    assert "Command palette" in await dialog.inner_text()
    assert await visitor.faults() == []
    await page.keyboard.press("Escape")
    await dialog.wait_for(state="hidden")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nothing_serious_is_found_on_any_page_in_any_language_and_theme(
    visitor: Visitor, language: str, theme: str, tmp_path: Path
) -> None:
    page = visitor.page
    await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    await visitor.open("/setup?token=abc")
    await page.select_option("select", language)
    pictures = Path(os.environ.get("WAIHU_PICTURES", tmp_path))
    faults: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        faults[name] = await visitor.faults()
        await page.screenshot(path=pictures / f"shell-{name}-{language}-{theme}.png")

    await look("setup")
    await visitor.open("/login")
    await look("login")
    await visitor.log_in("admin")
    await page.locator("header select").first.select_option(language)
    for name, path in (("soon", "/admin/trunks"), ("devices", "/settings/devices"), ("not-found", "/no/such/page")):
        await visitor.open(path)
        assert await page.locator("html").get_attribute("lang") == language
        await look(name)
    assert {name: found for name, found in faults.items() if found} == {}
    assert visitor.complaints == []
