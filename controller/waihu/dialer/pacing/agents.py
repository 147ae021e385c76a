"""What the predictive pacer knows of agents: the probability that a busy one is ready again by each horizon.

Talk and wrap-up times are learned as hazards over age (bins that widen with age), so a long talk is judged by what
long talks do. Agents' own pace scales their ages. Talks still running count for the seconds they have lasted: without
that the first ones to end, which are the short ones, would promise too much.
"""

import math
from collections.abc import Mapping, Sequence
from operator import mul

from waihu.dialer.pacing.contract import READY, TALK, WRAP, AgentEvent, AgentView, PacerConfig

PER_DOUBLING, FIRST_S, BINS = 4.0, 6.0, 34
PRIOR = 8.0  # weight of the prior curve, in talks
PACE_PRIOR = 12.0  # weight of the common pace, in talks
MEMORY = 1500.0  # talks after which hazards have forgotten half
REFRESH_S = 20.0
STEP_S = 3.0
CLOSING = "closing"  # the phase of a talk about to end, as a speech recognizer may tell
CLOSING_S = 15.0


def age_bin(age: float) -> int:
    """Return the bin of an age in seconds."""
    return min(BINS - 1, int(PER_DOUBLING * math.log2(1.0 + max(0.0, age) / FIRST_S)))


def bin_start(number: int) -> float:
    """Return the age at which a bin begins."""
    return float(FIRST_S * (2.0 ** (number / PER_DOUBLING) - 1.0))


_BY_SECOND = [age_bin(float(second)) for second in range(1200)]
_STARTS = [bin_start(number) for number in range(BINS + 1)]
_MIDDLES = [0.5 * (_STARTS[number] + _STARTS[number + 1]) for number in range(BINS)]


class Durations:
    """Hazard of an activity's end by age."""

    def __init__(self, mean_s: float) -> None:
        self._ends = [0.0] * BINS
        self._seconds = [0.0] * BINS
        self._number = 0.0
        left = PRIOR
        for number in range(BINS):  # an exponential prior: it says the least
            start, width = _STARTS[number], _STARTS[number + 1] - _STARTS[number]
            gone = left * (1.0 - math.exp(-width / mean_s))
            self._ends[number] = gone + 1e-6
            self._seconds[number] = gone * mean_s + 1e-6 * mean_s
            left -= gone
            if start > 20.0 * mean_s:
                break
        self._ends = [max(1e-6, count) for count in self._ends]
        self._seconds = [max(1e-6 * mean_s, seconds) for seconds in self._seconds]

    def add(self, duration: float) -> None:
        """Count one that ended."""
        last = age_bin(duration)
        self._ends[last] += 1.0
        self._expose(self._seconds, duration, last)
        self._number += 1.0
        if self._number > MEMORY:
            self._ends = [count / 2 for count in self._ends]
            self._seconds = [seconds / 2 for seconds in self._seconds]
            self._number /= 2

    @staticmethod
    def _expose(seconds: list[float], duration: float, last: int) -> None:
        for number in range(last):
            seconds[number] += _STARTS[number + 1] - _STARTS[number]
        seconds[last] += max(0.0, duration - _STARTS[last])

    def hazards(self, running: Sequence[float]) -> list[float]:
        """Return ends per second in each bin, talks that run on counted."""
        seconds = list(self._seconds)
        for age in running:
            self._expose(seconds, age, age_bin(age))
        return [ends / spent for ends, spent in zip(self._ends, seconds, strict=True)]


class Survival:
    """Cumulative hazard over age."""

    def __init__(self, hazards: Sequence[float]) -> None:
        self._hazards = hazards
        self._cumulative = [0.0]
        for number, hazard in enumerate(hazards):
            self._cumulative.append(self._cumulative[-1] + hazard * (_STARTS[number + 1] - _STARTS[number]))

    def at(self, age: float) -> float:
        """Return the cumulative hazard."""
        number = age_bin(age)
        return self._cumulative[number] + self._hazards[number] * max(0.0, age - _STARTS[number])

    def ended(self, age: float, seconds: float) -> float:
        """Return the probability of an end within ``seconds`` for one that has lasted ``age``."""
        return 1.0 - math.exp(self.at(age) - self.at(age + seconds))


