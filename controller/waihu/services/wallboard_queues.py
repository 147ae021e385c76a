"""Queues on the wall: who waits in each, who could take them, and how the day goes. No caller is named here."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from operator import add, sub
from typing import NamedTuple

from waihu.clock import Clock
from waihu.services.queue_shelf import QueueShelf
from waihu_models.agent import Agent, AgentState
from waihu_models.call import Call, CallState
from waihu_models.events import CallChanged
from waihu_models.ids import CallId
from waihu_models.live import LiveQueue
from waihu_models.queue import Queue

_AWAY = frozenset({AgentState.OFFLINE, AgentState.CALLING, AgentState.PAUSED})


class QueueCount(NamedTuple):
    """What became of callers of a queue."""

    answered: int = 0
    in_time: int = 0
    abandoned: int = 0

    def plus(self, other: "QueueCount") -> "QueueCount":
        """Return the sum."""
        return QueueCount(*map(add, self, other))

    def minus(self, other: "QueueCount") -> "QueueCount":
        """Return the difference."""
        return QueueCount(*map(sub, self, other))


NOTHING = QueueCount()


class Stay(NamedTuple):
    """A caller's time in a queue: when it began, when an agent was there, whether it is over without one."""

    queue: str
    since: datetime | None
    connected_at: datetime | None
    over: bool


def stay_of(call: Call) -> Stay:
    """Return a call's time in its queue; who hung up to be called back still has the place."""
    return Stay(
        call.queue, call.queue_since, call.connected_at, call.state is CallState.ENDED and not call.callback_asked
    )


def count_of(stay: Stay, service_level_s: float) -> QueueCount:
    """Return what a time in a queue counts for as it is now."""
    if not stay.queue or stay.since is None:
        return NOTHING
    if stay.connected_at is None:
        return QueueCount(abandoned=int(stay.over))
    wait_s = (stay.connected_at - stay.since).total_seconds()
    # Who had an agent before they came into the queue was passed on: their wait is not known here.
    return QueueCount(answered=1, in_time=int(wait_s <= service_level_s)) if wait_s >= 0 else NOTHING


class QueueBoard:
    """Keeps a row for each queue; ``rows`` are those the wall shows."""

    def __init__(self, shelf: QueueShelf, clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock
        self._waiting: defaultdict[str, dict[CallId, datetime]] = defaultdict(dict)
        self._today: defaultdict[str, QueueCount] = defaultdict(QueueCount)
        self._agents: dict[str, tuple[int, int]] = {}  # able and free
        self._teams: dict[str, frozenset[str | None]] = {}
        self.rows: dict[str, LiveQueue] = {}

    def enter(self, stay: Stay) -> None:
        """Count a caller of today whose call is over."""
        self._today[stay.queue] = self._today[stay.queue].plus(count_of(stay, self._in_time_s(stay.queue)))

    def begin_day(self) -> None:
        """Count from nothing."""
        self._today.clear()

    def call_changed(self, change: CallChanged, day_began_at: datetime) -> None:
        """Follow a call that may wait in a queue, or went on to another one."""
        call, was = change.call, change.was
        if was is not None and was.queue and was.queue != call.queue:
            self._waiting[was.queue].pop(call.id, None)
        for one, sign in ((was, QueueCount.minus), (call, QueueCount.plus)):
            if one is not None and one.queue and one.dialled_at >= day_began_at:
                count = count_of(stay_of(one), self._in_time_s(one.queue))
                self._today[one.queue] = sign(self._today[one.queue], count)
        self.follow(call)
        for name in {call.queue, was.queue if was is not None else ""} - {""}:
            self._show(name)

    def follow(self, call: Call) -> None:
        """Note whether a call waits."""
        if not call.queue:
            return
        if call.state is CallState.WAITING and not call.callback_asked:
            self._waiting[call.queue][call.id] = call.queue_since or call.state_since
        else:
            self._waiting[call.queue].pop(call.id, None)

    def look(self, agents: Iterable[Agent], team_of: Callable[[str], str | None]) -> None:
        """See who belongs to which queue, who is at work and who is free; once a second."""
        able: defaultdict[str, int] = defaultdict(int)
        free: defaultdict[str, int] = defaultdict(int)
        teams: defaultdict[str, set[str | None]] = defaultdict(set)
        for agent in agents:
            abilities = self._shelf.abilities(agent.id)
            for name in abilities.queues:
                teams[name].add(team_of(agent.id))
                if name in self._shelf and agent.state not in _AWAY and abilities.takes(self._shelf.get(name)):
                    able[name] += 1
                    free[name] += agent.state is AgentState.AVAILABLE
        self._agents = {name: (count, free[name]) for name, count in able.items()}
        self._teams = {name: frozenset(found) for name, found in teams.items()}
        known = {queue.name for queue in self._shelf}
        for name in self.rows.keys() - known:
            del self.rows[name]
        for name in known:
            self._show(name)

    def teams(self, name: str) -> frozenset[str | None]:
        """Return the teams whose agents belong to a queue."""
        return self._teams.get(name, frozenset())

    def _in_time_s(self, name: str) -> float:
        return self._shelf.get(name).service_level_s if name in self._shelf else 0.0

    def _show(self, name: str) -> None:
        if name in self._shelf:
            row = self._row(self._shelf.get(name))
            if self.rows.get(name) != row:
                self.rows[name] = row

    def _row(self, queue: Queue) -> LiveQueue:
        waiting, today = self._waiting[queue.name].values(), self._today[queue.name]
        able, free = self._agents.get(queue.name, (0, 0))
        counted = today.answered + today.abandoned
        return LiveQueue(
            id=queue.name, title=queue.title, open=queue.open_at(self._clock.now()), waiting=len(waiting),
            waits_since=min(waiting, default=None), able=able, free=free, answered=today.answered,
            in_time=today.in_time, abandoned=today.abandoned,
            in_time_ratio=today.in_time / counted if counted else None, service_level_s=queue.service_level_s,
            wanted_ratio=queue.service_level_ratio,
        )  # fmt: skip
