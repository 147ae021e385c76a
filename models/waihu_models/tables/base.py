"""Types and base of all tables. Portable: the same metadata runs on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from sqlalchemy import JSON, BigInteger, CheckConstraint, DateTime, MetaData, String, TypeDecorator, false
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept as UTC; a naive one is refused, because nobody could tell what it means.

    The processors are replaced whole: a call has a dozen of these columns, and SQLite's own are most of its cost.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Turn into UTC; SQLite has no time zones, so it keeps text without one, which sorts by time."""
        return _to_text if dialect.name == "sqlite" else _to_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        """Return aware UTC."""
        return _from_text if dialect.name == "sqlite" else _to_utc


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"naive time {value} cannot be stored: give it a time zone")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    at = _to_utc(value)
    return at.isoformat(" ", "microseconds")[:26] if at is not None else None


def _from_text(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if value is not None else None


Json = JSON().with_variant(JSONB(), "postgresql")

Key: TypeAlias = Annotated[str, mapped_column(String(32), primary_key=True)]
Ref: TypeAlias = Annotated[str, mapped_column(String(32))]
OptionalRef: TypeAlias = Annotated[str | None, mapped_column(String(32))]
Short: TypeAlias = Annotated[str, mapped_column(String(64), server_default="")]
Text: TypeAlias = Annotated[str, mapped_column(String, server_default="")]
Number: TypeAlias = Annotated[str, mapped_column(String(32))]
At: TypeAlias = Annotated[datetime, mapped_column(UtcDateTime)]
OptionalAt: TypeAlias = Annotated[datetime | None, mapped_column(UtcDateTime)]
Version: TypeAlias = Annotated[int, mapped_column(server_default="1")]
Seconds: TypeAlias = Annotated[float, mapped_column(server_default="0")]
No: TypeAlias = Annotated[bool, mapped_column(server_default=false())]
Bytes: TypeAlias = Annotated[int, mapped_column(BigInteger, server_default="0")]
Count: TypeAlias = Annotated[int, mapped_column(server_default="0")]
Tenant: TypeAlias = Annotated[str, mapped_column(String(32), server_default="default")]


class Base(DeclarativeBase):
    """Base of all rows."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {dict[str, Any]: Json}  # noqa: RUF012 -- SQLAlchemy's own way


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """Return the named check that a column holds a value of an enumeration (or nothing)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
