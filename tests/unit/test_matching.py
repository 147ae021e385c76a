"""Assignment held against trying everything."""

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.routing.matching import BARRED, cheapest, served

masks = st.lists(st.integers(0, 31), max_size=6)


def _can_all_be_served(able: list[int], rows: tuple[int, ...]) -> bool:
    return any(
        all(able[row] >> column & 1 for row, column in zip(rows, columns, strict=True))
        for columns in permutations(range(5), len(rows))
    )


def _first_of_all(able: list[int]) -> list[int]:
    """Of the largest sets of rows that can be served the one that begins earliest."""
    for size in range(min(len(able), 5), -1, -1):
        sets = [rows for rows in combinations(range(len(able)), size) if _can_all_be_served(able, rows)]
        if sets:
            return list(min(sets))
    return []


@given(masks)
def test_as_many_are_served_as_can_be_and_who_comes_first_before_who_comes_later(able: list[int]) -> None:
    assert served(able, 31) == _first_of_all(able)


def test_nobody_is_served_by_nobody() -> None:
    assert served([3, 1], 0) == []
    assert served([], 3) == []


@st.composite
def _squares(draw: st.DrawFn) -> tuple[list[list[float]], list[int]]:
    width = draw(st.integers(1, 5))
    cost = st.one_of(st.just(BARRED), st.integers(0, 9).map(lambda tenths: tenths / 10))
    costs = draw(st.lists(st.lists(cost, min_size=width, max_size=width), min_size=1, max_size=4))
    kinds = draw(st.lists(st.integers(0, len(costs) - 1), min_size=1, max_size=width))
    return costs, kinds


@given(_squares())
def test_the_sum_of_costs_is_the_least_there_is(given_: tuple[list[list[float]], list[int]]) -> None:
    costs, kinds = given_
    found = cheapest(costs, kinds)
    assert len(set(found)) == len(kinds)
    least = min(
        sum(costs[kind][column] for kind, column in zip(kinds, columns, strict=True))
        for columns in permutations(range(len(costs[0])), len(kinds))
    )
    assert sum(costs[kind][column] for kind, column in zip(kinds, found, strict=True)) == pytest.approx(least)


def test_of_rows_that_are_alike_the_earlier_one_has_the_cheaper_column() -> None:
    costs = [[0.5, 0.1, 0.9, 0.3], [0.0, 1.0, 1.0, 1.0]]
    assert cheapest(costs, [0, 0]) == [1, 3]
    assert cheapest(costs, [0, 1, 0]) == [1, 0, 3]
