"""Recordings in the store."""

from sqlalchemy import select

from waihu.store.rows import recording_of
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.recording import Recording, RecordingState
from waihu_models.tables import RecordingRow

_TABLE = table(RecordingRow)


_UNFINISHED = (RecordingState.RECORDING.value, RecordingState.FAILED.value)


async def unfinished_recordings(store: Store) -> list[Recording]:
    """Return every recording that was begun and not finished, or could not be kept: the disk may have room again."""
    query = select(_TABLE).where(_TABLE.c.state.in_(_UNFINISHED)).order_by(_TABLE.c.started_at)
    return [recording_of(row) for row in await store.rows(query)]
