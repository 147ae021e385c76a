"""Has the answer rate of one number fallen beside the set's other numbers? A sequential test, in quarter hours.

In one quarter hour the number has n calls, the others N - n; m of all were answered. If the odds of an answer are alike
for all of them, how many of the m fall to the number follows the hypergeometric distribution, whatever the rate of that
hour is: an hour in which nobody answers says nothing. If its odds are ``w`` times the others', it follows Fisher's
noncentral one. The likelihood ratio of the two, summed as a logarithm and never below 0, is the score (Page's CUSUM).

Given what was before, each ratio has the expectation 1 where the odds are the usual ones, and less where they are
better: so the mean time to a false alarm is at least exp(limit) quarter hours. Source: Lorden 1971, Ann. Math. Statist.
42, 1897.

What is usual may be less than the others' odds: local numbers call different people. It is estimated by Mantel and
Haenszel's sums from the calls before the score last left 0, so that a fall does not become the usual.
"""

from dataclasses import replace
from functools import lru_cache
from math import exp, lgamma, log, sqrt

from waihu_models.caller_id import Tally, Watch

PERIOD_S = 900
FALLEN_ODDS = 0.45
"""Odds of an answer against the usual ones that are looked for: a rate of 10 to 30 % that has fallen by half."""
_PRIOR = 10.0
"""How much is needed to believe in odds of its own: about as much as 60 calls tell."""
_USUAL_STEPS = 10
"""Usual odds are taken in steps of their logarithm: finer ones change nothing, and cost a sum for each number."""


def limit(false_alarm_ratio: float) -> float:
    """Return the score at which a number counts as fallen."""
    return log(1 / false_alarm_ratio)


def watched(watch: Watch, own: Tally, others: Tally) -> Watch:
    """Go on by one quarter hour; the score never falls below 0, where what was before is forgotten."""
    later = _added(watch, own, others)
    if later.score > 0:
        return later
    return Watch(usual=_sum(later.usual, later.pending))


def on_trial(watch: Watch, own: Tally, others: Tally) -> Watch:
    """Go on by one quarter hour of a trial, in which evidence for a number counts like evidence against it."""
    return _added(watch, own, others)


def restarted(watch: Watch) -> Watch:
    """Return the watch of a number that begins anew; what is usual for it stays."""
    return Watch(usual=watch.usual)


def _added(watch: Watch, own: Tally, others: Tally) -> Watch:
    usual = _usual(watch)
    return replace(
        watch,
        score=watch.score + evidence(own, others, usual),
        own=watch.own + own,
        others=watch.others + others,
        pending=_sum(watch.pending, _odds_sums(own, others)),
    )


def _usual(watch: Watch) -> float:
    """Return the logarithm of a number's usual odds, at most 0: what was better than the others' need not stay so."""
    above, below = watch.usual
    return min(0.0, round(log((above + _PRIOR) / (below + _PRIOR)) * _USUAL_STEPS) / _USUAL_STEPS)


def _odds_sums(own: Tally, others: Tally) -> tuple[float, float]:
    told = own.told + others.told
    if not told:
        return 0.0, 0.0
    unanswered, others_unanswered = own.told - own.answered, others.told - others.answered
    return own.answered * others_unanswered / told, unanswered * others.answered / told


def _sum(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return one[0] + other[0], one[1] + other[1]


def evidence(own: Tally, others: Tally, usual: float = 0.0) -> float:
    """Return the logarithm of the likelihood ratio of fallen to usual odds.

    Args:
        own: Calls from the number.
        others: Calls from the set's other numbers in the same time.
        usual: Logarithm of its usual odds against theirs.
    """
    told, answered = own.told + others.told, own.answered + others.answered
    fallen = usual + log(FALLEN_ODDS)
    weights = _weight(own.told, told, answered, usual) - _weight(own.told, told, answered, fallen)
    return own.answered * (fallen - usual) + weights


@lru_cache(maxsize=4096)
def _weight(own: int, told: int, answered: int, odds: float) -> float:
    """Return the logarithm of the sum over all ways in which ``answered`` calls may fall to ``own`` and the others."""
    possible = range(max(0, answered - (told - own)), min(own, answered) + 1)
    terms = [_ways(own, x) + _ways(told - own, answered - x) + x * odds for x in possible]
    most = max(terms)
    return most + log(sum(exp(term - most) for term in terms))


def _ways(of: int, chosen: int) -> float:
    return lgamma(of + 1) - lgamma(chosen + 1) - lgamma(of - chosen + 1)


def interval(tally: Tally, z: float = 1.96) -> tuple[float, float]:
    """Return between which rates the true answer rate lies, with 95 % confidence by default (Wilson's interval)."""
    if not tally.told:
        return 0.0, 1.0
    n, p = tally.told, tally.answered / tally.told
    middle, width = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, (middle - width) / (1 + z * z / n)), min(1.0, (middle + width) / (1 + z * z / n))
