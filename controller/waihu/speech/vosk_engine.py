"""The engine ``vosk``: models on this machine, heard through in threads of this process.

A model is loaded when it is first needed, and shared by all its streams. Each stream has a recogniser of its own, made
and used in one thread. Only models that were tried in another process are loaded here: see ``probe``.
"""

import asyncio

from waihu.speech.library import Library, ModelCard
from waihu.speech.port import StreamPlan, Voice
from waihu.speech.trials import TRIED_RATE_HZ, Trials
from waihu.speech.vosk_hearing import HearingPlan
from waihu.speech.vosk_package import REFUSED, the_vosk
from waihu.speech.vosk_stream import VoskStream
from waihu.speech.vosk_thread import WorkThread
from waihu_models.errors import BadModel, SpeechBusy

ENGINE = "vosk"
MOST_STREAMS = 500
END_LIMIT_S = 2.0


class VoskEngine:
    """Recognises with the models of a library."""

    def __init__(self, trials: Trials, *, threads: int = 1, most_streams: int = MOST_STREAMS) -> None:
        """Be ready; nothing is loaded yet.

        Args:
            trials: Of the models, at ``TRIED_RATE_HZ``.
            threads: That work; one uses one core at most.
            most_streams: More are refused.
        """
        self._library = trials.library
        self._tried = trials.tried
        self._threads = [WorkThread(number) for number in range(threads)]
        self._most_streams = most_streams
        self._models: dict[str, asyncio.Task[object]] = {}
        self._streams: set[VoskStream] = set()

    @property
    def library(self) -> Library:
        """The models it recognises with."""
        return self._library

    async def load(self, language: str, name: str = "") -> ModelCard:
        """Load a model before it is needed; returns which.

        Raises:
            NoModel, BadModel: there is none, or it cannot be used.
        """
        card = self._library.choose(language, name)
        await self._model(card)
        return card

    async def open(self, plan: StreamPlan) -> VoskStream:
        """Begin a stream; the first of a model waits until it is loaded."""
        card = self._library.choose(plan.language, plan.model)
        model = await self._model(card)
        self._streams = {stream for stream in self._streams if not stream.closed}
        if len(self._streams) >= self._most_streams:
            raise SpeechBusy(f"{self._most_streams} streams are heard already")
        hearing = HearingPlan(
            model=model, rate_hz=plan.rate_hz, model_rate_hz=self._rate_hz(card, plan.rate_hz),
            phrases=plan.phrases if card.takes_phrases else (), partials=plan.partials,
        )  # fmt: skip
        voice = Voice(engine=ENGINE, model=card.name, language=card.language, takes_phrases=card.takes_phrases)
        stream = VoskStream(voice, hearing, min(self._threads, key=lambda thread: thread.streams))
        self._streams.add(stream)
        try:
            await stream.open()
        except BaseException:
            await stream.close()
            raise
        return stream

    async def close(self) -> None:
        """Let go of all streams, models and threads."""
        for stream in self._streams:
            await stream.close()
        self._streams.clear()
        for loading in self._models.values():
            loading.cancel()
        self._models.clear()
        for thread in self._threads:
            thread.end()
        for thread in self._threads:
            await asyncio.to_thread(thread.join, END_LIMIT_S)

    def _rate_hz(self, card: ModelCard, rate_hz: int) -> int:
        """Return at which rate a model is to be given sound that comes at this one."""
        tried = self._tried.get(card.name)
        return tried.rate_hz if tried and rate_hz == TRIED_RATE_HZ else card.rate_hz

    async def _model(self, card: ModelCard) -> object:
        loading = self._models.get(card.name)
        if loading is None or (loading.done() and (loading.cancelled() or loading.exception() is not None)):
            loading = asyncio.create_task(asyncio.to_thread(_load, card), name=f"load {card.name}")
            self._models[card.name] = loading
        return await asyncio.shield(loading)


def _load(card: ModelCard) -> object:
    try:
        return the_vosk().Model(str(card.folder))
    except REFUSED as error:
        raise BadModel(f"{card.name} cannot be loaded any more: see `waihu speech models`") from error
