"""How the legs of calls sounded: of one call, and summed up by trunk and by agent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, case, func, select, true

from waihu.store.media_rows import LEG_FIELDS
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.media import BAD_MOS, LegQuality, LegSide
from waihu_models.tables import AgentRow, LegMediaRow

_LEG, _AGENT = table(LegMediaRow).c, table(AgentRow)
MOST_OF_CALL = 20
MOST_GROUPS = 500
"""Agents, or trunks, of a summary: the ones with most legs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSummary:
    """How the legs of one trunk, or of one agent, sounded; each leg counts once, ``worst`` is of all looks."""

    name: str
    legs: int
    bad_legs: int  # of which nearly everybody would complain
    loss_in_ratio: float
    loss_out_ratio: float
    jitter_in_ms: float
    jitter_out_ms: float
    round_trip_ms: float | None
    mos: float
    mos_worst: float

    @property
    def bad_ratio(self) -> float:
        """Share of the legs that were bad."""
        return self.bad_legs / self.legs if self.legs else 0.0


async def legs_of_call(store: Store, call_id: str) -> list[LegQuality]:
    """Return how the legs of a call sounded, the customer's first."""
    query = select(_LEG.call_id.table).where(_LEG.call_id == call_id).order_by(_LEG.side.desc(), _LEG.at)
    return [_quality(row) for row in await store.rows(query.limit(MOST_OF_CALL))]


async def media_by_trunk(store: Store, since: datetime) -> list[MediaSummary]:
    """Return how the customers' legs of each trunk sounded that were over since a moment."""
    return await _summed(store, _LEG.trunk, LegSide.CUSTOMER, since)


async def media_by_agent(
    store: Store, since: datetime, visible: ColumnElement[bool] | None = None
) -> list[MediaSummary]:
    """Return how the agents' own legs sounded that were over since a moment, of those agents that are visible."""
    chosen = true() if visible is None else _LEG.agent_id.in_(select(_AGENT.c.id).where(visible))
    return await _summed(store, _LEG.agent_id, LegSide.AGENT, since, chosen)


async def _summed(
    store: Store, by: Any, side: LegSide, since: datetime, chosen: ColumnElement[bool] | None = None
) -> list[MediaSummary]:
    means = ("loss_in_ratio", "loss_out_ratio", "jitter_in_ms", "jitter_out_ms", "round_trip_ms", "mos")
    query = (
        select(
            by.label("name"),
            func.count().label("legs"),
            func.sum(case((_LEG.mos < BAD_MOS, 1), else_=0)).label("bad_legs"),
            *(func.avg(_LEG[name]).label(name) for name in means),
            func.min(_LEG.mos_worst).label("mos_worst"),
        )
        .where(_LEG.side == str(side), _LEG.at >= since, by.is_not(None), true() if chosen is None else chosen)
        .group_by(by)
        .order_by(func.count().desc(), by)
        .limit(MOST_GROUPS)
    )
    return [MediaSummary(**row) for row in await store.rows(query)]


def _quality(row: RowMapping) -> LegQuality:
    return LegQuality(side=LegSide(row["side"]), **{name: row[name] for name in LEG_FIELDS})
