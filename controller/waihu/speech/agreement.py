"""How far two who judge the same agree: percent agreement, and Cohen's kappa, which takes off what chance would give.

Source: Cohen, "A coefficient of agreement for nominal scales", 1960.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Pairs: TypeAlias = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of ``count`` things both judged, the share on which they agree; ``kappa`` None: it has no value there.

    Kappa has none where nothing was judged, or where both always say the same one thing: chance alone explains that.
    """

    count: int
    ratio: float | None
    kappa: float | None


def agreement(pairs: Pairs) -> Agreement:
    """Return how far two agree.

    Args:
        pairs: How often the first said one thing and the second another.
    """
    count = sum(pairs.values())
    if not count:
        return Agreement(0, None, None)
    same = sum(times for (one, other), times in pairs.items() if one == other) / count
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for (one, other), times in pairs.items():
        first[one] += times
        second[other] += times
    chance = sum(first[value] * second[value] for value in first) / count**2
    kappa = (same - chance) / (1 - chance) if chance < 1 else None
    return Agreement(count, round(same, 4), round(kappa, 4) if kappa is not None else None)


def pooled(figures: Iterable[Agreement]) -> Agreement:
    """Return the mean of several agreements, each counting as often as things were judged."""
    known = [one for one in figures if one.count]
    return Agreement(
        sum(one.count for one in known),
        _mean([(one.ratio, one.count) for one in known]),
        _mean([(one.kappa, one.count) for one in known]),
    )


def _mean(values: Iterable[tuple[float | None, int]]) -> float | None:
    known = [(value, count) for value, count in values if value is not None]
    whole = sum(count for _, count in known)
    return round(sum(value * count for value, count in known) / whole, 4) if whole else None
