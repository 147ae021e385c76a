"""What the contract suite acts on: a switch, all it said, and the world around it that tests let happen."""

import asyncio
import functools
import inspect
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

from tests.asterisk.plain_ear import PlainEar
from tests.asterisk.test_inbound_and_phones import dial_from_phone
from tests.asterisk.wire import Wire

from waihu.telephony.carrier import Carrier
from waihu.telephony.exchange import Exchange
from waihu.telephony.port import Signal, Switch, SwitchView
from waihu.telephony.switch import AmiAccess, AriAccess, AsteriskSwitch
from waihu.testing.fake_switch import FakeSwitch
from waihu.testing.virtual_loop import VirtualClock, run_virtual
from waihu.testing.waiting import until
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.commands import Tap
from waihu_models.ids import AgentId, BridgeId, LegId, SessionId, agent_leg, customer_leg, new_id

Scenario: TypeAlias = Callable[..., Coroutine[Any, Any, None]]

HUMAN, MACHINE, BUSY, FOR_EVER, NO_SUCH = (f"+4416329600{kind}" for kind in ("00", "01", "02", "03", "04"))
EARLY, SHORT, LONG = "+441632960017", "+441632960011", "+441632960099"
RINGS = "+441632960200"  # 1 s, then a person
OURS, CALLER = "441632960999", "441632960123"
W = sig.PhoneWish
_CODES = {
    W.LOG_IN: "*11",
    W.LOG_IN_ON_HOOK: "*12",
    W.LOG_OUT: "*10",
    W.AVAILABLE: "*13",
    W.PAUSE: "*142",
    W.JUDGE: "*153",
}
KEYS = {W.PAUSE: "2", W.JUDGE: "3"}
"""What is dialled after the codes that take a key."""
PHONES = ("agent1", "agent2", "agent3", "agent4", "agent5", "lazy1", "busy1", "mute1")


def contract(scenario: Scenario) -> Callable[..., None]:
    """Turn a scenario on a bench into a test that is played on every switch."""

    @functools.wraps(scenario)
    def test(play: Callable[[Scenario], None], **given: Any) -> None:
        play(functools.partial(scenario, **given))

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    rest = [found for found in inspect.signature(scenario).parameters.values() if found.name != "bench"]
    test.__signature__ = inspect.Signature([inspect.Parameter("play", kind), *rest])  # type: ignore[attr-defined]
    return test


