from datetime import timedelta
from typing import Any

import pytest

from waihu.routing.agent_choice import choose_agent, order_of_waiting
from waihu.testing.factories import NOON, a_call, an_agent
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.ids import CampaignId

SPRING, AUTUMN = CampaignId("spring"), CampaignId("autumn")


def ready(name: str, idle_s: float = 10.0, **changes: Any) -> Agent:
    facts = {"state": AgentState.AVAILABLE, "leg_joined": True, "state_since": NOON - timedelta(seconds=idle_s)}
    return an_agent(name, **{**facts, **changes})


def test_the_agent_who_has_been_available_longest_takes_the_call() -> None:
    agents = [ready("short", 5), ready("long", 50), ready("middle", 20)]
    chosen = choose_agent(a_call(), agents)
    assert chosen is not None
    assert chosen.id == "long"


def test_of_agents_available_since_the_same_moment_always_the_same_one_is_chosen() -> None:
    agents = [ready("b"), ready("a"), ready("c")]
    assert [choose_agent(a_call(), order) for order in (agents, agents[::-1])] == [agents[1], agents[1]]


@pytest.mark.parametrize("state", [state for state in AgentState if state is not AgentState.AVAILABLE])
def test_only_an_available_agent_takes_calls(state: AgentState) -> None:
    assert choose_agent(a_call(), [ready("busy", state=state)]) is None


def test_a_nailed_up_agent_must_hear_the_bridge_and_an_on_hook_one_need_not() -> None:
    assert choose_agent(a_call(), [ready("deaf", leg_joined=False)]) is None
    on_hook = ready("on-hook", leg_joined=False, mode=PhoneMode.ON_HOOK)
    assert choose_agent(a_call(), [on_hook]) is on_hook


@pytest.mark.parametrize(("agents_campaign", "call_s_campaign", "takes"), [
    (None, SPRING, True),
    (SPRING, SPRING, True),
    (AUTUMN, SPRING, False),
    (AUTUMN, None, True),
    (None, None, True),
])  # fmt: skip
def test_agents_take_the_calls_of_their_campaign(
    agents_campaign: CampaignId | None, call_s_campaign: CampaignId | None, takes: bool
) -> None:
    chosen = choose_agent(a_call(campaign_id=call_s_campaign), [ready("agent1", campaign_id=agents_campaign)])
    assert (chosen is not None) is takes


def test_nobody_there_means_nobody_chosen() -> None:
    assert choose_agent(a_call(), []) is None


def test_waiting_calls_are_served_by_whose_patience_ends_first() -> None:
    def waits(answered_s: float, patience_s: float) -> Any:
        return a_call(greeting_ended_at=NOON + timedelta(seconds=answered_s), patience_s=patience_s)

    soon, later, last = waits(1.0, 2.0), waits(0.0, 10.0), waits(30.0, 2.0)
    assert order_of_waiting([last, later, soon]) == [soon, later, last]
