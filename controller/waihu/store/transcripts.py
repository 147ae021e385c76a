"""What was said in calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from waihu.store import batch
from waihu.store.audit import By, note
from waihu.store.statements import statements, table
from waihu.store.store import Store
from waihu.store.transcript_rows import seq_at, transcript_of, utterance_of
from waihu.store.unit import Unit
from waihu_models.tables import (
    AssistHintRow,
    CallSummaryRow,
    JudgedAnswerRow,
    QualityReviewRow,
    QualityScoreRow,
    QualityVerdictRow,
    SideMeasureRow,
    TensionMarkRow,
    TranscriptionJobRow,
    TranscriptRow,
    UtteranceRow,
    WordAlertRow,
)
from waihu_models.transcript import Side, Transcript, TranscriptState, Utterance

_TRANSCRIPT, _UTTERANCE, _JOB = table(TranscriptRow), table(UtteranceRow), table(TranscriptionJobRow)
_OF_WORDS = (
    (table(WordAlertRow), "id", "said_at"),
    (table(AssistHintRow), "id", "at"),
    (table(CallSummaryRow), "call_id", "drafted_at"),
    (table(TensionMarkRow), "id", "at"),
    (table(JudgedAnswerRow), "call_id", "at"),
    (table(SideMeasureRow), "call_id", "at"),
)
"""What is made of words and how they sounded, with the key of a row and the moment that says how old it is."""
_REVIEWS = (table(QualityReviewRow), table(QualityVerdictRow))
"""What people said of a call in words of their own; their verdicts stay, for the figures."""
MOST_UTTERANCES = 10_000
"""Of one call: more than ten hours of talk."""


@dataclass(frozen=True, slots=True)
class HeardSide:
    """One side of a call: its transcript, and all that was said on it, by time."""

    transcript: Transcript
    utterances: Sequence[Utterance]


async def save_transcript(store: Store, transcript: Transcript) -> None:
    """Keep how far the transcript of one side of a call is."""
    unit = Unit()
    unit.save_transcript(transcript)
    await store.commit(unit)


async def add_utterance(store: Store, utterance: Utterance) -> None:
    """Keep what was said, to be found by its words; the second time it does nothing."""
    unit = Unit()
    unit.add_utterance(utterance)
    await store.commit(unit)


async def replace_utterances(store: Store, transcript: Transcript, utterances: Sequence[Utterance]) -> None:
    """Put utterances in the place of whatever that side said before, together with its transcript."""
    await store.write(lambda connection: put_side(connection, transcript, utterances))


def put_side(connection: Connection, transcript: Transcript, utterances: Sequence[Utterance]) -> None:
    """Do what ``replace_utterances`` does in a transaction of somebody else's."""
    side = (_UTTERANCE.c.call_id == transcript.call_id) & (_UTTERANCE.c.side == transcript.side.value)
    connection.execute(delete(_UTTERANCE).where(side))
    unit = Unit()
    unit.save_transcript(transcript)
    for utterance in utterances:
        unit.add_utterance(utterance)
    batch.write(connection, statements(connection.dialect), [unit])


async def transcripts_of(store: Store, call_id: str) -> list[Transcript]:
    """Return the transcript of each side of a call, the customer's first."""
    rows = await store.rows(select(_TRANSCRIPT).where(_TRANSCRIPT.c.call_id == call_id))
    return sorted(map(transcript_of, rows), key=_customer_first)


def _customer_first(transcript: Transcript) -> bool:
    return transcript.side is not Side.CUSTOMER


async def utterances_of(store: Store, call_id: str) -> list[Utterance]:
    """Return what both sides of a call said, by time."""
    query = select(_UTTERANCE).where(_UTTERANCE.c.call_id == call_id).order_by(_UTTERANCE.c.seq).limit(MOST_UTTERANCES)
    return [utterance_of(row) for row in await store.rows(query)]


async def sides_of(store: Store, call_id: str) -> list[HeardSide]:
    """Return both sides of a call, the customer's first."""
    said = await utterances_of(store, call_id)
    return [
        HeardSide(transcript, [one for one in said if one.side is transcript.side])
        for transcript in await transcripts_of(store, call_id)
    ]


async def transcripts_in(store: Store, state: TranscriptState, limit: int, after: str = "") -> list[Transcript]:
    """Return transcripts in a state, by call, of calls after ``after``."""
    query = select(_TRANSCRIPT).where(_TRANSCRIPT.c.state == state.value, _TRANSCRIPT.c.call_id > after)
    rows = await store.rows(query.order_by(_TRANSCRIPT.c.call_id, _TRANSCRIPT.c.side).limit(limit))
    return [transcript_of(row) for row in rows]


async def delete_before(store: Store, at: datetime, limit: int) -> int:
    """Delete up to ``limit`` utterances said before a moment, and transcripts that ended before; return how many."""

    def work(connection: Connection) -> int:
        old = select(_UTTERANCE.c.seq).where(_UTTERANCE.c.seq < seq_at(at)).order_by(_UTTERANCE.c.seq).limit(limit)
        count = connection.execute(delete(_UTTERANCE).where(_UTTERANCE.c.seq.in_(old))).rowcount
        if count < limit:
            silent = ~select(_UTTERANCE.c.seq).where(_UTTERANCE.c.call_id == _TRANSCRIPT.c.call_id).exists()
            began = _TRANSCRIPT.c.began_at
            # Of what never began, the call's id says when it was.
            never = began.is_(None) & (_TRANSCRIPT.c.call_id < f"{int(at.timestamp() * 1000):012x}")
            count += connection.execute(delete(_TRANSCRIPT).where((began < at) | never, silent)).rowcount
            connection.execute(delete(_JOB).where(_JOB.c.created_at < at, _JOB.c.ended_at < at))
            count += _delete_words(connection, at, limit)
        return count

    return await store.write(work)


def _delete_words(connection: Connection, at: datetime, limit: int) -> int:
    """Delete what was made of words said before a moment, up to ``limit`` rows of each kind; return how many."""
    count = 0
    for rows, key, moment in _OF_WORDS:
        old = select(rows.c[key]).where(rows.c[moment] < at).order_by(rows.c[moment]).limit(limit)
        count += connection.execute(delete(rows).where(rows.c[key].in_(old))).rowcount
    for rows in _REVIEWS:
        of_old = (rows.c.at < at, rows.c.note != "")
        count += connection.execute(update(rows).where(*of_old).values(note="")).rowcount
    return count


async def note_deleted(store: Store, count: int, by: By, why: str) -> None:
    """Put on record that transcripts were deleted."""
    await store.write(lambda connection: note(connection, by, "transcripts.delete", f"{count} rows", why))


def delete_of_calls(connection: Connection, call_ids: Sequence[str]) -> None:
    """Delete all that was said in calls, and of them, in a transaction of somebody else's."""
    of_words = (rows for rows, _, _ in _OF_WORDS)
    for rows in (_UTTERANCE, _TRANSCRIPT, _JOB, *of_words, table(QualityScoreRow), *_REVIEWS):
        connection.execute(delete(rows).where(rows.c.call_id.in_(call_ids)))
