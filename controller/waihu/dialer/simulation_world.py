"""The simulated world: what a shift is like, what becomes of each lead, when agents come, rest and go.

``World`` is what a simulation needs of it. ``SimWorld`` draws everything from one seed in list order, so every pacer
meets the same leads, agents and talk times.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple, Protocol

from waihu.dialer.pacing import BUSY, CONGESTION, HUMAN, INVALID, MACHINE, NOANSWER, PacerConfig

# How an attempt ends for its list, beside the outcomes of the pacer's contract.
TALKED, DROPPED, LEFT = "talked", "dropped", "left"


@dataclass(frozen=True, slots=True)
class Pause:
    """A share of the team pauses at one hour; each member within ``spread_min``, for ``minutes``."""

    at_h: float
    minutes: float
    share: float = 1.0
    spread_min: float = 1.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of shift.

    Attributes:
        human: Probability that a person answers, before ``profile``.
        machine: Probability that a machine answers; busy, invalid and congestion likewise; the rest rings out.
        amd: Machine detection stands between the answer and the agents.
        amd_miss: Share of machines taken for people; ``amd_false`` of people taken for machines.
        quick: Share of talks that are refusals of a quarter of a minute.
        talk_cv: Coefficient of variation of the other talks.
        speed_cv: Spread of the agents' own pace.
        hint_spread: Spread of the leads' answer probabilities, in log odds; the hints show it.
        hint_bias: The hints' odds are the true ones times this.
        profile: Steps (hour, factor) by which ``human`` changes over the shift.
        late: Share of the team that comes during the first half of the shift; ``early`` that leaves in the second.
        impatient: Share of people who hang up within the patience when nobody speaks.
        ends_known: The pacer is told when the shift ends.
        clock_of_day_s: Time of day at which the shift begins.
    """

    name: str
    agents: int = 20
    hours: float = 2.0
    human: float = 0.3
    machine: float = 0.0
    busy: float = 0.06
    invalid: float = 0.03
    congestion: float = 0.01
    amd: bool = False
    amd_miss: float = 0.06
    amd_false: float = 0.04
    talk_s: float = 120.0
    talk_cv: float = 0.8
    quick: float = 0.25
    wrap_s: float = 20.0
    speed_cv: float = 0.15
    ring_timeout_s: float = 27.0
    patience_s: float = 2.0
    impatient: float = 0.02
    hint_spread: float = 0.4
    hint_bias: float = 1.0
    profile: tuple[tuple[float, float], ...] = ((0.0, 1.0),)
    pauses: tuple[Pause, ...] = ()
    late: float = 0.0
    early: float = 0.0
    target: float = 0.03
    min_ring_s: float = 1e9
    channels: int = 2000
    cps: float = 50.0
    ends_known: bool = False
    clock_of_day_s: float = 32400.0

    @property
    def ends_s(self) -> float:
        """When dialling ends."""
        return self.hours * 3600.0

    def config(self) -> PacerConfig:
        """Return what a pacer is told beforehand; the prior means are the contract's, not this shift's."""
        return PacerConfig(
            target_drop=self.target,
            ring_timeout_s=self.ring_timeout_s,
            patience_s=self.patience_s,
            amd=self.amd,
            min_ring_s=self.min_ring_s,
            max_channels=self.channels,
            max_cps=self.cps,
            clock_of_day_s=self.clock_of_day_s,
        )

    def factor(self, t: float) -> float:
        """Return by how much people answer more often at ``t`` than the shift's base."""
        factor = 1.0
        for hour, value in self.profile:
            if t >= hour * 3600.0:
                factor = value
        return factor


class Fate(NamedTuple):
    """What becomes of a lead dialled at some moment.

    Attributes:
        outcome: What the other end is.
        ring_s: From the dial to the answer or the end.
        screen_s: From the answer to the verdict of machine detection.
        needs_agent: The call will wait for an agent.
        leaves_s: A caller without an agent hangs up after this, if before the patience ends.
        talk: Talk time of an agent of ordinary pace; ``wrap`` likewise.
    """

    outcome: str
    ring_s: float
    screen_s: float
    needs_agent: bool
    leaves_s: float
    talk: float
    wrap: float


class ShiftLead(Protocol):
    """A lead as a simulation dials it."""

    @property
    def hint(self) -> float:
        """What the pacer is told of the probability of an answer."""
        ...

    def fate(self, t: float) -> Fate:
        """Return what happens if this lead is dialled at ``t``; always the same."""
        ...


class World(Protocol):
    """Leads in the order in which they are dialled, and the team's rosters; times are seconds of the shift."""

    @property
    def rosters(self) -> Sequence["Roster"]:
        """Each agent's day."""
        ...

    def lead(self, position: int, now: float) -> ShiftLead | None:
        """Return a lead of the list, None where the list has none at this moment."""
        ...

    def hints(self, position: int, number: int, now: float) -> Sequence[float]:
        """Return the hints of the next leads, ``number`` of them at most."""
        ...

    def ended(self, position: int, outcome: str, now: float) -> None:
        """Hear how the attempt of a lead ended: an outcome of the contract, TALKED, DROPPED or LEFT."""
        ...


