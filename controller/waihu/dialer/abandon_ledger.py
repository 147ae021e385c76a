"""The abandon ledger: live answers and drops of one campaign over a rolling window, in bounded memory."""

from collections import deque

_MINUTE_S = 60.0


class AbandonLedger:
    """Counts in buckets of a minute; what an earlier run counted is held as one bucket that ages out as a whole."""

    def __init__(self, window_s: float, now_s: float, live_answers: int = 0, drops: int = 0) -> None:
        self._window_s = window_s
        self._buckets: deque[list[float]] = deque()  # start, live answers, drops
        self._live_answers = 0
        self._drops = 0
        if live_answers:
            self._buckets.append([now_s, live_answers, drops])
            self._live_answers, self._drops = live_answers, drops

    def add(self, now_s: float, *, dropped: bool) -> None:
        """Enter one call answered by a person; a dropped one is a live answer as well."""
        start_s = now_s - now_s % _MINUTE_S
        if not self._buckets or self._buckets[-1][0] < start_s:
            self._buckets.append([start_s, 0, 0])
        self._buckets[-1][1] += 1
        self._buckets[-1][2] += dropped
        self._live_answers += 1
        self._drops += dropped

    def totals(self, now_s: float) -> tuple[int, int]:
        """Return live answers and drops inside the window."""
        while self._buckets and self._buckets[0][0] < now_s - self._window_s:
            _, live_answers, drops = self._buckets.popleft()
            self._live_answers -= int(live_answers)
            self._drops -= int(drops)
        return self._live_answers, self._drops

    def recent(self, now_s: float, span_s: float) -> tuple[int, int]:
        """Return live answers and drops of the last ``span_s`` seconds, to the minute."""
        inside = [bucket for bucket in self._buckets if bucket[0] >= now_s - span_s]
        return int(sum(bucket[1] for bucket in inside)), int(sum(bucket[2] for bucket in inside))
