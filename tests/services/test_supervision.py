"""Supervision on the fake exchange: who may listen, what is audited, how it ends."""

from pathlib import Path
from typing import Any

import pytest
from tests.services.world import FIRST, SECOND, World, controller, numbers, some_agents, world

from waihu.services.supervision import Supervisions
from waihu.store.audit import By, latest
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import commands as do
from waihu_models.agent import AgentState, PhoneMode
from waihu_models.call import CallState
from waihu_models.errors import BadInput, Conflict, NotFound, SwitchRefused, SwitchUnreachable
from waihu_models.events import SupervisionChanged
from waihu_models.ids import AgentId, spy_leg
from waihu_models.supervision import Spying, SpyMode, SpyState

PHONE, WEB = "sup1", "w-0197a000000070008000000000000001"


def room(database: Path, **given: Any) -> Any:
    return world(database, numbers(2), phones=(PHONE, WEB, "lazy9", "busy9"), **given)


def ada(w: World) -> By:
    return By("user:ada", w.now)


def supervisions(w: World) -> Supervisions:
    return w.app.control.supervisions


async def listening(w: World, mode: SpyMode = SpyMode.LISTEN, phone: str = PHONE) -> Spying:
    await supervisions(w).start(phone, FIRST, mode, ada(w))
    await w.until(lambda: any(one.state is SpyState.ON and one.mode is mode for one in supervisions(w)), 5.0)
    found = supervisions(w).of("user:ada")
    assert found is not None
    return found


def keys(w: World) -> list[tuple[SpyMode, bool]]:
    return [(c.mode, c.anew) for _, c in w.switch.given if isinstance(c, do.ChangeSpy)]


async def audited(w: World) -> list[tuple[str, str, str]]:
    await w.written()
    rows = reversed(await latest(w.app.store, 50))
    return [(row["actor"], row["action"], row["detail"]) for row in rows if row["action"].startswith("supervision")]


@pytest.mark.parametrize("phone", [PHONE, WEB])
@in_virtual_time
async def test_each_act_is_audited_and_told_and_the_start_before_anything_is_heard(database: Path, phone: str) -> None:
    async with room(database) as w:
        told: list[SupervisionChanged] = []
        w.app.bus.subscribe(SupervisionChanged, told.append)
        await w.log_in()
        await w.dial()
        (call,) = await w.connected()
        await listening(w, phone=phone)
        await supervisions(w).change(SpyMode.WHISPER, ada(w))
        await supervisions(w).stop(ada(w))
        assert not list(supervisions(w))
        assert [row[:2] for row in await audited(w)] == [
            ("user:ada", f"supervision.{what}") for what in ("start", "mode", "stop")
        ]
        assert (await audited(w))[0][2] == f"listen, on phone {phone}, call {call.id}"
        assert [(e.spying.state, e.spying.mode) for e in told] == [
            (SpyState.RINGING, SpyMode.LISTEN), (SpyState.ON, SpyMode.LISTEN), (SpyState.ON, SpyMode.WHISPER),
            (SpyState.ENDED, SpyMode.WHISPER),
        ]  # fmt: skip
        assert w.call.state is CallState.CONNECTED
        assert w.agent().state is AgentState.TALKING


@in_virtual_time
async def test_a_supervision_begins_unheard_and_goes_into_the_wanted_mode_once_the_exchange_listens(
    database: Path,
) -> None:
    async with room(database) as w:
        await w.log_in()
        await w.dial()
        await w.connected()
        began = w.app.clock.monotonic()
        await listening(w, SpyMode.BARGE)
        assert keys(w) == [(SpyMode.BARGE, False)]
        assert w.app.clock.monotonic() - began > do.SPY_SETTLES_S


