"""An ARI on loopback that behaves as badly as a test wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, encode_basic_auth, web

from waihu.telephony.ari import AriAccess

Answer = tuple[int, Any]


class AriServer:
    """Takes WebSockets and answers the requests in them.

    Attributes:
        answers: "METHOD uri" -> status and body; what is not in it is answered by 204.
        answer: decides first, by the whole request; None: as in ``answers``.
        mute: says nothing to requests.
        closed: refuses connections with 503.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.answer: Callable[[dict[str, Any]], Answer | None] = lambda _: None
        self.mute = False
        self.closed = False
        self.refused = 0
        self.connections: list[web.Request] = []
        self.requests: list[dict[str, Any]] = []
        self._sockets: set[web.WebSocketResponse] = set()
        self.access = AriAccess("", "waihu", "secret")

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator["AriServer"]:
        made = cls()
        app = web.Application()
        app.router.add_get("/ari/events", made._serve)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        made.access = AriAccess(f"http://127.0.0.1:{runner.addresses[0][1]}/ari", "waihu", "secret")
        try:
            yield made
        finally:
            await made.cut()
            await runner.cleanup()

    def asked(self, method: str, uri: str) -> list[dict[str, Any]]:
        return [found for found in self.requests if (found["method"], found["uri"].split("?")[0]) == (method, uri)]

    async def say(self, text: str | bytes) -> None:
        for socket in list(self._sockets):
            await (socket.send_str(text) if isinstance(text, str) else socket.send_bytes(text))

    async def tell(self, kind: str, **values: Any) -> None:
        await self.say(json.dumps({"type": kind, **values}))

    async def cut(self) -> None:
        await asyncio.gather(*(socket.close(code=1001) for socket in list(self._sockets)))

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if self.closed or request.headers["Authorization"] != encode_basic_auth("waihu", "secret"):
            self.refused += 1
            return web.Response(status=503)
        self.connections.append(request)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._answer(socket, message.json())
        self._sockets.discard(socket)
        return socket

    async def _answer(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> None:
        self.requests.append(asked)
        if self.mute:
            return
        given = self.answers.get(f"{asked['method']} {asked['uri'].split('?')[0]}", (204, None))
        status, body = self.answer(asked) or given
        answer = {"type": "RESTResponse", "request_id": asked["request_id"], "status_code": status}
        if body is not None:
            answer["message_body"] = json.dumps(body)
        await socket.send_str(json.dumps(answer))
