"""What keeps the order of a list true: ranks after a change of weights, and leads whose moment has come.

Both are done in pieces of bounded size, so that calls never wait long for the writer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from waihu.dialer.lead_order import OTHER_LISTS, lanes, order_mark, priority_of, rank
from waihu.store.rows import lead_of
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.campaign import Campaign
from waihu_models.ids import CampaignId, LeadId
from waihu_models.lead import LeadState
from waihu_models.tables import CallRow, CampaignRow, DispositionRow, LeadRow

_LEAD, _CAMPAIGN = table(LeadRow), table(CampaignRow)
_CALL, _DISPOSITION = table(CallRow), table(DispositionRow)
_WAITING = (LeadState.NEW.value, LeadState.RETRY.value)


async def let_in(store: Store, campaign_id: CampaignId, known_lanes: Sequence[int], now: datetime, most: int) -> int:
    """Bring leads whose moment has come into the order of those that wait for none; return how many it were.

    Without it, leads put off together, a night's worth of them, would be called by how long they have been due.
    """
    here = (_LEAD.c.campaign_id == campaign_id) & _LEAD.c.lane.in_(known_lanes) & _LEAD.c.state.in_(_WAITING)
    due = select(_LEAD.c.id).where(here, _LEAD.c.next_at <= now).limit(most)
    if not await store.rows(due.limit(1)):
        return 0
    change = update(_LEAD).where(_LEAD.c.id.in_(due)).values(next_at=None)
    return await store.write(lambda connection: connection.execute(change).rowcount)


async def is_ordered(store: Store, campaign: Campaign) -> bool:
    """Say whether the whole list has the ranks its campaign's rules ask for."""
    found = await store.rows(select(_CAMPAIGN.c.order_mark).where(_CAMPAIGN.c.id == campaign.id))
    return not found or found[0]["order_mark"] == order_mark(campaign.order)


async def order_anew(store: Store, campaign: Campaign, after: LeadId | None, most: int) -> LeadId | None:
    """Rank the next leads of a list, by id, and return the last of them; None when the whole list is ranked."""
    query = select(_LEAD).where(_LEAD.c.campaign_id == campaign.id).order_by(_LEAD.c.id).limit(most)
    if after is not None:
        query = query.where(_LEAD.c.id > after)
    known = lanes(campaign.order)
    one = update(_LEAD).where(_LEAD.c.id == bindparam("key"))
    change = one.values(priority=bindparam("p"), rank=bindparam("r"), lane=bindparam("l"))

    def work(connection: Connection) -> LeadId | None:
        leads = [lead_of(row) for row in connection.execute(query).mappings()]
        rows = [
            {
                "key": lead.id,
                "p": priority_of(lead, campaign.order),
                "r": rank(lead, campaign.order),
                "l": known.get(lead.list_name, OTHER_LISTS),
            }
            for lead in leads
        ]
        if rows:
            connection.execute(change, rows)
        if len(rows) == most:
            return leads[-1].id
        mark = update(_CAMPAIGN).where(_CAMPAIGN.c.id == campaign.id).values(order_mark=order_mark(campaign.order))
        connection.execute(mark)
        return None

    return await store.write(work)


async def successes(store: Store, campaign_id: CampaignId) -> dict[str, int]:
    """Return for each list how many of its leads were judged a success."""
    judged: Any = (
        select(_CALL.c.lead_id)
        .join(_DISPOSITION, _DISPOSITION.c.call_id == _CALL.c.id)
        .where(_DISPOSITION.c.campaign_id == campaign_id, _DISPOSITION.c.category == "success")
        .distinct()
    )
    done = (_LEAD.c.campaign_id == campaign_id) & (_LEAD.c.state == LeadState.DONE.value) & _LEAD.c.id.in_(judged)
    query = select(_LEAD.c.list_name, func.count().label("count")).where(done).group_by(_LEAD.c.list_name)
    return {row["list_name"]: row["count"] for row in await store.rows(query)}
