"""Leads: a customer or a bare number to be called in one campaign, and what the dial rules need to know of it."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import TypeAlias

from waihu_models.do_not_call import Listing
from waihu_models.ids import AgentId, CampaignId, CustomerId, LeadId
from waihu_models.phone import E164


class LeadState(StrEnum):
    """Where a lead is. DIALLING is stored before anything is dialled: a crash cannot make it be dialled twice."""

    NEW = "new"
    DIALLING = "dialling"
    RETRY = "retry"  # to be called again at ``next_at``
    CALLBACK = "callback"  # promised for ``next_at``
    PAUSED = "paused"  # by a person, or after too many refusals; a person resumes it
    DONE = "done"  # success or final refusal
    CLOSED = "closed"  # nothing more to try: attempts used up, number invalid, do-not-call


class Consent(StrEnum):
    """The customer's latest word on one purpose."""

    UNKNOWN = "unknown"
    GRANTED = "granted"
    DENIED = "denied"


BY_HAND = "by hand"
"""The list of leads that are on a campaign's list only because an agent chose to call them."""

TimesOfDay: TypeAlias = tuple[tuple[time, time], ...]
"""Windows of a day ``(start, end)``, end excluded, in the callee's own time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One entry of a campaign's list."""

    id: LeadId
    campaign_id: CampaignId
    number_e164: E164
    customer_id: CustomerId | None = None
    name: str = ""
    state: LeadState = LeadState.NEW
    list_name: str = ""  # of the lists of its campaign
    priority: float = 0.0  # higher is called first; made of urgency and value where either is known
    urgency: float | None = None  # 0..10
    value: float | None = None  # of the customer, 0..10
    level: str = ""  # of the customer, in the campaign's words; says the value where that is not known
    score: float = 0.0  # higher is called first among equal priorities
    tags: tuple[str, ...] = ()
    preferred: TimesOfDay = ()  # when the customer wants to be called; none: at any hour
    more_numbers: tuple[E164, ...] = ()  # tried after ``number_e164``, in this order
    hint: float = 0.0  # probability of a human answer; 0: unknown
    zone: str | None = None  # IANA time zone the list says
    postcode: str = ""
    region: str = ""  # state or province, as the list says it
    attempts: int = 0
    max_attempts: int | None = None  # of a call task: fewer than its campaign allows
    attempts_of_outcome: int = 0  # consecutive attempts that ended with ``last_outcome``
    pass_no: int = 1  # of the campaign's passes over its list
    refusals: int = 0  # declined calls, and what agents judged to be refusals
    last_outcome: str = ""
    last_attempt_at: datetime | None = None
    next_at: datetime | None = None  # not before this moment
    callback_agent_id: AgentId | None = None
    recording_consent: Consent = Consent.UNKNOWN  # the list's word, as the next
    call_consent: Consent = Consent.UNKNOWN
    version: int = 1


class Refusal(StrEnum):
    """Why a lead may not be dialled now; the codes are stored and shown to people."""

    DO_NOT_CALL = "do_not_call"
    CONSENT_DENIED = "consent_denied"
    OUTSIDE_HOURS = "outside_hours"
    ZONE_UNKNOWN = "zone_unknown"
    TOO_EARLY = "too_early"
    ATTEMPTS_USED = "attempts_used"
    NUMBER_USED = "number_used"  # called as often as its campaign ever allows
    DAILY_LIMIT = "daily_limit"
    NUMBER_INVALID = "number_invalid"
    LEAD_CLOSED = "lead_closed"
    LEAD_PAUSED = "lead_paused"
    PREFERRED_TIME = "preferred_time"  # the customer wants to be called at other hours
    DO_NOT_CALL_STALE = "do_not_call_stale"  # a list that has to be asked is older than it may be
    NUMBER_BUSY = "number_busy"  # the same number is in a call of ours right now
    CONSENT_NEEDED = "consent_needed"  # a rule pack asks for a yes, and there is none
    FREQUENCY_CAP = "frequency_cap"  # as many calls as a rule pack allows in some span of time
    DROP_LOCKOUT = "drop_lockout"  # abandoned not long ago
    CALLER_ID_USED_UP = "caller_id_used_up"  # no number of the campaign's set may be shown now


@dataclass(frozen=True, slots=True)
class DialFacts:
    """What the store knows about a number at the moment of dialling."""

    do_not_call: bool = False
    listing: Listing | None = None  # the do-not-call list that says so
    stale_list: str = ""  # a do-not-call list this number depends on that is too old to be asked
    call_consent: Consent = Consent.UNKNOWN
    record_consent: Consent = Consent.UNKNOWN  # the customer's own word; the list's is in ``Lead.recording_consent``
    number_valid: bool = True
    attempts_at: tuple[datetime, ...] = ()  # calls that rang somebody, newest first, as far back as any cap reaches
    dropped_at: datetime | None = None  # when the number was abandoned last, as far back as any lock-out reaches
    in_call: bool = False
    contacted_at: datetime | None = None  # when somebody there spoke with us last
    last_agent: AgentId | None = None  # with whom, then
    level: str = ""  # of the customer the lead is
    tags: tuple[str, ...] = ()  # the same

    def attempts_since(self, since: datetime) -> int:
        """Return how many attempts there were from a moment on."""
        return sum(at >= since for at in self.attempts_at)


@dataclass(frozen=True, slots=True)
class LeadStep:
    """What a finished call means for its lead."""

    state: LeadState
    reason: str  # the outcome or the disposition it follows from
    next_at: datetime | None = None
    attempts_of_outcome: int = 0
    mark_number_invalid: bool = False
    callback_agent_id: AgentId | None = None
    pass_no: int | None = None  # None: as before
    refused: bool = False  # counts towards the refusals that pause a lead
    numbers: tuple[E164, ...] = ()  # from now on, the first is the next to be dialled; none: as before