class Bench(ABC):
    """A switch that has been entered and has told ``SwitchBack``."""

    def __init__(self, switch: Switch, recordings: Path) -> None:
        self.switch = switch
        self.recordings = recordings
        self.signals: list[Signal] = []
        switch.subscribe(self.signals.append)

    # ---- looking ---------------------------------------------------------------------------------------------------

    def all(self, kind: type, leg_id: LegId | None = None) -> list[Any]:
        """Signals of a kind, of one leg or all."""
        return [s for s in self.signals if isinstance(s, kind) and leg_id in {None, getattr(s, "leg_id", None)}]

    async def told(self, kind: type, leg_id: LegId | None = None, limit_s: float = 10.0) -> Any:
        """Wait for a signal and return the first of its kind."""
        return (await until(lambda: self.all(kind, leg_id), limit_s, f"{kind.__name__} of {leg_id}"))[0]

    def story(self, leg_id: LegId) -> list[str]:
        """What was said of a leg, in order; what is said several times in a row stands once."""
        said = [type(s).__name__ for s in self.signals if isinstance(s, sig.LegSignal) and s.leg_id == leg_id]
        return [name for name, _ in groupby(said)]

    async def viewed(self, wanted: Callable[[SwitchView], Any], limit_s: float = 10.0) -> SwitchView:
        """Wait until the exchange holds what is wanted."""
        async with asyncio.timeout(limit_s):
            while not wanted(view := await self.switch.view()):  # noqa: ASYNC110 -- nobody tells of bridges
                await asyncio.sleep(0.02)
            return view

    # ---- acting ----------------------------------------------------------------------------------------------------

    async def do(self, *commands: do.Command) -> None:
        for command in commands:
            await self.switch.execute(command)

    async def call(self, number: str, ring_timeout_s: int = 20) -> LegId:
        """Place a call to the trunk."""
        leg_id = customer_leg(new_id())  # type: ignore[arg-type]
        await self.do(do.PlaceCall(leg_id, do.TrunkAddress("carrier", number), "+441632960998", ring_timeout_s))
        return leg_id

    async def ring(self, phone: str, ring_timeout_s: int = 20) -> LegId:
        """Place a call to a phone of ours."""
        leg_id = agent_leg(AgentId(phone), SessionId(new_id()))
        await self.do(do.PlaceCall(leg_id, do.PhoneAddress(phone, auto_answer=True), "Waihu", ring_timeout_s))
        return leg_id

    async def talking_to(self, number: str) -> LegId:
        """Place a call and wait until it is in our hands."""
        leg_id = await self.call(number)
        await self.told(sig.LegEntered, leg_id)
        return leg_id

    async def bridge(self, *legs: LegId) -> BridgeId:
        """Open a bridge and put legs into it."""
        bridge_id = BridgeId(f"b-agent1-{new_id()}")
        await self.do(do.OpenBridge(bridge_id), *(do.Join(bridge_id, leg_id) for leg_id in legs))
        for leg_id in legs:
            await self.told(sig.LegJoined, leg_id)
        return bridge_id

    # ---- the world around ------------------------------------------------------------------------------------------

    @abstractmethod
    async def call_in(self) -> LegId:
        """Let somebody call us, and wait for the arrival."""

    @abstractmethod
    async def far_end_hangs_up(self, leg_id: LegId) -> None:
        """Let the other side of a leg hang up."""

    @abstractmethod
    async def press(self, leg_id: LegId, digit: str) -> None:
        """Let a key be pressed at the other side of a leg."""

    @abstractmethod
    async def watch_keys(self) -> None:
        """Begin to note the keys that arrive at far ends."""

    @abstractmethod
    def keys_at_far_end(self, leg_id: LegId) -> str:
        """Tell which keys have arrived at the far end of a leg, the only one there is."""

    @abstractmethod
    async def phones_vanish(self) -> None:
        """Let every phone lose its network."""

    @abstractmethod
    async def kill_and_restart(self) -> None:
        """Let the exchange crash and start again."""

    @abstractmethod
    async def dial_code(self, phone: str, wish: sig.PhoneWish) -> LegId:
        """Let a phone dial the code of a wish, and wait until that is told."""

    @abstractmethod
    async def ear(self) -> tuple[str, int]:
        """Let something take taps, and return where."""

    @abstractmethod
    async def no_ear(self) -> tuple[str, int]:
        """Return where nothing takes taps."""

    @abstractmethod
    async def arrives(self, tap: Tap) -> None:
        """Wait until a second of a tap's sound has come to the ear, under its stream's name."""

    @abstractmethod
    async def ends_unheard(self, leg_id: LegId) -> None:
        """Wait until a leg has ended while the connection is away."""

    @abstractmethod
    async def lose(self) -> None:
        """Cut the connection to the exchange."""

    @abstractmethod
    async def come_back(self) -> None:
        """Mend the connection."""


class FakeBench(Bench):
    """In memory and in virtual time."""

    switch: FakeSwitch

    async def call_in(self) -> LegId:
        return self.switch.call_in(OURS, CALLER)

    async def far_end_hangs_up(self, leg_id: LegId) -> None:
        self.switch.far_end_hangs_up(leg_id)

    async def press(self, leg_id: LegId, digit: str) -> None:
        self.switch.press(leg_id, digit)

    async def watch_keys(self) -> None:
        pass

    def keys_at_far_end(self, leg_id: LegId) -> str:
        return "".join(self.switch.sent_keys[leg_id])

    async def phones_vanish(self) -> None:
        for phone in PHONES:
            self.switch.phone_vanishes(phone)

    async def kill_and_restart(self) -> None:
        self.switch.crash()
        self.switch.come_back()

    async def dial_code(self, phone: str, wish: sig.PhoneWish) -> LegId:
        return self.switch.dial_code(phone, wish, KEYS.get(wish, ""))

    async def ear(self) -> tuple[str, int]:
        return "127.0.0.1", 4000

    async def no_ear(self) -> tuple[str, int]:
        self.switch.deaf.add(("127.0.0.1", 4001))
        return "127.0.0.1", 4001

    async def arrives(self, tap: Tap) -> None:
        assert tap.leg_id in self.switch.taps

    async def ends_unheard(self, leg_id: LegId) -> None:
        await until(lambda: not self.switch.holds(leg_id))

    async def lose(self) -> None:
        self.switch.lose()

    async def come_back(self) -> None:
        self.switch.come_back()


