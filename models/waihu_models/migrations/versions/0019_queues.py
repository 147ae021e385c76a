"""Queues, and what agents take of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_STRATEGIES = "strategy IN ('longest_idle', 'fewest_calls', 'skill_rank', 'sticky', 'random')"
_AFTER_HOURS = "after_hours IN ('message', 'callback', 'queue')"


def upgrade() -> None:
    op.create_table(
        "queue",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        _text("title"),
        _short("strategy"),
        _json("skills", "{}"),
        _count("priority"),
        *_figures("service_level_s", "service_level_ratio", "patience_s"),
        _short("overflow_to"),
        _count("most_waiting"),
        *_figures("announce_every_s", "callback_after_s"),
        _short("callback_key"),
        *_figures("sticky_s"),
        _flag("recall"),
        _json("windows", "[]"),
        _short("zone"),
        _short("after_hours"),
        _text("welcome"),
        _text("closed_text"),
        _short("language"),
        _flag("enabled"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(_STRATEGIES, name=op.f("ck_queue_strategy")),
        sa.CheckConstraint(_AFTER_HOURS, name=op.f("ck_queue_after_hours")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_queue")),
    )
    op.add_column("agent", _json("queues", "[]"))
    op.add_column("agent", _json("skills", "{}"))
    op.add_column("agent", sa.Column("blended", sa.Boolean(), server_default=sa.true(), nullable=False))


def _short(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=64), server_default="", nullable=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), server_default="", nullable=False)


def _figures(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Double(), server_default="0", nullable=False) for name in names]


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def _json(name: str, first: str) -> sa.Column[Any]:
    return sa.Column(name, _JSON, server_default=first, nullable=False)


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("agent") as table:
        for name in ("blended", "skills", "queues"):
            table.drop_column(name)
    op.drop_table("queue")
