"""What is done with a stream in its thread: a recogniser is made, hears, and says what it heard."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waihu.speech.port import Heard
from waihu.speech.vosk_package import REFUSED, Kaldi, the_vosk
from waihu_models.errors import SpeechError
from waihu_models.transcript import Word

if TYPE_CHECKING:
    from waihu.speech.resampling import Resampler

PARTIAL_EVERY_S = 0.25
"""Of sound. A partial costs a search through what was heard since the last final."""
FIRST_PARTIAL_S = 0.1
"""The same until something is shown: somebody waits for the first word, and there is hardly anything to search."""
UNKNOWN = "[unk]"


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingPlan:
    """How a stream is heard.

    Attributes:
        model: As the package ``vosk`` loaded it.
        rate_hz: Of the sound that comes.
        model_rate_hz: At which it is given to the model.
        phrases: Only these are heard; empty: everything.
        partials: Whether what is being said is wished.
    """

    model: object
    rate_hz: int
    model_rate_hz: int
    phrases: tuple[str, ...] = ()
    partials: bool = True


class Hearing:
    """A recogniser; made and used in one thread."""

    def __init__(self, plan: HearingPlan) -> None:
        self._plan = plan
        self._kaldi = _kaldi(plan)
        self._resampler = _resampler(plan)
        self._shown = ""
        self._unsaid = 0  # samples since a partial was looked for

    def hear(self, pcm: bytes) -> list[Heard]:
        """Hear samples; returns what can be said now.

        Raises:
            SpeechError: the recogniser refuses them.
        """
        self._unsaid += len(pcm) // 2
        if self._resampler is not None:
            pcm = self._resampler.push(pcm)
        if not pcm:
            return []
        return [self._final(self._kaldi.Result)] if self._accept(pcm) else self._partial()

    def finish(self) -> list[Heard]:
        """Say the rest, of which the text may be empty.

        Raises:
            SpeechError: the recogniser refuses.
        """
        if self._resampler is not None and (rest := self._resampler.finish()):
            self._accept(rest)
        return self.reset()

    def reset(self) -> list[Heard]:
        """Say what was begun, as if its speaker had paused."""
        return [self._final(self._kaldi.FinalResult)]

    def _accept(self, pcm: bytes) -> bool:
        try:
            return bool(self._kaldi.AcceptWaveform(pcm))
        except REFUSED as error:
            raise SpeechError(f"the recogniser refuses the sound: {error}") from error

    def _final(self, result: Callable[[], str]) -> Heard:
        self._shown, self._unsaid = "", 0
        return heard_of(json.loads(result()), final=True)

    def _partial(self) -> list[Heard]:
        every_s = PARTIAL_EVERY_S if self._shown else FIRST_PARTIAL_S
        if not self._plan.partials or self._unsaid < every_s * self._plan.rate_hz:
            return []
        self._unsaid = 0
        heard = heard_of(json.loads(self._kaldi.PartialResult()), final=False)
        if heard.text == self._shown:
            return []
        self._shown = heard.text
        return [heard]


def heard_of(said: Any, *, final: bool) -> Heard:
    """Return what a result of Vosk says, as JSON has it; words it does not know are left out.

    Raises:
        ValueError: it says something else.
    """
    try:
        text = " ".join(word for word in str(said["text" if final else "partial"]).split() if word != UNKNOWN)
        words = tuple(_word(word) for word in said.get("result", ()) if word["word"] != UNKNOWN) if final else ()
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no result of a recogniser: {str(said)[:80]}") from error
    return Heard(final=final, text=text, words=words)


def _word(word: Any) -> Word:
    return Word(str(word["word"]), float(word["start"]), float(word["end"]), float(word.get("conf", 1.0)))


def _kaldi(plan: HearingPlan) -> Kaldi:
    phrases = (json.dumps([*plan.phrases, UNKNOWN], ensure_ascii=False),) if plan.phrases else ()
    try:
        kaldi = the_vosk().KaldiRecognizer(plan.model, plan.model_rate_hz, *phrases)
    except REFUSED as error:
        raise SpeechError(f"a recogniser cannot be made: {error}") from error
    kaldi.SetWords(True)
    return kaldi


def _resampler(plan: HearingPlan) -> "Resampler | None":
    if plan.rate_hz == plan.model_rate_hz:
        return None
    from waihu.speech.resampling import Resampler  # noqa: PLC0415 -- numpy is as optional as vosk

    return Resampler(plan.rate_hz, plan.model_rate_hz)
