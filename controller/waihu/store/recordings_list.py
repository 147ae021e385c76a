"""Recordings as people look for them: newest first, a page at a time."""

from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, or_, select

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import NotFound
from waihu_models.tables import CallRow, RecordingRow

_RECORDING, _CALL = table(RecordingRow), table(CallRow)
_TOLD = select(_RECORDING, _CALL.c.agent_id, _CALL.c.campaign_id, _CALL.c.customer_id, _CALL.c.talk_s).select_from(
    _RECORDING.join(_CALL, _CALL.c.id == _RECORDING.c.call_id)
)


async def find_recordings(
    store: Store, visible: ColumnElement[bool], after: tuple[datetime, str] | None, limit: int
) -> list[RowMapping]:
    """Return the next recordings that may be heard, one more than ``limit`` if there are more.

    Args:
        store: Where.
        visible: A condition on ``call``.
        after: Moment of dialling and call id of the last one shown.
        limit: How many.
    """
    # In the order of the calls: they have an index by time, and their scope is decided by the call anyway.
    query = _TOLD.add_columns(_CALL.c.dialled_at).where(visible, _CALL.c.recording_id.is_not(None))
    if after is not None:
        at, call_id = after
        same = and_(_CALL.c.dialled_at == at, _CALL.c.id < call_id)
        query = query.where(_CALL.c.dialled_at <= at, or_(_CALL.c.dialled_at < at, same))
    return await store.rows(query.order_by(_CALL.c.dialled_at.desc(), _CALL.c.id.desc()).limit(limit + 1))


async def recording_row(store: Store, recording_id: str, visible: ColumnElement[bool]) -> RowMapping:
    """Return one recording.

    Raises:
        NotFound: there is none that may be heard.
    """
    rows = await store.rows(_TOLD.where(_RECORDING.c.id == recording_id, visible))
    if not rows:
        raise NotFound(f"there is no recording {recording_id!r}")
    return rows[0]
