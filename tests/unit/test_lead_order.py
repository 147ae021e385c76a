import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.dialer.lead_order import (
    lanes,
    order_mark,
    parts,
    priority,
    priority_of,
    rank,
    tag_weight,
    value_of_level,
    with_new_ones,
    woven,
)
from waihu.testing.factories import a_campaign, a_lead
from waihu_models.campaign import ListOrder, MixPart
from waihu_models.errors import BadInput
from waihu_models.lead import Lead, LeadState

ORDER = ListOrder()
CAMPAIGN = a_campaign()


def lead(**changes: Any) -> Lead:
    return a_lead(CAMPAIGN, **changes)


def test_urgency_9_and_value_5_make_priority_7_4() -> None:
    assert priority(9, 5, ORDER) == 7.4


def test_weights_are_each_campaign_s_own() -> None:
    first, second = lead(urgency=9, value=1), lead(urgency=1, value=9)
    assert rank(first, ORDER) < rank(second, ORDER)
    other = ListOrder(urgency_weight=0.1, value_weight=0.9)
    assert rank(second, other) < rank(first, other)


@pytest.mark.parametrize(("given", "expected"), [
    ({"priority": 3.0}, 3.0),
    ({"priority": 3.0, "urgency": 5.0}, 3.0),
    ({"priority": 9.0, "urgency": 5.0}, 3.0),
    ({"value": 5.0}, 2.0),
    ({"level": "A"}, 4.0),
    ({"level": "b"}, 2.4),
    ({"level": "A", "value": 1.0}, 0.4),
    ({"level": "forgotten", "urgency": 1.0}, 0.6),
])  # fmt: skip
def test_a_priority_is_made_of_what_is_known(given: dict[str, Any], expected: float) -> None:
    assert priority_of(lead(**given), ORDER) == pytest.approx(expected)


def test_level_a_comes_before_b_and_b_before_c() -> None:
    leads = [lead(level=level) for level in "CAB"]
    assert [found.level for found in sorted(leads, key=lambda each: rank(each, ORDER))] == ["A", "B", "C"]


def test_levels_are_of_any_vocabulary() -> None:
    order = ListOrder(levels={"gold": 9.0, "普通": 2.0})
    assert (value_of_level("Gold", order), value_of_level("普通", order)) == (9.0, 2.0)


def test_an_unknown_level_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(BadInput, match="level 'D' is not known; the levels of this campaign are A, B, C"):
        value_of_level("D", ORDER)


def test_score_decides_between_equal_priorities_and_tags_between_equal_scores() -> None:
    leads = [
        lead(name="plain", priority=5.0, score=1.0),
        lead(name="tagged", priority=5.0, score=1.0, tags=("vip", "high_intent")),
        lead(name="scored", priority=5.0, score=2.0),
        lead(name="first", priority=6.0),
        lead(name="last", priority=5.0, score=-1.0, tags=("high_intent",)),
    ]
    found = [each.name for each in sorted(leads, key=lambda each: rank(each, ORDER))]
    assert found == ["first", "scored", "tagged", "plain", "last"]


def test_of_several_tags_the_heaviest_counts() -> None:
    order = ListOrder(tags={"hot": 3.0, "warm": 2.0, "cold": -1.0})
    weights = [tag_weight(tags, order) for tags in (("warm", "hot"), ("warm", "warm"), ("unknown",), ("cold",), ())]
    assert weights == [3.0, 2.0, 0.0, -1.0, 0.0]


@given(st.lists(st.tuples(*[st.floats(allow_nan=False)] * 2, st.booleans()), min_size=2, max_size=20))
def test_ranks_sort_as_the_numbers_they_are_made_of(numbers: list[tuple[float, float, bool]]) -> None:
    leads = [lead(priority=p, score=s, tags=("high_intent",) if t else ()) for p, s, t in numbers]
    by_rank = sorted(leads, key=lambda each: rank(each, ORDER))
    by_numbers = sorted(leads, key=lambda each: (-each.priority, -each.score, -len(each.tags)))
    assert [(each.priority, each.score, each.tags) for each in by_rank] == [
        (each.priority, each.score, each.tags) for each in by_numbers
    ]


