"""Rule packs as they were when calls passed by them."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.tables.base import At, Base, Short, Text


class RulePackRow(Base):
    """A version of a rule pack that was in use; written once, so that it stays evidence when its file is edited."""

    __tablename__ = "rule_pack"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[str] = mapped_column(String(16), primary_key=True)
    sha256: Mapped[Short]
    text: Mapped[Text]
    taken_at: Mapped[At]
