"""What callers are asked by keys."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.tables.base import At, Base, Json, Tenant, Version


class MenuRow(Base):
    """A menu: the noun ``Menu`` as one document."""

    __tablename__ = "menu"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    tenant_id: Mapped[Tenant]
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    changed_at: Mapped[At]
    version: Mapped[Version]
