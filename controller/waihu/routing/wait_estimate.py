"""How long a caller will probably wait, from how long recent callers kept an agent; see docs/algorithms/queues.md.

From how long callers keep an agent, and how long those who are with one have been there, comes how often agents will
have become free by any later moment, with its spread; a caller waits until it is as often as there are places up to
theirs, those ahead who give up left out.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import erf, exp, log1p, sqrt

LEAST_HANDLED = 3
"""With fewer handled calls seen nothing is said: a wrong wait is worse than none."""
NEWEST = 500
"""So many of the handled calls count, from the end."""
ROUNDS = 3
"""After each agent has had so many callers, agents become free at an even rate."""
_STEPS = 64
_GROUPS = 32
_OVER = 0.001


def estimate_wait_s(
    position: int,
    able: int,
    handle_s: Sequence[float],
    ahead_elapsed_s: Sequence[float] = (),
    leave_per_s: float = 0.0,
) -> float | None:
    """Estimate how long the caller at a place in a queue waits for an agent, from now.

    Args:
        position: Place in the queue, from 1.
        able: Agents who are at work and take callers of this queue, busy or not; one who is not in
            ``ahead_elapsed_s`` counts as busy for nobody knows how long.
        handle_s: How long recent callers kept an agent, talk and wrap-up, the newest last; more than agents, if there
            are as many.
        ahead_elapsed_s: For each agent who is busy now, how long with the present caller so far.
        leave_per_s: Callers who gave up, for each second that callers waited.
    Returns:
        Seconds; None: nobody can tell (no agents, or too little was seen).
    """
    if position < 1:
        return 0.0
    if able < 1 or len(handle_s) < LEAST_HANDLED:
        return None
    elapsed = sorted(ahead_elapsed_s)[:able]
    # Before every agent has had a caller, only short calls are over: those that go on have to be heard, too. Later they
    # must not: whoever looks at calls under way finds more of the long ones.
    kept = _Kept(handle_s[-NEWEST:], elapsed if len(handle_s) < able else ())
    near = min(position, able * ROUNDS)
    further_s = _even_s(near, position, able / kept.mean_s, leave_per_s)
    return further_s + _Agents(able, elapsed, kept).served_after_s(near, leave_per_s)


def _even_s(near: int, position: int, per_s: float, leave_per_s: float) -> float:
    """Return how long it takes until only the callers up to a nearer place are left, at an even rate."""
    if leave_per_s <= 0:
        return (position - near) / per_s
    return log1p(leave_per_s * (position - near) / (leave_per_s * near + per_s)) / leave_per_s


class _Kept:
    """How long a caller keeps an agent: the share still kept after so long (Kaplan and Meier's estimate).

    Beyond what was seen the share falls at an even rate.
    """

    def __init__(self, done_s: Sequence[float], under_way_s: Sequence[float]) -> None:
        seen = sorted([(max(0.001, s), 0) for s in done_s] + [(max(0.001, s), 1) for s in under_way_s])
        at_risk, share, mean_s, last_s = len(seen), 1.0, 0.0, 0.0
        self._ends_s: list[float] = []
        self._shares: list[float] = [1.0]
        for length_s, goes_on in seen:
            mean_s += share * (length_s - last_s)
            last_s = length_s
            if not goes_on:
                share *= 1 - 1 / at_risk
                self._ends_s.append(length_s)
                self._shares.append(share)
            at_risk -= 1
        self._last_s = last_s
        self._tail_s = sum(length_s for length_s, _ in seen) / len(done_s) if under_way_s else _excess_s(done_s)
        self.mean_s = mean_s + share * self._tail_s

    def after(self, length_s: float) -> float:
        """Return the share still kept after so long."""
        share = self._shares[bisect_right(self._ends_s, length_s)]
        beyond_s = length_s - self._last_s
        return share if beyond_s <= 0 else share * exp(-beyond_s / self._tail_s)

    def ended_by(self, later_s: float, elapsed_s: float) -> float:
        """Return how probable it is that what has lasted so long is over after some more seconds."""
        still = self.after(elapsed_s)
        if still <= 0:  # nobody was ever kept so long
            return 1 - exp(-later_s / self._tail_s)
        return 1 - self.after(elapsed_s + later_s) / still


def _excess_s(done_s: Sequence[float]) -> float:
    """Return by how much the longest quarter is longer than the rest: what is left of a call longer than all."""
    longest = sorted(done_s)[-(len(done_s) // 4 + 1) :]
    return max(0.001, sum(longest) / len(longest) - longest[0], 0.01 * sum(done_s) / len(done_s))


class _Agents:
    """Agents who become free of their callers, and of those they take next."""

    def __init__(self, able: int, elapsed: Sequence[float], kept: _Kept) -> None:
        self._able = able
        self._unknown = able - len(elapsed)
        self._groups = _grouped(elapsed)
        self._kept = kept

    def served_after_s(self, position: int, leave_per_s: float) -> float:
        """Return when, on average, agents will have become free as often as there are places up to this one."""
        mean_s = self._kept.mean_s
        horizon_s = mean_s * (position / self._able + 0.5)
        for _ in range(8):
            step_s = horizon_s / _STEPS
            waits = self._still_waiting(position, step_s, leave_per_s)
            if waits[-1] < _OVER:
                break
            horizon_s *= 1.6
        return step_s * (sum(waits) - (waits[0] + waits[-1]) / 2) + waits[-1] * mean_s

    def _still_waiting(self, position: int, step_s: float, leave_per_s: float) -> list[float]:
        """Return how probable it is at the start of each step that agents have not been free often enough."""
        ahead, left, before = position - 1.0, 0.0, 0.0
        found = []
        for often, spread in self._free_by(step_s):
            ahead -= often - before
            gone = max(0.0, ahead) * min(1.0, leave_per_s * step_s)
            ahead, left, before = ahead - gone, left + gone, often
            short = position - left - 0.5 - often
            found.append(0.5 + 0.5 * erf(short / sqrt(2 * spread)) if spread > 0 else float(short > 0))
        return found

    def _free_by(self, step_s: float) -> list[tuple[float, float]]:
        """Return how often agents have become free by the start of each step, on average, and the variance of it.

        For one agent with ``n`` callers done: the average of ``n`` is ``done``, that of ``n (n - 1)`` twice ``done``
        spread over the renewals. All agents together have ``pairs``; each one's own average is taken as that of the
        present caller and an equal part of what follows.
        """
        times_s = [step_s * k for k in range(_STEPS + 1)]
        chances = [[self._kept.ended_by(at_s, one) for one, _ in self._groups] for at_s in times_s]
        many = [count for _, count in self._groups]
        present = [sum(map(float.__mul__, many, row)) for row in chances]
        squares = [sum(count * one * one for count, one in zip(many, row, strict=True)) for row in chances]
        again = _renewals([1 - self._kept.after(at_s) for at_s in times_s])
        further = _spread(present, again)
        done = [a + b for a, b in zip(present, further, strict=True)]
        pairs = _spread(done, again)
        known = max(1, self._able - self._unknown)
        found = []
        for k, at_s in enumerate(times_s):
            steady = self._unknown * at_s / self._kept.mean_s
            own = squares[k] + (2 * present[k] + further[k]) * further[k] / known
            found.append((done[k] + steady, max(0.0, done[k] + 2 * pairs[k] - own) + steady))
        return found


def _grouped(elapsed: Sequence[float]) -> list[tuple[float, float]]:
    """Return lengths with how many agents each stands for: some dozens say as much as hundreds."""
    if len(elapsed) <= _GROUPS:
        return [(one, 1.0) for one in elapsed]
    size = len(elapsed) / _GROUPS
    return [(elapsed[int((k + 0.5) * size)], size) for k in range(_GROUPS)]


def _renewals(ended: Sequence[float]) -> list[float]:
    """Return how often an agent who takes one caller after the other has become free, by the start of each step."""
    ended = [0.0, *ended[1:]]  # nobody is done in no time
    grown = [b - a for a, b in pairwise(ended)]
    times = [0.0]
    for k in range(1, len(ended)):
        # Callers taken within this step may end within it as well: hence the division.
        older = sum(grown[j] * (times[k - j - 1] + times[k - j]) for j in range(1, k)) / 2
        times.append((ended[k] + grown[0] * times[k - 1] / 2 + older) / (1 - grown[0] / 2))
    return times


def _spread(counts: Sequence[float], again: Sequence[float]) -> list[float]:
    """Return how often agents become free once more after each time that is counted, by the start of each step."""
    grown = [b - a for a, b in pairwise(counts)]
    return [sum(grown[j] * (again[k - j - 1] + again[k - j]) for j in range(k)) / 2 for k in range(len(counts))]
