"""Routing rules: versions of their table, how often each rule decided, and why each call was sent where it went."""

from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.call_facts import RouteKind
from waihu_models.routing_rule import TableState
from waihu_models.tables.base import At, Base, Count, Json, OptionalAt, Short, Tenant, Text, Version, one_of

_LIVE = text("state = 'live'")


class RoutingTableRow(Base):
    """A version of the routing rules: every field of the noun ``RuleTable``."""

    __tablename__ = "routing_table"
    __table_args__ = (
        one_of("state", TableState),
        Index("uq_routing_table_live", "state", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant_id: Mapped[Tenant]
    state: Mapped[Short]
    rules: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    rule_count: Mapped[Count]
    default_queue: Mapped[Short]
    author: Mapped[Text]
    reason: Mapped[Text]
    made_at: Mapped[At]
    live_at: Mapped[OptionalAt]
    version: Mapped[Version]


class RoutingHitRow(Base):
    """How many calls a rule decided on a day (of the contact centre's time); rule "": none held."""

    __tablename__ = "routing_hit"

    table_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rule: Mapped[str] = mapped_column(String(80), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    hits: Mapped[Count]


class RoutingCallRow(Base):
    """Where a call was sent, by which rule, and what was known of it then."""

    __tablename__ = "routing_call"
    __table_args__ = (one_of("kind", RouteKind), Index("ix_routing_call_at", "at"))

    call_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[At]
    table_number: Mapped[Count]
    rule: Mapped[str] = mapped_column(String(80), server_default="")
    kind: Mapped[Short]
    target: Mapped[Short]
    priority: Mapped[Count]
    held: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    facts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
