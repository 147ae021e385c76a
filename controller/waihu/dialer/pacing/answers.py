"""What the predictive pacer knows of calls under way: who will still need an agent, and when.

An attempt either needs an agent (an answer that machine detection lets pass) or it does not. For both kinds the age at
which they show themselves is learned; a call that still rings at some age needs an agent with the probability Bayes'
rule gives. The level of all answer probabilities is one number in log odds, followed by a filter that compares the
answers of each second with those expected from the calls that rang then: unbiased while the dialling rate changes, and
quick, because an answer counts when it comes and silence counts while it lasts.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from waihu.dialer.pacing.contract import CANCELLED, HUMAN, CallEvent, PacerConfig

CLASS_WIDTH = 0.35  # of answer-probability classes, in log odds
START_VARIANCE = 0.4  # of the level, in squared log odds
DRIFT_PER_S = 4e-5
CAUTION = 0.5  # standard deviations of the level by which answers are rather expected than not
JUMP = 9.0  # squared surprise, in variances, at which the answer rate has jumped
SHAPE_PRIOR = 25.0  # weight of the prior shapes, in calls
CLASS_PRIOR = 12.0  # weight of a class's hint, in answers
CLASS_KEEP = 0.998  # of a class's counts at each further call of it
MEMORY = 600.0  # calls after which shapes have forgotten half
LONGEST_S = 120
MOST_HINTS = 5000
TABLE_CALLS = 60  # finished calls after which tables are made anew
HOUR_S = 3600.0
SPOT = 1024  # class times this plus age in whole seconds is the place of a row


def logit(p: float) -> float:
    """Return the log odds of a probability."""
    return math.log(p / (1.0 - p))


def logistic(x: float) -> float:
    """Return the probability of log odds."""
    return 1.0 / (1.0 + math.exp(-x))


class AnswerLevel:
    """By how much the log odds of an answer differ from the hints, with its variance; known hours come back."""

    def __init__(self, clock_of_day_s: float) -> None:
        self.mean = 0.0
        self.variance = START_VARIANCE
        self._surprise = 0.0
        self._expected = 0.0
        self._clock_of_day_s = clock_of_day_s
        self._hour = -1
        self._hours: dict[int, float] = {}

    def observe(self, seconds: float, expected: float, answers: float, p: float) -> None:
        """Take in the answers of a stretch of time in which ``expected`` were expected at mean probability ``p``."""
        gain = self.variance / (1.0 + self.variance * expected * (1.0 - p))
        self.mean = min(6.0, max(-6.0, self.mean + gain * (answers - expected)))
        self.variance = min(START_VARIANCE, gain + DRIFT_PER_S * seconds)
        keep = math.exp(-seconds / 60.0)
        self._surprise = self._surprise * keep + answers - expected
        self._expected = self._expected * keep + expected
        if self._expected > 3.0 and self._surprise**2 > JUMP * self._expected:
            self.variance = START_VARIANCE  # what was known no longer counts
            self._surprise = self._expected = 0.0

    def follow_clock(self, now: float) -> None:
        """Keep the level of the hour that ends, and start a known hour from how it differed before."""
        hour = int((now + self._clock_of_day_s) // HOUR_S) % 24
        if hour == self._hour:
            return
        before = self._hours.get(self._hour)
        if self._hour >= 0:
            self._hours[self._hour] = self.mean if before is None else 0.7 * before + 0.3 * self.mean
            if hour in self._hours:
                self.mean += 0.5 * (self._hours[hour] - self._hours[self._hour])
                self.variance = min(START_VARIANCE, self.variance + 0.02)
        self._hour = hour


class AgeShape:
    """The ages at which one kind of call shows itself, per second of ringing."""

    def __init__(self, prior: Sequence[float]) -> None:
        total = sum(prior)
        self._counts = [SHAPE_PRIOR * weight / total for weight in prior]
        self._total = SHAPE_PRIOR

    def add(self, age: float) -> None:
        """Count one call."""
        if self._total > MEMORY:
            self._counts = [count / 2 for count in self._counts]
            self._total /= 2
        self._counts[min(len(self._counts) - 1, max(0, int(age)))] += 1.0
        self._total += 1.0

    def survival(self) -> list[float]:
        """Return the share still to show itself at each whole second, ending in 0."""
        left, kept = [1.0], self._total
        for count in self._counts:
            kept -= count
            left.append(max(0.0, kept / self._total))
        left[-1] = 0.0
        return left

    def density(self, age: float) -> float:
        """Return the share that shows itself around an age, smoothed over five seconds."""
        at = min(len(self._counts) - 1, max(0, int(age)))
        near = self._counts[max(0, at - 2) : at + 3]
        return sum(near) / len(near) / self._total


class AnswerModel:
    """Learns from call events; gives, per hint and age, the probability of an agent being needed by each horizon."""

    def __init__(self, config: PacerConfig, horizons: Sequence[float]) -> None:
        self._config = config
        self._horizons = horizons
        self.level = AnswerLevel(config.clock_of_day_s)
        self._bins = min(LONGEST_S, math.ceil(config.ring_timeout_s) + 1)
        self._needs = AgeShape([max(0.0, age - 2.0) * math.exp(-age / 4.5) + 0.002 for age in range(self._bins)])
        self._others = AgeShape([0.01] * (self._bins - 2) + [0.35, 0.35])
        self._class_needs: dict[int, float] = {}
        self._class_expected: dict[int, float] = {}
        self._answered: dict[int, float] = {}  # age at the answer, of calls not finished
        self._counted: set[int] = set()  # answers that are in the counts already
        self._screen_s = 2.0 if config.amd else 0.0
        self.needs = 0  # answers that needed an agent
        self.drops = 0
        self._rows: dict[int, tuple[float, ...]] = {}
        self._shares: dict[int, float] = {}
        self.classes: dict[float, int] = {}  # of the hints met so far
        self._made_at_level = 0.0
        self._changes = 0
        self._make_tables()

    # ---- learning --------------------------------------------------------------------------------------------------

    def on_event(self, event: CallEvent) -> None:
        """Learn from one event of a call."""
        if event.kind == "answered":
            self._answered[event.call] = event.age
            if not self._config.amd:
                self._needed(event, event.age)
        elif event.kind in {"connected", "dropped"}:
            self.drops += event.kind == "dropped"
            self._passed(event)
        elif event.kind == "ended":
            self._ended(event)

    def _passed(self, event: CallEvent) -> None:
        answered_age = self._answered.get(event.call, event.age)
        if event.call not in self._counted:
            if self._config.amd and event.kind == "connected":
                screened_s = min(10.0, max(0.0, event.age - answered_age))
                self._screen_s += 0.05 * (screened_s - self._screen_s)
            self._needed(event, answered_age)

    def _ended(self, event: CallEvent) -> None:
        answered_age = self._answered.pop(event.call, None)
        if event.call in self._counted:
            self._counted.discard(event.call)
            return
        age = event.age if answered_age is None else answered_age
        if event.outcome == HUMAN:  # gave up before an agent had the call
            self._needed(event, age)
            self._counted.discard(event.call)
        elif event.outcome != CANCELLED:
            self._others.add(age)
            self._resolved(event.p, 0.0)

    def _needed(self, event: CallEvent, age: float) -> None:
        self._counted.add(event.call)
        self.needs += 1
        self._needs.add(age)
        self._resolved(event.p, 1.0)

    def _resolved(self, p: float, needed: float) -> None:
        key = self.class_of(p)
        self._class_needs[key] = self._class_needs.get(key, 0.0) * CLASS_KEEP + needed
        self._class_expected[key] = self._class_expected.get(key, 0.0) * CLASS_KEEP + self._probability(key)
        self._changes += 1

    # ---- asking ----------------------------------------------------------------------------------------------------

    def class_of(self, p: float) -> int:
        """Return the class of a hint; 0 or 1 say nothing and stand for the prior mean."""
        key = self.classes.get(p)
        if key is None:
            if len(self.classes) > MOST_HINTS:
                self.classes.clear()
            known = p if 0.0 < p < 1.0 else min(0.99, max(0.01, self._config.answer_hint))
            key = self.classes[p] = round(logit(min(0.99, max(0.003, known))) / CLASS_WIDTH)
        return key

    def _probability(self, key: int) -> float:
        """Return the probability that a call of a class, just dialled, will need an agent."""
        needs, expected = self._class_needs.get(key, 0.0), self._class_expected.get(key, 0.0)
        own = (needs + CLASS_PRIOR) / (expected + CLASS_PRIOR)
        level = self.level.mean + CAUTION * math.sqrt(self.level.variance)
        return min(0.97, logistic(key * CLASS_WIDTH + level + math.log(own)))

    def refresh(self) -> None:
        """Make the tables anew where what they rest on has moved."""
        if abs(self.level.mean - self._made_at_level) > 0.03 or self._changes > TABLE_CALLS:
            self._make_tables()

    def _make_tables(self) -> None:
        self._rows.clear()
        self._shares.clear()
        self._made_at_level = self.level.mean
        self._changes = 0
        self._left_needs = self._needs.survival()
        self._left_others = self._others.survival()
        by = [1.0 - _at(self._left_needs, horizon - self._screen_s) for horizon in self._horizons]
        self.first_ages = [by[0], *(late - early for early, late in pairwise(by))]
        self.first_ages[-1] += 1.0 - by[-1]

    def row(self, p: float, age: float) -> tuple[float, ...]:
        """Return a ringing call's chances of needing an agent.

        Within a second; by each horizon; the squares of those; ever.
        """
        return self.row_at(self.class_of(p) * SPOT + int(age))

    def row_at(self, spot: int) -> tuple[float, ...]:
        """Return the same for a class and an age, as ``SPOT`` puts them together."""
        return self._rows.get(spot) or self._row(spot)

    def _row(self, spot: int) -> tuple[float, ...]:
        key, age = divmod(spot, SPOT)
        age = min(age, self._bins - 1)
        p = self._shares.get(key)
        if p is None:
            p = self._shares[key] = self._probability(key)
        needs = self._left_needs
        here = needs[age]
        alive = p * here + (1.0 - p) * max(self._left_others[age], 1e-3)
        share = p / alive if alive > 1e-9 else 0.0
        by = [share * (here - _at(needs, age + horizon - self._screen_s)) for horizon in self._horizons]
        row = self._rows[spot] = (share * (here - needs[age + 1]), *by, *map(_squared, by), share * here)
        return row

    def screened_row(self, p: float, answer_age: float) -> tuple[float, ...]:
        """Return the same for a call in machine detection."""
        share = self._probability(self.class_of(p))
        needs = share * self._needs.density(answer_age)
        others = (1.0 - share) * self._others.density(answer_age)
        passes = needs / (needs + others)
        # Detection takes a few seconds: the first horizon comes before some of the verdicts.
        by = [passes if horizon >= self._screen_s else 0.5 * passes for horizon in self._horizons]
        return (0.0, *by, *map(_squared, by), passes)


def _squared(p: float) -> float:
    return p * p


def _at(left: Sequence[float], age: float) -> float:
    """Read a survival curve between whole seconds."""
    if age <= 0:
        return left[0]
    low = int(age)
    if low + 1 >= len(left):
        return left[-1]
    return left[low] + (age - low) * (left[low + 1] - left[low])
