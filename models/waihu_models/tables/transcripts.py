"""What was said in calls, and what is still to be transcribed."""

from typing import Any

from sqlalchemy import DDL, BigInteger, Index, Integer, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.tables.base import (
    At,
    Base,
    Count,
    Json,
    OptionalAt,
    Ref,
    Seconds,
    Short,
    Text,
    Version,
    one_of,
)
from waihu_models.transcript import Route, Side, TranscriptState
from waihu_models.transcription import JobState


class TranscriptRow(Base):
    """One side of a call: every field of the noun ``Transcript``."""

    __tablename__ = "transcript"
    __table_args__ = (
        one_of("side", Side),
        one_of("state", TranscriptState),
        one_of("route", Route),
        Index("ix_transcript_state", "state", "call_id"),
    )

    call_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    side: Mapped[str] = mapped_column(String(16), primary_key=True)
    state: Mapped[Short]
    language: Mapped[Short]
    engine: Mapped[Short]
    model: Mapped[Text]
    route: Mapped[Short]
    began_at: Mapped[OptionalAt]
    heard_s: Mapped[Seconds]
    lost_s: Mapped[Seconds]
    reason: Mapped[Text]


class UtteranceRow(Base):
    """What one side said between two pauses: every field of the noun ``Utterance``.

    ``seq`` grows with ``at``: the search index gives its hits in this order, and a stretch of time is a stretch of it.
    ``sought`` holds the words as they are searched for, see ``waihu.store.search_words``.
    """

    __tablename__ = "utterance"
    __table_args__ = (
        one_of("side", Side),
        one_of("route", Route),
        UniqueConstraint("id"),
        UniqueConstraint("call_id", "side", "n", "route"),
    )

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    id: Mapped[Ref]
    call_id: Mapped[Ref]
    side: Mapped[str] = mapped_column(String(16))
    n: Mapped[Count]
    route: Mapped[str] = mapped_column(String(16))
    at: Mapped[At]
    start_s: Mapped[Seconds]
    end_s: Mapped[Seconds]
    text_raw: Mapped[Text]
    text_display: Mapped[Text]
    words: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    language: Mapped[Short]
    engine: Mapped[Short]
    model: Mapped[Text]
    sought: Mapped[Text]


class TranscriptionJobRow(Base):
    """A recording that is transcribed after its call."""

    __tablename__ = "transcription_job"
    __table_args__ = (one_of("state", JobState), Index("ix_transcription_job_state", "state", "next_at"))

    call_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[Short]
    attempts: Mapped[Count]
    next_at: Mapped[At]
    holder: Mapped[Short]
    lease_until: Mapped[OptionalAt]
    reason: Mapped[Text]
    asked_by: Mapped[Short]
    created_at: Mapped[At]
    ended_at: Mapped[OptionalAt]
    version: Mapped[Version]


SEARCH_INDEX = (
    # Words come folded and with spaces between, so the plainest tokenizer does; prefixes of one letter are what single
    # Chinese characters are looked for with.
    "CREATE VIRTUAL TABLE utterance_fts USING fts5("
    "sought, content='utterance', content_rowid='seq', tokenize='ascii', prefix='1 2 3')",
    "CREATE TRIGGER utterance_added AFTER INSERT ON utterance BEGIN"
    " INSERT INTO utterance_fts(rowid, sought) VALUES (new.seq, new.sought); END",
    "CREATE TRIGGER utterance_deleted AFTER DELETE ON utterance BEGIN"
    " INSERT INTO utterance_fts(utterance_fts, rowid, sought) VALUES ('delete', old.seq, old.sought); END",
    "CREATE TRIGGER utterance_changed AFTER UPDATE OF sought ON utterance BEGIN"
    " INSERT INTO utterance_fts(utterance_fts, rowid, sought) VALUES ('delete', old.seq, old.sought);"
    " INSERT INTO utterance_fts(rowid, sought) VALUES (new.seq, new.sought); END",
)
"""SQLite's full-text index, kept by the database itself. PostgreSQL has none yet."""

_DDL: Any = DDL  # SQLAlchemy gives it no types
for _statement in SEARCH_INDEX:
    event.listen(UtteranceRow.__table__, "after_create", _DDL(_statement).execute_if(dialect="sqlite"))
