"""Agents at SIP phones that really register: log-in, both ways of being reached, pause, wrap-up, vanishing phones."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.asterisk.scenes import place
from tests.asterisk.sip import Address, Ring, SipAgent
from tests.asterisk.support import until
from tests.asterisk.world import Seen, controller, plan_of, prepared

from waihu.app import App
from waihu.store.statements import table
from waihu.telephony.exchange import Exchange
from waihu.telephony.exchange_config import Phone, Trunk
from waihu.testing.factories import an_agent
from waihu_models import signals as sig
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.call import Call, CallState
from waihu_models.campaign import DialMode
from waihu_models.errors import BadInput, Conflict
from waihu_models.events import AgentChanged
from waihu_models.ids import AgentId
from waihu_models.outcome import Outcome
from waihu_models.tables import AgentStateRow

A = AgentState
ANN, BEN = AgentId("ann"), AgentId("ben")  # at the phones desk1 and desk2
LONG = [f"+44163296{place:02d}099" for place in range(10, 16)]
NAILED, ON_HOOK = PhoneMode.NAILED_UP, PhoneMode.ON_HOOK


def picks_up(ring: Ring) -> None:
    ring.say(100, 180, 200)


def rings_on(ring: Ring) -> None:
    ring.say(100, 180)


@dataclass
class Office:
    """A controller, and the phones of Ann and Ben."""

    app: App
    seen: Seen
    exchange: Address
    desks: tuple[SipAgent, SipAgent]
    states: dict[AgentId, list[AgentState]] = field(default_factory=lambda: {ANN: [], BEN: []})

    def get(self, agent_id: AgentId) -> Agent:
        return self.app.agents.get(agent_id)

    async def is_in(self, agent_id: AgentId, state: AgentState, timeout_s: float = 10.0) -> Agent:
        await until(lambda: self.get(agent_id).state is state, timeout_s, f"{agent_id} is {state}")
        return self.get(agent_id)

    async def log_in(self, agent_id: AgentId, mode: PhoneMode = NAILED) -> None:
        self.app.agents.log_in(agent_id, mode=mode)
        await self.is_in(agent_id, A.AVAILABLE)

    async def reached(self, call: Call, state: CallState, timeout_s: float = 10.0) -> Call:
        what = f"{call.number_e164} is {state}"
        await until(lambda: call.id in self.seen.calls and self.seen.calls[call.id].state is state, timeout_s, what)
        return self.seen.calls[call.id]

    async def talk(self, number: str = LONG[0]) -> Call:
        """Call somebody who talks without end, until an agent has them."""
        return await self.reached(place(self.app, number), CallState.CONNECTED)

    def end(self, call: Call) -> None:
        self.app.calls.ask(call.id, sig.HangUpAsked(self.app.clock.now(), "agent"))

    async def log(self, agent_id: AgentId, *states: AgentState) -> list[Any]:
        """The stretches of an agent's sessions as stored, once the last ones are of these states."""
        rows = table(AgentStateRow)
        wanted = select(rows).where(rows.c.agent_id == agent_id, rows.c.state != A.OFFLINE).order_by(rows.c.seq)

        async def stored() -> list[Any]:
            found = await self.app.store.rows(wanted)
            return list(found) if [row["state"] for row in found][-len(states) :] == list(states) else []

        return await until(stored, 5.0, f"the time of {agent_id} ends with {states}")


OpenOffice = Callable[..., AbstractAsyncContextManager[Office]]


