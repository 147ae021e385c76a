"""``/sip``: the WebSocket of browsers' phones, for who is logged in, as long as they are."""

from collections import defaultdict

import structlog
from aiohttp import web

from waihu.api.gate import socket_log_in
from waihu.api.house import House
from waihu.api.sip_proxy import SipProxy
from waihu.services.log_ins import LogIn
from waihu.services.web_phones import WebPhones
from waihu_models.access import Right
from waihu_models.errors import SwitchError

log = structlog.get_logger()


class SipDoor:
    """Lets browsers through to the exchange, each as the phone of its user."""

    def __init__(self, house: House, phones: WebPhones) -> None:
        self._house = house
        self._phones = phones
        self._open: defaultdict[str, set[str]] = defaultdict(set)  # user -> log-ins that used the phone
        self.proxy = SipProxy(house.sip_target, self._phone_of)
        phones.cut_off = self.proxy.drop

    def add_to(self, app: web.Application, path: str = "/sip") -> None:
        """Serve under a path; when the application ends, so do all connections."""
        app.router.add_get(path, self.proxy.serve)
        app.on_shutdown.append(self._close)

    async def _close(self, _: web.Application) -> None:
        await self.proxy.close()

    async def _phone_of(self, request: web.Request) -> str:
        log_in = await socket_log_in(request, self._house, Right.AGENTS_READ)
        user_id = log_in.viewer.user_id
        phone = self._phones.admit(user_id)
        if log_in.id not in self._open[user_id]:
            self._open[user_id].add(log_in.id)
            self._house.tasks.start(self._until_it_ends(log_in), f"sip of {phone}")
        return phone

    async def _until_it_ends(self, log_in: LogIn) -> None:
        user_id = log_in.viewer.user_id
        try:
            await log_in.ended.wait()
        finally:
            self._open[user_id].discard(log_in.id)
        if self._open[user_id]:  # the phone is that of another browser by now
            return
        try:
            await self._phones.revoke(user_id)
        except SwitchError as error:  # WebPhones tries again
            log.warning("web_phone_not_revoked", user_id=user_id, problem=str(error))
