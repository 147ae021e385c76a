"""The Recognizer port: whatever turns sound into words. Its contract suite is ``tests/contract/test_recognizers.py``.

Engines: ``vosk`` (models on this machine), ``vosk-server`` (servers that speak the protocol of that name), ``null``.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from waihu_models.transcript import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPlan:
    """What a recogniser is told of a stream before its first sample.

    Attributes:
        stream_id: 32 hexadecimal digits.
        rate_hz: Of the samples that will be sent.
        language: ``en``, ``zh``; with a dialect or region after a hyphen: ``zh-yue``, ``en-in``.
        model: Name of a model of the library; empty: the library chooses by language.
        phrases: Only these are to be recognised, where the model really can; empty: everything.
        partials: Whether to say what is heard before an utterance ends.
    """

    stream_id: str
    rate_hz: int = 8000
    language: str = "en"
    model: str = ""
    phrases: tuple[str, ...] = ()
    partials: bool = True


@dataclass(frozen=True, slots=True)
class Heard:
    """Words of a stream. A partial replaces the one before it; a final stands. Times count from the first sample."""

    final: bool
    text: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What recognises a stream: the engine, the model and its language, and what it can do."""

    engine: str
    model: str
    language: str
    takes_phrases: bool = False


class RecognizerStream(Protocol):
    """One stream of sound on its way to words."""

    @property
    def voice(self) -> Voice:
        """What recognises it."""
        ...

    async def send(self, pcm: bytes) -> None:
        """Give the next samples: mono, 16 bit, little-endian, at the plan's rate; 20 to 500 ms of them.

        Returns when they are accepted, which under load is when there is room for them.

        Raises:
            SpeechError: the stream is lost; what was sent after the last final may be lost with it.
        """
        ...

    def heard(self) -> AsyncIterator[Heard]:
        """Yield what is recognised, in order, until all that was sent before ``finish`` is. One reader.

        Raises:
            SpeechError: the stream is lost.
        """
        ...

    async def finish(self) -> None:
        """Say that no more sound comes; ``heard`` ends after the last final."""
        ...

    async def close(self) -> None:
        """Let go of the stream at once, whatever is still to be recognised. Never raises; twice is once."""
        ...


@runtime_checkable
class Pausable(Protocol):
    """A stream that can be told that its speaker has paused. Others are given silence until they see it themselves."""

    async def pause(self) -> None:
        """Let the utterance end after what was sent; its final is said, the text may be empty. The times go on.

        Raises:
            SpeechError: the stream is lost.
        """
        ...


class Recognizer(Protocol):
    """Something that opens streams."""

    async def open(self, plan: StreamPlan) -> RecognizerStream:
        """Begin to recognise a stream.

        Raises:
            NoModel: nothing here knows the language.
            BadModel: the model it would be cannot be used.
            SpeechBusy: no room for another stream.
            SpeechUnreachable: no server answers.
        """
        ...

    async def close(self) -> None:
        """Let go of all streams and models."""
        ...
