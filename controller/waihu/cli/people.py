"""Agents as the settings name them, brought into the store at start."""

from collections.abc import Iterable

from waihu.clock import Clock
from waihu.settings import AgentSettings
from waihu.store import agents as stored
from waihu.store.campaigns import campaign_named
from waihu.store.store import Store
from waihu_models.agent import Agent
from waihu_models.ids import AgentId


async def agents_of_settings(store_url: str, wanted: Iterable[AgentSettings], clock: Clock) -> None:
    """Add agents who are not known yet; one who is known keeps what the store says.

    Raises:
        NotFound: an agent's campaign does not exist.
    """
    store = await Store.open(store_url)
    try:
        known = {agent.id for agent in await stored.agents(store)}
        for agent in wanted:
            if agent.id not in known:
                await stored.add_agent(store, await _agent(store, agent, clock))
    finally:
        await store.close()


async def _agent(store: Store, agent: AgentSettings, clock: Clock) -> Agent:
    campaign_id = (await campaign_named(store, agent.campaign)).id if agent.campaign else None
    return Agent(
        id=AgentId(agent.id),
        name=agent.name or agent.id,
        phone=agent.phone,
        mode=agent.mode,
        campaign_id=campaign_id,
        wrap_limit_s=agent.wrap_limit_s,
        state_since=clock.now(),
    )
