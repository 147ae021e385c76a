"""A tap never harms a call: ears that stop, die, or are not there, and what far ends and the recording then got."""

import wave
from array import array
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.asterisk.plain_ear import EarProcess, PlainEar
from tests.asterisk.scenes import place
from tests.asterisk.support import until
from tests.asterisk.test_carrier_sound import power, read_raw, rms
from tests.asterisk.world import Seen, controller, logged_in, plan_of, prepared
from tests.services.listening import hears

from waihu.app import App
from waihu.services.listening import Listening
from waihu.telephony.carrier import Carrier
from waihu.telephony.exchange import Exchange
from waihu.telephony.tones import RATE_HZ
from waihu.testing.factories import an_agent
from waihu.testing.fake_ears import FakeEars
from waihu_models import signals as sig
from waihu_models.call import Call, CallState
from waihu_models.events import RecordingChanged
from waihu_models.ids import AgentId
from waihu_models.recording import Recording, RecordingState

AGENT_HZ, CUSTOMER_HZ = 440, 1000
CUSTOMER, AGENT = "+441632960025", AgentId("agent1")
WINDOW = RATE_HZ // 10
LOUD, PURE = 1000, 0.8
MOST_GAPS = 3
"""Tenths of a second that a busy machine loses by itself, taps or not: measured after the taps had ended, too."""


