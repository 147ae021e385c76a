"""What commands and other programs changed of leads and do-not-call lists, as the outbox tells it."""

from sqlalchemy import func, or_, select, true

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.ids import LeadId
from waihu_models.tables import OutboxRow

_TABLE = table(OutboxRow)
LEAD_CHANGED = "lead.changed"
_LISTS = "do_not_call."
MOST = 10_000


async def newest(store: Store) -> int:
    """Return the place in the outbox after which everything is still to come."""
    return int((await store.rows(select(func.coalesce(func.max(_TABLE.c.seq), 0).label("seq"))))[0]["seq"])


async def changed_since(store: Store, seq: int) -> tuple[int, frozenset[LeadId], bool]:
    """Return the new place, the leads that were changed, and whether a do-not-call list was."""
    of_lists = or_(_TABLE.c.topic == LEAD_CHANGED, _TABLE.c.topic.startswith(_LISTS))
    changes = select(_TABLE.c.seq, _TABLE.c.topic, _TABLE.c.key).where(_TABLE.c.seq > seq, of_lists)
    first = changes.order_by(_TABLE.c.seq).limit(MOST).subquery()
    # One question instead of two: it is asked all day long.
    place = select(func.coalesce(func.max(_TABLE.c.seq), 0).label("newest")).subquery()
    rows = await store.rows(select(place.c.newest, first).select_from(place.outerjoin(first, true())))
    found = [row for row in rows if row["seq"] is not None]
    leads = frozenset(LeadId(row["key"]) for row in found if row["topic"] == LEAD_CHANGED)
    reached = found[-1]["seq"] if len(found) == MOST else rows[0]["newest"]
    return max(seq, reached), leads, any(row["topic"] != LEAD_CHANGED for row in found)
