"""The console's files as a browser asks for them, from a folder that looks like a build."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from waihu.api.console import add_console

Client = TestClient[web.Request, web.Application]
PAGE = "<!doctype html><title>console</title>"


async def _page_of_the_api(_: web.Request) -> web.Response:
    return web.json_response({"api": True})


def _build(folder: Path) -> None:
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "_console"


@pytest.fixture
async def browser(folder: Path) -> AsyncIterator[Client]:
    app = web.Application()
    app.router.add_get("/api/v1/health", _page_of_the_api)
    add_console(app, folder)
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
def built(folder: Path) -> Path:
    _build(folder)
    (folder / "icon.svg").write_text("<svg/>")
    (folder / "assets" / "index-AbC123.js").write_text("export {}")
    (folder / "assets" / "index-AbC123.css").write_text("a{}")
    (folder.parent / "secret.txt").write_text("secret")
    return folder


@pytest.mark.parametrize(
    "path", ["/", "/agent", "/customers/4711", "/admin/campaigns", "/setup?token=x", "/index.html"]
)
@pytest.mark.usefixtures("built")
async def test_every_path_of_a_page_gets_the_page_which_is_asked_for_anew_each_time(browser: Client, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status == 200
    assert await answer.text() == PAGE
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.content_type == "text/html"


@pytest.mark.parametrize(
    ("path", "kind"), [("/assets/index-AbC123.js", "text/javascript"), ("/assets/index-AbC123.css", "text/css")]
)
@pytest.mark.usefixtures("built")
async def test_files_with_a_hash_in_their_names_are_kept_for_ever(browser: Client, path: str, kind: str) -> None:
    answer = await browser.get(path)
    assert answer.status == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.content_type == kind


@pytest.mark.usefixtures("built")
async def test_a_browser_that_can_gets_the_compressed_file(browser: Client, folder: Path) -> None:
    (folder / "assets" / "index-AbC123.js.gz").write_bytes(b"\x1f\x8b not really")
    answer = await browser.get("/assets/index-AbC123.js", headers={"Accept-Encoding": "gzip"}, auto_decompress=False)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.content_type == "text/javascript"


@pytest.mark.usefixtures("built")
async def test_a_page_may_load_nothing_from_elsewhere_and_use_the_microphone(browser: Client) -> None:
    for path in ("/", "/assets/index-AbC123.js"):
        headers = (await browser.get(path)).headers
        policy = headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy)
        assert not any("script-src" in rule or "unsafe-eval" in rule for rule in policy)
        assert "microphone=(self)" in headers["Permissions-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2", "/assets/old-hash.js", "/push/x", "/sip", "/push"])
@pytest.mark.usefixtures("built")
async def test_what_is_no_page_is_not_found(browser: Client, path: str) -> None:
    assert (await browser.get(path)).status == 404


@pytest.mark.usefixtures("built")
async def test_other_routes_come_first(browser: Client) -> None:
    assert await (await browser.get("/api/v1/health")).json() == {"api": True}


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%00", "/" + "a" * 5000]
)
@pytest.mark.usefixtures("built")
async def test_no_path_leads_out_of_the_folder(browser: Client, path: str) -> None:
    answer = await browser.get(path)
    assert "secret" not in await answer.text()


async def test_a_link_out_of_the_folder_is_not_followed(browser: Client, built: Path) -> None:
    (built / "assets" / "link.txt").symlink_to(built.parent / "secret.txt")
    assert (await browser.get("/assets/link.txt")).status == 404


async def test_a_console_that_is_not_built_says_how_in_both_languages(browser: Client) -> None:
    answer = await browser.get("/agent")
    text = await answer.text()
    assert answer.status == 503
    assert "scripts/build-console" in text
    assert "控制台尚未构建" in text
    assert "The console is not built" in text
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_console_built_meanwhile_is_served_without_a_restart(browser: Client, folder: Path) -> None:
    assert (await browser.get("/")).status == 503
    _build(folder)
    assert await (await browser.get("/")).text() == PAGE
