"""Answers heard by a real exchange: each is called through the simulated carrier, tapped and screened by its AMD.

The path is the product's: SIP and RTP with G.711 mu-law, a snoop to AudioSocket, and ``Screen``, which runs AMD.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HOME = HERE.parents[1]
sys.path[:0] = [str(HOME / part) for part in ("benchmarks/calls", "controller", "models", "scripts")]

import numpy as np  # noqa: E402
from ground import HOST, LINES, VAR, _config, install  # noqa: E402

from answer_greetings.app_amd import Verdict  # noqa: E402
from answer_greetings.making import Greeting  # noqa: E402
from answer_greetings.voices import Samples  # noqa: E402
from answer_greetings.wave_files import dialplan  # noqa: E402
from waihu.speech.audio_socket import SOUND_8K, UUID, Frames  # noqa: E402
from waihu.telephony.carrier import Carrier, CarrierConfig  # noqa: E402
from waihu.telephony.exchange import Exchange  # noqa: E402
from waihu.telephony.switch import AmiAccess, AriAccess, AsteriskSwitch  # noqa: E402
from waihu_models import commands as do  # noqa: E402
from waihu_models import signals as sig  # noqa: E402
from waihu_models.errors import WaihuError  # noqa: E402
from waihu_models.ids import CallId, LegId, new_id, tap_leg  # noqa: E402
from waihu_models.transcript import Side  # noqa: E402

AT_ONCE = 24
LISTENED_S = 7.0
CALL_LIMIT_S = 20.0


@dataclass(slots=True)
class Call:
    """One answer: what came of its sound, each piece with the second after the answer, and what AMD said.

    Attributes:
        done: Set when AMD has spoken, or the call failed.
    """

    n: int
    leg_id: LegId
    stream_id: str
    entered_s: float = 0.0
    sound: list[tuple[float, Samples]] = field(default_factory=list)
    verdict: Verdict | None = None
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Lines:
    """All calls of a run; ``port`` is where their sound comes."""

    def __init__(self, switch: AsteriskSwitch) -> None:
        self._switch = switch
        self.port = 0
        self._legs: dict[LegId, Call] = {}
        self._streams: dict[str, Call] = {}
        self.up = asyncio.Event()

    def signal(self, signal: Any) -> None:
        """Take what the exchange says."""
        if isinstance(signal, sig.SwitchBack):
            self.up.set()
        call = self._legs.get(getattr(signal, "leg_id", LegId("")))
        if call is None:
            return
        match signal:
            case sig.LegEntered():
                call.entered_s = time.monotonic()
                call.entered.set()
            case sig.LegScreened():
                status = {sig.Verdict.UNSURE: "NOTSURE"}.get(signal.verdict, signal.verdict.value.upper())
                call.verdict = Verdict(status, signal.cause.partition("-")[0], time.monotonic() - call.entered_s)
                call.done.set()
            case sig.LegEnded():
                call.entered.set()
                call.done.set()

    async def call(self, n: int) -> Call:
        """Call an answer, hear it, and let AMD judge it."""
        call = Call(n, LegId(f"bench-{n}-{new_id()}"), new_id())
        self._legs[call.leg_id], self._streams[call.stream_id] = call, call
        place = do.PlaceCall(call.leg_id, do.TrunkAddress("carrier", f"greet{n}"), "", 20)
        try:
            async with asyncio.timeout(CALL_LIMIT_S):
                await self._switch.execute(place)
                await call.entered.wait()
                tap = tap_leg(CallId(f"b{n}"), Side.CUSTOMER, call.stream_id)
                where = (HOST, self.port)
                hear = do.Tap(tap, call.leg_id, Side.CUSTOMER, call.stream_id, *where)
                await asyncio.gather(self._switch.execute(hear), self._switch.execute(do.Screen(call.leg_id)))
                await call.done.wait()
                await asyncio.sleep(max(0.0, LISTENED_S - (time.monotonic() - call.entered_s)))
        finally:
            await self._switch.execute(do.HangUp(call.leg_id))
        return call

    # ---- the ear's side --------------------------------------------------------------------------------------------

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the sound of one tap."""
        frames, call = Frames(), None
        while piece := await reader.read(4096):
            for kind, payload in frames.feed(piece):
                if kind == UUID:
                    call = self._streams.get(payload.hex())
                elif kind == SOUND_8K and call is not None:
                    at_s = time.monotonic() - call.entered_s
                    call.sound.append((at_s, np.frombuffer(payload, dtype="<i2")))
        writer.close()


@asynccontextmanager
async def lines(folder: Path, answers: Sequence[Greeting]) -> AsyncIterator[Lines]:
    """An exchange, and a carrier at which ``greet<n>`` is the n-th answer."""
    sounds = folder / "greetings"
    sounds.mkdir()
    async with Carrier(install(), CarrierConfig(directory=folder / "carrier", cache=VAR / "sounds")) as carrier:
        with (carrier.config.directory / "etc" / "phones.conf").open("a", encoding="utf-8") as plan:
            plan.write("\n" + dialplan(answers, sounds))
        for path in (folder, sounds):
            path.chmod(0o755)
        await carrier.cli("dialplan reload")
        config = _config(folder, (carrier.trunk("carrier", max_channels=LINES),), ())
        async with Exchange(install(), config) as exchange:
            ari = AriAccess(exchange.ari_url, exchange.ari_user, exchange.ari_password)
            ami = AmiAccess(exchange.ami_host, exchange.ami_port, exchange.ami_user, exchange.ami_password)
            switch = AsteriskSwitch(ari, ami, recordings_dir=folder, media={}, trunks=["carrier"])
            found = Lines(switch)
            server = await asyncio.start_server(found.hear, HOST, 0)
            found.port = server.sockets[0].getsockname()[1]
            switch.subscribe(found.signal)
            async with switch, server:
                await asyncio.wait_for(found.up.wait(), 20.0)
                yield found


async def heard(folder: Path, answers: Sequence[Greeting]) -> list[Call | None]:
    """Call all answers, some at a time; None: a call that did not come about."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(of: Lines, n: int) -> Call | None:
        async with gate:
            try:
                call = await of.call(n)
            except (TimeoutError, WaihuError):
                return None
        return call if call.verdict is not None and call.sound else None

    async with lines(folder, answers) as of:
        return await asyncio.gather(*(one(of, n) for n in range(len(answers))))
