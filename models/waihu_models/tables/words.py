"""Phrases that are listened for, what came of them, and drafted summaries."""

from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.assist import HintMark, SummaryState
from waihu_models.tables.base import (
    At,
    Base,
    Json,
    Key,
    No,
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
from waihu_models.transcript import Side
from waihu_models.word_alert import PhraseKind, Severity


class PhraseListRow(Base):
    """A list of phrases: every field of the noun ``PhraseList``. A deleted one stays: it is not loaded anew."""

    __tablename__ = "phrase_list"
    __table_args__ = (one_of("kind", PhraseKind), one_of("severity", Severity))

    id: Mapped[Key]
    tenant_id: Mapped[Tenant]
    name: Mapped[Text]
    kind: Mapped[Short]
    severity: Mapped[Short]
    language: Mapped[Short]
    phrases: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    unless: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    campaign_id: Mapped[OptionalRef]
    sides: Mapped[Short]  # separated by commas
    tell_agent: Mapped[No]
    tell_supervisors: Mapped[No]
    tell_outside: Mapped[No]
    cool_down_s: Mapped[Seconds]
    active: Mapped[No]
    deleted: Mapped[No]
    changed_at: Mapped[At]
    version: Mapped[Version]


class WordAlertRow(Base):
    """An alert: every field of the noun ``WordAlert`` but the text, which is read where it was said.

    ``handled_by``: who saw to it; empty: nobody yet.
    """

    __tablename__ = "word_alert"
    __table_args__ = (
        one_of("side", Side),
        one_of("kind", PhraseKind),
        one_of("severity", Severity),
        Index("ix_word_alert_call", "call_id", "said_at"),
        Index("ix_word_alert_said", "said_at", "id"),
        Index("ix_word_alert_utterance", "utterance_id", "list_id"),
    )

    id: Mapped[Key]
    call_id: Mapped[Ref]
    agent_id: Mapped[OptionalRef]
    campaign_id: Mapped[OptionalRef]
    side: Mapped[str] = mapped_column(String(16))
    utterance_id: Mapped[Ref]
    list_id: Mapped[Ref]
    list_name: Mapped[Text]
    kind: Mapped[Short]
    severity: Mapped[Short]
    phrase: Mapped[Text]
    start_s: Mapped[Seconds]
    said_at: Mapped[At]
    at: Mapped[At]
    tell_agent: Mapped[No]
    tell_supervisors: Mapped[No]
    tell_outside: Mapped[No]
    late: Mapped[No]
    handled_at: Mapped[OptionalAt]
    handled_by: Mapped[Short]


class ObjectionRow(Base):
    """An objection and its answer: every field of the noun ``Objection``. A deleted one stays, as with lists."""

    __tablename__ = "objection"

    id: Mapped[Key]
    tenant_id: Mapped[Tenant]
    name: Mapped[Text]
    language: Mapped[Short]
    phrases: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    answer: Mapped[Text]
    next_step: Mapped[Text]
    campaign_id: Mapped[OptionalRef]
    active: Mapped[No]
    deleted: Mapped[No]
    changed_at: Mapped[At]
    version: Mapped[Version]


class AssistHintRow(Base):
    """An objection that was raised, and, where ``offered``, the answer an agent was shown and what came of it."""

    __tablename__ = "assist_hint"
    __table_args__ = (
        one_of("mark", HintMark),
        Index("ix_assist_hint_call", "call_id", "at"),
        Index("ix_assist_hint_at", "at"),
    )

    id: Mapped[Key]
    call_id: Mapped[Ref]
    agent_id: Mapped[OptionalRef]
    campaign_id: Mapped[OptionalRef]
    objection_id: Mapped[Ref]
    name: Mapped[Text]
    answer: Mapped[Text]
    next_step: Mapped[Text]
    phrase: Mapped[Text]
    utterance_id: Mapped[Ref]
    start_s: Mapped[Seconds]
    at: Mapped[At]
    disposition: Mapped[Short]
    offered: Mapped[No]
    mark: Mapped[str | None] = mapped_column(String(16))
    marked_at: Mapped[OptionalAt]


class CallSummaryRow(Base):
    """A summary: every field of the noun ``Summary``, and what was drafted before an agent changed it."""

    __tablename__ = "call_summary"
    __table_args__ = (one_of("state", SummaryState), Index("ix_call_summary_drafted", "drafted_at"))

    call_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    agent_id: Mapped[OptionalRef]
    campaign_id: Mapped[OptionalRef]
    state: Mapped[Short]
    reason: Mapped[Text]
    objections: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    mentioned: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    callback_at: Mapped[OptionalAt]
    disposition: Mapped[Short]
    text: Mapped[Text]
    drafted_callback_at: Mapped[OptionalAt]
    drafted_disposition: Mapped[Short]
    drafted_text: Mapped[Text]
    drafted_at: Mapped[At]
    decided_at: Mapped[OptionalAt]
    version: Mapped[Version]
