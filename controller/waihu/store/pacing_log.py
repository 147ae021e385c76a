"""What the pacer decided, for people who ask why."""

from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, select

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.ids import CampaignId
from waihu_models.tables import PacingRow

_TABLE = table(PacingRow)


async def latest_decisions(store: Store, campaign_id: CampaignId, limit: int) -> list[RowMapping]:
    """Return the newest decisions of a campaign, newest first."""
    query = select(_TABLE).where(_TABLE.c.campaign_id == campaign_id).order_by(_TABLE.c.at.desc(), _TABLE.c.seq.desc())
    return await store.rows(query.limit(limit))


async def forget_decisions(store: Store, campaign_id: CampaignId, before: datetime) -> int:
    """Delete the decisions of a campaign taken before a moment; return how many."""
    old = (_TABLE.c.campaign_id == campaign_id) & (_TABLE.c.at < before)

    def work(connection: Connection) -> int:
        return connection.execute(delete(_TABLE).where(old)).rowcount

    return await store.write(work)
