"""Agents who take callers of queues and calls of a campaign."""

from pathlib import Path
from typing import Any

from tests.services.queue_world import calls_in, number, queue_world, takes, talking_with
from tests.services.world import FIRST, SECOND, numbers, some_agents

from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.agent import AgentState
from waihu_models.call import CallState, Direction
from waihu_models.campaign import DialMode
from waihu_models.queue import Abilities

RATIO: dict[str, Any] = {"mode": DialMode.RATIO, "lines_per_agent": 1.0}
PROGRESSIVE: dict[str, Any] = {"mode": DialMode.PROGRESSIVE}


def longest_wait_s(w: Any) -> float:
    waits = [c.agent_wait_s for c in w.calls.values() if c.direction is Direction.INBOUND and c.connected_at]
    return max(waits)


@in_virtual_time
async def test_inbound_waits_first_and_the_list_is_dialled_in_between(database: Path) -> None:
    leads = numbers(200, "22")
    async with queue_world(database, agents=some_agents(3, wrap_limit_s=2.0), leads=leads, **PROGRESSIVE) as w:
        await w.log_in()
        await w.dial()
        for index in range(40):
            w.switch.call_in("441632960999", number(index), talks_s=25.0)
            await w.after(12.0)
        await w.after(60.0)
        inbound = [call for call in w.calls.values() if call.direction is Direction.INBOUND]
        assert all(call.connected_at is not None for call in inbound), "no caller is starved"
        assert longest_wait_s(w) < 20.0
        outbound = [call for call in w.calls.values() if call.direction is Direction.OUTBOUND and call.connected_at]
        assert len(outbound) > 10, "and the list goes on in between"
        assert not [call for call in w.calls.values() if call.abandoned]


@in_virtual_time
async def test_nobody_is_dialled_for_agents_whom_callers_wait_for(database: Path) -> None:
    leads = numbers(50)
    async with queue_world(database, agents=some_agents(2, wrap_limit_s=30.0), leads=leads, **RATIO) as w:
        await w.log_in()
        for index in range(4):
            await calls_in(w, index)
        await w.connected(2)
        await w.dial()
        loop = w.app.dialling.loops[w.campaign.id]
        await w.after(2.0)
        assert loop.snapshot().agents == {}, "both agents' next calls are those of the two who wait"
        assert w.placed == []
        for call in w.in_state(CallState.WAITING):
            w.switch.far_end_hangs_up(call.leg_id)
        await w.after(1.0)
        assert len(loop.snapshot().agents) == 2


@in_virtual_time
async def test_who_is_not_blended_gets_nobody_of_the_list_and_is_not_dialled_for(database: Path) -> None:
    inbound_only = Abilities(queues=frozenset({"care"}), blended=False)
    able = {"agent1": inbound_only}
    async with queue_world(database, agents=2, able=able, leads=numbers(20), **PROGRESSIVE) as w:
        await w.log_in(FIRST)
        await w.dial()
        await w.after(5.0)
        assert w.placed == []
        await w.log_in(SECOND)
        await w.until(lambda: talking_with(w, SECOND), 10.0)
        assert w.switch.most_legs["carrier"] == 1
        assert w.agent(FIRST).state is AgentState.AVAILABLE
        await takes(w, FIRST, Abilities(queues=frozenset({"care"})))
        await w.until(lambda: talking_with(w, FIRST), 10.0, "a change counts at once")
