"""Troubles: lost events, impossible signals, a killed controller, a locked database, a full queue."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
import structlog
from tests.services.world import FIRST, SECOND, controller, numbers, some_agents, world

from waihu.services.runner import QUEUE_SIZE
from waihu.testing.far_ends import FarEnd
from waihu.testing.virtual_loop import VirtualLoop, in_virtual_time
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import CallState
from waihu_models.errors import SwitchRefused, SwitchTimeout
from waihu_models.ids import CallId, LegId, customer_leg, new_id
from waihu_models.lead import LeadState
from waihu_models.outcome import Outcome

# ---- the watchdog ----------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_ringing_call_whose_end_is_never_told_is_ended_by_the_watchdog(database: Path) -> None:
    async with world(database, numbers(1, "03"), ring_timeout_s=20) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.in_state(CallState.RINGING))
        w.switch.vanish(w.call.leg_id)
        await w.until(lambda: w.ended, 60.0)
        assert (w.call.outcome, w.call.reason) == (Outcome.FAILED, "end not seen")
        assert 30.0 < (w.now - w.call.dialled_at).total_seconds() < 36.0
        assert w.count(w.app.metrics.stuck) == 1


@in_virtual_time
async def test_a_call_that_gets_no_verdict_is_hung_up_by_the_watchdog(database: Path) -> None:
    async with world(
        database, numbers(1), screening=True, fake={"far_end": lambda _: FarEnd(screening_s=float("inf"))}
    ) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.ended, 60.0)
        assert w.call.reason == "stuck"
        assert not w.switch.holds(w.call.leg_id)
        assert w.count(w.app.metrics.stuck) == 1


@in_virtual_time
async def test_a_talk_whose_end_is_never_told_gives_its_agent_back_within_minutes(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        await w.log_in()
        await w.dial()
        (call,) = await w.connected()
        await w.app.dialling.pause(w.campaign.name)
        w.switch.vanish(call.leg_id)
        await w.until(lambda: w.ended, 180.0)


# ---- impossible signals ----------------------------------------------------------------------------------------------


@in_virtual_time
async def test_an_impossible_signal_is_logged_and_counted_and_the_call_held_against_the_exchange(
    database: Path,
) -> None:
    async with world(database, numbers(2), agents=2) as w:
        await w.log_in()
        await w.dial()
        gone, stays = await w.connected(2)
        w.switch.vanish(gone.leg_id)
        with structlog.testing.capture_logs() as logs:
            w.switch.say(sig.LegScreened(stays.leg_id, w.now, sig.Verdict.HUMAN))
            await w.until(lambda: w.calls[gone.id].hung_up_at, 1.0)
        assert [log["id"] for log in logs if log["event"] == "illegal_transition"] == [stays.id]
        assert w.count(w.app.metrics.illegal) == 1
        assert w.calls[stays.id].state is CallState.CONNECTED
        assert w.calls[gone.id].reason == "leg gone after the connection was lost"


@in_virtual_time
async def test_signals_beyond_a_full_queue_are_counted_and_the_call_goes_on(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        await w.log_in()
        await w.dial()
        (call,) = await w.connected()
        for _ in range(200):
            w.switch.press(call.leg_id, "1")  # each is said twice
        assert w.count(w.app.metrics.queue_full) == 400 - QUEUE_SIZE
        await w.after(1.0)
        w.switch.far_end_hangs_up(call.leg_id)
        await w.until(lambda: w.ended, 20.0)
        assert w.call.outcome is Outcome.ANSWERED


# ---- commands that fail ----------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_refused_call_fails_and_its_lead_is_tried_again(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        await w.log_in()
        w.switch.fail_next(do.PlaceCall, SwitchRefused("no such trunk"))
        await w.dial()
        await w.until(lambda: w.ended, 2.0)
        assert w.call.outcome is Outcome.FAILED
        assert "no such trunk" in w.call.reason
        assert (await w.lead(w.call)).state is LeadState.RETRY
        assert w.count(w.app.metrics.commands_failed) == 1


@in_virtual_time
async def test_a_call_placed_without_an_answer_from_the_exchange_is_not_left_ringing(database: Path) -> None:
    async with world(database, numbers(1, "99", 4)) as w:
        await w.log_in()
        w.switch.fail_next(do.PlaceCall, SwitchTimeout("no answer"), done=True)
        await w.dial()
        await w.until(lambda: w.ended, 2.0)
        await w.after(10.0)
        assert not w.switch.holds(w.call.leg_id)


# ---- restarts --------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_restart_adopts_what_is_up_ends_what_is_gone_and_hangs_up_what_is_nobodys(database: Path) -> None:
    async with world(database, numbers(3), agents=3, leave_calls=True) as w:
        await w.log_in()
        await w.dial()
        stays, gone, _third = await w.connected(3)
        await w.app.dialling.pause(w.campaign.name)
        orphan, stranger = customer_leg(CallId(new_id())), LegId("not-ours")
        for leg in (orphan, stranger):
            await w.switch.execute(do.PlaceCall(leg, do.TrunkAddress("carrier", "+441632960099"), "", 20))
        await w.after(1.0)
    w.switch.vanish(gone.leg_id)
    async with controller(w.url, w.campaign, w.switch, clock=w.app.clock) as later:
        await later.until(lambda: not w.switch.holds(orphan), 2.0)
        assert w.switch.holds(stranger)
        assert w.switch.holds(stays.leg_id)
        adopted = later.app.calls.get(stays.id)
        assert adopted is not None
        assert adopted.state is CallState.CONNECTED
        assert later.agent(adopted.agent_id).state is AgentState.TALKING  # type: ignore[arg-type]
        ended = await later.stored(gone)
        assert (ended.outcome, ended.reason) == (Outcome.ANSWERED, "leg gone after the connection was lost")
        w.switch.far_end_hangs_up(stays.leg_id)
        await later.until(lambda: later.app.calls.get(stays.id) is None, 10.0)
        report = await later.report()
        assert report.balanced
        assert (report.attempts, report.open_calls) == (3, 1)


@pytest.mark.parametrize("left", ["state = 'reserved'", "state = 'available', call_id = NULL"])
@in_virtual_time
async def test_an_agent_stored_a_step_behind_the_call_goes_on_talking(database: Path, left: str) -> None:
    async with world(database, numbers(1), leave_calls=True) as w:
        await w.log_in()
        await w.dial()
        (call,) = await w.connected()
        await w.written()
    with sqlite3.connect(database) as rows:
        rows.execute(f"UPDATE agent SET {left}")
    rows.close()
    async with controller(w.url, w.campaign, w.switch, clock=w.app.clock) as later:
        await later.until(lambda: later.agent().state is AgentState.TALKING, 2.0)
        assert later.agent().call_id == call.id
        kept = later.app.calls.get(call.id)
        assert kept is not None
        assert (kept.state, kept.agent_id) == (CallState.CONNECTED, call.agent_id)


@in_virtual_time
async def test_a_talk_whose_beginning_was_not_stored_any_more_goes_on_with_its_agent(database: Path) -> None:
    async with world(database, numbers(1), agents=2, leave_calls=True) as w:
        await w.log_in()
        await w.dial()
        (call,) = await w.connected()
    with sqlite3.connect(database) as rows:
        rows.execute(
            "UPDATE call SET state = 'waiting', agent_id = NULL, bridge_id = NULL, connected_at = NULL,"
            " recording_id = NULL"
        )
        rows.execute("UPDATE agent SET state = 'available', call_id = NULL")
    rows.close()
    async with controller(w.url, w.campaign, w.switch, clock=w.app.clock) as later:
        await later.until(lambda: later.calls[call.id].state is CallState.CONNECTED, 2.0)
        adopted = later.app.calls.get(call.id)
        assert adopted is not None
        assert (adopted.agent_id, adopted.bridge_id) == (call.agent_id, call.bridge_id)
        assert later.agent(call.agent_id).state is AgentState.TALKING  # type: ignore[arg-type]
        assert later.switch.holds(call.leg_id)


@in_virtual_time
async def test_who_was_waiting_at_a_restart_is_given_an_agent_as_soon_as_the_exchange_is_reached(
    database: Path,
) -> None:
    async with world(database, numbers(1, ring=4), patience_s=60.0, leave_calls=True) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.placed)
        w.app.agents.pause(FIRST, "coffee")
        await w.until(lambda: w.in_state(CallState.WAITING))
        waiting = w.in_state(CallState.WAITING)[0]
        await w.after(1.0)
    with sqlite3.connect(database) as rows:
        rows.execute("UPDATE agent SET state = 'available'")
    rows.close()
    async with controller(w.url, w.campaign, w.switch, clock=w.app.clock) as later:
        await later.until(lambda: later.calls[waiting.id].state is CallState.CONNECTED, 2.0)


@in_virtual_time
async def test_a_lead_left_as_being_dialled_is_freed_at_the_next_start(database: Path) -> None:
    async with world(database, numbers(1), leave_calls=True) as w:
        await w.log_in()
        await w.dial()
        await w.connected()
    with sqlite3.connect(database) as rows:
        rows.execute("DELETE FROM call")
    rows.close()
    async with controller(w.url, w.campaign, w.switch, clock=w.app.clock) as later:
        assert (await later.lead(w.call)).state is LeadState.RETRY


@in_virtual_time
async def test_a_killed_exchange_ends_its_calls_and_calls_its_agents_again(database: Path) -> None:
    async with world(database, numbers(10), agents=2) as w:
        await w.log_in()
        await w.dial()
        before = await w.connected(2)
        w.switch.crash()
        await w.after(5.0)
        w.switch.come_back()
        await w.until(lambda: all(w.calls[call.id].ended_at for call in before), 2.0)
        assert all(w.calls[call.id].reason for call in before)
        await w.until(lambda: len(w.in_state(CallState.CONNECTED)) == 2, 20.0)


@in_virtual_time
async def test_a_controller_that_ends_logs_its_agents_out_and_hangs_up_their_phones(database: Path) -> None:
    async with world(database, agents=2) as w:
        await w.log_in()
        legs = [agent.leg_id for agent in w.app.agents if agent.leg_id]
    with sqlite3.connect(database) as rows:
        states = {state for (state,) in rows.execute("SELECT state FROM agent")}
    rows.close()
    assert states == {"offline"}
    assert not [leg for leg in legs if w.switch.holds(leg)]


# ---- the store -------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_locked_database_stops_no_call_under_way_and_loses_nothing(database: Path) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    async with world(database, numbers(2, "99", 1), agents=2) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.placed) == 2)
        locked = sqlite3.connect(database, isolation_level=None)
        locked.execute("BEGIN IMMEDIATE")
        with loop.wall_pace():
            await w.until(lambda: len(w.in_state(CallState.CONNECTED)) == 2, 5.0)
            w.switch.far_end_hangs_up(w.in_state(CallState.CONNECTED)[0].leg_id)
            await w.until(lambda: w.in_state(CallState.WRAP_UP), 2.0)
            locked.execute("ROLLBACK")
            locked.close()
        assert w.count(w.app.metrics.store_slow) > 0
        await w.until(lambda: w.ended, 10.0)
        stored = await w.stored(w.ended[0])
        assert (stored.outcome, stored.connected_at) == (Outcome.ANSWERED, w.ended[0].connected_at)


@in_virtual_time
async def test_a_call_that_cannot_be_stored_is_not_dialled(database: Path) -> None:
    with sqlite3.connect(database) as rows:
        rows.execute("CREATE TRIGGER no_calls BEFORE INSERT ON call BEGIN SELECT RAISE(ABORT, 'no'); END")
    rows.close()
    async with world(database, numbers(1)) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.ended, 5.0)
        assert not w.placed
        assert w.call.outcome is Outcome.FAILED
        assert w.agent().state is AgentState.AVAILABLE


# ---- the connection --------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_an_end_nobody_saw_is_found_when_the_connection_is_back(database: Path) -> None:
    async with world(database, numbers(2), agents=some_agents(2, wrap_limit_s=0.0)) as w:
        await w.log_in()
        await w.dial()
        gone, stays = await w.connected(2)
        await w.app.dialling.pause(w.campaign.name)
        w.switch.lose()
        w.switch.far_end_hangs_up(gone.leg_id)
        await w.after(30.0)
        assert w.calls[gone.id].state is CallState.CONNECTED
        w.switch.come_back()
        await w.until(lambda: w.calls[gone.id].ended_at, 1.0)
        assert w.calls[stays.id].state is CallState.CONNECTED
        free = FIRST if gone.agent_id == FIRST else SECOND
        await w.until(lambda: w.agent(free).state is AgentState.AVAILABLE, 1.0)


@in_virtual_time
async def test_an_agent_lost_while_nobody_listened_leaves_the_customer_to_another(database: Path) -> None:
    async with world(database, numbers(1), agents=2) as w:
        await w.log_in()
        await w.dial()
        (call,) = await w.connected()
        leg = w.agent(FIRST).leg_id
        assert leg is not None
        w.switch.lose()
        w.switch.far_end_hangs_up(leg)
        await w.after(5.0)
        w.switch.come_back()
        await w.until(lambda: w.call.agent_id == SECOND and w.call.state is CallState.CONNECTED, 3.0)
        assert w.agent(FIRST).state is AgentState.OFFLINE
        assert w.call.connected_at == call.connected_at
