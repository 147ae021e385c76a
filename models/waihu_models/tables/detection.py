"""Answers that were judged by ear, and what each campaign has learnt of them."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from waihu_models.tables.base import At, Base, Count, Key, No, OptionalAt, Ref, Seconds, Text


class JudgedAnswerRow(Base):
    """Every field of the noun ``JudgedAnswer``; ``evidence`` on lines."""

    __tablename__ = "judged_answer"
    __table_args__ = (Index("ix_judged_answer_campaign", "campaign_id", "at"), Index("ix_judged_answer_at", "at"))

    call_id: Mapped[Key]
    campaign_id: Mapped[Ref]
    evidence: Mapped[Text]
    machine: Mapped[Seconds]
    threshold: Mapped[Seconds]
    sent_away: Mapped[No]
    checked: Mapped[No]
    check_share: Mapped[Seconds]
    at: Mapped[At]


class LearntDetectionRow(Base):
    """Every field of the noun ``Learnt``, of one campaign."""

    __tablename__ = "learnt_detection"

    campaign_id: Mapped[Key]
    answers: Mapped[Count]
    checked: Mapped[Count]
    threshold: Mapped[float | None]
    at: Mapped[OptionalAt]
    forgotten_at: Mapped[OptionalAt]