@pytest.fixture
def office(own_exchange: Callable[..., Exchange], trunk: Trunk, tmp_path: Path) -> OpenOffice:
    @asynccontextmanager
    async def opened(numbers: tuple[str, ...] = (), **agents: Any) -> AsyncIterator[Office]:
        phones = (Phone(name="desk1"), Phone(name="desk2"))
        exchange = own_exchange(
            trunks=(trunk,), phones=phones, qualify_frequency_s=1, recordings_dir=tmp_path / "recordings"
        )
        await exchange.start()
        given = {"wrap_limit_s": 0.5, "ring_timeout_s": 5, **agents}
        people = [an_agent(name, phone=phone.name, **given) for name, phone in zip((ANN, BEN), phones, strict=True)]
        url, _ = await prepared(tmp_path, numbers, agents=people, mode=DialMode.PROGRESSIVE)
        address = (exchange.host, exchange.sip_port)
        async with SipAgent.open() as one, SipAgent.open() as two:
            for desk, phone in zip((one, two), phones, strict=True):
                desk.on_ring = picks_up
                assert await desk.register(address, phone.name, exchange.phone_password(phone.name)) == 200
            async with controller(plan_of(exchange, url), drain_s=0.1) as (app, seen):
                made = Office(app, seen, address, (one, two))
                app.bus.subscribe(AgentChanged, lambda change: _noted(made, change))
                yield made

    return opened


def _noted(office: Office, change: AgentChanged) -> None:
    if change.agent.state is not change.was.state:
        office.states[change.agent.id].append(change.agent.state)


async def test_a_phone_with_a_wrong_password_does_not_register(
    own_exchange: Callable[..., Exchange], tmp_path: Path
) -> None:
    exchange = own_exchange(trunks=(), phones=(Phone(name="desk1"),))
    await exchange.start()
    async with SipAgent.open() as desk:
        status = await desk.register((exchange.host, exchange.sip_port), "desk1", "wrong")
        assert status == 401


async def test_a_nailed_up_phone_is_rung_once_and_hears_each_customer_in_milliseconds(office: OpenOffice) -> None:
    async with office() as here:
        await here.log_in(ANN)
        phone = here.desks[0]
        assert phone.rings[0].invite.get("Call-Info") == "<sip:waihu>;answer-after=0"
        assert phone.rings[0].invite.get("Alert-Info") == "info=alert-autoanswer"
        leg = here.get(ANN).leg_id
        for number in LONG[:2]:
            call = await here.talk(number)
            assert call.agent_wait_s is not None
            assert call.agent_wait_s < 0.25  # some 3 ms on an idle machine
            await here.is_in(ANN, A.TALKING)
            here.end(call)
            await here.is_in(ANN, A.AVAILABLE)
            assert (await here.reached(call, CallState.ENDED)).agent_id == ANN
        assert here.get(ANN).leg_id == leg
        assert len(phone.rings) == 1
        assert not phone.rings[0].over
    one_call = [A.RESERVED, A.TALKING, A.WRAP_UP, A.AVAILABLE]
    assert here.states[ANN] == [A.CALLING, A.AVAILABLE, *one_call, *one_call, A.OFFLINE]


async def test_an_on_hook_phone_is_rung_for_each_call_and_asked_to_pick_up_by_itself(office: OpenOffice) -> None:
    async with office() as here:
        await here.log_in(ANN, ON_HOOK)
        phone = here.desks[0]
        assert phone.rings == []
        for place_, number in enumerate(LONG[:2]):
            call = await here.talk(number)
            await here.is_in(ANN, A.TALKING)
            assert len(phone.rings) == place_ + 1
            assert phone.rings[-1].invite.get("Call-Info") == "<sip:waihu>;answer-after=0"
            here.end(call)
            await until(lambda: phone.rings[-1].over, 5.0, "the phone is put down")
            await here.is_in(ANN, A.AVAILABLE)
        phone.on_ring = rings_on
        call = place(here.app, LONG[2])
        await here.is_in(ANN, A.RESERVED)
        await until(lambda: len(phone.rings) == 3, 5.0, "it rings")
        assert here.seen.calls[call.id].state is CallState.WAITING
        phone.rings[-1].say(200)
        await here.is_in(ANN, A.TALKING)
        await here.reached(call, CallState.CONNECTED)


async def test_wrap_up_ends_by_itself_at_the_limit(office: OpenOffice) -> None:
    async with office(wrap_limit_s=1.0) as here:
        await here.log_in(ANN)
        here.end(await here.talk())
        await here.is_in(ANN, A.WRAP_UP)
        await here.is_in(ANN, A.AVAILABLE)
        log = await here.log(ANN, A.TALKING, A.WRAP_UP)
    assert log[-1]["duration_s"] == pytest.approx(1.0, abs=0.5)
    assert log[-1]["duration_s"] >= 1.0
    assert log[-1]["call_id"] == next(iter(here.seen.calls))


