"""A campaign's history as a simulation draws from it: samples of bounded size, counts by hour, and defaults.

What a figure rests on, the campaign's own calls or a default, is said by ``Draws.bases``.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Generic, NamedTuple, TypeVar

from waihu.dialer.pacing import HUMAN, MACHINE, NOANSWER
from waihu.dialer.simulation_world import Fate, Scenario, SimWorld

ENOUGH = 50
"""Observations from which on a distribution is the campaign's own."""
ENOUGH_AN_HOUR = 200
"""Attempts from which on an hour of the day, or later attempts to a lead, have an answer rate of their own."""
KEPT = 4000
DEFAULT_LEADS = 1000
NEVER_S = 1e9
T = TypeVar("T")


class Sample(Generic[T]):
    """A fair sample of everything that was added, of bounded size."""

    def __init__(self, name: str) -> None:
        self.number = 0
        self.values: list[T] = []
        self._random = Random(name)  # noqa: S311 -- a sample, no secret

    def add(self, value: T) -> None:
        """Take in one more."""
        self.number += 1
        if len(self.values) < KEPT:
            self.values.append(value)
        elif (place := self._random.randrange(self.number)) < KEPT:
            self.values[place] = value


class Attempt(NamedTuple):
    """One past attempt, as far as it is known; None: it did not come to that.

    Attributes:
        outcome: Of the pacer's contract; CANCELLED and failures of our own side are not among them.
        hour: Of the day, where the campaign is.
        first: Of its lead.
        hint: The call was dialled with.
        ring_s: To the answer or the end.
        screen_s: From the answer to the verdict of machine detection.
        left_s: From the greeting to the hang-up of a caller whom no agent had taken.
        talk_s: With an agent; ``wrap_s`` after it.
        verdict: The category the agent chose, "" for none.
    """

    outcome: str
    hour: int
    first: bool
    hint: float
    ring_s: float
    screen_s: float | None = None
    left_s: float | None = None
    talk_s: float | None = None
    wrap_s: float | None = None
    verdict: str = ""


@dataclass(slots=True)
class Share:
    """How many of some attempts a person answered."""

    attempts: int = 0
    people: int = 0

    def add(self, person: bool) -> None:
        """Count one."""
        self.attempts += 1
        self.people += person

    def drawn(self, random: Random) -> float:
        """Return a probability that fits these counts."""
        return random.betavariate(self.people + 0.5, self.attempts - self.people + 0.5)


@dataclass(slots=True)
class History:
    """Everything a forecast knows of a campaign's calls."""

    all: Share = field(default_factory=Share)
    hours: dict[int, Share] = field(default_factory=dict)
    first: Share = field(default_factory=Share)
    later: Share = field(default_factory=Share)
    hint_sum: float = 0.0
    undecided: int = 0  # cancelled, or failed on our side: what they would have been is not known
    people_ring_s: Sample[float] = field(default_factory=lambda: Sample("people"))
    others: Sample[tuple[str, float]] = field(default_factory=lambda: Sample("others"))
    screen_s: Sample[float] = field(default_factory=lambda: Sample("screen"))
    left_s: Sample[float] = field(default_factory=lambda: Sample("left"))
    talk_s: Sample[float] = field(default_factory=lambda: Sample("talk"))
    wrap_s: Sample[float] = field(default_factory=lambda: Sample("wrap"))
    waited: int = 0  # people for whom there was no agent at once
    verdicts: Counter[str] = field(default_factory=Counter)
    pause_s: Sample[float] = field(default_factory=lambda: Sample("pauses"))
    logged_in_s: float = 0.0  # of its agents, pauses included

    def add(self, attempt: Attempt) -> None:
        """Take in an attempt whose outcome is known."""
        person = attempt.outcome == HUMAN
        for share in (self.all, self.hours.setdefault(attempt.hour, Share())):
            share.add(person)
        (self.first if attempt.first else self.later).add(person)
        self.hint_sum += attempt.hint
        if person:
            self.people_ring_s.add(attempt.ring_s)
        else:
            self.others.add((attempt.outcome, attempt.ring_s))
        for sample, seconds in (
            (self.screen_s, attempt.screen_s),
            (self.left_s, attempt.left_s),
            (self.talk_s, attempt.talk_s),
            (self.wrap_s, attempt.wrap_s),
        ):
            if seconds is not None:
                sample.add(seconds)
        if attempt.talk_s is not None:
            self.verdicts[attempt.verdict] += 1

    @property
    def hint(self) -> float:
        """The mean hint calls were dialled with; 0: none."""
        return self.hint_sum / self.all.attempts if self.all.attempts else 0.0


