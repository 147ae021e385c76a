"""Imports of files that were sent to the program, as they stand."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from waihu.store.audit import By, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import Conflict, NotFound
from waihu_models.ids import new_id
from waihu_models.tables import CampaignRow, ImportRow

_JOB, _CAMPAIGN = table(ImportRow), table(CampaignRow)


class ImportState(StrEnum):
    """How far an import is."""

    ANALYSED = "analysed"  # looked at; waits for a person to start it
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"  # the program ended in the middle of it


UNDER_WAY = (ImportState.QUEUED, ImportState.RUNNING)
AGAIN = (ImportState.FAILED, ImportState.CANCELLED, ImportState.INTERRUPTED)
"""From these it can be begun again: what is on the list already is passed over."""


async def add_job(store: Store, values: Mapping[str, Any], by: By) -> str:
    """Keep a new import; return its id."""
    job_id = new_id()
    row = {**values, "id": job_id, "started_at": by.at, "actor": by.actor}

    def work(connection: Connection) -> None:
        connection.execute(insert(_JOB), row)
        note(connection, by, "import.upload", job_id, f"{row['file_name']}, SHA-256 {row['sha256']}")

    await store.write(work)
    return job_id


async def job_row(store: Store, job_id: str, visible_campaigns: ColumnElement[bool]) -> RowMapping:
    """Return one import.

    Raises:
        NotFound: there is none, or its campaign may not be seen.
    """
    campaigns = select(_CAMPAIGN.c.id).where(visible_campaigns)
    rows = await store.rows(select(_JOB).where(_JOB.c.id == job_id, _JOB.c.campaign_id.in_(campaigns)))
    if not rows:
        raise NotFound(f"there is no import {job_id!r}")
    return rows[0]


async def jobs_of(store: Store, campaign_id: str, limit: int) -> list[RowMapping]:
    """Return the newest imports of a campaign, newest first."""
    query = select(_JOB).where(_JOB.c.campaign_id == campaign_id)
    return await store.rows(query.order_by(_JOB.c.started_at.desc(), _JOB.c.id.desc()).limit(limit))


async def same_file(store: Store, campaign_id: str, sha256: str) -> list[RowMapping]:
    """Return imports of the same file into a campaign that brought something, newest first."""
    same = (_JOB.c.campaign_id == campaign_id, _JOB.c.sha256 == sha256, _JOB.c.imported > 0)
    return await store.rows(select(_JOB).where(*same).order_by(_JOB.c.started_at.desc()).limit(5))


async def move_job(
    store: Store, job_id: str, state: ImportState, known: Collection[ImportState], by: By | None = None, **values: Any
) -> None:
    """Let an import go from one of the ``known`` states to another.

    Raises:
        Conflict: it is in none of them (any more).
    """

    def work(connection: Connection) -> None:
        this = (_JOB.c.id == job_id, _JOB.c.state.in_([str(one) for one in known]))
        if connection.execute(update(_JOB).where(*this).values(**values, state=str(state))).rowcount == 0:
            present = connection.execute(select(_JOB.c.state).where(_JOB.c.id == job_id)).scalar()
            raise Conflict(f"the import is {present}")
        note(connection, by, f"import.{state}", job_id)

    await store.write(work)


async def save_progress(store: Store, job_id: str, counts: Mapping[str, int]) -> None:
    """Keep how far a running import is."""
    this = (_JOB.c.id == job_id, _JOB.c.state == ImportState.RUNNING.value)
    await store.write(lambda connection: connection.execute(update(_JOB).where(*this).values(**counts)) and None)


async def interrupt_all(store: Store, problem: str, at: datetime) -> list[RowMapping]:
    """Say of every import that was under way that the program ended in the middle of it; return them.

    Those of commands, which run by themselves, are left alone.
    """
    ours = (_JOB.c.state.in_([str(one) for one in UNDER_WAY]), _JOB.c.kept_as != "")
    rows = await store.rows(select(_JOB).where(*ours))
    if rows:
        values = {"state": str(ImportState.INTERRUPTED), "problem": problem, "ended_at": at}
        await store.write(lambda connection: connection.execute(update(_JOB).where(*ours).values(**values)) and None)
    return rows


async def kept_files(store: Store) -> list[RowMapping]:
    """Return ``kept_as``, ``state`` and ``started_at`` of every import whose file is kept."""
    return await store.rows(
        select(_JOB.c.id, _JOB.c.kept_as, _JOB.c.state, _JOB.c.started_at).where(_JOB.c.kept_as != "")
    )


async def file_gone(store: Store, kept_as: str) -> None:
    """Note that a file is no longer kept."""
    await store.write(
        lambda connection: connection.execute(
            update(_JOB).where(_JOB.c.kept_as == kept_as).values(kept_as="")
        ) and None
    )  # fmt: skip
