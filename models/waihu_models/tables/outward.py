"""What other systems are told: who wants it, what is on its way; and the call tasks they give us."""

from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.call_task import TaskState
from waihu_models.outward import DeliveryState
from waihu_models.tables.base import (
    At,
    Base,
    Bytes,
    Count,
    Key,
    No,
    OptionalAt,
    Ref,
    Short,
    Tenant,
    Text,
    Version,
    one_of,
)


class WebhookRow(Base):
    """A subscription; ``position`` moves without the version, which is that of what people change."""

    __tablename__ = "webhook"

    id: Mapped[Key]
    tenant_id: Mapped[Tenant]
    name: Mapped[Text]
    url: Mapped[Text]
    topics: Mapped[Text]  # with commas
    paused: Mapped[No]
    sealed_secret: Mapped[Text]
    former_sealed_secret: Mapped[Text]  # signs as well until ``former_secret_until``
    former_secret_until: Mapped[OptionalAt]
    position: Mapped[Bytes]
    created_by: Mapped[Short]
    created_at: Mapped[At]
    version: Mapped[Version]


class DeliveryRow(Base):
    """An event on its way to one receiver, with a copy of what it says: the outbox forgets, this waits."""

    __tablename__ = "delivery"
    __table_args__ = (
        one_of("state", DeliveryState),
        UniqueConstraint("webhook_id", "seq"),
        Index("ix_delivery_lane", "state", "lane", "seq"),
    )

    id: Mapped[Key]
    webhook_id: Mapped[str] = mapped_column(String(32), ForeignKey("webhook.id"))
    lane: Mapped[str] = mapped_column(String(300))  # the receiver: what waits for one holds up no other
    seq: Mapped[Bytes]  # of the outbox
    topic: Mapped[Short]
    key: Mapped[Short]
    payload: Mapped[dict[str, Any]]
    at: Mapped[At]
    state: Mapped[Short]
    attempts: Mapped[Count]
    next_at: Mapped[At]
    reason: Mapped[Text]  # why it failed last


class CallTaskRow(Base):
    """A customer whom another system wants to be called; its lead says how far that is."""

    __tablename__ = "call_task"
    __table_args__ = (
        one_of("state", TaskState),
        Index("ix_call_task_state", "state", "id"),
        Index("ix_call_task_lead", "lead_id"),
    )

    id: Mapped[Key]
    tenant_id: Mapped[Tenant]
    campaign_id: Mapped[Ref]
    lead_id: Mapped[Ref]
    customer_id: Mapped[Ref]
    customer_ref: Mapped[Short]
    script_ref: Mapped[str] = mapped_column(String(120), server_default="")
    numbers: Mapped[Text]  # that may be dialled for it, with commas
    callback_url: Mapped[Text]
    max_retries: Mapped[Count]
    preferred_at: Mapped[OptionalAt]
    reference: Mapped[Short]
    state: Mapped[Short]
    reason: Mapped[Text]
    attempts: Mapped[Count]  # when it was over
    result: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    created_by: Mapped[Short]
    created_at: Mapped[At]
    ended_at: Mapped[OptionalAt]
    version: Mapped[Version]
