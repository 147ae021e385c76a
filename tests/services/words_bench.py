"""Calls whose words are watched: what was told because of them, in the order in which it was told."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select
from tests.services.listening import Heard, heard
from tests.services.world import World

from waihu.services.spoken_words import SpokenWords
from waihu.store.statements import table
from waihu_models import signals as sig
from waihu_models.assist import Hint
from waihu_models.call import Call
from waihu_models.events import HintOffered, SummaryDrafted, UtteranceHeard, WordsAlerted
from waihu_models.tables import OutboxRow
from waihu_models.word_alert import WordAlert

E = TypeVar("E")


@dataclass
class Watched:
    """A world in which words are listened for."""

    w: World
    heard: Heard
    words: SpokenWords
    events: list[tuple[float, Any]] = field(default_factory=list)

    def told(self, kind: type[E]) -> list[E]:
        return [event for _, event in self.events if isinstance(event, kind)]

    @property
    def alerts(self) -> list[WordAlert]:
        return [event.alert for event in self.told(WordsAlerted)]

    @property
    def hints(self) -> list[Hint]:
        return [event.hint for event in self.told(HintOffered)]

    async def outbox(self, topic: str = "words.alerted") -> list[dict[str, Any]]:
        await self.w.written()
        rows = table(OutboxRow)
        return [row["payload"] for row in await self.w.app.store.rows(select(rows).where(rows.c.topic == topic))]

    async def talk(self) -> tuple[Call, str, str]:
        """Let an agent talk with a customer; return the call and the streams of customer and agent."""
        await self.w.log_in()
        await self.w.dial()
        await self.w.connected()
        customer, agent = await self.heard.both_begun()
        return self.w.call, customer, agent

    async def say(self, stream: str, *texts: str, start_s: float = 1.0, gap_s: float = 40.0) -> None:
        for n, text in enumerate(texts):
            self.heard.ears.say(stream, text, start_s + n * gap_s)
        await self.w.after(0.01)

    async def hang_up(self, call: Call) -> Call:
        self.w.app.calls.post(call.id, sig.HangUpAsked(self.w.now, "test"))
        found = await self.w.until(lambda: next((one for one in self.w.calls.values() if not one.live), None), 10.0)
        assert isinstance(found, Call)
        return found


async def watched(w: World, **given: Any) -> Watched:
    """Let words be listened for in a world, with the lists that are shipped."""
    words = SpokenWords(w.app._neighbours())
    await words.load()
    words.watch(w.app.tasks)
    made = Watched(w, heard(w, **given), words)
    for kind in (UtteranceHeard, WordsAlerted, HintOffered, SummaryDrafted):
        w.app.bus.subscribe(kind, lambda event: made.events.append((w.app.clock.monotonic(), event)))
    return made