async def test_a_pause_needs_a_reason_gets_no_call_and_is_stored_with_its_length(office: OpenOffice) -> None:
    async with office(numbers=tuple(LONG[1:])) as here:
        await here.log_in(ANN)
        with pytest.raises(BadInput):
            here.app.agents.pause(ANN, " ")
        here.app.agents.pause(ANN, "lunch")
        assert (await here.is_in(ANN, A.PAUSED)).reason == "lunch"
        loop = await here.app.dialling.start("spring")
        waiting = place(here.app, LONG[0])
        await here.reached(waiting, CallState.WAITING)
        assert loop.decide() == 0
        assert set(here.seen.calls) == {waiting.id}, "nobody is dialled for an agent at lunch"
        here.app.agents.available(ANN)
        await here.reached(waiting, CallState.CONNECTED)
        log = await here.log(ANN, A.PAUSED, A.AVAILABLE, A.RESERVED)
    paused = next(row for row in log if row["state"] == A.PAUSED)
    assert paused["reason"] == "lunch"
    assert paused["duration_s"] > 0


async def test_a_pause_asked_for_in_a_call_begins_after_the_wrap_up(office: OpenOffice) -> None:
    async with office() as here:
        await here.log_in(ANN)
        call = await here.talk()
        await here.is_in(ANN, A.TALKING)
        here.app.agents.pause(ANN, "training")
        await until(lambda: here.get(ANN).then_pause, 5.0, "it is noted")
        assert here.get(ANN).state is A.TALKING
        here.end(call)
        assert (await here.is_in(ANN, A.PAUSED)).reason == "training"
        assert here.states[ANN][-3:] == [A.TALKING, A.WRAP_UP, A.PAUSED]


@pytest.mark.parametrize("mode", [NAILED, ON_HOOK])
async def test_a_phone_that_unregisters_takes_its_agent_out_of_dialling(office: OpenOffice, mode: PhoneMode) -> None:
    async with office(numbers=tuple(LONG[:2])) as here:
        await here.log_in(ANN, mode)
        phone = here.desks[0]
        assert await phone.unregister(here.exchange) == 200
        assert (await here.is_in(ANN, A.OFFLINE, 2.0)).reason == "phone unreachable"
        loop = await here.app.dialling.start("spring")
        await loop.hopper.refill()
        assert loop.decide() == 0
        assert here.seen.calls == {}
        await until(lambda: all(ring.over for ring in phone.rings), 5.0, "an open leg is ended")


@pytest.mark.parametrize("mode", [NAILED, ON_HOOK])
async def test_a_phone_that_answers_no_more_loses_its_agent_and_the_customer_gets_another(
    office: OpenOffice, mode: PhoneMode
) -> None:
    async with office() as here:
        await here.log_in(ANN, mode)
        await until(lambda: here.desks[0].options_seen, 5.0, "the exchange asks whether it is there")
        call = await here.talk()
        await here.is_in(ANN, A.TALKING)
        here.desks[0].alive = False
        await here.is_in(ANN, A.OFFLINE, 15.0)
        await here.reached(call, CallState.WAITING)
        here.app.agents.log_in(BEN)
        assert (await here.reached(call, CallState.CONNECTED)).agent_id == BEN
        log = await here.log(ANN, A.TALKING)
    assert log[-1]["call_id"] == call.id


@pytest.mark.parametrize("code", [0, 486])
async def test_an_on_hook_agent_who_misses_a_call_is_paused_and_the_customer_gets_another(
    office: OpenOffice, code: int
) -> None:
    async with office(ring_timeout_s=1) as here:
        here.desks[0].on_ring = (lambda ring: ring.say(100, code)) if code else rings_on
        await here.log_in(ANN, ON_HOOK)
        await here.log_in(BEN, ON_HOOK)
        call = await here.talk()
        assert call.agent_id == BEN
        assert (here.get(ANN).state, here.get(ANN).reason, here.get(ANN).call_id) == (A.PAUSED, "missed call", None)
        assert here.states[ANN] == [A.AVAILABLE, A.RESERVED, A.PAUSED]
        assert here.desks[0].rings[0].over
        here.end(call)
        assert (await here.reached(call, CallState.ENDED)).outcome is Outcome.ANSWERED


