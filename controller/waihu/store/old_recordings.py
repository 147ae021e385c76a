"""Recordings that have been kept long enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from waihu.store.audit import By, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.recording import RecordingState
from waihu_models.tables import RecordingRow

_TABLE = table(RecordingRow)
_KEPT = (RecordingState.STORED.value, RecordingState.REPAIRED.value)


@dataclass(frozen=True, slots=True)
class OldRecording:
    """A recording to be deleted; ``path`` is relative to the recordings folder."""

    id: str
    path: str


async def recordings_before(store: Store, at: datetime, limit: int) -> list[OldRecording]:
    """Return kept recordings that began before a moment, oldest first."""
    query = (
        select(_TABLE.c.id, _TABLE.c.path)
        .where(_TABLE.c.state.in_(_KEPT), _TABLE.c.started_at < at)
        .order_by(_TABLE.c.id)
        .limit(limit)
    )
    return [OldRecording(row["id"], row["path"]) for row in await store.rows(query)]


async def mark_deleted(store: Store, ids: Sequence[str], by: By, why: str) -> None:
    """Note that files are gone; the rows stay, without a path."""

    def work(connection: Connection) -> None:
        gone = {"state": RecordingState.DELETED.value, "path": "", "error": why}
        connection.execute(update(_TABLE).where(_TABLE.c.id.in_(ids)).values(**gone))
        note(connection, by, "recordings.delete", f"{len(ids)} recordings", f"{why}: {ids[0]} to {ids[-1]}")

    await store.write(work)
