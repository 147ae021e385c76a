"""Agents: who gets whom, and what happens when one of the two goes."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.services.world import FIRST, SECOND, controller, numbers, some_agents, world

from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.agent import AgentState, PhoneMode
from waihu_models.call import CallState
from waihu_models.errors import Conflict, SwitchRefused
from waihu_models.outcome import Outcome

OURS, CALLER = "441632960999", "441632960123"


@in_virtual_time
async def test_a_wrap_up_ends_by_itself_at_its_limit(database: Path) -> None:
    async with world(database, numbers(1, "23"), agents=some_agents(1, wrap_limit_s=30.0)) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.agent().state is AgentState.WRAP_UP)
        began_at = w.agent().state_since
        assert w.call.state is CallState.WRAP_UP
        await w.until(lambda: w.agent().state is AgentState.AVAILABLE, 40.0)
        assert (w.agent().state_since - began_at).total_seconds() == pytest.approx(30.0, abs=0.001)
        await w.until(lambda: w.ended, 1.0)
        assert w.call.outcome is Outcome.ANSWERED


@in_virtual_time
async def test_a_paused_agent_gets_no_calls_until_available_again(database: Path) -> None:
    async with world(database, numbers(3, "11"), agents=some_agents(2, wrap_limit_s=0.0)) as w:
        await w.log_in()
        w.app.agents.pause(SECOND, "lunch")
        await w.until(lambda: w.agent(SECOND).state is AgentState.PAUSED, 1.0)
        await w.dial()
        await w.until(lambda: len(w.ended) == 3, 30.0)
        assert {call.agent_id for call in w.ended} == {FIRST}
        w.app.agents.available(SECOND)
        await w.until(lambda: w.agent(SECOND).state is AgentState.AVAILABLE, 1.0)


@in_virtual_time
async def test_a_pause_asked_for_in_a_call_comes_after_it(database: Path) -> None:
    async with world(database, numbers(2, "23"), agents=some_agents(1, wrap_limit_s=1.0)) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.agent().state is AgentState.TALKING)
        w.app.agents.pause(FIRST, "lunch")
        await w.until(lambda: w.agent().state is AgentState.PAUSED, 20.0)
        await w.after(10.0)
        assert len(w.placed) == 1
        assert w.call.outcome is Outcome.ANSWERED


@in_virtual_time
async def test_the_agent_who_has_waited_longest_gets_the_next_caller(database: Path) -> None:
    team = some_agents(3, wrap_limit_s=0.0)
    async with world(database, agents=team) as w:
        for agent in (team[1], team[2], team[0]):
            await w.log_in(agent.id)
            await w.after(1.0)
        for expected in ("agent2", "agent3", "agent1"):
            leg = w.switch.call_in(OURS, CALLER)
            await w.until(lambda leg=leg: any(c.connected_at and c.leg_id == leg for c in w.calls.values()), 5.0)
            assert next(c.agent_id for c in w.calls.values() if c.leg_id == leg) == expected


@in_virtual_time
async def test_one_agent_is_never_given_two_callers_at_once(database: Path) -> None:
    async with world(database, agents=1) as w:
        await w.log_in()
        for _ in range(3):
            w.switch.call_in(OURS, CALLER)
        await w.connected()
        await w.after(5.0)
        assert sorted(call.state for call in w.calls.values()) == ["connected", "waiting", "waiting"]


@pytest.mark.parametrize("how", ["hangs up", "phone vanishes"])
@in_virtual_time
async def test_a_customer_whose_agent_is_lost_gets_another_one(database: Path, how: str) -> None:
    async with world(database, numbers(1), agents=2) as w:
        await w.log_in()
        await w.dial()
        (call,) = await w.connected()
        assert call.agent_id == FIRST
        leg = w.agent(FIRST).leg_id
        assert leg is not None
        if how == "hangs up":
            w.switch.far_end_hangs_up(leg)
        else:
            w.switch.phone_vanishes("agent1")
        await w.until(lambda: w.call.agent_id == SECOND and w.call.state is CallState.CONNECTED, 2.0)
        assert w.agent(FIRST).state is AgentState.OFFLINE
        assert w.agent(SECOND).state is AgentState.TALKING
        assert w.call.connected_at == call.connected_at
        w.switch.far_end_hangs_up(call.leg_id)
        await w.until(lambda: w.ended)
        assert (w.call.outcome, w.call.abandoned) == (Outcome.ANSWERED, False)


@in_virtual_time
async def test_an_on_hook_phone_rings_for_each_call_and_is_hung_up_after_it(database: Path) -> None:
    team = some_agents(1, mode=PhoneMode.ON_HOOK, wrap_limit_s=0.0)
    async with world(database, numbers(2, "23"), agents=team) as w:
        await w.log_in()
        assert w.agent().leg_id is None
        await w.dial()
        await w.until(lambda: len(w.ended) == 2, 60.0)
        assert {call.outcome for call in w.ended} == {Outcome.ANSWERED}
        rung = [c for _, c in w.switch.given if isinstance(c, do.PlaceCall) and isinstance(c.address, do.PhoneAddress)]
        assert len({command.leg_id for command in rung}) == 2
        await w.until(lambda: (w.agent().state, w.agent().leg_id) == (AgentState.AVAILABLE, None), 2.0)


@pytest.mark.parametrize("phone", ["lazy1", "busy1"])
@in_virtual_time
async def test_an_on_hook_agent_who_misses_a_call_is_paused_and_the_caller_goes_to_another(
    database: Path, phone: str
) -> None:
    first, second = some_agents(2)
    team = [replace(first, phone=phone, mode=PhoneMode.ON_HOOK), second]
    async with world(database, agents=team) as w:
        await w.log_in(FIRST)
        w.switch.call_in(OURS, CALLER)
        await w.until(lambda: w.agent(FIRST).state is AgentState.PAUSED, 20.0)
        assert w.agent(FIRST).reason == "missed call"
        await w.until(lambda: w.call.state is CallState.WAITING, 1.0)
        w.app.agents.log_in(SECOND)
        await w.connected()
        assert w.call.agent_id == SECOND


@in_virtual_time
async def test_a_phone_that_vanishes_logs_its_agent_out_and_cannot_be_logged_in(database: Path) -> None:
    async with world(database) as w:
        await w.log_in()
        leg = w.agent().leg_id
        assert leg is not None
        w.switch.phone_vanishes("agent1")
        await w.until(lambda: w.agent().state is AgentState.OFFLINE, 1.0)
        await w.until(lambda: not w.switch.holds(leg), 1.0)
        with pytest.raises(Conflict, match="not reachable"):
            w.app.agents.log_in(FIRST)
        assert w.agent().reason == "phone unreachable"
        w.switch.phone_returns("agent1")
        await w.log_in()


@in_virtual_time
async def test_a_phone_that_does_not_answer_the_log_in_leaves_its_agent_offline(database: Path) -> None:
    async with world(database, agents=some_agents(1, phone="lazy1")) as w:
        w.app.agents.log_in(FIRST)
        await w.until(lambda: w.agent().state is AgentState.CALLING, 1.0)
        await w.until(lambda: w.agent().state is AgentState.OFFLINE, 20.0)
        assert w.agent().reason == "phone did not answer"


@in_virtual_time
async def test_a_log_out_in_a_call_comes_after_it_and_a_forced_one_at_once(database: Path) -> None:
    async with world(database, numbers(2), agents=some_agents(2, wrap_limit_s=0.0)) as w:
        await w.log_in()
        await w.dial()
        first, second = await w.connected(2)
        w.app.agents.log_out(FIRST)
        w.app.agents.log_out(SECOND, forced=True)
        await w.until(lambda: w.agent(SECOND).state is AgentState.OFFLINE, 1.0)
        assert w.agent(FIRST).state is AgentState.TALKING
        of_first = first if first.agent_id == FIRST else second
        w.switch.far_end_hangs_up(of_first.leg_id)
        await w.until(lambda: w.agent(FIRST).state is AgentState.OFFLINE, 2.0)


@in_virtual_time
async def test_an_on_hook_agent_pauses_with_a_reason_judges_and_comes_back_by_codes(database: Path) -> None:
    async with world(database, numbers(2), agents=some_agents(1, wrap_limit_s=60.0, mode=PhoneMode.ON_HOOK)) as w:
        dial, wish = w.switch.dial_code, sig.PhoneWish
        dial("agent1", wish.LOG_IN_ON_HOOK)
        await w.until(lambda: w.agent().state is AgentState.AVAILABLE, 5.0)
        reasons = w.app.office.settings.value("desk.pause_reasons")
        dial("agent1", wish.PAUSE, "2")
        await w.until(lambda: w.agent().state is AgentState.PAUSED, 2.0)
        assert w.agent().reason == reasons[1]
        dial("agent1", wish.PAUSE, "9")  # there are not so many: nothing changes
        dial("agent1", wish.JUDGE, "x")
        await w.after(1.0)
        assert (w.agent().state, w.agent().reason) == (AgentState.PAUSED, reasons[1])
        dial("agent1", wish.AVAILABLE)
        await w.until(lambda: w.agent().state is AgentState.AVAILABLE, 2.0)
        await w.dial()
        (call,) = await w.connected()
        w.switch.far_end_hangs_up(call.leg_id)
        await w.until(lambda: w.agent().state is AgentState.WRAP_UP, 2.0)
        dial("agent1", wish.JUDGE, "4")
        await w.until(lambda: w.calls[call.id].state is CallState.ENDED, 2.0)
        disposition = w.calls[call.id].disposition
        assert disposition is not None
        assert disposition.code == "refused"
        assert w.agent().state is not AgentState.WRAP_UP
        assert w.app.tasks.failures == 0


@in_virtual_time
async def test_codes_dialled_and_keys_pressed_on_a_phone_are_carried_out_once(database: Path) -> None:
    async with world(database, numbers(2), agents=some_agents(1, wrap_limit_s=60.0)) as w:
        w.switch.dial_code("agent1", sig.PhoneWish.LOG_IN)
        await w.until(lambda: w.agent().state is AgentState.AVAILABLE, 5.0)
        await w.dial()
        (call,) = await w.connected()
        leg = w.agent().leg_id
        assert leg is not None
        w.switch.press(leg, "*")
        await w.until(lambda: w.agent().state is AgentState.WRAP_UP, 2.0)
        w.switch.press(leg, "4")
        await w.until(lambda: w.calls[call.id].state is CallState.ENDED, 2.0)
        disposition = w.calls[call.id].disposition
        assert disposition is not None
        assert disposition.code == "refused"
        assert w.count(w.app.metrics.illegal) == 0


@in_virtual_time
async def test_a_command_for_an_agents_leg_that_fails_logs_the_agent_out(database: Path) -> None:
    async with world(database) as w:
        w.switch.fail_next(do.Join, SwitchRefused("no"))
        w.app.agents.log_in(FIRST)
        await w.until(lambda: w.agent().reason.startswith("Join: "), 5.0)
        assert w.agent().state is AgentState.OFFLINE
        await w.until(lambda: not any(w.switch.holds(c.leg_id) for _, c in w.switch.given if hasattr(c, "leg_id")), 2.0)


@pytest.mark.parametrize("joined", [True, False])
@in_virtual_time
async def test_a_phone_that_picked_up_as_its_controller_died_is_available_under_the_next_one(
    database: Path, joined: bool
) -> None:
    async with world(database, leave_calls=True) as w:
        await w.log_in()
        await w.written()
        leg, bridge = w.agent().leg_id, w.agent().bridge_id
    assert leg is not None
    with closing(sqlite3.connect(database)) as connection, connection:  # the last it wrote down: it rings
        connection.execute("UPDATE agent SET state = 'calling', leg_joined = 0")
    if not joined:
        w.switch._leave(w.switch._legs[leg])
    async with controller(w.url, w.campaign, w.switch, clock=w.app.clock) as again:
        await again.until(lambda: again.agent().state is AgentState.AVAILABLE, 2.0)
        assert (again.agent().leg_id, again.agent().leg_joined) == (leg, True)
        assert (await again.switch.view()).legs[leg].bridge_id == bridge
