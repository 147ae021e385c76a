"""The queue desk: when callers go on in another queue, when nobody will come, and what they are told meanwhile."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.routing.queue_doors import Shut, next_door
from waihu.routing.queueing import places
from waihu.services.call_desk import CallDesk
from waihu.services.queue_figures import QueueFigures
from waihu.services.queue_voice import QueueVoice, Speak, farewell
from waihu.services.tasks import Tasks
from waihu.services.waiting_room import WaitingRoom
from waihu_models import signals as sig
from waihu_models.call import Call, CallState
from waihu_models.events import CallChanged
from waihu_models.queue import Queue

log = structlog.get_logger()

LOOK_S = 0.5
UNSTAFFED_S = 10.0
"""Callers of a queue whose last agent has logged out go on elsewhere, or are told, after this."""


class QueueDesk:
    """Looks after those who wait; ``match`` brings them together with agents where time has changed something."""

    def __init__(  # noqa: PLR0913 -- one part for each thing it stands between
        self,
        *,
        calls: CallDesk,
        room: WaitingRoom,
        speak: Speak,
        alert: Callable[[str, str], None],
        match: Callable[[], None],
        bus: Bus,
        clock: Clock,
        tasks: Tasks,
    ) -> None:
        self._calls = calls
        self._room = room
        self._alert = alert
        self._match = match
        self._clock = clock
        self._tasks = tasks
        self.figures = QueueFigures(calls, room, bus, clock)
        self.voice = QueueVoice(calls, self.figures, speak, clock, tasks)
        self._empty_since: dict[str, datetime] = {}
        self._alerted: set[str] = set()
        calls.patience_over = self._patience_over
        bus.subscribe(CallChanged, self._call_changed)

    async def run(self) -> None:
        """Look after everybody, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        """Look after everybody once."""
        waiting = self._room.everybody()
        if not waiting:
            return
        place_of = places(waiting)
        self._look_for_agents()
        for call in self._room.calls:
            queue = self._room.find(call.queue)
            if queue is None:
                continue
            if self._is_left_alone(queue):
                self._leave(call, queue)
            else:
                self.voice.tell(call, queue, place_of.get(call.id, 1))
        self._match()

    # ---- queues without agents -------------------------------------------------------------------------------------

    def _look_for_agents(self) -> None:
        now = self._clock.now()
        for queue in self._room.shelf:
            if self._room.staffed(queue):
                self._empty_since.pop(queue.name, None)
                self._alerted.discard(queue.name)
            else:
                self._empty_since.setdefault(queue.name, now)

    def _is_left_alone(self, queue: Queue) -> bool:
        since = self._empty_since.get(queue.name)
        return since is not None and self._clock.now() >= since + timedelta(seconds=UNSTAFFED_S)

    def _leave(self, call: Call, queue: Queue) -> None:
        """Let somebody go on elsewhere, or tell them that nobody will come."""
        now = self._clock.now()
        found = next_door(queue, self._room, now, Shut.UNSTAFFED)
        if found.shut is None:
            self._calls.post(call.id, sig.QueueMoved(now, found.queue.name, found.queue.patience_s))
        else:
            self._tasks.start(self._turn_away(call, queue, found.shut), "farewell")

    async def _turn_away(self, call: Call, queue: Queue, reason: Shut) -> None:
        language = call.language or queue.language
        sound = await self.voice.speak(farewell(queue, reason, language), language)
        media = str(sound) if sound is not None else ""
        self._calls.post(call.id, sig.TurnedAway(self._clock.now(), reason, media))

    def _warn(self, name: str) -> None:
        if name not in self._alerted:
            self._alerted.add(name)
            self._alert(
                "queue_unstaffed", f"queue {name!r} turns callers away: no agent who takes them is logged in, and it "
                "overflows to no queue that has one"
            )  # fmt: skip

    # ---- what follows a change -------------------------------------------------------------------------------------

    def _call_changed(self, change: CallChanged) -> None:
        call, was = change.call, change.was
        if call.state is not CallState.WAITING:
            self.voice.forget(call.id)
        if call.turned_away == Shut.UNSTAFFED and (was is None or was.turned_away != Shut.UNSTAFFED):
            self._warn(call.queue)

    def _patience_over(self, call: Call) -> sig.PatienceOver | sig.QueueMoved:
        """Return what becomes of a caller who has waited too long."""
        now, queue = self._clock.now(), self._room.find(call.queue)
        found = next_door(queue, self._room, now, Shut.WAITED) if queue is not None else None
        if found is None or found.shut is not None:
            return sig.PatienceOver(now)
        return sig.QueueMoved(now, found.queue.name, found.queue.patience_s)
