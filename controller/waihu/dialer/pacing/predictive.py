"""The predictive pacer: dials while the next line's risk of finding no agent stays under the price of a drop.

At each decision it asks, for several moments of the next seconds, how many answers the calls under way will have
brought by then and how many agents will be ready, both as distributions. One more line is a risk if it is answered at
such a moment and the answers outnumber the agents then or later. Lines are dialled one by one until that risk passes
the threshold of ``DropPrice``. docs/algorithms/pacing.md has the measurements.
"""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from waihu.dialer.pacing.agents import AgentModel
from waihu.dialer.pacing.answers import SPOT, AnswerModel
from waihu.dialer.pacing.contract import (
    RINGING,
    SCREEN,
    AgentEvent,
    CallEvent,
    CallView,
    Decision,
    PacerConfig,
    Snapshot,
)
from waihu.dialer.pacing.drop_price import DropPrice
from waihu.dialer.pacing.risk import LARGE, binomial, outnumbered, outnumbered_large

HORIZONS_S = (2.5, 5.0, 8.0, 12.0, 18.0)
MOMENTS = len(HORIZONS_S)
REST_S = 0.95  # without an event the picture moves slowly: a decision each second is enough
KNOWN_ANSWERS = 20
FIRST_LINES = 3.0  # lines per agent before anything is learned
MOST_LINES = 25.0  # lines per agent at most
CANCEL_FACTOR = 3.0  # a ringing call is given up at this many thresholds of risk
LONG_RINGING_S = 1e6  # a minimum ring time beyond this means: never cancel
KEPT = 200
_COMES_BACK = frozenset({"rate", "list"})  # without an event: more is wanted at the next look

Row: TypeAlias = tuple[float, ...]


class Explanation(NamedTuple):
    """Why a decision was taken.

    Attributes:
        t: Seconds on the caller's clock.
        dial: Lines dialled.
        cancel: Ringing calls given up.
        ready: Agents ready, callers who wait taken off.
        lines: Attempts without an agent before the decision.
        answers: Answers expected from them that will need an agent.
        frees: Agents expected to become ready within the last horizon.
        risk: Probability that an answer of the next line not dialled would find no agent.
        threshold: Risk up to which lines are dialled.
        rate: Drops per live answer aimed at now.
        limit: What ended the dialling: risk, channels, rate, list, start, allowance, agents.
    """

    t: float
    dial: int
    cancel: int
    ready: int
    lines: int
    answers: float
    frees: float
    risk: float
    threshold: float
    rate: float
    limit: str


def _columns(rows: Sequence[Row], number: int) -> list[float]:
    # Summed in C: this is most of a decision's cost.
    return list(map(sum, zip(*rows, strict=True))) or [0.0] * number


class _Picture:
    """Sums over calls and agents at one moment: mean and squares of probabilities by each horizon."""

    __slots__ = ("answers", "answers_sq", "ever", "frees", "frees_sq", "now_rate", "ready")

    def __init__(self, calls: Sequence[Row], agents: Sequence[Row], ready: int) -> None:
        sums = _columns(calls, 2 * MOMENTS + 2)
        free = _columns(agents, 2 * MOMENTS)
        self.now_rate, self.ever = sums[0], sums[-1]
        self.answers, self.answers_sq = sums[1 : MOMENTS + 1], sums[MOMENTS + 1 : -1]
        self.frees, self.frees_sq = free[:MOMENTS], free[MOMENTS:]
        self.ready = ready

    def add(self, row: Row, sign: float = 1.0) -> None:
        """Add one more call's chances of needing an agent."""
        self.now_rate += sign * row[0]
        for number in range(MOMENTS):
            self.answers[number] += sign * row[number + 1]
            self.answers_sq[number] += sign * row[number + 1 + MOMENTS]
        self.ever += sign * row[-1]


