"""How calls sound: looked at while people talk, kept at the end, told when nobody can bear it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.services.world import FIRST, World, numbers, some_agents, world

from waihu.services import media_watch
from waihu.services.media_watch import MediaWatch
from waihu.store.leg_media import legs_of_call, media_by_agent, media_by_trunk
from waihu.testing.far_ends import FarEnd
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.agent import PhoneMode
from waihu_models.call import Call, CallState
from waihu_models.errors import SwitchTimeout
from waihu_models.events import AlertRaised, LegMeasured
from waihu_models.media import LegQuality, LegSide

GOOD = FarEnd()
AWFUL = FarEnd(loss_ratio=0.25, jitter_ms=70.0, round_trip_ms=300.0)


def watch(w: World) -> MediaWatch:
    return w.app.line_side.media


async def talking(w: World, carrier: FarEnd = GOOD, count: int = 1) -> list[Call]:
    w.switch.carriers["carrier"] = carrier
    await w.log_in()
    await w.dial()
    return await w.connected(count)


async def kept(w: World, call: Call) -> dict[LegSide, LegQuality]:
    await w.written()
    return {leg.side: leg for leg in await legs_of_call(w.app.store, call.id)}


def hung_up(w: World, call: Call) -> bool:
    return not w.calls[call.id].live


@in_virtual_time
async def test_both_legs_are_looked_at_every_five_seconds_and_kept_with_means_and_worst(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        looks: list[LegMeasured] = []
        w.app.bus.subscribe(LegMeasured, looks.append)
        (call,) = await talking(w, replace(GOOD, loss_ratio=0.04, round_trip_ms=80.0, talks_s=31.0))
        await w.after(20.0)
        assert {look.media.side for look in looks} == set(LegSide)
        assert {media.side for media in watch(w).of_call(call.id)} == set(LegSide)
        await w.until(lambda: hung_up(w, call))
        await w.after(2.0)
        legs = await kept(w, call)
        customer, agent = legs[LegSide.CUSTOMER], legs[LegSide.AGENT]
        assert customer.looks == 7, "at 2, 7 … 27 s, and the end"
        assert customer.loss_in_ratio == pytest.approx(0.04, abs=0.01)
        assert customer.loss_out_ratio == pytest.approx(0.04, abs=0.01)
        assert (customer.round_trip_ms, customer.round_trip_worst_ms, customer.bad_looks) == (80.0, 80.0, 0)
        assert 3.8 < customer.mos_worst <= customer.mos < 4.2
        assert (agent.agent_id, agent.loss_in_ratio) == (FIRST, 0.0)
        assert agent.mos > 4.3
        assert len(watch(w)) == 0


@in_virtual_time
async def test_a_call_shorter_than_the_first_look_is_kept_all_the_same(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        (call,) = await talking(w, FarEnd(talks_s=1.4))
        await w.until(lambda: hung_up(w, call))
        await w.after(2.0)
        assert (await kept(w, call))[LegSide.CUSTOMER].looks == 1


@in_virtual_time
async def test_the_figures_of_a_nailed_up_phone_are_of_each_call_alone(database: Path) -> None:
    async with world(database, numbers(2), agents=some_agents(1, wrap_limit_s=0.5)) as w:
        (first,) = await talking(w, FarEnd(talks_s=12.0))
        await w.until(lambda: len([c for c in w.calls.values() if c.state is CallState.ENDED]) == 2, 60.0)
        await w.after(2.0)
        (second,) = [call for call in w.calls.values() if call.id != first.id]
        for call in (first, second):
            assert (await kept(w, call))[LegSide.AGENT].looks in {2, 3}


@in_virtual_time
async def test_a_call_that_sounds_bad_twice_in_a_row_is_an_alert_and_a_second_call_on_the_trunk_is_not(
    database: Path,
) -> None:
    async with world(database, numbers(3), agents=3) as w:
        alerts: list[AlertRaised] = []
        w.app.bus.subscribe(AlertRaised, alerts.append)
        calls = await talking(w, AWFUL, 3)
        await w.after(3.0)
        assert [a for a in alerts if a.code == "call_sounds_bad"] == [], "once may be chance"
        await w.after(20.0)
        (alert,) = [a for a in alerts if a.code == "call_sounds_bad"]
        assert "trunk carrier" in alert.text
        assert "25%" in alert.text
        assert all(media.bad_looks > 2 for media in watch(w).of_call(calls[0].id) if media.side is LegSide.CUSTOMER)


@in_virtual_time
async def test_an_exchange_that_does_not_answer_costs_figures_and_nothing_else(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        (call,) = await talking(w)
        w.switch.media_fault = SwitchTimeout("no answer")
        await w.after(30.0)
        assert watch(w).failed > 5
        assert w.calls[call.id].state is CallState.CONNECTED
        w.switch.media_fault = None
        await w.after(10.0)
        assert watch(w).of_call(call.id)
        w.switch.far_end_hangs_up(call.leg_id)
        await w.until(lambda: hung_up(w, call))
        await w.after(2.0)
        assert (await kept(w, call))[LegSide.CUSTOMER].looks >= 2


@in_virtual_time
async def test_when_every_look_fails_the_round_is_given_up_and_the_end_is_kept(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_watch, "AT_ONCE", 2)
    monkeypatch.setattr(media_watch, "FAILURES", 4)
    async with world(database, numbers(6), agents=6) as w:
        calls = await talking(w, GOOD, 6)
        w.switch.media_fault = SwitchTimeout("no answer")
        await w.after(5.0)
        before = w.switch.looks
        await watch(w).look()
        await w.after(0.9)
        assert w.switch.looks - before <= 8, "four failures end a round; the background's own round may run, too"
        w.switch.far_end_hangs_up(calls[0].leg_id)
        await w.until(lambda: hung_up(w, calls[0]))
        assert (await kept(w, calls[0]))[LegSide.CUSTOMER].looks == 1, "the leg's end says it all"


@in_virtual_time
async def test_only_so_many_legs_are_looked_at_in_a_round_those_that_waited_longest_first(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_watch, "MOST_A_TICK", 4)
    monkeypatch.setattr(media_watch, "AT_ONCE", 2)
    async with world(database, numbers(6), agents=6) as w:
        await talking(w, GOOD, 6)
        for _ in range(8):
            before = w.switch.looks
            await w.after(1.0)
            assert w.switch.looks - before <= 4
        calls = w.in_state(CallState.CONNECTED)
        assert all(watch(w).of_call(call.id) for call in calls), "everybody's turn comes"


@in_virtual_time
async def test_an_on_hook_phone_whose_leg_ends_with_the_call_is_kept(database: Path) -> None:
    agents = some_agents(1, mode=PhoneMode.ON_HOOK)
    async with world(database, numbers(1), agents=agents) as w:
        (call,) = await talking(w, FarEnd(talks_s=13.0))
        await w.until(lambda: hung_up(w, call))
        await w.after(3.0)
        assert set(await kept(w, call)) == set(LegSide)


@in_virtual_time
async def test_figures_are_summed_up_by_trunk_and_by_agent(database: Path) -> None:
    async with world(database, numbers(4), agents=2) as w:
        await talking(w, replace(AWFUL, talks_s=12.0), 2)
        await w.until(lambda: len([c for c in w.calls.values() if not c.live]) == 4, 90.0)
        await w.after(3.0)
        await w.written()
        since = w.now - timedelta(hours=1)
        (trunk,) = await media_by_trunk(w.app.store, since)
        assert (trunk.name, trunk.legs, trunk.bad_legs, trunk.bad_ratio) == ("carrier", 4, 4, 1.0)
        agents = await media_by_agent(w.app.store, since)
        assert {one.name for one in agents} == {"agent1", "agent2"}
        assert all(one.bad_legs == 0 for one in agents), "their own phones sound well"
        assert await media_by_trunk(w.app.store, w.now + timedelta(seconds=1)) == []
