"""What administrators change of agents. A session writes the agent's row as well, so an edit waits beside it.

``next_profile`` holds an edit until the agent is offline and has taken it over; see ``services.agent_shelf``.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from waihu.store.audit import By, difference, note
from waihu.store.queues import written_abilities
from waihu.store.rows import agent_row
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.agent import Agent, PhoneMode
from waihu_models.errors import Conflict, NotFound, Stale
from waihu_models.ids import AgentId, CampaignId
from waihu_models.queue import Abilities
from waihu_models.tables import AgentRow

_TABLE = table(AgentRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who an agent is, and how they work from the next log-in on."""

    name: str
    phone: str
    mode: PhoneMode
    campaign_id: CampaignId | None
    wrap_limit_s: float
    ring_timeout_s: int


def profile_of(row: RowMapping | Mapping[str, Any]) -> Profile:
    """Return what counts from the next log-in on: the edit that waits, else what the row says."""
    if row["next_profile"]:
        return msgspec.json.decode(row["next_profile"], type=Profile)
    values = {name: row[name] for name in Profile.__dataclass_fields__}
    return Profile(**{**values, "mode": PhoneMode(row["mode"])})


def written(profile: Profile) -> str:
    """Return a profile as it waits in the row."""
    return msgspec.json.encode(profile).decode()


async def agent_rows(store: Store, visible: ColumnElement[bool]) -> list[RowMapping]:
    """Return the rows of agents who may be seen, by id."""
    return await store.rows(select(_TABLE).where(visible).order_by(_TABLE.c.id))


async def agent_row_of(store: Store, agent_id: str, visible: ColumnElement[bool]) -> RowMapping:
    """Return the row of an agent.

    Raises:
        NotFound: there is none who may be seen.
    """
    rows = await store.rows(select(_TABLE).where(_TABLE.c.id == agent_id, visible))
    if not rows:
        raise NotFound(f"there is no agent {agent_id!r}")
    return rows[0]


async def add_agent_of_team(store: Store, agent: Agent, team_id: str | None, able: Abilities, by: By) -> None:
    """Make an agent known.

    Raises:
        Conflict: the id is taken.
    """

    def work(connection: Connection) -> None:
        if connection.execute(select(_TABLE.c.id).where(_TABLE.c.id == agent.id)).first():
            raise Conflict(f"there is an agent {agent.id!r} already")
        connection.execute(insert(_TABLE), {**agent_row(agent), **written_abilities(able), "team_id": team_id})
        note(connection, by, "agent.add", agent.id, f"phone {agent.phone}")

    await store.write(work)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An agent as an administrator wants them; ``version`` is the one that was looked at."""

    agent_id: AgentId
    profile: Profile
    able: Abilities
    team_id: str | None
    disabled: bool
    version: int


async def edit_agent(store: Store, edit: Edit, by: By) -> None:
    """Keep an edit. Team, queues, skills and being disabled count at once; the profile waits until ``profile_taken``.

    Raises:
        NotFound: there is no such agent.
        Stale: somebody else edited them meanwhile.
    """

    def work(connection: Connection) -> None:
        row = connection.execute(select(_TABLE).where(_TABLE.c.id == edit.agent_id)).mappings().first()
        if row is None:
            raise NotFound(f"there is no agent {edit.agent_id!r}")
        at_once = {**written_abilities(edit.able), "team_id": edit.team_id, "disabled": edit.disabled}
        was = {**_said(profile_of(row)), **{name: row[name] for name in at_once}}
        wanted = {**_said(edit.profile), **at_once}
        if row["version"] != edit.version:
            told = {name: value for name, value in was.items() if value != wanted[name]}
            raise Stale(f"agent {edit.agent_id!r}", told, row["version"])
        values = {**at_once, "version": edit.version + 1, "next_profile": written(edit.profile)}
        connection.execute(update(_TABLE).where(_TABLE.c.id == edit.agent_id).values(**values))
        note(connection, by, "agent.change", edit.agent_id, difference(was, wanted))

    await store.write(work)


async def profile_taken(store: Store, agent_id: AgentId, profile: Profile) -> None:
    """Note that the agent has taken over an edit; a newer one goes on waiting."""
    this = (_TABLE.c.id == agent_id) & (_TABLE.c.next_profile == written(profile))

    def work(connection: Connection) -> None:
        connection.execute(update(_TABLE).where(this).values(next_profile=""))

    await store.write(work)


def _said(profile: Profile) -> dict[str, Any]:
    return {**asdict(profile), "mode": str(profile.mode)}
