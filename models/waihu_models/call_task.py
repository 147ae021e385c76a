"""Call tasks: another system asks for a customer to be called, and is told what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from waihu_models.phone import E164


class TaskState(StrEnum):
    """Where a call task is. DIALLING is read from its lead, and never stored."""

    SCHEDULED = "scheduled"
    DIALLING = "dialling"
    DONE = "done"  # somebody was spoken with, and judged
    FAILED = "failed"  # nobody was, and it is not tried again: ``reason`` says why
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWish:
    """What is asked for. References are as who asks spells them: they come back in the result."""

    customer_ref: str
    script_ref: str
    callback_url: str = ""
    max_retries: int = 3
    preferred_at: datetime | None = None
    number: E164 | None = None  # None: the customer's own, in their order
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTask:
    """A task as it stands now."""

    id: str
    state: TaskState
    reason: str
    customer_id: str
    customer_ref: str
    script_ref: str
    campaign_id: str
    lead_id: str
    callback_url: str
    max_retries: int
    preferred_at: datetime | None
    next_at: datetime | None  # not called before this moment; None: as soon as possible, or over
    reference: str
    attempts: int
    created_by: str
    created_at: datetime
    ended_at: datetime | None
    result: Mapping[str, Any]  # empty until it is over
    version: int
