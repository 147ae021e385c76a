"""Callers in queues: who gets whom, and where they go when nobody comes."""

from datetime import time
from pathlib import Path

import pytest
from tests.services.queue_world import CARE, calls_in, number, of, queue, queue_world, set_queue, takes, talking_with
from tests.services.world import FIRST, SECOND, controller, some_agents

from waihu.services.queue_desk import UNSTAFFED_S
from waihu.services.transfers import Target
from waihu.store.audit import By
from waihu.testing.factories import NOON
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import commands as do
from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState
from waihu_models.call_facts import CallFacts, RouteDecision, RouteKind
from waihu_models.errors import BadInput, Conflict, NotFound
from waihu_models.events import AlertRaised, CallChanged
from waihu_models.ids import AgentId, CallId
from waihu_models.line_group import LineWindow
from waihu_models.menu import Menu, MenuChoice
from waihu_models.outcome import Outcome
from waihu_models.queue import Abilities, AfterHours, SkillNeed, Strategy


@in_virtual_time
async def test_callers_are_served_in_the_order_in_which_they_came(database: Path) -> None:
    async with queue_world(database, agents=some_agents(1, wrap_limit_s=1.0)) as w:
        await w.log_in()
        served: list[str] = []
        for index in range(1, 6):
            await calls_in(w, index, talks_s=60.0 + index)
            await w.after(1.0)
        for _ in range(5):
            (call,) = await w.connected()
            served.append(call.number_e164)
            w.switch.far_end_hangs_up(call.leg_id)
            await w.until(lambda: w.agent().state is AgentState.AVAILABLE or talking_with(w, FIRST), 10.0)
            await w.after(0.5)
        assert served == [number(index) for index in range(1, 6)]


@in_virtual_time
async def test_only_agents_with_the_skills_of_a_queue_get_its_callers(database: Path) -> None:
    french = queue("french", skills=(SkillNeed("french", 5),))
    able = {"agent1": Abilities(queues=frozenset({"french"}), skills={"french": 2})}
    async with queue_world(database, [french], agents=2, able=able, default="french") as w:
        w.app.agents.log_in(FIRST)
        await w.until(lambda: w.agent().state is AgentState.AVAILABLE)
        await takes(w, SECOND, Abilities(queues=frozenset({"french"}), skills={"french": 7}))
        w.app.agents.log_in(SECOND)
        await w.until(lambda: w.agent(SECOND).state is AgentState.AVAILABLE)
        await calls_in(w, 1)
        await calls_in(w, 2)
        await w.after(5.0)
        assert talking_with(w, SECOND) == number(1)
        assert of(number(2), w).state is CallState.WAITING
        await takes(w, FIRST, Abilities(queues=frozenset({"french"}), skills={"french": 5}))
        await w.until(lambda: talking_with(w, FIRST) == number(2), 1.0, "a new skill counts at once")


@pytest.mark.parametrize(("strategy", "chosen"), [
    (Strategy.LONGEST_IDLE, "agent1"), (Strategy.FEWEST_CALLS, "agent2"), (Strategy.SKILL_RANK, "agent3"),
])  # fmt: skip
@in_virtual_time
async def test_the_strategy_says_who_gets_the_caller(database: Path, strategy: Strategy, chosen: str) -> None:
    levels = {"agent1": 1, "agent2": 2, "agent3": 9}
    able = {name: Abilities(queues=frozenset({"care"}), skills={"mend": level}) for name, level in levels.items()}
    care = queue("care", strategy=strategy, skills=(SkillNeed("mend"),))
    async with queue_world(database, [care], agents=some_agents(3, wrap_limit_s=0.0), able=able) as w:
        await w.log_in(AgentId("agent1"), AgentId("agent3"))
        for index in (1, 2):  # one call each
            await calls_in(w, index, talks_s=5.0)
        await w.connected(2)
        await w.until(lambda: not w.in_state(CallState.CONNECTED), 20.0)
        await w.after(3.0)
        await w.log_in(AgentId("agent2"))
        await w.after(3.0)
        if chosen == "agent1":  # the one who has waited longest
            w.app.agents.pause(AgentId("agent3"), "break")
            await w.after(1.0)
            w.app.agents.available(AgentId("agent3"))
            await w.after(1.0)
        await calls_in(w, 3)
        await w.connected()
        assert of(number(3), w).agent_id == chosen


