"""The sound of a far end that loses and delays packets on purpose, and reports what it claims to have received."""

import asyncio
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

_NTP_EPOCH_S = 2_208_988_800
_SSRC = 0x1234
FRAME = b"\xff" * 160  # 20 ms of silence in µ-law


class _Taker(asyncio.DatagramProtocol):
    """Takes what comes; notes the reports of the exchange."""

    def __init__(self) -> None:
        self.received = 0
        self.reporter = 0  # SSRC of the exchange
        self.last_report = 0  # middle of its NTP time
        self.heard_at = 0.0
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, _: tuple[str, int]) -> None:
        self.received += 1
        if len(data) >= 16 and data[1] == 200:  # a sender report
            self.reporter, seconds, fraction = struct.unpack("!III", data[4:16])
            self.last_report = (seconds & 0xFFFF) << 16 | fraction >> 16
            self.heard_at = time.monotonic()


class LossySound:
    """Sends every ``keeps`` of ten packets, and reports a round trip and losses, to where the exchange listens."""

    def __init__(self, sound: _Taker, reports: _Taker, port: int) -> None:
        self.port = port
        self._sound, self._reports = sound, reports
        self._task: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator["LossySound"]:
        loop = asyncio.get_running_loop()
        for port in range(41000, 42000, 2):
            try:
                one, sound = await loop.create_datagram_endpoint(_Taker, local_addr=("127.0.0.1", port))
            except OSError:
                continue
            try:
                two, reports = await loop.create_datagram_endpoint(_Taker, local_addr=("127.0.0.1", port + 1))
            except OSError:
                one.close()
                continue
            break
        else:
            raise AssertionError("no pair of free ports")
        made = cls(sound, reports, port)
        try:
            yield made
        finally:
            if made._task is not None:
                made._task.cancel()
                await asyncio.gather(made._task, return_exceptions=True)
            one.close()
            two.close()

    def send(self, to: int, *, loses: int, reported_lost: int, round_trip_s: float) -> None:
        """Begin to send; ``loses`` of ten packets never leave."""
        self._task = asyncio.create_task(self._send(to, loses, reported_lost, round_trip_s), name="lossy sound")

    async def _send(self, to: int, loses: int, reported_lost: int, round_trip_s: float) -> None:
        assert self._sound.transport is not None
        begin = time.monotonic()
        for number in range(1, 100_000):
            if number % 10 >= loses:
                head = struct.pack("!BBHII", 0x80, 0, number & 0xFFFF, number * 160, _SSRC)
                self._sound.transport.sendto(head + FRAME, ("127.0.0.1", to))
            if number % 50 == 0:
                self._report(to + 1, reported_lost, round_trip_s)
            await asyncio.sleep(max(0.0, begin + number * 0.02 - time.monotonic()))

    def _report(self, to: int, lost: int, round_trip_s: float) -> None:
        """Send a sender report with one block about what the exchange sends (RFC 3550 §6.4.1)."""
        if not self._reports.reporter:
            return
        assert self._reports.transport is not None
        now_s = time.time() + _NTP_EPOCH_S
        stamp = (int(now_s), int(now_s % 1 * 2**32))
        since = int((time.monotonic() - self._reports.heard_at - round_trip_s) * 65536)
        block = struct.pack(
            "!IIIIII", self._reports.reporter, 51 << 24 | lost, self._sound.received, 400, self._reports.last_report,
            max(0, since),
        )  # fmt: skip
        head = struct.pack("!BBHIIIIII", 0x81, 200, 12, _SSRC, *stamp, 0, 100, 1000)
        self._reports.transport.sendto(head + block, ("127.0.0.1", to))
