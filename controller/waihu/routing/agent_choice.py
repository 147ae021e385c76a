"""Which agent takes which call."""

from collections.abc import Iterable
from datetime import datetime

from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.call import Call


def choose_agent(call: Call, agents: Iterable[Agent]) -> Agent | None:
    """Return the agent who has been available longest among those who take this call's campaign, None if nobody can."""
    able = [agent for agent in agents if _can_take(agent, call)]
    return min(able, key=_idle_since, default=None)


def order_of_waiting(calls: Iterable[Call]) -> list[Call]:
    """Order waiting calls by whose patience ends first."""
    return sorted(calls, key=_patience_ends_at)


def _can_take(agent: Agent, call: Call) -> bool:
    if agent.state is not AgentState.AVAILABLE:
        return False
    if agent.mode is PhoneMode.NAILED_UP and not agent.leg_joined:
        return False
    return call.campaign_id is None or agent.campaign_id in {None, call.campaign_id}


def _idle_since(agent: Agent) -> tuple[datetime, str]:
    return agent.state_since, agent.id


def _patience_ends_at(call: Call) -> tuple[datetime, str]:
    return call.patience_ends_at or call.state_since, call.id
