"""A server of one page with a phone on it, and the page as a test uses it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import Page
from tests.asterisk.support import until

from waihu.api.sip_proxy import SipProxy
from waihu.services.web_phones import Credentials, WebPhones
from waihu_models.errors import SwitchUnreachable

_HERE = Path(__file__).parent
_PAGE = """<!doctype html><title>phone</title><link rel="icon" href="data:,">
<script src="/jssip.js"></script><script src="/phone.js"></script>"""


class PageServer:
    """Serves the page and, on the same origin, passwords and the SIP WebSocket; ``?user=`` says whose page it is."""

    def __init__(self, jssip: str, exchange_ws: str, phones: WebPhones, port: int = 0) -> None:
        self.proxy = SipProxy(lambda: exchange_ws, self._phone_of)
        self.issued: list[Credentials] = []
        self._jssip = jssip
        self._phones = phones
        self.port = port

    @classmethod
    @asynccontextmanager
    async def serving(
        cls, jssip: str, exchange_ws: str, phones: WebPhones, port: int = 0
    ) -> AsyncIterator["PageServer"]:
        server = cls(jssip, exchange_ws, phones, port)
        app = web.Application()
        app.router.add_get("/", server._page)
        app.router.add_get("/jssip.js", server._script)
        app.router.add_get("/phone.js", server._phone)
        app.router.add_post("/credentials", server._credentials)
        app.router.add_get("/sip", server.proxy.serve)
        runner = web.AppRunner(app, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        server.port = runner.addresses[0][1]
        try:
            yield server
        finally:
            await server.proxy.close()
            await runner.cleanup()

    def url(self, user: str) -> str:
        return f"http://127.0.0.1:{self.port}/?user={user}"

    async def _phone_of(self, request: web.Request) -> str:
        try:
            return self._phones.admit(request.query["user"])
        except SwitchUnreachable as error:
            raise web.HTTPServiceUnavailable from error

    async def _page(self, _: web.Request) -> web.Response:
        return web.Response(text=_PAGE, content_type="text/html")

    async def _script(self, _: web.Request) -> web.Response:
        return web.Response(text=self._jssip, content_type="text/javascript")

    async def _phone(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(_HERE / "phone.js")

    async def _credentials(self, request: web.Request) -> web.Response:
        given = await self._phones.issue(request.query["user"])
        self.issued.append(given)
        return web.json_response({"phone": given.phone, "password": given.password, "realm": given.realm})


@dataclass
class BrowserPhone:
    """The phone of one page."""

    page: Page

    async def register(self, credentials: Credentials | None = None) -> str:
        """Register; return ``registered``, or why not."""
        given = None
        if credentials is not None:
            given = {"phone": credentials.phone, "password": credentials.password, "realm": credentials.realm}
        return str(await self.page.evaluate("given => phone.register({credentials: given})", given))

    async def call(self, target: str) -> None:
        await self.page.evaluate("target => phone.call(target)", target)

    async def reload(self) -> None:
        """Load the page anew, as a person does, and register again."""
        await self.page.reload()
        assert await self.register() == "registered"

    @property
    async def calls(self) -> list[dict[str, Any]]:
        """Every call the page has had since it was loaded."""
        return list(await self.page.evaluate("phone.calls"))

    async def last(self, state: str, timeout_s: float = 10.0) -> dict[str, Any]:
        """Wait until the last call is in a state."""

        async def reached() -> dict[str, Any] | None:
            calls = await self.calls
            return calls[-1] if calls and calls[-1]["state"] == state else None

        return await until(reached, timeout_s, f"the browser's last call is {state}", poll_s=0.05)

    async def hear(self, *frequencies_hz: float) -> list[float]:
        """Levels of what comes out of the speaker now, in dB."""
        return list(await self.page.evaluate("hz => phone.hear(hz)", list(frequencies_hz)))

    async def hears(self, hz: float, above_db: float = -45.0, timeout_s: float = 10.0) -> None:
        """Wait until a tone is heard."""

        async def heard() -> bool:
            return (await self.hear(hz))[0] > above_db

        await until(heard, timeout_s, f"{hz} Hz is heard", poll_s=0.05)

    async def statistics(self) -> dict[str, Any]:
        """Packets, energies, codec and own address of the call under way."""
        return dict(await self.page.evaluate("phone.statistics()"))

    async def log(self) -> list[str]:
        """What happened on the page, each with its second."""
        return list(await self.page.evaluate("phone.log"))
