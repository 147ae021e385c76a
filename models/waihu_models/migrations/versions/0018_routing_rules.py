"""Routing rules: versions of their table, hits, and why each call was sent where it went."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_LIVE = sa.text("state = 'live'")


def _text(name: str, kind: sa.types.TypeEngine[str]) -> sa.Column[str]:
    return sa.Column(name, kind, server_default="", nullable=False)


def _count(name: str, first: str = "0") -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default=first, nullable=False)


def upgrade() -> None:
    op.create_table(
        "routing_table",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        _text("state", sa.String(length=64)),
        sa.Column("rules", _JSON, server_default="[]", nullable=False),
        _count("rule_count"),
        _text("default_queue", sa.String(length=64)),
        _text("author", sa.String()),
        _text("reason", sa.String()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("live_at", sa.DateTime(timezone=True), nullable=True),
        _count("version", "1"),
        sa.CheckConstraint("state IN ('draft', 'live', 'past')", name=op.f("ck_routing_table_state")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_routing_table")),
    )
    op.create_index(
        "uq_routing_table_live", "routing_table", ["state"], unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
    )
    op.create_table(
        "routing_hit",
        sa.Column("table_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        _count("hits"),
        sa.PrimaryKeyConstraint("table_number", "rule", "day", name=op.f("pk_routing_hit")),
    )
    op.create_table(
        "routing_call",
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _count("table_number"),
        _text("rule", sa.String(length=80)),
        _text("kind", sa.String(length=64)),
        _text("target", sa.String(length=64)),
        _count("priority"),
        sa.Column("held", _JSON, server_default="[]", nullable=False),
        sa.Column("facts", _JSON, server_default="{}", nullable=False),
        sa.CheckConstraint("kind IN ('queue', 'agent', 'line_group')", name=op.f("ck_routing_call_kind")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_routing_call")),
    )
    op.create_index("ix_routing_call_at", "routing_call", ["at"])


def downgrade() -> None:
    for name in ("routing_call", "routing_hit", "routing_table"):
        op.drop_table(name)
