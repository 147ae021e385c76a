"""Versions of dialplan templates."""

from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.dialplan import VersionState, Wish
from waihu_models.tables.base import At, Base, Json, No, Short, Tenant, Text, one_of


class DialplanVersionRow(Base):
    """One version of a template: every field of the noun ``TemplateVersion``."""

    __tablename__ = "dialplan_version"
    __table_args__ = (
        one_of("state", VersionState),
        one_of("wish", Wish),
        UniqueConstraint("template", "number"),
        Index("ix_dialplan_version_state", "state", "template"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    tenant_id: Mapped[Tenant]
    template: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    text: Mapped[Text]
    values: Mapped[dict[str, Any]] = mapped_column(Json, server_default="{}")
    author: Mapped[str] = mapped_column(String(100), server_default="")
    reason: Mapped[Text]
    at: Mapped[At]
    state: Mapped[str] = mapped_column(String(16))
    state_at: Mapped[At]
    findings: Mapped[list[Any]] = mapped_column(Json, server_default="[]")
    trying: Mapped[No]
    wish: Mapped[str] = mapped_column(String(16), server_default="")
    wished_by: Mapped[Short]
