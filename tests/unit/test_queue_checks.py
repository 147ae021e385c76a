"""What of a queue, and of what an agent takes, is refused."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from waihu.services.queue_checks import check_abilities, check_queue
from waihu_models.errors import BadField
from waihu_models.line_group import LineWindow
from waihu_models.queue import Abilities, AfterHours, Queue, SkillNeed

SALES = Queue(name="sales")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Sales"), ("name", "-sales"), ("name", "s" * 33), ("name", ""),
        ("title", "x" * 121), ("title", "a\nb"), ("welcome", "x" * 501), ("closed_text", "a\x00b"),
        ("language", "fr"), ("callback_key", "A"), ("callback_key", "12"), ("callback_key", ""),
        ("priority", 0), ("priority", 1001), ("service_level_s", 0.0), ("service_level_ratio", 0.0),
        ("service_level_ratio", 1.1), ("patience_s", 4.0), ("patience_s", 7201.0), ("most_waiting", -1),
        ("sticky_s", 601.0), ("announce_every_s", 9.0), ("callback_after_s", 1.0), ("callback_after_s", 300.0),
        ("skills", (SkillNeed("", 1),)), ("skills", (SkillNeed("a=b", 1),)), ("skills", (SkillNeed("loans", 11),)),
        ("skills", (SkillNeed("loans", 0),)), ("skills", (SkillNeed("loans", 1), SkillNeed("loans", 2))),
        ("skills", tuple(SkillNeed(f"s{n}") for n in range(11))),
        ("windows", (LineWindow(frozenset(), time(9), time(18)),)),
        ("windows", (LineWindow(frozenset({8}), time(9), time(18)),)),
        ("windows", (LineWindow(frozenset({1}), time(9), time(9)),)),
        ("zone", "Mars/Olympus"), ("after_hours", AfterHours.QUEUE), ("overflow_to", "nowhere"),
        ("overflow_to", "sales"),
    ],
)  # fmt: skip
def test_a_value_no_caller_could_meet_is_refused_with_its_field(field: str, value: Any) -> None:
    with pytest.raises(BadField) as refused:
        check_queue(replace(SALES, **{field: value}), ())
    assert refused.value.path == f"$.{field}"


@pytest.mark.parametrize(
    "fields",
    [
        {"announce_every_s": 0.0, "callback_after_s": 0.0, "most_waiting": 0, "sticky_s": 0.0},
        {"skills": (SkillNeed("贷款", 3), SkillNeed("native speaker", 10))},
        {"after_hours": AfterHours.QUEUE, "overflow_to": "night", "callback_key": "*", "language": "zh"},
        {"zone": "Asia/Shanghai", "windows": (LineWindow(frozenset({6, 7}), time(22), time(6)),)},
    ],
)
def test_what_a_caller_can_meet_is_taken(fields: dict[str, Any]) -> None:
    check_queue(replace(SALES, **fields), [Queue(name="night")])


def test_callers_are_not_sent_round_and_the_way_is_named() -> None:
    others = [Queue(name="b", overflow_to="c"), Queue(name="c", overflow_to="a"), Queue(name="d")]
    with pytest.raises(BadField, match="a → b → c → a"):
        check_queue(Queue(name="a", overflow_to="b"), others)
    with pytest.raises(BadField, match="sales → sales"):
        check_queue(replace(SALES, overflow_to="sales"), others)
    check_queue(Queue(name="a", overflow_to="d"), others)


def test_queues_that_go_round_without_this_one_do_not_hold_the_check_up() -> None:
    others = [Queue(name="b", overflow_to="c"), Queue(name="c", overflow_to="b")]
    check_queue(Queue(name="a", overflow_to="b"), others)


def test_an_agent_may_have_skills_that_no_queue_needs_but_no_queue_there_is_not() -> None:
    check_abilities(Abilities(queues=frozenset({"sales"}), skills={"juggling": 10}), {"sales"})
    with pytest.raises(BadField) as refused:
        check_abilities(Abilities(queues=frozenset({"sales", "nowhere"})), {"sales"})
    assert refused.value.path == "$.queues"
    for levels in ({"loans": 0}, {"loans": 11}, {" ": 1}, {f"s{n}": 1 for n in range(51)}):
        with pytest.raises(BadField) as refused:
            check_abilities(Abilities(skills=levels), ())
        assert refused.value.path == "$.skills"
