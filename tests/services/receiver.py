"""Another system's web server on loopback, that behaves as badly as a test wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Received:
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    """What came in, and where."""

    url: str = ""
    requests: list[Received] = field(default_factory=list)
    behaviours: dict[str, Behaviour] = field(default_factory=dict)  # path -> what it does; otherwise 204
    released: asyncio.Event = field(default_factory=asyncio.Event)  # ends everything that hangs

    def keys(self, path: str = "/hook") -> list[str]:
        return [one.told["key"] for one in self.requests if one.path == path]

    def of(self, path: str) -> list[Received]:
        return [one for one in self.requests if one.path == path]

    async def _take(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.requests.append(Received(request.path, dict(request.headers), body))
        behaviour = self.behaviours.get(request.path)
        return await behaviour(request) if behaviour else web.Response(status=204)

    # ---- bad manners -----------------------------------------------------------------------------------------------

    def answering(self, *statuses: int, headers: dict[str, str] | None = None, text: str = "") -> Behaviour:
        """Answer with these, the last one for ever."""
        left = list(statuses)

        async def answer(_: web.Request) -> web.StreamResponse:
            status = left.pop(0) if len(left) > 1 else left[0]
            return web.Response(status=status, headers=headers, text=text or None)

        return answer

    async def hang(self, _: web.Request) -> web.StreamResponse:
        await self.released.wait()
        return web.Response(status=204)

    async def cut(self, request: web.Request) -> web.StreamResponse:
        """Close the connection without a word."""
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def half(self, request: web.Request) -> web.StreamResponse:
        """Say no, promise much to read, and close half-way."""
        response = web.StreamResponse(status=500, headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"half of what")
        assert request.transport is not None
        request.transport.close()
        return response

    def flood(self, status: int) -> Behaviour:
        """Answer with an endless body."""

        async def pour(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(status=status)
            response.enable_chunked_encoding()
            await response.prepare(request)
            while not self.released.is_set():
                await response.write(b"x" * 65536)
            return response

        return pour


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", made._take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        made.released.set()
        await runner.cleanup()
