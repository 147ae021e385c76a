"""A supervisor takes the customer of the agent they hear, and writes to agents."""

from pathlib import Path

import pytest
from tests.services.world import FIRST, SECOND, World, numbers, some_agents, world

from waihu.services.transfers import Target
from waihu.store.audit import By, latest
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState
from waihu_models.errors import BadInput, Conflict, NotFound
from waihu_models.outcome import Outcome
from waihu_models.supervision import SpyMode, SpyState

PHONE = "sup1"


def by(w: World) -> By:
    return By("user:ada", w.now)


async def heard(w: World, phone: str = PHONE) -> Call:
    """The supervisor hears the first agent, who talks with the one customer."""
    await w.log_in(FIRST)
    await w.dial()
    (call,) = await w.connected()
    await w.app.control.supervisions.start(phone, FIRST, SpyMode.LISTEN, by(w))
    await w.until(lambda: [one.state for one in w.app.control.supervisions] == [SpyState.ON], 10.0)
    return call


@pytest.mark.parametrize("held", [False, True])
@in_virtual_time
async def test_the_customer_goes_to_the_supervisors_phone_and_the_agent_wraps_up(database: Path, held: bool) -> None:
    async with world(database, numbers(1), agents=some_agents(1, wrap_limit_s=60.0), phones=(PHONE,)) as w:
        call = await heard(w)
        if held:
            w.app.control.wishes.hold(FIRST)
            await w.until(lambda: w.call.state is CallState.HELD, 1.0)
        await w.app.control.supervisions.take_over(by(w))
        await w.until(lambda: w.call.state is CallState.CONNECTED and w.call.transfer_leg_id, 5.0)
        assert list(w.app.control.supervisions) == []
        assert (w.agent().state, w.call.transfer_to) == (AgentState.WRAP_UP, "supervisor:user:ada")
        assert w.app.lines.used("carrier") == 1, "a phone of ours takes no line"
        leg = w.call.transfer_leg_id
        assert leg is not None
        view = (await w.switch.view()).legs
        assert {view[one].bridge_id for one in (call.leg_id, leg)} == {f"x-{call.id}"}
        audited = [(row["action"], row["detail"]) for row in await latest(w.app.store, 3)]
        assert any(action == "supervision.take_over" and call.id in detail for action, detail in audited)
        w.switch.far_end_hangs_up(leg)
        w.app.agents.available(FIRST)
        await w.until(lambda: w.ended, 5.0)
        assert w.call.outcome is Outcome.ANSWERED


@in_virtual_time
async def test_a_phone_that_does_not_answer_again_leaves_the_customer_to_any_agent(database: Path) -> None:
    async with world(database, numbers(1), agents=some_agents(2, wrap_limit_s=60.0), phones=(PHONE,)) as w:
        await heard(w)
        await w.log_in(SECOND)
        w.switch.phone_vanishes(PHONE)
        await w.app.control.supervisions.take_over(by(w))
        await w.until(lambda: w.call.agent_id == SECOND and w.call.state is CallState.CONNECTED, 40.0)
        assert not w.call.abandoned


@in_virtual_time
async def test_what_cannot_be_taken_over_is_refused_and_stays(database: Path) -> None:
    async with world(database, numbers(1), agents=some_agents(2, wrap_limit_s=60.0), phones=(PHONE,)) as w:
        supervisions = w.app.control.supervisions
        with pytest.raises(NotFound):
            await supervisions.take_over(by(w))
        await heard(w)
        await w.log_in(SECOND)
        await w.app.control.wishes.consult(FIRST, Target(SECOND))
        await w.until(lambda: w.call.consult, 1.0)
        with pytest.raises(Conflict, match="asks somebody"):
            await supervisions.take_over(by(w))
        w.app.control.wishes.resume(FIRST)
        await w.until(lambda: w.call.consult is None, 1.0)
        w.switch.far_end_hangs_up(w.call.leg_id)
        await w.until(lambda: w.call.state is CallState.WRAP_UP, 1.0)
        with pytest.raises(Conflict, match="talks with nobody"):
            await supervisions.take_over(by(w))
        assert len(list(supervisions)) == 1


@in_virtual_time
async def test_a_text_is_shown_at_one_agents_desk_and_is_in_the_audit_log(database: Path) -> None:
    async with world(database, [], agents=some_agents(2)) as w:
        await w.app.live.board.fill()
        await w.app.control.steering.tell(FIRST, " slow down ", by(w))
        shown = {who: [one.text for one in w.app.live.board.desk(who).alerts.values()] for who in (FIRST, SECOND)}
        assert shown == {FIRST: ["slow down"], SECOND: []}
        (row,) = await latest(w.app.store, 1)
        assert (row["action"], row["object_id"], row["detail"]) == ("agent.message", FIRST, "slow down")
        with pytest.raises(BadInput):
            await w.app.control.steering.tell(FIRST, "x" * 201, by(w))