class AsteriskBench(Bench):
    """A real Asterisk, a simulated carrier, and a wire to the exchange that can be cut."""

    switch: AsteriskSwitch

    def __init__(self, switch: Switch, recordings: Path, exchange: Exchange, carrier: Carrier, wire: Wire) -> None:
        super().__init__(switch, recordings)
        self._exchange, self._carrier, self._wire = exchange, carrier, wire
        self._folder = exchange.config.directory
        self._phone: asyncio.Task[int] | None = None
        self._key_log = ""
        self._ear: PlainEar | None = None

    async def call_in(self) -> LegId:
        await self._carrier.call_in(f"{self._exchange.host}:{self._exchange.sip_port}", OURS, CALLER)
        arrived: sig.LegArrived = await self.told(sig.LegArrived)
        return arrived.leg_id

    async def far_end_hangs_up(self, leg_id: LegId) -> None:
        await self._carrier.hang_up_all()

    async def press(self, leg_id: LegId, digit: str) -> None:
        channel = await self.switch.ari.request("GET", f"channels/{leg_id}")
        await self.switch.ami.act("PlayDTMF", Channel=channel["name"], Digit=digit, Receive="1")

    async def watch_keys(self) -> None:
        self._key_log = f"keys-{new_id()}"
        await self._carrier.cli(f"logger add channel {self._key_log} dtmf")

    def keys_at_far_end(self, leg_id: LegId) -> str:
        log = (self._carrier.config.directory / "log" / self._key_log).read_text("utf-8")
        return "".join(re.findall(r"DTMF end '(.)' received", log))

    async def phones_vanish(self) -> None:
        self._carrier.kill()

    async def kill_and_restart(self) -> None:
        self._exchange.kill()
        await self._exchange.ended()
        await self._exchange.start()

    async def dial_code(self, phone: str, wish: sig.PhoneWish) -> LegId:
        self._phone = asyncio.create_task(dial_from_phone(self._exchange, phone, _CODES[wish], self._folder))
        dialled: sig.PhoneDialled = await self.told(sig.PhoneDialled)
        return dialled.leg_id

    async def ear(self) -> tuple[str, int]:
        self._ear = self._ear or await PlainEar.open()
        return self._ear.host, self._ear.port

    async def no_ear(self) -> tuple[str, int]:
        gone = await PlainEar.open()
        await gone.close()
        return gone.host, gone.port

    async def arrives(self, tap: Tap) -> None:
        assert self._ear is not None
        heard = self._ear.heard
        await until(lambda: len(heard.get(tap.stream_id, b"")) >= 16_000, 10.0, f"sound of {tap.leg_id}")

    async def ends_unheard(self, leg_id: LegId) -> None:
        async with asyncio.timeout(10.0):
            while leg_id in await self._exchange.cli("core show channels concise"):  # noqa: ASYNC110 -- nobody tells
                await asyncio.sleep(0.1)

    async def lose(self) -> None:
        self._wire.cut()

    async def come_back(self) -> None:
        self._wire.mend()

    async def clear(self) -> None:
        """Leave nothing behind for the next test."""
        view = await self.switch.view()
        await self.do(*(do.HangUp(leg_id) for leg_id in view.legs), *(do.CloseBridge(one) for one in view.bridges))
        await self.viewed(lambda view: not view.legs and not view.bridges)
        if self._ear is not None:
            await self._ear.close()
        if self._phone is not None:
            await self._phone


async def on_fake(scenario: Scenario, folder: Path) -> None:
    clock = VirtualClock()
    switch = FakeSwitch(clock, phones=PHONES, recordings_dir=folder)
    bench = FakeBench(switch, folder)
    async with switch:
        await bench.told(sig.SwitchBack)
        await scenario(bench)


@asynccontextmanager
async def asterisk_bench(exchange: Exchange, carrier: Carrier) -> AsyncIterator[AsteriskBench]:
    recordings, sounds = exchange.config.recordings_dir, exchange.config.sounds_dir
    assert recordings is not None
    async with Wire.to(exchange.ari_url) as wire:
        switch = AsteriskSwitch(
            AriAccess(wire.url, exchange.ari_user, exchange.ari_password),
            AmiAccess(exchange.ami_host, exchange.ami_port, exchange.ami_user, exchange.ami_password),
            recordings_dir=recordings,
            media={"safe-harbour": f"sound:{sounds}/en/safe-harbour"},
        )
        bench = AsteriskBench(switch, recordings, exchange, carrier, wire)
        async with switch:
            await bench.told(sig.SwitchBack)
            await until(lambda: switch.ami.reachable, what="AMI is reached")
            yield bench
            await bench.clear()


async def on_asterisk(scenario: Scenario, exchange: Exchange, carrier: Carrier) -> None:
    async with asterisk_bench(exchange, carrier) as bench:
        await scenario(bench)


def play_on_fake(folder: Path) -> Callable[[Scenario], None]:
    return lambda scenario: run_virtual(on_fake(scenario, folder))


def play_on_asterisk(exchange: Exchange, carrier: Carrier) -> Callable[[Scenario], None]:
    return lambda scenario: asyncio.run(on_asterisk(scenario, exchange, carrier))
