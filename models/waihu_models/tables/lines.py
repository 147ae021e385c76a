"""Line groups, and how the legs of calls sounded."""

from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.line_group import LineKind
from waihu_models.media import LegSide
from waihu_models.tables.base import At, Base, Count, Json, No, OptionalRef, Seconds, Short, Tenant, Version, one_of


class LineGroupRow(Base):
    """A group of lines: every field of the noun ``LineGroup``."""

    __tablename__ = "line_group"
    __table_args__ = (one_of("kind", LineKind),)

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    tenant_id: Mapped[Tenant]
    kind: Mapped[Short]
    trunks: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    capacity: Mapped[Count]
    calls_per_s: Mapped[Seconds]
    cost_per_min: Mapped[Seconds]
    prefixes: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    windows: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    zone: Mapped[Short]
    caller_id_set: Mapped[Short]
    enabled: Mapped[No]
    changed_at: Mapped[At]
    version: Mapped[Version]


class LegMediaRow(Base):
    """How a leg of a call sounded, once it is over: every field of the noun ``LegQuality``."""

    __tablename__ = "leg_media"
    __table_args__ = (
        one_of("side", LegSide),
        Index("ix_leg_media_at", "at"),
        Index("ix_leg_media_trunk", "trunk", "at"),
        Index("ix_leg_media_agent", "agent_id", "at"),
    )

    call_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    leg_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    side: Mapped[str] = mapped_column(String(16))
    trunk: Mapped[Short]
    agent_id: Mapped[OptionalRef]
    at: Mapped[At]
    looks: Mapped[Count]
    bad_looks: Mapped[Count]
    loss_in_ratio: Mapped[Seconds]
    loss_in_worst_ratio: Mapped[Seconds]
    loss_out_ratio: Mapped[Seconds]
    loss_out_worst_ratio: Mapped[Seconds]
    jitter_in_ms: Mapped[Seconds]
    jitter_in_worst_ms: Mapped[Seconds]
    jitter_out_ms: Mapped[Seconds]
    jitter_out_worst_ms: Mapped[Seconds]
    round_trip_ms: Mapped[float | None]
    round_trip_worst_ms: Mapped[float | None]
    mos: Mapped[Seconds]
    mos_worst: Mapped[Seconds]
