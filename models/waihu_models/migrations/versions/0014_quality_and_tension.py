"""Quality rules and scores, tension indicators."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_FINDINGS = "('passed', 'failed', 'unknown')"
_SIDES = "side IN ('customer', 'agent')"
_MEASURES = "measure IN ('level', 'pitch', 'speech_rate', 'silence', 'overlap', 'interruptions', 'talk_ratio')"


def upgrade() -> None:
    _rules()
    _scores()
    _reviews()
    _tension()


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(), server_default="", nullable=False) for name in names]


def _short(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(length=64), server_default="", nullable=False) for name in names]


def _no(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False) for name in names]


def _figure(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Double(), server_default="0", nullable=False) for name in names]


def _count(name: str, first: str = "0") -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), server_default=first, nullable=False)


def _json(name: str, empty: str) -> sa.Column[Any]:
    return sa.Column(name, _JSON, server_default=empty, nullable=False)


def _ref(name: str, length: int = 32, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _at(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _rules() -> None:
    op.create_table(
        "quality_rule",
        _ref("id"),
        sa.Column("tenant_id", sa.String(length=32), server_default="default", nullable=False),
        *_text("name"),
        *_short("kind"),
        _json("phrases", "[]"),
        _json("parameters", "{}"),
        *_short("language"),
        _ref("campaign_id", nullable=True),
        *_figure("weight"),
        *_no("fatal", "active", "deleted"),
        _at("changed_at"),
        _count("version", "1"),
        sa.CheckConstraint(
            "kind IN ('said', 'not_said', 'talk_ratio', 'dead_air', 'interruptions')", name=op.f("ck_quality_rule_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_rule")),
    )


def _scores() -> None:
    op.create_table(
        "quality_score",
        _ref("call_id"),
        _ref("agent_id", nullable=True),
        _ref("campaign_id", nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        *_short("why", "language"),
        _json("findings", "[]"),
        _count("failed"),
        *_no("sampled"),
        _at("talked_at"),
        _at("at"),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_quality_score")),
    )
    op.create_index("ix_quality_score_talked", "quality_score", ["talked_at", "call_id"])
    op.create_index("ix_quality_score_agent", "quality_score", ["agent_id", "talked_at"])
    op.create_index("ix_quality_score_campaign", "quality_score", ["campaign_id", "talked_at"])
    op.create_index("ix_quality_score_why", "quality_score", ["why", "talked_at"])


def _reviews() -> None:
    op.create_table(
        "quality_review",
        _ref("call_id"),
        _ref("reviewer", 64),
        *_text("note"),
        _at("at"),
        sa.PrimaryKeyConstraint("call_id", "reviewer", name=op.f("pk_quality_review")),
    )
    op.create_index("ix_quality_review_at", "quality_review", ["at"])
    op.create_table(
        "quality_verdict",
        _ref("call_id"),
        _ref("reviewer", 64),
        _ref("rule_id"),
        *_text("rule_name"),
        *_short("verdict"),
        _ref("found", 64, nullable=True),
        *_text("note"),
        _at("at"),
        sa.CheckConstraint(f"verdict IN {_FINDINGS}", name=op.f("ck_quality_verdict_verdict")),
        sa.CheckConstraint(f"found IN {_FINDINGS}", name=op.f("ck_quality_verdict_found")),
        sa.PrimaryKeyConstraint("call_id", "reviewer", "rule_id", name=op.f("pk_quality_verdict")),
    )
    op.create_index("ix_quality_verdict_at", "quality_verdict", ["at"])
    op.create_index("ix_quality_verdict_rule", "quality_verdict", ["rule_id", "at"])
    op.create_table(
        "quality_share",
        _ref("kind", 16),
        _ref("ref"),
        *_figure("share"),
        sa.PrimaryKeyConstraint("kind", "ref", name=op.f("pk_quality_share")),
    )


def _tension() -> None:
    op.create_table(
        "tension_mark",
        _ref("id"),
        _ref("call_id"),
        _ref("agent_id", nullable=True),
        _ref("side", 16),
        *_short("measure"),
        *_figure("value", "baseline", "start_s"),
        _at("at"),
        sa.CheckConstraint(_SIDES, name=op.f("ck_tension_mark_side")),
        sa.CheckConstraint(_MEASURES, name=op.f("ck_tension_mark_measure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tension_mark")),
    )
    op.create_index("ix_tension_mark_call", "tension_mark", ["call_id", "at"])
    op.create_index("ix_tension_mark_at", "tension_mark", ["at"])
    op.create_table(
        "side_measure",
        _ref("call_id"),
        _ref("side", 16),
        _ref("measure", 16),
        *_figure("value"),
        sa.Column("baseline", sa.Double(), nullable=True),
        _count("samples"),
        _at("at"),
        sa.CheckConstraint(_SIDES, name=op.f("ck_side_measure_side")),
        sa.CheckConstraint(_MEASURES, name=op.f("ck_side_measure_measure")),
        sa.PrimaryKeyConstraint("call_id", "side", "measure", name=op.f("pk_side_measure")),
    )
    op.create_index("ix_side_measure_at", "side_measure", ["at"])


def downgrade() -> None:
    for name in ("side_measure", "tension_mark", "quality_share", "quality_verdict", "quality_review"):
        op.drop_table(name)
    for name in ("quality_score", "quality_rule"):
        op.drop_table(name)