@in_virtual_time
async def test_a_sticky_queue_waits_for_the_agent_of_the_last_call_and_then_takes_another(database: Path) -> None:
    sticky = queue("care", strategy=Strategy.STICKY, sticky_s=20.0)
    async with queue_world(database, [sticky], agents=some_agents(2, wrap_limit_s=0.0)) as w:
        await w.log_in(FIRST)
        await calls_in(w, 7, talks_s=5.0)
        await w.until(lambda: w.ended, 20.0)
        await w.written()
        await w.log_in(SECOND)
        await calls_in(w, 1)  # FIRST has been available longer
        await w.until(lambda: talking_with(w, FIRST) == number(1), 5.0)
        call = await calls_in(w, 7)
        await w.after(15.0)
        assert w.calls[call.id].state is CallState.WAITING, "its own agent is here, and busy"
        await w.until(lambda: talking_with(w, SECOND) == number(7), 6.0, "others are asked after 20 s")


@in_virtual_time
async def test_nobody_waits_for_an_agent_who_is_not_here(database: Path) -> None:
    sticky = queue("care", strategy=Strategy.STICKY, sticky_s=60.0)
    async with queue_world(database, [sticky], agents=some_agents(2, wrap_limit_s=0.0)) as w:
        await w.log_in(FIRST)
        await calls_in(w, 7, talks_s=2.0)
        await w.until(lambda: w.ended, 20.0)
        w.app.agents.log_out(FIRST)
        await w.log_in(SECOND)
        await calls_in(w, 7)
        await w.until(lambda: talking_with(w, SECOND) == number(7), 2.0)


# ---- rules -----------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_rules_send_callers_to_a_queue_an_agent_and_a_place_in_line(database: Path) -> None:
    vip = queue("vip", priority=10)
    asked: list[tuple[CallFacts, CallId | None]] = []

    def route(facts: CallFacts, call_id: CallId | None) -> RouteDecision:
        asked.append((facts, call_id))
        if facts.number == number(1):
            return RouteDecision(kind=RouteKind.QUEUE, target="vip", rule="gold")
        if facts.number == number(2):
            return RouteDecision(kind=RouteKind.AGENT, target="agent2", rule="same")
        if facts.number == number(3):
            return RouteDecision(kind=RouteKind.QUEUE, target="care", rule="early", priority=5)
        if facts.number == number(4):
            return RouteDecision(kind=RouteKind.QUEUE, target="", rule="")
        raise ValueError("a rule that fails")

    async with queue_world(database, [CARE, vip], agents=2) as w:
        w.app.queues.callers.route = route
        await w.log_in()
        w.app.agents.pause(FIRST, "break")
        w.app.agents.pause(SECOND, "break")
        await w.after(1.0)
        calls = [await calls_in(w, index) for index in range(1, 6)]
        assert [call.queue for call in calls] == ["vip", "care", "care", "care", "care"]
        assert [call.wanted_agent_id for call in calls] == [None, "agent2", None, None, None]
        assert [call.priority for call in calls] == [100, 100, 5, 100, 100]
        assert {call_id for _, call_id in asked} == {call.id for call in calls}
        assert asked[0][0].direction == "inbound"
        w.app.agents.available(FIRST)
        await w.until(lambda: talking_with(w, FIRST) == number(1), 2.0)
        w.app.agents.available(SECOND)
        await w.until(lambda: talking_with(w, SECOND) == number(3), 2.0, "the rule's priority comes first")


@in_virtual_time
async def test_without_queues_callers_wait_as_ever(database: Path) -> None:
    async with queue_world(database, [], default="", agents=1) as w:
        call = await calls_in(w, 1)
        assert (call.state, call.queue, call.queue_since) == (CallState.WAITING, "", None)
        w.app.agents.log_in(FIRST)
        await w.until(lambda: talking_with(w, FIRST) == number(1), 5.0)


# ---- doors -----------------------------------------------------------------------------------------------------------

CLOSED = (LineWindow(frozenset({7}), time(8), time(9)),)  # the tests' noon is a Monday


@in_virtual_time
async def test_who_waited_too_long_goes_on_in_another_queue_and_keeps_the_place(database: Path) -> None:
    first, other = queue("care", patience_s=30.0, overflow_to="other"), queue("other", patience_s=60.0)
    able = {"agent1": Abilities(queues=frozenset({"care"})), "agent2": Abilities(queues=frozenset({"other"}))}
    async with queue_world(database, [first, other], agents=2, able=able) as w:
        await w.log_in()
        for agent_id in (FIRST, SECOND):
            w.app.agents.pause(agent_id, "break")
        await w.after(1.0)
        call = await calls_in(w, 1)
        later = await calls_in(w, 2)
        await w.after(31.0)
        moved = w.calls[call.id]
        assert (moved.state, moved.queue, moved.queue_since) == (CallState.WAITING, "other", call.queue_since)
        w.app.agents.available(SECOND)
        await w.until(lambda: talking_with(w, SECOND) == number(1), 2.0)
        await w.after(61.0)
        gone = w.calls[later.id]
        assert (gone.state, gone.abandoned) == (CallState.DROPPING, True), "patience with the second queue is over too"


