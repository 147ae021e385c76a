"""How long to wait before something is tried again: longer each time, and never all at once."""

import random
from collections.abc import Callable

FIRST_S = 1.0
GROWTH = 4.0
LONGEST_S = 3600.0


def delay_s(
    failures: int, longest_s: float = LONGEST_S, growth: float = GROWTH, chance: Callable[[], float] = random.random
) -> float:
    """Return how many seconds to wait after the ``failures``-th failure in a row, of which half is left to chance."""
    grown_s = FIRST_S * growth ** min(failures - 1, 32)
    return min(grown_s, longest_s) * (0.5 + chance() / 2)
