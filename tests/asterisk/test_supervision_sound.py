"""Who hears whom while a supervisor listens, whispers, barges in: three tones, and spectra of what each phone got."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.asterisk.studio import CUSTOMER_HZ, Studio
from tests.asterisk.support import until
from tests.asterisk.world import controller, logged_in, plan_of, prepared

from waihu.telephony.carrier import Carrier
from waihu.telephony.exchange import Exchange
from waihu.testing.factories import an_agent
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import CallState
from waihu_models.ids import AgentId
from waihu_models.supervision import SpyMode, SpyState

AGENT_HZ, SUPERVISOR_HZ = 440, 1700
AGENT = AgentId("agent1")
LISTENS = {"agent": {CUSTOMER_HZ}, "customer": {AGENT_HZ}, "supervisor": {AGENT_HZ, CUSTOMER_HZ}}
WHISPERS = {**LISTENS, "agent": {CUSTOMER_HZ, SUPERVISOR_HZ}}
BARGES = {**WHISPERS, "customer": {AGENT_HZ, SUPERVISOR_HZ}}
HEARS = {SpyMode.LISTEN: LISTENS, SpyMode.WHISPER: WHISPERS, SpyMode.BARGE: BARGES}


class Supervised(Studio):
    """A studio with somebody who supervises the agent."""

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


@pytest.fixture
async def studio(own_exchange: Callable[..., Exchange], carrier: Carrier, tmp_path: Path) -> AsyncIterator[Supervised]:
    phones = tuple(carrier.phone(f"tone{hz}") for hz in (AGENT_HZ, SUPERVISOR_HZ))
    exchange = own_exchange(phones=phones, recordings_dir=tmp_path / "recordings")
    await exchange.start()
    async with _running(exchange, carrier, tmp_path) as made:
        yield made


@asynccontextmanager
async def _running(exchange: Exchange, carrier: Carrier, folder: Path) -> AsyncIterator[Supervised]:
    agent = an_agent(AGENT, phone=f"tone{AGENT_HZ}", wrap_limit_s=0.2)
    url, _ = await prepared(folder, [], agents=[agent])
    async with controller(plan_of(exchange, url), drain_s=0.1) as (app, seen):
        await logged_in(app)
        yield Supervised(app, seen, carrier, folder, {"agent": AGENT_HZ, "supervisor": SUPERVISOR_HZ})


async def test_each_mode_is_heard_by_whom_it_is_meant_for_and_is_changed_while_connected(studio: Supervised) -> None:
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
    studio: Supervised,
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


async def test_a_supervisor_takes_the_customer_over_and_the_agent_is_alone(studio: Supervised) -> None:
    call = await studio.talking()
    await studio.spy(SpyMode.BARGE)
    await studio.app.control.supervisions.take_over(studio.by)
    await until(lambda: studio.now(call).transfer_leg_id and studio.now(call).state is CallState.CONNECTED, 10.0, "met")
    await studio.hears({"customer": {SUPERVISOR_HZ}, "supervisor": {CUSTOMER_HZ}, "agent": set()})
    assert list(studio.app.control.supervisions) == []
    studio.app.calls.ask(call.id, sig.HangUpAsked(studio.app.clock.now(), "test"))
    await until(studio.supervisor_is_gone, 5.0, "the supervisor's phone is free")


@pytest.mark.parametrize("mode", [SpyMode.LISTEN, SpyMode.BARGE])
async def test_an_agent_who_leaves_ends_it_and_no_leg_is_left(studio: Supervised, mode: SpyMode) -> None:
    await studio.talking()
    await studio.spy(mode)
    studio.app.agents.log_out(AGENT, "bye", forced=True)
    await until(lambda: studio.spying is None, 5.0, "supervision ends")

    async def only_the_customer() -> bool:
        return [leg[0] for leg in (await studio.app.switch.view()).legs] in (["c"], [])

    await until(only_the_customer, 5.0, "the legs of agent and supervisor are gone")
