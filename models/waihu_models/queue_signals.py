"""What a call that waits in a queue is told; read as part of ``signals``, where the others are."""

from dataclasses import dataclass
from datetime import datetime

from waihu_models.ids import AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """Where somebody who was asked by keys is to wait; the values are those of ``Call``."""

    at: datetime
    queue: str = ""
    patience_s: float = 300.0
    priority: int = 100
    wanted_agent_id: AgentId | None = None
    language: str = ""
    business_type: str = ""
    turned_away: str = ""
    drop_media: str = "all-busy"
    callback_key: str = ""


@dataclass(frozen=True, slots=True)
class QueueMoved:
    """The caller goes on in another queue, keeping the moment from which their place counts."""

    at: datetime
    queue: str
    patience_s: float


@dataclass(frozen=True, slots=True)
class AnnounceAsked:
    """Somebody who waits is told something; ``callback_key`` accepts an offer to be called back, "": none is made."""

    at: datetime
    media: str  # as ``commands.Play`` takes it
    callback_key: str = ""
    wait_s: float | None = None  # that is announced


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Nobody will take the caller now, for ``reason``: they hear ``media`` ("": nothing), then the call ends."""

    at: datetime
    reason: str
    media: str = ""
    callback_key: str = ""
