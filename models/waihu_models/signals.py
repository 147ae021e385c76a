"""Signals: what a call or an agent is told. Most come from the exchange, some from our own services.

``at`` is when the controller learnt of it, aware UTC. A signal never carries Asterisk's words.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from waihu_models.agent_signals import (
    AgentEdited,
    AvailableAsked,
    CallJoined,
    CallOver,
    CallReserved,
    LogInAsked,
    LogOutAsked,
    PauseAsked,
    PhoneAway,
    PhoneBack,
    PhoneLost,
    PhoneWish,
)
from waihu_models.consult import (
    ConferenceAsked,
    ConsultAsked,
    ConsultEnded,
    ConsultLost,
    ConsultPassAsked,
    ConsultReady,
)
from waihu_models.ids import AgentId, BridgeId, LegId, PlaybackId
from waihu_models.media import MediaCounts
from waihu_models.menu import Chosen
from waihu_models.queue_signals import AnnounceAsked, QueueMoved, Routed, TurnedAway

if TYPE_CHECKING:
    from waihu_models.commands import PhoneAddress, TrunkAddress
    from waihu_models.disposition import Disposition

__all__ = [
    "AgentEdited", "AnnounceAsked", "AvailableAsked", "CallJoined", "CallOver", "CallReserved", "ConferenceAsked",
    "ConsultAsked", "ConsultEnded", "ConsultLost", "ConsultPassAsked", "ConsultReady", "LogInAsked", "LogOutAsked",
    "PauseAsked", "PhoneAway", "PhoneBack", "PhoneLost", "PhoneWish", "QueueMoved", "Routed",
    "TurnedAway",
]  # fmt: skip  # of signals defined elsewhere, and read from here


class Verdict(StrEnum):
    """What answered, as machine detection hears it."""

    HUMAN = "human"
    MACHINE = "machine"
    UNSURE = "unsure"


EARLY = "EARLY"
"""The cause of a verdict that was reached without machine detection: see ``EndScreening``."""


# ---- from the exchange -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LegSignal:
    """Base of everything the exchange says about one leg."""

    leg_id: LegId
    at: datetime


@dataclass(frozen=True, slots=True)
class LegArrived(LegSignal):
    """A call came in from outside and waits for us to answer."""

    trunk: str = ""
    caller: str = ""
    dialled: str = ""


@dataclass(frozen=True, slots=True)
class PhoneDialled(LegSignal):
    """A phone of ours dialled a code; the leg waits to be hung up. ``key`` followed a code that takes one."""

    phone: str = ""
    wish: PhoneWish = PhoneWish.LOG_IN
    key: str = ""


@dataclass(frozen=True, slots=True)
class LegRinging(LegSignal):
    """The far phone rings (SIP 180)."""


@dataclass(frozen=True, slots=True)
class LegProgress(LegSignal):
    """Early media flows before any answer (SIP 183)."""


@dataclass(frozen=True, slots=True)
class LegAnswered(LegSignal):
    """The far end answered (SIP 200)."""


@dataclass(frozen=True, slots=True)
class LegEntered(LegSignal):
    """The answered leg is in our hands and can be bridged, played to, screened.

    ``chosen``: what was chosen before, where somebody was asked by keys first.
    """

    chosen: Chosen | None = None


@dataclass(frozen=True, slots=True)
class LegScreened(LegSignal):
    """Machine detection ended; ``silence_s`` of quiet after the greeting had passed when it decided."""

    verdict: Verdict = Verdict.UNSURE
    silence_s: float = 0.0
    cause: str = ""


@dataclass(frozen=True, slots=True)
class LegJoined(LegSignal):
    """The leg is in a bridge: media flows."""

    bridge_id: BridgeId = BridgeId("")


@dataclass(frozen=True, slots=True)
class LegLeft(LegSignal):
    """The leg left a bridge."""

    bridge_id: BridgeId = BridgeId("")


@dataclass(frozen=True, slots=True)
class LegHeld(LegSignal):
    """The far end put us on hold."""


@dataclass(frozen=True, slots=True)
class LegUnheld(LegSignal):
    """The far end took us off hold."""


@dataclass(frozen=True, slots=True)
class DigitPressed(LegSignal):
    """A DTMF digit (0-9, *, #, A-D) was pressed."""

    digit: str = ""


@dataclass(frozen=True, slots=True)
class LegChose(LegSignal):
    """Who was asked for a key pressed one; "": none that was an answer, though all was said as often as wished."""

    key: str = ""


@dataclass(frozen=True, slots=True)
class MessageLeft(LegSignal):
    """A machine was, or (not ``left``) could not be, spoken to: its greeting had no end, or there was no sound."""

    left: bool = False


@dataclass(frozen=True, slots=True)
class TransferWished(LegSignal):
    """A phone asks for its call to be passed on (SIP REFER): ``to`` as it was dialled, "" if it is another call.

    It has to be answered, by ``AnswerTransfer``.
    """

    to: str = ""


@dataclass(frozen=True, slots=True)
class PlaybackEnded(LegSignal):
    """An announcement came to its end, or could not be played (``failed``)."""

    playback_id: PlaybackId = PlaybackId("")
    failed: bool = False


@dataclass(frozen=True, slots=True)
class LegEnded(LegSignal):
    """The leg is gone. ``cause`` is Q.850, ``sip_code`` the final SIP response (0 = none seen).

    ``media`` is what was counted of its sound, None where there was none.
    """

    cause: int = 0
    sip_code: int = 0
    media: MediaCounts | None = None


@dataclass(frozen=True, slots=True)
class BridgeGone:
    """A bridge is no more; who was in it is still there, and hears nothing."""

    bridge_id: BridgeId
    at: datetime


@dataclass(frozen=True, slots=True)
class PhoneReachable:
    """A registered phone came or went (its contact, not a leg)."""

    phone: str
    reachable: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SwitchLost:
    """The connection to the exchange is gone: nothing may be dialled."""

    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SwitchBack:
    """The connection is up again and what the exchange holds has been read.

    ``arrivals`` are those of the legs that came in from outside, also while nobody listened.
    """

    at: datetime
    legs: dict[LegId, "LegFacts"] = field(default_factory=dict)
    bridges: frozenset[BridgeId] = frozenset()
    arrivals: tuple[LegArrived, ...] = ()
    phones: dict[str, bool] = field(default_factory=dict)  # phone -> reachable


@dataclass(frozen=True, slots=True)
class LegFacts:
    """One leg as the exchange holds it now."""

    leg_id: LegId
    answered: bool
    bridge_id: BridgeId | None = None
    in_app: bool = True


# ---- from our own services ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgentReady:
    """An agent is chosen for the waiting call and hears it as soon as the leg joins ``bridge_id``."""

    agent_id: AgentId
    bridge_id: BridgeId
    at: datetime


@dataclass(frozen=True, slots=True)
class AgentReserved:
    """An agent is chosen, but the phone has still to be answered (on-hook)."""

    agent_id: AgentId
    at: datetime


@dataclass(frozen=True, slots=True)
class AgentLost:
    """The agent of this call is gone: phone vanished, or not answered. ``agent_id`` None: whoever has the call."""

    at: datetime
    reason: str = ""
    agent_id: AgentId | None = None


@dataclass(frozen=True, slots=True)
class PatienceOver:
    """No agent came within the limit."""

    at: datetime


@dataclass(frozen=True, slots=True)
class HangUpAsked:
    """Somebody (agent, supervisor, watchdog, shutdown) wants this call ended."""

    at: datetime
    reason: str = ""
    chosen: Chosen | None = None  # by keys, as the disposition was; None: nothing new
    disposition: "Disposition | None" = None


@dataclass(frozen=True, slots=True)
class HoldAsked:
    """The agent puts the customer on hold."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ResumeAsked:
    """The agent takes the customer back."""

    at: datetime


@dataclass(frozen=True, slots=True)
class DigitsAsked:
    """The agent presses keys towards the customer's far end, as a menu there asks for."""

    at: datetime
    digits: str = ""


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """The customer is passed on: to an agent, a number behind a trunk, a phone of ours, a queue, or whoever is free.

    ``patience_s``: how long the customer may wait then. ``target`` is as the carrier wants it, ``to`` as people do.
    """

    at: datetime
    to: str = "queue"
    to_agent_id: AgentId | None = None
    target: "TrunkAddress | PhoneAddress | None" = None
    caller_id: str = ""
    ring_timeout_s: int = 30
    patience_s: float = 300.0
    asks: str = ""  # what the customer is asked by keys first, see ``Call.asks``; nobody is named then
    queue: str = ""


@dataclass(frozen=True, slots=True)
class TargetEntered:
    """The number a customer is passed on to, or that the agent asks, has answered."""

    leg_id: LegId
    at: datetime


@dataclass(frozen=True, slots=True)
class TargetEnded:
    """The leg of the number a customer was passed on to, or that the agent asks, is gone or never came about."""

    leg_id: LegId
    at: datetime
    cause: int = 0
    sip_code: int = 0


@dataclass(frozen=True, slots=True)
class RecordingPauseAsked:
    """Stop (``paused``) or continue recording, for instance while card data are read out."""

    at: datetime
    paused: bool = True


@dataclass(frozen=True, slots=True)
class Disposed:
    """The agent judged the call."""

    disposition: "Disposition"
    at: datetime
    note: str = ""
    callback_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WrapOver:
    """The agent's wrap-up ended, with or without a disposition."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CommandFailed:
    """A command for this call or agent did not work."""

    command: str
    error: str
    at: datetime
    gone: bool = False


@dataclass(frozen=True, slots=True)
class LegVanished:
    """Reconciliation found the leg gone without its end ever being seen."""

    at: datetime
    reason: str = ""
