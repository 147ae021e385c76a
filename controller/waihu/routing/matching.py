"""Assignment: which of many get one of many, and which one, so that the sum of costs is least.

Sets of columns are integers, bit ``k`` for column ``k``: with hundreds of rows and columns they are as fast as it gets.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

BARRED = 1e6
"""The cost of a pair that must not be: more than all others together, which are at most 1 each."""


def served(able: Sequence[int], free: int) -> list[int]:
    """Return the rows that can have a column each, an earlier row before any later one.

    A row is left out only if the rows before it that are served cannot all keep one with it. So as many rows are served
    as can be, whatever their order (the sets of rows that can be served together are a matroid).

    Args:
        able: For each row the columns it can have.
        free: The columns there are.
    Returns:
        Indices of rows, rising.
    """
    holders: dict[int, int] = {}  # column -> row
    hopeless: set[int] = set()
    chosen = []
    for row, columns in enumerate(able):
        if not free:
            break
        if columns in hopeless:
            continue
        column = _make_room(row, able, free, holders)
        if column is None:
            hopeless.add(columns)  # those before it only become more
        else:
            free &= ~(1 << column)
            chosen.append(row)
    return chosen


def _make_room(row: int, able: Sequence[int], free: int, holders: dict[int, int]) -> int | None:
    """Give a row a column, others moving up to free ones; return the column that is free no more, None: no way."""
    seen, waiting, via = 0, deque([row]), dict[int, int]()
    while waiting:
        asks = waiting.popleft()
        fresh = able[asks] & ~seen
        if fresh & free:
            found = _lowest(fresh & free)
            _move_up(row, asks, found, via, holders)
            return found
        seen |= fresh
        for column in bits(fresh):
            if column in holders:
                via[column] = asks
                waiting.append(holders[column])
    return None


def _move_up(row: int, asks: int, column: int, via: dict[int, int], holders: dict[int, int]) -> None:
    """Let each on the way take the next one's column."""
    of = {holder: held for held, holder in holders.items()} if asks != row else {}
    while True:
        holders[column] = asks
        if asks == row:
            return
        column = of[asks]
        asks = via[column]


def _lowest(columns: int) -> int:
    return (columns & -columns).bit_length() - 1


def bits(columns: int) -> Iterator[int]:
    """Iterate over the columns of a set."""
    while columns:
        yield _lowest(columns)
        columns &= columns - 1


def cheapest(costs: Sequence[Sequence[float]], kinds: Sequence[int]) -> list[int]:
    """Give each row a column of its own so that the sum of costs is least.

    Args:
        costs: Of each kind of row, for each column; ``BARRED`` where it must not be.
        kinds: The kind of each row; there are at most as many rows as columns.
    Returns:
        The column of each row. Of rows of one kind an earlier one has the cheaper column.
    """
    columns = _solved(costs, kinds)
    for kind in set(kinds):
        rows = [row for row, its in enumerate(kinds) if its == kind]
        theirs = sorted((columns[row] for row in rows), key=lambda column: (costs[kind][column], column))
        for row, column in zip(rows, theirs, strict=True):
            columns[row] = column
    return columns


def _solved(costs: Sequence[Sequence[float]], kinds: Sequence[int]) -> list[int]:
    if len(set(kinds)) == 1:  # all alike: the cheapest columns
        row = costs[kinds[0]]
        return sorted(range(len(row)), key=lambda column: (row[column], column))[: len(kinds)]
    np, solve = solver()
    # Columns in front, and as many rows: of rows many are alike, and then this is ten times faster.
    square = np.full((len(costs[0]), len(costs[0])), BARRED)
    square[: len(kinds)] = np.array(costs)[list(kinds)]
    columns, rows = solve(square.T)
    return [int(column) for _, column in sorted(zip(rows, columns, strict=True))[: len(kinds)]]


@lru_cache(1)
def solver() -> tuple[Any, Any]:
    """Return numpy and SciPy's solver. To import it takes half a second, which no call should wait for."""
    import numpy as np  # noqa: PLC0415
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    return np, linear_sum_assignment
