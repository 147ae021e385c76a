"""Blended agents: whoever waits in a queue comes before the list, so the agents they will get are not dialled for."""

from collections.abc import Iterable

from waihu.routing.queueing import Taker, Waiter, in_order
from waihu_models.agent import AgentState
from waihu_models.ids import AgentId

_NEAREST = (AgentState.AVAILABLE, AgentState.WRAP_UP, AgentState.TALKING, AgentState.RESERVED)


def claimed(waiting: Iterable[Waiter], takers: Iterable[Taker]) -> frozenset[AgentId]:
    """Return the agents whose next call is that of somebody who waits in a queue: for each, who is free soonest."""
    at_work = [taker for taker in takers if taker.agent.state in _NEAREST]
    at_work.sort(key=lambda taker: (_NEAREST.index(taker.agent.state), taker.agent.state_since, taker.agent.id))
    found: set[AgentId] = set()
    for waiter in in_order(waiting):
        for taker in at_work:
            if taker.agent.id not in found and taker.takes(waiter):
                found.add(taker.agent.id)
                break
    return frozenset(found)
