"""Signals for agents. They are read as part of ``signals``, where the others are."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from waihu_models.ids import CallId, CampaignId, SessionId


class PhoneWish(StrEnum):
    """What an agent asks for by dialling a code."""

    LOG_IN = "log_in"
    LOG_IN_ON_HOOK = "log_in_on_hook"
    LOG_OUT = "log_out"
    AVAILABLE = "available"
    PAUSE = "pause"  # with a key: which of the reasons
    JUDGE = "judge"  # with a key: hot key of the disposition


@dataclass(frozen=True, slots=True)
class LogInAsked:
    """An agent wants to work; ``phone`` and ``on_hook`` say how, when not as before."""

    session_id: SessionId
    at: datetime
    phone: str = ""
    on_hook: bool | None = None


@dataclass(frozen=True, slots=True)
class LogOutAsked:
    """An agent, or a supervisor for them, ends the session; a call under way is finished first unless forced."""

    at: datetime
    reason: str = ""
    forced: bool = False


@dataclass(frozen=True, slots=True)
class PauseAsked:
    """Pause now, or after the call under way."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AvailableAsked:
    """End a pause or a wrap-up."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CallReserved:
    """The agent is chosen for a call. ``by_hand``: it is the agent's own wish, also in a pause."""

    call_id: CallId
    at: datetime
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class CallJoined:
    """Customer and agent hear each other."""

    call_id: CallId
    at: datetime


@dataclass(frozen=True, slots=True)
class CallOver:
    """The customer is gone, or the call went elsewhere."""

    call_id: CallId
    at: datetime
    talked: bool = True


@dataclass(frozen=True, slots=True)
class PhoneAway:
    """The agent's phone has gone, and may come back in a moment: a page that is loaded anew."""

    at: datetime


@dataclass(frozen=True, slots=True)
class PhoneBack:
    """The agent's phone is there again. ``renewed``: it knows nothing of the leg it had, and has to be rung again."""

    at: datetime
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class PhoneLost:
    """The agent's phone is no longer reachable."""

    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgentEdited:
    """An administrator changed who the agent is and how they work; a session keeps its phone, mode and campaign."""

    at: datetime
    name: str
    phone: str
    on_hook_by_default: bool
    campaign_id: CampaignId | None
    wrap_limit_s: float
    ring_timeout_s: int
