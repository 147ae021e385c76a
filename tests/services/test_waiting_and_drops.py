"""Answered people and the two seconds in which an agent has to come."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.services.world import controller, numbers, some_agents, world

from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import CallState
from waihu_models.campaign import DialMode
from waihu_models.errors import LegGone, SwitchRefused
from waihu_models.ids import PlaybackId
from waihu_models.outcome import Outcome

TWO_FOR_ONE: dict[str, Any] = {"mode": DialMode.RATIO, "lines_per_agent": 2.0, "target_drop_ratio": 1.0}


@in_virtual_time
async def test_a_person_without_an_agent_is_dropped_after_two_seconds_with_a_message(database: Path) -> None:
    async with world(database, numbers(2), **TWO_FOR_ONE) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.in_state(CallState.DROPPING), 10.0)
        (dropped,) = w.in_state(CallState.DROPPING)
        assert dropped.answered_at is not None
        assert dropped.state_since - dropped.answered_at == timedelta(seconds=2)
        await w.until(lambda: w.calls[dropped.id].ended_at, 20.0)
        ended = w.calls[dropped.id]
        assert ended.outcome is Outcome.ABANDONED
        assert ended.ended_at is not None
        assert (ended.ended_at - dropped.state_since).total_seconds() == pytest.approx(10.0, abs=0.05)
        given = [command for _, command in w.switch.given if getattr(command, "leg_id", None) == dropped.leg_id]
        playback = do.Play(dropped.leg_id, "safe-harbour", PlaybackId(dropped.id))
        assert given[:3] == [given[0], playback, do.HangUp(dropped.leg_id)]
        assert isinstance(given[0], do.PlaceCall)


@in_virtual_time
async def test_a_dropped_person_who_hangs_up_during_the_message_counts_as_abandoned(database: Path) -> None:
    async with world(database, numbers(2), **TWO_FOR_ONE) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.in_state(CallState.DROPPING), 10.0)
        (dropped,) = w.in_state(CallState.DROPPING)
        w.switch.far_end_hangs_up(dropped.leg_id)
        await w.until(lambda: w.calls[dropped.id].ended_at, 1.0)
        assert w.calls[dropped.id].outcome is Outcome.ABANDONED


@in_virtual_time
async def test_a_person_who_leaves_before_the_limit_is_hung_up_and_not_abandoned(database: Path) -> None:
    async with world(database, [*numbers(1), *numbers(1, "22", 1)], **TWO_FOR_ONE) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.ended, 10.0)
        assert {call.outcome for call in w.ended} == {Outcome.HUNG_UP}


@in_virtual_time
async def test_the_limit_counts_from_the_end_of_the_greeting(database: Path) -> None:
    async with world(database, numbers(2, "00"), screening=True, **TWO_FOR_ONE) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.in_state(CallState.DROPPING), 10.0)
        (dropped,) = w.in_state(CallState.DROPPING)
        assert dropped.verdict is sig.Verdict.HUMAN
        assert dropped.answered_at is not None
        waited = dropped.state_since - dropped.answered_at
        assert waited.total_seconds() == pytest.approx(2.2 - 0.8 + 2.0, abs=0.05)


@in_virtual_time
async def test_machines_never_reach_an_agent(database: Path) -> None:
    async with world(database, numbers(4, "01"), screening=True, agents=2) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.ended) == 4, 40.0)
        assert {call.outcome for call in w.ended} == {Outcome.MACHINE}
        assert {change.agent.state for change in w.agent_moves} == {AgentState.CALLING, AgentState.AVAILABLE}


@in_virtual_time
async def test_progressive_dialling_never_abandons_anybody(database: Path) -> None:
    leads = [*numbers(8, "22", 1), *numbers(8, "23", 3), *numbers(7, "02"), *numbers(7, "11")]
    async with world(database, leads, agents=some_agents(3, wrap_limit_s=1.0)) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.ended) == 30, 300.0)
        assert not [call for call in w.ended if call.abandoned]
        assert w.switch.most_legs["carrier"] <= 3


@in_virtual_time
async def test_drops_are_entered_in_the_ledger_and_found_again_by_the_next_start(database: Path) -> None:
    async with world(database, numbers(2), **TWO_FOR_ONE) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.ended, 20.0)
        ledger = w.app.dialling.loops[w.campaign.id].ledger
        assert ledger.totals(w.app.clock.monotonic()) == (2, 1)
    async with controller(w.url, w.campaign, w.switch, clock=w.app.clock) as later:
        ledger = later.app.dialling.loops[w.campaign.id].ledger
        assert ledger.totals(later.app.clock.monotonic()) == (2, 1)
        report = await later.report()
        assert (report.live_answers, report.drops, report.drop_ratio) == (2, 1, 0.5)


@in_virtual_time
async def test_too_many_drops_let_the_pacer_fall_back_to_one_line_for_each_agent(database: Path) -> None:
    rules = {**TWO_FOR_ONE, "lines_per_agent": 4.0, "target_drop_ratio": 0.03}
    async with world(database, numbers(90, "23", 1), agents=some_agents(2, wrap_limit_s=0.0), **rules) as w:
        await w.log_in()
        await w.dial()
        ledger = w.app.dialling.loops[w.campaign.id].ledger
        await w.until(lambda: ledger.totals(w.app.clock.monotonic())[0] >= 20, 120.0)
        await w.after(10.0)
        drops = ledger.totals(w.app.clock.monotonic())[1]
        assert drops > 5
        await w.after(30.0)
        assert ledger.totals(w.app.clock.monotonic())[1] == drops


@in_virtual_time
async def test_an_announcement_that_cannot_be_played_still_ends_the_dropped_call(database: Path) -> None:
    async with world(database, numbers(2), drop_media="not-there", **TWO_FOR_ONE) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.ended, 5.0)
        (ended,) = w.ended
        assert (ended.outcome, ended.abandoned) == (Outcome.ABANDONED, True)
        assert ended.reason.startswith("Play: ")


@in_virtual_time
async def test_a_customer_who_cannot_be_bridged_is_not_left_in_silence(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        await w.log_in()
        w.switch.fail_next(do.Join, SwitchRefused("no"))
        await w.dial()
        await w.until(lambda: w.ended, 5.0)
        assert w.call.reason.startswith("Join: ")
        await w.until(lambda: w.agent().state is AgentState.AVAILABLE, 10.0)


@in_virtual_time
async def test_a_recording_that_cannot_be_started_costs_no_call(database: Path) -> None:
    async with world(database, numbers(1, "23")) as w:
        await w.log_in()
        w.switch.fail_next(do.StartRecording, SwitchRefused("disk full"))
        await w.dial()
        await w.until(lambda: w.ended, 20.0)
        assert w.call.outcome is Outcome.ANSWERED
        assert "StartRecording" in w.call.reason
        assert w.call.talk_s == pytest.approx(5.5, abs=0.1)


@in_virtual_time
async def test_a_leg_that_leaves_just_as_it_is_to_be_joined_ends_as_hung_up(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        await w.log_in()

        def leaves(command: do.Command) -> None:
            if isinstance(command, do.Join) and command.leg_id in {call.leg_id for call in w.calls.values()}:
                w.switch.far_end_hangs_up(command.leg_id)

        w.switch.fault = leaves
        await w.dial()
        await w.until(lambda: w.ended, 5.0)
        assert w.call.outcome is Outcome.HUNG_UP
        assert LegGone.code not in w.call.reason
        await w.until(lambda: w.agent().state is AgentState.AVAILABLE, 1.0)


@in_virtual_time
async def test_a_caller_waits_with_music_for_the_next_agent(database: Path) -> None:
    async with world(database) as w:
        leg = w.switch.call_in("441632960999", "441632960123")
        await w.until(lambda: w.in_state(CallState.WAITING), 5.0)
        await w.after(60.0)
        assert w.call.state is CallState.WAITING
        assert do.StartMusic(leg) in [command for _, command in w.switch.given]
        w.app.agents.log_in(some_agents(1)[0].id)
        await w.connected()
        assert w.call.agent_id == "agent1"
