"""Waiting without sleeping, and a bare look at ARI for tests of the exchange itself."""

import asyncio
import contextlib
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp

POLL_S = 0.02


async def until(
    predicate: Callable[[], Any | Awaitable[Any]], timeout_s: float = 10.0, what: str = "", poll_s: float = POLL_S
) -> Any:
    """Poll ``predicate`` (plain or async) until it is true; returns its value, fails after ``timeout_s``."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = predicate()
        if inspect.isawaitable(value):
            value = await value
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout_s} s: {what or inspect.getsource(predicate).strip()}")
        await asyncio.sleep(poll_s)


class BareAri:
    """Events of one application, in order, and REST requests. Only for tests of what lies below the ARI client."""

    def __init__(self, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse, url: str) -> None:
        self._session, self._socket, self._url = session, socket, url
        self.events: list[dict[str, Any]] = []

    async def read(self) -> None:
        async for message in self._socket:
            self.events.append(message.json())

    async def request(self, method: str, path: str, **params: Any) -> Any:
        async with self._session.request(method, f"{self._url}{path}", params=params) as answer:
            if answer.status >= 400:
                raise AssertionError(f"{method} {path}: {answer.status} {await answer.text()}")
            return await answer.json() if answer.status != 204 and answer.content_length else None

    async def hang_up(self, channel: str) -> None:
        """End a channel, which may be gone already, and wait for its end."""
        async with self._session.delete(f"{self._url}/channels/{channel}") as answer:
            assert answer.status in {204, 404}, answer.status
        await self.event(channel, "ChannelDestroyed")

    async def hear_of(self, channel: str) -> None:
        """Hear of a channel until its end, also one that the application did not originate."""
        app = next(event["application"] for event in self.of(channel, "StasisStart"))
        await self.request("POST", f"/applications/{app}/subscription", eventSource=f"channel:{channel}")

    def of(self, channel: str, *kinds: str) -> list[dict[str, Any]]:
        """Events of a channel (by id), of all kinds or the ones named."""
        return [
            event
            for event in self.events
            if channel in ((event.get("channel") or {}).get("id"), (event.get("peer") or {}).get("id"))
            and (not kinds or event["type"] in kinds)
        ]

    async def event(self, channel: str, kind: str, timeout_s: float = 15.0) -> dict[str, Any]:
        """Wait for the first event of a kind."""
        return (await until(lambda: self.of(channel, kind), timeout_s, f"{kind} of {channel}"))[0]

    def statuses(self, channel: str) -> list[str]:
        """The dial events so far: RINGING, PROGRESS, ANSWER, BUSY …"""
        return [event["dialstatus"] for event in self.of(channel, "Dial") if event["dialstatus"]]


@contextlib.asynccontextmanager
async def bare_ari(exchange: Any, app: str | None = None) -> AsyncIterator[BareAri]:
    headers = {"Authorization": aiohttp.encode_basic_auth(exchange.ari_user, exchange.ari_password)}
    async with aiohttp.ClientSession(headers=headers) as session:
        url = f"{exchange.ari_url}/events?app={app or exchange.config.app}"
        async with session.ws_connect(url) as socket:
            ari = BareAri(session, socket, exchange.ari_url)
            reader = asyncio.create_task(ari.read(), name="bare ari")
            try:
                yield ari
            finally:
                reader.cancel()
                await asyncio.gather(reader, return_exceptions=True)
