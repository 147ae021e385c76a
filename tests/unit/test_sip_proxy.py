"""The proxy of phones in browsers, between real WebSockets, with an exchange that behaves as badly as a test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import WSCloseCode, WSMsgType, web
from tests.asterisk.support import until
from tests.unit.test_sip_names import a_message

from waihu.api.sip_line import Limits
from waihu.api.sip_proxy import SipProxy
from waihu_models.errors import NotLoggedIn, WaihuError

PHONE = "w-" + "a" * 32
QUICK: dict[str, Any] = {"connect_timeout_s": 0.3, "send_timeout_s": 0.3, "heartbeat_s": 5.0}


@dataclass
class FarEnd:
    """The exchange's side: what it got, and how many connections it has."""

    got: list[str] = field(default_factory=list)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    closed: int = 0
    port: int = 0

    async def serve(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        self.sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.got.append(message.data)
        self.closed += 1
        return socket


@dataclass
class Stage:
    proxy: SipProxy
    far: FarEnd
    port: int
    session: aiohttp.ClientSession
    refused: list[WaihuError] = field(default_factory=list)
    log_in: str = PHONE

    async def open(self, **given: Any) -> aiohttp.ClientWebSocketResponse:
        url = f"ws://127.0.0.1:{self.port}/sip"
        return await self.session.ws_connect(url, **{"protocols": ("sip",), **given})

    async def refuses(self, **given: Any) -> WaihuError:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await self.open(**given)
        return self.refused[-1]


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[int]:
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def staged(target: str | None = None, **limits: Any) -> AsyncIterator[Stage]:
    far = FarEnd()
    behind = web.Application()
    behind.router.add_get("/ws", far.serve)
    async with serving(behind) as far.port, aiohttp.ClientSession() as session:
        url = target or f"ws://127.0.0.1:{far.port}/ws"
        stage = Stage(SipProxy(lambda: url, lambda _: who(stage), Limits(**{**QUICK, **limits})), far, 0, session)
        app = web.Application(middlewares=[problems(stage.refused)])
        app.router.add_get("/sip", stage.proxy.serve)
        async with serving(app) as stage.port:
            try:
                yield stage
            finally:
                await stage.proxy.close()


async def who(stage: Stage) -> str:
    if not stage.log_in:
        raise NotLoggedIn("who are you?")
    return stage.log_in


def problems(seen: list[WaihuError]) -> Any:
    """Do what the server does with our errors."""

    @web.middleware
    async def middleware(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await handler(request)
        except WaihuError as error:
            seen.append(error)
            return web.Response(status=400, text=str(error))

    return middleware


async def closed_with(socket: aiohttp.ClientWebSocketResponse, timeout_s: float = 3.0) -> int | None:
    """Wait until a WebSocket is closed; return the code."""
    async with asyncio.timeout(timeout_s):
        while (await socket.receive()).type not in {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED}:
            pass
    return socket.close_code


# ---- as it should be ------------------------------------------------------------------------------------------------


async def test_what_each_side_says_reaches_the_other_and_its_leaving_too() -> None:
    async with staged() as stage:
        socket = await stage.open()
        assert socket.protocol == "sip"
        await socket.send_str(a_message())
        await until(lambda: stage.far.got == [a_message()], 3.0)
        await stage.far.sockets[0].send_str("SIP/2.0 200 OK\r\n\r\n")
        assert (await socket.receive()).data == "SIP/2.0 200 OK\r\n\r\n"
        assert len(stage.proxy) == 1
        await socket.close()
        await until(lambda: stage.far.closed == 1 and len(stage.proxy) == 0, 3.0)


async def test_a_phone_can_be_dropped_and_all_are_when_the_server_ends() -> None:
    async with staged() as stage:
        first, second = await stage.open(), await stage.open()
        stage.log_in = "w-" + "b" * 32
        other = await stage.open()
        await until(lambda: len(stage.far.sockets) == 3, 3.0)
        codes = [asyncio.create_task(closed_with(one)) for one in (first, second, other)]
        await stage.proxy.drop(PHONE)
        assert [await code for code in codes[:2]] == [WSCloseCode.GOING_AWAY] * 2
        await until(lambda: len(stage.proxy) == 1, 3.0)
        began_s = asyncio.get_running_loop().time()
        await stage.proxy.close()
        assert asyncio.get_running_loop().time() - began_s < 1.0
        assert await codes[2] == WSCloseCode.GOING_AWAY
        assert "being stopped" in str(await stage.refuses())
        await until(lambda: stage.far.closed == 3, 3.0)


async def test_who_is_not_logged_in_gets_nowhere() -> None:
    async with staged() as stage:
        stage.log_in = ""
        assert isinstance(await stage.refuses(), NotLoggedIn)
        assert stage.far.sockets == []


async def test_another_protocol_than_sip_is_refused() -> None:
    async with staged() as stage:
        for protocols in ((), ("ari",)):
            assert (await stage.refuses(protocols=protocols)).code == "bad_input"
        assert stage.far.sockets == []


# ---- browsers that behave badly --------------------------------------------------------------------------------------


async def test_a_browser_that_speaks_in_another_name_is_thrown_out_and_not_heard() -> None:
    async with staged() as stage:
        socket = await stage.open()
        await socket.send_str(a_message(From="<sip:carrier@127.0.0.1>;tag=1"))
        assert await closed_with(socket) == WSCloseCode.POLICY_VIOLATION
        await until(lambda: stage.far.closed == 1, 3.0)
        assert stage.far.got == []


async def test_a_browser_that_floods_is_thrown_out_after_its_burst() -> None:
    async with staged(burst=20, messages_per_s=1.0) as stage:
        socket = await stage.open()
        with suppress(ConnectionError):
            for _ in range(200):
                await socket.send_str(a_message())
        assert await closed_with(socket) == WSCloseCode.POLICY_VIOLATION
        await until(lambda: stage.far.closed == 1, 3.0)
        assert 20 <= len(stage.far.got) <= 22


async def test_a_message_too_long_or_binary_ends_the_connection() -> None:
    async with staged(max_message_bytes=2000) as stage:
        socket = await stage.open()
        await socket.send_str(a_message(body="x" * 3000))
        assert await closed_with(socket) == WSCloseCode.MESSAGE_TOO_BIG
        socket = await stage.open()
        await socket.send_bytes(b"SIP/2.0")
        assert await closed_with(socket) == WSCloseCode.UNSUPPORTED_DATA
        await until(lambda: stage.far.closed == 2, 3.0)
        assert stage.far.got == []


async def test_a_browser_that_says_nothing_for_long_is_let_go() -> None:
    async with staged(idle_s=0.2) as stage:
        socket = await stage.open()
        assert await closed_with(socket) == WSCloseCode.GOING_AWAY
        await until(lambda: stage.far.closed == 1, 3.0)


async def test_a_browser_that_vanished_without_a_word_is_missed() -> None:
    async with staged(heartbeat_s=0.2) as stage, half_open(stage.port):
        await until(lambda: len(stage.proxy) == 1, 3.0)
        await until(lambda: stage.far.closed == 1 and len(stage.proxy) == 0, 3.0, "it is missed")


async def test_a_browser_that_reads_nothing_does_not_fill_the_memory() -> None:
    async with staged() as stage, half_open(stage.port):
        await until(lambda: stage.far.sockets, 3.0)
        words, sent = "SIP/2.0 100 Trying\r\n" + "x" * 50_000, 0
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(5.0):
                while len(stage.proxy):
                    await stage.far.sockets[0].send_str(words)
                    sent += len(words)
        await until(lambda: len(stage.proxy) == 0, 3.0)
        assert sent < 64 << 20, "it was held back long before"


async def test_one_phone_has_so_many_connections_and_the_newest_stays() -> None:
    async with staged(max_of_one_phone=2) as stage:
        sockets = [await stage.open()]
        oldest = asyncio.create_task(closed_with(sockets[0]))
        sockets += [await stage.open(), await stage.open()]
        assert await oldest == WSCloseCode.POLICY_VIOLATION
        await until(lambda: len(stage.proxy) == 2, 3.0)
        await sockets[2].send_str(a_message())
        await until(lambda: stage.far.got, 3.0)


async def test_no_more_phones_than_allowed_are_taken() -> None:
    async with staged(max_phones=1) as stage:
        await stage.open()
        stage.log_in = "w-" + "b" * 32
        assert (await stage.refuses()).retryable


# ---- exchanges that behave badly -------------------------------------------------------------------------------------


async def test_an_exchange_that_is_down_is_said_to_be() -> None:
    async with staged(target="ws://127.0.0.1:9/ws") as stage:
        assert (await stage.refuses()).code == "switch_unreachable"


async def test_an_exchange_that_takes_the_connection_and_is_silent_is_given_up() -> None:
    async with silent_exchange(shakes_hands=False) as port, staged(target=f"ws://127.0.0.1:{port}/ws") as stage:
        began_s = asyncio.get_running_loop().time()
        assert (await stage.refuses()).code == "switch_unreachable"
        assert asyncio.get_running_loop().time() - began_s < 2.0


async def test_an_exchange_that_goes_takes_its_phones_along() -> None:
    async with staged() as stage:
        socket = await stage.open()
        await until(lambda: stage.far.sockets, 3.0)
        await stage.far.sockets[0].close()
        assert await closed_with(socket) == WSCloseCode.TRY_AGAIN_LATER


async def test_an_exchange_that_hangs_is_missed() -> None:
    async with silent_exchange() as port, staged(target=f"ws://127.0.0.1:{port}/ws", heartbeat_s=0.2) as stage:
        socket = await stage.open()
        assert await closed_with(socket) == WSCloseCode.TRY_AGAIN_LATER


async def test_an_exchange_that_reads_nothing_does_not_fill_the_memory() -> None:
    async with silent_exchange() as port, staged(
        target=f"ws://127.0.0.1:{port}/ws", burst=100_000, heartbeat_s=60.0
    ) as stage:  # fmt: skip
        socket = await stage.open()
        words = a_message(body="x" * 50_000)
        with suppress(ConnectionError):
            for _ in range(1000):
                await socket.send_str(words)
        assert await closed_with(socket) == WSCloseCode.TRY_AGAIN_LATER


# ---- half of a WebSocket ---------------------------------------------------------------------------------------------

_KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of RFC 6455


@asynccontextmanager
async def half_open(port: int) -> AsyncIterator[None]:
    """Open a WebSocket to the proxy and then neither read nor answer."""
    _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    lines = [
        "GET /sip HTTP/1.1",
        "Host: x",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {_KEY}",
        "Sec-WebSocket-Protocol: sip",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    try:
        yield
    finally:
        await abandoned(writer)


async def abandoned(writer: asyncio.StreamWriter) -> None:
    """Drop a connection without a word."""
    writer.transport.abort()
    with suppress(ConnectionError):
        await writer.wait_closed()


@asynccontextmanager
async def silent_exchange(*, shakes_hands: bool = True) -> AsyncIterator[int]:
    """An exchange that takes WebSockets, or only connections, and then neither reads nor answers."""
    writers: list[asyncio.StreamWriter] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        if not shakes_hands:
            return
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = next(line.split(": ")[1] for line in head.split("\r\n") if line.lower().startswith("sec-websocket-key"))
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Accept: {accept_of(key)}", "Sec-WebSocket-Protocol: sip", "", ""]  # fmt: skip
        writer.write("\r\n".join(lines).encode())

    server = await asyncio.start_server(take, "127.0.0.1", 0, limit=1024)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in writers:
            await abandoned(writer)


def accept_of(key: str) -> str:
    """The answer to a key (RFC 6455 §4.2.2)."""
    import base64
    import hashlib

    return base64.b64encode(hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()
