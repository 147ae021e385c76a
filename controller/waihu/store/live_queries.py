"""What live screens start from, and the few things they read again from time to time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, case, func, select

from waihu.store.rows import call_of
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.call import Call, CallState, Direction
from waihu_models.campaign import CampaignState, DialMode
from waihu_models.disposition import Category
from waihu_models.ids import AgentId, CampaignId
from waihu_models.lead import LeadState
from waihu_models.outcome import LIVE_ANSWERS, Outcome
from waihu_models.tables import AgentRow, CallRow, CampaignRow, DispositionRow, LeadRow

_CALL, _LEAD = table(CallRow), table(LeadRow)
_AGENT, _CAMPAIGN, _DISPOSITION = table(AgentRow), table(CampaignRow), table(DispositionRow)
_OUTBOUND = _CALL.c.direction == str(Direction.OUTBOUND)
_ENDED = _CALL.c.state == str(CallState.ENDED)
LEFT = (LeadState.NEW, LeadState.RETRY, LeadState.CALLBACK, LeadState.DIALLING)
"""States of leads that may still be called."""


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _sold() -> ColumnElement[bool]:
    successes = select(_DISPOSITION.c.code).where(_DISPOSITION.c.category == str(Category.SUCCESS)).distinct()
    return _CALL.c.disposition.in_(successes)


async def ended_counts(store: Store, since: datetime, until: datetime) -> list[RowMapping]:
    """Return what became of the calls that were dialled in a span and have ended, for each campaign (None: of none)."""
    live = [str(outcome) for outcome in LIVE_ANSWERS]
    query = (
        select(
            _CALL.c.campaign_id,
            _sum(_OUTBOUND).label("attempts"),
            _sum(~_OUTBOUND).label("inbound"),
            _sum(_OUTBOUND & _CALL.c.answered_at.is_not(None)).label("answered"),
            _sum(_OUTBOUND & func.coalesce(_CALL.c.outcome, "").in_(live)).label("live_answers"),
            _sum(_OUTBOUND & (func.coalesce(_CALL.c.outcome, "") == str(Outcome.MACHINE))).label("machines"),
            _sum(_OUTBOUND & (func.coalesce(_CALL.c.outcome, "") == str(Outcome.ABANDONED))).label("abandoned"),
            _sum(_OUTBOUND & _CALL.c.connected_at.is_not(None)).label("contacts"),
            _sum(_sold()).label("sales"),
        )
        .where(_CALL.c.dialled_at >= since, _CALL.c.dialled_at < until, _ENDED)
        .group_by(_CALL.c.campaign_id)
    )
    return await store.rows(query)


async def ended_of_agents(store: Store, since: datetime) -> list[RowMapping]:
    """Return of each agent how many of the calls dialled since then, and ended, they had, and how many were sales."""
    query = (
        select(_CALL.c.agent_id, _sum(_CALL.c.connected_at.is_not(None)).label("calls"), _sum(_sold()).label("sales"))
        .where(_CALL.c.dialled_at >= since, _ENDED, _CALL.c.agent_id.is_not(None))
        .group_by(_CALL.c.agent_id)
    )
    return await store.rows(query)


async def ended_since(store: Store, since: datetime) -> list[Call]:
    """Return the calls that were dialled since then and have ended."""
    return [call_of(row) for row in await store.rows(select(_CALL).where(_CALL.c.dialled_at >= since, _ENDED))]


async def ended_in_queues(store: Store, since: datetime) -> list[RowMapping]:
    """Return queue, its beginning, the agent's coming and whether they gave up, of ended calls that were in a queue."""
    columns = (_CALL.c.queue, _CALL.c.queue_since, _CALL.c.connected_at, _CALL.c.callback_asked)
    return await store.rows(select(*columns).where(_CALL.c.dialled_at >= since, _ENDED, _CALL.c.queue != ""))


async def leads_left(store: Store, campaigns: Iterable[CampaignId]) -> dict[CampaignId, int]:
    """Return how many leads of each of these campaigns may still be called."""
    states = [str(state) for state in LEFT]
    wanted = list(campaigns)
    query = (
        select(_LEAD.c.campaign_id, func.count().label("leads"))
        .where(_LEAD.c.campaign_id.in_(wanted), _LEAD.c.state.in_(states))
        .group_by(_LEAD.c.campaign_id)
    )

    def work(connection: Connection) -> dict[CampaignId, int]:
        counted = {row.campaign_id: row.leads for row in connection.execute(query)}
        return {campaign_id: int(counted.get(campaign_id, 0)) for campaign_id in wanted}

    return await store.read(work)


@dataclass(frozen=True, slots=True)
class CampaignCard:
    """What a campaign is called, whose it is, and what its agents read out."""

    name: str
    mode: DialMode
    state: CampaignState
    team_id: str | None
    script: str


@dataclass(frozen=True, slots=True)
class Rosters:
    """Whose each agent and each campaign is; a team of None is everybody."""

    agents: Mapping[AgentId, str | None]
    campaigns: Mapping[CampaignId, CampaignCard]


async def rosters(store: Store) -> Rosters:
    """Return the teams of all agents and campaigns."""
    agents = select(_AGENT.c.id, _AGENT.c.team_id)
    script = _CAMPAIGN.c.rules["script"].as_string()
    columns = (_CAMPAIGN.c.name, _CAMPAIGN.c.mode, _CAMPAIGN.c.state, _CAMPAIGN.c.team_id, script)
    campaigns = select(_CAMPAIGN.c.id, *columns)

    def work(connection: Connection) -> Rosters:
        cards = {
            CampaignId(key): CampaignCard(name, DialMode(mode), CampaignState(state), team_id, script or "")
            for key, name, mode, state, team_id, script in connection.execute(campaigns)
        }
        return Rosters({AgentId(key): team_id for key, team_id in connection.execute(agents)}, cards)

    return await store.read(work)