class SimLead:
    """A lead and all that chance will decide about it."""

    __slots__ = (
        "_amd",
        "_factor",
        "_fate",
        "_kind",
        "_other",
        "_p",
        "_ring",
        "_scenario",
        "_screen_s",
        "hint",
        "leaves_s",
        "talk",
        "wrap",
    )

    def __init__(self, scenario: Scenario, random: Random) -> None:
        self._scenario = scenario
        odds = scenario.human / (1 - scenario.human) * math.exp(scenario.hint_spread * random.gauss(0.0, 1.0))
        self._p = odds / (1 + odds)
        told = odds * scenario.hint_bias
        self.hint = told / (1 + told)
        self._kind = random.random()
        self._other = random.random()
        self._ring = (3.0 + random.lognormvariate(math.log(6.0), 0.6), random.gauss(18.0, 2.5), random.random())
        self._amd = random.random()
        self._screen_s = random.uniform(1.0, 3.5)
        self.leaves_s = random.uniform(0.3, 2.0) if random.random() < scenario.impatient else 1e9
        self.talk = self._talk(random)
        self.wrap = _lognormal(random, scenario.wrap_s, 0.5)
        self._factor = 1.0
        self._fate = self._drawn(1.0)

    def _talk(self, random: Random) -> float:
        scenario = self._scenario
        quick_s = 15.0
        rest = (scenario.talk_s - scenario.quick * quick_s) / (1 - scenario.quick)
        long_s = _lognormal(random, rest, scenario.talk_cv)
        quick = 5.0 + random.expovariate(1 / (quick_s - 5.0))
        return quick if random.random() < scenario.quick else long_s

    def fate(self, t: float) -> Fate:
        """Return what happens if this lead is dialled at ``t``."""
        factor = self._scenario.factor(t)
        if factor != self._factor:
            self._factor, self._fate = factor, self._drawn(factor)
        return self._fate

    def _drawn(self, factor: float) -> Fate:
        scenario = self._scenario
        human = min(0.95, self._p * factor)
        if self._kind < human:
            passed = not scenario.amd or self._amd >= scenario.amd_false
            screen_s = self._screen_s if scenario.amd else 0.0
            ring_s = min(self._ring[0], scenario.ring_timeout_s - 0.5 - self._ring[2])
            return Fate(HUMAN, ring_s, screen_s, passed, self.leaves_s, self.talk, self.wrap)
        return self._nobody()

    def _nobody(self) -> Fate:
        scenario = self._scenario
        share = self._other * (1 - scenario.human)
        if share < scenario.machine:
            ring_s = min(max(6.0, self._ring[1]), scenario.ring_timeout_s - 0.2)
            needs = not scenario.amd or self._amd < scenario.amd_miss
            talk = 4.0 + 6.0 * self._ring[2]
            return Fate(MACHINE, ring_s, self._screen_s if scenario.amd else 0.0, needs, 1e9, talk, 0.5 * self.wrap)
        share -= scenario.machine
        for outcome, part, ring_s in (
            (BUSY, scenario.busy, 3.0 + 4.0 * self._ring[2]),
            (INVALID, scenario.invalid, 1.5 + 3.0 * self._ring[2]),
            (CONGESTION, scenario.congestion, 0.3 + self._ring[2]),
        ):
            if share < part:
                return Fate(outcome, ring_s, 0.0, False, 1e9, 0.0, 0.0)
            share -= part
        return Fate(NOANSWER, scenario.ring_timeout_s, 0.0, False, 1e9, 0.0, 0.0)


def _lognormal(random: Random, mean: float, cv: float) -> float:
    sigma2 = math.log(1 + cv * cv)
    return random.lognormvariate(math.log(mean) - sigma2 / 2, math.sqrt(sigma2))


@dataclass(frozen=True, slots=True)
class Roster:
    """One agent's day: pace (factor on talk and wrap-up), coming, going, and pauses as (start, seconds)."""

    pace: float
    comes_s: float
    goes_s: float
    pauses: tuple[tuple[float, float], ...]


class SimWorld:
    """Leads in list order, without end, and the team's rosters: a ``World``."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario = scenario
        self._random = Random(f"leads {seed}")  # noqa: S311 -- a simulation, no secret
        roster = Random(f"roster {seed}")  # noqa: S311 -- a simulation, no secret
        self.rosters = [self._roster(n, roster) for n in range(scenario.agents)]
        self._leads: list[SimLead] = []
        self._hints: list[float] = []

    def _roster(self, number: int, random: Random) -> Roster:
        scenario, ends = self.scenario, self.scenario.ends_s
        place = (number + 0.5) / scenario.agents
        comes = random.uniform(0.0, 0.5 * ends) if place < scenario.late else random.uniform(0.0, 5.0)
        goes = random.uniform(0.5 * ends, ends) if place > 1 - scenario.early else 1e18
        pauses = tuple(
            (pause.at_h * 3600.0 + random.uniform(0.0, pause.spread_min * 60.0), pause.minutes * 60.0)
            for pause in scenario.pauses
            if place < pause.share
        )
        return Roster(max(0.5, random.gauss(1.0, scenario.speed_cv)), comes, goes, pauses)

    def lead(self, position: int, now: float = 0.0) -> SimLead:  # noqa: ARG002 -- this list is the same at any time
        """Return a lead of the list."""
        while len(self._leads) <= position:
            lead = SimLead(self.scenario, self._random)
            self._leads.append(lead)
            self._hints.append(lead.hint)
        return self._leads[position]

    def hints(self, position: int, number: int, now: float = 0.0) -> list[float]:  # noqa: ARG002 -- as for ``lead``
        """Return the hints of the next ``number`` leads."""
        end = position + number
        if len(self._hints) <= end:
            self.lead(end)
        return self._hints[position:end]

    def ended(self, position: int, outcome: str, now: float) -> None:
        """Forget it: nobody is called twice."""
