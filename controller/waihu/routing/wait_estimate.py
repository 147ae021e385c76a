"""How long a caller will probably wait, from how long recent callers kept an agent.

From how long callers keep an agent, and how long those who are with one have been there, comes how often agents will
have become free by any later moment; the estimate is when they have as often as there are places up to the caller.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import exp

LEAST_HANDLED = 3
"""With fewer handled calls seen nothing is said: a wrong wait is worse than none."""
NEWEST = 500
"""So many of the handled calls count, from the end."""
ROUNDS = 3
"""After each agent has had so many callers, agents become free at an even rate."""
NEARLY = 0.05
"""So much of the last place may be missing: a single agent's call is never over with certainty."""
_STEPS = 64
_GROUPS = 32


def estimate_wait_s(
    position: int, able: int, handle_s: Sequence[float], ahead_elapsed_s: Sequence[float] = ()
) -> float | None:
    """Estimate how long the caller at a place in a queue waits for an agent, from now.

    Args:
        position: Place in the queue, from 1.
        able: Agents who are at work and take callers of this queue, busy or not; one who is not in
            ``ahead_elapsed_s`` counts as busy for nobody knows how long.
        handle_s: How long recent callers kept an agent, talk and wrap-up, the newest last; more than agents, if there
            are as many.
        ahead_elapsed_s: For each agent who is busy now, how long with the present caller so far.
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
    return _free_after_s(near, able, elapsed, kept) + (position - near) * kept.mean_s / able


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


def _free_after_s(position: int, able: int, elapsed: Sequence[float], kept: _Kept) -> float:
    """Return when agents will have become free as often as there are places up to this one."""
    wanted = position - NEARLY
    even_s = position * kept.mean_s / able
    groups = _grouped(elapsed)
    horizon_s = 1.5 * even_s
    for _ in range(6):
        step_s = horizon_s / _STEPS
        counts = _free_by(step_s, able - len(elapsed), groups, kept)
        if counts[-1] >= wanted:
            k = next(k for k, count in enumerate(counts) if count >= wanted)
            return step_s * (k - (counts[k] - wanted) / (counts[k] - counts[k - 1])) if k else 0.0
        horizon_s *= 2
    return even_s


def _grouped(elapsed: Sequence[float]) -> list[tuple[float, float]]:
    """Return lengths with how many agents each stands for: some dozens say as much as hundreds."""
    if len(elapsed) <= _GROUPS:
        return [(one, 1.0) for one in elapsed]
    size = len(elapsed) / _GROUPS
    return [(elapsed[int((k + 0.5) * size)], size) for k in range(_GROUPS)]


def _free_by(step_s: float, unknown: int, groups: Sequence[tuple[float, float]], kept: _Kept) -> list[float]:
    """Return how often agents will have become free by the start of each step, present and further callers together."""
    times_s = [step_s * k for k in range(_STEPS + 1)]
    present = [sum(many * kept.ended_by(at_s, one) for one, many in groups) for at_s in times_s]
    again = _renewals([1 - kept.after(at_s) for at_s in times_s])
    further = _spread(present, again)
    return [
        one + more + unknown * at_s / kept.mean_s for one, more, at_s in zip(present, further, times_s, strict=True)
    ]


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


def _spread(present: Sequence[float], again: Sequence[float]) -> list[float]:
    """Return how often agents become free of further callers, by the start of each step."""
    grown = [b - a for a, b in pairwise(present)]
    return [sum(grown[j] * (again[k - j - 1] + again[k - j]) for j in range(k)) / 2 for k in range(len(present))]