@in_virtual_time
async def test_a_key_pressed_on_the_supervisors_phone_is_followed_and_audited(database: Path) -> None:
    async with room(database) as w:
        await w.log_in()
        spying = await listening(w)
        w.switch.press(spying.leg_id, "5")
        assert [one.mode for one in supervisions(w)] == [SpyMode.WHISPER]
        w.switch.press(spying.leg_id, "9")
        assert [row[1] for row in await audited(w)] == ["supervision.start", "supervision.mode"]


@in_virtual_time
async def test_a_nailed_up_agent_is_heard_from_call_to_call_but_nobody_barges_into_the_next_one(
    database: Path,
) -> None:
    async with room(database, agents=some_agents(1, wrap_limit_s=0.0)) as w:
        await w.log_in()
        await w.dial()
        (first,) = await w.connected()
        await listening(w, SpyMode.BARGE)
        w.switch.far_end_hangs_up(first.leg_id)
        await w.until(lambda: len(w.calls) == 2 and w.in_state(CallState.CONNECTED), 10.0)
        assert [(one.state, one.mode) for one in supervisions(w)] == [(SpyState.ON, SpyMode.LISTEN)]
        assert keys(w) == [(SpyMode.BARGE, False), (SpyMode.LISTEN, True)]
        await supervisions(w).change(SpyMode.BARGE, ada(w))
        assert keys(w)[-1] == (SpyMode.BARGE, False)


@in_virtual_time
async def test_a_customer_on_hold_does_not_hear_who_had_barged_in(database: Path) -> None:
    async with room(database) as w:
        await w.log_in()
        await w.dial()
        await w.connected()
        await listening(w, SpyMode.BARGE)
        w.app.control.wishes.hold(FIRST)
        await w.until(lambda: [one.mode for one in supervisions(w)] == [SpyMode.LISTEN], 2.0)
        with pytest.raises(Conflict, match="talks with nobody"):
            await supervisions(w).change(SpyMode.BARGE, ada(w))


@pytest.mark.parametrize("how", ["agent logs out", "agent hangs up", "supervisor hangs up", "on-hook call ends"])
@in_virtual_time
async def test_a_supervision_ends_by_itself(database: Path, how: str) -> None:
    mode = PhoneMode.ON_HOOK if how == "on-hook call ends" else PhoneMode.NAILED_UP
    async with room(database, agents=some_agents(1, mode=mode)) as w:
        await w.log_in()
        await w.dial()
        (call,) = await w.connected()
        spying = await listening(w)
        match how:
            case "agent logs out":
                w.app.agents.log_out(FIRST, "bye", forced=True)
            case "agent hangs up":
                w.switch.far_end_hangs_up(spying.agent_leg_id)
            case "supervisor hangs up":
                w.switch.far_end_hangs_up(spying.leg_id)
            case _:
                w.switch.far_end_hangs_up(call.leg_id)
        await w.until(lambda: not list(supervisions(w)), 2.0)
        await w.until(lambda: not w.switch.holds(spying.leg_id), 2.0)
        assert (await audited(w))[-1][1] == "supervision.stop"
        assert w.call.state is (CallState.CONNECTED if how == "supervisor hangs up" else w.call.state)


@in_virtual_time
async def test_what_cannot_be_is_refused_and_leaves_nothing_behind(database: Path) -> None:
    async with room(database, agents=2) as w:
        start = supervisions(w).start
        with pytest.raises(Conflict, match="nothing to hear"):
            await start(PHONE, FIRST, SpyMode.LISTEN, ada(w))
        await w.log_in()
        with pytest.raises(NotFound):
            await start(PHONE, AgentId("nobody"), SpyMode.LISTEN, ada(w))
        with pytest.raises(BadInput):
            await start("", FIRST, SpyMode.LISTEN, ada(w))
        with pytest.raises(Conflict, match="logged in on phone"):
            await start("agent2", FIRST, SpyMode.LISTEN, ada(w))
        with pytest.raises(SwitchRefused):
            await start("nowhere", FIRST, SpyMode.LISTEN, ada(w))
        with pytest.raises(NotFound):
            await supervisions(w).stop(ada(w))
        await listening(w)
        with pytest.raises(Conflict, match="already"):
            await start(WEB, SECOND, SpyMode.LISTEN, ada(w))
        with pytest.raises(Conflict, match="somebody listens on phone"):
            await start(PHONE, SECOND, SpyMode.LISTEN, By("user:grace", w.now))
        await start(WEB, FIRST, SpyMode.LISTEN, By("user:grace", w.now))
        assert len(list(supervisions(w))) == 2


