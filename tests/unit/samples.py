"""One ready-made signal of every kind, and the life of a value under random legal signals."""

import dataclasses
from datetime import datetime, timedelta
from typing import Any

from waihu.testing.factories import NOON
from waihu_models import signals as sig
from waihu_models.disposition import STANDARD
from waihu_models.ids import AgentId, BridgeId, CallId, LegId, PlaybackId, SessionId

LATER = NOON + timedelta(seconds=100)
LEG = LegId("c-" + "1" * 32)
BRIDGE = BridgeId("b-agent1-s1")

_NO_SIGNALS = {sig.LegSignal, sig.LegFacts}
EVERY_SIGNAL = tuple(
    kind
    for kind in vars(sig).values()
    if dataclasses.is_dataclass(kind) and isinstance(kind, type) and kind not in _NO_SIGNALS
)

_VALUES: dict[str, Any] = {
    "leg_id": LEG,
    "bridge_id": BRIDGE,
    "playback_id": PlaybackId("p"),
    "agent_id": AgentId("agent1"),
    "call_id": CallId("1" * 32),
    "session_id": SessionId("s1"),
    "disposition": STANDARD["sale"],
    "phone": "agent1",
    "reachable": False,
    "command": "StartMusic",
    "error": "refused",
    "reason": "because",
    "name": "agent1",
    "on_hook_by_default": False,
    "campaign_id": None,
    "wrap_limit_s": 30.0,
    "ring_timeout_s": 15,
    "to": "agent:agent2",
    "home": BridgeId("b-agent2-s1"),
    "queue": "sales",
    "patience_s": 60.0,
    "media": "/sounds/place",
    "digit": "5",
}


def a_signal(kind: type, at: datetime = LATER, **values: Any) -> Any:
    """Make a signal of a kind; what is not given is an ordinary value, or the default."""
    names = {field.name for field in dataclasses.fields(kind)}
    return kind(**{name: value for name, value in {**_VALUES, "at": at, **values}.items() if name in names})