async def test_two_agents_on_one_phone_are_refused(office: OpenOffice) -> None:
    async with office() as here:
        await here.log_in(ANN)
        for phone in ("desk1", "desk2"):
            with pytest.raises(Conflict):
                here.app.agents.log_in(ANN, phone)
        with pytest.raises(Conflict):
            here.app.agents.log_in(BEN, "desk1")
        here.app.agents.log_out(ANN, "home")
        await here.is_in(ANN, A.OFFLINE)
        here.app.agents.log_in(BEN, "desk1")
        assert (await here.is_in(BEN, A.AVAILABLE)).phone == "desk1"
        assert here.desks[1].rings == []


async def test_two_log_ins_on_one_phone_in_the_same_moment_make_one_session(office: OpenOffice) -> None:
    async with office() as here:
        here.app.agents.log_in(ANN, "desk1")
        with pytest.raises(Conflict):
            here.app.agents.log_in(BEN, "desk1")
        await here.is_in(ANN, A.AVAILABLE)
        assert here.get(BEN).state is A.OFFLINE
        assert len(here.desks[0].rings) == 1


@pytest.mark.parametrize("mode", [NAILED, ON_HOOK])
async def test_a_log_in_on_a_phone_that_is_not_there_is_not_available(office: OpenOffice, mode: PhoneMode) -> None:
    async with office(numbers=tuple(LONG[:1])) as here:
        assert await here.desks[0].unregister(here.exchange) == 200
        loop = await here.app.dialling.start("spring")
        await loop.hopper.refill()

        def refused() -> bool:
            try:
                here.app.agents.log_in(ANN, mode=mode)
            except Conflict as error:
                return "is not reachable" in str(error)
            return False

        # The exchange tells that the phone is gone a moment after it was told so itself.
        await until(refused, 5.0, "the log-in is refused")
        assert here.get(ANN).state is A.OFFLINE
        assert here.seen.calls == {}


async def test_a_phone_that_moves_to_a_new_address_keeps_its_agent(office: OpenOffice) -> None:
    async with office() as here, SipAgent.open() as moved:
        await here.log_in(ANN, ON_HOOK)
        moved.on_ring = picks_up
        old = here.desks[0]
        assert old.account is not None
        assert await moved.register(here.exchange, *old.account) == 200
        await until(lambda: moved.options_seen, 5.0, "the exchange knows the new address")
        assert here.states[ANN] == [A.AVAILABLE]
        call = await here.talk()
        assert call.agent_id == ANN
        assert (len(old.rings), len(moved.rings)) == (0, 1)


async def test_the_stretches_of_time_add_up_to_the_session(office: OpenOffice) -> None:
    async with office() as here:
        await here.log_in(ANN)
        session = here.get(ANN).session_id
        call = await here.talk()
        here.app.agents.pause(ANN, "coffee")
        here.end(call)
        await here.is_in(ANN, A.PAUSED)
        here.app.agents.available(ANN)
        await here.is_in(ANN, A.AVAILABLE)
        here.app.agents.log_out(ANN, "home")
        gone = await here.is_in(ANN, A.OFFLINE)
        log = await here.log(ANN, A.PAUSED, A.AVAILABLE)
    assert {row["session_id"] for row in log} == {session}
    assert [row["state"] for row in log] == [
        A.CALLING, A.AVAILABLE, A.RESERVED, A.TALKING, A.WRAP_UP, A.PAUSED, A.AVAILABLE
    ]  # fmt: skip
    assert [row["started_at"] for row in log[1:]] == [row["ended_at"] for row in log[:-1]], "without gaps"
    session_s = (gone.state_since - log[0]["started_at"]).total_seconds()
    assert sum(row["duration_s"] for row in log) == pytest.approx(session_s, abs=0.001)
    assert gone.reason == "home"
