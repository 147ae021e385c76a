"""Whether somebody may wait in a queue."""

from dataclasses import dataclass, field
from datetime import time

import pytest

from waihu.routing.queue_doors import Door, Shut, door, next_door
from waihu.testing.factories import NOON
from waihu_models.line_group import LineWindow
from waihu_models.queue import AfterHours, Queue

SUNDAYS = (LineWindow(frozenset({7}), time(8), time(9)),)  # noon is a Monday


@dataclass
class Hall:
    queues: list[Queue]
    full: dict[str, int] = field(default_factory=dict)
    unstaffed: set[str] = field(default_factory=set)

    def find(self, name: str) -> Queue | None:
        return next((queue for queue in self.queues if queue.name == name), None)

    def waiting(self, name: str) -> int:
        return self.full.get(name, 0)

    def staffed(self, queue: Queue) -> bool:
        return queue.name not in self.unstaffed


LAST = Queue(name="last")
OPEN = Queue(name="care", overflow_to="last", most_waiting=3)


def test_an_open_queue_with_room_and_agents_is_where_one_waits() -> None:
    assert door(OPEN, Hall([OPEN, LAST], {"care": 2}), NOON) == Door(OPEN)


@pytest.mark.parametrize("hall", [Hall([OPEN, LAST], {"care": 3}), Hall([OPEN, LAST], unstaffed={"care"})])
def test_full_or_without_agents_it_overflows(hall: Hall) -> None:
    assert door(OPEN, hall, NOON) == Door(LAST)


@pytest.mark.parametrize(("hall", "shut"), [
    (Hall([OPEN, LAST], {"care": 9}, {"last"}), Shut.FULL),
    (Hall([OPEN, LAST], unstaffed={"care", "last"}), Shut.UNSTAFFED),
    (Hall([OPEN], {"care": 9}), Shut.FULL),
])  # fmt: skip
def test_where_the_next_one_is_shut_too_the_first_one_says_why(hall: Hall, shut: Shut) -> None:
    assert door(OPEN, hall, NOON) == Door(OPEN, shut)


def test_a_closed_queue_sends_callers_on_only_if_it_says_so() -> None:
    closed = Queue(name="care", overflow_to="last", windows=SUNDAYS)
    assert door(closed, Hall([closed, LAST]), NOON) == Door(closed, Shut.CLOSED)
    onward = Queue(name="care", overflow_to="last", windows=SUNDAYS, after_hours=AfterHours.QUEUE)
    assert door(onward, Hall([onward, LAST]), NOON) == Door(LAST)
    off = Queue(name="care", enabled=False)
    assert door(off, Hall([off]), NOON) == Door(off, Shut.CLOSED)


def test_queues_that_overflow_in_a_circle_end_somewhere() -> None:
    a, b = Queue(name="a", overflow_to="b"), Queue(name="b", overflow_to="a")
    assert door(a, Hall([a, b], unstaffed={"a", "b"}), NOON) == Door(a, Shut.UNSTAFFED)
    assert next_door(a, Hall([a, b], unstaffed={"b"}), NOON, Shut.WAITED) == Door(a, Shut.WAITED)


def test_after_a_long_wait_the_way_leads_past_queues_that_are_shut() -> None:
    a, b = Queue(name="a", overflow_to="b"), Queue(name="b", overflow_to="last")
    assert next_door(a, Hall([a, b, LAST], unstaffed={"b"}), NOON, Shut.WAITED) == Door(LAST)
