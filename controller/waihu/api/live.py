"""``/push``: the WebSocket of live screens.

A client says hello with the view it wants, and gets the whole picture or what it missed; see ``live_events`` for the
messages. It has nothing else to say. What ends a connection is told by its close code:

1001 the program ends · 1009 a message of the client was too long · 4400 the client said something that is no message ·
4401 its log-in ended · 4403 the view is not for it · 4429 too many screens are open, or it says too much. One that
takes nothing any more is hung up on, without a word it would not take either.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

import msgspec
import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from waihu.clock import Clock
from waihu.dialer.rate_limit import TokenBucket
from waihu.services.live_channel import Client
from waihu.services.live_feed import Follower, LiveFeed
from waihu_models.access import Viewer
from waihu_models.errors import BadInput, NotAllowed, TooOften
from waihu_models.live_events import Hello

log = structlog.get_logger()

PROTOCOL, LOGGED_OUT, NOT_FOR_YOU, TOO_MUCH = 4400, 4401, 4403, 4429
HEARTBEAT_S = 20.0
"""A client is asked for a sign of life this often; half of it later it is closed."""
HELLO_LIMIT_S = 10.0
"""A client that has not said hello by then is closed."""
SEND_LIMIT_S = 15.0
"""A client that takes nothing for so long is closed."""
CLOSE_LIMIT_S = 1.0
"""How long a client may take to say good-bye, too."""
LONGEST_MESSAGE = 2048
"""Bytes a client may say at once."""
SAYS_PER_S, SAYS_AT_ONCE = 0.5, 20.0
"""How often a client may say something."""


class LoggedIn(Protocol):
    """A log-in: whose it is, and an event that is set when it ends."""

    @property
    def viewer(self) -> Viewer:
        """Return who it is."""
        ...

    @property
    def ended(self) -> asyncio.Event:
        """Return what is set when it ends."""
        ...


class Line:
    """One open connection, and how it is ended."""

    def __init__(self, ws: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self.ws = ws
        self._transport = transport

    async def close(self, code: int, reason: str) -> None:
        """Say good-bye, and hang up on a client that does not listen."""
        text = reason.encode()[:120].decode(errors="ignore").encode()  # a close frame holds 125 bytes, no half letters
        try:
            with suppress(TimeoutError, ConnectionError):
                async with asyncio.timeout(CLOSE_LIMIT_S + 0.2):
                    await self.ws.close(code=code, message=text)
        finally:
            if self._transport is not None and self._transport.get_write_buffer_size():
                self.cut()

    def cut(self) -> None:
        """Hang up: what was not taken would be kept for ever, and the reading side would not hear of the end."""
        if self._transport is not None:
            self._transport.abort()


class Push:
    """Answers WebSockets.

    Args:
        feed: What is followed.
        log_in_of: Says whose a request is; what it raises is the answer to the request.
        clock: Time.
    """

    def __init__(self, feed: LiveFeed, log_in_of: Callable[[web.Request], Awaitable[LoggedIn]], clock: Clock) -> None:
        self._feed = feed
        self._log_in_of = log_in_of
        self._clock = clock
        self._open: set[Line] = set()

    def add_to(self, app: web.Application, path: str = "/push") -> None:
        """Serve under a path; when the application ends, so do all connections."""
        app.router.add_get(path, self.answer)
        app.on_shutdown.append(self.close)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Serve one client for as long as it stays.

        Raises:
            NotLoggedIn, NotAllowed: it may not open.
        """
        log_in = await self._log_in_of(request)
        ws = web.WebSocketResponse(
            timeout=CLOSE_LIMIT_S, heartbeat=HEARTBEAT_S, compress=False, max_msg_size=LONGEST_MESSAGE
        )
        await ws.prepare(request)
        line = Line(ws, request.transport)
        self._open.add(line)
        try:
            await self._serve(line, log_in)
        finally:
            self._open.discard(line)
        return ws

    async def _serve(self, line: Line, log_in: LoggedIn) -> None:
        try:
            follower = self._feed.enter(log_in.viewer)
        except TooOften as error:
            await line.close(TOO_MUCH, str(error))
            return
        ends = asyncio.create_task(self._close_with(line, log_in.ended))
        try:
            await Conversation(line, self._feed, follower, self._clock).run()
        finally:
            ends.cancel()
            self._feed.leave(follower)

    async def _close_with(self, line: Line, ended: asyncio.Event) -> None:
        await ended.wait()
        await line.close(LOGGED_OUT, "the log-in has ended")

    async def close(self, _: web.Application | None = None) -> None:
        """End all connections."""
        closing = (line.close(WSCloseCode.GOING_AWAY, "the program ends") for line in list(self._open))
        await asyncio.gather(*closing, return_exceptions=True)


class Conversation:
    """One open connection: what the client says, and what it is told."""

    def __init__(self, line: Line, feed: LiveFeed, follower: Follower, clock: Clock) -> None:
        self._line = line
        self._feed = feed
        self._follower = follower
        self._clock = clock
        self._says = TokenBucket(SAYS_PER_S, SAYS_AT_ONCE, clock.monotonic())
        self._tells: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Listen until the connection is closed by either side."""
        try:
            async with asyncio.timeout(HELLO_LIMIT_S) as limit:
                while True:
                    message = await self._line.ws.receive()
                    if message.type is not WSMsgType.TEXT or not await self._said(message.data):
                        break
                    limit.reschedule(None)  # from now on the heartbeat says whether somebody is there
            if message.type is WSMsgType.BINARY:
                await self._line.close(PROTOCOL, "messages are text")
        except TimeoutError:
            await self._line.close(PROTOCOL, f"say hello within {HELLO_LIMIT_S:.0f} s")
        finally:
            if self._tells is not None:
                self._tells.cancel()

    async def _said(self, text: str) -> bool:
        """Do what the client asks for; return whether to go on."""
        try:
            if not self._says.take(self._clock.monotonic()):
                raise TooOften("too many messages", 1 / SAYS_PER_S)
            hello = msgspec.json.decode(text, type=Hello)
            client = self._feed.follow(self._follower, hello)
        except (msgspec.MsgspecError, BadInput, UnicodeDecodeError) as error:
            await self._line.close(PROTOCOL, str(error))
            return False
        except NotAllowed as error:
            await self._line.close(NOT_FOR_YOU, str(error))
            return False
        except TooOften as error:
            await self._line.close(TOO_MUCH, str(error))
            return False
        if self._tells is not None:
            self._tells.cancel()
        self._tells = asyncio.create_task(self._tell(client))
        return True

    async def _tell(self, client: Client) -> None:
        try:
            while True:
                message = await client.next()
                async with asyncio.timeout(SEND_LIMIT_S):
                    await self._line.ws.send_frame(message, WSMsgType.TEXT)
        except TimeoutError:
            log.warning("live_client_too_slow", user_id=self._follower.viewer.user_id)
            self._line.cut()
        except ConnectionError:
            pass  # the listening side hears of it as well
