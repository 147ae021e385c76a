"""A controller on the fake exchange whose calls are heard by ears in the test's hands."""

from dataclasses import dataclass, field
from typing import Any

from tests.services.world import World

from waihu.app import App
from waihu.services.listening import Around, Listening
from waihu.services.spoken_language import SpokenLanguage
from waihu.services.written_down import WrittenDown
from waihu.store.transcripts import transcripts_of, utterances_of
from waihu.testing.fake_ears import FakeEars
from waihu_models import commands as do
from waihu_models.call import Call
from waihu_models.events import PartialHeard, TranscriptChanged, UtteranceHeard
from waihu_models.transcript import Partial, Side, Transcript, Utterance


@dataclass
class Heard:
    """What was told of what is said, and the ears it was said to."""

    w: World
    ears: FakeEars
    listening: Listening
    partials: list[Partial] = field(default_factory=list)
    utterances: list[Utterance] = field(default_factory=list)
    transcripts: list[Transcript] = field(default_factory=list)

    def taps(self, side: Side) -> list[do.Tap]:
        return [c for _, c in self.w.switch.given if isinstance(c, do.Tap) and c.side is side]

    async def stream(self, side: Side = Side.CUSTOMER, n: int = 0) -> str:
        """Wait until a side is tapped for the ``n``-th time, and return its stream."""
        await self.w.until(lambda: len(self.taps(side)) > n, 20.0, f"{side} is tapped")
        return self.taps(side)[n].stream_id

    async def begun(self, side: Side = Side.CUSTOMER, n: int = 0) -> str:
        stream_id = await self.stream(side, n)
        self.ears.begin(stream_id, self.w.now)
        return stream_id

    async def both_begun(self) -> tuple[str, str]:
        return await self.begun(Side.CUSTOMER), await self.begun(Side.AGENT)

    async def stored(self, call: Call) -> dict[Side, Transcript]:
        await self.w.written()
        return {one.side: one for one in await transcripts_of(self.w.app.store, call.id)}

    async def texts(self, call: Call) -> list[str]:
        await self.w.written()
        return [one.text_display for one in await utterances_of(self.w.app.store, call.id)]


def hears(app: App, ears: FakeEars, **given: Any) -> Listening:
    """Let the calls of a controller that has no ears be heard by these."""
    listening = Listening(
        Around(
            ears=ears, switch=app.switch, bus=app.bus, clock=app.clock, tasks=app.tasks,
            language=SpokenLanguage(app.store, app.calls, lambda: "en"),
            written=WrittenDown(app.store, app.bus, app.tasks), **given,
        )
    )  # fmt: skip
    app.recovery.spared = listening.holds
    return listening


def heard(w: World, **given: Any) -> Heard:
    """Let the calls of a world be heard from now on."""
    app, ears = w.app, FakeEars()
    made = Heard(w, ears, hears(app, ears, **given))
    app.bus.subscribe(PartialHeard, lambda event: made.partials.append(event.partial))
    app.bus.subscribe(UtteranceHeard, lambda event: made.utterances.append(event.utterance))
    app.bus.subscribe(TranscriptChanged, lambda event: made.transcripts.append(event.transcript))
    return made
