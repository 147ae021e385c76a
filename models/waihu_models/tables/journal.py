"""What happened, for others to hear of and for later: outbox, audit, alerts."""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.tables.base import At, Base, Count, Ref, Seconds, Short, Text


class OutboxRow(Base):
    """An event, stored in the same transaction as what it tells of; delivered at least once."""

    __tablename__ = "outbox"
    # A reader's place in the stream never means two events.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 -- SQLAlchemy's own way

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    topic: Mapped[Short]
    key: Mapped[Short]
    payload: Mapped[dict[str, Any]]
    at: Mapped[At]


class AuditRow(Base):
    """Who did what; each row carries the hash of the one before, so that no row can be changed unseen."""

    __tablename__ = "audit_log"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 -- SQLAlchemy's own way

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    actor: Mapped[Short]
    action: Mapped[Short]
    object_id: Mapped[Short]
    detail: Mapped[Text]
    at: Mapped[At]
    prev_hash: Mapped[Short]
    hash: Mapped[Short]


class AlertRow(Base):
    """Something that needed a person."""

    __tablename__ = "alert_log"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    code: Mapped[Short]
    text: Mapped[Text]
    at: Mapped[At]


class PacingRow(Base):
    """A decision of the predictive pacer, at most one a second and campaign; kept for a day."""

    __tablename__ = "pacing_log"
    __table_args__ = (Index("ix_pacing_log_campaign", "campaign_id", "at"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    campaign_id: Mapped[Ref]
    at: Mapped[At]
    dial: Mapped[Count]  # lines dialled
    cancel: Mapped[Count]  # ringing calls given up
    ready: Mapped[Count]  # agents ready, callers who wait taken off
    lines: Mapped[Count]  # attempts without an agent before
    answers: Mapped[Seconds]  # answers expected of them
    frees: Mapped[Seconds]  # agents expected to become ready soon
    risk: Mapped[Seconds]  # of the next line
    threshold: Mapped[Seconds]  # risk up to which lines are dialled
    rate: Mapped[Seconds]  # drops per live answer aimed at
    limited_by: Mapped[Short]
