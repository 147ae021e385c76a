"""Alerts on words: lists of phrases that somebody wants to be told of, and where one of them was said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from waihu_models.ids import AgentId, CallId, CampaignId
from waihu_models.transcript import Side


class PhraseKind(StrEnum):
    """What a list of phrases is about."""

    PRICE = "price"
    COMPLAINT = "complaint"
    LEGAL_THREAT = "legal_threat"
    FORBIDDEN_PROMISE = "forbidden_promise"
    COMPETITOR = "competitor"
    DO_NOT_CALL = "do_not_call"  # proposes the do-not-call disposition at once
    SENTIMENT = "sentiment"  # words shown as such, nothing more
    OTHER = "other"


class Severity(StrEnum):
    """How much it matters."""

    NOTE = "note"
    WARNING = "warning"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseList:
    """Phrases that raise an alert when they are said.

    Attributes:
        unless: A phrase is not meant where one of these is said beside it in the same breath.
        campaign_id: Only in calls of this campaign; None: in all.
        sides: Whose words count.
        tell_agent: A hint on the agent's desk; ``tell_supervisors``, ``tell_outside`` (webhooks) likewise.
        cool_down_s: So long after an alert in a call, the same list raises no other one in it.
    """

    id: str
    name: str
    kind: PhraseKind
    severity: Severity
    language: str  # ``en``, ``zh``
    phrases: tuple[str, ...]
    unless: tuple[str, ...] = ()
    campaign_id: CampaignId | None = None
    sides: tuple[Side, ...] = (Side.CUSTOMER,)
    tell_agent: bool = True
    tell_supervisors: bool = True
    tell_outside: bool = False
    cool_down_s: float = 30.0
    active: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WordAlert:
    """A phrase of a list was said. ``start_s`` counts as in the utterance it points to.

    ``late``: it was found in the recording after the call, so that nobody was told of it during the call.
    """

    id: str
    call_id: CallId
    agent_id: AgentId | None
    campaign_id: CampaignId | None
    side: Side
    utterance_id: str
    list_id: str
    list_name: str
    kind: PhraseKind
    severity: Severity
    phrase: str
    text: str  # the utterance
    start_s: float
    said_at: datetime
    at: datetime
    tell_agent: bool = True
    tell_supervisors: bool = True
    tell_outside: bool = False
    late: bool = False
