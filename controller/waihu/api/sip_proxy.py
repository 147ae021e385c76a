"""The way of browsers' phones to the exchange: their SIP WebSocket, on the page's own origin, passed on as it comes.

The exchange's HTTP server stays on loopback, where ARI is too: nothing but SIP gets there, and each phone speaks in its
own name only. Sound does not come this way.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import aiohttp
import structlog
from aiohttp import WSCloseCode, web

from waihu.api.sip_line import CLOSE_TIMEOUT_S, Limits, SipLine
from waihu_models.errors import BadInput, SwitchUnreachable

log = structlog.get_logger()

SUBPROTOCOL = "sip"

Authorise: TypeAlias = Callable[[web.Request], Awaitable[str]]
"""Returns the phone the request may speak as; raises when it may not come in at all."""


class SipProxy:
    """Serves ``/sip``; one for a server.

    Args:
        target: Returns the exchange's SIP WebSocket, e.g. ``ws://127.0.0.1:8088/ws``; asked for each connection.
        authorise: Says as which phone a request may speak.
        limits: Sizes and times.
    """

    def __init__(self, target: Callable[[], str], authorise: Authorise, limits: Limits | None = None) -> None:
        self._target = target
        self._authorise = authorise
        self._limits = limits or Limits()
        self._lines: defaultdict[str, list[SipLine]] = defaultdict(list)
        self._count = 0
        self._closing = False

    def __len__(self) -> int:
        """Return how many connections there are, those included that are being made."""
        return self._count

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Connect one browser with the exchange, until one of them goes.

        Raises:
            BadInput: it does not ask for a SIP WebSocket.
            SwitchUnreachable: the exchange does not take it, or there are as many phones as there may be.
        """
        phone = await self._authorise(request)
        if SUBPROTOCOL not in request.headers.get("Sec-WebSocket-Protocol", "").replace(" ", "").split(","):
            raise BadInput(f"a WebSocket of the subprotocol {SUBPROTOCOL!r} is wanted here")
        if self._closing:
            raise SwitchUnreachable("the server is being stopped")
        if self._count >= self._limits.max_phones:
            raise SwitchUnreachable(f"{self._limits.max_phones} phones are connected: more are not taken")
        self._count += 1
        try:
            return await self._connect(request, phone)
        finally:
            self._count -= 1

    async def close(self) -> None:
        """End every connection, as the server goes away; new ones are refused."""
        self._closing = True
        await asyncio.gather(*(self.drop(phone, "the server is being stopped") for phone in list(self._lines)))

    async def drop(self, phone: str, reason: str = "logged out") -> None:
        """End the connections of one phone, and return when they are closed."""
        lines = list(self._lines.get(phone, ()))
        for line in lines:
            line.end(WSCloseCode.GOING_AWAY, reason)
        await asyncio.gather(*(line.over() for line in lines))

    async def _connect(self, request: web.Request, phone: str) -> web.StreamResponse:
        near = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,),
            heartbeat=self._limits.heartbeat_s,
            max_msg_size=self._limits.max_message_bytes,
            timeout=CLOSE_TIMEOUT_S,
            compress=False,
        )
        async with aiohttp.ClientSession() as session:
            far = await self._reach(session)
            try:
                await near.prepare(request)
                assert request.transport is not None
                await self._pass_on(phone, SipLine(phone, near, far, request.transport.abort, self._limits))
            finally:
                await far.close()
        return near

    async def _reach(self, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        try:
            async with asyncio.timeout(self._limits.connect_timeout_s):
                return await session.ws_connect(
                    self._target(),
                    protocols=(SUBPROTOCOL,),
                    heartbeat=self._limits.heartbeat_s,
                    max_msg_size=self._limits.max_message_bytes,
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_TIMEOUT_S),
                )
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            problem = str(error) or "no answer in time"
            log.warning("exchange_takes_no_phone", problem=problem)
            raise SwitchUnreachable(f"the exchange takes no phones of browsers now: {problem}") from error

    async def _pass_on(self, phone: str, line: SipLine) -> None:
        lines = self._lines[phone]
        lines.append(line)
        for old in lines[: -self._limits.max_of_one_phone]:  # a browser that was left open, or is long gone
            old.end(WSCloseCode.POLICY_VIOLATION, "too many connections of one phone")
        log.info("web_phone_connected", phone=phone)
        try:
            code, reason = await line.run()
        finally:
            lines.remove(line)
            if not lines:
                self._lines.pop(phone, None)
        log.info("web_phone_disconnected", phone=phone, code=int(code), reason=reason)