class Basis(NamedTuple):
    """What something a simulation draws rests on; ``number`` is 0 for a default."""

    what: str
    value: str
    number: int


def default_scenario(scenario: Scenario) -> Scenario:
    """Return what is drawn from where a campaign has no history; see docs/howto/forecast-a-campaign.md."""
    human, machine = (0.17, 0.42) if scenario.amd else (0.3, 0.0)
    return Scenario("defaults", human=human, machine=machine, amd=scenario.amd, ring_timeout_s=scenario.ring_timeout_s)


class Draws:
    """One draw of what a campaign is like: its history with the uncertainty a history of that size leaves.

    Answer rates are drawn from what the counts allow, every sample is drawn anew from itself.
    """

    def __init__(self, history: History, scenario: Scenario, seed: int) -> None:
        self._history, self._scenario = history, scenario
        self._random = Random(f"draws {seed}")  # noqa: S311 -- a simulation, no secret
        self.bases: list[Basis] = []
        default = default_scenario(scenario)
        world = SimWorld(default, 0)
        leads = [world.lead(n) for n in range(DEFAULT_LEADS)]
        fates = [lead.fate(0.0) for lead in leads]
        people = [fate for fate in fates if fate.outcome == HUMAN]
        self._ring_s = self._pool("ring of people", history.people_ring_s, [fate.ring_s for fate in people])
        others = [(fate.outcome, fate.ring_s) for fate in fates if fate.outcome != HUMAN]
        self._others = self._pool("outcomes of the others", history.others, others)
        self._talk_s = self._pool("talk", history.talk_s, [lead.talk for lead in leads])
        self._wrap_s = self._pool("wrap-up", history.wrap_s, [lead.wrap for lead in leads])
        self._screen_s = self._pool("machine detection", history.screen_s, [fate.screen_s for fate in fates])
        self._left_s = self._pool("patience of callers", history.left_s, [lead.leaves_s for lead in leads])
        if history.left_s.number >= ENOUGH and history.waited:
            self._leaves = min(1.0, history.left_s.number / history.waited)
        else:
            self._leaves = 1.0  # the default's own pool says who never leaves
        self._answer_rates(default.human)
        self._verdicts()
        self.hint = history.hint

    def _pool(self, what: str, sample: Sample[T], default: list[T]) -> list[T]:
        own = sample.number >= ENOUGH
        values = sample.values if own else default
        if what != "machine detection" or self._scenario.amd:
            self.bases.append(Basis(what, _described(values), sample.number if own else 0))
        # A sample that is known exactly would make a range too narrow.
        return self._random.choices(values, k=len(values)) if own else values

    def _answer_rates(self, default: float) -> None:
        history, random = self._history, self._random
        own = history.all.attempts >= ENOUGH
        self._p = history.all.drawn(random) if own else default
        share = history.all.people / history.all.attempts if own else default
        self.bases.append(Basis("answer rate", f"{share:.1%}", history.all.attempts if own else 0))
        known = {hour: s for hour, s in sorted(history.hours.items()) if s.attempts >= ENOUGH_AN_HOUR}
        self._hours = {hour: share.drawn(random) for hour, share in known.items()}
        if known:
            said = ", ".join(f"{hour} h {s.people / s.attempts:.0%}" for hour, s in known.items())
            self.bases.append(Basis("answer rate by hour", said, sum(s.attempts for s in known.values())))
        self._shift = {True: 0.0, False: 0.0}
        if own and min(history.first.attempts, history.later.attempts) >= ENOUGH_AN_HOUR:
            first, later = history.first.drawn(random), history.later.drawn(random)
            self._shift = {True: _logit(first) - _logit(self._p), False: _logit(later) - _logit(self._p)}
            said = f"{history.first.people / history.first.attempts:.1%}, later {_rate(history.later)}"
            self.bases.append(Basis("answer rate of first attempts", said, history.first.attempts))

    def _verdicts(self) -> None:
        own = sum(self._history.verdicts.values()) >= ENOUGH
        counted = self._history.verdicts if own else Counter({"success": 1})
        self._categories, self._weights = list(counted), list(counted.values())
        said = ", ".join(f"{name or 'no disposition'} {n / counted.total():.0%}" for name, n in counted.most_common(4))
        self.bases.append(Basis("what agents decide", said, counted.total() if own else 0))

    def people(self, hour: int, *, first: bool) -> float:
        """Return the probability that a person answers at an hour of the day."""
        p = self._hours.get(hour, self._p)
        return 1.0 / (1.0 + math.exp(-_logit(p) - self._shift[first]))

    def verdict(self, random: Random) -> str:
        """Return the category of an agent's judgement, "" for none."""
        return random.choices(self._categories, self._weights)[0]

    def person(self, random: Random) -> Fate:
        """Draw a call that a person answers."""
        timeout_s = self._scenario.ring_timeout_s
        ring_s = random.choice(self._ring_s)
        screen_s = random.choice(self._screen_s) if self._scenario.amd else 0.0
        leaves_s = random.choice(self._left_s) if random.random() < self._leaves else NEVER_S
        talk, wrap = random.choice(self._talk_s), random.choice(self._wrap_s)
        if ring_s >= timeout_s:
            return Fate(NOANSWER, timeout_s, 0.0, False, NEVER_S, 0.0, 0.0)
        return Fate(HUMAN, ring_s, screen_s, True, leaves_s, talk, wrap)

    def nobody(self, random: Random) -> Fate:
        """Draw a call that no person answers."""
        timeout_s = self._scenario.ring_timeout_s
        outcome, ring_s = random.choice(self._others)
        screen_s = random.choice(self._screen_s) if self._scenario.amd else 0.0
        talk, wrap = random.choice(self._talk_s), random.choice(self._wrap_s)
        if ring_s >= timeout_s or (outcome == NOANSWER and ring_s > 0.9 * timeout_s):
            return Fate(NOANSWER, timeout_s, 0.0, False, NEVER_S, 0.0, 0.0)
        needs_agent = outcome == MACHINE and not self._scenario.amd
        if needs_agent:
            talk, wrap = min(talk, 10.0), min(wrap, 10.0)
        return Fate(outcome, ring_s, screen_s, needs_agent, NEVER_S, talk, wrap)

    def pauses(self, hours: float, random: Random) -> tuple[tuple[float, float], ...]:
        """Draw an agent's pauses of a shift, none where the history has too few."""
        history = self._history
        if history.pause_s.number < ENOUGH or not history.logged_in_s:
            return ()
        gap_s = history.logged_in_s / history.pause_s.number
        found, at = [], random.expovariate(1.0 / gap_s)
        while at < hours * 3600.0:
            found.append((at, random.choice(history.pause_s.values)))
            at += found[-1][1] + random.expovariate(1.0 / gap_s)
        return tuple(found)


def _logit(p: float) -> float:
    p = min(0.999, max(0.001, p))
    return math.log(p / (1.0 - p))


def _rate(share: Share) -> str:
    return f"{share.people / share.attempts:.1%} of {share.attempts}"


def _described(values: Sequence[object]) -> str:
    """Say in a few words what a sample is like."""
    seconds = [value for value in values if isinstance(value, float) and value < NEVER_S]
    if seconds:
        return f"mean {sum(seconds) / len(seconds):.1f} s"
    counted = Counter(value[0] for value in values if isinstance(value, tuple))
    return ", ".join(f"{name} {n / len(values):.0%}" for name, n in counted.most_common(4)) or "nobody leaves"
