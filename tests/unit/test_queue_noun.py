"""The nouns of queues: when they are open, and whose callers an agent takes."""

from datetime import UTC, datetime, time

from waihu_models.line_group import LineWindow
from waihu_models.queue import Abilities, Queue, SkillNeed

MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_queue_is_open_in_its_windows_in_its_own_time() -> None:
    hours = (LineWindow(frozenset({1}), time(9), time(18)),)
    assert Queue(name="sales", windows=hours).open_at(MONDAY_NOON)
    assert not Queue(name="sales", windows=hours, zone="Asia/Shanghai").open_at(MONDAY_NOON)  # 20:00 there
    assert Queue(name="sales").open_at(MONDAY_NOON)
    assert not Queue(name="sales", enabled=False).open_at(MONDAY_NOON)


def test_an_agent_takes_callers_of_their_own_queues_for_which_they_have_every_skill() -> None:
    able = Abilities(queues=frozenset({"expert"}), skills={"loans": 5})
    assert able.takes(Queue(name="expert"))
    assert able.takes(Queue(name="expert", skills=(SkillNeed("loans", 5),)))
    assert not able.takes(Queue(name="expert", skills=(SkillNeed("loans", 6),)))
    assert not able.takes(Queue(name="expert", skills=(SkillNeed("loans", 5), SkillNeed("english"))))
    assert not able.takes(Queue(name="sales"))
