"""What waits to be transcribed from recordings: a queue in the store, one job a call, held by a lease while done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Update, and_, func, insert, or_, select, update

from waihu.store import batch
from waihu.store.audit import By, note
from waihu.store.statements import statements, table
from waihu.store.store import Store
from waihu.store.transcript_rows import job_of, transcript_of
from waihu.store.transcripts import HeardSide, put_side
from waihu.store.unit import Unit
from waihu_models.call import CallState
from waihu_models.errors import Conflict, NotFound, Stale
from waihu_models.recording import RecordingState
from waihu_models.tables import CallRow, RecordingRow, TranscriptionJobRow, TranscriptRow
from waihu_models.transcript import Transcript, TranscriptState
from waihu_models.transcription import JobState, TranscriptionJob

_JOB, _TRANSCRIPT = table(TranscriptionJobRow), table(TranscriptRow)
_CALL, _RECORDING = table(CallRow), table(RecordingRow)
CUT_OFF = "the program ended while it was transcribed"
_AGAIN = {"attempts": 0, "holder": "", "lease_until": None, "ended_at": None, "reason": ""}


async def enqueue(store: Store, call_id: str, now: datetime, *, again: bool = False) -> bool:
    """Let the recording of a call with transcripts be looked at, once; return whether it will be.

    Args:
        store: Where.
        call_id: Which call.
        now: When.
        again: Also where it was set aside: the recording is another one now.
    """

    def work(connection: Connection) -> bool:
        heard = connection.execute(select(_TRANSCRIPT.c.side).where(_TRANSCRIPT.c.call_id == call_id)).first()
        state = connection.execute(select(_JOB.c.state).where(_JOB.c.call_id == call_id)).scalar()
        if again and state == JobState.SET_ASIDE:
            _begin_again(connection, call_id, next_at=now)
            return True
        if heard is None or state is not None:
            return False
        row = {"call_id": call_id, "state": JobState.WAITING.value, "next_at": now, "created_at": now}
        connection.execute(insert(_JOB).values(**row))
        return True

    return await store.write(work)


def _begin_again(connection: Connection, call_id: str, **values: Any) -> None:
    waiting = {**_AGAIN, "state": JobState.WAITING.value, **values}
    connection.execute(_changed(_JOB.c.call_id == call_id, **waiting))
    failed = and_(_TRANSCRIPT.c.call_id == call_id, _TRANSCRIPT.c.state == TranscriptState.FAILED.value)
    deferred = {"state": TranscriptState.DEFERRED.value, "reason": ""}
    connection.execute(update(_TRANSCRIPT).where(failed).values(**deferred))


async def ask(store: Store, transcripts: Sequence[Transcript], by: By) -> None:
    """Let a recording be transcribed, once more if it was before, because somebody asks for it.

    Args:
        store: Where.
        transcripts: Of the sides of the call that are to be transcribed, as they are from now on.
        by: Who asks.
    Raises:
        Conflict: it is waiting or being done already.
    """
    call_id = transcripts[0].call_id

    def work(connection: Connection) -> None:
        state = connection.execute(select(_JOB.c.state).where(_JOB.c.call_id == call_id)).scalar()
        if state in {JobState.WAITING, JobState.RUNNING}:
            raise Conflict(f"the transcription of this call is {state} already")
        row = {**_AGAIN, "state": JobState.WAITING.value, "next_at": by.at, "asked_by": by.actor}
        if state is None:
            connection.execute(insert(_JOB).values(call_id=call_id, created_at=by.at, **row))
        else:
            connection.execute(_changed(_JOB.c.call_id == call_id, **row))
        unit = Unit()
        for transcript in transcripts:
            unit.save_transcript(transcript)
        batch.write(connection, statements(connection.dialect), [unit])
        note(connection, by, "transcript.ask", call_id)

    await store.write(work)


def _changed(which: ColumnElement[bool], **values: Any) -> Update:
    return update(_JOB).where(which).values(version=_JOB.c.version + 1, **values)


async def claim(store: Store, holder: str, now: datetime, until: datetime) -> TranscriptionJob | None:
    """Take the job that has waited longest, or one whose holder is gone; None: there is nothing to do now."""
    due = and_(_JOB.c.state == JobState.WAITING.value, _JOB.c.next_at <= now)
    left = and_(_JOB.c.state == JobState.RUNNING.value, _JOB.c.lease_until <= now)

    def work(connection: Connection) -> TranscriptionJob | None:
        query = select(_JOB).where(or_(due, left)).order_by(_JOB.c.next_at).limit(1)
        row = connection.execute(query).mappings().first()
        if row is None:
            return None
        mine = {"state": JobState.RUNNING.value, "holder": holder, "lease_until": until}
        reason = CUT_OFF if row["state"] == JobState.RUNNING else row["reason"]
        count = row["attempts"] + 1
        connection.execute(_changed(_JOB.c.call_id == row["call_id"], attempts=count, reason=reason, **mine))
        taken = select(_JOB).where(_JOB.c.call_id == row["call_id"])
        return job_of(connection.execute(taken).mappings().one())

    return await store.write(work)


def _held(job: TranscriptionJob) -> ColumnElement[bool]:
    running = _JOB.c.state == JobState.RUNNING.value
    return and_(_JOB.c.call_id == job.call_id, _JOB.c.holder == job.holder, running)


async def renew(store: Store, job: TranscriptionJob, until: datetime) -> bool:
    """Hold a job for longer; return whether it is still held."""
    return await store.write(lambda connection: connection.execute(_lease(job, until)).rowcount == 1)


def _lease(job: TranscriptionJob, until: datetime) -> Update:
    return update(_JOB).where(_held(job)).values(lease_until=until)


async def keep(store: Store, job: TranscriptionJob, sides: Sequence[HeardSide], unit: Unit) -> bool:
    """Keep what a job found; return False, and keep nothing, when it is held no more."""

    def work(connection: Connection) -> bool:
        if connection.execute(select(_JOB.c.state).where(_held(job))).first() is None:
            return False
        for side in sides:
            put_side(connection, side.transcript, side.utterances)
        batch.write(connection, statements(connection.dialect), [unit])
        return True

    return await store.write(work)


async def finish(store: Store, job: TranscriptionJob, now: datetime) -> None:
    """Note that a job is done."""
    done = _changed(_held(job), state=JobState.DONE.value, lease_until=None, ended_at=now, reason="")
    await store.write(lambda connection: connection.execute(done))


async def put_off(store: Store, job: TranscriptionJob, next_at: datetime, reason: str, *, counts: bool = True) -> None:
    """Let a job be tried again later; ``counts``: whether the recording may be at fault."""
    later = {"state": JobState.WAITING.value, "next_at": next_at, "reason": reason, "lease_until": None, "holder": ""}
    attempts = job.attempts if counts else job.attempts - 1
    await store.write(lambda connection: connection.execute(_changed(_held(job), attempts=attempts, **later)))


async def set_aside(store: Store, job: TranscriptionJob, reason: str, unit: Unit, now: datetime) -> None:
    """Give a job up until a person wants it tried again; its transcripts say why."""

    def work(connection: Connection) -> None:
        values = {"state": JobState.SET_ASIDE.value, "reason": reason, "lease_until": None, "ended_at": now}
        connection.execute(_changed(_held(job), **values))
        batch.write(connection, statements(connection.dialect), [unit])

    await store.write(work)


async def forgotten(store: Store, since: datetime, limit: int) -> list[str]:
    """Return ended calls since a moment that have transcripts and a finished recording, and no job."""
    has_job = select(_JOB.c.call_id).where(_JOB.c.call_id == _CALL.c.id).exists()
    heard = select(_TRANSCRIPT.c.call_id).where(_TRANSCRIPT.c.call_id == _CALL.c.id).exists()
    query = select(_CALL.c.id).join_from(_CALL, _RECORDING, _RECORDING.c.id == _CALL.c.recording_id)
    ended = (_CALL.c.dialled_at >= since, _CALL.c.state == CallState.ENDED.value)
    finished = _RECORDING.c.state != RecordingState.RECORDING.value
    rows = await store.rows(query.where(*ended, finished, heard, ~has_job).order_by(_CALL.c.dialled_at).limit(limit))
    return [row["id"] for row in rows]


async def never_recorded(store: Store, limit: int) -> list[Transcript]:
    """Return transcripts of ended calls that were not heard to the end and of which there is no recording."""
    waits = _TRANSCRIPT.c.state.in_([TranscriptState.LISTENING.value, TranscriptState.DEFERRED.value])
    silent = and_(_CALL.c.state == CallState.ENDED.value, _CALL.c.recording_id.is_(None))
    query = select(_TRANSCRIPT).join_from(_TRANSCRIPT, _CALL, _CALL.c.id == _TRANSCRIPT.c.call_id)
    return [transcript_of(row) for row in await store.rows(query.where(waits, silent).limit(limit))]


async def counts(store: Store) -> dict[JobState, int]:
    """Return how many jobs there are in each state but DONE."""
    query = select(_JOB.c.state, func.count().label("count")).where(_JOB.c.state != JobState.DONE.value)
    return {JobState(row["state"]): row["count"] for row in await store.rows(query.group_by(_JOB.c.state))}


async def find_jobs(
    store: Store, visible: ColumnElement[bool], states: Sequence[JobState], after: tuple[datetime, str] | None,
    limit: int,
) -> list[RowMapping]:  # fmt: skip
    """Return jobs of calls that may be read, newest first, one more than ``limit`` if there are more.

    Args:
        store: Where.
        visible: A condition on ``call``.
        states: In which of them; none: in any.
        after: ``created_at`` and ``call_id`` of the last one shown.
        limit: How many.
    """
    query = select(_JOB, _CALL.c.agent_id, _CALL.c.campaign_id).join_from(_JOB, _CALL, _CALL.c.id == _JOB.c.call_id)
    query = query.where(visible)
    if states:
        query = query.where(_JOB.c.state.in_([state.value for state in states]))
    if after is not None:
        at, call_id = after
        same = and_(_JOB.c.created_at == at, _JOB.c.call_id < call_id)
        query = query.where(or_(_JOB.c.created_at < at, same))
    return await store.rows(query.order_by(_JOB.c.created_at.desc(), _JOB.c.call_id.desc()).limit(limit + 1))


async def job_row(store: Store, call_id: str, visible: ColumnElement[bool]) -> RowMapping:
    """Return the job of a call.

    Raises:
        NotFound: there is none that may be read.
    """
    query = select(_JOB, _CALL.c.agent_id, _CALL.c.campaign_id).join_from(_JOB, _CALL, _CALL.c.id == _JOB.c.call_id)
    rows = await store.rows(query.where(_JOB.c.call_id == call_id, visible))
    if not rows:
        raise NotFound(f"there is no transcription of call {call_id!r}")
    return rows[0]


async def retry(store: Store, call_id: str, version: int, by: By) -> None:
    """Try again what was set aside.

    Raises:
        NotFound: there is no such job.
        Stale: it was changed since this version.
        Conflict: it was not set aside.
    """

    def work(connection: Connection) -> None:
        row = connection.execute(select(_JOB).where(_JOB.c.call_id == call_id)).mappings().first()
        if row is None:
            raise NotFound(f"there is no transcription of call {call_id!r}")
        if row["version"] != version:
            raise Stale("the transcription was changed meanwhile", {"state": row["state"]}, row["version"])
        if row["state"] != JobState.SET_ASIDE:
            raise Conflict(f"the transcription is {row['state']}: only what was set aside is tried again")
        _begin_again(connection, call_id, next_at=by.at, asked_by=by.actor)
        note(connection, by, "transcription.retry", call_id)

    await store.write(work)
