"""Tension indicators: named measures of how something is said. Not feelings, and nothing is decided by them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from waihu_models.ids import AgentId, CallId
from waihu_models.transcript import Side


class Measure(StrEnum):
    """What is measured, and its unit."""

    LEVEL = "level"  # dB relative to full scale, of voiced frames
    PITCH = "pitch"  # Hz, median of voiced frames
    SPEECH_RATE = "speech_rate"  # words (English) or characters (Chinese) a minute, while speaking
    SILENCE = "silence"  # share of the window in which nobody speaks, 0..1
    OVERLAP = "overlap"  # share of the window in which both speak, 0..1
    INTERRUPTIONS = "interruptions"  # times a minute that this side begins while the other speaks
    TALK_RATIO = "talk_ratio"  # of this side, of all speech, 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class TensionMark:
    """A measure has changed markedly from this call's own baseline."""

    id: str
    call_id: CallId
    agent_id: AgentId | None
    side: Side
    measure: Measure
    value: float
    baseline: float
    start_s: float  # from the first sample of that side's stream
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SideMeasure:
    """A measure of one side over a whole call; ``baseline`` is that of its first part, None where it was too short."""

    call_id: CallId
    side: Side
    measure: Measure
    value: float
    baseline: float | None = None
    samples: int = 0
