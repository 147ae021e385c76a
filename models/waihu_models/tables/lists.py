"""Campaigns, their leads, numbers that are not to be called, imports."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.campaign import CampaignState, DialMode
from waihu_models.lead import Consent, LeadState, Refusal
from waihu_models.tables.base import (
    At,
    Base,
    Count,
    Key,
    Number,
    OptionalAt,
    OptionalRef,
    Ref,
    Seconds,
    Short,
    Tenant,
    Text,
    Version,
    one_of,
)


class CampaignRow(Base):
    """A campaign; every rule of the noun is in ``rules``."""

    __tablename__ = "campaign"
    __table_args__ = (one_of("mode", DialMode), one_of("state", CampaignState), UniqueConstraint("tenant_id", "name"))

    id: Mapped[Key]
    tenant_id: Mapped[Tenant]
    name: Mapped[str] = mapped_column(String(120))
    mode: Mapped[Short]
    state: Mapped[Short]
    rules: Mapped[dict[str, Any]]
    version: Mapped[Version]


class LeadRow(Base):
    """A customer or a bare number on the list of one campaign."""

    __tablename__ = "lead"
    __table_args__ = (
        one_of("state", LeadState),
        one_of("recording_consent", Consent),
        UniqueConstraint("campaign_id", "number_e164"),
        # Leads that wait for no moment are read from it in their order, the others by the moment they wait for.
        Index("ix_lead_due", "campaign_id", "state", "next_at", text("priority DESC"), "id"),
    )

    id: Mapped[Key]
    campaign_id: Mapped[str] = mapped_column(String(32), ForeignKey("campaign.id"))
    number_e164: Mapped[Number]
    customer_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("customer.id"))
    name: Mapped[Text]
    state: Mapped[str] = mapped_column(String(16), server_default="new")
    priority: Mapped[Seconds]
    hint: Mapped[Seconds]
    zone: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[Count]
    attempts_of_outcome: Mapped[Count]
    last_outcome: Mapped[Short]
    last_attempt_at: Mapped[OptionalAt]
    next_at: Mapped[OptionalAt]
    callback_agent_id: Mapped[OptionalRef]
    recording_consent: Mapped[str] = mapped_column(String(16), server_default="unknown")
    reason: Mapped[Text]  # what the present state follows from
    import_id: Mapped[OptionalRef]
    # Columns of the list that are not ours.
    custom: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    version: Mapped[Version]


class DoNotCallRow(Base):
    """A number that is not called; taken off the list it is deactivated, never deleted."""

    __tablename__ = "dnc_entry"

    number_e164: Mapped[str] = mapped_column(String(32), primary_key=True)
    active: Mapped[bool] = mapped_column(server_default=true())
    reason: Mapped[Text]
    source: Mapped[Text]  # who says so: a call, a file, a regulator's list
    at: Mapped[At]
    deactivated_at: Mapped[OptionalAt]


class NumberQuality(StrEnum):
    """What a number has proved to be."""

    UNKNOWN = "unknown"
    VALID = "valid"
    INVALID = "invalid"
    NO_ANSWER = "no_answer"
    WRONG_PARTY = "wrong_party"


class NumberQualityRow(Base):
    """What was learnt of a number, whoever it is said to belong to: most dialled numbers are nobody's yet."""

    __tablename__ = "number_quality"
    __table_args__ = (one_of("quality", NumberQuality),)

    number_e164: Mapped[str] = mapped_column(String(32), primary_key=True)
    quality: Mapped[Short]
    at: Mapped[At]


class RefusalRow(Base):
    """Why a lead was not dialled."""

    __tablename__ = "refusal_log"
    __table_args__ = (one_of("code", Refusal), Index("ix_refusal_log_lead", "lead_id"))

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    lead_id: Mapped[Ref]
    code: Mapped[Short]
    at: Mapped[At]
    again_at: Mapped[OptionalAt]


class ImportRow(Base):
    """One run of an import; its bad rows stand in the error file beside the imported one."""

    __tablename__ = "import_job"

    id: Mapped[Key]
    campaign_id: Mapped[Ref]
    file_name: Mapped[Text]
    sha256: Mapped[Short]
    state: Mapped[Short]
    rows: Mapped[Count]
    imported: Mapped[Count]
    rejected: Mapped[Count]
    started_at: Mapped[At]
    ended_at: Mapped[OptionalAt]
