"""An agent asks somebody while the customer waits, takes all together, and leaves the customer to who was asked."""

from pathlib import Path

import pytest
from tests.services.world import FIRST, SECOND, World, numbers, some_agents, world

from waihu.services.call_wishes import CallWishes
from waihu.services.transfers import Target
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import commands as do
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.call import Call, CallState
from waihu_models.errors import BadInput, Conflict, SwitchRefused, SwitchTimeout
from waihu_models.ids import AgentId, BridgeId, LegId
from waihu_models.outcome import Outcome

EXPERT, BUSY, FOR_EVER = "+441632960100", "+441632960902", "+441632960903"


def wishes(w: World) -> CallWishes:
    return w.app.control.wishes


def two(**changes: object) -> list[Agent]:
    return some_agents(2, wrap_limit_s=60.0, **changes)


def with_on_hook(phone: str = "agent2") -> list[Agent]:
    first, second = two()
    return [first, Agent(id=second.id, name="", phone=phone, mode=PhoneMode.ON_HOOK, ring_timeout_s=5,
                         wrap_limit_s=60.0, state_since=second.state_since)]  # fmt: skip


async def in_talk(w: World) -> Call:
    """The first agent talks with the one customer, the second one is available."""
    await w.log_in(FIRST)
    await w.dial()
    (call,) = await w.connected()
    await w.log_in(SECOND)
    return call


async def asked(w: World, target: Target) -> Call:
    """The first agent has asked somebody, who has answered."""
    call = await in_talk(w)
    await wishes(w).consult(FIRST, target, call.id)
    await w.until(lambda: w.call.consult and w.call.consult.joined, 10.0, "who is asked is there")
    return call


async def bridges(w: World, *legs: LegId | None) -> list[BridgeId | None]:
    """In which bridge each leg is; of one that is gone: no bridge."""
    view = (await w.switch.view()).legs
    return [view[leg].bridge_id if leg in view else None for leg in legs]


def asked_leg(w: World) -> LegId:
    assert w.call.consult is not None
    assert w.call.consult.leg_id is not None
    return w.call.consult.leg_id


# ---- somebody is asked ---------------------------------------------------------------------------------------------


