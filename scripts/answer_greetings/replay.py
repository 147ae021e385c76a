"""Answers looked at as an ear looks at them, with what the exchange had said by then."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from answer_greetings.app_amd import Verdict
from answer_greetings.voices import Samples
from waihu.speech.answer_ear import LOOK_S
from waihu.speech.answer_evidence import evidence_of
from waihu.speech.answer_features import AnswerSound
from waihu.speech.answer_model import DEFAULT_COSTS, AnswerModel, Costs, Decision
from waihu.speech.answer_watch import DECIDE_BY_S, AnswerWatch

Frames = Sequence[tuple[float, Samples]]
WORD_LOST = 0.3
"""Share of words that the recogniser supposed here does not get."""
_WORDS_A_SECOND, _WORDS_LATE_S = 2.5, 0.5


@dataclass(frozen=True, slots=True)
class Look:
    """What is known at one moment."""

    at_s: float
    evidence: tuple[str, ...]


def looks(frames: Frames, words: str = "", until_s: float = DECIDE_BY_S, step_s: float = LOOK_S) -> Iterator[Look]:
    """Return what an ear says of a sound.

    Args:
        frames: With the second at which each came.
        words: Of a recogniser that hears all of them; empty: there is none.
        until_s: When it ends.
        step_s: From one look to the next.
    """
    sound, place = AnswerSound(until_s), 0
    for step in range(1, round(until_s / step_s) + 1):
        now_s = step * step_s
        while place < len(frames) and frames[place][0] <= now_s:
            sound.put(frames[place][1].tobytes(), frames[place][0])
            place += 1
        shape = sound.shape(now_s)
        said_s = max(0.0, now_s - shape.silence_before_s - _WORDS_LATE_S)
        said = " ".join(words.split()[: int(said_s * _WORDS_A_SECOND)])
        yield Look(now_s, evidence_of(shape, said))


def misheard(text: str, rng: random.Random) -> str:
    """Return the words of a text that a recogniser gets."""
    return " ".join(word for word in text.replace("|", " ").replace(",", " ").split() if rng.random() > WORD_LOST)


def decided(
    model: AnswerModel, heard: Iterable[Look], exchange: Verdict, costs: Costs = DEFAULT_COSTS, *, early: bool = True
) -> tuple[Decision, float]:
    """Return what would have been done with an answer, and when.

    Args:
        model: What is known of answers.
        heard: What an ear says of it.
        exchange: The verdict of AMD.
        costs: Of mistakes.
        early: Whether a leg is taken out of a running AMD.
    """
    watch = AnswerWatch(model, costs)
    for look in heard:
        if not watch.verdict and exchange.at_s <= look.at_s:
            found = watch.screened(exchange.name, exchange.at_s)
            if found != "wait":
                return found, exchange.at_s
        found = watch.sounds(look.evidence, look.at_s)
        if found != "wait" and (early or watch.verdict):
            return found, look.at_s
    return ("machine" if exchange.status == "MACHINE" else "person"), max(DECIDE_BY_S, exchange.at_s)