@in_virtual_time
async def test_a_queue_that_is_full_sends_callers_elsewhere_or_says_so(database: Path) -> None:
    full = queue("care", most_waiting=2)
    async with queue_world(database, [full, queue("other")]) as w:
        await w.log_in()
        w.app.agents.pause(FIRST, "break")
        await w.after(1.0)
        for index in (1, 2):
            await calls_in(w, index)
        third = await calls_in(w, 3)
        assert (third.state, third.turned_away) == (CallState.DROPPING, "full")
        await w.until(lambda: w.calls[third.id].ended_at, 60.0)
        assert (w.calls[third.id].outcome, w.calls[third.id].reason) == (Outcome.HUNG_UP, "full")
        await set_queue(w, "care", overflow_to="other")
        assert (await calls_in(w, 4)).queue == "other"


@in_virtual_time
async def test_a_closed_queue_says_so_and_hangs_up(database: Path) -> None:
    async with queue_world(database, [queue("care", windows=CLOSED, closed_text="Closed till Sunday.")]) as w:
        await w.log_in()
        call = await calls_in(w, 1)
        assert (call.state, call.turned_away, call.queue) == (CallState.DROPPING, "closed", "care")
        plays = [command.media for _, command in w.switch.given if isinstance(command, do.Play)]
        assert len(plays) == 1
        assert "spoken" in plays[0]
        await w.until(lambda: w.ended, 30.0)
        assert w.agent().state is AgentState.AVAILABLE


@in_virtual_time
async def test_after_hours_callers_may_wait_in_another_queue(database: Path) -> None:
    night = queue("care", windows=CLOSED, after_hours=AfterHours.QUEUE, overflow_to="night")
    async with queue_world(database, [night, queue("night")]) as w:
        await w.log_in()
        assert (await calls_in(w, 1)).queue == "night"


@in_virtual_time
async def test_a_queue_without_an_agent_turns_callers_away_at_once_and_raises_one_alert(database: Path) -> None:
    async with queue_world(
        database, [CARE, queue("other")], able={"agent1": Abilities(queues=frozenset({"other"}))}
    ) as w:
        alerts: list[AlertRaised] = []
        w.app.bus.subscribe(AlertRaised, alerts.append)
        await w.log_in()
        for index in (1, 2):
            call = await calls_in(w, index)
            assert (call.state, call.turned_away) == (CallState.DROPPING, "unstaffed")
        await w.until(lambda: len(w.ended) == 2, 60.0)
        assert [alert.code for alert in alerts] == ["queue_unstaffed"]
        await set_queue(w, "care", overflow_to="other")
        call = await calls_in(w, 3)
        await w.until(lambda: talking_with(w, FIRST) == number(3), 2.0)
        assert w.calls[call.id].queue == "other"


@in_virtual_time
async def test_callers_whose_last_agent_logs_out_go_on_elsewhere_or_are_told(database: Path) -> None:
    async with queue_world(database, agents=2) as w:
        await w.log_in(FIRST)
        await calls_in(w, 1)
        waits = await calls_in(w, 2)
        w.app.agents.log_out(FIRST, forced=True)
        await w.after(UNSTAFFED_S - 2.0)
        assert w.calls[waits.id].state is CallState.WAITING, "agents come and go"
        await w.until(lambda: w.calls[waits.id].state is CallState.DROPPING, 5.0)
        assert w.calls[waits.id].turned_away == "unstaffed"


@in_virtual_time
async def test_a_restart_of_the_controller_keeps_the_places(database: Path) -> None:
    async with queue_world(database, agents=some_agents(1, wrap_limit_s=0.0), leave_calls=True) as w:
        await w.log_in()
        w.app.agents.pause(FIRST, "break")
        await w.after(1.0)
        calls = []
        for index in range(1, 4):
            calls.append(await calls_in(w, index))
            await w.after(2.0)
        await w.written()
    async with controller(w.url, w.campaign, w.switch, clock=w.app.clock) as later:
        await later.until(lambda: len(later.app.calls) == 3, 5.0)
        for call in calls:
            again = later.app.calls.get(call.id)
            assert again is not None
            assert (again.queue, again.queue_since) == ("care", call.queue_since)
        await later.after(5.0)
        later.app.agents.available(FIRST)
        await later.until(lambda: talking_with(later, FIRST) == number(1), 5.0, "the first in line is still the first")


