"""What callers in queues are told while they wait: a welcome, their place and how long they will probably wait."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from waihu.clock import Clock
from waihu.routing import announcements as texts
from waihu.routing.queue_doors import Shut
from waihu.services.call_desk import CallDesk
from waihu.services.queue_figures import QueueFigures
from waihu.services.tasks import Tasks
from waihu_models.call import Call
from waihu_models.ids import CallId
from waihu_models.queue import Queue
from waihu_models.signals import AnnounceAsked

Speak = Callable[[str, str], Awaitable[Path | None]]
"""Makes sound of a text in a language, None where that cannot be in time."""

_NEVER = datetime.max.replace(tzinfo=UTC)


def farewell(queue: Queue, shut: Shut, language: str) -> str:
    """Return what is said to somebody who may not wait in a queue."""
    if shut is not Shut.CLOSED:
        return texts.all_busy(language)
    return queue.closed_text or texts.after_hours(language)


class QueueVoice:
    """Tells each caller, when it is due, one thing at a time."""

    def __init__(self, calls: CallDesk, figures: QueueFigures, speak: Speak, clock: Clock, tasks: Tasks) -> None:
        self.speak = speak
        self._calls = calls
        self._figures = figures
        self._clock = clock
        self._tasks = tasks
        self._place_at: dict[CallId, datetime] = {}  # when each caller is told the place again
        self._at_it: set[CallId] = set()

    def forget(self, call_id: CallId) -> None:
        """Forget a call that waits no longer."""
        self._place_at.pop(call_id, None)

    def tell(self, call: Call, queue: Queue, place: int) -> None:
        """Tell a caller what is due, if anything is."""
        if call.announcement is not None or call.id in self._at_it:
            return
        now, language = self._clock.now(), call.language or queue.language
        if call.id not in self._place_at:
            self._place_at[call.id] = now if queue.announce_every_s else _NEVER
            if queue.welcome:
                self._start(self._say(call, queue.welcome, language), call.id)
                return
        if now >= self._place_at[call.id]:
            self._place_at[call.id] = now + timedelta(seconds=queue.announce_every_s)
            wait_s = self._figures.wait_s(queue, place)
            self._start(self._say(call, texts.position_and_wait(place, wait_s, language), language, wait_s), call.id)

    def _start(self, work: Coroutine[Any, Any, None], call_id: CallId) -> None:
        self._at_it.add(call_id)

        async def told() -> None:
            try:
                await work
            finally:
                self._at_it.discard(call_id)

        self._tasks.start(told(), "announcement")

    async def _say(self, call: Call, text: str, language: str, wait_s: float | None = None) -> None:
        sound = await self.speak(text, language)
        if sound is not None:
            self._calls.post(call.id, AnnounceAsked(self._clock.now(), str(sound), "", wait_s))
