"""Transcription after the call: what waits to be transcribed from a recording."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from waihu_models.ids import CallId


class JobState(StrEnum):
    """Where the transcription of a recording is."""

    WAITING = "waiting"
    RUNNING = "running"  # held by a program until its lease ends
    DONE = "done"
    SET_ASIDE = "set_aside"  # failed too often; a person may try it again


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionJob:
    """A recording that is transcribed after its call; there is one a call.

    Attributes:
        attempts: How often it was begun; one that was cut off counts too.
        next_at: Not before this.
        lease_until: When the program that holds it is taken for dead; None: nobody holds it.
        reason: Why it failed last.
        asked_by: Who asked for it; empty: the program, because it could not be heard live.
    """

    call_id: CallId
    state: JobState
    attempts: int
    next_at: datetime
    created_at: datetime
    holder: str = ""
    lease_until: datetime | None = None
    reason: str = ""
    asked_by: str = ""
    ended_at: datetime | None = None
    version: int = 1
