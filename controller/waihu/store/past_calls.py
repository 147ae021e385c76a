"""The read model of forecasts and replays: a campaign's past calls, page by page, and its agents' time."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, func, or_, select, true

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.call import CallState, Direction
from waihu_models.ids import CampaignId
from waihu_models.tables import AgentStateRow, CallRow

_CALL, _STRETCH = table(CallRow), table(AgentStateRow)
PAGE = 5000
MOST_PAUSES = 4000
_WANTED = (
    _CALL.c.id,
    _CALL.c.lead_id,
    _CALL.c.agent_id,
    _CALL.c.outcome,
    _CALL.c.hint,
    _CALL.c.ring_timeout_s,
    _CALL.c.dialled_at,
    _CALL.c.answered_at,
    _CALL.c.greeting_ended_at,
    _CALL.c.connected_at,
    _CALL.c.hung_up_at,
    _CALL.c.ended_at,
    _CALL.c.disposition,
)


def _ended(campaign_id: CampaignId) -> ColumnElement[bool]:
    return and_(
        _CALL.c.campaign_id == campaign_id,
        _CALL.c.direction == Direction.OUTBOUND.value,
        _CALL.c.state == CallState.ENDED.value,
    )


async def newest_since(store: Store, campaign_id: CampaignId, most: int) -> datetime | None:
    """Return from when on the campaign has ``most`` ended calls; None: from ever."""
    query = (
        select(_CALL.c.dialled_at)
        .where(_ended(campaign_id))
        .order_by(_CALL.c.dialled_at.desc())
        .offset(most - 1)
        .limit(1)
    )
    found = await store.rows(query)
    return found[0]["dialled_at"] if found else None


async def past_calls(
    store: Store, campaign_id: CampaignId, since: datetime | None, until: datetime | None = None
) -> AsyncIterator[RowMapping]:
    """Yield ended calls that the campaign dialled, the oldest first, a page in memory at a time."""
    after: ColumnElement[bool] = _CALL.c.dialled_at >= since if since else true()
    before: ColumnElement[bool] = _CALL.c.dialled_at < until if until else true()
    query = select(*_WANTED).where(_ended(campaign_id), before).order_by(_CALL.c.dialled_at, _CALL.c.id).limit(PAGE)
    while True:
        page = await store.rows(query.where(after))
        for row in page:
            yield row
        if len(page) < PAGE:
            return
        last = page[-1]
        same = and_(_CALL.c.dialled_at == last["dialled_at"], _CALL.c.id > last["id"])
        after = and_(_CALL.c.dialled_at >= last["dialled_at"], or_(_CALL.c.dialled_at > last["dialled_at"], same))


async def pauses(
    store: Store, agents: Iterable[str], since: datetime, at_work: Iterable[str]
) -> tuple[list[float], int, float]:
    """Return the newest pauses of some agents, how many there were, and their seconds in the states ``at_work``."""
    mine = and_(_STRETCH.c.agent_id.in_(list(agents)), _STRETCH.c.started_at >= since)
    paused = and_(mine, _STRETCH.c.state == "paused")
    newest = select(_STRETCH.c.duration_s).where(paused).order_by(_STRETCH.c.started_at.desc()).limit(MOST_PAUSES)
    sums = select(
        func.count().filter(_STRETCH.c.state == "paused").label("pauses"), func.sum(_STRETCH.c.duration_s).label("s")
    ).where(mine, _STRETCH.c.state.in_(list(at_work)))
    total = (await store.rows(sums))[0]
    return [row["duration_s"] for row in await store.rows(newest)], total["pauses"], total["s"] or 0.0


async def stretches(store: Store, agents: Iterable[str], since: datetime, until: datetime) -> list[RowMapping]:
    """Return the stretches of some agents that touch a span, by agent and time."""
    query = (
        select(_STRETCH.c.agent_id, _STRETCH.c.state, _STRETCH.c.call_id, _STRETCH.c.started_at, _STRETCH.c.ended_at)
        .where(
            _STRETCH.c.agent_id.in_(list(agents)),
            _STRETCH.c.started_at < until,
            _STRETCH.c.ended_at > since,
        )
        .order_by(_STRETCH.c.agent_id, _STRETCH.c.started_at)
    )
    return await store.rows(query)
