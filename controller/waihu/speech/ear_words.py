"""What a controller and an ear say to each other: one JSON object a line, on the ear's standard input and output.

An *ear* is a process that receives sound from the exchange (AudioSocket) and recognises it. When its input ends, its
controller is gone, and it ends. Lines longer than ``LONGEST_LINE`` are an error of whoever sent them.
"""

from datetime import datetime

from msgspec import Struct

LONGEST_LINE = 65_536


class WordSaid(Struct, frozen=True, array_like=True):
    """A word: text, seconds of begin and end from the first sample, confidence 0..1."""

    text: str
    start_s: float
    end_s: float
    confidence: float


# ---- controller -> ear ---------------------------------------------------------------------------------------------


class Setup(Struct, frozen=True, kw_only=True):
    """The first line an ear reads: what it recognises with, and how much of the machine is its own.

    Attributes:
        engine: ``auto``, ``vosk``, ``vosk-server`` or ``null``.
        models: Folder of models.
        servers: Of vosk-server, as in the settings.
        language: Where a stream names none.
        cores: Its share of the machine; the real-time factor is measured against it.
        nice: Added to its niceness, so that calls come before words.
    """

    engine: str = "auto"
    models: str = ""
    servers: tuple[str, ...] = ()
    language: str = "en"
    cores: float = 1.0
    nice: int = 5


class Expect(Struct, frozen=True, tag=True, kw_only=True):
    """A stream will come, announced by this id; who sends another id is hung up on."""

    stream_id: str
    language: str
    model: str = ""
    rate_hz: int = 8000
    phrases: tuple[str, ...] = ()
    partials: bool = True
    measures: bool = False  # level and pitch as well, see ``Measured``
    answer_s: float = 0.0  # for so long what speaks for a person and what for a machine, see ``AnswerHeard``
    within_s: float = 10.0  # forgotten when it has not come by then


class Mute(Struct, frozen=True, tag=True, kw_only=True):
    """Hear silence instead of what comes (a customer on hold, a card number), so that times keep fitting."""

    stream_id: str
    on: bool


class Forget(Struct, frozen=True, tag=True, kw_only=True):
    """The stream is over: recognise what was received, say ``Ended``."""

    stream_id: str


Told = Expect | Mute | Forget


# ---- ear -> controller ---------------------------------------------------------------------------------------------


class Ready(Struct, frozen=True, tag=True, kw_only=True):
    """The ear listens on this port; ``engine`` is what it recognises with, ``models`` what it found usable."""

    host: str
    port: int
    engine: str
    models: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()  # models that cannot be used, and why


class Began(Struct, frozen=True, tag=True, kw_only=True):
    """The first samples of a stream came. Without ``engine``: nothing knows the language, nothing will be said."""

    stream_id: str
    at: datetime  # of the first sample
    engine: str = ""
    model: str = ""
    language: str = ""
    reason: str = ""


class PartialSaid(Struct, frozen=True, tag=True, kw_only=True):
    """What is being said."""

    stream_id: str
    n: int
    text: str


class FinalSaid(Struct, frozen=True, tag=True, kw_only=True):
    """What was said. ``late_s``: from the end of its last word, as it arrived, to this report."""

    stream_id: str
    n: int
    text: str
    words: tuple[WordSaid, ...]
    start_s: float
    end_s: float
    late_s: float = 0.0


class Measured(Struct, frozen=True, tag=True, kw_only=True):
    """About once a second, of a stream whose measures are wished: how it sounded in the second before ``end_s``.

    Attributes:
        speech_s: Of that second, how much was speech.
        level_db: Of speech, relative to full scale; -100 without any.
        pitch_hz: Median of voiced frames, 0 without any.
    """

    stream_id: str
    end_s: float
    speech_s: float
    level_db: float
    pitch_hz: float


class AnswerHeard(Struct, frozen=True, tag=True, kw_only=True):
    """Every half second of an answer, where it is wished: what was heard by then.

    Attributes:
        at_s: Since the stream began to be heard, by the clock on the wall.
        evidence: As ``answer_evidence`` names it.
        pause_s: Since the last speech; 0 while somebody speaks, or nobody did.
    """

    stream_id: str
    at_s: float
    evidence: tuple[str, ...]
    pause_s: float


class Degraded(Struct, frozen=True, tag=True, kw_only=True):
    """The ear cannot follow a stream as it should. ``stage``: no_partials, gated, deferred (heard no more)."""

    stream_id: str
    stage: str
    behind_s: float


class Ended(Struct, frozen=True, tag=True, kw_only=True):
    """The stream is over. ``whole``: all of it was recognised; otherwise it is to be transcribed after the call."""

    stream_id: str
    heard_s: float
    lost_s: float
    whole: bool
    reason: str = ""


class Load(Struct, frozen=True, tag=True, kw_only=True):
    """Every second: how busy the ear is. ``ratio``: seconds of work for a second of all its sound (admission above)."""

    streams: int
    ratio: float
    takes_more: bool
    dropped: int  # connections that were hung up on: wrong id, garbage, silence


Said = Ready | Began | PartialSaid | FinalSaid | Measured | AnswerHeard | Degraded | Ended | Load
