"""A controller that hears its calls: fixture models, scripted callees, and all that was told of what they say."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.asterisk.support import until
from tests.asterisk.world import Seen, controller, plan_of, prepared, written

from asr_fixture.scoring import Score, score
from asr_fixture.texts import expected, read_words, tokens
from waihu.app import App
from waihu.services.ears import ARGV, setup_of
from waihu.services.hearing import HearingPlan
from waihu.settings import SpeechSettings
from waihu.speech.apart import Apart
from waihu.speech.model_pack import unpack
from waihu.store.transcripts import HeardSide, sides_of
from waihu.telephony.carrier_scripts import spoken
from waihu.telephony.exchange import Exchange
from waihu_models.agent import Agent
from waihu_models.call import Call, CallState
from waihu_models.events import PartialHeard, RecordingChanged, TranscriptChanged, UtteranceHeard, WordsAlerted
from waihu_models.recording import Recording
from waihu_models.transcript import Partial, Side, Transcript, TranscriptState, Utterance
from waihu_models.word_alert import WordAlert

PACKED = Path(__file__).resolve().parents[1] / "fixtures" / "asr"
ENGLISH, MANDARIN = "+44163296030", "+8610100030"


def models_in(folder: Path, *languages: str) -> Path:
    """Unpack fixture models of these languages."""
    models = folder / "models"
    models.mkdir()
    for language in languages:
        unpack(PACKED / f"fixture-{language}.zip", models / f"fixture-{language}")
    return models


def error_of(language: str, number: str, said: Iterable[Utterance]) -> Score:
    """Hold what was heard against what the callee of a number says by script."""
    script, words = spoken(number), read_words(language)
    assert script is not None
    wanted = [word for phrase in script.phrases for word in expected(tokens(phrase, words))]
    return score(language, wanted, [word for one in said for word in one.text_raw.split()])


@dataclass
class Hall:
    """The running controller, and what was told."""

    app: App
    seen: Seen
    partials: list[tuple[datetime, Partial]] = field(default_factory=list)
    utterances: list[tuple[datetime, Utterance]] = field(default_factory=list)
    alerts: list[tuple[datetime, WordAlert]] = field(default_factory=list)
    recordings: list[Recording] = field(default_factory=list)
    transcripts: list[Transcript] = field(default_factory=list)

    def watch(self) -> None:
        clock, bus = self.app.clock, self.app.bus
        bus.subscribe(PartialHeard, lambda one: self.partials.append((clock.now(), one.partial)))
        bus.subscribe(UtteranceHeard, lambda one: self.utterances.append((clock.now(), one.utterance)))
        bus.subscribe(WordsAlerted, lambda one: self.alerts.append((clock.now(), one.alert)))
        bus.subscribe(TranscriptChanged, lambda one: self.transcripts.append(one.transcript))
        bus.subscribe(RecordingChanged, lambda one: self.recordings.append(one.recording))

    async def ears_are_ready(self) -> None:
        ears = self.app.hearing.ears
        assert ears is not None
        await until(lambda: ears.state().ready, 20.0, "an ear is ready")

    @property
    def ear_pid(self) -> int:
        ears = self.app.hearing.ears
        assert ears is not None
        pid = ears.state().ears[0].pid
        assert pid is not None
        return pid

    async def talking(self, but: Call | None = None) -> Call:
        """Wait until somebody talks with an agent, in another call than that."""

        def found() -> Call | None:
            calls = [call for call in self.seen.calls.values() if but is None or call.id != but.id]
            return next((call for call in calls if call.state is CallState.CONNECTED), None)

        return await until(found, 30.0, "somebody talks")  # type: ignore[no-any-return]

    async def hung_up(self, call: Call) -> Call:
        seen = self.seen.calls
        await until(lambda: call.id in seen and not seen[call.id].live, 60.0, "they part")
        return self.seen.calls[call.id]

    async def closed(self, call: Call) -> dict[Side, HeardSide]:
        """Wait until both transcripts of a call are as the ears leave them, and return them."""
        return await self._sides(call, frozenset({TranscriptState.LISTENING}))

    async def made_good(self, call: Call) -> dict[Side, HeardSide]:
        """Wait until what was put off is transcribed as well, and return both sides."""
        return await self._sides(call, frozenset({TranscriptState.LISTENING, TranscriptState.DEFERRED}))

    async def _sides(self, call: Call, but: frozenset[TranscriptState]) -> dict[Side, HeardSide]:
        async def sides() -> dict[Side, HeardSide] | None:
            found = {side.transcript.side: side for side in await sides_of(await written(self.app), call.id)}
            stored = {side: one.transcript.state for side, one in found.items()}
            # What is stored is told a moment later.
            told = {side: self.states(call, side)[-1:] == [state] for side, state in stored.items()}
            return found if len(found) == 2 and not but & {*stored.values()} and all(told.values()) else None

        return await until(sides, 45.0, f"no transcript is {'or '.join(but)}", poll_s=0.2)  # type: ignore[no-any-return]

    def states(self, call: Call, side: Side = Side.CUSTOMER) -> list[TranscriptState]:
        """What was told of a transcript, in order."""
        told = [one for one in self.transcripts if (one.call_id, one.side) == (call.id, side)]
        return [one.state for one in told]

    def lags_s(self) -> list[float]:
        """How long after the end of its last word each utterance was told."""
        return [
            (told_at - one.at - timedelta(seconds=one.end_s - one.start_s)).total_seconds()
            for told_at, one in self.utterances
        ]


@asynccontextmanager
async def hall(
    exchange: Exchange, folder: Path, numbers: Iterable[str], models: Path, agents: Iterable[Agent], **rules: Any
) -> AsyncIterator[Hall]:
    """Run a controller that hears; settings of speech and the campaign's rules may be given."""
    given = {name: rules.pop(name) for name in ("engine", "late", "argv", "leave_calls") if name in rules}
    url, _ = await prepared(folder, numbers, agents=agents, patience_s=30.0, ring_timeout_s=10, **rules)
    async with hears(exchange, url, models, **given) as room:
        yield room


@asynccontextmanager
async def hears(
    exchange: Exchange, url: str, models: Path, *, engine: str = "auto", late: bool = False,
    argv: Sequence[str] = ARGV, leave_calls: bool = False,
) -> AsyncIterator[Hall]:  # fmt: skip
    """Run a controller on a store that stands. ``late``: also what was put off is transcribed."""
    speech = SpeechSettings(engine=engine, models=str(models), ears=1)
    apart = Apart(setup_of(speech, models.parent)) if late else None
    plan = HearingPlan(settings=speech, var=models.parent, argv=argv, recognizer=(lambda: apart) if apart else None)
    async with controller(plan_of(exchange, url, hearing=plan), leave_calls=leave_calls) as (app, seen):
        made = Hall(app, seen)
        made.watch()
        yield made
    assert apart is None or apart.pid is None
