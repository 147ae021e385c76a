"""A phone asks for its call to be passed on, by SIP REFER as office phones do."""

# ruff: noqa: F811 -- fixtures are imported
import pytest
from tests.asterisk.support import until
from tests.asterisk.test_agents import ANN, BEN, NAILED, ON_HOOK, Office, OpenOffice, office  # noqa: F401 -- a fixture

from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState

A = AgentState
EXPERT = "+441632960199"


async def _talks(here: Office) -> Call:
    """Ann talks at her on-hook phone, and Ben is available."""
    await here.log_in(ANN, ON_HOOK)
    call = await here.talk()
    await here.is_in(ANN, A.TALKING)
    await here.log_in(BEN)
    return call


async def test_a_customer_goes_to_the_agent_whose_phone_is_named(office: OpenOffice) -> None:
    async with office(wrap_limit_s=60.0) as here:
        call, ring = await _talks(here), here.desks[0].rings[-1]
        assert await here.desks[0].answer_to(ring.refer("desk2")) == 202
        await here.is_in(BEN, A.TALKING)
        assert here.seen.calls[call.id].agent_id == BEN
        await here.is_in(ANN, A.WRAP_UP)
        await until(lambda: any("200" in line for line in here.desks[0].notified), 5.0, "the phone is told")
        await until(lambda: ring.over, 5.0, "the phone is free")


async def test_a_customer_goes_to_the_number_that_is_named(office: OpenOffice) -> None:
    async with office(wrap_limit_s=60.0) as here:
        call, ring = await _talks(here), here.desks[0].rings[-1]
        ring.refer(EXPERT)
        await until(lambda: here.seen.calls[call.id].transfer_leg_id, 5.0, "the number is rung")
        met = await here.reached(call, CallState.CONNECTED)
        assert (met.transfer_to, met.agent_id) == (EXPERT, ANN)


async def test_a_customer_goes_to_whoever_is_free(office: OpenOffice) -> None:
    async with office(wrap_limit_s=60.0) as here:
        call, ring = await _talks(here), here.desks[0].rings[-1]
        ring.refer("0")
        await here.is_in(BEN, A.TALKING)
        assert here.seen.calls[call.id].agent_id == BEN


@pytest.mark.parametrize("to", ["12", "nobody", "desk1"])
async def test_what_cannot_be_done_is_told_to_the_phone_and_the_desk_and_the_call_goes_on(
    office: OpenOffice, to: str
) -> None:
    async with office() as here:
        call, ring = await _talks(here), here.desks[0].rings[-1]
        ring.refer(to)
        await until(lambda: any("603" in line for line in here.desks[0].notified), 5.0, "the phone is told")
        now = here.seen.calls[call.id]
        assert (now.state, now.agent_id) == (CallState.CONNECTED, ANN)
        told = here.app.live.board.desk(ANN).alerts.values()
        assert [one.code for one in told] == ["transfer_refused"]


async def test_a_phone_on_an_open_line_is_refused_and_stays(office: OpenOffice) -> None:
    async with office() as here:
        await here.log_in(ANN, NAILED)
        call, ring = await here.talk(), here.desks[0].rings[-1]
        await here.is_in(ANN, A.TALKING)
        ring.refer("desk2")
        await until(lambda: any("603" in line for line in here.desks[0].notified), 5.0, "the phone is told")
        assert here.seen.calls[call.id].state is CallState.CONNECTED
        assert not ring.over
