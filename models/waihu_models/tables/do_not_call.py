"""Do-not-call lists. Numbers are on them only as keyed hashes: who has the file and not the key learns nothing."""

from datetime import date

from sqlalchemy import Date, Index, Integer, LargeBinary, String, text, true
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.do_not_call import ListKind, ListState
from waihu_models.tables.base import At, Base, Count, OptionalAt, OptionalRef, Short, Tenant, Text, one_of

_IN_FORCE = text("state = 'in_force'")


class DoNotCallListRow(Base):
    """A list; each import makes a new row, so that what was in force when stays on record."""

    __tablename__ = "dnc_list"
    __table_args__ = (
        one_of("kind", ListKind),
        one_of("state", ListState),
        Index(
            "ix_dnc_list_in_force", "tenant_id", "name",
            unique=True, sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE,
        ),
        {"sqlite_autoincrement": True},  # numbers of a list that is gone never become those of another
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    tenant_id: Mapped[Tenant]
    kind: Mapped[Short]
    state: Mapped[Short]
    name: Mapped[str] = mapped_column(String(120))
    source: Mapped[Text]
    campaign_id: Mapped[OptionalRef]
    prefix: Mapped[Short]
    obtained_on: Mapped[date | None] = mapped_column(Date)
    max_age_days: Mapped[int | None]
    numbers: Mapped[Count]  # as imported; of lists that grow one by one they are counted
    sha256: Mapped[Short]
    started_at: Mapped[At]
    imported_at: Mapped[OptionalAt]
    ended_at: Mapped[OptionalAt]


class DoNotCallNumberRow(Base):
    """A number on a list; what was put there one by one says when, by whom and why, and is never deleted.

    The list comes first in the key: the numbers of one file lie together, so a file is written from end to end, a
    replaced one is taken away likewise, and the few lists in force cost one look-up each.
    """

    __tablename__ = "dnc_number"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 -- SQLAlchemy's own way

    list_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number_hash: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    added_at: Mapped[OptionalAt]
    source: Mapped[str | None]
    reason: Mapped[str | None]
    removed_at: Mapped[OptionalAt]
    removed_by: Mapped[str | None]


class ClearNumberRow(Base):
    """A number of the time before hashes; it is hashed and deleted when the store is first used with its key."""

    __tablename__ = "dnc_entry"

    number_e164: Mapped[str] = mapped_column(String(32), primary_key=True)
    active: Mapped[bool] = mapped_column(server_default=true())
    reason: Mapped[Text]
    source: Mapped[Text]
    at: Mapped[At]
    deactivated_at: Mapped[OptionalAt]


class NumberKeyRow(Base):
    """By what the key of the hashes is recognised; one row, from the first use of the key on."""

    __tablename__ = "number_key"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fingerprint: Mapped[Short]
