"""Whom an agent asks while the customer waits: another agent, or a number behind a trunk; and the signals of it.

The signals are read as part of ``signals``, where the others are.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from waihu_models.ids import AgentId, BridgeId, LegId

if TYPE_CHECKING:
    from waihu_models.commands import PhoneAddress, TrunkAddress


@dataclass(frozen=True, kw_only=True)
class Consult:
    """A second conversation of the agent of a call, in the agent's own bridge.

    Attributes:
        to: ``agent:<id>``, or the number.
        agent_id: Who is asked, if it is an agent.
        leg_id: Of who is asked; None while the phone of an asked agent still rings.
        home: The bridge of an asked agent, to which their leg returns.
        joined: Who is asked, and who asks, hear each other.
        together: The customer hears both, and both the customer: a conference.
    """

    to: str
    agent_id: AgentId | None = None
    leg_id: LegId | None = None
    home: BridgeId | None = None
    joined: bool = False
    together: bool = False


@dataclass(frozen=True, slots=True)
class ConsultAsked:
    """The agent wants to speak with somebody while the customer waits: an agent, or a number behind a trunk."""

    at: datetime
    to: str
    agent_id: AgentId | None = None
    target: "TrunkAddress | PhoneAddress | None" = None
    caller_id: str = ""
    ring_timeout_s: int = 30


@dataclass(frozen=True, slots=True)
class ConsultReady:
    """The leg of an asked agent is there, in the bridge ``home``."""

    agent_id: AgentId
    leg_id: LegId
    home: BridgeId
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsultLost:
    """An asked agent did not pick up, or is gone."""

    agent_id: AgentId
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ConsultEnded:
    """The agent ends the second conversation; the customer stays on hold, or in talk."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ConferenceAsked:
    """The agent takes the customer into the second conversation."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ConsultPassAsked:
    """The agent leaves the customer to who was asked; ``hung_up``: by putting the phone down."""

    at: datetime
    hung_up: bool = False
