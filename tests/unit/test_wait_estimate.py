"""How long a caller will probably wait."""

import random
from itertools import pairwise

import pytest

from waihu.routing.wait_estimate import LEAST_HANDLED, estimate_wait_s

ALWAYS_THREE_S = [3.0] * 10


def test_nothing_is_said_where_nobody_can_tell() -> None:
    assert estimate_wait_s(1, 3, []) is None
    assert estimate_wait_s(1, 3, [60.0] * (LEAST_HANDLED - 1)) is None
    assert estimate_wait_s(1, 0, ALWAYS_THREE_S) is None, "nobody is there to take calls"
    assert estimate_wait_s(1, 1, [60.0] * LEAST_HANDLED) is not None


def test_calls_that_all_last_as_long_free_agents_in_rounds() -> None:
    waits = [estimate_wait_s(place, 5, ALWAYS_THREE_S, [0.0] * 5) for place in (1, 5, 6, 10, 16, 45)]
    assert waits == pytest.approx([3, 3, 6, 6, 9.6, 27], rel=0.1)


def test_who_is_with_a_caller_for_long_is_free_soon() -> None:
    waits = [estimate_wait_s(place, 3, ALWAYS_THREE_S, [2.9, 1.0, 2.0]) for place in (1, 2, 3, 4)]
    assert waits == pytest.approx([0.1, 1.0, 2.0, 3.1], abs=0.3)
    assert estimate_wait_s(1, 1, ALWAYS_THREE_S, [3.2]) == pytest.approx(0.1, abs=0.3), "longer than any call before"


def test_where_nobody_knows_how_long_agents_are_busy_they_become_free_at_an_even_rate() -> None:
    assert estimate_wait_s(4, 2, [30.0, 60.0, 90.0]) == pytest.approx(4 * 60 / 2, rel=0.02)


@pytest.mark.parametrize("agents", [1, 5, 50])
@pytest.mark.parametrize("place", [1, 3, 60])
def test_calls_without_memory_free_agents_at_an_even_rate_however_long_they_last(agents: int, place: int) -> None:
    chance = random.Random(7)
    kept = [chance.expovariate(1 / 100) for _ in range(500)]
    so_far = [chance.expovariate(1 / 100) for _ in range(agents)]
    wait_s = estimate_wait_s(place, agents, kept, so_far)
    assert wait_s == pytest.approx(place * (sum(kept) / len(kept)) / agents, rel=0.2)


def test_before_every_agent_has_had_a_caller_those_that_go_on_count_too() -> None:
    only_short_ones_are_over = [20.0, 25.0, 30.0]
    wait_s = estimate_wait_s(10, 10, only_short_ones_are_over, [200.0] * 10)
    assert wait_s is not None
    assert wait_s > 100


def test_calls_that_last_nearly_as_long_are_waited_for_one_after_the_other() -> None:
    chance = random.Random(3)
    kept = [chance.gauss(240, 40) for _ in range(200)]
    waits = [estimate_wait_s(place, 1, kept, [100.0]) for place in (1, 2, 3, 8)]
    assert waits == pytest.approx([140, 380, 620, 1820], rel=0.08)


def test_who_gives_up_ahead_makes_the_wait_shorter_and_nobody_makes_the_first_place_so() -> None:
    kept, so_far = [60.0, 90.0, 120.0, 150.0], [10.0, 40.0]
    for place in (2, 9, 40):
        patient, others_leave = (estimate_wait_s(place, 2, kept, so_far, rate) for rate in (0.0, 1 / 300))
        assert patient is not None
        assert others_leave is not None
        assert others_leave < patient
    assert estimate_wait_s(1, 2, kept, so_far, 1 / 300) == estimate_wait_s(1, 2, kept, so_far)


@pytest.mark.parametrize("seed", range(20))
def test_who_stands_further_back_waits_no_shorter(seed: int) -> None:
    chance = random.Random(seed)
    agents = chance.randint(1, 30)
    kept = [chance.lognormvariate(4, chance.uniform(0, 1.5)) for _ in range(chance.randint(3, 80))]
    so_far = [chance.uniform(0, 300) for _ in range(chance.randint(0, agents))]
    waits = [estimate_wait_s(place, agents, kept, so_far) for place in range(1, 4 * agents)]
    told = [wait for wait in waits if wait is not None]
    assert len(told) == len(waits)
    assert all(later >= earlier * 0.97 for earlier, later in pairwise(told))
    assert told[0] >= 0
