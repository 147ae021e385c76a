"""The waiting room: who waits for an agent now, who could take them, and the doors of the queues."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.routing.blending import claimed
from waihu.routing.queueing import Taker, Waiter
from waihu.services.agent_desk import AgentDesk
from waihu.services.queue_shelf import QueueShelf
from waihu_models.agent import Agent, AgentState
from waihu_models.call import Call, CallState
from waihu_models.events import AgentChanged, CallChanged
from waihu_models.ids import AgentId, CallId, SessionId
from waihu_models.queue import Queue


class WaitingRoom:
    """Follows calls and agents; everything is answered from memory.

    Attributes:
        keepers: Those who hung up and keep their places.
    """

    def __init__(self, shelf: QueueShelf, agents: AgentDesk, bus: Bus, clock: Clock) -> None:
        self.shelf = shelf
        self._agents = agents
        self._clock = clock
        self._calls: dict[CallId, Call] = {}
        self._talks: dict[AgentId, tuple[SessionId, int]] = {}
        self.keepers: Callable[[], Iterable[Waiter]] = list
        bus.subscribe(CallChanged, self._call_changed)
        bus.subscribe(AgentChanged, self._agent_changed)

    def _call_changed(self, change: CallChanged) -> None:
        call = change.call
        if call.state is CallState.WAITING and not call.callback_asked:
            self._calls[call.id] = call
        else:
            self._calls.pop(call.id, None)

    def _agent_changed(self, change: AgentChanged) -> None:
        agent = change.agent
        if agent.state is AgentState.TALKING and change.was.state is not AgentState.TALKING:
            self._talks[agent.id] = agent.session_id, self._calls_of(agent) + 1

    def _calls_of(self, agent: Agent) -> int:
        session, calls = self._talks.get(agent.id, (agent.session_id, 0))
        return calls if session == agent.session_id else 0

    # ---- who waits -------------------------------------------------------------------------------------------------

    @property
    def calls(self) -> list[Call]:
        """Calls that wait in a queue and have no agent yet."""
        return [call for call in self._calls.values() if call.queue and call.agent_id is None]

    def everybody(self) -> list[Waiter]:
        """Return who waits in queues, on the line or not."""
        return [*map(self.waiter, self.calls), *self.keepers()]

    def waiter(self, call: Call) -> Waiter:
        """Return a waiting call as it is matched with agents."""
        queue = self.find(call.queue)
        in_line = call.queue_since if queue is not None else None
        return Waiter(
            id=call.id,
            since=in_line or call.patience_ends_at or call.state_since,
            queue=queue,
            campaign_id=call.campaign_id,
            priority=call.priority,
            wanted=self._wanted(call, queue),
        )

    def _wanted(self, call: Call, queue: Queue | None) -> AgentId | None:
        agent_id, since = call.wanted_agent_id, call.greeting_ended_at
        if agent_id is None or since is None or agent_id not in self._agents:
            return None
        alone_s = (queue or Queue(name="")).sticky_s
        here = self._agents.get(agent_id).state is not AgentState.OFFLINE
        return agent_id if here and self._clock.now() < since + timedelta(seconds=alone_s) else None

    # ---- who takes them --------------------------------------------------------------------------------------------

    def taker(self, agent: Agent) -> Taker:
        """Return an agent as they are matched with who waits."""
        return Taker(agent, self.shelf.abilities(agent.id), self._calls_of(agent))

    def takers(self, queue: Queue) -> list[Agent]:
        """Return the agents who are logged in and take callers of a queue."""
        here = (agent for agent in self._agents if agent.state not in {AgentState.OFFLINE, AgentState.CALLING})
        return [agent for agent in here if self.shelf.abilities(agent.id).takes(queue)]

    def dialled_for(self, agent: Agent) -> bool:
        """Say whether an agent takes calls of campaigns."""
        return self.shelf.abilities(agent.id).blended

    def claimed(self) -> frozenset[AgentId]:
        """Return the agents whose next call is that of somebody who waits in a queue."""
        waiting = self.everybody()
        return claimed(waiting, map(self.taker, self._agents)) if waiting else frozenset()

    # ---- doors -----------------------------------------------------------------------------------------------------

    def find(self, name: str) -> Queue | None:
        """Return a queue, None if there is none of this name."""
        return self.shelf.get(name) if name in self.shelf else None

    def waiting(self, name: str) -> int:
        """Return how many wait in a queue."""
        kept = sum(1 for one in self.keepers() if one.queue is not None and one.queue.name == name)
        return kept + sum(1 for call in self.calls if call.queue == name)

    def staffed(self, queue: Queue) -> bool:
        """Say whether an agent who takes its callers is logged in, busy or not."""
        return bool(self.takers(queue))
