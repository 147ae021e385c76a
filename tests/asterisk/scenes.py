"""What the scenarios of a call's life need: a relay between Asterisk and the controller that loses what it is told to,
and a record of the rows of the table that were really walked."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
import pytest
from aiohttp import web
from tests.asterisk.support import until

from waihu.app import App
from waihu.services.call_desk import Job
from waihu.testing.factories import a_call
from waihu_models import call_life
from waihu_models.call import Call, CallState

Row = tuple[CallState, type]
Predicate = Callable[[dict[str, Any]], Any]


def _none(_: dict[str, Any]) -> bool:
    return False


class Relay:
    """Passes the frames of ARI's WebSocket on, but for those it is to lose; can be cut, and can add frames."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._open = True
        self._client: web.WebSocketResponse | None = None
        self._unanswered: set[str] = set()
        self.url = ""
        self.lose_event: Predicate = _none
        self.lose_request: Predicate = _none
        self.lose_answer: Predicate = _none  # of requests
        self.lost: Counter[str] = Counter()
        self.refused = 0

    @classmethod
    @asynccontextmanager
    async def to(cls, url: str) -> AsyncIterator["Relay"]:
        relay = cls(url)
        app = web.Application()
        app.router.add_get("/ari/events", relay._serve)
        runner = web.AppRunner(app, shutdown_timeout=1.0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        relay.url = f"http://127.0.0.1:{port}{urlsplit(url).path}"
        try:
            yield relay
        finally:
            await relay.cut()
            await runner.cleanup()

    async def cut(self) -> None:
        """End the connection and refuse new ones."""
        self._open = False
        if self._client is not None and self._client.prepared:
            with suppress(ConnectionError):
                await self._client.close()

    def mend(self) -> None:
        self._open = True

    async def add(self, frame: str | bytes) -> None:
        """Send the controller a frame that is not Asterisk's."""
        assert self._client is not None
        await (self._client.send_str(frame) if isinstance(frame, str) else self._client.send_bytes(frame))

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if not self._open:
            self.refused += 1
            raise web.HTTPServiceUnavailable
        headers = {"Authorization": request.headers["Authorization"]}
        url = f"{self._target}/events?{request.query_string}"
        async with aiohttp.ClientSession(headers=headers) as session, session.ws_connect(url) as far:
            near = self._client = web.WebSocketResponse()
            await near.prepare(request)
            back = asyncio.create_task(self._events(far, near), name="relay")
            try:
                await self._requests(near, far)
            finally:
                back.cancel()
                await asyncio.gather(back, return_exceptions=True)
        return near

    async def _requests(self, near: web.WebSocketResponse, far: aiohttp.ClientWebSocketResponse) -> None:
        async for message in near:
            request = msgspec.json.decode(message.data)
            if self.lose_request(request):
                self.lost["request"] += 1
                continue
            if self.lose_answer(request):
                self._unanswered.add(request["request_id"])
            await far.send_str(message.data)

    async def _events(self, far: aiohttp.ClientWebSocketResponse, near: web.WebSocketResponse) -> None:
        async for message in far:
            event = msgspec.json.decode(message.data)
            if event.get("request_id") in self._unanswered:
                self.lost["answer"] += 1
            elif self.lose_event(event):
                self.lost[event["type"]] += 1
            else:
                await near.send_str(message.data)
        await near.close()


def place(app: App, number: str, **changes: Any) -> Call:
    """Dial one number; not by a dial loop, so that each call goes as the test wants."""
    return dial(app, a_call(number_e164=number), **changes)


def dial(app: App, call: Call, **changes: Any) -> Call:
    now = app.clock.now()
    call = replace(call, **{"state_since": now, "dialled_at": now, "patience_s": 60.0, **changes})
    app.calls.place(call, Job())
    return call


class Walk:
    """The rows of the table that were walked, in order, with the call that walked them."""

    def __init__(self, declared: Iterable[Row]) -> None:
        self.declared = frozenset(declared)
        self.steps: list[tuple[str, Row]] = []

    def check(self) -> None:
        """Every declared row was walked."""
        walked = {row for _, row in self.steps}
        missing = sorted(f"{state} {signal.__name__}" for state, signal in self.declared - walked)
        assert not missing, f"never walked: {missing}; walked were {[(str(s), k.__name__) for _, (s, k) in self.steps]}"

    def of(self, call_id: str) -> list[Row]:
        return [row for one, row in self.steps if one == call_id]

    async def has(self, call_id: str, row: Row, timeout_s: float = 10.0) -> None:
        """Wait until a call has walked a row."""
        await until(lambda: row in self.of(call_id), timeout_s, f"{row} of {call_id}, which walked {self.of(call_id)}")


def recorded(monkeypatch: pytest.MonkeyPatch, declared: Iterable[Row]) -> Walk:
    """Record, until the test ends, every row that a call walks."""
    walk = Walk(declared)
    for row, transition in list(call_life.TABLE.items()):
        monkeypatch.setitem(call_life.TABLE, row, _noted(walk, row, transition))
    return walk


def _noted(walk: Walk, row: Row, transition: call_life.Transition) -> call_life.Transition:
    def step(call: Any, signal: Any) -> call_life.Step:
        walk.steps.append((call.id, row))
        return transition(call, signal)

    return step
