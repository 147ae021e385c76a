"""The abandon ledger: live answers and drops of one campaign over rolling windows, in bounded memory.

Every limit has a window of its own. None stands for another: a day inside its limit says nothing of thirty days of
which some were over theirs, and a day that begins anew forgets what the thirty days still hold.
"""

from collections import deque
from collections.abc import Iterable

from waihu_models.rule_pack import DropLimit

MINUTE_S = 60.0
MOST_BUCKETS = 1440
"""A window is cut into so many pieces at most, and into minutes at least."""


def step_s(window_s: float) -> float:
    """Return how long the pieces of a window are."""
    return max(MINUTE_S, window_s / MOST_BUCKETS)


class AbandonLedger:
    """One window. Of a piece that lies across its edge the drops count and the other answers do not."""

    def __init__(self, window_s: float, now_s: float, live_answers: int = 0, drops: int = 0) -> None:
        self._window_s = window_s
        self._step_s = step_s(window_s)
        self._buckets: deque[list[float]] = deque()  # start, live answers, drops
        self._live_answers = 0
        self._drops = 0
        if live_answers:
            self.enter(now_s, live_answers, drops)

    def add(self, now_s: float, *, dropped: bool) -> None:
        """Enter one call answered by a person; a dropped one is a live answer as well."""
        self.enter(now_s, 1, int(dropped))

    def enter(self, at_s: float, live_answers: int, drops: int) -> None:
        """Enter several; not before those that are entered already."""
        start_s = at_s - at_s % self._step_s
        if not self._buckets or self._buckets[-1][0] < start_s:
            self._buckets.append([start_s, 0, 0])
        self._buckets[-1][1] += live_answers
        self._buckets[-1][2] += drops
        self._live_answers += live_answers
        self._drops += drops

    def take_back(self, at_s: float) -> None:
        """Take one live answer back, counted at this moment, that proves to have been a machine."""
        for bucket in reversed(self._buckets):
            if bucket[0] <= at_s:
                if bucket[1] > bucket[2]:
                    bucket[1] -= 1
                    self._live_answers -= 1
                return

    def totals(self, now_s: float) -> tuple[int, int]:
        """Return live answers and drops inside the window."""
        edge_s = now_s - self._window_s
        while self._buckets and self._buckets[0][0] + self._step_s <= edge_s:
            _, live_answers, drops = self._buckets.popleft()
            self._live_answers -= int(live_answers)
            self._drops -= int(drops)
        across = self._buckets[0] if self._buckets and self._buckets[0][0] < edge_s else (0.0, 0, 0)
        return self._live_answers - int(across[1] - across[2]), self._drops


class AbandonLedgers:
    """A window for each limit; what is asked of it is answered by the one that is nearest to its limit."""

    def __init__(self, limits: Iterable[DropLimit], now_s: float) -> None:
        self._ledgers = {limit: AbandonLedger(limit.window_s, now_s) for limit in sorted(limits)}

    def __getitem__(self, limit: DropLimit) -> AbandonLedger:
        return self._ledgers[limit]

    def add(self, now_s: float, *, dropped: bool) -> None:
        """Enter one call answered by a person; a dropped one is a live answer as well."""
        for ledger in self._ledgers.values():
            ledger.add(now_s, dropped=dropped)

    def take_back(self, at_s: float) -> None:
        """Take one live answer back, counted at this moment, that proves to have been a machine."""
        for ledger in self._ledgers.values():
            ledger.take_back(at_s)

    def totals(self, now_s: float) -> tuple[int, int]:
        """Return live answers and drops of the window in which the fewest more may be abandoned."""
        return self.nearest(now_s)[1:]

    def nearest(self, now_s: float) -> tuple[DropLimit, int, int]:
        """Return the limit that is nearest, with live answers and drops of its window."""
        counted = [(limit, *ledger.totals(now_s)) for limit, ledger in self._ledgers.items()]
        return min(counted, key=_allowance)


def _allowance(counted: tuple[DropLimit, int, int]) -> float:
    limit, live_answers, drops = counted
    return limit.ratio * live_answers - drops
