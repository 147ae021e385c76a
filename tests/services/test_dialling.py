"""Dialling: how much, how fast, when, how often, and that it stops at once."""

from datetime import UTC, datetime, time, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from tests.services.world import FIRST, controller, fill, numbers, some_agents, world

from waihu.services.lines import Trunk
from waihu.testing.factories import a_campaign
from waihu.testing.fake_switch import FakeSwitch
from waihu.testing.virtual_loop import VirtualClock, in_virtual_time
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import CallState
from waihu_models.campaign import CallingHours, DialMode, RetryRule
from waihu_models.errors import Conflict
from waihu_models.events import CallChanged, LeadRefused
from waihu_models.lead import LeadState, Refusal
from waihu_models.outcome import Outcome

WORKDAY = CallingHours((((time(8), time(21)),),) * 7, "Europe/London")


@in_virtual_time
async def test_a_lost_exchange_stops_dialling_at_once_and_its_return_resumes_it(database: Path) -> None:
    async with world(database, numbers(40, "02"), agents=2) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.placed) >= 4)
        w.switch.lose()
        dialled = len(w.placed)
        assert w.app.dialling.loops[w.campaign.id].decide() == 0
        await w.after(20.0)
        assert len(w.placed) == dialled
        w.switch.come_back()
        await w.until(lambda: len(w.placed) > dialled, 5.0)
        await w.until(lambda: len(w.ended) == 40, 60.0)
        assert {call.outcome for call in w.ended} <= {Outcome.BUSY, Outcome.FAILED}


@in_virtual_time
async def test_a_call_the_exchange_never_got_is_ended_and_its_lead_is_tried_again(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        await w.log_in()
        w.app.bus.subscribe(CallChanged, lambda _: w.switch.lose())
        await w.dial()
        await w.until(lambda: w.ended, 2.0)
        assert not w.placed
        assert w.call.outcome is Outcome.FAILED
        lead = await w.lead(w.call)
        assert (lead.state, lead.next_at) == (LeadState.RETRY, w.call.ended_at + timedelta(seconds=60))  # type: ignore[operator]


@in_virtual_time
async def test_nothing_is_dialled_before_the_calling_hours_begin(database: Path) -> None:
    opening = datetime(2026, 11, 23, 8, tzinfo=UTC)
    async with world(database, numbers(3), start=opening - timedelta(seconds=20), hours=WORKDAY) as w:
        refused: list[LeadRefused] = []
        w.app.bus.subscribe(LeadRefused, refused.append)
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.placed, 30.0)
        assert timedelta(0) <= w.now - opening < timedelta(seconds=2)
        assert {r.refusal for r in refused} == {Refusal.OUTSIDE_HOURS}
        assert {r.again_at for r in refused} == {opening}


@pytest.mark.parametrize("before_s", [10.0, 10.3, 10.6, 10.9])
@in_virtual_time
async def test_nothing_is_dialled_after_the_calling_hours_end(database: Path, before_s: float) -> None:
    closing = datetime(2026, 11, 23, 21, tzinfo=UTC)
    start = closing - timedelta(seconds=before_s)
    async with world(
        database, numbers(40, "02"), start=start, hours=WORKDAY, trunks=(Trunk("carrier", calls_per_s=2.0),)
    ) as w:
        await w.log_in()
        await w.dial()
        await w.after(15.0)
        assert w.placed
        assert max(at for at, _ in w.placed) < before_s


