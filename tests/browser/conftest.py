"""Real browsers with microphones that say a tone, beside the real exchange and carrier of tests/asterisk."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, async_playwright
from tests.asterisk.conftest import (
    CHECKOUT,
    VAR,
    carrier,
    exchange,
    install,
    own_exchange,
    phones,
    sounds,
    sounds_cache,
    trunk,
)
from tests.browser.jssip_bundle import bundle, node_modules
from tests.browser.tones import write_tone

__all__ = ["carrier", "exchange", "install", "own_exchange", "phones", "sounds", "sounds_cache", "trunk"]

FLAGS = (
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--allow-loopback-in-peer-connection",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)
OpenBrowser = Callable[..., Awaitable[BrowserContext]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here, so that ``-m "not browser"``, and ``-m "not asterisk"`` too, leave it out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("asterisk")
            item.add_marker("browser")


def _absent(message: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        _absent("no Chromium here: run scripts/bootstrap")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def jssip() -> str:
    """JsSIP as one script."""
    return bundle(node_modules(CHECKOUT, VAR))


@pytest.fixture
async def browsers(chromium: str, tmp_path: Path) -> AsyncIterator[OpenBrowser]:
    """Open browsers, each of its own, whose microphone says a tone: ``await browsers(440.0)``."""
    async with async_playwright() as playwright:
        opened: list[BrowserContext] = []

        async def open_browser(tone_hz: float = 440.0, **given: object) -> BrowserContext:
            folder = tmp_path / f"browser-{len(opened)}"
            folder.mkdir()
            sound = write_tone(folder / "microphone.wav", tone_hz)
            context = await playwright.chromium.launch_persistent_context(
                str(folder / "profile"),
                executable_path=chromium,
                headless=True,
                args=[*FLAGS, f"--use-file-for-fake-audio-capture={sound}"],
                **given,  # type: ignore[arg-type]
            )
            context.set_default_timeout(20_000)
            opened.append(context)
            return context

        try:
            yield open_browser
        finally:
            for context in opened:
                await context.close()
