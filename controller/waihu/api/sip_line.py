"""One browser's phone connected with the exchange: two WebSockets, and what is said on each passed on to the other."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

import aiohttp
from aiohttp import WSCloseCode, WSMsgType, web

from waihu.api.sip_names import speaks_as

CONNECT_TIMEOUT_S = 5.0
SEND_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 1.0
HEARTBEAT_S = 15.0
IDLE_S = 420.0
"""A phone says something at least this often: it renews its registration, which lasts 300 s."""
MAX_MESSAGE_BYTES = 64 << 10
MAX_PHONES = 2000
MAX_OF_ONE_PHONE = 4
BURST, MESSAGES_PER_S = 100, 25.0

Ending: TypeAlias = tuple[int, str]
"""Code and reason a WebSocket is closed with."""
_DEAF = WSCloseCode.TRY_AGAIN_LATER, "the browser does not listen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one proxy keeps to; the defaults are those of the module."""

    connect_timeout_s: float = CONNECT_TIMEOUT_S
    send_timeout_s: float = SEND_TIMEOUT_S
    heartbeat_s: float = HEARTBEAT_S
    idle_s: float = IDLE_S
    max_message_bytes: int = MAX_MESSAGE_BYTES
    max_phones: int = MAX_PHONES
    max_of_one_phone: int = MAX_OF_ONE_PHONE
    burst: int = BURST
    messages_per_s: float = MESSAGES_PER_S


class _Budget:
    """How many messages a browser may send: a burst, and so many a second."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = float(limits.burst)
        self._at_s = asyncio.get_running_loop().time()

    def take(self) -> bool:
        """Use one message up; False when there is none left."""
        now_s = asyncio.get_running_loop().time()
        grown = self._left + (now_s - self._at_s) * self._limits.messages_per_s
        self._left = min(grown, float(self._limits.burst)) - 1
        self._at_s = now_s
        return self._left >= 0


class SipLine:
    """Passes messages on until one side goes, misbehaves, or ``end`` is called.

    Args:
        phone: The only one whose name the browser may use.
        near: The browser's WebSocket, prepared.
        far: The exchange's.
        abort: Ends the browser's connection without a goodbye.
        limits: Sizes and times.
    """

    def __init__(
        self,
        phone: str,
        near: web.WebSocketResponse,
        far: aiohttp.ClientWebSocketResponse,
        abort: Callable[[], None],
        limits: Limits,
    ) -> None:
        self._phone = phone
        self._near = near
        self._far = far
        self._abort = abort
        self._limits = limits
        self._asked: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._over = asyncio.Event()

    def end(self, code: int, reason: str) -> None:
        """Ask for the end; ``over`` tells when it has come."""
        if not self._asked.done():
            self._asked.set_result((code, reason))

    async def over(self) -> None:
        """Return when both sides are closed."""
        await self._over.wait()

    async def run(self) -> Ending:
        """Pass messages on; return how the browser's side was closed."""
        pumps = [
            asyncio.create_task(self._out(), name=f"sip of {self._phone}"),
            asyncio.create_task(self._back(), name=f"sip to {self._phone}"),
        ]
        try:
            done, _ = await asyncio.wait({*pumps, self._asked}, return_when=asyncio.FIRST_COMPLETED)
            ending = (self._asked if self._asked in done else done.pop()).result()
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
        try:
            await self._close(*ending)
        finally:
            self._over.set()
        return ending

    async def _close(self, code: int, reason: str) -> None:
        if (code, reason) == _DEAF:
            self._abort()  # a goodbye would wait behind everything that is not read
            return
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(2 * CLOSE_TIMEOUT_S):
                await self._near.close(code=code, message=reason.encode())

    async def _out(self) -> Ending:
        """Pass on what the browser says."""
        budget = _Budget(self._limits)
        while True:
            try:
                message = await self._near.receive(self._limits.idle_s)
            except TimeoutError:
                return WSCloseCode.GOING_AWAY, "nothing was heard for too long"
            if message.type is not WSMsgType.TEXT:
                return _last_word(message.type)
            if not budget.take():
                return WSCloseCode.POLICY_VIOLATION, "too many messages"
            if not speaks_as(self._phone, message.data):
                return WSCloseCode.POLICY_VIOLATION, "not the phone of this log-in"
            if not await self._sent(self._far, message.data):
                return WSCloseCode.TRY_AGAIN_LATER, "the exchange does not listen"

    async def _back(self) -> Ending:
        """Pass on what the exchange says."""
        async for message in self._far:
            if message.type is not WSMsgType.TEXT:
                break  # it answers no more, or says what is no SIP
            if not await self._sent(self._near, message.data):
                return _DEAF
        return WSCloseCode.TRY_AGAIN_LATER, "the exchange closed the connection"

    async def _sent(self, to: web.WebSocketResponse | aiohttp.ClientWebSocketResponse, text: str) -> bool:
        """Send; False when the other side is gone, or takes nothing for too long. Reading waits meanwhile."""
        try:
            async with asyncio.timeout(self._limits.send_timeout_s):
                await to.send_str(text)
        except (TimeoutError, ConnectionError, aiohttp.ClientError):
            return False
        return True


def _last_word(kind: WSMsgType) -> Ending:
    match kind:
        case WSMsgType.BINARY:
            return WSCloseCode.UNSUPPORTED_DATA, "SIP is text"
        case WSMsgType.ERROR:
            return WSCloseCode.MESSAGE_TOO_BIG, "the message cannot be read"
        case _:
            return WSCloseCode.OK, ""
