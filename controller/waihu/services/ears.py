"""The ears: processes that receive the sound of calls and say what they hear. Which one hears what, and how they are.

An ear that dies, stops or is overloaded harms no call: its streams end as not heard whole, and are transcribed later.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from waihu.metrics import Metrics
from waihu.services.ear_keeper import EarKeeper
from waihu.settings import SpeechSettings
from waihu.speech.ear_words import Ended, Expect, FinalSaid, Forget, Load, Mute, Ready, Said, Setup
from waihu_models.errors import NoModel, SpeechBusy, SpeechUnreachable

log = structlog.get_logger()

ARGV = (sys.executable, "-m", "waihu.speech.ear")
MOST_RATIO = 0.7
"""Above this real-time factor an ear is given no more: it has to follow when everybody speaks at once."""
NOTHING = "null"


@dataclass(frozen=True, slots=True, kw_only=True)
class EarState:
    """How one ear is. Without ``pid`` it is being started again; without ``engine`` it is not ready."""

    pid: int | None
    engine: str
    models: tuple[str, ...]
    problems: tuple[str, ...]
    streams: int
    ratio: float
    takes_more: bool
    dropped: int
    restarts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EarsState:
    """How all ears are together; ``ratio`` is that of the busiest."""

    ears: tuple[EarState, ...]
    streams: int
    ratio: float
    dropped: int
    restarts: int

    @property
    def ready(self) -> int:
        """How many can hear."""
        return sum(bool(ear.engine) for ear in self.ears)


def models_of(settings: SpeechSettings, var: Path) -> str:
    """Return the folder of models."""
    return settings.models or str(var / "models")


def setup_of(settings: SpeechSettings, var: Path) -> Setup:
    """Return what ears are told of the settings."""
    return Setup(
        engine=settings.engine,
        models=models_of(settings, var),
        servers=settings.servers,
        language=settings.language,
    )


def ears_of(settings: SpeechSettings) -> int:
    """Return how many ears there are to be."""
    return settings.ears or max(1, (os.cpu_count() or 2) - 1)


class Ears:
    """All ears of a controller.

    Attributes:
        on_said: Called for each report, in the order of each stream, on the event loop.
    """

    def __init__(self, setup: Setup, count: int, metrics: Metrics, argv: Sequence[str] = ARGV) -> None:
        self._metrics = metrics
        self._keepers = [EarKeeper(setup, argv, self._hear, metrics) for _ in range(count)]
        self._owner: dict[str, EarKeeper] = {}
        self.on_said: Callable[[Said], None] = lambda _: None

    async def run(self) -> None:
        """Keep all ears alive until ``close`` or cancelled; either way nothing of them is left."""
        async with asyncio.TaskGroup() as group:
            for keeper in self._keepers:
                group.create_task(keeper.run(), name="ear")

    async def close(self) -> None:
        """Let the ears recognise what they have received, and end, within a few seconds."""
        await asyncio.gather(*(keeper.close() for keeper in self._keepers))

    def reserve(self, expect: Expect) -> tuple[str, int]:
        """Let the least loaded ear expect a stream; returns the host and port the exchange is to send it to.

        Raises:
            SpeechUnreachable: no ear is ready.
            NoModel: there is nothing to recognise with.
            SpeechBusy: no ear can follow another stream.
        """
        ready = [keeper for keeper in self._keepers if keeper.ready is not None]
        if not ready:
            raise SpeechUnreachable("no ear is ready: they are starting, or die; see the log")
        able = [keeper for keeper in ready if keeper.ready is not None and keeper.ready.engine != NOTHING]
        if not able:
            raise NoModel("there is nothing to recognise with: fetch a model (scripts/fetch-asr-model)")
        free = [keeper for keeper in able if keeper.takes_more and keeper.expected_ratio <= MOST_RATIO]
        if not free:
            raise SpeechBusy("no ear can follow another stream")
        keeper = min(free, key=lambda one: (one.expected_ratio, len(one.streams)))
        assert keeper.ready is not None
        keeper.expect(expect)
        self._owner[expect.stream_id] = keeper
        return keeper.ready.host, keeper.ready.port

    @property
    def deaf(self) -> bool:
        """Whether they have nothing to recognise with."""
        engines = [keeper.ready.engine for keeper in self._keepers if keeper.ready is not None]
        return bool(engines) and all(engine == NOTHING for engine in engines)

    def mute(self, stream_id: str, on: bool) -> None:
        """Let silence be heard instead of what comes; does nothing where the stream is over."""
        if keeper := self._owner.get(stream_id):
            keeper.tell(Mute(stream_id=stream_id, on=on))

    def forget(self, stream_id: str) -> None:
        """Say that a stream is over; ``Ended`` comes when all of it is recognised."""
        if keeper := self._owner.get(stream_id):
            keeper.tell(Forget(stream_id=stream_id))

    def state(self) -> EarsState:
        """Return how the ears are."""
        ears = tuple(_state(keeper) for keeper in self._keepers)
        return EarsState(
            ears=ears,
            streams=sum(ear.streams for ear in ears),
            ratio=max((ear.ratio for ear in ears), default=0.0),
            dropped=sum(ear.dropped for ear in ears),
            restarts=sum(ear.restarts for ear in ears),
        )

    def _hear(self, said: Said) -> None:
        if isinstance(said, Ended):
            self._owner.pop(said.stream_id, None)
        self._count(said)
        try:
            self.on_said(said)
        except Exception:
            log.exception("report_not_taken", said=type(said).__name__)

    def _count(self, said: Said) -> None:
        metrics = self._metrics
        match said:
            case Load():
                state = self.state()
                metrics.speech_streams.set(state.streams)
                metrics.speech_ratio.set(state.ratio)
            case Ended():
                metrics.speech_lost.inc(said.lost_s)
            case FinalSaid():
                metrics.speech_lag.observe(said.late_s)
            case _:
                pass


def _state(keeper: EarKeeper) -> EarState:
    ready = keeper.ready or Ready(host="", port=0, engine="")
    load = keeper.load or Load(streams=0, ratio=0.0, takes_more=False, dropped=0)
    return EarState(
        pid=keeper.pid,
        engine=ready.engine,
        models=ready.models,
        problems=ready.problems,
        streams=len(keeper.streams),
        ratio=load.ratio,
        takes_more=keeper.takes_more,
        dropped=load.dropped,
        restarts=keeper.restarts,
    )
