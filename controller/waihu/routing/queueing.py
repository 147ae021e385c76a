"""Who gets whom: the people who wait and the agents who are free, brought together by the rules of the queues.

Who waits in a queue comes before anybody of a list; the queue's priority, then the caller's, then who waits longest
decide who comes first. Among equals the strategies of their queues say which agent each one gets, so that the sum of
what it costs is least.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from random import Random
from typing import Any, TypeAlias

from waihu.routing.matching import BARRED, cheapest, served
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.ids import AgentId, CampaignId
from waihu_models.queue import Abilities, Queue, Strategy

_Rank: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """Somebody who waits for an agent: a caller, one who hung up and keeps the place, somebody who was called.

    Attributes:
        id: Of the call, or of what stands for it.
        since: In a queue, the moment from which the place counts; else, when patience ends.
        queue: In which; None: in none.
        campaign_id: Whose call it is; None: nobody's.
        priority: Of the caller within the queue; lower comes first.
        wanted: The one agent who may take them for the time being.
    """

    id: str
    since: datetime
    queue: Queue | None = None
    campaign_id: CampaignId | None = None
    priority: int = 100
    wanted: AgentId | None = None

    @property
    def rank(self) -> _Rank:
        """How early they come; equals have the same."""
        return (0, self.queue.priority, self.priority) if self.queue is not None else (1, 0, 0)

    @property
    def order(self) -> tuple[Any, ...]:
        """Their place among all who wait."""
        return *self.rank, self.since, self.id

    @property
    def kind(self) -> tuple[Any, ...]:
        """What decides which agents suit them: it is the same for many."""
        return self.queue.name if self.queue is not None else None, self.campaign_id, self.wanted


@dataclass(frozen=True, slots=True)
class Taker:
    """An agent with what they can take, and how many calls they have had in this session."""

    agent: Agent
    able: Abilities = field(default_factory=Abilities)
    calls: int = 0

    @property
    def free(self) -> bool:
        """Whether the agent could hear a caller now."""
        agent = self.agent
        return agent.state is AgentState.AVAILABLE and (agent.leg_joined or agent.mode is PhoneMode.ON_HOOK)

    def takes(self, waiter: Waiter) -> bool:
        """Say whether the agent takes calls like this one, when free."""
        if waiter.wanted is not None:
            return self.agent.id == waiter.wanted
        if waiter.queue is not None:
            return self.able.takes(waiter.queue)
        if waiter.campaign_id is None:
            return True
        return self.able.blended and self.agent.campaign_id in {None, waiter.campaign_id}


def in_order(waiting: Iterable[Waiter]) -> list[Waiter]:
    """Return who waits, the next one first."""
    return sorted(waiting, key=lambda waiter: waiter.order)


def places(waiting: Iterable[Waiter]) -> dict[str, int]:
    """Return everybody's place in their own queue, from 1; who is in none has none."""
    counts: dict[str, int] = {}
    found = {}
    for waiter in in_order(waiting):
        if waiter.queue is not None:
            found[waiter.id] = counts[waiter.queue.name] = counts.get(waiter.queue.name, 0) + 1
    return found


def match(waiting: Iterable[Waiter], takers: Iterable[Taker], dice: Random) -> list[tuple[Waiter, Agent]]:
    """Give as many as can be an agent each, who comes first before all others.

    Args:
        waiting: Everybody who waits.
        takers: Agents, free or not.
        dice: For queues whose agents are drawn by lot.
    Returns:
        Who gets whom, in the order in which they waited.
    """
    free = sorted((taker for taker in takers if taker.free), key=_idle)
    ordered = in_order(waiting) if free else []
    if not ordered:
        return []
    suits = _suiting(ordered, free)
    able = [suits[waiter.kind] for waiter in ordered]
    chosen = [ordered[row] for row in served(able, (1 << len(free)) - 1)]
    return _assigned(chosen, free, suits, dice)


def _suiting(waiting: Iterable[Waiter], free: Sequence[Taker]) -> dict[tuple[Any, ...], int]:
    """Return which agents suit each kind of waiter, as bits."""
    suits: dict[tuple[Any, ...], int] = {}
    for waiter in waiting:
        if waiter.kind not in suits:
            suits[waiter.kind] = sum(1 << k for k, taker in enumerate(free) if taker.takes(waiter))
    return suits


def _assigned(
    chosen: Sequence[Waiter], free: Sequence[Taker], suits: Mapping[tuple[Any, ...], int], dice: Random
) -> list[tuple[Waiter, Agent]]:
    """Choose agents for those who come first, leaving one for everybody after them; then for the next ones."""
    pairs: list[tuple[Waiter, Agent]] = []
    left = list(range(len(free)))
    rows = [(waiter, suits[waiter.kind]) for waiter in chosen]
    for _, group in groupby(chosen, key=lambda waiter: waiter.rank):
        equals = len(list(group))
        columns = _columns(rows, equals, left, free, dice)
        pairs += [(waiter, free[left[k]].agent) for (waiter, _), k in zip(rows[:equals], columns, strict=False)]
        gone = {left[k] for k in columns[:equals]}
        left = [k for k in left if k not in gone]
        rows = rows[equals:]
    return pairs


def _columns(
    rows: Sequence[tuple[Waiter, int]], equals: int, left: Sequence[int], free: Sequence[Taker], dice: Random
) -> list[int]:
    """Return the best of the agents left for each row; for rows after the equals only that there is one."""
    likes = _Likes([free[k] for k in left], dice)
    kinds: dict[tuple[bool, tuple[Any, ...]], int] = {}
    costs: list[list[float]] = []
    of_row = []
    for row, (waiter, able) in enumerate(rows):
        kind = row < equals, waiter.kind
        if kind not in kinds:
            kinds[kind] = len(costs)
            cost = likes.of(waiter.queue) if row < equals else [0.0] * len(left)
            costs.append([one if able >> k & 1 else BARRED for k, one in zip(left, cost, strict=True)])
        of_row.append(kinds[kind])
    return cheapest(costs, of_row)


class _Likes:
    """How much each queue likes each agent, by its strategy: 0 for the first, towards 1 for the last."""

    def __init__(self, takers: Sequence[Taker], dice: Random) -> None:
        self._takers = takers  # longest idle first
        self._dice = dice
        self._same: dict[object, list[float]] = {}

    def of(self, queue: Queue | None) -> list[float]:
        """Return what each agent costs a queue."""
        strategy = queue.strategy if queue is not None else Strategy.LONGEST_IDLE
        if queue is not None and strategy in {Strategy.SKILL_RANK, Strategy.RANDOM}:
            return self._placed(lambda taker: _OWN[strategy](queue, taker, self._dice))
        if strategy not in self._same:
            fewest = strategy is Strategy.FEWEST_CALLS
            self._same[strategy] = self._placed(lambda taker: taker.calls if fewest else 0)
        return self._same[strategy]

    def _placed(self, dislike: Callable[[Taker], float]) -> list[float]:
        values = [dislike(taker) for taker in self._takers]
        costs = [0.0] * len(values)
        for place, k in enumerate(sorted(range(len(values)), key=values.__getitem__)):
            costs[k] = place / len(values)
        return costs


def _idle(taker: Taker) -> tuple[datetime, str]:
    return taker.agent.state_since, taker.agent.id


_OWN: dict[Strategy, Callable[[Queue, Taker, Random], float]] = {
    Strategy.SKILL_RANK: lambda queue, taker, _: -sum(taker.able.skills.get(need.skill, 0) for need in queue.skills),
    Strategy.RANDOM: lambda _queue, _taker, dice: dice.random(),
}
