"""Who hears whom while a supervisor listens, whispers, barges in: three tones, and spectra of what each phone got."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.asterisk.scenes import place
from tests.asterisk.support import until
from tests.asterisk.test_carrier_sound import power, read_raw, rms
from tests.asterisk.world import Seen, controller, logged_in, plan_of, prepared

from waihu.app import App
from waihu.store.audit import By
from waihu.telephony.carrier import Carrier
from waihu.telephony.exchange import Exchange
from waihu.telephony.tones import RATE_HZ
from waihu.testing.factories import an_agent
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState
from waihu_models.ids import AgentId, new_id
from waihu_models.supervision import SpyMode, SpyState

AGENT_HZ, CUSTOMER_HZ, SUPERVISOR_HZ = 440, 1000, 1700
CUSTOMER, AGENT = "+441632960025", AgentId("agent1")
HEARD, UNHEARD = 0.1, 0.001  # share of the energy at one frequency
QUIET = 30  # of 32768
LISTENS = {"agent": {CUSTOMER_HZ}, "customer": {AGENT_HZ}, "supervisor": {AGENT_HZ, CUSTOMER_HZ}}
WHISPERS = {**LISTENS, "agent": {CUSTOMER_HZ, SUPERVISOR_HZ}}
BARGES = {**WHISPERS, "customer": {AGENT_HZ, SUPERVISOR_HZ}}
HEARS = {SpyMode.LISTEN: LISTENS, SpyMode.WHISPER: WHISPERS, SpyMode.BARGE: BARGES}


@dataclass
class Studio:
    """An agent and a customer in talk, a supervisor's phone, and microphones at all three far ends."""

    app: App
    seen: Seen
    carrier: Carrier
    folder: Path

    @property
    def by(self) -> By:
        return By("user:ada", self.app.clock.now())

    async def talking(self) -> Call:
        call = place(self.app, CUSTOMER)
        await until(lambda: self.seen.calls[call.id].state is CallState.CONNECTED, 10.0, "customer and agent talk")
        return call

    async def spy(self, mode: SpyMode) -> None:
        await self.app.control.supervisions.start(f"tone{SUPERVISOR_HZ}", AGENT, mode, self.by)
        await until(lambda: self.spying == (SpyState.ON, mode), 10.0, f"{mode} is on")

    @property
    def spying(self) -> tuple[SpyState, SpyMode] | None:
        one = self.app.control.supervisions.of("user:ada")
        return (one.state, one.mode) if one else None

    async def supervisor_is_gone(self) -> bool:
        return f"tone{SUPERVISOR_HZ}" not in await self.carrier.cli("core show channels concise")

    async def change(self, mode: SpyMode) -> None:
        await self.app.control.supervisions.change(mode, self.by)

    async def hears(self, expected: dict[str, set[int]]) -> None:
        """Each phone gets just these tones; a busy machine may miss packets in one half second, but not in five."""
        seen = [await self._heard()]
        while seen[-1] != expected and len(seen) < 5:
            seen.append(await self._heard())
        assert seen[-1] == expected, seen

    async def _heard(self) -> dict[str, set[int] | dict[int, float]]:
        """Which tones arrive at each phone, in half a second that begins half a second from now; shares if unclear."""
        listed = (await self.carrier.cli("core show channels concise")).splitlines()
        rows = [line.split("!") for line in listed if line.startswith("PJSIP/")]
        names = {"agent": f"tone{AGENT_HZ}", "customer": "25", "supervisor": f"tone{SUPERVISOR_HZ}"}
        channels = {who: [row[0] for row in rows if row[2] == ext] for who, ext in names.items()}
        return {who: await self._tones_at(found[0]) for who, found in channels.items() if found}

    async def _tones_at(self, channel: str) -> set[int] | dict[int, float]:
        path = self.folder / f"{new_id()}.sln"
        await self.carrier.cli(f"mixmonitor start {channel} /dev/null,r({path})")
        await until(lambda: len(read_raw(path)) > RATE_HZ, 10.0, f"sound at {channel}")
        await self.carrier.cli(f"mixmonitor stop {channel}")
        samples = read_raw(path)[RATE_HZ // 2 : RATE_HZ]
        if rms(samples) < QUIET:
            return set()
        found = {hz: power(samples, hz) for hz in (AGENT_HZ, CUSTOMER_HZ, SUPERVISOR_HZ)}
        if any(UNHEARD <= share <= HEARD for share in found.values()):
            return found
        return {hz for hz, share in found.items() if share > HEARD}


@pytest.fixture
async def studio(own_exchange: Callable[..., Exchange], carrier: Carrier, tmp_path: Path) -> AsyncIterator[Studio]:
    phones = tuple(carrier.phone(f"tone{hz}") for hz in (AGENT_HZ, SUPERVISOR_HZ))
    exchange = own_exchange(phones=phones, recordings_dir=tmp_path / "recordings")
    await exchange.start()
    async with _running(exchange, carrier, tmp_path) as made:
        yield made


@asynccontextmanager
async def _running(exchange: Exchange, carrier: Carrier, folder: Path) -> AsyncIterator[Studio]:
    agent = an_agent(AGENT, phone=f"tone{AGENT_HZ}", wrap_limit_s=0.2)
    url, _ = await prepared(folder, [], agents=[agent])
    async with controller(plan_of(exchange, url), drain_s=0.1) as (app, seen):
        await logged_in(app)
        yield Studio(app, seen, carrier, folder)


async def test_each_mode_is_heard_by_whom_it_is_meant_for_and_is_changed_while_connected(studio: Studio) -> None:
    call = await studio.talking()
    before = {who: LISTENS[who] for who in ("agent", "customer")}
    await studio.hears(before)
    await studio.spy(SpyMode.WHISPER)
    await studio.hears(WHISPERS)
    for mode in (SpyMode.BARGE, SpyMode.LISTEN, SpyMode.BARGE, SpyMode.WHISPER, SpyMode.LISTEN):
        await studio.change(mode)
        await studio.hears(HEARS[mode])
    await studio.app.control.supervisions.stop(studio.by)
    await until(studio.supervisor_is_gone, 5.0)
    await studio.hears(before)
    assert studio.seen.calls[call.id].state is CallState.CONNECTED


async def test_a_customer_who_hangs_up_while_somebody_barges_in_is_gone_at_once_and_the_next_one_is_left_in_peace(
    studio: Studio,
) -> None:
    first = await studio.talking()
    await studio.spy(SpyMode.BARGE)
    await studio.hears(BARGES)
    studio.app.calls.ask(first.id, sig.HangUpAsked(studio.app.clock.now(), "agent"))
    await until(lambda: studio.seen.calls[first.id].hung_up_at, 2.0, "the exchange tells of the end")
    await until(lambda: studio.app.agents.get(AGENT).state is AgentState.AVAILABLE, 5.0, "the agent goes on")
    await studio.talking()
    assert studio.spying == (SpyState.ON, SpyMode.LISTEN)
    await studio.hears(LISTENS)
    await studio.change(SpyMode.BARGE)
    await studio.hears(BARGES)


@pytest.mark.parametrize("mode", [SpyMode.LISTEN, SpyMode.BARGE])
async def test_an_agent_who_leaves_ends_it_and_no_leg_is_left(studio: Studio, mode: SpyMode) -> None:
    await studio.talking()
    await studio.spy(mode)
    studio.app.agents.log_out(AGENT, "bye", forced=True)
    await until(lambda: studio.spying is None, 5.0, "supervision ends")

    async def only_the_customer() -> bool:
        return [leg[0] for leg in (await studio.app.switch.view()).legs] in (["c"], [])

    await until(only_the_customer, 5.0, "the legs of agent and supervisor are gone")
