"""What ``waihu doctor`` says to each model: a sentence spoken by espeak-ng, so that recognition itself is proved."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from waihu.cli.speech import PIECE_S, read_wav
from waihu.speech.library import ModelCard
from waihu.speech.port import Recognizer, StreamPlan
from waihu.speech.shipped_words import base_language
from waihu.speech.trials import Trials
from waihu.speech.vosk_engine import VoskEngine
from waihu.telephony.prompts import ENGLISH, MANDARIN, Speech, sound_set
from waihu_models.errors import ExchangeFailed, WaihuError
from waihu_models.ids import new_id

HEARD_WITHIN_S = 60.0
"""A model that has not recognised four seconds of speech by then has failed."""


LARGEST_MB = 500
"""Of a model's files: a larger one is not loaded a second time beside a controller that may be using it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, and the words of it that are looked for: those of everyday calls, which every model knows."""

    speech: Speech
    words: tuple[str, ...]


SENTENCES = {
    "en": Sentence(
        Speech("hello, good morning. the price is too expensive. I want a refund.", ENGLISH, 150),
        ("hello", "good", "morning", "price", "too", "expensive", "want", "refund"),
    ),
    "zh": Sentence(
        Speech("ni3 hao3. jia4 ge2 tai4 gui4. wo3 yao4 tui4 kuan3. tou2 su4.", f"{MANDARIN}+m3", 150),
        ("你好", "价格", "太贵", "退款", "投诉"),
    ),
}


@dataclass(frozen=True, slots=True)
class Understood:
    """How many words of a sentence a model got; ``problem``: why it could not be tried, or ``failed``."""

    got: int = 0
    of: int = 0
    problem: str = ""
    failed: bool = False

    @property
    def bad(self) -> bool:
        """Whether the model is of no use, as far as can be seen."""
        return self.failed or (self.of > 0 and not self.got)

    def __str__(self) -> str:
        """Return it as it is told."""
        return self.problem or f"understood {self.got} of {self.of} spoken words"


async def understood(trials: Trials, card: ModelCard, cache: Path) -> Understood | None:
    """Let a model hear a sentence in its language; None: there is none in it.

    Args:
        trials: What came of trying the models.
        card: Of the one that is to hear.
        cache: Where made sounds are kept.
    """
    sentence = SENTENCES.get(base_language(card.language))
    if sentence is None:
        return None
    size_mb = sum(file.stat().st_size for file in card.folder.rglob("*") if file.is_file()) / 1e6
    if size_mb > LARGEST_MB:
        return Understood(problem=f"no speech tried, it is large ({size_mb:.0f} MB): waihu speech try FILE")
    engine = VoskEngine(trials, threads=1)
    try:
        return await _tried(engine, card, sentence, cache)
    finally:
        await engine.close()


async def _tried(recognizer: Recognizer, card: ModelCard, sentence: Sentence, cache: Path) -> Understood:
    try:
        folder = await asyncio.to_thread(sound_set, cache, "doctor", {"sentence": sentence.speech})
        async with asyncio.timeout(HEARD_WITHIN_S):
            heard = await _heard(recognizer, card, *read_wav(folder / "sentence.wav"))
    except ExchangeFailed as error:
        return Understood(problem=f"no speech tried: {error}")
    except (WaihuError, TimeoutError) as error:
        why = str(error) or f"not recognised within {HEARD_WITHIN_S:g} s"
        return Understood(problem=f"speech failed: {why}", failed=True)
    return Understood(_words_in(heard, sentence.words), len(sentence.words))


def _words_in(heard: Sequence[str], words: Sequence[str]) -> int:
    # Recognisers part Chinese into words as they like.
    run, single = "".join(heard), set(heard)
    return sum(word in (single if word.isascii() else run) for word in words)


async def _heard(recognizer: Recognizer, card: ModelCard, rate_hz: int, pcm: bytes) -> list[str]:
    plan = StreamPlan(
        stream_id=new_id(), rate_hz=rate_hz, language=card.language, model=card.name, partials=False
    )  # fmt: skip
    stream = await recognizer.open(plan)

    async def sent() -> None:
        step = 2 * int(PIECE_S * rate_hz)
        for start in range(0, len(pcm), step):
            await stream.send(pcm[start : start + step])
        await stream.finish()

    sending = asyncio.create_task(sent())
    try:
        heard = [word.lower() async for said in stream.heard() for word in said.text.split()]
        await sending
    finally:
        sending.cancel()
        await stream.close()
    return heard
