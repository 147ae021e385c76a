"""What agents may choose from when they judge a call."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.tables.base import Base, Json, Tenant, Version


class DispositionSetRow(Base):
    """The choices of one campaign, or (campaign "") of all that have none of their own; changed as a whole."""

    __tablename__ = "disposition_set"

    campaign_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    tenant_id: Mapped[Tenant]
    choices: Mapped[list[Any]] = mapped_column(Json)
    version: Mapped[Version]
