"""The outbox: events waiting to be delivered."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.tables import OutboxRow

_TABLE = table(OutboxRow)


async def unpublished(store: Store, limit: int) -> list[OutboxRow]:
    """Return the oldest events not delivered yet."""
    query = select(_TABLE).where(_TABLE.c.published_at.is_(None)).order_by(_TABLE.c.seq).limit(limit)
    return [OutboxRow(**row) for row in await store.rows(query)]


async def mark_published(store: Store, seqs: Sequence[int], at: datetime) -> None:
    """Note that events were delivered."""

    def work(connection: Connection) -> None:
        connection.execute(update(_TABLE).where(_TABLE.c.seq.in_(seqs)).values(published_at=at))

    await store.write(work)
