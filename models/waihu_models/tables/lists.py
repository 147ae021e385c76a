"""Campaigns, their leads, what was learnt of numbers, imports."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.campaign import CampaignState, DialMode
from waihu_models.lead import Consent, LeadState
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

_OURS = text("customer_id IS NOT NULL")


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
    order_mark: Mapped[Short]  # of the rules by which its list was ordered last
    version: Mapped[Version]
    team_id: Mapped[OptionalRef]  # none: everybody's


class LeadRow(Base):
    """A customer or a bare number on the list of one campaign."""

    __tablename__ = "lead"
    __table_args__ = (
        one_of("state", LeadState),
        one_of("recording_consent", Consent),
        UniqueConstraint("campaign_id", "number_e164"),
        # Leads that wait for no moment are read from it in their order, the others by the moment they wait for.
        Index("ix_lead_due", "campaign_id", "state", "lane", "next_at", "pass_no", "rank", "id"),
        Index("ix_lead_name", "campaign_id", "name_key", "id"),
        Index("ix_lead_customer", "campaign_id", "customer_id", sqlite_where=_OURS, postgresql_where=_OURS),
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
    postcode: Mapped[Short]
    region: Mapped[Short]
    call_consent: Mapped[str] = mapped_column(String(16), server_default="unknown")
    list_name: Mapped[Short]
    lane: Mapped[Count]  # lists of one lane are in one order
    pass_no: Mapped[int] = mapped_column(server_default="1")
    rank: Mapped[bytes] = mapped_column(LargeBinary, server_default="")  # sorts as leads are called
    urgency: Mapped[float | None]
    value: Mapped[float | None]
    level: Mapped[Short]
    score: Mapped[Seconds]
    tags: Mapped[Text]
    preferred: Mapped[Text]
    more_numbers: Mapped[Text]
    refusals: Mapped[Count]
    max_attempts: Mapped[int | None]
    name_key: Mapped[Text]  # what its name is sorted and searched by, see ``names``


class LeaseRow(Base):
    """A lead that a dial loop has taken, for as long as it says: no other one gets it in that time."""

    __tablename__ = "lead_lease"
    __table_args__ = (
        Index("ix_lead_lease_token", "token"),
        Index("ix_lead_lease_holder", "holder"),
    )

    lead_id: Mapped[Key]
    campaign_id: Mapped[Ref]
    holder: Mapped[Ref]
    token: Mapped[Ref]  # of the request it was given to
    until: Mapped[At]


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
    """Why a lead was not dialled; ``code`` is a ``Refusal``.

    No check says so: it is a log that only this program writes, it grows long, and a new code would copy it whole.
    """

    __tablename__ = "refusal_log"
    __table_args__ = (Index("ix_refusal_log_lead", "lead_id"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    lead_id: Mapped[Ref]
    code: Mapped[Short]
    at: Mapped[At]
    again_at: Mapped[OptionalAt]


class ImportRow(Base):
    """One run of an import; its bad rows stand in the error file beside the imported one."""

    __tablename__ = "import_job"
    __table_args__ = (Index("ix_import_job_campaign", "campaign_id", "started_at"),)

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
    # Of files that were sent to the program; a command reads a file where it lies.
    kept_as: Mapped[Text]  # its name in the folder of uploads; "": no longer, or never, there
    actor: Mapped[Short]
    wishes: Mapped[dict[str, Any]] = mapped_column(server_default="{}")  # mapping, region, list name, consent
    total: Mapped[Count]  # rows of the file
    duplicates: Mapped[Count]
    already_there: Mapped[Count]
    new_customers: Mapped[Count]
    problem: Mapped[Text]
