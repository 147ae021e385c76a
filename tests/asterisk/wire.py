"""A TCP wire that can be cut and mended, between a client and a server on this machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Wire:
    """Passes bytes on; while cut, it ends every connection and refuses new ones (counted)."""

    def __init__(self, host: str, port: int, path: str) -> None:
        self._target = (host, port)
        self._path = path
        self._open = True
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.host, self.port = "127.0.0.1", 0
        self.refused = 0

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}{self._path}"

    @classmethod
    @asynccontextmanager
    async def to(cls, url: str) -> AsyncIterator["Wire"]:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        wire = cls(parts.hostname, parts.port, parts.path)
        server = await asyncio.start_server(wire._accept, wire.host, 0)
        wire.port = server.sockets[0].getsockname()[1]
        try:
            yield wire
        finally:
            server.close()
            wire.cut()
            await asyncio.gather(*wire._tasks, return_exceptions=True)

    def cut(self) -> None:
        self._open = False
        for writer in list(self._writers):
            writer.transport.abort()

    def mend(self) -> None:
        self._open = True

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._open:
            self.refused += 1
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            self._writers.add(sink)
            task = asyncio.create_task(self._pass_on(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.CancelledError):
            while chunk := await source.read(65536):
                sink.write(chunk)
                await sink.drain()
        self._writers.discard(sink)
        sink.close()
