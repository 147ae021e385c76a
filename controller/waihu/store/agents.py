"""Agents in the store."""

from sqlalchemy import Connection, insert, select, update

from waihu.store.audit import By, note
from waihu.store.rows import agent_of, agent_row
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.agent import Agent
from waihu_models.tables import AgentRow

_TABLE = table(AgentRow)


async def agents(store: Store) -> list[Agent]:
    """Return all agents with their present sessions, by id."""
    return [agent_of(row) for row in await store.rows(select(_TABLE).order_by(_TABLE.c.id))]


async def add_agent(store: Store, agent: Agent, by: By | None = None) -> None:
    """Make an agent known; ``by`` is who does it, None the program itself.

    Raises:
        StoreError: the id is taken.
    """

    def work(connection: Connection) -> None:
        connection.execute(insert(_TABLE), agent_row(agent))
        note(connection, by, "agent.add", agent.id, f"phone {agent.phone}")

    await store.write(work)


async def set_agent_team(store: Store, agent_id: str, team_id: str | None) -> None:
    """Say whose an agent is; None: everybody's."""

    def work(connection: Connection) -> None:
        connection.execute(update(_TABLE).where(_TABLE.c.id == agent_id).values(team_id=team_id))

    await store.write(work)
