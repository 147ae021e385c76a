"""The audit log: who did what, each row carrying the hash of the one before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from waihu.store import batch
from waihu.store.statements import statements, table
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu_models.tables import AuditRow

_TABLE = table(AuditRow)
_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, and when. ``actor`` names kind and person: ``shell:ada``, ``agent:1001``."""

    actor: str
    at: datetime


def note(connection: Connection, by: By | None, action: str, object_id: str, detail: str = "") -> None:
    """Write a row in the transaction of what it tells of; None: the program did it by itself, nothing is written."""
    if by is not None:
        unit = Unit()
        unit.add_audit(by.actor, action, object_id, detail, by.at)
        batch.write(connection, statements(connection.dialect), [unit])


def difference(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Say in a line what changed between two rows."""
    return ", ".join(f"{name}: {old.get(name)} → {new[name]}" for name in new if old.get(name) != new[name])


async def latest(store: Store, limit: int) -> list[RowMapping]:
    """Return the newest rows, newest first."""
    return await store.rows(select(_TABLE).order_by(_TABLE.c.seq.desc()).limit(limit))


async def history(
    store: Store, action: str, before_seq: int | None, limit: int, *, actor: str = ""
) -> list[RowMapping]:
    """Return rows whose action and actor begin so, newest first, older than ``before_seq`` (None: from now on)."""
    query = select(_TABLE).where(_TABLE.c.action.startswith(action, autoescape=True))
    if actor:
        query = query.where(_TABLE.c.actor.startswith(actor, autoescape=True))
    if before_seq is not None:
        query = query.where(_TABLE.c.seq < before_seq)
    return await store.rows(query.order_by(_TABLE.c.seq.desc()).limit(limit))


async def first_broken_link(store: Store) -> int | None:
    """Return the ``seq`` of the first row that was changed, or follows a missing one; None: the log is whole.

    Rows cut off at the end leave no trace in the log itself: keep the newest hash somewhere else to see that.
    """
    last, seq = "", 0
    while True:
        page = await store.rows(select(_TABLE).where(_TABLE.c.seq > seq).order_by(_TABLE.c.seq).limit(_PAGE))
        for row in page:
            if row["prev_hash"] != last or row["hash"] != batch.chain(last, row):
                return int(row["seq"])
            last, seq = row["hash"], row["seq"]
        if len(page) < _PAGE:
            return None
