"""Leads: a customer or a bare number to be called in one campaign, and what the dial rules need to know of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from waihu_models.ids import AgentId, CampaignId, CustomerId, LeadId
from waihu_models.phone import E164


class LeadState(StrEnum):
    """Where a lead is. DIALLING is stored before anything is dialled: a crash cannot make it be dialled twice."""

    NEW = "new"
    DIALLING = "dialling"
    RETRY = "retry"  # to be called again at ``next_at``
    CALLBACK = "callback"  # promised for ``next_at``
    DONE = "done"  # success or final refusal
    CLOSED = "closed"  # nothing more to try: attempts used up, number invalid, do-not-call


class Consent(StrEnum):
    """The customer's latest word on one purpose."""

    UNKNOWN = "unknown"
    GRANTED = "granted"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One entry of a campaign's list."""

    id: LeadId
    campaign_id: CampaignId
    number_e164: E164
    customer_id: CustomerId | None = None
    name: str = ""
    state: LeadState = LeadState.NEW
    priority: float = 0.0  # higher is called first
    hint: float = 0.0  # probability of a human answer; 0: unknown
    zone: str | None = None  # IANA time zone when better known than from the number
    attempts: int = 0
    attempts_of_outcome: int = 0  # consecutive attempts that ended with ``last_outcome``
    last_outcome: str = ""
    last_attempt_at: datetime | None = None
    next_at: datetime | None = None  # not before this moment
    callback_agent_id: AgentId | None = None
    recording_consent: Consent = Consent.UNKNOWN
    version: int = 1


class Refusal(StrEnum):
    """Why a lead may not be dialled now; the codes are stored and shown to people."""

    DO_NOT_CALL = "do_not_call"
    CONSENT_DENIED = "consent_denied"
    OUTSIDE_HOURS = "outside_hours"
    ZONE_UNKNOWN = "zone_unknown"
    TOO_EARLY = "too_early"
    ATTEMPTS_USED = "attempts_used"
    DAILY_LIMIT = "daily_limit"
    NUMBER_INVALID = "number_invalid"
    LEAD_CLOSED = "lead_closed"
    NUMBER_BUSY = "number_busy"  # the same number is in a call of ours right now


@dataclass(frozen=True, slots=True)
class DialFacts:
    """What the store knows about a number at the moment of dialling."""

    do_not_call: bool = False
    call_consent: Consent = Consent.UNKNOWN
    record_consent: Consent = Consent.UNKNOWN  # the customer's own word; the list's is in ``Lead.recording_consent``
    number_valid: bool = True
    attempts_24h: int = 0
    in_call: bool = False


@dataclass(frozen=True, slots=True)
class LeadStep:
    """What a finished call means for its lead."""

    state: LeadState
    reason: str  # the outcome or the disposition it follows from
    next_at: datetime | None = None
    attempts_of_outcome: int = 0
    add_do_not_call: bool = False
    mark_number_invalid: bool = False
    callback_agent_id: AgentId | None = None
