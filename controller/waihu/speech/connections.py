"""Connections of the exchange to an ear: who comes is asked for a known id, and everybody else is hung up on.

Whoever connects may be anybody: what they send is bounded in size, time and number, and never stops the ear.
"""

import asyncio
import socket
from collections.abc import Callable, Iterator
from typing import Protocol, cast

from waihu.speech.audio_socket import ERROR, FRAME_S, HANG_UP, HEADER_BYTES, RATES_HZ, UUID, BadFrame, Frames

ID_LIMIT_S = 3.0
"""Who has not said an id by then is hung up on; and whose frame is not whole by then."""
MOST_UNKNOWN = 512
"""Connections without an id; when one more comes, the oldest goes. More than an ear hears at once: after a moment in
which it stood still it takes all that came meanwhile before it reads what any of them says."""
WAKE_S = 0.1
"""Of sound the kernel gathers before it wakes us: a fifth of the work of taking each frame alone."""
BUFFER_BYTES = 65_536
BACKLOG = 1024


class Hearer(Protocol):
    """What takes the sound of a connection."""

    def sound(self, pcm: bytes) -> None:
        """Take samples."""
        ...

    def over(self, reason: str) -> None:
        """No more comes. ``reason`` is empty when the exchange hung up as it should."""
        ...


Greet = Callable[[str, "Connection"], Hearer | None]
"""Given the id somebody says: who hears them, None if nobody waits for it."""


class Door:
    """The port sound comes in at.

    Attributes:
        dropped: Connections that were hung up on: no id, a wrong one, garbage, a frame that never became whole.
    """

    def __init__(self, greet: Greet) -> None:
        self.greet = greet
        self.buffer = bytearray(BUFFER_BYTES)  # one for all: it is read before the next connection is
        self.dropped = 0
        self._unknown: dict[Connection, None] = {}
        self._known: set[Connection] = set()
        self._server: asyncio.Server | None = None

    async def open(self, host: str = "127.0.0.1") -> tuple[str, int]:
        """Listen on a free port; returns where."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), host, 0, backlog=BACKLOG)
        found: tuple[str, int] = self._server.sockets[0].getsockname()[:2]
        return found

    def close(self) -> None:
        """Listen no more, and hang up on everybody."""
        if self._server is not None:
            self._server.close()
        for connection in [*self._unknown, *self._known]:
            connection.hang_up()

    def connections(self) -> Iterator["Connection"]:
        """Return those that have said their id."""
        return iter(list(self._known))

    def came(self, connection: "Connection") -> None:
        """Note a connection that has said nothing yet."""
        self._unknown[connection] = None
        if len(self._unknown) > MOST_UNKNOWN:
            next(iter(self._unknown)).drop()

    def identified(self, connection: "Connection") -> None:
        """Note that it is one of ours."""
        self._unknown.pop(connection, None)
        self._known.add(connection)

    def went(self, connection: "Connection") -> None:
        """Forget a connection."""
        self._unknown.pop(connection, None)
        self._known.discard(connection)


class Connection(asyncio.BufferedProtocol):
    """One connection."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._frames = Frames()
        self._hearer: Hearer | None = None
        self._transport: asyncio.Transport | None = None
        self._socket: socket.socket | None = None
        self._limit: asyncio.TimerHandle | None = None
        self._rate_hz, self._kind = 0, 0
        self._wake_bytes = 1
        self._ended = False

    # ---- called by the loop ----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for an id."""
        self._transport = cast(asyncio.Transport, transport)
        self._socket = transport.get_extra_info("socket")
        self._limit = asyncio.get_running_loop().call_later(ID_LIMIT_S, self.drop)
        self._door.came(self)

    def get_buffer(self, sizehint: int) -> bytearray:  # noqa: ARG002 -- the loop's signature
        """Lend the buffer to the loop."""
        return self._door.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Take what came."""
        if self._transport is None or self._transport.is_closing():
            return
        try:
            for kind, payload in self._frames.feed(bytes(memoryview(self._door.buffer)[:nbytes])):
                self._take(kind, payload)
                if self._transport.is_closing():
                    return
        except BadFrame as error:
            self.drop(str(error))

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that no more comes."""
        if self._frames.unfinished and not self._ended:
            self._door.dropped += 1
        self._end("" if exc is None else f"the connection broke: {exc}")

    # ---- called by the ear -----------------------------------------------------------------------------------------

    def hang_up(self, reason: str = "") -> None:
        """End the connection."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.abort()
        self._end(reason)

    def drop(self, reason: str = "nothing came") -> None:
        """End a connection that is not as it should be."""
        if self._transport is not None and not self._transport.is_closing():
            self._door.dropped += 1
        self.hang_up(reason)

    def expects(self, rate_hz: int) -> None:
        """Note what sound will come."""
        self._rate_hz = rate_hz
        self._kind = next(kind for kind, rate in RATES_HZ.items() if rate == rate_hz)

    def wake_after(self, seconds: float) -> None:
        """Let the kernel gather so much sound before it wakes us; 0: wake at once."""
        wake_bytes = max(1, round(seconds / FRAME_S) * (HEADER_BYTES + int(self._rate_hz * FRAME_S) * 2))
        if self._socket is not None and wake_bytes != self._wake_bytes:
            self._wake_bytes = wake_bytes
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, wake_bytes)

    def fell_silent(self, for_s: float) -> None:
        """Take what the kernel still gathers; a frame that came in part is given ``ID_LIMIT_S`` to become whole."""
        self.wake_after(0)
        if self._frames.unfinished and for_s > ID_LIMIT_S:
            self.drop("half a frame")

    # ----------------------------------------------------------------------------------------------------------------

    def _take(self, kind: int, payload: bytes) -> None:
        if self._hearer is None:
            self._greet(kind, payload)
        elif kind in RATES_HZ:
            if kind != self._kind:
                raise BadFrame(f"sound of {RATES_HZ[kind]} Hz, not of {self._rate_hz}")
            self._hearer.sound(payload)
        elif kind == HANG_UP:
            self.hang_up()
        elif kind == ERROR:
            self.hang_up("the exchange reports an error")
        elif kind == UUID:
            raise BadFrame("a second id")

    def _greet(self, kind: int, payload: bytes) -> None:
        hearer = self._door.greet(payload.hex(), self) if kind == UUID else None
        if hearer is None:
            self.drop("not expected")
            return
        self._stop_limit()
        self._hearer = hearer
        self._door.identified(self)

    def _stop_limit(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _end(self, reason: str) -> None:
        self._ended = True
        self._stop_limit()
        self._door.went(self)
        hearer, self._hearer = self._hearer, None
        if hearer is not None:
            hearer.over(reason)