@pytest.mark.parametrize(
    ("behaviour", "outcome", "state"),
    [("02", Outcome.BUSY, LeadState.RETRY), ("03", Outcome.NO_ANSWER, LeadState.RETRY),
     ("04", Outcome.INVALID_NUMBER, LeadState.CLOSED), ("05", Outcome.CONGESTION, LeadState.RETRY),
     ("07", Outcome.REJECTED, LeadState.RETRY), ("01", Outcome.MACHINE, LeadState.RETRY),
     ("13", Outcome.UNREACHABLE, LeadState.RETRY), ("14", Outcome.UNREACHABLE, LeadState.RETRY)],
)  # fmt: skip
@in_virtual_time
async def test_each_outcome_puts_its_lead_off_by_its_own_delay(
    database: Path, behaviour: str, outcome: Outcome, state: LeadState
) -> None:
    async with world(database, numbers(1, behaviour), screening=True, ring_timeout_s=10) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.ended, 30.0)
        assert w.call.outcome is outcome
        lead = await w.lead(w.call)
        assert (lead.state, lead.attempts, lead.last_outcome) == (state, 1, str(outcome))
        if state is LeadState.RETRY:
            assert lead.next_at is not None
            assert w.call.ended_at is not None
            waits_s = (lead.next_at - w.call.ended_at).total_seconds()
            assert waits_s == pytest.approx(w.campaign.retries[outcome].delay_s, abs=0.01)


@in_virtual_time
async def test_a_number_that_rings_is_given_up_at_the_ring_time_out_and_called_again_an_hour_later(
    database: Path,
) -> None:
    async with world(database, numbers(1, "03"), ring_timeout_s=27) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.ended, 30.0)
        assert w.call.outcome is Outcome.NO_ANSWER
        ended_at = w.call.ended_at
        assert ended_at is not None
        assert (ended_at - w.call.dialled_at).total_seconds() == pytest.approx(27.0, abs=0.1)
        w.app.agents.log_out(FIRST)
        await w.until(lambda: w.agent().state is AgentState.OFFLINE)
    # An hour is long even in virtual time: another controller takes over just before it is over.
    clock = VirtualClock(ended_at + timedelta(seconds=3590))
    switch = FakeSwitch(clock, phones=["agent1"])
    async with controller(w.url, w.campaign, switch, clock=clock) as later:
        await later.log_in()
        await later.until(lambda: later.placed, 20.0)
        assert timedelta(seconds=3600) <= later.call.dialled_at - ended_at < timedelta(seconds=3602)


@in_virtual_time
async def test_attempts_of_one_outcome_and_of_a_lead_are_limited(database: Path) -> None:
    quick = {Outcome.BUSY: RetryRule(10.0, 2), Outcome.CONGESTION: RetryRule(10.0, 9)}
    leads = [*numbers(1, "02"), *numbers(1, "05")]
    async with world(database, leads, agents=2, retries=quick, max_attempts=3, max_attempts_per_day=9) as w:
        await w.log_in()
        await w.dial()
        await w.after(60.0)
        by_outcome = [call.outcome for call in w.ended]
        assert by_outcome.count(Outcome.BUSY) == 2
        assert by_outcome.count(Outcome.CONGESTION) == 3
        assert {(await w.lead(call)).state for call in w.ended} == {LeadState.CLOSED}


@in_virtual_time
async def test_a_number_is_not_called_more_often_a_day_than_allowed(database: Path) -> None:
    quick = {Outcome.BUSY: RetryRule(10.0, 9)}
    async with world(database, numbers(1, "02"), retries=quick, max_attempts_per_day=3, max_attempts=9) as w:
        refused: list[LeadRefused] = []
        w.app.bus.subscribe(LeadRefused, refused.append)
        await w.log_in()
        await w.dial()
        await w.after(60.0)
        assert len(w.placed) == 3
        assert {r.refusal for r in refused} == {Refusal.DAILY_LIMIT}


@in_virtual_time
async def test_a_number_on_two_lists_is_in_one_call_at_a_time(database: Path) -> None:
    async with world(database, numbers(1, "23", 2), agents=2) as w:
        autumn = a_campaign(name="autumn", mode=DialMode.PROGRESSIVE)
        await fill(w.app, autumn, numbers(1, "23", 2), [])
        await w.dial()
        await w.app.dialling.start("autumn")
        await w.after(0.6)  # both leads are cleared for dialling by now
        await w.log_in()
        await w.until(lambda: len(w.placed) == 2, 60.0)
        assert w.switch.most_legs["carrier"] == 1


