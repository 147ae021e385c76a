"""Recordings in the store."""

from sqlalchemy import Connection, select, update

from waihu.store.audit import By, note
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


async def recording_of_call(store: Store, call_id: str) -> Recording | None:
    """Return the recording of a call; None: there is none, or it is not finished."""
    rows = await store.rows(select(_TABLE).where(_TABLE.c.call_id == call_id).limit(1))
    return recording_of(rows[0]) if rows else None


async def change_file(store: Store, old: Recording, new: Recording, by: By, why: str) -> bool:
    """Let another file take the place of a recording's, and put it on record; False: it is not as it was any more."""

    def work(connection: Connection) -> bool:
        same = (_TABLE.c.id == old.id) & (_TABLE.c.path == old.path) & (_TABLE.c.state == old.state.value)
        values = {"path": new.path, "sha256": new.sha256, "size_bytes": new.size_bytes}
        if connection.execute(update(_TABLE).where(same).values(**values)).rowcount != 1:
            return False
        note(connection, by, "recording.silence", old.id, f"{why}; sha256 {old.sha256} → {new.sha256}")
        return True

    return await store.write(work)
