"""Transcripts, and what is still to be transcribed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_JUDGED = sa.text("disposition IS NOT NULL")
_SEARCH_INDEX = (
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


def upgrade() -> None:
    _transcripts()
    _utterances()
    _jobs()
    op.create_index(
        "ix_call_disposition_dialled", "call", ["disposition", "dialled_at"],
        sqlite_where=_JUDGED, postgresql_where=_JUDGED,
    )  # fmt: skip


def _transcripts() -> None:
    op.create_table(
        "transcript",
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("language", sa.String(length=64), server_default="", nullable=False),
        sa.Column("engine", sa.String(length=64), server_default="", nullable=False),
        sa.Column("model", sa.String(), server_default="", nullable=False),
        sa.Column("route", sa.String(length=64), server_default="", nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_s", sa.Double(), server_default="0", nullable=False),
        sa.Column("lost_s", sa.Double(), server_default="0", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("side IN ('customer', 'agent')", name=op.f("ck_transcript_side")),
        sa.CheckConstraint(
            "state IN ('listening', 'done', 'deferred', 'no_model', 'failed')", name=op.f("ck_transcript_state")
        ),
        sa.CheckConstraint("route IN ('live', 'post_call')", name=op.f("ck_transcript_route")),
        sa.PrimaryKeyConstraint("call_id", "side", name=op.f("pk_transcript")),
    )
    op.create_index("ix_transcript_state", "transcript", ["state", "call_id"])


def _utterances() -> None:
    op.create_table(
        "utterance",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("n", sa.Integer(), server_default="0", nullable=False),
        sa.Column("route", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start_s", sa.Double(), server_default="0", nullable=False),
        sa.Column("end_s", sa.Double(), server_default="0", nullable=False),
        sa.Column("text_raw", sa.String(), server_default="", nullable=False),
        sa.Column("text_display", sa.String(), server_default="", nullable=False),
        sa.Column("words", _JSON, server_default="[]", nullable=False),
        sa.Column("language", sa.String(length=64), server_default="", nullable=False),
        sa.Column("engine", sa.String(length=64), server_default="", nullable=False),
        sa.Column("model", sa.String(), server_default="", nullable=False),
        sa.Column("sought", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("side IN ('customer', 'agent')", name=op.f("ck_utterance_side")),
        sa.CheckConstraint("route IN ('live', 'post_call')", name=op.f("ck_utterance_route")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_utterance")),
        sa.UniqueConstraint("call_id", "side", "n", "route", name=op.f("uq_utterance_call_id_side_n_route")),
        sa.UniqueConstraint("id", name=op.f("uq_utterance_id")),
    )
    # PostgreSQL's own full text comes with the rest of PostgreSQL: until then there is nothing to search with.
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SEARCH_INDEX:
            op.execute(statement)


def _jobs() -> None:
    op.create_table(
        "transcription_job",
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.String(length=64), server_default="", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("asked_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'set_aside')", name=op.f("ck_transcription_job_state")
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_transcription_job")),
    )
    op.create_index("ix_transcription_job_state", "transcription_job", ["state", "next_at"])


def downgrade() -> None:
    op.drop_index("ix_call_disposition_dialled", "call")
    op.drop_table("transcription_job")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE utterance_fts")
    op.drop_table("utterance")
    op.drop_table("transcript")