@pytest.mark.parametrize(("changed", "differs"), [
    ({"urgency_weight": 0.5}, True), ({"value_weight": 0.5}, True), ({"levels": {"A": 1.0}}, True),
    ({"tags": {}}, True), ({"mix": (MixPart(1.0, ("one",)),)}, True), ({"quotas": {"one": 5}}, True),
    ({"new_every": 3}, False),
])  # fmt: skip
def test_the_mark_of_an_order_changes_with_all_that_changes_ranks_or_lanes(
    changed: dict[str, Any], differs: bool
) -> None:
    assert (order_mark(replace(ORDER, **changed)) != order_mark(ORDER)) is differs
    assert order_mark(replace(ORDER, **changed)) == order_mark(replace(ORDER, **changed))


def test_only_another_share_or_another_quota_leaves_the_mark_as_it_is() -> None:
    one = ListOrder(mix=(MixPart(1.0, ("a",)), MixPart(1.0)), quotas={"b": 5})
    other = ListOrder(mix=(MixPart(7.0, ("a",)), MixPart(2.0)), quotas={"b": 9})
    assert order_mark(one) == order_mark(other)


# ---- lists that share the calls ------------------------------------------------------------------------------------


def test_without_rules_all_lists_are_in_one_order() -> None:
    assert lanes(ORDER) == {}
    assert parts(ORDER) == [(1.0, (0,))]


def test_each_part_of_a_mix_has_the_lanes_of_its_lists() -> None:
    order = ListOrder(mix=(MixPart(70.0, ("new leads", "web")), MixPart(30.0)), quotas={"panel": 10})
    known = lanes(order)
    assert known == {"new leads": 1, "panel": 2, "web": 3}
    assert parts(order) == [(70.0, (1, 3)), (30.0, (0, 2))]


def test_a_mix_without_a_part_for_other_lists_does_not_call_them() -> None:
    assert parts(ListOrder(mix=(MixPart(1.0, ("web",)),))) == [(1.0, (1,))]


def test_a_list_whose_quota_is_full_is_called_no_more() -> None:
    order = ListOrder(quotas={"north": 10, "south": 10})
    assert parts(order, ["north"]) == [(1.0, (0, 2))]
    mixed = ListOrder(mix=(MixPart(1.0, ("north",)), MixPart(1.0, ("south",))), quotas={"north": 10})
    assert parts(mixed, ["north"]) == [(1.0, (2,))]


def test_queues_are_woven_by_their_shares_at_every_place() -> None:
    made = woven([(70.0, "a" * 70), (30.0, "b" * 30)])
    for length in range(1, 101):
        assert abs(made[:length].count("a") - 0.7 * length) <= 1


def test_when_one_queue_is_over_the_others_go_on_in_their_order() -> None:
    assert woven([(1.0, [1, 2, 3, 4]), (1.0, [10])]) == [1, 10, 2, 3, 4]
    assert woven([]) == []


@given(st.lists(st.tuples(st.floats(0.1, 100), st.lists(st.integers(), max_size=9)), max_size=5))
def test_weaving_loses_nothing_and_keeps_the_order_of_each_queue(queues: list[tuple[float, list[int]]]) -> None:
    marked = [(share, [(number, place, each) for place, each in enumerate(queue)])
              for number, (share, queue) in enumerate(queues)]  # fmt: skip
    made = woven(marked)
    for number, (_, queue) in enumerate(marked):
        assert [each for each in made if each[0] == number] == queue
    assert len(made) == sum(len(queue) for _, queue in queues)


def test_every_third_lead_is_a_new_one() -> None:
    new = [lead(name="new") for _ in range(4)]
    old = [lead(name="old", state=LeadState.RETRY) for _ in range(5)]
    names = [each.name for each in with_new_ones([*old, *new], 3)]
    assert names == ["old", "old", "new", "old", "old", "new", "old", "new", "new"]
    assert with_new_ones([*old, *new], 0) == [*old, *new]
    assert with_new_ones([*old, *new], 1) == [*new, *old]


def test_of_1000_mixed_leads_the_first_100_are_the_best_100() -> None:
    chance = random.Random(7)
    leads = [
        lead(
            urgency=chance.choice([None, *range(11)]),
            level=chance.choice(["", "A", "B", "C"]),
            score=float(chance.randrange(3)),
            tags=chance.choice([(), ("high_intent",), ("other",)]),
        )
        for _ in range(1000)
    ]
    first = sorted(leads, key=lambda each: rank(each, ORDER))[:100]

    def worth(each: Lead) -> tuple[float, float, float]:
        return priority_of(each, ORDER), each.score, tag_weight(each.tags, ORDER)

    assert [worth(each) for each in first] == sorted(map(worth, leads), reverse=True)[:100]
