"""An answer in an ear: the first seconds of a stream, looked at four times a second, whatever becomes of its words."""

from typing import TYPE_CHECKING

from waihu.clock import Clock
from waihu.speech.answer_evidence import evidence_of
from waihu.speech.ear_words import AnswerHeard, Expect

if TYPE_CHECKING:
    from waihu.speech.answer_features import AnswerSound

RATE_HZ = 8000
LOOK_S = 0.25
"""From one look at an answer to the next."""


class AnswerEar:
    """One answer; its time begins when it is made."""

    def __init__(self, expect: Expect, sound: "AnswerSound", clock: Clock) -> None:
        self._stream_id = expect.stream_id
        self._until_s = expect.answer_s
        self._sound = sound
        self._clock = clock
        self._began_s = clock.monotonic()
        self._next_s = LOOK_S

    def put(self, pcm: bytes) -> None:
        """Take samples as they come."""
        now_s = self._clock.monotonic() - self._began_s
        if now_s <= self._until_s:
            self._sound.put(pcm, now_s)

    def look(self) -> AnswerHeard | None:
        """Return what was heard, when it is time to say so."""
        now_s = self._clock.monotonic() - self._began_s
        if not self._next_s <= now_s <= self._until_s:
            return None
        self._next_s = now_s + LOOK_S - 0.01  # looked at in turns that are no longer than this
        shape = self._sound.shape(now_s)
        return AnswerHeard(
            stream_id=self._stream_id, at_s=round(now_s, 2), evidence=evidence_of(shape),
            pause_s=round(shape.pause_s, 2),
        )  # fmt: skip


def answer_ear(expect: Expect, clock: Clock) -> AnswerEar | None:
    """Return what looks at the answer of a stream, None where that is not wished, or its sound has another rate."""
    if expect.answer_s <= 0 or expect.rate_hz != RATE_HZ:
        return None
    from waihu.speech.answer_features import AnswerSound  # noqa: PLC0415 -- numpy is as optional as what recognises

    return AnswerEar(expect, AnswerSound(expect.answer_s), clock)
