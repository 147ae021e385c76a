"""Line groups, quality of carriers and of legs."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_KINDS = "kind IN ('4g_gateway', 'voip', 'e1')"
_SIDES = "side IN ('customer', 'agent')"


def upgrade() -> None:
    _groups()
    _legs()


def _short(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(length=64), server_default="", nullable=False) for name in names]


def _figure(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Double(), server_default="0", nullable=False) for name in names]


def _count(*names: str, first: str = "0") -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), server_default=first, nullable=False) for name in names]


def _list(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, _JSON, server_default="[]", nullable=False) for name in names]


def _at(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _groups() -> None:
    op.create_table(
        "line_group",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        *_short("kind"),
        *_list("trunks"),
        *_count("capacity"),
        *_figure("calls_per_s", "cost_per_min"),
        *_list("prefixes", "windows"),
        *_short("zone", "caller_id_set"),
        sa.Column("enabled", sa.Boolean(), server_default=sa.false(), nullable=False),
        _at("changed_at"),
        *_count("version", first="1"),
        sa.CheckConstraint(_KINDS, name=op.f("ck_line_group_kind")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_line_group")),
    )


def _legs() -> None:
    op.create_table(
        "leg_media",
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("leg_id", sa.String(length=120), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        *_short("trunk"),
        sa.Column("agent_id", sa.String(length=32), nullable=True),
        _at("at"),
        *_count("looks", "bad_looks"),
        *_figure("loss_in_ratio", "loss_in_worst_ratio", "loss_out_ratio", "loss_out_worst_ratio"),
        *_figure("jitter_in_ms", "jitter_in_worst_ms", "jitter_out_ms", "jitter_out_worst_ms"),
        sa.Column("round_trip_ms", sa.Double(), nullable=True),
        sa.Column("round_trip_worst_ms", sa.Double(), nullable=True),
        *_figure("mos", "mos_worst"),
        sa.CheckConstraint(_SIDES, name=op.f("ck_leg_media_side")),
        sa.PrimaryKeyConstraint("call_id", "leg_id", name=op.f("pk_leg_media")),
    )
    op.create_index("ix_leg_media_at", "leg_media", ["at"])
    op.create_index("ix_leg_media_trunk", "leg_media", ["trunk", "at"])
    op.create_index("ix_leg_media_agent", "leg_media", ["agent_id", "at"])


def downgrade() -> None:
    for name in ("leg_media", "line_group"):
        op.drop_table(name)
