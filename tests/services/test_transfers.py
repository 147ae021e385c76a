"""A customer is passed on: to an agent, to a number, to whoever is free; and what an agent may ask for in a call."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.services.world import FIRST, SECOND, World, numbers, some_agents, world

from waihu.services.call_wishes import CallWishes
from waihu.services.transfers import Target
from waihu.store.audit import By
from waihu.store.dnc import forbid
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import commands as do
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.call import Call, CallState
from waihu_models.errors import BadInput, Conflict, NotFound, SwitchRefused
from waihu_models.ids import AgentId, call_of_target
from waihu_models.lead import LeadState
from waihu_models.outcome import Outcome
from waihu_models.phone import E164

EXPERT, BUSY, FOR_EVER = "+441632960100", "+441632960902", "+441632960903"


def wishes(w: World) -> CallWishes:
    return w.app.control.wishes


async def in_talk(w: World) -> Call:
    """The first agent talks with the one customer; the others, if any, are logged in then."""
    await w.log_in(FIRST)
    await w.dial()
    (call,) = await w.connected()
    return call


def music(w: World, call: Call) -> list[str]:
    """What the customer's leg was told to hear and where to go, in order, from the first join on."""
    kinds = (do.Hold, do.StartMusic, do.StopMusic, do.Join)
    return [type(c).__name__ for _, c in w.switch.given if isinstance(c, kinds) and c.leg_id == call.leg_id]


def two(**changes: object) -> list[Agent]:
    return some_agents(2, wrap_limit_s=60.0, **changes)


