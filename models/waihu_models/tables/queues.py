"""Queues, as administrators set them up. What agents take of them lies in the agents' rows."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.queue import AfterHours, Strategy
from waihu_models.tables.base import At, Base, Count, Json, No, Seconds, Short, Tenant, Text, Version, one_of


class QueueRow(Base):
    """A queue: every field of the noun ``Queue``."""

    __tablename__ = "queue"
    __table_args__ = (one_of("strategy", Strategy), one_of("after_hours", AfterHours))

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    tenant_id: Mapped[Tenant]
    title: Mapped[Text]
    strategy: Mapped[Short]
    skills: Mapped[dict[str, Any]] = mapped_column(server_default="{}")  # level by name
    priority: Mapped[Count]
    service_level_s: Mapped[Seconds]
    service_level_ratio: Mapped[Seconds]
    patience_s: Mapped[Seconds]
    overflow_to: Mapped[Short]
    most_waiting: Mapped[Count]
    announce_every_s: Mapped[Seconds]
    callback_after_s: Mapped[Seconds]
    callback_key: Mapped[Short]
    sticky_s: Mapped[Seconds]
    recall: Mapped[No]
    windows: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    zone: Mapped[Short]
    after_hours: Mapped[Short]
    welcome: Mapped[Text]
    closed_text: Mapped[Text]
    language: Mapped[Short]
    enabled: Mapped[No]
    changed_at: Mapped[At]
    version: Mapped[Version]
