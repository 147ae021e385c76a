"""Supervision: somebody hears an agent's leg, and may speak into it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from waihu_models.ids import AgentId, LegId


class SpyMode(StrEnum):
    """Who hears the supervisor."""

    LISTEN = "listen"  # nobody
    WHISPER = "whisper"  # the agent
    BARGE = "barge"  # agent and customer


class SpyState(StrEnum):
    """Where a supervision is."""

    RINGING = "ringing"  # the supervisor's phone is being rung
    ON = "on"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spying:
    """One supervisor at one agent. ``leg_id`` is that of the supervisor's phone, and names it."""

    leg_id: LegId
    supervisor: str  # as the audit log names people: ``user:ada``
    phone: str
    agent_id: AgentId
    agent_leg_id: LegId
    mode: SpyMode
    state: SpyState = SpyState.RINGING
    since: datetime  # of the state
    started_at: datetime
    reason: str = ""  # why it ended
