"""The voice gate: what is speech goes through, with a little before and after; silence costs no recogniser anything.

Whether 20 ms are speech is WebRTC's voice detection to say. Measured beside others: ``benchmarks/speech/gates.py``.
"""

from dataclasses import dataclass
from typing import Protocol

FRAME_S = 0.02


@dataclass(frozen=True, slots=True)
class Strictness:
    """How sure it must be that somebody speaks. ``mode``: of WebRTC, 0 (lets most through) to 3."""

    mode: int
    before_s: float
    after_s: float


# WebRTC itself calls some 120 ms after speech speech: with it the first waits 0.5 s.
USUAL = Strictness(mode=1, before_s=0.3, after_s=0.4)
STRICT = Strictness(mode=2, before_s=0.2, after_s=0.2)

Piece = tuple[int, bytes]
"""Number of the first sample, and samples."""


class Detection(Protocol):
    """WebRTC's voice detection."""

    def set_mode(self, mode: int) -> None:
        """Be stricter, up to 3."""
        ...

    def is_speech(self, frame: bytes, rate_hz: int) -> bool:
        """Judge 20 ms."""
        ...


class VoiceGate:
    """The gate of one stream.

    Attributes:
        open: Whether somebody speaks, or did a moment ago.
        voiced: Of the frames of the last ``let``, which were speech.
    """

    def __init__(self, rate_hz: int, strictness: Strictness = USUAL) -> None:
        self._rate_hz = rate_hz
        self._frame = int(rate_hz * FRAME_S) * 2  # bytes
        self._vad = _detection()
        self._kept = b""  # not let through yet: what is before speech, and less than a frame
        self._judged = 0  # bytes of it
        self._next = 0
        self._quiet = 0
        self.open = False
        self.voiced: list[bool] = []
        self.set(strictness)

    def set(self, strictness: Strictness) -> None:
        """Be stricter, or less so, from now on."""
        self._vad.set_mode(strictness.mode)
        self._before = round(strictness.before_s / FRAME_S) * self._frame
        self._after = round(strictness.after_s / FRAME_S)

    @property
    def hang_over(self) -> int:
        """Return how many samples without speech went through before it closed."""
        return self._after * self._frame // 2

    def let(self, first: int, pcm: bytes) -> list[Piece]:
        """Judge the next samples; returns what is to be recognised, in order.

        Args:
            first: Number of the first sample; a jump means that some were lost.
            pcm: Whole samples, any number.
        """
        if first != self._next:
            self._kept, self._judged = b"", 0
        data = self._kept + pcm
        base = first - len(self._kept) // 2
        self.voiced = []
        pieces: list[Piece] = []
        begin = 0  # of what goes through while the gate is open
        place = self._judged
        while place + self._frame <= len(data):
            was_open, end = self.open, place + self._frame
            self._judge(data[place:end])
            if self.open and not was_open:
                begin = max(0, begin, end - self._before - self._frame)
            elif was_open and not self.open:
                pieces.append((base + begin // 2, data[begin:end]))
                begin = end
            place = end
        if self.open and place > begin:
            pieces.append((base + begin // 2, data[begin:place]))
            begin = place
        kept_from = begin if self.open else max(begin, place - self._before)
        self._kept, self._judged = data[kept_from:], place - kept_from
        self._next = first + len(pcm) // 2
        return pieces

    def flush(self) -> list[Piece]:
        """Return the last samples, less than a frame, if somebody speaks."""
        rest, self._kept, self._judged = self._kept, b"", 0
        return [(self._next - len(rest) // 2, rest)] if self.open and rest else []

    def _judge(self, frame: bytes) -> None:
        voiced = self._vad.is_speech(frame, self._rate_hz)
        self.voiced.append(voiced)
        self._quiet = 0 if voiced else self._quiet + 1
        self.open = voiced or (self.open and self._quiet < self._after)


def _detection() -> Detection:
    from webrtcvad import Vad  # noqa: PLC0415 -- as optional as what recognises

    found: Detection = Vad()
    return found
