"""Callers, and customers who are passed on, are led through menus by a whole controller."""

from pathlib import Path

import pytest
from tests.services.test_transfers import in_talk, music, two, wishes
from tests.services.world import FIRST, SECOND, World, controller, numbers, world

from waihu.services.asking import ANSWER_LIMIT_S, BY_MENU
from waihu.services.menus import MOST, Menus, check_menu
from waihu.services.transfers import Target
from waihu.store.audit import By
from waihu.testing.fake_legs import length_of
from waihu.testing.fake_speaker import FakeSpeaker
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState
from waihu_models.errors import BadField, BadInput, Conflict, NotFound, NotSpoken, Stale, SwitchRefused
from waihu_models.ids import LegId
from waihu_models.menu import Chosen, Menu, MenuAction, MenuChoice
from waihu_models.outcome import Outcome
from waihu_models.queue import Queue

OURS, CALLER = "441632960999", "+441632960123"
MAIN = Menu(
    name="main", numbers=(OURS,), prompt_en="For sales, press 1. 中文请按2。", prompt_zh="销售请按1。", tries=2,
    keys={
        "1": MenuChoice(to="sales", business_type="sale", say_en="One moment."),
        "2": MenuChoice(action=MenuAction.AGAIN, language="zh"),
        "9": MenuChoice(action=MenuAction.HANG_UP, say_en="Goodbye."),
    },
)  # fmt: skip


def by(w: World) -> By:
    return By("user:ada", w.now)


async def called_in(w: World, menu: Menu = MAIN) -> LegId:
    await w.app.asking.menus.add(menu, by(w))
    return w.switch.call_in(OURS, CALLER)


async def asked(w: World, leg: LegId, times: int = 1) -> do.Ask:
    """Wait until a leg was asked so often; return the last question."""

    def found() -> list[do.Ask]:
        return [c for _, c in w.switch.given if isinstance(c, do.Ask) and c.leg_id == leg]

    await w.until(lambda: len(found()) == times, 10.0, f"{times} questions")
    return found()[-1]


async def reached(w: World, state: CallState) -> Call:
    await w.until(lambda: w.calls and w.call.state is state, 30.0, str(state))
    return w.call


@in_virtual_time
async def test_a_caller_chooses_by_key_waits_and_talks_with_an_agent(database: Path) -> None:
    async with world(database) as w:
        leg = await called_in(w)
        question = await asked(w, leg)
        assert (question.keys, question.tries, question.wait_s) == ("129", 2, 5)
        assert length_of(question.sound)
        assert question.wrong
        assert w.call.state is CallState.ANSWERED
        w.switch.press(leg, "1")
        said = await asked(w, leg, 2)
        assert said.keys == ""
        waiting = await reached(w, CallState.WAITING)
        chosen = Chosen(queue="sales", business_type="sale", path=("main:1",))
        assert (waiting.chosen, waiting.asks) == (chosen, "")
        assert waiting.greeting_ended_at == waiting.state_since, "the wait counts from the last answer"
        w.app.agents.log_in(FIRST)
        call = await reached(w, CallState.CONNECTED)
        assert (await w.stored(call)).chosen == chosen


@in_virtual_time
async def test_an_agent_who_is_free_gets_the_caller_only_when_the_menu_is_over(database: Path) -> None:
    async with world(database) as w:
        await w.log_in()
        leg = await called_in(w)
        await asked(w, leg)
        assert w.agent().state is AgentState.AVAILABLE
        w.switch.press(leg, "1")
        await reached(w, CallState.CONNECTED)


@in_virtual_time
async def test_the_chosen_language_is_spoken_and_kept(database: Path) -> None:
    speaker = FakeSpeaker()
    async with world(database, speaker=speaker) as w:
        leg = await called_in(w)
        await asked(w, leg)
        w.switch.press(leg, "2")
        await asked(w, leg, 2)
        assert speaker.spoken[-2].text == "销售请按一。"
        w.switch.press(leg, "1")
        call = await reached(w, CallState.WAITING)
        assert call.chosen is not None
        assert call.chosen.language == "zh"


@in_virtual_time
async def test_who_presses_nothing_waits_for_any_agent(database: Path) -> None:
    async with world(database) as w:
        await called_in(w)
        call = await reached(w, CallState.WAITING)
        assert call.chosen == Chosen(path=("main:-",))


