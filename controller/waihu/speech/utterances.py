"""Utterances of one stream: numbered, with times of the stream's own clock, from what a recogniser says."""

from collections.abc import Callable

from waihu.speech.ear_words import FinalSaid, PartialSaid, Said, WordSaid
from waihu.speech.port import Heard
from waihu.speech.timeline import Timeline
from waihu_models.transcript import Word

PARTIAL_EVERY_S = 0.25


class Utterances:
    """Turns what is heard into reports.

    Attributes:
        partials: Whether what is being said is reported.
        ended: Samples, as the recogniser counts, up to which all that was said is final.
        end_s: Of the last final, by the stream's clock.
    """

    def __init__(self, stream_id: str, rate_hz: int, timeline: Timeline, *, partials: bool) -> None:
        self._stream_id = stream_id
        self._rate_hz = rate_hz
        self._timeline = timeline
        self._n = 0
        self._shown = ""
        self._shown_at_s = float("-inf")
        self.partials = partials
        self.ended = 0
        self.end_s = 0.0

    def report(self, heard: Heard, now_s: float, came_at_s: Callable[[float], float]) -> Said | None:
        """Return what is to be reported; None: nothing.

        Args:
            heard: By the recogniser.
            now_s: Of a monotonic clock.
            came_at_s: When, by that clock, the sound of a second of the stream came.
        """
        if not heard.final:
            return self._partial(heard.text, now_s)
        end = round(heard.words[-1].end_s * self._rate_hz) if heard.words else self._timeline.given
        begin = round(heard.words[0].start_s * self._rate_hz) if heard.words else self.ended
        start_s = self._came_s(begin)
        self.end_s = max(start_s, self._came_s(end, ending=True))
        self.ended = max(end, self.ended)
        if not heard.text:
            return self._partial("", now_s, at_once=True)
        said = FinalSaid(
            stream_id=self._stream_id,
            n=self._n,
            text=heard.text,
            words=tuple(self._word(word) for word in heard.words),
            start_s=round(start_s, 3),
            end_s=round(self.end_s, 3),
            late_s=round(max(0.0, now_s - came_at_s(self.end_s)), 3),
        )
        self._n += 1
        self._shown, self._shown_at_s = "", float("-inf")
        return said

    def _partial(self, text: str, now_s: float, *, at_once: bool = False) -> Said | None:
        if text == self._shown or not (self.partials or at_once):
            return None
        if now_s - self._shown_at_s < PARTIAL_EVERY_S and not at_once:
            return None
        self._shown, self._shown_at_s = text, now_s
        return PartialSaid(stream_id=self._stream_id, n=self._n, text=text)

    def _word(self, word: Word) -> WordSaid:
        start_s = self._came_s(round(word.start_s * self._rate_hz))
        end_s = max(start_s, self._came_s(round(word.end_s * self._rate_hz), ending=True))
        return WordSaid(word.text, round(start_s, 3), round(end_s, 3), round(word.confidence, 3))

    def _came_s(self, given: int, *, ending: bool = False) -> float:
        return self._timeline.came(given, ending=ending) / self._rate_hz
