"""Hearing: everything that is done with the sound of calls, put together. Without it calls are just calls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from waihu.services import answer_detection, quality, tension_watch, transcribing
from waihu.services.answer_detection import AnswerDetection
from waihu.services.answer_learning import AnswerLearning
from waihu.services.ears import ARGV, Ears, ears_of, setup_of
from waihu.services.findings import Finding
from waihu.services.health import Health
from waihu.services.hearing_health import ears_finding, off_finding, why_off
from waihu.services.listening import Around, Listening
from waihu.services.office import Neighbours
from waihu.services.quality import Quality
from waihu.services.spoken_language import SpokenLanguage
from waihu.services.spoken_words import SpokenWords
from waihu.services.tasks import Tasks
from waihu.services.tension_watch import TensionWatch
from waihu.services.transcribing import Transcribing
from waihu.services.written_down import WrittenDown
from waihu.settings import SpeechSettings
from waihu.speech.port import Recognizer
from waihu_models.ids import CallId, LegId
from waihu_models.signals import LegScreened
from waihu_models.transcript import Side

BUSY_RATIO = 0.5
"""While an ear is busier than this, recordings wait: live calls come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingPlan:
    """What hearing is built from.

    Attributes:
        settings: As they count at the start.
        var: Where models lie unless the settings say otherwise, in ``models/``.
        argv: The program of an ear.
        recognizer: Hears recordings after their calls; None: nothing is transcribed after a call.
    """

    settings: SpeechSettings
    var: Path
    argv: Sequence[str] = ARGV
    recognizer: Callable[[], Recognizer] | None = None


class Hearing:
    """Builds the parts, once, and starts what runs by itself.

    Attributes:
        ears: None where nothing is to be heard, as are the others.
    """

    def __init__(self, plan: HearingPlan | None, near: Neighbours, health: Health) -> None:
        self.ears: Ears | None = None
        self.listening: Listening | None = None
        self.transcribing: Transcribing | None = None
        self._recognizer: Recognizer | None = None
        self.words: SpokenWords | None = None
        self.answers: AnswerDetection | None = None
        self.learning: AnswerLearning | None = None
        self.tension: TensionWatch | None = None
        self.quality: Quality | None = None
        if plan is None:
            return
        self.words = SpokenWords(near)
        self.quality = Quality(
            quality.Around(store=near.store, bus=near.bus, clock=near.clock, share=lambda: plan.settings.review_share)
        )
        settings = plan.settings
        if (off := why_off(settings, plan.var)) is not None:
            health.also(lambda: off_finding(off))
            return
        health.also(self._finding)
        self.ears = Ears(setup_of(settings, plan.var), ears_of(settings), near.metrics, plan.argv)
        self.listening = Listening(
            Around(
                ears=self.ears, switch=near.switch, bus=near.bus, clock=near.clock, tasks=near.tasks,
                language=SpokenLanguage(near.store, near.calls, lambda: settings.language),
                written=WrittenDown(near.store, near.bus, near.tasks),
                redacts=lambda: settings.redact, partials=lambda: settings.partials,
                measures=lambda side: side is Side.CUSTOMER or settings.agent_measures,
            )
        )  # fmt: skip
        self.learning = AnswerLearning(near.store, near.clock)
        self.answers = AnswerDetection(
            answer_detection.Around(
                calls=near.calls, bus=near.bus, clock=near.clock, listening=self.listening, switch=near.switch,
                tasks=near.tasks, learning=self.learning, writes=self.words.writes,
            )
        )  # fmt: skip
        self.tension = TensionWatch(
            tension_watch.Around(
                bus=near.bus, clock=near.clock, calls=near.calls, writes=self.words.writes,
                counts=lambda side: side is Side.CUSTOMER or settings.agent_measures,
            )
        )  # fmt: skip
        self.listening.on_measured.append(self.tension.measured)
        if plan.recognizer is not None:
            self._recognizer = plan.recognizer()
            self.transcribing = self._transcribing(settings, self._recognizer, near)
            health.also(self.transcribing.finding)

    def _transcribing(self, settings: SpeechSettings, recognizer: Recognizer, near: Neighbours) -> Transcribing:
        return Transcribing(
            transcribing.Around(
                store=near.store, bus=near.bus, clock=near.clock, tasks=near.tasks, folder=near.recordings_folder,
                recognizer=recognizer, alert=near.alert, busy=self._busy, redacts=lambda: settings.redact,
                language=lambda: settings.language,
            )
        )  # fmt: skip

    def _finding(self) -> Finding:
        assert self.ears is not None
        return ears_finding(self.ears.state())

    def _busy(self) -> bool:
        return self.ears is not None and self.ears.state().ratio > BUSY_RATIO

    def spared(self, others: Callable[[LegId], bool]) -> Callable[[LegId], bool]:
        """Return which legs are looked after: those of others, and taps in use."""
        listening = self.listening
        return others if listening is None else lambda leg_id: others(leg_id) or listening.holds(leg_id)

    def screened(self, call_id: CallId, signal: LegScreened) -> bool:
        """Take the exchange's verdict of an answer, where one will be given with what was heard."""
        return self.answers is not None and self.answers.takes(call_id, signal)

    async def load(self) -> None:
        """Find at the start what an earlier run left to be done."""
        if self.words is not None:
            await self.words.load()
        if self.quality is not None:
            await self.quality.load()
        if self.transcribing is not None:
            await self.transcribing.load()

    def watch(self, tasks: Tasks) -> None:
        """Start what runs for as long as the program does."""
        if self.words is not None:
            self.words.watch(tasks)
        if self.quality is not None:
            tasks.forever(self.quality.run, "quality checks")
        if self.ears is not None:
            tasks.forever(self.ears.run, "ears")
        if self.learning is not None:
            tasks.forever(self.learning.run, "machine detection learns")
        if self.transcribing is not None:
            tasks.forever(self._transcribe, "transcribing")

    async def _transcribe(self) -> None:
        assert self.transcribing is not None
        assert self._recognizer is not None
        try:
            await self.transcribing.run()
        finally:
            await self._recognizer.close()

    async def close(self) -> None:
        """Let the ears recognise what they have received, and end."""
        if self.ears is not None:
            await self.ears.close()
        if self.tension is not None:
            self.tension.close()
