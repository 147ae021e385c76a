"""Recordings: what is kept of the sound of a call."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from waihu_models.ids import CallId, RecordingId


class RecordingState(StrEnum):
    """From the first sample to the file that is kept."""

    RECORDING = "recording"
    STORED = "stored"
    REPAIRED = "repaired"  # stored, after a crash had cut it off
    EMPTY = "empty"  # nothing was ever written
    FAILED = "failed"
    DELETED = "deleted"  # older than recordings are kept; only its row is left


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One stereo file, 8 kHz 16 bit: customer left, agent right. ``path`` is relative to the recordings folder."""

    id: RecordingId
    call_id: CallId
    state: RecordingState
    started_at: datetime
    path: str = ""
    duration_s: float = 0.0
    size_bytes: int = 0
    sha256: str = ""
    error: str = ""
