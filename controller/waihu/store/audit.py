"""The audit log: who did what, each row carrying the hash of the one before. ``Unit.add_audit`` writes it."""

from sqlalchemy import select

from waihu.store.batch import chain
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.tables import AuditRow

_TABLE = table(AuditRow)
_PAGE = 10_000


async def first_broken_link(store: Store) -> int | None:
    """Return the ``seq`` of the first row that was changed, or follows a missing one; None: the log is whole.

    Rows cut off at the end leave no trace in the log itself: keep the newest hash somewhere else to see that.
    """
    last, seq = "", 0
    while True:
        page = await store.rows(select(_TABLE).where(_TABLE.c.seq > seq).order_by(_TABLE.c.seq).limit(_PAGE))
        for row in page:
            if row["prev_hash"] != last or row["hash"] != chain(last, row):
                return int(row["seq"])
            last, seq = row["hash"], row["seq"]
        if len(page) < _PAGE:
            return None
