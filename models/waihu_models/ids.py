"""Identifiers: time-sortable, made without a database, and enough to find a call again after a crash.

An ARI channel id is chosen by us and says what the leg is for: ``c-<call id>`` is the customer's leg of a call,
``a-<agent id>-<session id>`` an agent's own leg, ``t-<call id>-<n>`` that of a number a call was passed on to,
``s-…`` a supervisor's, ``h-<call id>-<side>-<stream id>`` a tap through which one side of a call is heard. Whoever
finds such a leg in the exchange knows whose it is.
Inbound legs are named by Asterisk; the call keeps their name in ``Call.leg_id``.
"""

import os
import re
import time
from typing import NewType

CallId = NewType("CallId", str)
LegId = NewType("LegId", str)
BridgeId = NewType("BridgeId", str)
PlaybackId = NewType("PlaybackId", str)
AgentId = NewType("AgentId", str)
SessionId = NewType("SessionId", str)
CampaignId = NewType("CampaignId", str)
LeadId = NewType("LeadId", str)
CustomerId = NewType("CustomerId", str)
RecordingId = NewType("RecordingId", str)

_CUSTOMER, _AGENT, _TARGET, _SPY, _TAP, _PROBE = "c", "a", "t", "s", "h", "p"


def new_id() -> str:
    """Make a UUIDv7 as 32 hex digits.

    Source: RFC 9562 §5.7 (48 bits of Unix milliseconds, then version, variant and 74 random bits).
    """
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return f"{value:032x}"


def customer_leg(call_id: CallId) -> LegId:
    """Name the customer's leg of an outbound call."""
    return LegId(f"{_CUSTOMER}-{call_id}")


def agent_leg(agent_id: AgentId, session_id: SessionId) -> LegId:
    """Name an agent's leg; a nailed-up session has one for its whole life, an on-hook session one per call."""
    return LegId(f"{_AGENT}-{agent_id}-{session_id}")


def trial_leg(test_id: str) -> LegId:
    """Name the leg of a test call; it is of no call and no agent."""
    return LegId(f"t-{test_id}")


def trial_of_leg(leg_id: str) -> str | None:
    """Return the test call whose leg this is, None for any other leg."""
    kind, _, rest = leg_id.partition("-")
    return rest if kind == "t" and len(rest) == 32 else None


def agent_bridge(agent_id: AgentId, session_id: SessionId) -> BridgeId:
    """Name the bridge in which an agent meets customers."""
    return BridgeId(f"b-{agent_id}-{session_id}")


def target_leg(call_id: CallId, number: int) -> LegId:
    """Name the leg of whom a call is passed on to; ``number`` counts them."""
    return LegId(f"{_TARGET}-{call_id}-{number}")


def target_bridge(call_id: CallId) -> BridgeId:
    """Name the bridge in which a customer meets whom the call was passed on to."""
    return BridgeId(f"x-{call_id}")


def spy_leg() -> LegId:
    """Name the leg of a supervisor's phone."""
    return LegId(f"{_SPY}-{new_id()}")


def is_spy_leg(leg_id: str) -> bool:
    """Say whether a leg is a supervisor's."""
    return leg_id.startswith(f"{_SPY}-") and len(leg_id) == 34


def tap_leg(call_id: CallId, side: str, stream_id: str) -> LegId:
    """Name the leg through which one side of a call (its first letter stands here) is heard."""
    return LegId(f"{_TAP}-{call_id}-{side[0]}-{stream_id}")


def is_tap_leg(leg_id: str) -> bool:
    """Say whether a leg is a tap: it is of a call, and no leg of the call."""
    return leg_id.startswith(f"{_TAP}-")


def probe_leg() -> LegId:
    """Name the leg of a call of ours that only shows whether the dialplan works."""
    return LegId(f"{_PROBE}-{new_id()}")


def is_probe_leg(leg_id: str) -> bool:
    """Say whether a leg, or the far half of one, is such a call's: it is nobody's call."""
    return leg_id.startswith(f"{_PROBE}-") and len(leg_id) >= 34


def call_of_target(leg_id: str) -> CallId | None:
    """Return the call that was passed on to this leg, None for any other leg."""
    kind, _, rest = leg_id.partition("-")
    call_id, _, number = rest.rpartition("-")
    return CallId(call_id) if kind == _TARGET and len(call_id) == 32 and number.isdigit() else None


_WEB_PHONE = re.compile(r"w-([0-9a-f]{32})")


def web_phone(user_id: str) -> str:
    """Name the phone in the browser of a user."""
    return f"w-{user_id}"


def user_of_web_phone(phone: str) -> str | None:
    """Return the user in whose browser this phone is, None for any other phone."""
    match = _WEB_PHONE.fullmatch(phone)
    return match[1] if match else None


def call_of_leg(leg_id: str) -> CallId | None:
    """Return the call whose customer leg this is, None for any other leg (agents', Asterisk's own)."""
    kind, _, rest = leg_id.partition("-")
    return CallId(rest) if kind == _CUSTOMER and len(rest) == 32 else None


def agent_of_leg(leg_id: str) -> AgentId | None:
    """Return the agent whose leg (or bridge) this is, None for any other name."""
    kind, _, rest = leg_id.partition("-")
    agent_id, _, session_id = rest.rpartition("-")
    return AgentId(agent_id) if kind in {_AGENT, "b"} and agent_id and session_id else None
