"""An ear that only listens: it keeps the sound of every stream Asterisk's AudioSocket brings, by the stream's id."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_SMALL_BUFFER_BYTES, _SMALL_PACKET_BYTES = 4096, 536
"""So that an ear that takes nothing is felt by the sender within seconds: large packets come with large buffers."""
_HANG_UP, _NAME, _SOUND = 0x00, 0x01, 0x10


class PlainEar:
    """Takes AudioSocket connections. ``heard``: stream id -> 16 bit little-endian samples at 8 kHz."""

    def __init__(self) -> None:
        self.heard: dict[str, bytearray] = {}
        self.ended: set[str] = set()
        self.host, self.port = "127.0.0.1", 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @classmethod
    async def open(cls) -> "PlainEar":
        ear = cls()
        listener = socket.create_server((ear.host, 0))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER_BYTES)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, _SMALL_PACKET_BYTES)
        ear._server = await asyncio.start_server(ear._take, sock=listener)
        ear.port = ear._server.sockets[0].getsockname()[1]
        return ear

    async def close(self) -> None:
        """Hang up on everybody, and take nobody any more."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._open):
            writer.close()
        await asyncio.sleep(0)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        name = ""
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    kind, length = (head := await reader.readexactly(3))[0], int.from_bytes(head[1:], "big")
                    payload = await reader.readexactly(length)
                    if kind == _NAME:
                        name = payload.hex()
                        self.heard[name] = bytearray()
                    elif kind == _SOUND:
                        self.heard[name] += payload
                    elif kind == _HANG_UP:
                        break
        finally:
            self.ended.add(name)
            self._open.discard(writer)
            writer.close()


class EarProcess:
    """The same in a process of its own, which can be stopped and killed."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process = process
        self.where = "127.0.0.1", port

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator["EarProcess"]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.asterisk.plain_ear", cwd=Path(__file__).parents[2], stdin=-1, stdout=-1
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(20.0):
                port = int(await process.stdout.readline())
            yield cls(process, port)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def stop(self) -> None:
        os.kill(self._process.pid, signal.SIGSTOP)

    def kill(self) -> None:
        self._process.kill()


async def _main() -> None:
    ear = await PlainEar.open()
    print(ear.port, flush=True)  # noqa: T201 -- to whoever started it
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
