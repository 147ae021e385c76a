"""Which callers who gave up need not be called back any more."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.tables.base import At, Base, Tenant, Text


class RecallDoneRow(Base):
    """Somebody said of a caller of a queue that nothing is left to do; a later call of theirs counts anew."""

    __tablename__ = "recall_done"

    number_e164: Mapped[str] = mapped_column(String(32), primary_key=True)
    queue: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[Tenant]
    done_at: Mapped[At]
    done_by: Mapped[Text]
    note: Mapped[Text]
