"""One call, as a frozen value. How it changes stands in ``call_life``."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from waihu_models import signals as sig
from waihu_models.consult import Consult
from waihu_models.disposition import Disposition
from waihu_models.ids import AgentId, BridgeId, CallId, CampaignId, CustomerId, LeadId, LegId, PlaybackId, RecordingId
from waihu_models.menu import Chosen
from waihu_models.outcome import Outcome
from waihu_models.phone import E164


class CallState(StrEnum):
    """Where a call is.

    ANSWERED: not in our hands yet, or asked by keys. WAITING: answered by a person, no agent yet. DROPPING: the
    safe-harbour message plays.
    """

    DIALLING = "dialling"
    RINGING = "ringing"
    EARLY_MEDIA = "early_media"
    ANSWERED = "answered"
    SCREENING = "screening"
    WAITING = "waiting"
    DROPPING = "dropping"
    CONNECTED = "connected"
    HELD = "held"
    WRAP_UP = "wrap_up"
    ENDED = "ended"


WENT_ON = "went on as "
"""How the reason of a call begins that its carrier could not carry and that was made again on another line at once."""


class Origin(StrEnum):
    """Who started an outbound call; of an inbound one it says nothing."""

    LIST = "list"  # the dial loop
    PREVIEW = "preview"  # an agent who was shown the lead
    MANUAL = "manual"  # an agent, by choosing whom to call


class Direction(StrEnum):
    """Who called whom."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


class Voicemail(StrEnum):
    """Whether a message is left on an answering machine, and what came of it."""

    NONE = ""
    WANTED = "wanted"  # also of a call whose machine hung up meanwhile, or whose person answered
    LEFT = "left"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Call:
    """One attempt to reach one number, or one caller who reached us. Times are aware UTC."""

    id: CallId
    direction: Direction
    leg_id: LegId
    number_e164: E164  # the far end, whichever way the call goes
    trunk: str
    caller_id: str  # what the far end sees (outbound) or dialled (inbound)
    campaign_id: CampaignId | None = None
    lead_id: LeadId | None = None
    customer_id: CustomerId | None = None
    origin: Origin = Origin.LIST
    # What was decided before dialling and cannot change during the call.
    dial_string: str = ""  # the number as this carrier wants it
    ring_timeout_s: int = 27
    patience_s: float = 2.0  # a call that was passed on has more
    screening: bool = False
    recording_allowed: bool = True
    drop_media: str = "safe-harbour"
    hint: float = 0.0  # probability of a human answer the call was dialled with
    asks: str = ""  # what is asked by keys before an agent is looked for: ``menu:<name>``, ``met:<name>``; "": nothing
    voicemail: Voicemail = Voicemail.NONE
    rules_version: str = ""  # the rule packs that let it pass, see ``Rules.version``
    # How it went.
    state: CallState = CallState.DIALLING
    state_since: datetime
    dialled_at: datetime
    ringing_at: datetime | None = None
    early_media_at: datetime | None = None
    answered_at: datetime | None = None
    verdict: sig.Verdict | None = None
    greeting_ended_at: datetime | None = None  # the law counts the wait for an agent from here
    connected_at: datetime | None = None
    hung_up_at: datetime | None = None  # the customer's leg is gone
    ended_at: datetime | None = None
    held_s: float = 0.0
    abandoned: bool = False
    hang_up_asked: str = ""
    agent_id: AgentId | None = None
    bridge_id: BridgeId | None = None
    recording_id: RecordingId | None = None
    recording_paused: bool = False
    transfer_to: str = ""  # whom it was passed on to last: ``agent:<id>``, ``menu:<name>``, ``queue`` or a number
    transfer_leg_id: LegId | None = None  # of the number it was passed on to, while that rings or talks
    consult: Consult | None = None  # whom its agent asks meanwhile
    chosen: Chosen | None = None  # what was answered to that
    # How it waits for an agent. Of a call in no queue only the language and the business type may say something.
    queue: str = ""  # the queue's name
    queue_since: datetime | None = None  # the place counts from here, whatever queue it is
    priority: int = 100  # within the queue; lower comes first
    wanted_agent_id: AgentId | None = None  # alone may take it at first, as long as its queue says
    language: str = ""  # of the other party: zh, en; "": not known
    business_type: str = ""  # what it is about, as the entry or the menu says
    announcement: PlaybackId | None = None  # what is being said to them
    announced_wait_s: float | None = None  # the first estimate they were told
    callback_key: str = ""  # accepts the offer to be called back; "": none was made
    callback_asked: bool = False  # they keep the place and hang up
    turned_away: str = ""  # why nobody was to take them: closed, full …
    cause: int = 0
    sip_code: int = 0
    outcome: Outcome | None = None
    reason: str = ""
    disposition: Disposition | None = None
    note: str = ""
    callback_at: datetime | None = None

    @property
    def live(self) -> bool:
        """Whether the customer's leg may still be up."""
        return self.hung_up_at is None

    @property
    def patience_ends_at(self) -> datetime | None:
        """When a waiting call becomes an abandoned one; None while no person is known to have answered."""
        return self.greeting_ended_at and self.greeting_ended_at + timedelta(seconds=self.patience_s)

    @property
    def talk_s(self) -> float:
        """Seconds from the agent's first word possible to the customer's end, holds included."""
        return (self.hung_up_at - self.connected_at).total_seconds() if self.connected_at and self.hung_up_at else 0.0

    @property
    def agent_wait_s(self) -> float | None:
        """Seconds from the answer to the agent (machine detection included), None if no agent came."""
        return (
            (self.connected_at - self.answered_at).total_seconds() if self.connected_at and self.answered_at else None
        )
