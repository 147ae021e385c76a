"""Somebody leaves in the middle: of a question to a colleague, of a transfer; and the hold key of a phone."""

# ruff: noqa: F811 -- fixtures are imported
import pytest
from tests.asterisk.scenes import place
from tests.asterisk.support import until
from tests.asterisk.test_agents import ANN, BEN, LONG, NAILED, ON_HOOK, Office, OpenOffice, office  # noqa: F401 -- a fixture

from waihu.services.transfers import Target
from waihu.telephony.carrier import Carrier
from waihu_models.agent import AgentState, PhoneMode
from waihu_models.call import Call, CallState
from waihu_models.ids import LegId

A, S = AgentState, CallState
RINGS_FOR_EVER, TALKS = "+441632960003", "+441632960199"


async def _legs(here: Office) -> frozenset[LegId]:
    return frozenset((await here.app.switch.view()).legs)


async def _hangs_up(carrier: Carrier, number: str) -> None:
    """The far end of a number puts the phone down."""
    listed = [line.split("!") for line in (await carrier.cli("core show channels concise")).splitlines()]
    names = [row[0] for row in listed if len(row) > 2 and row[0].startswith("PJSIP/") and row[2] == number[-2:]]
    assert len(names) == 1, listed
    await carrier.cli(f"channel request hangup {names[0]}")


async def _consulting(here: Office, target: Target, mode: PhoneMode = NAILED) -> Call:
    """Ann talks with a customer, and asks."""
    await here.log_in(ANN, mode)
    call = await here.talk()
    await here.is_in(ANN, A.TALKING)
    await here.log_in(BEN, mode)
    await here.app.control.wishes.consult(ANN, target)
    await until(lambda: _asked(here, call), 10.0, "who is asked is there")
    return call


def _asked(here: Office, call: Call) -> bool:
    now = here.seen.calls[call.id]
    return now.state is S.HELD and now.consult is not None and now.consult.joined


@pytest.mark.parametrize("target", [Target(BEN), Target(number=TALKS)])
async def test_a_phone_that_dies_while_its_agent_asks_leaves_the_customer_to_the_next_agent(
    office: OpenOffice, target: Target
) -> None:
    async with office(wrap_limit_s=60.0) as here:
        call = await _consulting(here, target)
        leg = here.seen.calls[call.id].consult
        assert leg is not None
        here.desks[0].alive = False
        await here.is_in(ANN, A.OFFLINE)
        await until(lambda: here.seen.calls[call.id].agent_id == BEN, 10.0, "Ben has the customer")
        met = await here.reached(call, S.CONNECTED)
        assert not met.abandoned
        await here.is_in(BEN, A.TALKING)
        if target.number:
            await until(lambda: _gone(here, leg.leg_id), 10.0, "the number that was asked is let go")


async def _gone(here: Office, *legs: LegId | None) -> bool:
    return not (await _legs(here) & set(legs))


async def test_both_agents_hang_up_at_once_and_the_customer_is_kept_for_whoever_is_free(office: OpenOffice) -> None:
    async with office(wrap_limit_s=60.0) as here:
        call = await _consulting(here, Target(BEN), ON_HOOK)
        for desk in here.desks:
            desk.rings[-1].bye()
        met = await until(lambda: _with_another(here, call), 15.0, "the customer talks again")
        assert met.agent_id == BEN, "Ann wraps up"
        assert not met.abandoned
        await here.is_in(ANN, A.WRAP_UP)
        await here.is_in(BEN, A.TALKING)


def _with_another(here: Office, call: Call) -> Call | None:
    now = here.seen.calls[call.id]
    return now if now.state is S.CONNECTED and here.get(BEN).call_id == call.id and now.consult is None else None


async def test_a_customer_who_hangs_up_in_a_transfer_ends_it_and_everybody_is_free(
    office: OpenOffice, carrier: Carrier
) -> None:
    async with office(wrap_limit_s=60.0) as here:
        await here.log_in(ANN)
        call = await here.talk()
        await here.is_in(ANN, A.TALKING)
        await here.app.control.wishes.transfer(ANN, Target(number=RINGS_FOR_EVER))
        leg = await until(lambda: here.seen.calls[call.id].transfer_leg_id, 5.0, "the number is rung")
        await until(lambda: _is_there(here, leg), 5.0, "its leg is there")
        await _hangs_up(carrier, call.number_e164)
        await until(lambda: not here.seen.calls[call.id].live, 10.0, "the customer is gone")
        await until(lambda: _gone(here, leg, call.leg_id), 10.0, "no leg is left")
        assert (await here.is_in(ANN, A.WRAP_UP)).leg_joined


async def _is_there(here: Office, leg: LegId) -> bool:
    return leg in await _legs(here)


@pytest.mark.parametrize("mode", [NAILED, ON_HOOK])
async def test_the_hold_key_of_a_phone_holds_the_customer_and_takes_them_back(
    office: OpenOffice, mode: PhoneMode
) -> None:
    async with office(wrap_limit_s=60.0) as here:
        await here.log_in(ANN, mode)
        call, ring = await here.talk(), here.desks[0].rings[-1]
        await here.is_in(ANN, A.TALKING)
        assert await here.desks[0].answer_to(ring.hold()) == 200
        await here.reached(call, S.HELD)
        assert await here.desks[0].answer_to(ring.hold(held=False)) == 200
        again = await here.reached(call, S.CONNECTED)
        assert again.held_s > 0
        assert again.agent_id == ANN
        assert not ring.over


async def test_the_hold_key_of_a_phone_on_an_open_line_means_nothing_without_a_call(office: OpenOffice) -> None:
    async with office() as here:
        await here.log_in(ANN)
        ring = here.desks[0].rings[-1]
        for held in (True, False):
            assert await here.desks[0].answer_to(ring.hold(held=held)) == 200
        call = await here.reached(place(here.app, LONG[0]), S.CONNECTED)
        assert call.agent_id == ANN