@in_virtual_time
async def test_an_agent_asks_a_colleague_while_the_customer_hears_music_and_goes_back(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await asked(w, Target(SECOND))
        own, other = w.agent(FIRST), w.agent(SECOND)
        assert w.call.state is CallState.HELD
        assert await bridges(w, call.leg_id, own.leg_id, other.leg_id) == [None, own.bridge_id, own.bridge_id]
        await w.until(lambda: w.agent(SECOND).state is AgentState.TALKING, 1.0)
        wishes(w).resume(FIRST)
        await w.until(lambda: w.agent(SECOND).state is AgentState.AVAILABLE, 1.0)
        assert w.call.state is CallState.CONNECTED
        there = await bridges(w, call.leg_id, own.leg_id, other.leg_id)
        assert there == [own.bridge_id, own.bridge_id, other.bridge_id]
        assert w.call.held_s > 0
        assert w.count(w.app.metrics.illegal) == 0


@in_virtual_time
async def test_the_customer_is_left_to_the_colleague_who_was_asked(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await asked(w, Target(SECOND))
        other = w.agent(SECOND)
        wishes(w).pass_to_asked(FIRST)
        await w.until(lambda: w.call.agent_id == SECOND, 1.0)
        await w.until(lambda: w.agent(FIRST).state is AgentState.WRAP_UP, 1.0)
        assert await bridges(w, call.leg_id, other.leg_id) == [other.bridge_id, other.bridge_id]
        assert (w.call.state, w.call.consult, w.call.transfer_to) == (CallState.CONNECTED, None, "agent:agent2")
        w.app.agents.available(FIRST)
        wishes(w).dispose(SECOND, "sale")
        wishes(w).hang_up(SECOND)
        await w.until(lambda: w.agent(SECOND).state is AgentState.WRAP_UP, 1.0)
        w.app.agents.available(SECOND)
        await w.until(lambda: w.ended, 5.0)
        assert (w.call.outcome, (await w.stored(w.call)).agent_id) == (Outcome.ANSWERED, SECOND)


@in_virtual_time
async def test_a_number_is_asked_then_all_three_talk_then_the_agent_leaves(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await asked(w, Target(number=EXPERT))
        own, expert = w.agent(FIRST), asked_leg(w)
        assert w.app.lines.used("carrier") == 2
        assert (await w.stored(w.call)).consult == w.call.consult
        wishes(w).conference(FIRST)
        await w.until(lambda: w.call.state is CallState.CONNECTED, 1.0)
        assert await bridges(w, call.leg_id, own.leg_id, expert) == [own.bridge_id] * 3
        with pytest.raises(Conflict, match="together already"):
            wishes(w).conference(FIRST)
        wishes(w).hold(FIRST)
        await w.until(lambda: w.call.state is CallState.HELD, 1.0)
        assert await bridges(w, call.leg_id, own.leg_id, expert) == [None, own.bridge_id, own.bridge_id]
        wishes(w).conference(FIRST)
        await w.until(lambda: w.call.state is CallState.CONNECTED, 1.0)
        wishes(w).pass_to_asked(FIRST)
        await w.until(lambda: w.call.transfer_leg_id == expert, 1.0)
        assert await bridges(w, call.leg_id, expert) == [f"x-{call.id}"] * 2
        assert w.agent(FIRST).state is AgentState.WRAP_UP
        w.switch.far_end_hangs_up(expert)
        await w.until(lambda: w.call.state is CallState.WRAP_UP, 2.0)
        assert not w.switch.holds(call.leg_id)
        await w.until(lambda: w.app.lines.used("carrier") == 0, 1.0)


# ---- nobody is there -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [BUSY, FOR_EVER])
@in_virtual_time
async def test_a_number_that_does_not_answer_leaves_the_customer_on_hold_with_the_agent(
    database: Path, number: str
) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        await in_talk(w)
        await wishes(w).consult(FIRST, Target(number=number))
        await w.until(lambda: w.call.consult, 1.0)
        with pytest.raises(Conflict, match="nobody has answered"):
            wishes(w).conference(FIRST)
        await w.until(lambda: w.call.consult is None, 60.0)
        assert (w.call.state, w.call.reason[:8]) == (CallState.HELD, "consult:")
        wishes(w).resume(FIRST)
        await w.until(lambda: w.call.state is CallState.CONNECTED, 1.0)


@in_virtual_time
async def test_a_colleague_who_does_not_pick_up_leaves_the_customer_on_hold_with_the_agent(database: Path) -> None:
    async with world(database, numbers(1), agents=with_on_hook("lazy1")) as w:
        await in_talk(w)
        await wishes(w).consult(FIRST, Target(SECOND))
        await w.until(lambda: w.agent(SECOND).state is AgentState.RESERVED, 1.0)
        await w.until(lambda: w.call.consult is None, 10.0)
        assert (w.agent(SECOND).state, w.agent(SECOND).reason) == (AgentState.PAUSED, "missed call")
        assert (w.call.state, w.call.agent_id) == (CallState.HELD, FIRST)


@in_virtual_time
async def test_a_question_that_is_given_up_while_it_rings_ends_the_ringing(database: Path) -> None:
    async with world(database, numbers(1), agents=with_on_hook("lazy1")) as w:
        await in_talk(w)
        await wishes(w).consult(FIRST, Target(SECOND))
        ringing = await w.until(lambda: w.agent(SECOND).leg_id, 1.0)
        wishes(w).end_consult(FIRST)
        await w.until(lambda: w.agent(SECOND).state is AgentState.AVAILABLE and not w.switch.holds(ringing), 1.0)
        await wishes(w).consult(FIRST, Target(number=FOR_EVER))
        leg = await w.until(lambda: w.call.consult and w.call.consult.leg_id, 1.0)
        await w.until(lambda: w.switch.holds(leg), 1.0)
        wishes(w).end_consult(FIRST)
        await w.until(lambda: not w.switch.holds(leg), 1.0)
        assert w.call.state is CallState.HELD


@in_virtual_time
async def test_an_order_to_the_trunk_that_fails_ends_the_question_and_nothing_else(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        await in_talk(w)
        w.switch.fail_next(do.PlaceCall, SwitchRefused("no"))
        await wishes(w).consult(FIRST, Target(number=EXPERT))
        await w.until(lambda: w.call.reason.startswith("consult:"), 2.0)
        assert (w.call.state, w.call.consult) == (CallState.HELD, None)


@in_virtual_time
async def test_a_colleague_who_cannot_be_brought_in_ends_the_question_and_nothing_else(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        await in_talk(w)
        w.switch.fail_next(do.Join, SwitchTimeout("no answer"))
        await wishes(w).consult(FIRST, Target(SECOND))
        await w.until(lambda: w.call.reason.startswith("consult:"), 2.0)
        await w.until(lambda: w.agent(SECOND).state is AgentState.AVAILABLE, 2.0)
        assert w.call.state is CallState.HELD


@in_virtual_time
async def test_who_cannot_be_asked_is_said_at_once(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await in_talk(w)
        for target, error in (
            (Target(), BadInput), (Target(SECOND, EXPERT), BadInput), (Target(FIRST), BadInput),
            (Target(number=call.number_e164), BadInput),
        ):  # fmt: skip
            with pytest.raises(error):
                await wishes(w).consult(FIRST, target)
        for wish in (wishes(w).conference, wishes(w).pass_to_asked, wishes(w).end_consult):
            with pytest.raises(Conflict, match="asked nobody"):
                wish(FIRST)
        await wishes(w).consult(FIRST, Target(SECOND))
        await w.until(lambda: w.call.consult, 1.0)
        for again in (wishes(w).consult, wishes(w).transfer):
            with pytest.raises(Conflict, match="already"):
                await again(FIRST, Target(number=EXPERT))
        with pytest.raises(Conflict, match="colleague"):
            wishes(w).dispose(SECOND, "sale")


# ---- somebody leaves -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("target", [Target(SECOND), Target(number=EXPERT)])
@in_virtual_time
async def test_a_customer_who_hangs_up_sets_everybody_free(database: Path, target: Target, together: bool) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await asked(w, target)
        leg = asked_leg(w)
        if together:
            wishes(w).conference(FIRST)
            await w.until(lambda: w.call.state is CallState.CONNECTED, 1.0)
        w.switch.far_end_hangs_up(call.leg_id)
        await w.until(lambda: w.agent(FIRST).state is AgentState.WRAP_UP, 1.0)
        await w.until(lambda: w.agent(SECOND).state is AgentState.AVAILABLE, 1.0)
        assert w.switch.holds(leg) is (target.agent_id is not None), "an agent's leg stays, a number's goes"
        if target.agent_id is not None:
            assert await bridges(w, leg) == [w.agent(SECOND).bridge_id]


@pytest.mark.parametrize("target", [Target(SECOND), Target(number=EXPERT)])
@in_virtual_time
async def test_an_agent_whose_phone_dies_while_asking_leaves_the_customer_to_the_next_one(
    database: Path, target: Target
) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await asked(w, target)
        phone, asked_by = w.agent(FIRST).leg_id, asked_leg(w)
        assert phone is not None
        w.switch.far_end_hangs_up(phone)
        await w.until(lambda: w.call.agent_id == SECOND and w.call.state is CallState.CONNECTED, 3.0)
        other = w.agent(SECOND)
        assert await bridges(w, call.leg_id, other.leg_id) == [other.bridge_id, other.bridge_id]
        assert w.switch.holds(asked_by) is (target.agent_id is not None)
        assert not w.call.abandoned


@pytest.mark.parametrize("target", [Target(SECOND), Target(number=EXPERT)])
@in_virtual_time
async def test_an_agent_whose_phone_dies_in_a_conference_leaves_the_other_two_alone(
    database: Path, target: Target
) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await asked(w, target)
        leg, phone = asked_leg(w), w.agent(FIRST).leg_id
        assert phone is not None
        wishes(w).conference(FIRST)
        await w.until(lambda: w.call.state is CallState.CONNECTED, 1.0)
        w.switch.far_end_hangs_up(phone)
        await w.until(lambda: w.call.consult is None, 1.0)
        where = w.agent(SECOND).bridge_id if target.agent_id is not None else f"x-{call.id}"
        assert await bridges(w, call.leg_id, leg) == [where, where]
        assert w.call.state is CallState.CONNECTED


@in_virtual_time
async def test_a_colleague_who_leaves_leaves_the_customer_to_who_asked(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        await asked(w, Target(SECOND))
        await w.until(lambda: w.agent(SECOND).state is AgentState.TALKING, 1.0)
        wishes(w).hang_up(SECOND)
        await w.until(lambda: w.call.consult is None and w.agent(SECOND).state is AgentState.AVAILABLE, 1.0)
        await wishes(w).consult(FIRST, Target(SECOND))
        await w.until(lambda: w.agent(SECOND).state is AgentState.TALKING, 1.0)
        leg = w.agent(SECOND).leg_id
        assert leg is not None
        w.switch.press(leg, "*")
        await w.until(lambda: w.call.consult is None and w.agent(SECOND).state is AgentState.AVAILABLE, 1.0)
        await wishes(w).consult(FIRST, Target(SECOND))
        await w.until(lambda: w.agent(SECOND).state is AgentState.TALKING, 1.0)
        w.switch.far_end_hangs_up(leg)
        await w.until(lambda: w.call.consult is None and w.agent(SECOND).state is AgentState.OFFLINE, 1.0)
        assert (w.call.state, w.call.agent_id) == (CallState.HELD, FIRST)


@in_virtual_time
async def test_an_on_hook_agent_who_puts_the_phone_down_leaves_the_customer_to_who_was_asked(database: Path) -> None:
    async with world(database, numbers(1), agents=[*two(mode=PhoneMode.ON_HOOK)]) as w:
        call = await asked(w, Target(SECOND))
        await w.until(lambda: w.agent(SECOND).state is AgentState.TALKING, 1.0)
        phone = w.agent(FIRST).leg_id
        assert phone is not None
        w.switch.far_end_hangs_up(phone)
        await w.until(lambda: w.call.agent_id == SECOND, 1.0)
        await w.until(lambda: w.agent(FIRST).state is AgentState.WRAP_UP, 1.0)
        other = w.agent(SECOND)
        assert await bridges(w, call.leg_id, other.leg_id) == [other.bridge_id, other.bridge_id]


@in_virtual_time
async def test_both_agents_hang_up_at_once_and_the_customer_waits_for_another_one(database: Path) -> None:
    team = some_agents(3, wrap_limit_s=60.0, mode=PhoneMode.ON_HOOK)
    third = AgentId("agent3")
    async with world(database, numbers(1), agents=team) as w:
        call = await asked(w, Target(SECOND))
        await w.until(lambda: w.agent(SECOND).state is AgentState.TALKING, 1.0)
        for leg in (w.agent(FIRST).leg_id, w.agent(SECOND).leg_id):
            assert leg is not None
            w.switch.far_end_hangs_up(leg)
        await w.until(lambda: w.call.state is CallState.WAITING, 2.0)
        await w.log_in(third)
        await w.until(lambda: w.call.agent_id == third and w.call.state is CallState.CONNECTED, 10.0)
        assert w.switch.holds(call.leg_id)
        assert w.count(w.app.metrics.illegal) == 0


# ---- the exchange is away ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [Target(SECOND), Target(number=EXPERT)])
@in_virtual_time
async def test_a_lost_connection_parts_nobody_and_what_is_gone_meanwhile_is_found(
    database: Path, target: Target
) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        await asked(w, target)
        leg = asked_leg(w)
        w.switch.lose()
        w.switch.come_back()
        await w.after(5.0)
        assert w.switch.holds(leg)
        assert w.call.consult is not None
        w.switch.lose()
        w.switch.vanish(leg)
        w.switch.come_back()
        await w.until(lambda: w.call.consult is None, 5.0)
        assert (w.call.state, w.call.agent_id) == (CallState.HELD, FIRST)


@in_virtual_time
async def test_a_bridge_that_is_taken_away_in_a_conference_is_put_back_with_everybody(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await asked(w, Target(number=EXPERT))
        own, expert = w.agent(FIRST), asked_leg(w)
        wishes(w).conference(FIRST)
        await w.until(lambda: w.call.state is CallState.CONNECTED, 1.0)
        await w.switch.execute(do.CloseBridge(own.bridge_id))
        await w.after(1.0)
        assert await bridges(w, call.leg_id, own.leg_id, expert) == [own.bridge_id] * 3
