"""Ears that are real processes, and the exchange's side of their sockets."""

import asyncio
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4

from waihu.metrics import Metrics
from waihu.services.ears import Ears
from waihu.speech.audio_socket import FRAME_S, HANG_UP, SOUND_8K, UUID, frame
from waihu.speech.ear_words import Began, Ended, Expect, FinalSaid, Load, Ready, Said, Setup
from waihu.telephony.tones import joined, silence, tone
from waihu.testing.waiting import until

ARGV = (sys.executable, "-m", "tests.services.ear_program")
HOME = Path(__file__).parents[2]
RATE_HZ = 8000
FRAME_BYTES = 320


def spoken(*times: tuple[float, float], length_s: float) -> bytes:
    """Return sound with something like a voice in it, from when to when."""
    parts, at_s = [], 0.0
    for begin_s, end_s in times:
        parts += [silence(begin_s - at_s), tone([220, 440, 660], end_s - begin_s)]
        at_s = end_s
    return joined([*parts, silence(length_s - at_s)]).tobytes()


class Line:
    """A stream of the exchange."""

    def __init__(self, stream_id: str, where: tuple[str, int]) -> None:
        self.stream_id = stream_id
        self._where = where
        self.sent_s = 0.0
        self._writer: asyncio.StreamWriter | None = None
        self.reader: asyncio.StreamReader | None = None

    async def open(self) -> "Line":
        self.reader, self._writer = await asyncio.open_connection(*self._where)
        self.raw(frame(UUID, bytes.fromhex(self.stream_id)))
        return self

    def raw(self, line: bytes) -> None:
        assert self._writer is not None
        self._writer.write(line)

    def send(self, pcm: bytes) -> None:
        """Send sound, all at once."""
        for place in range(0, len(pcm), FRAME_BYTES):
            self.raw(frame(SOUND_8K, pcm[place : place + FRAME_BYTES]))
        self.sent_s += len(pcm) / 2 / RATE_HZ

    async def play(self, pcm: bytes) -> None:
        """Send sound as fast as it is spoken."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        for place in range(0, len(pcm), 5 * FRAME_BYTES):
            self.send(pcm[place : place + 5 * FRAME_BYTES])
            await asyncio.sleep(max(0.0, began_s + place / 2 / RATE_HZ + 5 * FRAME_S - loop.time()))

    async def hung_up(self) -> None:
        """Wait until the ear has hung up."""
        assert self.reader is not None
        assert self._writer is not None
        async with asyncio.timeout(8.0):
            with suppress(ConnectionError):
                assert await self.reader.read() == b""
        self._writer.close()

    def hang_up(self) -> None:
        """End as the exchange does."""
        assert self._writer is not None
        if not self._writer.is_closing():
            self.raw(frame(HANG_UP))
            self._writer.close()


class Bench:
    """Ears, and all they said by stream."""

    def __init__(self, ears: Ears) -> None:
        self.ears = ears
        self.said: dict[str, list[Said]] = defaultdict(list)
        self.lines: list[Line] = []
        ears.on_said = self._hear

    def _hear(self, said: Said) -> None:
        if not isinstance(said, Ready | Load):
            self.said[said.stream_id].append(said)

    async def line(self, language: str = "en", **wishes: object) -> Line:
        """Reserve a stream and connect."""
        expect = Expect(stream_id=uuid4().hex, language=language, **wishes)  # type: ignore[arg-type]
        line = await Line(expect.stream_id, self.ears.reserve(expect)).open()
        self.lines.append(line)
        return line

    def finals(self, line: Line) -> list[FinalSaid]:
        return [said for said in self.said[line.stream_id] if isinstance(said, FinalSaid)]

    async def began(self, line: Line) -> Began:
        return next(iter(await until(lambda: [one for one in self.said[line.stream_id] if isinstance(one, Began)])))

    async def end(self, stream: Line | str, limit_s: float = 10.0) -> Ended:
        name = stream if isinstance(stream, str) else stream.stream_id
        found = await until(lambda: [one for one in self.said[name] if isinstance(one, Ended)], limit_s)
        assert len(found) == 1
        assert self.said[name][-1] is found[0]  # nothing comes after it
        ended: Ended = found[0]
        return ended


@asynccontextmanager
async def hearing(count: int = 1, argv: Sequence[str] = ARGV) -> AsyncIterator[Bench]:
    """Start ears; nothing of them is left afterwards."""
    bench = Bench(Ears(Setup(nice=0), count, Metrics(), argv))
    task = asyncio.create_task(bench.ears.run())
    try:
        await until(lambda: bench.ears.state().ready == count, 20.0)
        yield bench
    finally:
        for line in bench.lines:
            line.hang_up()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert all(ear.pid is None for ear in bench.ears.state().ears)