@in_virtual_time
async def test_a_choice_can_end_the_call(database: Path) -> None:
    async with world(database) as w:
        leg = await called_in(w)
        await asked(w, leg)
        w.switch.press(leg, "9")
        call = await reached(w, CallState.ENDED)
        assert (call.outcome, call.reason) == (Outcome.HUNG_UP, BY_MENU)


@in_virtual_time
async def test_who_hangs_up_in_a_menu_is_asked_no_more(database: Path) -> None:
    async with world(database) as w:
        leg = await called_in(w)
        await asked(w, leg)
        w.switch.far_end_hangs_up(leg)
        call = await reached(w, CallState.ENDED)
        assert call.outcome is Outcome.HUNG_UP
        await w.after(ANSWER_LIMIT_S + 10.0)
        await asked(w, leg, 1)
        assert w.count(w.app.metrics.illegal) == 0


@in_virtual_time
async def test_where_nothing_can_be_said_the_caller_waits_for_an_agent(database: Path) -> None:
    speaker = FakeSpeaker()
    speaker.failure = NotSpoken("out of order")
    async with world(database, speaker=speaker) as w:
        await called_in(w)
        await reached(w, CallState.WAITING)
        assert not [c for _, c in w.switch.given if isinstance(c, do.Ask)]


@in_virtual_time
async def test_a_question_the_exchange_refuses_counts_as_unanswered(database: Path) -> None:
    async with world(database) as w:
        w.switch.fail_next(do.Ask, SwitchRefused("no"))
        await called_in(w)
        await reached(w, CallState.WAITING)


@in_virtual_time
async def test_an_answer_that_never_comes_is_waited_for_only_so_long(database: Path) -> None:
    async with world(database) as w:
        leg = await called_in(w)
        await asked(w, leg)
        w.switch._legs[leg].end()
        await w.after(ANSWER_LIMIT_S - 20.0)
        assert w.call.state is CallState.ANSWERED
        w.switch._legs[leg].in_hands = True
        await reached(w, CallState.WAITING)


@in_virtual_time
async def test_numbers_without_a_menu_go_to_an_agent_at_once_and_a_disabled_menu_has_none(database: Path) -> None:
    async with world(database) as w:
        menus = w.app.asking.menus
        await menus.add(MAIN, by(w))
        assert menus.first_of(f"+{OURS}") == "main"
        assert menus.first_of("441632960998") == ""
        await menus.change("main", 1, {"enabled": False}, by(w))
        w.switch.call_in(OURS, CALLER)
        await reached(w, CallState.WAITING)