@pytest.mark.parametrize("phone", ["lazy9", "busy9"])
@in_virtual_time
async def test_a_phone_nobody_answers_ends_the_supervision(database: Path, phone: str) -> None:
    async with room(database) as w:
        await w.log_in()
        await supervisions(w).start(phone, FIRST, SpyMode.LISTEN, ada(w))
        await w.until(lambda: not list(supervisions(w)), 30.0)
        assert (await audited(w))[-1][2].endswith("not answered")


@in_virtual_time
async def test_a_phone_that_could_not_even_be_rung_is_given_up(database: Path) -> None:
    async with room(database) as w:
        await w.log_in()
        w.switch.phone_vanishes(PHONE)
        await supervisions(w).start(PHONE, FIRST, SpyMode.LISTEN, ada(w))
        await w.until(lambda: not list(supervisions(w)), 40.0)


@in_virtual_time
async def test_an_order_that_is_given_up_and_carried_out_late_is_hung_up(database: Path) -> None:
    async with room(database) as w:
        await w.log_in()
        w.switch.fail_next(do.Spy, SwitchUnreachable("gone"), done=True)
        with pytest.raises(SwitchUnreachable):
            await supervisions(w).start(PHONE, FIRST, SpyMode.LISTEN, ada(w))
        spied = next(c.leg_id for _, c in w.switch.given if isinstance(c, do.Spy))
        assert w.switch.holds(spied)
        await w.until(lambda: not w.switch.holds(spied), 5.0)


@in_virtual_time
async def test_a_lost_connection_ends_what_is_gone_and_keeps_what_is_there(database: Path) -> None:
    async with room(database) as w:
        await w.log_in()
        spying = await listening(w)
        w.switch.lose()
        w.switch.come_back()
        await w.after(1.0)
        assert w.switch.holds(spying.leg_id)
        assert [one.state for one in supervisions(w)] == [SpyState.ON]
        w.switch.lose()
        w.switch.vanish(spying.leg_id)
        w.switch.come_back()
        await w.until(lambda: not list(supervisions(w)), 1.0)


@in_virtual_time
async def test_a_supervisor_of_an_earlier_run_is_hung_up_at_the_start(database: Path) -> None:
    async with room(database) as w:
        await w.log_in()
        leg = spy_leg()
        agent_leg = w.agent().leg_id
        assert agent_leg is not None
        w.switch.lose()
        w.switch.come_back()
        await w.switch.execute(do.PlaceCall(leg, do.PhoneAddress(PHONE), "", 5))  # as if nobody knew of it
        await w.until(lambda: not w.switch.holds(leg), 5.0)
        assert w.agent().leg_id == agent_leg


@in_virtual_time
async def test_the_end_of_the_controller_ends_supervisions(database: Path) -> None:
    async with room(database) as w:
        await w.log_in()
        spying = await listening(w)
        await w.app.wind_down(0.0)
        assert not w.switch.holds(spying.leg_id)


@in_virtual_time
async def test_a_controller_that_was_killed_leaves_the_supervisor_and_the_next_one_ends_it(database: Path) -> None:
    async with room(database, leave_calls=True) as w:
        await w.log_in()
        spying = await listening(w)
    assert w.switch.holds(spying.leg_id)
    async with controller(w.url, w.campaign, w.switch) as again:
        await again.until(lambda: not w.switch.holds(spying.leg_id), 5.0)
        assert w.switch.holds(spying.agent_leg_id)
