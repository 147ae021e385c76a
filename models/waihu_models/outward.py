"""What other systems are told: events on their way out, and who wants which of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from waihu_models.errors import BadField

CALL_TASKS = "call-tasks"
"""The subscription through which results of call tasks go to the addresses given with them."""
FAMILIES = (
    "agent",
    "alert",
    "call",
    "call_task",
    "campaign",
    "customer",
    "do_not_call",
    "lead",
    "recording",
    "transcript",
    "webhook",
    "words",
)
"""First words of topics: ``call`` of ``call.ended``."""
EVERYTHING = "*"
_PATTERN = re.compile(r"([a-z_]+)(?:\.(?:[a-z_]+|\*))?")
MOST_TOPICS = 50


class DeliveryState(StrEnum):
    """Where a delivery is. One that was taken is deleted."""

    PENDING = "pending"
    SET_ASIDE = "set_aside"  # failed too often; a person may send it again


@dataclass(frozen=True, slots=True, kw_only=True)
class OutwardEvent:
    """An event on its way to one receiver. ``id`` is the same each time it is tried, so that a receiver knows it."""

    id: str
    topic: str
    key: str  # what it is about: those of one key arrive in order
    at: datetime
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Who is told of which topics, and where. The secret it is signed with is no part of this."""

    id: str
    name: str
    url: str  # empty: every event has an address of its own
    topics: tuple[str, ...]  # ``call.ended``, ``call.*``, ``*``
    paused: bool = False
    position: int = 0  # in the outbox: the last event that was looked at
    created_by: str = ""
    created_at: datetime
    former_secret_until: datetime | None = None
    version: int = 1


def checked_topics(topics: Iterable[str], path: str = "$.topics") -> tuple[str, ...]:
    """Return topics as they are kept.

    Raises:
        BadField: one of them can never come, or there is none.
    """
    found = tuple(dict.fromkeys(topic.strip() for topic in topics))
    if not 0 < len(found) <= MOST_TOPICS:
        raise BadField(path, f"name 1 to {MOST_TOPICS} topics; {EVERYTHING} stands for all")
    for topic in found:
        match = _PATTERN.fullmatch(topic)
        if topic != EVERYTHING and (match is None or match[1] not in FAMILIES):
            known = ", ".join(FAMILIES)
            raise BadField(path, f"{topic!r} is no topic: write call.ended, call.* or *; there are {known}")
    return found
