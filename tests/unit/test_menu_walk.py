"""Ways through menus: each ends, whatever is pressed and however menus lead to each other."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.routing import announcements
from waihu.routing.menu_walk import MOST_STEPS, MenuStep, Question, WayEnds, answered, begin
from waihu_models.line_group import LineWindow
from waihu_models.menu import Chosen, Menu, MenuAction, MenuChoice

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OFFICE = (LineWindow(frozenset({1, 2, 3, 4, 5}), time(9), time(18)),)
MAIN = Menu(
    name="main", numbers=("441632960999",), prompt_en="For sales, press 1. 中文请按2。", prompt_zh="销售请按1。",
    keys={
        "1": MenuChoice(action=MenuAction.MENU, to="sales"),
        "2": MenuChoice(action=MenuAction.AGAIN, language="zh"),
        "3": MenuChoice(to="complaints", business_type="complaint", say_en="I connect you.", say_zh="正在转接。"),
        "9": MenuChoice(action=MenuAction.HANG_UP, say_en="Goodbye."),
    },
    otherwise=MenuChoice(to="main"),
)  # fmt: skip
SALES = Menu(name="sales", prompt_en="New customers press 1.", keys={"1": MenuChoice(to="new", business_type="sale")})
MENUS = {"main": MAIN, "sales": SALES}


def led(*keys: str, menus: dict[str, Menu] | None = None, now: datetime = MONDAY_NOON) -> MenuStep:
    step = begin(menus or MENUS, "main", now)
    for key in keys:
        assert isinstance(step, Question), step
        step = answered(menus or MENUS, step, key, now)
    return step


def test_a_key_leads_to_a_queue_with_what_the_call_is_about() -> None:
    assert led("3") == WayEnds(
        text="I connect you.", language="en",
        chosen=Chosen(queue="complaints", business_type="complaint", path=("main:3",)),
    )  # fmt: skip


def test_menus_lead_to_menus_and_what_was_pressed_is_remembered() -> None:
    asked = led("1")
    assert isinstance(asked, Question)
    assert (asked.menu.name, asked.text) == ("sales", "New customers press 1.")
    assert led("1", "1").chosen == Chosen(queue="new", business_type="sale", path=("main:1", "sales:1"))


def test_the_language_holds_for_all_that_follows() -> None:
    asked = led("2")
    assert isinstance(asked, Question)
    assert (asked.text, asked.language) == ("销售请按1。", "zh")
    assert led("2", "3") == WayEnds(
        text="正在转接。", language="zh",
        chosen=Chosen(queue="complaints", business_type="complaint", language="zh", path=("main:2", "main:3")),
    )  # fmt: skip


@pytest.mark.parametrize("key", ["", "7"])
def test_who_presses_nothing_that_counts_goes_where_the_menu_says(key: str) -> None:
    assert led(key).chosen == Chosen(queue="main", path=("main:-",))


def test_a_choice_may_end_the_call() -> None:
    step = led("9")
    assert isinstance(step, WayEnds)
    assert (step.hang_up, step.text) == (True, "Goodbye.")


def test_outside_its_hours_a_menu_is_closed_and_says_so() -> None:
    closed = {"main": replace(MAIN, windows=OFFICE)}
    sunday = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    step = begin(closed, "main", sunday)
    assert step == WayEnds(text=announcements.after_hours("en"), language="en", chosen=Chosen(), hang_up=True)
    assert isinstance(begin(closed, "main", MONDAY_NOON), Question)
    night = {"main": replace(MAIN, windows=OFFICE, closed=MenuChoice(to="night", say_en="We are few now."))}
    assert begin(night, "main", sunday) == WayEnds(text="We are few now.", language="en", chosen=Chosen(queue="night"))


def test_callers_are_told_that_the_call_is_recorded_only_if_it_is() -> None:
    menus = {"main": replace(MAIN, notice=True)}
    told, untold = begin(menus, "main", MONDAY_NOON, recorded=True), begin(menus, "main", MONDAY_NOON)
    assert told.text == f"{announcements.recording_notice('en')} {MAIN.prompt_en}"
    assert untold.text == MAIN.prompt_en


@pytest.mark.parametrize(
    "menus", [{}, {"main": replace(MAIN, enabled=False)}, {"main": Menu(name="main")},
              {"main": replace(MAIN, language="zh", prompt_zh="")}],
)  # fmt: skip
def test_where_there_is_nothing_to_ask_an_agent_is_looked_for(menus: dict[str, Menu]) -> None:
    step = begin(menus, "main", MONDAY_NOON)
    assert isinstance(step, WayEnds)
    assert not step.hang_up


@given(st.lists(st.sampled_from(["", "0", "1", "2", "*"]), min_size=MOST_STEPS + 1, max_size=MOST_STEPS + 1), st.data())
def test_every_way_ends_however_menus_lead_to_each_other(keys: list[str], data: st.DataObject) -> None:
    choices = st.builds(MenuChoice, action=st.sampled_from(MenuAction), to=st.sampled_from(["main", "other", "gone"]))
    menus = {
        name: Menu(
            name=name, prompt_en="Press.", keys={"1": data.draw(choices), "2": data.draw(choices)},
            otherwise=data.draw(choices),
        )
        for name in ("main", "other")
    }  # fmt: skip
    step = begin(menus, "main", MONDAY_NOON)
    for key in keys:
        if isinstance(step, Question):
            step = answered(menus, step, key, MONDAY_NOON)
    assert isinstance(step, WayEnds)


def test_closed_menus_that_lead_to_each_other_end_too() -> None:
    shut = (LineWindow(frozenset({7}), time(1), time(2)),)
    to = lambda name: MenuChoice(action=MenuAction.MENU, to=name)  # noqa: E731 -- two of a kind
    menus = {name: replace(MAIN, name=name, windows=shut, closed=to(other)) for name, other in
             (("main", "other"), ("other", "main"))}  # fmt: skip
    assert isinstance(begin(menus, "main", MONDAY_NOON), WayEnds)
