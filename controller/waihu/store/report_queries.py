"""The read model of reports: sums and counts, made by the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, func, select, true

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.ids import CampaignId
from waihu_models.tables import AgentRow, AgentStateRow, CallRow, DispositionRow, LeadRow, RecordingRow

_CALL, _STRETCH, _AGENT = table(CallRow), table(AgentStateRow), table(AgentRow)
_RECORDING, _DISPOSITION, _LEAD = table(RecordingRow), table(DispositionRow), table(LeadRow)


@dataclass(frozen=True, slots=True)
class Span:
    """What a report is about; None: no limit on that side."""

    campaign_id: CampaignId | None = None
    since: datetime | None = None
    until: datetime | None = None

    def calls(self) -> ColumnElement[bool]:
        """Return the condition for calls dialled in the span."""
        wanted: list[ColumnElement[bool]] = [true()]
        if self.campaign_id is not None:
            wanted.append(_CALL.c.campaign_id == self.campaign_id)
        if self.since is not None:
            wanted.append(_CALL.c.dialled_at >= self.since)
        if self.until is not None:
            wanted.append(_CALL.c.dialled_at < self.until)
        return and_(*wanted)


async def outcomes(store: Store, span: Span, direction: str) -> dict[str | None, int]:
    """Return how many calls ended how; None: not decided yet."""
    query = (
        select(_CALL.c.outcome, func.count().label("count"))
        .where(span.calls(), _CALL.c.direction == direction)
        .group_by(_CALL.c.outcome)
    )
    return {row["outcome"]: row["count"] for row in await store.rows(query)}


async def connections(store: Store, span: Span) -> list[RowMapping]:
    """Return of each connected call: agent, and when it was answered, greeted, connected, hung up."""
    query = select(
        _CALL.c.agent_id, _CALL.c.answered_at, _CALL.c.greeting_ended_at, _CALL.c.connected_at, _CALL.c.hung_up_at
    ).where(span.calls(), _CALL.c.connected_at.is_not(None))
    return await store.rows(query)


async def dispositions(store: Store, span: Span) -> dict[str, int]:
    """Return how many calls were given each disposition; of several given to one call the last counts."""
    query = (
        select(_CALL.c.disposition, func.count().label("count"))
        .where(span.calls(), _CALL.c.disposition.is_not(None))
        .group_by(_CALL.c.disposition)
    )
    return {row["disposition"]: row["count"] for row in await store.rows(query)}


async def recordings(store: Store, span: Span) -> list[RowMapping]:
    """Return count and seconds of recordings by state."""
    query = (
        select(_RECORDING.c.state, func.count().label("count"), func.sum(_RECORDING.c.duration_s).label("seconds"))
        .join(_CALL, _CALL.c.id == _RECORDING.c.call_id)
        .where(span.calls())
        .group_by(_RECORDING.c.state)
    )
    return await store.rows(query)


async def stretches(store: Store, span: Span) -> list[RowMapping]:
    """Return seconds and number of stretches for each agent and state, by when the stretch ended."""
    wanted: list[ColumnElement[bool]] = [true()]
    if span.since is not None:
        wanted.append(_STRETCH.c.ended_at >= span.since)
    if span.until is not None:
        wanted.append(_STRETCH.c.ended_at < span.until)
    query = (
        select(
            _STRETCH.c.agent_id,
            _STRETCH.c.state,
            func.sum(_STRETCH.c.duration_s).label("seconds"),
            func.count().label("count"),
        )
        .where(*wanted)
        .group_by(_STRETCH.c.agent_id, _STRETCH.c.state)
    )
    return await store.rows(query)


async def present_states(store: Store) -> list[RowMapping]:
    """Return of each agent: name, state, and since when."""
    return await store.rows(select(_AGENT.c.id, _AGENT.c.name, _AGENT.c.state, _AGENT.c.state_since))


async def leads(store: Store, span: Span) -> dict[str, int]:
    """Return how many leads are in each state now."""
    query = select(_LEAD.c.state, func.count().label("count")).group_by(_LEAD.c.state)
    if span.campaign_id is not None:
        query = query.where(_LEAD.c.campaign_id == span.campaign_id)
    return {row["state"]: row["count"] for row in await store.rows(query)}
