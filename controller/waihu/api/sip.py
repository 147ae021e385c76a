"""``/sip``: the WebSocket of browsers' phones, for who is logged in, as long as they are."""

from aiohttp import web

from waihu.api.gate import socket_log_in
from waihu.api.house import House
from waihu.api.sip_proxy import SipProxy
from waihu.services.log_ins import LogIn
from waihu_models.access import Right
from waihu_models.ids import web_phone


class SipDoor:
    """Lets browsers through to the exchange, each as the phone of its user."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._watched: set[str] = set()
        self.proxy = SipProxy(house.sip_target, self._phone_of)

    def add_to(self, app: web.Application, path: str = "/sip") -> None:
        """Serve under a path; when the application ends, so do all connections."""
        app.router.add_get(path, self.proxy.serve)
        app.on_shutdown.append(self._close)

    async def _close(self, _: web.Application) -> None:
        await self.proxy.close()

    async def _phone_of(self, request: web.Request) -> str:
        log_in = await socket_log_in(request, self._house, Right.AGENTS_READ)
        phone = web_phone(log_in.viewer.user_id)
        if log_in.id not in self._watched:
            self._watched.add(log_in.id)
            self._house.tasks.start(self._until_it_ends(log_in, phone), f"sip of {phone}")
        return phone

    async def _until_it_ends(self, log_in: LogIn, phone: str) -> None:
        try:
            await log_in.ended.wait()
            await self.proxy.drop(phone)
        finally:
            self._watched.discard(log_in.id)
