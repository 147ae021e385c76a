"""The probability that the answers to come by some moment outnumber the agents there are and will be.

Both are sums of independent yes-or-no draws (Poisson-binomial). A sum is given by its mean and its sum of squared
probabilities, and stands for the binomial with the same mean and variance; large sums for the normal distribution with
a continuity correction. Exact convolution for teams of three to ten changed no result of the benchmark.
"""

import math
from collections.abc import Sequence

NEGLIGIBLE = 1e-6
LARGE = 30.0


def binomial(mean: float, squares: float) -> list[float]:
    """Return the distribution of a sum of draws, from 0 up to where it is negligible.

    Args:
        mean: Sum of the probabilities.
        squares: Sum of their squares.
    """
    if mean <= NEGLIGIBLE:
        return [1.0]
    n = max(mean + 1e-9, mean * mean / squares) if squares > NEGLIGIBLE else 1e6
    n = math.ceil(n - 1e-6)
    q = min(1.0 - 1e-9, mean / n)
    odds = q / (1.0 - q)
    p = (1.0 - q) ** n
    mass = [p]
    for k in range(min(n, int(mean + 8.0 * math.sqrt(mean) + 8.0))):
        p *= (n - k) / (k + 1.0) * odds
        mass.append(p)
        if k > mean and p < NEGLIGIBLE:
            break
    return mass


def outnumbered(answers: Sequence[float], ready: int, frees: Sequence[float]) -> float:
    """Return P(answers >= ready + agents freed): whoever answers next finds nobody.

    Args:
        answers: Distribution of the answers, from 0.
        ready: Agents ready now, callers who wait already taken off; may be negative.
        frees: Distribution of the agents freed, from 0.
    """
    tail, above = 0.0, [0.0] * len(answers)
    for k in range(len(answers) - 1, -1, -1):
        tail += answers[k]
        above[k] = tail
    risk = 0.0
    for freed, p in enumerate(frees):
        need = ready + freed
        if need <= 0:
            risk += p
        elif need < len(above):
            risk += p * above[need]
        else:
            break
    return min(1.0, risk)


def outnumbered_large(mean: float, variance: float, ready: int) -> float:
    """Return the same for many calls.

    Args:
        mean: Expected answers minus agents freed.
        variance: Variance of that difference.
        ready: As for ``outnumbered``.
    """
    z = (ready - 0.5 - mean) / math.sqrt(max(variance, 1e-9))
    return 0.5 * math.erfc(z / math.sqrt(2.0))