@dataclass
class Room:
    """An agent and a customer, each of whom says one tone; what is heard of them goes where ``ears`` say."""

    app: App
    seen: Seen
    exchange: Exchange
    carrier: Carrier
    ears: FakeEars
    listening: Listening
    folder: Path
    kept: list[Recording]

    async def talking(self) -> Call:
        call = place(self.app, CUSTOMER)
        await until(lambda: self.seen.calls[call.id].state is CallState.CONNECTED, 10.0, "customer and agent talk")
        await until(lambda: self.listening.counts["tapped"] == 2, 5.0, "both sides are tapped")
        return self.seen.calls[call.id]

    async def listen_in(self, seconds: float) -> dict[str, list[int]]:
        """Return the windows in which each far end did not hear the other's tone, and nothing else, for so long."""
        listed = (await self.carrier.cli("core show channels concise")).splitlines()
        rows = [line.split("!") for line in listed if line.startswith("PJSIP/")]
        who = {"agent": (f"tone{AGENT_HZ}", CUSTOMER_HZ), "customer": ("25", AGENT_HZ)}
        paths = {}
        for name, (extension, _) in who.items():
            channel = next(row[0] for row in rows if row[2] == extension)
            paths[name] = self.folder / f"{name}.sln"
            await self.carrier.cli(f"mixmonitor start {channel} /dev/null,r({paths[name]})")
        wanted = int((seconds + 0.5) * RATE_HZ)
        await until(lambda: all(len(read_raw(path)) > wanted for path in paths.values()), seconds + 15.0, "sound")
        return {name: gaps(read_raw(paths[name])[RATE_HZ // 2 : wanted], hz) for name, (_, hz) in who.items()}

    async def hangs_up_at_once(self, call: Call) -> Recording:
        self.app.calls.ask(call.id, sig.HangUpAsked(self.app.clock.now(), "agent"))
        await until(lambda: self.seen.calls[call.id].hung_up_at, 2.0, "the exchange tells of the end")
        await until(lambda: self.kept, 10.0, "the recording is kept")
        return self.kept[0]

    def recorded_without_gaps(self, recording: Recording, call: Call) -> None:
        ended = self.seen.calls[call.id]
        assert recording.state is RecordingState.STORED
        assert recording.duration_s == pytest.approx(ended.talk_s, abs=1.0)
        with wave.open(str(self.app.plan.recordings / recording.path)) as sound:
            samples = array("h", sound.readframes(sound.getnframes()))
        edge = RATE_HZ // 2
        assert len(gaps(samples[0::2][edge:-edge], CUSTOMER_HZ)) <= MOST_GAPS
        assert len(gaps(samples[1::2][edge:-edge], AGENT_HZ)) <= MOST_GAPS

    async def nobody_feels_it_for(self, seconds: float) -> None:
        heard = await self.listen_in(seconds)
        assert max(len(missed) for missed in heard.values()) <= MOST_GAPS, heard


def gaps(samples: "array[int]", hz: int) -> list[int]:
    """Return the tenths of a second in which a tone is not all there is."""
    windows = range(0, len(samples) - WINDOW, WINDOW)
    parts = {start // WINDOW: samples[start : start + WINDOW] for start in windows}
    return [n for n, part in parts.items() if rms(part) < LOUD or power(part, hz) < PURE]


@pytest.fixture
async def room(own_exchange: Callable[..., Exchange], carrier: Carrier, tmp_path: Path) -> AsyncIterator[Room]:
    exchange = own_exchange(phones=(carrier.phone(f"tone{AGENT_HZ}"),), recordings_dir=tmp_path / "recordings")
    await exchange.start()
    async with _running(exchange, carrier, tmp_path) as made:
        yield made


@asynccontextmanager
async def _running(exchange: Exchange, carrier: Carrier, folder: Path) -> AsyncIterator[Room]:
    agent = an_agent(AGENT, phone=f"tone{AGENT_HZ}", wrap_limit_s=0.2)
    url, _ = await prepared(folder, [], agents=[agent])
    async with controller(plan_of(exchange, url), drain_s=0.1) as (app, seen):
        ears, kept = FakeEars(), list[Recording]()
        app.bus.subscribe(RecordingChanged, lambda change: kept.append(change.recording))
        made = Room(app, seen, exchange, carrier, ears, hears(app, ears), folder, kept)
        await logged_in(app)
        yield made


async def taps_left(room: Room) -> int:
    return (await room.exchange.cli("core show channels concise")).count("Snoop/")


async def test_each_ear_hears_its_side_and_neither_far_end_anything_of_it(room: Room) -> None:
    ear = await PlainEar.open()
    room.ears.where = ear.host, ear.port
    call = await room.talking()
    await room.nobody_feels_it_for(3.0)
    heard = [array("h", bytes(sound)[RATE_HZ:]) for sound in ear.heard.values()]
    assert [len([one for one in heard if len(gaps(one, hz)) <= MOST_GAPS]) for hz in (CUSTOMER_HZ, AGENT_HZ)] == [1, 1]
    recording = await room.hangs_up_at_once(call)
    room.recorded_without_gaps(recording, call)
    await until(lambda: len(ear.ended) == 2, 5.0, "the ear is hung up on")
    await ear.close()


async def test_an_ear_that_stands_still_is_felt_by_nobody(room: Room) -> None:
    async with EarProcess.running() as ear:
        room.ears.where = ear.where
        call = await room.talking()
        ear.stop()
        await room.nobody_feels_it_for(20.0)
        assert await taps_left(room) == 0, "Asterisk gives up a tap whose buffers are full"
        recording = await room.hangs_up_at_once(call)
        room.recorded_without_gaps(recording, call)


async def _none(room: Room) -> bool:
    return await taps_left(room) == 0


async def test_an_ear_that_is_killed_is_felt_by_nobody(room: Room) -> None:
    async with EarProcess.running() as ear:
        room.ears.where = ear.where
        call = await room.talking()
        ear.kill()
        await until(lambda: _none(room), 5.0, "taps end with their ear")
    await room.nobody_feels_it_for(3.0)
    recording = await room.hangs_up_at_once(call)
    room.recorded_without_gaps(recording, call)


async def test_where_no_ear_listens_nothing_is_felt(room: Room) -> None:
    ear = await PlainEar.open()
    await ear.close()
    room.ears.where = ear.host, ear.port
    call = await room.talking()
    await room.nobody_feels_it_for(3.0)
    room.recorded_without_gaps(await room.hangs_up_at_once(call), call)
