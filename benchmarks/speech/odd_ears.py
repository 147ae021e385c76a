"""Ears that are not as usual; all but one decode nothing, to see what the path itself costs.

``python odd_ears.py accepting`` is our ear, whose recogniser says nothing; ``ungated`` recognises, and its gate never
closes. ``bare`` and ``gathering`` print their port and throw away what comes: an asyncio protocol that wakes for each
frame, and one for which the kernel gathers 100 ms.
"""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HOME / part) for part in ("controller", "models")]

from waihu.speech import batches, voice_gate  # noqa: E402
from waihu.speech.ear import main  # noqa: E402
from waihu.speech.ear_streams import Engine  # noqa: E402
from waihu.speech.ear_words import Setup  # noqa: E402
from waihu.speech.port import Heard, RecognizerStream, StreamPlan, Voice  # noqa: E402


class Accepting:
    """A recogniser, and its streams, that takes everything and says nothing."""

    voice = Voice(engine="accepting", model="none", language="en")

    def __init__(self) -> None:
        self._over = asyncio.Event()

    async def open(self, plan: StreamPlan) -> RecognizerStream:  # noqa: ARG002 -- the port's signature
        return Accepting()

    async def send(self, pcm: bytes) -> None:
        pass

    async def heard(self) -> AsyncIterator[Heard]:
        await self._over.wait()
        return
        yield

    async def finish(self) -> None:
        self._over.set()

    async def close(self) -> None:
        self._over.set()


async def build(setup: Setup) -> Engine:  # noqa: ARG001 -- as ears are built
    return Engine(recognizer=Accepting(), name="accepting")


class Open(voice_gate.VoiceGate):
    """A gate that is never closed, and costs next to nothing."""

    def _judge(self, frame: bytes) -> None:  # noqa: ARG002 -- as it is
        self.voiced.append(True)
        self.open = True


class Reader(asyncio.Protocol):
    """Counts bytes."""

    gathers = False
    count = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.gathers:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 5 * 323)

    def data_received(self, data: bytes) -> None:
        self.count += len(data)


async def read() -> None:
    server = await asyncio.get_running_loop().create_server(Reader, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "accepting":
        main(build)
    if sys.argv[1] == "ungated":
        batches.VoiceGate = Open  # type: ignore[misc]
        main()
    Reader.gathers = sys.argv[1] == "gathering"
    asyncio.run(read())
