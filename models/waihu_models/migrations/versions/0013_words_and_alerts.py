"""Lists of phrases, alerts on them, objections and summaries."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_KINDS = (
    "kind IN ('price', 'complaint', 'legal_threat', 'forbidden_promise', 'competitor', 'do_not_call', 'sentiment', "
    "'other')"
)
_SEVERITIES = "severity IN ('note', 'warning', 'urgent')"


def upgrade() -> None:
    _lists()
    _alerts()
    _objections()
    _hints()
    _summaries()


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(), server_default="", nullable=False) for name in names]


def _short(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(length=64), server_default="", nullable=False) for name in names]


def _no(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False) for name in names]


def _many(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, _JSON, server_default="[]", nullable=False) for name in names]


def _ref(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=32), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _tenant() -> sa.Column[Any]:
    return sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False)


def _seconds(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Double(), server_default="0", nullable=False)


def _version() -> sa.Column[Any]:
    return sa.Column("version", sa.Integer(), server_default="1", nullable=False)


def _lists() -> None:
    op.create_table(
        "phrase_list",
        _ref("id"),
        _tenant(),
        *_text("name"),
        *_short("kind", "severity", "language"),
        *_many("phrases"),
        _ref("campaign_id", nullable=True),
        *_short("sides"),
        *_no("tell_agent", "tell_supervisors", "tell_outside"),
        _seconds("cool_down_s"),
        *_no("active", "deleted"),
        _at("changed_at"),
        _version(),
        sa.CheckConstraint(_KINDS, name=op.f("ck_phrase_list_kind")),
        sa.CheckConstraint(_SEVERITIES, name=op.f("ck_phrase_list_severity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase_list")),
    )


def _alerts() -> None:
    op.create_table(
        "word_alert",
        _ref("id"),
        _ref("call_id"),
        _ref("agent_id", nullable=True),
        _ref("campaign_id", nullable=True),
        sa.Column("side", sa.String(length=16), nullable=False),
        _ref("utterance_id"),
        _ref("list_id"),
        *_text("list_name"),
        *_short("kind", "severity"),
        *_text("phrase"),
        _seconds("start_s"),
        _at("said_at"),
        _at("at"),
        *_no("tell_agent", "tell_supervisors", "tell_outside", "late"),
        sa.CheckConstraint("side IN ('customer', 'agent')", name=op.f("ck_word_alert_side")),
        sa.CheckConstraint(_KINDS, name=op.f("ck_word_alert_kind")),
        sa.CheckConstraint(_SEVERITIES, name=op.f("ck_word_alert_severity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_alert")),
    )
    op.create_index("ix_word_alert_call", "word_alert", ["call_id", "said_at"])
    op.create_index("ix_word_alert_said", "word_alert", ["said_at", "id"])
    op.create_index("ix_word_alert_utterance", "word_alert", ["utterance_id", "list_id"])


def _objections() -> None:
    op.create_table(
        "objection",
        _ref("id"),
        _tenant(),
        *_text("name"),
        *_short("language"),
        *_many("phrases"),
        *_text("answer", "next_step"),
        _ref("campaign_id", nullable=True),
        *_no("active", "deleted"),
        _at("changed_at"),
        _version(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )


def _hints() -> None:
    op.create_table(
        "assist_hint",
        _ref("id"),
        _ref("call_id"),
        _ref("agent_id", nullable=True),
        _ref("campaign_id", nullable=True),
        _ref("objection_id"),
        *_text("name", "answer", "next_step", "phrase"),
        _ref("utterance_id"),
        _seconds("start_s"),
        _at("at"),
        *_short("disposition"),
        *_no("offered"),
        sa.Column("mark", sa.String(length=16), nullable=True),
        _at("marked_at", nullable=True),
        sa.CheckConstraint("mark IN ('used', 'dismissed')", name=op.f("ck_assist_hint_mark")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist_hint")),
    )
    op.create_index("ix_assist_hint_call", "assist_hint", ["call_id", "at"])
    op.create_index("ix_assist_hint_at", "assist_hint", ["at"])


def _summaries() -> None:
    op.create_table(
        "call_summary",
        _ref("call_id"),
        _ref("agent_id", nullable=True),
        _ref("campaign_id", nullable=True),
        *_short("state"),
        *_text("reason"),
        *_many("objections", "mentioned"),
        _at("callback_at", nullable=True),
        *_short("disposition"),
        *_text("text"),
        _at("drafted_callback_at", nullable=True),
        *_short("drafted_disposition"),
        *_text("drafted_text"),
        _at("drafted_at"),
        _at("decided_at", nullable=True),
        _version(),
        sa.CheckConstraint("state IN ('draft', 'accepted', 'edited', 'discarded')", name=op.f("ck_call_summary_state")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_summary")),
    )
    op.create_index("ix_call_summary_drafted", "call_summary", ["drafted_at"])


def downgrade() -> None:
    for name in ("call_summary", "assist_hint", "objection", "word_alert", "phrase_list"):
        op.drop_table(name)
