"""Everything about queues, built in one place: who waits, who calls, what they are told."""

from collections.abc import Callable
from dataclasses import dataclass

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk
from waihu.services.callers import Callers
from waihu.services.pairing import Pairing
from waihu.services.queue_desk import QueueDesk
from waihu.services.queue_shelf import QueueShelf
from waihu.services.queue_voice import Speak
from waihu.services.tasks import Tasks
from waihu.services.waiting_room import WaitingRoom
from waihu.settings import Settings
from waihu.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueParts:
    """What queues work with."""

    store: Store
    calls: CallDesk
    agents: AgentDesk
    speak: Speak
    alert: Callable[[str, str], None]
    reachable: Callable[[], bool]
    bus: Bus
    clock: Clock
    tasks: Tasks
    settings: Settings


class QueueSide:
    """Builds the parts, in the order in which they hear of what happens."""

    def __init__(self, parts: QueueParts) -> None:
        p = parts
        self.shelf = QueueShelf(p.store)
        self.room = WaitingRoom(self.shelf, p.agents, p.bus, p.clock)
        self.pairing = Pairing(p.calls, p.agents, self.room, p.bus, p.clock, p.reachable)
        self.callers = Callers(
            store=p.store, room=self.room, speak=p.speak, clock=p.clock, queue=lambda: p.settings.queues.default,
            language=p.settings.company.language,
        )  # fmt: skip
        self.desk = QueueDesk(
            calls=p.calls, room=self.room, speak=p.speak, alert=p.alert, match=self.pairing.match, bus=p.bus,
            clock=p.clock, tasks=p.tasks,
        )  # fmt: skip
        self.shelf.on_change.append(self.pairing.match)

    def watch(self, tasks: Tasks) -> None:
        """Start what runs for as long as the program does."""
        tasks.start(self.pairing.warm(), "solver")
        tasks.forever(self.desk.run, "queue desk")
