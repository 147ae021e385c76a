"""Customers with their numbers and consents; agents with their time."""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.agent import AgentState, PhoneMode
from waihu_models.lead import Consent
from waihu_models.tables.base import (
    At,
    Base,
    Count,
    Json,
    Key,
    No,
    Number,
    OptionalRef,
    Ref,
    Seconds,
    Short,
    Tenant,
    Text,
    Version,
    one_of,
)


class Purpose(StrEnum):
    """What a consent is about."""

    CALL = "call"
    RECORD = "record"
    SMS = "sms"
    EMAIL = "email"
    WECHAT = "wechat"
    PROFILING = "profiling"


class CustomerRow(Base):
    """Somebody we know."""

    __tablename__ = "customer"
    __table_args__ = (UniqueConstraint("tenant_id", "external_id"), Index("ix_customer_name", "name_key", "id"))

    id: Mapped[Key]
    tenant_id: Mapped[Tenant]
    external_id: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[Text]
    language: Mapped[Short]
    zone: Mapped[str | None] = mapped_column(String(64))
    custom: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    created_at: Mapped[At]
    version: Mapped[Version]
    team_id: Mapped[OptionalRef]  # who may see them, beside those whose campaigns call them; none: everybody
    name_key: Mapped[Text]  # what it is sorted and searched by, see ``names``
    level: Mapped[Short]


class CustomerPhoneRow(Base):
    """A number of a customer; ``place`` 0 is the primary one. What it has proved to be is in ``number_quality``."""

    __tablename__ = "customer_phone"
    __table_args__ = (
        UniqueConstraint("customer_id", "number_e164"),
        Index("ix_customer_phone_number", "number_e164"),
        Index("ix_customer_phone_last4", "last4", "customer_id"),
    )

    id: Mapped[Key]
    customer_id: Mapped[str] = mapped_column(String(32), ForeignKey("customer.id"))
    number_e164: Mapped[Number]
    masked: Mapped[Short]
    last4: Mapped[str] = mapped_column(String(4))
    place: Mapped[Count]


class Channel(StrEnum):
    """How a word of consent reached us."""

    UNKNOWN = "unknown"
    PHONE = "phone"
    WEB = "web"
    PAPER = "paper"
    IN_PERSON = "in_person"
    EMAIL = "email"
    SMS = "sms"
    IMPORT = "import"


class ConsentRow(Base):
    """A word on one purpose, of a customer or for a number; append-only, the latest counts."""

    __tablename__ = "consent"
    __table_args__ = (
        one_of("purpose", Purpose),
        one_of("state", Consent),
        one_of("channel", Channel),
        CheckConstraint("customer_id IS NOT NULL OR number_e164 IS NOT NULL", name="whose"),
        Index("ix_consent_customer", "customer_id", "purpose", "seq"),
        Index("ix_consent_number", "number_e164", "purpose", "seq"),
        {"sqlite_autoincrement": True},  # no word ever takes the place of one before
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    customer_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("customer.id"))
    purpose: Mapped[Short]
    state: Mapped[Short]
    source: Mapped[Text]  # who says so: a call, a form, a file
    at: Mapped[At]
    number_e164: Mapped[str | None] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(16), server_default="unknown")
    proof: Mapped[Text]  # where it can be seen or heard: a recording, a document, its hash


class AgentRow(Base):
    """An agent and the present session: every field of the noun ``Agent``, so that a restart can adopt it."""

    __tablename__ = "agent"
    __table_args__ = (one_of("state", AgentState), one_of("mode", PhoneMode))

    id: Mapped[Key]
    tenant_id: Mapped[Tenant]
    name: Mapped[Text]
    phone: Mapped[Short]
    mode: Mapped[Short]
    campaign_id: Mapped[OptionalRef]
    wrap_limit_s: Mapped[Seconds]
    ring_timeout_s: Mapped[Count]
    session_id: Mapped[Short]
    state: Mapped[Short]
    state_since: Mapped[At]
    reason: Mapped[Text]
    leg_id: Mapped[str | None] = mapped_column(String(120))
    leg_joined: Mapped[No]
    leg_count: Mapped[Count]
    phone_away: Mapped[No]
    call_id: Mapped[OptionalRef]
    then_pause: Mapped[Text]
    then_log_out: Mapped[Text]
    team_id: Mapped[OptionalRef]
    version: Mapped[Version]  # of what people change; a session moves without it
    disabled: Mapped[No]  # may not log in
    next_profile: Mapped[Text]  # in JSON: an edit that waits for the end of the session
    queues: Mapped[list[Any]] = mapped_column(Json, server_default="[]")  # this and below: the noun ``Abilities``
    skills: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    blended: Mapped[bool] = mapped_column(server_default=true())


class AgentStateRow(Base):
    """A stretch of an agent's time, with its length."""

    __tablename__ = "agent_state_log"
    __table_args__ = (one_of("state", AgentState), Index("ix_agent_state_log_agent", "agent_id", "started_at"))

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    agent_id: Mapped[Ref]
    session_id: Mapped[Short]
    campaign_id: Mapped[OptionalRef]
    call_id: Mapped[OptionalRef]
    state: Mapped[Short]
    reason: Mapped[Text]
    started_at: Mapped[At]
    ended_at: Mapped[At]
    duration_s: Mapped[Seconds]