class AgentModel:
    """Learns from agent events; gives per agent the probability to be ready by each horizon."""

    def __init__(self, config: PacerConfig, horizons: Sequence[float]) -> None:
        self._horizons = horizons
        self._talks = Durations(config.talk_hint_s)
        self._wraps = Durations(config.wrap_hint_s)
        self._closings = Durations(CLOSING_S)
        self._closing_since: dict[int, float] = {}
        self._paces: dict[int, float] = {}
        self._log_ratios: dict[int, tuple[float, float]] = {}  # sum, number
        self._log_mean, self._talked_number = math.log(0.6 * config.talk_hint_s), 4.0
        self._stays, self._leaves = 20.0, 0.4  # after wrap-up
        self._refresh_at = -1e18
        self._wrapped: list[list[float]] = []
        self._rows: dict[tuple[str, int], tuple[float, ...]] = {}

    # ---- learning --------------------------------------------------------------------------------------------------

    def on_event(self, event: AgentEvent) -> None:
        """Learn from one change of an agent's state."""
        if event.prev == TALK and event.prev_s > 0:
            self._talked(event)
        elif event.prev == WRAP:
            self._wraps.add(event.prev_s / self.pace(event.agent))
            self._stays = 0.98 * self._stays + (event.state == READY)
            self._leaves = 0.98 * self._leaves + (event.state != READY)

    def _talked(self, event: AgentEvent) -> None:
        self._talks.add(event.prev_s / self.pace(event.agent))
        closing_since = self._closing_since.pop(event.agent, None)
        if closing_since is not None:
            self._closings.add(max(0.0, event.t - closing_since))
        logarithm = math.log(max(1.0, event.prev_s))
        self._talked_number += 1.0
        self._log_mean += max(0.01, 1.0 / self._talked_number) * (logarithm - self._log_mean)
        total, number = self._log_ratios.get(event.agent, (0.0, 0.0))
        total, number = 0.99 * total + logarithm - self._log_mean, 0.99 * number + 1.0
        self._log_ratios[event.agent] = total, number
        self._paces[event.agent] = math.exp(total / (number + PACE_PRIOR))

    def pace(self, agent: int) -> float:
        """Return the agent's pace: 1.2 takes a fifth longer than the team."""
        return self._paces.get(agent, 1.0)

    # ---- asking ----------------------------------------------------------------------------------------------------

    def refresh(self, now: float, agents: Mapping[int, AgentView]) -> None:
        """Make the tables anew where they are older than ``REFRESH_S``."""
        if now - self._refresh_at < REFRESH_S:
            return
        self._refresh_at = now
        running: dict[str, list[float]] = {TALK: [], WRAP: []}
        for agent in agents.values():
            if agent.state in running:
                running[agent.state].append(max(0.0, now - agent.since) / self.pace(agent.id))
        self._curves = {
            TALK: Survival(self._talks.hazards(running[TALK])),
            WRAP: Survival(self._wraps.hazards(running[WRAP])),
            CLOSING: Survival(self._closings.hazards(())),
        }
        self._rows.clear()
        wrap = self._curves[WRAP]
        steps = math.ceil(self._horizons[-1] / STEP_S)
        # Per horizon: the probability that wrap-up is over when the talk ends in each step.
        self._wrapped = [
            [wrap.ended(0.0, h - STEP_S * (step + 0.5)) for step in range(steps) if h > STEP_S * (step + 0.5)]
            for h in self._horizons
        ]

    def free_row(self, agent: AgentView, now: float) -> tuple[float, ...] | None:
        """Return the probability that the agent is ready by each horizon, and the squares; None: not working."""
        activity, since = agent.state, agent.since
        if activity == TALK and agent.phase == CLOSING:
            activity, since = CLOSING, self._closing_since.setdefault(agent.id, now)
        elif activity not in {TALK, WRAP}:
            return None
        age = (now - since) / self._paces.get(agent.id, 1.0)
        spot = activity, _BY_SECOND[int(age)] if 0 <= age < len(_BY_SECOND) else age_bin(age)
        return self._rows.get(spot) or self._row(spot)

    def _row(self, spot: tuple[str, int]) -> tuple[float, ...]:
        activity, number = spot
        age, ready_after = _MIDDLES[number], self._stays / (self._stays + self._leaves)
        curve = self._curves[activity]
        if activity == WRAP:
            by = [ready_after * curve.ended(age, h) for h in self._horizons]
        else:
            start, steps = curve.at(age), len(self._wrapped[-1])
            left = [math.exp(start - curve.at(age + STEP_S * step)) for step in range(steps + 1)]
            ends = [left[step] - left[step + 1] for step in range(steps)]
            by = [ready_after * sum(map(mul, ends, wrapped)) for wrapped in self._wrapped]
        row = self._rows[spot] = (*by, *map(mul, by, by))
        return row
