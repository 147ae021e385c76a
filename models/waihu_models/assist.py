"""Agent assist: answers to objections during a call, a drafted summary after it; people decide."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from waihu_models.ids import AgentId, CallId, CampaignId


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Something customers object, and what is answered. ``next_step`` names a step of the script."""

    id: str
    name: str
    language: str
    phrases: tuple[str, ...]
    answer: str
    next_step: str = ""
    campaign_id: CampaignId | None = None
    active: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """An answer offered to an agent because of what the customer said.

    ``disposition``: code of the judgement that is proposed at once (the customer wants no more calls); the hint then
    comes from a list of phrases, whose id stands in the place of the objection's.
    """

    id: str
    call_id: CallId
    agent_id: AgentId | None
    objection_id: str
    name: str
    answer: str
    next_step: str
    phrase: str
    utterance_id: str
    start_s: float
    at: datetime
    disposition: str = ""


class HintMark(StrEnum):
    """What an agent says of a hint."""

    USED = "used"
    DISMISSED = "dismissed"


class SummaryState(StrEnum):
    """What the agent made of a draft."""

    DRAFT = "draft"
    ACCEPTED = "accepted"  # as it was
    EDITED = "edited"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a call was about, taken from its own words.

    Attributes:
        reason: The sentence that says what the call is about, as it was said.
        mentioned: Numbers, amounts and dates said, as read (``tomorrow at three`` -> ``2026-11-27T15:00``), card and
            identity numbers left out.
        callback_at: A promised time, where one was said.
        disposition: Code of the suggested disposition; empty: none is suggested.
    """

    call_id: CallId
    state: SummaryState = SummaryState.DRAFT
    reason: str = ""
    objections: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = field(default=())
    callback_at: datetime | None = None
    disposition: str = ""
    text: str = ""
    drafted_at: datetime
    version: int = 1