@in_virtual_time
async def test_a_customer_is_passed_on_to_a_menu_and_the_agent_wraps_up(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await in_talk(w)
        await w.app.asking.menus.add(MAIN, by(w))
        await wishes(w).transfer(FIRST, Target(menu="main"), call.id)
        await asked(w, call.leg_id)
        assert w.agent(FIRST).state is AgentState.WRAP_UP
        assert music(w, call) == ["Join", "Hold", "StopMusic"]
        w.switch.press(call.leg_id, "1")
        await reached(w, CallState.WAITING)
        w.app.agents.log_in(SECOND)
        moved = await reached(w, CallState.CONNECTED)
        assert (moved.agent_id, moved.chosen and moved.chosen.queue) == (SECOND, "sales")
        assert w.count(w.app.metrics.illegal) == 0


@in_virtual_time
async def test_a_customer_is_not_passed_on_to_a_menu_that_is_not_there(database: Path) -> None:
    async with world(database, numbers(1), agents=two()) as w:
        call = await in_talk(w)
        with pytest.raises(NotFound, match="menu"):
            await wishes(w).transfer(FIRST, Target(menu="main"), call.id)
        with pytest.raises(BadInput, match="not to several"):
            await wishes(w).transfer(FIRST, Target(SECOND, menu="main"), call.id)
        assert w.call.state is CallState.CONNECTED


@in_virtual_time
async def test_a_caller_in_a_menu_outlives_the_controller_and_then_waits_for_an_agent(database: Path) -> None:
    async with world(database, leave_calls=True) as w:
        leg = await called_in(w)
        await asked(w, leg)
        await w.written()
        switch, clock, campaign, url = w.switch, w.app.clock, w.campaign, w.url
    switch.lose()
    async with controller(url, campaign, switch, clock=clock) as w:
        await w.after(1.0)
        assert w.app.calls.of_leg(leg) is not None
        switch.press(leg, "1")
        await w.until(lambda: w.calls and w.call.state is CallState.WAITING, 30.0, "waits")


@in_virtual_time
async def test_a_lost_connection_does_not_disturb_a_menu(database: Path) -> None:
    async with world(database) as w:
        leg = await called_in(w)
        await asked(w, leg)
        w.switch.lose()
        w.switch.come_back()
        await w.after(1.0)
        assert w.call.state is CallState.ANSWERED
        w.switch.press(leg, "1")
        await reached(w, CallState.WAITING)


@in_virtual_time
async def test_an_answer_for_a_call_that_nobody_asked_lets_it_wait(database: Path) -> None:
    async with world(database) as w:
        leg = await called_in(w)
        await asked(w, leg)
        w.app.asking._asked.clear()
        w.switch.say(sig.LegChose(leg, w.now, "1"))
        await reached(w, CallState.WAITING)


# ---- the menus themselves ------------------------------------------------------------------------------------------


@in_virtual_time
async def test_menus_are_kept_with_versions_and_followed_by_others(database: Path) -> None:
    async with world(database) as w:
        mine, others = w.app.asking.menus, Menus(w.app.store)
        await mine.add(MAIN, by(w))
        await others.load()
        assert list(others) == [MAIN]
        await others.change("main", 1, {"tries": 5}, by(w))
        await w.until(lambda: mine.get("main").tries == 5, 5.0, "followed")
        with pytest.raises(Stale):
            await mine.change("main", 1, {"tries": 4}, by(w))
        await mine.remove("main", 2, by(w))
        with pytest.raises(NotFound):
            mine.get("main")


@in_virtual_time
async def test_a_queue_that_a_menu_leads_to_stays(database: Path) -> None:
    async with world(database) as w:
        await w.app.office.queues.add(Queue(name="sales"), by(w))
        await w.app.asking.menus.add(MAIN, by(w))
        with pytest.raises(Conflict, match="menu main"):
            await w.app.office.queues.remove("sales", 1, by(w))
        await w.app.asking.menus.remove("main", 1, by(w))
        await w.app.office.queues.remove("sales", 1, by(w))


@in_virtual_time
async def test_a_menu_that_others_lead_to_and_a_number_that_is_taken_are_refused(database: Path) -> None:
    async with world(database) as w:
        menus = w.app.asking.menus
        await menus.add(MAIN, by(w))
        with pytest.raises(Conflict, match="already"):
            await menus.add(Menu(name="second", numbers=(f"+{OURS}",)), by(w))
        await menus.add(Menu(name="second", keys={"1": MenuChoice(action=MenuAction.MENU, to="main")}), by(w))
        with pytest.raises(Conflict, match="led to by second"):
            await menus.remove("main", 1, by(w))
        for number in range(MOST - 2):
            await menus.add(Menu(name=f"more_{number}"), by(w))
        with pytest.raises(Conflict, match="there may be"):
            await menus.add(Menu(name="one_too_many"), by(w))


@pytest.mark.parametrize(
    ("change", "path"),
    [({"name": "Main Menu"}, "$.name"), ({"keys": {"#": MenuChoice()}}, "$.keys"), ({"wait_s": 0}, "$.wait_s"),
     ({"tries": 9}, "$.tries"), ({"zone": "Mars/Olympus"}, "$.zone"), ({"language": "fr"}, "$.language"),
     ({"prompt_en": "x" * 401}, "$.prompt_en"), ({"numbers": ("1,2",)}, "$.numbers"),
     ({"keys": {"1": MenuChoice(action=MenuAction.MENU, to="gone")}}, "$.keys.1.to"),
     ({"otherwise": MenuChoice(language="fr")}, "$.otherwise.language"),
     ({"closed": MenuChoice(to="a b")}, "$.closed.to"), ({"keys": {"1": MenuChoice(say_en="x" * 201)}}, "$.keys.1")],
)  # fmt: skip
def test_a_menu_nobody_could_be_led_through_is_refused_with_its_field(change: dict[str, object], path: str) -> None:
    with pytest.raises(BadField) as refused:
        check_menu(Menu(**{"name": "main", **change}), {})  # type: ignore[arg-type]
    assert refused.value.path == path