@in_virtual_time
async def test_an_agent_who_is_available_gets_the_customer_and_the_first_one_wraps_up(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await in_talk(w)
        await w.log_in(SECOND)
        await wishes(w).transfer(FIRST, Target(SECOND), call.id)
        await w.until(lambda: w.call.agent_id == SECOND and w.call.state is CallState.CONNECTED, 2.0)
        assert (w.agent(FIRST).state, w.agent(SECOND).state) == (AgentState.WRAP_UP, AgentState.TALKING)
        assert music(w, call) == ["Join", "Hold", "StopMusic", "Join"]
        with pytest.raises(Conflict, match="somebody else"):
            wishes(w).dispose(FIRST, "sale")
        w.app.agents.available(FIRST)
        await w.after(1.0)
        assert w.call.state is CallState.CONNECTED, "the end of the first one's wrap-up is not the end of the call"
        wishes(w).dispose(SECOND, "sale")
        wishes(w).hang_up(SECOND)
        await w.until(lambda: w.agent(SECOND).state is AgentState.WRAP_UP, 1.0)
        w.app.agents.available(SECOND)
        await w.until(lambda: w.ended, 5.0)
        assert (w.call.outcome, w.call.abandoned, w.call.transfer_to) == (Outcome.ANSWERED, False, "agent:agent2")
        assert (await w.stored(w.call)).transfer_to == "agent:agent2"


@in_virtual_time
async def test_an_agent_who_does_not_pick_up_is_replaced_by_anyone_and_the_customer_hears_music_meanwhile(
    database: Path,
) -> None:
    first, second = two()
    lazy = some_agents(3)[2]
    team = [first, second, Agent(id=lazy.id, name="", phone="lazy1", mode=PhoneMode.ON_HOOK, ring_timeout_s=5,
                                 state_since=lazy.state_since)]  # fmt: skip
    async with world(database, numbers(1), agents=team) as w:
        call = await in_talk(w)
        await w.log_in(lazy.id)
        await wishes(w).transfer(FIRST, Target(lazy.id))
        await w.until(lambda: w.call.state is CallState.WAITING, 1.0)
        await w.log_in(SECOND)
        await w.until(lambda: w.call.agent_id == SECOND and w.call.state is CallState.CONNECTED, 10.0)
        assert w.agent(lazy.id).reason == "missed call"
        assert music(w, call) == ["Join", "Hold", "StopMusic", "Join"]
        assert not w.call.abandoned


@in_virtual_time
async def test_a_customer_passed_on_to_whoever_is_free_waits_for_minutes_and_is_never_abandoned(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await in_talk(w)
        await wishes(w).transfer(FIRST, Target())
        await w.until(lambda: w.call.state is CallState.WAITING, 1.0)
        await w.after(50.0)
        assert w.call.state is CallState.WAITING
        w.app.agents.log_in(SECOND)
        await w.until(lambda: w.agent(SECOND).state is AgentState.TALKING, 2.0)
        await wishes(w).transfer(SECOND, Target(), call.id)
        w.app.agents.log_out(FIRST)
        w.app.agents.log_out(SECOND, forced=True)
        await w.until(lambda: w.ended, 400.0)
        played = [c.media for _, c in w.switch.given if isinstance(c, do.Play)]
        assert (w.call.outcome, w.call.abandoned, played) == (Outcome.ANSWERED, False, ["all-busy"])


@in_virtual_time
async def test_a_number_gets_the_customer_and_the_call_lasts_until_one_of_them_hangs_up(database: Path) -> None:
    async with world(database, numbers(1), agents=two(), caller_id="+441632960000") as w:
        call = await in_talk(w)
        await wishes(w).transfer(FIRST, Target(number="+44 1632 960100"))
        await w.until(lambda: w.call.state is CallState.CONNECTED and w.call.transfer_leg_id is not None, 5.0)
        rung = [c for _, c in w.placed if call_of_target(c.leg_id)]
        assert [(c.address, c.caller_id) for c in rung] == [(do.TrunkAddress("carrier", EXPERT), "+441632960000")]
        assert w.app.lines.used("carrier") == 2
        assert w.agent().state is AgentState.WRAP_UP
        for refused in (lambda: wishes(w).hold(FIRST), lambda: wishes(w).hang_up(FIRST)):
            with pytest.raises(Conflict, match="passed on"):
                refused()
        view = await w.switch.view()
        assert {view.legs[leg].bridge_id for leg in (call.leg_id, rung[0].leg_id)} == {f"x-{call.id}"}
        wishes(w).dispose(FIRST, "sale")
        w.app.agents.available(FIRST)
        w.switch.far_end_hangs_up(rung[0].leg_id)
        await w.until(lambda: w.ended, 5.0)
        assert not w.switch.holds(call.leg_id)
        assert (w.call.outcome, w.call.agent_id, w.call.reason) == (Outcome.ANSWERED, FIRST, "transfer ended")
        assert (await w.lead(w.call)).state is LeadState.DONE
        await w.until(lambda: w.app.lines.used("carrier") == 0, 1.0)
        view = await w.switch.view()
        assert f"x-{call.id}" not in view.bridges


@in_virtual_time
async def test_a_customer_who_hangs_up_ends_the_leg_of_the_number_too_and_the_agent_can_still_judge(
    database: Path,
) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await in_talk(w)
        await wishes(w).transfer(FIRST, Target(number=FOR_EVER))
        leg = (await w.until(lambda: w.call.transfer_leg_id, 1.0)) or ""
        await w.until(lambda: w.switch.holds(leg), 1.0)
        w.switch.far_end_hangs_up(call.leg_id)
        await w.until(lambda: not w.switch.holds(leg), 1.0)
        assert w.call.state is CallState.WRAP_UP
        wishes(w).dispose(FIRST, "refused")
        w.app.agents.available(FIRST)
        await w.until(lambda: w.ended, 1.0)
        assert w.call.disposition is not None


@pytest.mark.parametrize("number", [BUSY, FOR_EVER])
@in_virtual_time
async def test_a_number_that_does_not_answer_gives_the_customer_back_to_any_agent(database: Path, number: str) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await in_talk(w)
        await wishes(w).transfer(FIRST, Target(number=number))
        await w.log_in(SECOND)
        await w.until(lambda: w.call.agent_id == SECOND and w.call.state is CallState.CONNECTED, 60.0)
        assert music(w, call) == ["Join", "Hold", "StopMusic", "Join"]
        assert (w.call.abandoned, w.call.transfer_leg_id) == (False, None)


@in_virtual_time
async def test_an_order_to_the_trunk_that_fails_gives_the_customer_back_too(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        await in_talk(w)
        w.switch.fail_next(do.PlaceCall, SwitchRefused("no"))
        await wishes(w).transfer(FIRST, Target(number=EXPERT))
        w.app.agents.log_in(SECOND)
        await w.until(lambda: w.call.agent_id == SECOND and w.call.state is CallState.CONNECTED, 10.0)


@in_virtual_time
async def test_where_a_call_must_not_go_it_does_not_go_and_stays_with_the_agent(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await in_talk(w)
        await forbid(w.app.store, E164(EXPERT), By("shell:ada", w.now), "asked")
        for target, error in (
            (Target(number=EXPERT), Conflict), (Target(number=call.number_e164), BadInput),
            (Target(number="12"), BadInput), (Target(SECOND, EXPERT), BadInput), (Target(FIRST), BadInput),
            (Target(SECOND), Conflict), (Target(AgentId("nobody")), NotFound),
        ):  # fmt: skip
            with pytest.raises(error):
                await wishes(w).transfer(FIRST, target)
        assert w.call == call


@in_virtual_time
async def test_a_lost_connection_does_not_part_customer_and_number_and_what_is_gone_is_found(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await in_talk(w)
        await wishes(w).transfer(FIRST, Target(number=EXPERT))
        await w.until(lambda: w.call.state is CallState.CONNECTED and w.call.transfer_leg_id is not None, 5.0)
        leg = w.call.transfer_leg_id
        assert leg is not None
        w.switch.lose()
        w.switch.come_back()
        await w.after(5.0)
        assert w.switch.holds(leg)
        assert w.call.state is CallState.CONNECTED
        w.switch.lose()
        w.switch.vanish(leg)
        w.switch.come_back()
        await w.until(lambda: not w.switch.holds(call.leg_id), 5.0)


# ---- the other wishes ----------------------------------------------------------------------------------------------


@in_virtual_time
async def test_each_wish_works_on_the_agents_own_call_and_on_no_other(database: Path) -> None:
    async with world(database, numbers(1), agents=two(), recording=True) as w:
        call = await in_talk(w)
        own = wishes(w)
        own.hold(FIRST, call.id)
        await w.until(lambda: w.call.state is CallState.HELD, 1.0)
        with pytest.raises(Conflict, match="held"):
            own.hold(FIRST)
        with pytest.raises(Conflict, match="held"):
            own.send_digits(FIRST, "1")
        own.resume(FIRST)
        await w.until(lambda: w.call.state is CallState.CONNECTED, 1.0)
        own.send_digits(FIRST, "12*#")
        await w.until(lambda: any(isinstance(c, do.SendDigits) for _, c in w.switch.given), 1.0)
        for keys in ("", "E", "1 2", "1" * 33, "1\n"):
            with pytest.raises(BadInput):
                own.send_digits(FIRST, keys)
        own.pause_recording(FIRST)
        await w.until(lambda: w.call.recording_paused, 1.0)
        own.pause_recording(FIRST, paused=False)
        await w.until(lambda: not w.call.recording_paused, 1.0)
        for agent_id, call_id in ((SECOND, None), (SECOND, call.id), (FIRST, "other"), (AgentId("nobody"), None)):
            with pytest.raises(NotFound):
                own.hang_up(agent_id, call_id)  # type: ignore[arg-type]
        own.hang_up(FIRST)
        await w.until(lambda: w.call.state is CallState.WRAP_UP, 1.0)
        with pytest.raises(Conflict):
            own.hang_up(FIRST)


@in_virtual_time
async def test_a_judgement_with_a_time_promises_a_callback_by_this_agent(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        await in_talk(w)
        at = w.now + timedelta(hours=3)
        for code, when in (("sale", at), ("callback", w.now), ("callback", at.replace(tzinfo=None)),
                           ("callback", w.now + timedelta(days=400)), ("nonsense", None), ("other", None)):  # fmt: skip
            with pytest.raises(BadInput):
                wishes(w).dispose(FIRST, code, "", when)
        wishes(w).dispose(FIRST, "callback", "after work", at)
        wishes(w).hang_up(FIRST)
        await w.until(lambda: w.agent().state is AgentState.WRAP_UP, 1.0)
        w.app.agents.available(FIRST)
        await w.until(lambda: w.ended, 1.0)
        lead = await w.lead(w.call)
        assert (lead.state, lead.next_at, lead.callback_agent_id) == (LeadState.CALLBACK, at, FIRST)
        assert w.call.note == "after work"


@in_virtual_time
async def test_a_supervisor_forces_a_pause_and_a_log_out_with_a_reason_that_is_kept(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        steering, by = w.app.control.steering, By("user:ada", w.now)
        await w.log_in()
        await steering.pause(SECOND, "training", by)
        await w.until(lambda: w.agent(SECOND).reason == "training", 1.0)
        await w.dial()
        (call,) = await w.connected()
        with pytest.raises(BadInput):
            await steering.log_out(FIRST, " ", by)
        await steering.log_out(FIRST, "end of shift", by)
        await w.after(1.0)
        assert w.agent(FIRST).state is AgentState.TALKING, "after the call"
        w.app.agents.available(SECOND)
        await w.until(lambda: w.agent(SECOND).state is AgentState.AVAILABLE, 1.0)
        await steering.log_out(FIRST, "abuse", by, at_once=True)
        await w.until(lambda: w.call.agent_id == SECOND and w.call.state is CallState.CONNECTED, 2.0)
        assert (w.agent(FIRST).state, w.agent(FIRST).reason) == (AgentState.OFFLINE, "abuse")
        assert w.call.connected_at == call.connected_at


@in_virtual_time
async def test_a_key_that_judges_a_call_which_was_passed_on_means_nothing(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        await in_talk(w)
        await w.log_in(SECOND)
        await wishes(w).transfer(FIRST, Target(SECOND))
        await w.until(lambda: w.agent(SECOND).state is AgentState.TALKING, 2.0)
        leg = w.agent(FIRST).leg_id
        assert leg is not None
        w.switch.press(leg, "4")
        await w.after(1.0)
        assert w.call.disposition is None
        assert w.count(w.app.metrics.illegal) == 0


# ---- asked for on the phone ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["agent2", "0", EXPERT])
@in_virtual_time
async def test_a_phone_passes_its_call_on_and_hangs_up(database: Path, to: str) -> None:
    async with world(database, numbers(1), agents=two(mode=PhoneMode.ON_HOOK)) as w:
        await in_talk(w)
        await w.log_in(SECOND)
        leg = w.agent(FIRST).leg_id
        assert leg is not None
        w.switch.asks_for_transfer(leg, to)
        await w.until(lambda: w.agent(FIRST).state is AgentState.WRAP_UP and not w.switch.holds(leg), 5.0)
        await w.until(lambda: w.call.state is CallState.CONNECTED, 5.0)
        assert (w.call.agent_id == SECOND) is (to != EXPERT)
        assert [c.done for _, c in w.switch.given if isinstance(c, do.AnswerTransfer)] == [True]


@pytest.mark.parametrize(
    ("to", "mode"), [("", PhoneMode.ON_HOOK), ("x", PhoneMode.ON_HOOK), ("0", PhoneMode.NAILED_UP)]
)
@in_virtual_time
async def test_a_phone_that_asks_for_what_cannot_be_is_told_and_keeps_its_call(
    database: Path, to: str, mode: PhoneMode
) -> None:
    async with world(database, numbers(1), agents=two(mode=mode)) as w:
        await w.app.live.board.fill()
        await in_talk(w)
        leg = w.agent(FIRST).leg_id
        assert leg is not None
        w.switch.asks_for_transfer(leg, to)
        await w.until(lambda: any(isinstance(c, do.AnswerTransfer) and not c.done for _, c in w.switch.given), 5.0)
        await w.after(1.0)
        assert (w.call.state, w.call.agent_id) == (CallState.CONNECTED, FIRST)
        assert [one.code for one in w.app.live.board.desk(FIRST).alerts.values()] == ["transfer_refused"]


@in_virtual_time
async def test_a_phone_whose_wish_cannot_be_answered_has_its_call_passed_on_all_the_same(database: Path) -> None:
    async with world(database, numbers(1), agents=two(mode=PhoneMode.ON_HOOK)) as w:
        await in_talk(w)
        await w.log_in(SECOND)
        leg = w.agent(FIRST).leg_id
        assert leg is not None
        w.switch.fail_next(do.AnswerTransfer, SwitchRefused("no"))
        w.switch.asks_for_transfer(leg, "agent2")
        await w.until(lambda: w.call.agent_id == SECOND and w.call.state is CallState.CONNECTED, 5.0)
        assert not w.switch.holds(leg), "the desk hangs an on-hook phone up after its call"
