"""Calls in the store."""

from sqlalchemy import ColumnElement, literal_column, select

from waihu.store.rows import call_of
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.call import Call, CallState
from waihu_models.errors import NotFound
from waihu_models.ids import CallId
from waihu_models.tables import CallRow

_TABLE = table(CallRow)


def call_open() -> ColumnElement[bool]:
    """Return the condition for calls that have not ended, in the words of the index that holds only these."""
    return _TABLE.c.state != literal_column(f"'{CallState.ENDED}'")


async def unfinished_calls(store: Store) -> list[Call]:
    """Return every call that has not ended, oldest first."""
    query = select(_TABLE).where(call_open()).order_by(_TABLE.c.dialled_at)
    return [call_of(row) for row in await store.rows(query)]


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
