"""Answers that were judged by ear, and what is learnt of them."""

from dataclasses import dataclass
from datetime import datetime

from waihu_models.ids import CallId, CampaignId


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAnswer:
    """An answer as it was taken.

    Attributes:
        evidence: What was heard, as ``speech.answer_evidence`` names it.
        machine: How probable a machine was held to be, 0..1.
        threshold: From which probability on an answer was sent away.
        sent_away: It was taken for a machine.
        checked: It was, and was passed on to an agent all the same, to learn how often that is wrong.
        check_share: How many of those taken for machines were passed on so, 0..1.
    """

    call_id: CallId
    campaign_id: CampaignId
    evidence: tuple[str, ...]
    machine: float
    threshold: float
    sent_away: bool
    checked: bool
    check_share: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAnswer:
    """An answer of which an agent said what it was; ``weight``: how many answers it stands for."""

    evidence: tuple[str, ...]
    machine: bool
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What a campaign has learnt.

    Attributes:
        answers: Known answers it was learnt from; 0: what is shipped counts alone.
        checked: Of those, taken for machines and passed on to be checked.
        threshold: From which probability of a machine on an answer is sent away.
        at: When it was learnt.
        forgotten_at: Older answers do not count; None: all do.
    """

    answers: int = 0
    checked: int = 0
    threshold: float | None = None
    at: datetime | None = None
    forgotten_at: datetime | None = None