@in_virtual_time
async def test_a_trunk_is_never_asked_for_more_lines_or_calls_a_second_than_it_has(database: Path) -> None:
    trunk = Trunk("carrier", max_lines=7, calls_per_s=3.0)
    leads = [*numbers(20, "02", 4), *numbers(20, "22", 6), *numbers(20, "03")]
    async with world(
        database, leads, agents=5, trunks=(trunk,), mode=DialMode.RATIO, lines_per_agent=6.0, target_drop_ratio=1.0,
        ring_timeout_s=8,
    ) as w:  # fmt: skip
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.placed) == 60, 120.0)
        assert w.switch.most_legs["carrier"] == 7, "all lines are used, and no more"
        times = [at for at, _ in w.placed]
        for (first, begins), (last, ends) in combinations(enumerate(times), 2):
            assert last - first + 1 <= 3.0 * (ends - begins) + 1 + 1e-6


@in_virtual_time
async def test_a_campaign_keeps_to_its_own_lines_on_a_wide_trunk(database: Path) -> None:
    async with world(
        database, numbers(20, "03"), agents=4, max_lines=3, mode=DialMode.RATIO, lines_per_agent=5.0,
        target_drop_ratio=1.0, ring_timeout_s=5,
    ) as w:  # fmt: skip
        await w.log_in()
        await w.dial()
        await w.until(lambda: len(w.placed) == 12, 60.0)
        assert w.switch.most_legs["carrier"] == 3


@in_virtual_time
async def test_a_paused_campaign_dials_nothing_and_finishes_its_calls_and_goes_on_when_started(database: Path) -> None:
    async with world(database, numbers(30, "24"), agents=1) as w:
        await w.log_in()
        await w.dial()
        (call,) = await w.connected()
        await w.app.dialling.pause(w.campaign.name)
        await w.until(lambda: w.calls[call.id].state is CallState.ENDED, 40.0)
        await w.after(20.0)
        assert len(w.placed) == 1
        assert w.agent().state is AgentState.AVAILABLE
        await w.dial()
        await w.until(lambda: len(w.placed) == 2, 2.0)


@in_virtual_time
async def test_a_lead_shown_to_an_agent_is_kept_for_them_until_skipped_or_dialled(database: Path) -> None:
    async with world(database, numbers(2), agents=2, mode=DialMode.PREVIEW) as w:
        await w.log_in()
        await w.dial()
        loop = w.app.dialling.loops[w.campaign.id]
        first, second = await loop.preview(FIRST), await loop.preview(some_agents(2)[1].id)
        assert first is not None
        assert second is not None
        assert await loop.preview(FIRST) == first
        assert second.id != first.id
        loop.skip_preview(FIRST)
        with pytest.raises(Conflict):
            w.app.preview_call(loop, FIRST)
        await w.after(5.0)
        assert not w.placed
        shown = await loop.preview(FIRST)
        assert shown is not None
        assert shown.id == first.id, "the other one is held"
        call = w.app.preview_call(loop, FIRST)
        with pytest.raises(Conflict):
            w.app.preview_call(loop, FIRST)
        await w.connected()
        assert (w.calls[call.id].lead_id, w.calls[call.id].agent_id) == (first.id, FIRST)


@in_virtual_time
async def test_a_preview_call_to_a_busy_number_gives_its_agent_back(database: Path) -> None:
    async with world(database, numbers(1, "02"), mode=DialMode.PREVIEW) as w:
        await w.log_in()
        await w.dial()
        loop = w.app.dialling.loops[w.campaign.id]
        await loop.preview(FIRST)
        w.app.preview_call(loop, FIRST)
        await w.until(lambda: w.ended)
        await w.until(lambda: w.agent().state is AgentState.AVAILABLE, 1.0)
        assert w.call.outcome is Outcome.BUSY


@in_virtual_time
async def test_a_person_hung_up_by_the_controller_while_it_rings_counts_as_cancelled(database: Path) -> None:
    async with world(database, numbers(1, "03")) as w:
        await w.log_in()
        await w.dial()
        await w.until(lambda: w.in_state(CallState.RINGING))
        w.app.calls.ask(w.call.id, sig.HangUpAsked(w.now, "test"))
        await w.until(lambda: w.ended, 1.0)
        assert w.call.outcome is Outcome.CANCELLED
