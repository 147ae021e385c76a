"""Answers to requests that carry an idempotency key, kept for a day."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.tables import KeptAnswerRow

_TABLE = table(KeptAnswerRow)
KEPT = timedelta(hours=24)


async def kept_answer(store: Store, user_id: str, key: str, now: datetime) -> RowMapping | None:
    """Return the answer given to this key before."""
    where = (_TABLE.c.user_id == user_id, _TABLE.c.key == key, _TABLE.c.at > now - KEPT)
    rows = await store.rows(select(_TABLE).where(*where))
    return rows[0] if rows else None


async def keep_answer(store: Store, values: dict[str, Any]) -> None:
    """Keep an answer, and throw away those that are a day old."""

    def work(connection: Connection) -> None:
        connection.execute(delete(_TABLE).where(_TABLE.c.at < values["at"] - KEPT))
        same = (_TABLE.c.user_id == values["user_id"]) & (_TABLE.c.key == values["key"])
        connection.execute(delete(_TABLE).where(same))
        connection.execute(insert(_TABLE), values)

    await store.write(work)
