"""Quality rules, how calls came out against them, what people say of it, and tension indicators."""

from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.quality import Finding, RuleKind
from waihu_models.tables.base import (
    At,
    Base,
    Count,
    Json,
    Key,
    No,
    OptionalRef,
    Ref,
    Seconds,
    Short,
    Tenant,
    Text,
    Version,
    one_of,
)
from waihu_models.tension import Measure
from waihu_models.transcript import Side


class QualityRuleRow(Base):
    """A rule: every field of the noun ``QualityRule``; its phrases stand in a column of their own."""

    __tablename__ = "quality_rule"
    __table_args__ = (one_of("kind", RuleKind),)

    id: Mapped[Key]
    tenant_id: Mapped[Tenant]
    name: Mapped[Text]
    kind: Mapped[Short]
    phrases: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    parameters: Mapped[dict[str, Any]] = mapped_column(Json, server_default="{}")
    language: Mapped[Short]
    campaign_id: Mapped[OptionalRef]
    weight: Mapped[Seconds]
    fatal: Mapped[No]
    active: Mapped[No]
    deleted: Mapped[No]
    changed_at: Mapped[At]
    version: Mapped[Version]


class QualityScoreRow(Base):
    """A call held against the rules: every field of the noun ``QualityScore``.

    ``talked_at`` is when its people were connected: the order of lists. ``failed`` counts the rules that were not kept.
    """

    __tablename__ = "quality_score"
    __table_args__ = (
        Index("ix_quality_score_talked", "talked_at", "call_id"),
        Index("ix_quality_score_agent", "agent_id", "talked_at"),
        Index("ix_quality_score_campaign", "campaign_id", "talked_at"),
        Index("ix_quality_score_why", "why", "talked_at"),
    )

    call_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    agent_id: Mapped[OptionalRef]
    campaign_id: Mapped[OptionalRef]
    score: Mapped[float | None]
    why: Mapped[Short]
    language: Mapped[Short]
    findings: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    failed: Mapped[Count]
    sampled: Mapped[No]
    talked_at: Mapped[At]
    at: Mapped[At]


class QualityReviewRow(Base):
    """That somebody reviewed a call; the verdicts are rows of their own."""

    __tablename__ = "quality_review"
    __table_args__ = (Index("ix_quality_review_at", "at"),)

    call_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    reviewer: Mapped[str] = mapped_column(String(64), primary_key=True)
    note: Mapped[Text]
    at: Mapped[At]


class QualityVerdictRow(Base):
    """What one person says of one rule in one call; ``found``: what the program had said by then."""

    __tablename__ = "quality_verdict"
    __table_args__ = (
        one_of("verdict", Finding),
        one_of("found", Finding),
        Index("ix_quality_verdict_at", "at"),
        Index("ix_quality_verdict_rule", "rule_id", "at"),
    )

    call_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    reviewer: Mapped[str] = mapped_column(String(64), primary_key=True)
    rule_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    rule_name: Mapped[Text]
    verdict: Mapped[Short]
    found: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[Text]
    at: Mapped[At]


class QualityShareRow(Base):
    """Which share of the calls of a campaign or an agent is reviewed; the larger one of the two counts for a call."""

    __tablename__ = "quality_share"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)  # campaign, agent
    ref: Mapped[str] = mapped_column(String(32), primary_key=True)
    share: Mapped[Seconds]


class TensionMarkRow(Base):
    """A measure changed markedly: every field of the noun ``TensionMark``."""

    __tablename__ = "tension_mark"
    __table_args__ = (
        one_of("side", Side),
        one_of("measure", Measure),
        Index("ix_tension_mark_call", "call_id", "at"),
        Index("ix_tension_mark_at", "at"),
    )

    id: Mapped[Key]
    call_id: Mapped[Ref]
    agent_id: Mapped[OptionalRef]
    side: Mapped[str] = mapped_column(String(16))
    measure: Mapped[Short]
    value: Mapped[Seconds]
    baseline: Mapped[Seconds]
    start_s: Mapped[Seconds]
    at: Mapped[At]


class SideMeasureRow(Base):
    """A measure over a whole call: every field of the noun ``SideMeasure``."""

    __tablename__ = "side_measure"
    __table_args__ = (one_of("side", Side), one_of("measure", Measure), Index("ix_side_measure_at", "at"))

    call_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    side: Mapped[str] = mapped_column(String(16), primary_key=True)
    measure: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[Seconds]
    baseline: Mapped[float | None]
    samples: Mapped[Count]
    at: Mapped[At]