@in_virtual_time
async def test_a_caller_who_loses_the_agent_comes_before_those_who_came_later(database: Path) -> None:
    async with queue_world(database, agents=2) as w:
        await w.log_in(FIRST)
        await calls_in(w, 1)
        await w.connected()
        await calls_in(w, 2)
        await w.after(2.0)
        w.switch.phone_vanishes("agent1")
        await w.until(lambda: of(number(1), w).state is CallState.WAITING, 30.0)
        w.app.agents.log_in(SECOND)
        await w.until(lambda: talking_with(w, SECOND) == number(1), 5.0)


@in_virtual_time
async def test_fifty_callers_for_five_agents_are_all_served_in_order(database: Path) -> None:
    async with queue_world(database, agents=some_agents(5, wrap_limit_s=2.0)) as w:
        await w.log_in()
        legs = [w.switch.call_in("441632960999", number(index)) for index in range(50)]
        order: list[Call] = []

        def connected(change: CallChanged) -> None:
            if change.entered is CallState.CONNECTED:
                order.append(change.call)

        w.app.bus.subscribe(CallChanged, connected)
        for done in range(50):
            await w.until(lambda: len(order) > done, 30.0, f"caller {done} is served")  # noqa: B023
            await w.after(3.0)
            w.switch.far_end_hangs_up(order[done].leg_id)
        await w.until(lambda: len(w.ended) == 50, 30.0)
        assert {call.leg_id for call in order} == set(legs)
        assert {call.outcome for call in w.ended} == {Outcome.ANSWERED}
        since = [call.queue_since for call in order]
        assert since == sorted(since)


def test_noon_is_a_monday() -> None:
    assert NOON.isoweekday() == 1


# ---- passed on -------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_an_agent_passes_a_customer_on_to_a_queue(database: Path) -> None:
    able = {"agent1": Abilities(queues=frozenset({"care"})), "agent2": Abilities(queues=frozenset({"second"}))}
    async with queue_world(database, [CARE, queue("second", patience_s=77.0)], agents=2, able=able) as w:
        await w.log_in()
        await calls_in(w, 1)
        (call,) = await w.connected()
        wish = await w.app.control.transfers.wish(call, Target(queue="second"))
        w.app.calls.ask(call.id, wish)
        await w.until(lambda: talking_with(w, SECOND) == number(1), 5.0)
        passed = w.calls[call.id]
        assert (passed.queue, passed.transfer_to, passed.patience_s) == ("second", "queue:second", 77.0)
        with pytest.raises(NotFound):
            await w.app.control.transfers.wish(passed, Target(queue="third"))
        with pytest.raises(BadInput, match="not to several"):
            await w.app.control.transfers.wish(passed, Target(queue="care", number="+441632960001"))
        w.app.agents.log_out(FIRST)
        await w.until(lambda: w.agent().state is AgentState.OFFLINE, 40.0)
        with pytest.raises(Conflict, match="unstaffed"):
            await w.app.control.transfers.wish(passed, Target(queue="care"))


@in_virtual_time
async def test_who_chose_a_queue_in_a_menu_waits_there(database: Path) -> None:
    keys = {"1": MenuChoice(to="second", business_type="complaint")}
    menu = Menu(name="main", numbers=("441632960999",), prompt_en="Press one.", keys=keys)
    asked: list[CallFacts] = []

    def route(facts: CallFacts, _call_id: CallId | None) -> None:
        asked.append(facts)

    async with queue_world(database, [CARE, queue("second")]) as w:
        w.app.queues.callers.route = route
        await w.app.asking.menus.add(menu, By("test", w.now))
        await w.log_in()
        leg = w.switch.call_in("441632960999", number(1))
        await w.until(lambda: any(isinstance(c, do.Ask) for _, c in w.switch.given), 5.0)
        w.switch.press(leg, "1")
        await w.until(lambda: talking_with(w, FIRST) == number(1), 30.0)
        call = of(number(1), w)
        assert (call.queue, call.business_type) == ("second", "complaint")
        assert [facts.business_type for facts in asked] == ["complaint"]