class PredictivePacer:
    """Learns answers, agents and the cost of its own mistakes; keeps agents busy inside the drop target."""

    def __init__(self, config: PacerConfig) -> None:
        self._config = config
        self._answers = AnswerModel(config, HORIZONS_S)
        self._agents = AgentModel(config, tuple(horizon + config.patience_s for horizon in HORIZONS_S))
        self._price = DropPrice(config.target_drop)
        self._moved = True
        self._decided_at = -1e18
        self._seen_needs = self._seen_drops = 0
        self._now_rate, self._next_p = 0.0, 0.3
        self.explanations: deque[Explanation] = deque(maxlen=KEPT)

    def on_event(self, event: AgentEvent | CallEvent) -> None:
        """Learn from one event."""
        self._moved = True
        if isinstance(event, CallEvent):
            self._answers.on_event(event)
        else:
            self._agents.on_event(event)

    def decide(self, now: float, snapshot: Snapshot) -> Decision:
        """Say how many lines to dial and which ringing calls to give up."""
        if not self._moved and now - self._decided_at < REST_S:
            return Decision()
        self._follow(now, snapshot)
        if not snapshot.agents or now >= snapshot.ends_at:
            return Decision()
        picture = self._look(now, snapshot)
        self._now_rate = picture.now_rate
        return self._choose(now, snapshot, picture)

    # ---- following -------------------------------------------------------------------------------------------------

    def _follow(self, now: float, snapshot: Snapshot) -> None:
        answers, level = self._answers, self._answers.level
        new, drops = answers.needs - self._seen_needs, answers.drops - self._seen_drops
        self._seen_needs, self._seen_drops = answers.needs, answers.drops
        if self._decided_at > -1e17:
            seconds = min(5.0, max(0.0, now - self._decided_at))
            expected = self._now_rate * seconds
            # Before the ages of answers are known, silence may only mean that they come later than was thought.
            if new > expected or answers.needs >= min(KNOWN_ANSWERS, len(snapshot.agents) // 8):
                level.observe(seconds, expected, new, self._next_p)
        self._decided_at, self._moved = now, False
        level.follow_clock(now)
        answers.refresh()
        self._agents.refresh(now, snapshot.agents)
        self._price.update(now, snapshot, new, drops)

    def _look(self, now: float, snapshot: Snapshot) -> _Picture:
        answers, agents = self._answers, self._agents
        known, waiting = answers.classes, 0
        rows: list[Row] = []
        spots: dict[int, int] = {}  # calls of one class and age in whole seconds have the same chances
        for call in snapshot.calls.values():
            if call.state == RINGING:
                p = call.p
                spot = (known[p] if p in known else answers.class_of(p)) * SPOT + int(now - call.dialed_at)
                spots[spot] = spots.get(spot, 0) + 1
            elif call.state == SCREEN:
                rows.append(answers.screened_row(call.p, call.answered_at - call.dialed_at))
            else:
                waiting += 1
        for spot, number in spots.items():
            row = answers.row_at(spot)
            rows.append(row if number == 1 else tuple([number * chance for chance in row]))
        found = [agents.free_row(agent, now) for agent in snapshot.agents.values()]
        free = [chances for chances in found if chances is not None]
        return _Picture(rows, free, snapshot.ready - waiting)

    # ---- choosing --------------------------------------------------------------------------------------------------

    def _choose(self, now: float, snapshot: Snapshot, picture: _Picture) -> Decision:
        lines, room, limit = len(snapshot.calls), *self._room(snapshot)
        before = picture.ever
        sure = max(0, min(room, snapshot.ready - lines))  # one line per ready agent can find no one busy
        price, dial = self._price, 0
        chances = [self._answers.row(p, 0.0) for p in snapshot.next_p[: room + 1]]
        self._next_p = chances[0][-1] if chances else self._config.answer_hint
        frees = self._free_numbers(picture)
        risk = self._risk(picture, frees)
        while dial < room:
            if dial >= sure and (risk > price.threshold or self._config.target_drop <= 0 or price.frozen):
                limit = "allowance" if price.frozen else "risk"
                break
            price.dialled(chances[dial][-1], risk)
            picture.add(chances[dial])
            dial += 1
            risk = self._risk(picture, frees)
        self._moved = limit in _COMES_BACK
        decision = Decision(dial=dial)
        if dial == 0:
            decision.cancel = self._cancel(now, snapshot, picture, frees, risk)
        if dial or decision.cancel or not self.explanations or self.explanations[-1].t < now - 1.0:
            self.explanations.append(
                Explanation(
                    now,
                    dial,
                    len(decision.cancel),
                    picture.ready,
                    lines,
                    before,
                    picture.frees[-1],
                    risk,
                    price.threshold,
                    price.rate,
                    limit,
                )
            )
        return decision

    def _room(self, snapshot: Snapshot) -> tuple[int, str]:
        """Return how many lines may be dialled at most, and what keeps it so low."""
        lines_per_agent = min(MOST_LINES, FIRST_LINES + 0.5 * self._answers.needs)
        limits = (
            (snapshot.channels_free, "channels"),
            (snapshot.dial_budget, "rate"),
            (len(snapshot.next_p), "list"),
            (int(lines_per_agent * len(snapshot.agents)) - len(snapshot.calls), "start"),
        )
        room, limit = min(limits)
        return max(0, room), limit

    def _free_numbers(self, picture: _Picture) -> list[list[float]]:
        if picture.ever + picture.frees[-1] > LARGE:
            return []
        return [binomial(mean, squares) for mean, squares in zip(picture.frees, picture.frees_sq, strict=True)]

    def _risk(self, picture: _Picture, frees: Sequence[Sequence[float]]) -> float:
        """Return the probability that one more call, once it needs an agent, finds none or takes another's."""
        risk = worst = 0.0
        for number in range(MOMENTS - 1, -1, -1):
            mean, squares = picture.answers[number], picture.answers_sq[number]
            if frees and mean < LARGE:
                outnumber = outnumbered(binomial(mean, squares), picture.ready, frees[number])
            else:
                freed, freed_sq = picture.frees[number], picture.frees_sq[number]
                variance = mean - squares + freed - freed_sq
                outnumber = outnumbered_large(mean - freed, variance, picture.ready)
            worst = max(worst, outnumber)
            risk += self._answers.first_ages[number] * worst
        return risk

    def _cancel(
        self, now: float, snapshot: Snapshot, picture: _Picture, frees: Sequence[Sequence[float]], risk: float
    ) -> list[int]:
        """Give up the calls that have rung longest, past the legal minimum, while an answer would likely be a drop."""
        least_s = self._config.min_ring_s
        limit = max(CANCEL_FACTOR * self._price.threshold, self._config.target_drop)
        if least_s > LONG_RINGING_S or risk <= limit or len(snapshot.calls) <= snapshot.ready:
            return []
        given_up = []
        for call in sorted(filter(_rings, snapshot.calls.values()), key=_dialed_at):
            if now - call.dialed_at < least_s or risk <= limit:
                break
            picture.add(self._answers.row(call.p, now - call.dialed_at), -1.0)
            given_up.append(call.id)
            risk = self._risk(picture, frees)
        return given_up


def _rings(call: CallView) -> bool:
    return call.state == RINGING


def _dialed_at(call: CallView) -> float:
    return call.dialed_at
