"""A thin ARI client: one WebSocket that brings events and carries REST requests, kept up by itself.

Source: Asterisk 22 ARI, "ARI Events" and "ARI REST over WebSocket".
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import msgspec
import structlog

from waihu_models.errors import LegGone, SwitchRefused, SwitchTimeout, SwitchUnreachable

log = structlog.get_logger(__name__)

REQUEST_TIMEOUT_S = 2.0
CONNECT_TIMEOUT_S = 5.0
HEARTBEAT_S = 5.0
MAX_IN_FLIGHT = 1000
MAX_MESSAGE_BYTES = 4 << 20
GONE = frozenset({404, 409})  # 409 is said of a channel that has left the application
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0


@dataclass(frozen=True, slots=True)
class AriAccess:
    """Where ARI is (``http://host:port/ari``) and as whom we come."""

    url: str
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AriHooks:
    """Whom the client tells. ``on_up`` is awaited before the connection counts as up; the others must not block."""

    on_event: Callable[[Any], None]
    on_up: Callable[[], Awaitable[None]]
    on_lost: Callable[[str], None]


class AriClient:
    """Connects, reconnects with back-off, and asks."""

    def __init__(self, access: AriAccess, app: str, hooks: AriHooks) -> None:
        self._access = access
        self._app = app
        self._hooks = hooks
        self._ids = count(1)
        self._pending: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._up = False
        self.closing = False  # the connection ends because we want it to: nobody has to be told
        self._replaced = ""
        self.counters: Counter[str] = Counter()

    @property
    def up(self) -> bool:
        """Whether requests can be made."""
        return self._up

    async def run(self) -> None:
        """Keep the connection until cancelled, or replaced."""
        pause_s = FIRST_PAUSE_S
        headers = {"Authorization": aiohttp.encode_basic_auth(self._access.user, self._access.password)}
        async with aiohttp.ClientSession(headers=headers) as session:
            while not self._replaced:
                connects = self.counters["connects"]
                reason = await self._once(session)
                if reason is not None:
                    self.counters["connect_failed"] += 1
                if self.counters["connects"] > connects:  # it was up: the next loss is a new one
                    pause_s = FIRST_PAUSE_S
                await asyncio.sleep(pause_s * random.uniform(0.7, 1.3))  # noqa: S311 -- spreads retries, no secret
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _once(self, session: aiohttp.ClientSession) -> str | None:
        """Hold one connection for as long as it lasts; return why none came about, None if one did."""
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                socket = await session.ws_connect(
                    self._events_url(), heartbeat=HEARTBEAT_S, max_msg_size=MAX_MESSAGE_BYTES
                )
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            log.info("ari_not_reached", problem=str(error) or type(error).__name__)
            return str(error) or "timeout"
        self._socket = socket
        reader = asyncio.create_task(self._read(socket), name="ari reader")
        opening = asyncio.create_task(self._open(), name="ari opening")
        try:
            await asyncio.wait({reader})
        finally:
            for task in (reader, opening):
                task.cancel()
            self._lose("closed" if reader.cancelled() else f"connection closed ({socket.close_code})")
            failed, _ = await asyncio.gather(reader, opening, return_exceptions=True)
            if isinstance(failed, Exception):
                log.error("ari_reader_failed", exc_info=failed)
            await socket.close()
        return None

    async def _open(self) -> None:
        try:
            await self._hooks.on_up()
        except (SwitchUnreachable, SwitchTimeout, SwitchRefused, LegGone) as error:
            log.warning("ari_opening_failed", problem=str(error))
            if self._socket is not None:
                await self._socket.close()

    def mark_up(self) -> None:
        """Say that the connection is ready for commands; called from ``on_up``."""
        self._up = True
        self.counters["connects"] += 1

    def replaced(self, by: str) -> None:
        """Give the connection up for good: somebody else has it, and to take it back would go on for ever."""
        self._replaced = by
        self._lose(by)

    def _lose(self, reason: str) -> None:
        was_up, self._up, self._socket = self._up, False, None
        if was_up and not self.closing:
            self._hooks.on_lost(reason)
        for waiting in self._pending.values():
            if not waiting.done():
                waiting.set_exception(SwitchTimeout("the connection was lost before the answer"))
        self._pending.clear()

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._take(message.data)
            else:
                self.counters["not_text"] += 1
            if self._replaced:
                return
        # Before anything else can run: nothing may be dialled from this moment on.
        self._lose(f"connection closed ({socket.close_code})")

    def _take(self, text: str) -> None:
        try:
            event = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):  # the second: nested beyond all sense
            self.counters["not_json"] += 1
            return
        if isinstance(event, dict) and event.get("type") == "RESTResponse":
            waiting = self._pending.pop(str(event.get("request_id")), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(event)
            return
        self._hooks.on_event(event)

    def _events_url(self) -> str:
        return f"{self._access.url}/events?{urlencode({'app': self._app, 'subscribeAll': 'false'})}"

    async def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        timeout_s: float = REQUEST_TIMEOUT_S,
        gone: Container[int] = GONE,
        **query: Any,
    ) -> Any:
        """Make one REST request; never repeated.

        Args:
            method: GET, POST, PUT or DELETE.
            path: Below ``/ari/``, its parts already quoted (``part``).
            body: Sent as JSON.
            timeout_s: Seconds to wait for the answer.
            gone: HTTP statuses that say that the leg is gone.
            query: Query parameters; None is left out.
        Raises:
            SwitchUnreachable: no connection, or too many requests under way; nothing was sent.
            SwitchTimeout: no answer in time.
            LegGone: an answer with one of the statuses ``gone``.
            SwitchRefused: any other 4xx or 5xx.
        """
        if self._socket is None or self._socket.closed:
            raise SwitchUnreachable("not connected to the exchange")
        if len(self._pending) >= MAX_IN_FLIGHT:
            raise SwitchUnreachable(f"{MAX_IN_FLIGHT} requests are waiting for the exchange")
        request_id = str(next(self._ids))
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._pending[request_id] = answer
        self.counters["requests"] += 1
        try:
            async with asyncio.timeout(timeout_s):
                await self._socket.send_str(_frame(request_id, method, path, body, query))
                return _result(await answer, f"{method} {path}", gone)
        except TimeoutError as error:
            self.counters["timeouts"] += 1
            raise SwitchTimeout(f"{method} {path}: no answer within {timeout_s} s") from error
        except (aiohttp.ClientError, ConnectionError) as error:
            raise SwitchUnreachable(f"the connection was lost: {error}") from error
        finally:
            self._pending.pop(request_id, None)


def part(text: str) -> str:
    """Quote one part of a path."""
    return quote(text, safe="")


def _frame(request_id: str, method: str, path: str, body: Any, query: dict[str, Any]) -> str:
    given = {name: str(value) for name, value in query.items() if value is not None}
    frame: dict[str, Any] = {
        "type": "RESTRequest",
        "transaction_id": request_id,
        "request_id": request_id,
        "method": method,
        "uri": f"{path}?{urlencode(given, quote_via=quote)}" if given else path,
    }
    if body is not None:
        frame |= {"content_type": "application/json", "message_body": msgspec.json.encode(body).decode()}
    return msgspec.json.encode(frame).decode()


def _result(answer: dict[str, Any], asked: str, gone: Container[int]) -> Any:
    try:
        status = int(answer.get("status_code", 500))
        text = answer.get("message_body") or ""
        if status < 300:
            return msgspec.json.decode(text) if text else None
    except (TypeError, ValueError, msgspec.DecodeError) as error:
        raise SwitchRefused(f"{asked}: unreadable answer: {error}") from error
    said = f"{asked}: {status} {answer.get('reason_phrase', '')} {str(text)[:200]}"
    if status in gone:
        raise LegGone(said)
    raise SwitchRefused(said)
