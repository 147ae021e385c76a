"""Who may use the product: teams, accounts, log-ins; and answers kept so that a repeated request does nothing twice."""

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.access import Role
from waihu_models.tables.base import (
    At,
    Base,
    Count,
    Key,
    No,
    OptionalAt,
    OptionalRef,
    Ref,
    Short,
    Tenant,
    Text,
    Version,
    one_of,
)


class TeamRow(Base):
    """People who work together, and may see what is theirs."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    id: Mapped[Key]
    tenant_id: Mapped[Tenant]
    name: Mapped[str] = mapped_column(String(120))
    version: Mapped[Version]


class AccountRow(Base):
    """Somebody who may log in. ``login`` is kept in lower case; ``password_hash`` is argon2id's own text."""

    __tablename__ = "user_account"
    __table_args__ = (one_of("role", Role), UniqueConstraint("tenant_id", "login"))

    id: Mapped[Key]
    tenant_id: Mapped[Tenant]
    login: Mapped[str] = mapped_column(String(64))
    name: Mapped[Text]
    role: Mapped[Short]
    team_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("team.id"))
    agent_id: Mapped[OptionalRef]
    locale: Mapped[Short]
    password_hash: Mapped[Text]
    password_set_at: Mapped[At]
    failed_log_ins: Mapped[Count]
    locked_until: Mapped[OptionalAt]
    disabled: Mapped[No]
    created_at: Mapped[At]
    version: Mapped[Version]


class LogInRow(Base):
    """A browser that is logged in; ``id`` is the hash of what its cookie holds, so the table opens no door."""

    __tablename__ = "log_in"
    __table_args__ = (Index("ix_log_in_user", "user_id"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), ForeignKey("user_account.id"))
    csrf: Mapped[Short]
    address: Mapped[Short]
    program: Mapped[Text]
    created_at: Mapped[At]
    seen_at: Mapped[At]
    expires_at: Mapped[At]


class OneTimeLinkRow(Base):
    """A link that can be followed once: the first administrator, a new password."""

    __tablename__ = "one_time_link"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # the hash of what the link holds
    user_id: Mapped[OptionalRef]  # whose password it sets; none: it makes the first administrator
    created_at: Mapped[At]
    expires_at: Mapped[At]


class KeptAnswerRow(Base):
    """The answer to a request that was sent with an idempotency key."""

    __tablename__ = "kept_answer"
    __table_args__ = (Index("ix_kept_answer_at", "at"),)

    user_id: Mapped[Ref] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    request_hash: Mapped[Short]
    status: Mapped[Count]
    body: Mapped[Text]
    at: Mapped[At]
