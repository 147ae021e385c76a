"""Sets of caller ids and the numbers in them."""

from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.caller_id import NumberState
from waihu_models.tables.base import At, Base, Count, Key, OptionalAt, Seconds, Short, Tenant, Text, one_of


class CallerIdSetRow(Base):
    """A set; ``judged_until`` moves in the transaction of what follows from the calls before it."""

    __tablename__ = "caller_id_set"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    id: Mapped[Key]
    tenant_id: Mapped[Tenant]
    name: Mapped[str] = mapped_column(String(120))
    zone: Mapped[str] = mapped_column(String(64))
    cap_per_day: Mapped[Count]
    false_alarm_ratio: Mapped[Seconds]
    quarantine_s: Mapped[Seconds]
    trial_calls: Mapped[Count]
    judged_until: Mapped[At]


class CallerIdNumberRow(Base):
    """A number the company owns. It belongs to one set, so that its cap counts all its calls."""

    __tablename__ = "caller_id_number"
    __table_args__ = (one_of("state", NumberState), Index("ix_caller_id_number_set", "set_id"))

    number_e164: Mapped[str] = mapped_column(String(32), primary_key=True)
    set_id: Mapped[str] = mapped_column(String(32), ForeignKey("caller_id_set.id"))
    owned_since: Mapped[date] = mapped_column(Date)
    state: Mapped[Short]
    since: Mapped[At]
    until: Mapped[OptionalAt]
    reason: Mapped[Short]
    note: Mapped[Text]
    watch: Mapped[dict[str, Any]]  # what the test of its answer rate remembers
