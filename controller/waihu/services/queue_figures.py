"""How long callers of each queue kept an agent, how many gave up, and what follows from it for those who wait."""

from collections import deque
from datetime import datetime

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.routing.wait_estimate import NEWEST, estimate_wait_s
from waihu.services.call_desk import CallDesk
from waihu.services.waiting_room import WaitingRoom
from waihu_models.agent import Agent, AgentState
from waihu_models.call import CallState
from waihu_models.events import AgentChanged, CallChanged
from waihu_models.ids import AgentId, CallId
from waihu_models.queue import Queue

_AT_WORK = frozenset({AgentState.AVAILABLE, AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP})


class QueueFigures:
    """Watches agents at work. What was seen is forgotten when the program ends: then nothing is said of waits."""

    def __init__(self, calls: CallDesk, room: WaitingRoom, bus: Bus, clock: Clock) -> None:
        self._calls = calls
        self._room = room
        self._clock = clock
        self._busy: dict[AgentId, tuple[CallId, datetime]] = {}
        self._queues: dict[AgentId, str] = {}  # of the call each has
        self._handled: dict[str, deque[float]] = {}
        self._waits: dict[str, deque[tuple[float, bool]]] = {}  # seconds, and whether the caller gave up
        bus.subscribe(AgentChanged, self._agent_changed)
        bus.subscribe(CallChanged, self._call_changed)

    def wait_s(self, queue: Queue, position: int) -> float | None:
        """Return how long somebody at a place probably waits, None: nobody can tell."""
        able = [agent for agent in self._room.takers(queue) if agent.state in _AT_WORK]
        now = self._clock.now()
        elapsed = [(now - self._busy[agent.id][1]).total_seconds() for agent in able if agent.id in self._busy]
        handled = tuple(self._handled.get(queue.name, ()))
        return estimate_wait_s(position, len(able), handled, elapsed, self.leave_per_s(queue.name))

    def leave_per_s(self, name: str) -> float:
        """Return how many callers of a queue gave up, for each second that its last callers waited."""
        waits = self._waits.get(name, ())
        waited_s = sum(seconds for seconds, _ in waits)
        return sum(left for _, left in waits) / waited_s if waited_s > 0 else 0.0

    def _call_changed(self, change: CallChanged) -> None:
        was, call = change.was, change.call
        if was is None or not was.queue or was.state is not CallState.WAITING or call.state is CallState.WAITING:
            return
        waited_s = (call.state_since - was.state_since).total_seconds()
        left = call.state is CallState.ENDED and not call.hang_up_asked  # nobody sent them away
        self._waits.setdefault(was.queue, deque(maxlen=NEWEST)).append((waited_s, left))

    def _agent_changed(self, change: AgentChanged) -> None:
        agent, busy = change.agent, self._busy.get(change.agent.id)
        if busy is not None and agent.call_id != busy[0]:
            self._over(agent, busy[1])
        if agent.call_id is not None and agent.id not in self._busy:
            self._busy[agent.id] = agent.call_id, agent.state_since
        if agent.state is AgentState.TALKING and change.was.state is not AgentState.TALKING:
            call = self._calls.get(agent.call_id)
            self._queues[agent.id] = call.queue if call is not None else ""

    def _over(self, agent: Agent, since: datetime) -> None:
        del self._busy[agent.id]
        queue = self._queues.pop(agent.id, "")
        if queue:
            kept = self._handled.setdefault(queue, deque(maxlen=NEWEST))
            kept.append((self._clock.now() - since).total_seconds())
