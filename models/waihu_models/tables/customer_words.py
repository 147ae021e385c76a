"""What people keep about customers beside the facts: tags and notes."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.tables.base import At, Base, Key, Short, Text


class CustomerTagRow(Base):
    """A tag a customer has."""

    __tablename__ = "customer_tag"
    __table_args__ = (Index("ix_customer_tag_tag", "tag", "customer_id"), {"sqlite_with_rowid": False})

    customer_id: Mapped[str] = mapped_column(String(32), ForeignKey("customer.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(64), primary_key=True)


class CustomerNoteRow(Base):
    """A note on a customer; notes are added, never changed."""

    __tablename__ = "customer_note"
    __table_args__ = (Index("ix_customer_note_customer", "customer_id", "at"),)

    id: Mapped[Key]
    customer_id: Mapped[str] = mapped_column(String(32), ForeignKey("customer.id"))
    at: Mapped[At]
    actor: Mapped[Short]
    text: Mapped[Text]
