"""Types and base of all tables. Portable: the same metadata runs on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from sqlalchemy import JSON, CheckConstraint, DateTime, MetaData, String, TypeDecorator
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
    """An aware moment, kept as UTC; a naive one is refused, because nobody could tell what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn into UTC; SQLite has no time zones, so its text is naive and always UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value} cannot be stored: give it a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")

Key: TypeAlias = Annotated[str, mapped_column(String(32), primary_key=True)]
Ref: TypeAlias = Annotated[str, mapped_column(String(32))]
OptionalRef: TypeAlias = Annotated[str | None, mapped_column(String(32))]
Short: TypeAlias = Annotated[str, mapped_column(String(64), default="", server_default="")]
Text: TypeAlias = Annotated[str, mapped_column(String, default="", server_default="")]
Number: TypeAlias = Annotated[str, mapped_column(String(32))]
At: TypeAlias = Annotated[datetime, mapped_column(UtcDateTime)]
OptionalAt: TypeAlias = Annotated[datetime | None, mapped_column(UtcDateTime)]
Version: TypeAlias = Annotated[int, mapped_column(default=1, server_default="1")]
Seconds: TypeAlias = Annotated[float, mapped_column(default=0.0, server_default="0")]
Count: TypeAlias = Annotated[int, mapped_column(default=0, server_default="0")]
Tenant: TypeAlias = Annotated[str, mapped_column(String(32), default="default", server_default="default")]


class Base(DeclarativeBase):
    """Base of all rows."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {dict[str, Any]: Json}  # noqa: RUF012 -- SQLAlchemy's own way


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """Return the named check that a column holds a value of an enumeration (or nothing)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
