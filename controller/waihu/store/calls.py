"""Calls in the store."""

from dataclasses import replace

from sqlalchemy import ColumnElement, literal_column, select

from waihu.store.rows import call_of
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.call import Call, CallState
from waihu_models.disposition import Category
from waihu_models.errors import NotFound
from waihu_models.ids import CallId
from waihu_models.tables import CallRow, DispositionRow

_TABLE, _JUDGED = table(CallRow), table(DispositionRow)


def call_open() -> ColumnElement[bool]:
    """Return the condition for calls that have not ended, in the words of the index that holds only these."""
    return _TABLE.c.state != literal_column(f"'{CallState.ENDED}'")


async def unfinished_calls(store: Store) -> list[Call]:
    """Return every call that has not ended, oldest first."""
    query = select(_TABLE).where(call_open()).order_by(_TABLE.c.dialled_at)
    return [await _judged(store, call_of(row)) for row in await store.rows(query)]


async def _judged(store: Store, call: Call) -> Call:
    """Give a call the meaning its disposition had when it was chosen: a campaign may have its own."""
    if call.disposition is None:
        return call
    chosen = select(_JUDGED.c.category).where(_JUDGED.c.call_id == call.id, _JUDGED.c.code == call.disposition.code)
    rows = await store.rows(chosen.order_by(_JUDGED.c.seq.desc()).limit(1))
    category = Category(rows[0]["category"]) if rows else call.disposition.category
    return replace(call, disposition=replace(call.disposition, category=category))


async def call_by_id(store: Store, call_id: CallId) -> Call:
    """Return one call.

    Raises:
        NotFound: there is none of this id.
    """
    found = await store.rows(select(_TABLE).where(_TABLE.c.id == call_id))
    if not found:
        raise NotFound(f"there is no call {call_id}")
    return call_of(found[0])


async def recent_calls(store: Store, limit: int) -> list[Call]:
    """Return the newest calls, newest first."""
    query = select(_TABLE).order_by(_TABLE.c.dialled_at.desc(), _TABLE.c.id.desc()).limit(limit)
    return [call_of(row) for row in await store.rows(query)]


async def calls_to(store: Store, number: str, limit: int) -> list[CallId]:
    """Return the ids of the newest calls with a number, in either direction, newest first."""
    query = select(_TABLE.c.id).where(_TABLE.c.number_e164 == number).order_by(_TABLE.c.dialled_at.desc()).limit(limit)
    return [CallId(row["id"]) for row in await store.rows(query)]
