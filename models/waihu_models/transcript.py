"""Transcripts: what was said in a call, side by side, as a recogniser heard it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from waihu_models.ids import CallId


class Side(StrEnum):
    """Who speaks. The agent's side is what the customer hears: announcements are on it too."""

    CUSTOMER = "customer"  # left in the recording
    AGENT = "agent"  # right in the recording


class Route(StrEnum):
    """When something was recognised."""

    LIVE = "live"
    POST_CALL = "post_call"  # from the recording, after the call


class TranscriptState(StrEnum):
    """Where the transcript of one side of a call is."""

    LISTENING = "listening"
    DONE = "done"
    DEFERRED = "deferred"  # not all of it could be heard live: waits to be transcribed from the recording
    NO_MODEL = "no_model"  # no recogniser for its language: nothing is invented
    FAILED = "failed"  # cannot be transcribed; ``reason`` says why


@dataclass(frozen=True, slots=True)
class Word:
    """One word; seconds count from the first sample of its stream. ``confidence`` is 0..1, 1 where unknown."""

    text: str
    start_s: float
    end_s: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What one side said between two pauses. It is final: it does not change any more.

    Attributes:
        n: Counts the utterances of one side of one call, from 0.
        at: When it began to be said, aware UTC.
        start_s: Seconds from the first sample of its stream; ``end_s`` likewise. The samples are the clock.
        text_raw: As the recogniser wrote it, words with spaces between.
        text_display: As people read it: Chinese without spaces.
        language: Of the model, ``en``, ``zh``.
        model: Name of the model in the model library.
    """

    id: str
    call_id: CallId
    side: Side
    n: int
    at: datetime
    start_s: float
    end_s: float
    text_raw: str
    text_display: str
    words: tuple[Word, ...] = ()
    language: str = ""
    engine: str = ""
    model: str = ""
    route: Route = Route.LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """What one side seems to be saying now: the utterance ``n`` before it is final. Never stored."""

    call_id: CallId
    side: Side
    n: int
    at: datetime
    text_display: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """One side of a call: how far its transcript is, and what could not be heard.

    Attributes:
        began_at: Of the first sample; together with ``start_s`` of a word it points into the recording.
        heard_s: Seconds of sound that were recognised.
        lost_s: Seconds that came in and were not recognised.
    """

    call_id: CallId
    side: Side
    state: TranscriptState
    language: str = ""
    engine: str = ""
    model: str = ""
    route: Route = Route.LIVE
    began_at: datetime | None = None
    heard_s: float = 0.0
    lost_s: float = 0.0
    reason: str = ""
