"""Calls, what agents said of them, their recordings."""

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.call import CallState, Direction
from waihu_models.disposition import Category
from waihu_models.outcome import Outcome
from waihu_models.recording import RecordingState
from waihu_models.tables.base import (
    At,
    Base,
    Bytes,
    Count,
    Key,
    No,
    Number,
    OptionalAt,
    OptionalRef,
    Ref,
    Seconds,
    Short,
    Text,
    one_of,
)

_OPEN = text("state <> 'ended'")
_OF_AGENT, _OF_CUSTOMER = text("agent_id IS NOT NULL"), text("customer_id IS NOT NULL")
_JUDGED = text("disposition IS NOT NULL")


class CallRow(Base):
    """One attempt, or one caller: every field of the noun ``Call``. References are plain, so facts can be archived."""

    __tablename__ = "call"
    __table_args__ = (
        one_of("state", CallState),
        one_of("direction", Direction),
        one_of("outcome", Outcome),
        Index("ix_call_campaign_dialled", "campaign_id", "dialled_at"),
        Index("ix_call_number_dialled", "number_e164", "dialled_at"),
        Index("ix_call_caller_id_dialled", "caller_id", "direction", "dialled_at"),
        Index("ix_call_dialled", "dialled_at", "id"),
        Index("ix_call_last4_dialled", "last4", "dialled_at"),
        Index(
            "ix_call_agent_dialled", "agent_id", "dialled_at",
            sqlite_where=_OF_AGENT, postgresql_where=_OF_AGENT,
        ),
        Index(
            "ix_call_customer_dialled", "customer_id", "dialled_at",
            sqlite_where=_OF_CUSTOMER, postgresql_where=_OF_CUSTOMER,
        ),
        Index(
            "ix_call_disposition_dialled", "disposition", "dialled_at",
            sqlite_where=_JUDGED, postgresql_where=_JUDGED,
        ),
        Index("ix_call_open", "dialled_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )  # fmt: skip

    id: Mapped[Key]
    direction: Mapped[Short]
    leg_id: Mapped[str] = mapped_column(String(80))
    number_e164: Mapped[Number]
    trunk: Mapped[Short]
    caller_id: Mapped[Short]
    campaign_id: Mapped[OptionalRef]
    lead_id: Mapped[OptionalRef]
    customer_id: Mapped[OptionalRef]
    dial_string: Mapped[Short]
    ring_timeout_s: Mapped[Count]
    patience_s: Mapped[Seconds]
    screening: Mapped[No]
    recording_allowed: Mapped[No]
    drop_media: Mapped[Short]
    hint: Mapped[Seconds]
    state: Mapped[Short]
    state_since: Mapped[At]
    dialled_at: Mapped[At]
    ringing_at: Mapped[OptionalAt]
    early_media_at: Mapped[OptionalAt]
    answered_at: Mapped[OptionalAt]
    verdict: Mapped[str | None] = mapped_column(String(16))
    greeting_ended_at: Mapped[OptionalAt]
    connected_at: Mapped[OptionalAt]
    hung_up_at: Mapped[OptionalAt]
    ended_at: Mapped[OptionalAt]
    held_s: Mapped[Seconds]
    abandoned: Mapped[No]
    hang_up_asked: Mapped[Text]
    agent_id: Mapped[OptionalRef]
    bridge_id: Mapped[str | None] = mapped_column(String(100))
    recording_id: Mapped[OptionalRef]
    recording_paused: Mapped[No]
    cause: Mapped[Count]
    sip_code: Mapped[Count]
    outcome: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[Text]
    disposition: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[Text]
    callback_at: Mapped[OptionalAt]
    rules_version: Mapped[Text]
    last4: Mapped[str] = mapped_column(String(4), server_default="")  # of the number
    talk_s: Mapped[Seconds]
    origin: Mapped[Short]  # a value of Origin; empty: from before there were others than LIST
    transfer_to: Mapped[Short]
    transfer_leg_id: Mapped[str | None] = mapped_column(String(80))
    consult: Mapped[str | None] = mapped_column(String(400))  # JSON of whom the agent asks meanwhile
    asks: Mapped[Short]
    chosen: Mapped[str | None] = mapped_column(String)  # JSON of what was answered to that
    queue: Mapped[Short]
    queue_since: Mapped[OptionalAt]
    priority: Mapped[int] = mapped_column(server_default="100")
    wanted_agent_id: Mapped[OptionalRef]
    language: Mapped[Short]
    business_type: Mapped[Short]
    announcement: Mapped[str | None] = mapped_column(String(100))
    announced_wait_s: Mapped[float | None]
    callback_key: Mapped[Short]
    callback_asked: Mapped[No]
    turned_away: Mapped[Short]


class DispositionRow(Base):
    """Each judgement an agent gave; the last one counts."""

    __tablename__ = "call_disposition"
    __table_args__ = (one_of("category", Category), Index("ix_call_disposition_call", "call_id"))

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    call_id: Mapped[Ref]
    campaign_id: Mapped[OptionalRef]
    agent_id: Mapped[OptionalRef]
    code: Mapped[Short]
    category: Mapped[Short]
    note: Mapped[Text]
    callback_at: Mapped[OptionalAt]
    at: Mapped[At]


class RecordingRow(Base):
    """One recording; ``path`` is relative to the recordings folder."""

    __tablename__ = "recording"
    __table_args__ = (one_of("state", RecordingState), Index("ix_recording_call", "call_id"))

    id: Mapped[Key]
    call_id: Mapped[Ref]
    state: Mapped[Short]
    started_at: Mapped[At]
    path: Mapped[Text]
    duration_s: Mapped[Seconds]
    size_bytes: Mapped[Bytes]
    sha256: Mapped[Short]
    error: Mapped[Text]
