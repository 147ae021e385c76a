"""Everything agents and supervisors can do with calls under way, built in one place."""

from collections.abc import Callable
from dataclasses import dataclass

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.agent_desk import AgentDesk
from waihu.services.agent_steering import AgentSteering
from waihu.services.call_desk import CallDesk
from waihu.services.call_wishes import CallWishes
from waihu.services.caller_ids import CallerIds
from waihu.services.dialling import Dialling
from waihu.services.lines import Lines
from waihu.services.manual_calls import ManualCalls
from waihu.services.pairing import Pairing
from waihu.services.phone_transfers import PhoneTransfers
from waihu.services.preview import Previews
from waihu.services.reception import Reception
from waihu.services.rule_shelf import RuleShelf
from waihu.services.supervision import Supervisions
from waihu.services.tasks import Tasks
from waihu.services.transfers import Transfers
from waihu.services.waiting_room import WaitingRoom
from waihu.store.store import Store
from waihu.telephony.port import Switch
from waihu_models.ids import LegId
from waihu_models.signals import LegSignal


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What call control works with."""

    calls: CallDesk
    agents: AgentDesk
    pairing: Pairing
    room: WaitingRoom
    dialling: Dialling
    lines: Lines
    caller_ids: CallerIds
    shelf: RuleShelf
    switch: Switch
    store: Store
    bus: Bus
    clock: Clock
    tasks: Tasks


class CallControl:
    """Wishes about calls, transfers, calls by hand, previews, supervision, steering of agents."""

    def __init__(self, around: Around) -> None:
        a = around
        self.supervisions = Supervisions(
            calls=a.calls, agents=a.agents, switch=a.switch, store=a.store, bus=a.bus, clock=a.clock, tasks=a.tasks
        )
        self.transfers = Transfers(
            calls=a.calls, agents=a.agents, lines=a.lines, room=a.room, caller_ids=a.caller_ids, switch=a.switch,
            store=a.store, clock=a.clock, tasks=a.tasks,
        )  # fmt: skip
        self.wishes = CallWishes(a.calls, a.agents, self.transfers, a.clock)
        self.manual = ManualCalls(
            calls=a.calls, agents=a.agents, pairing=a.pairing, lines=a.lines, caller_ids=a.caller_ids, shelf=a.shelf,
            switch=a.switch, store=a.store, bus=a.bus, clock=a.clock,
        )  # fmt: skip
        self.previews = Previews(a.dialling, a.agents, a.pairing, a.store, a.bus, a.clock)
        self.by_phone = PhoneTransfers(a.agents, self.wishes, a.switch, a.bus, a.clock, a.tasks)
        self.steering = AgentSteering(a.agents, a.store, a.bus)

    def attend(self, reception: Reception) -> None:
        """Hear of the legs of supervisors, and of numbers calls are passed on to."""
        reception.takers.append(self._take)
        reception.left = self.supervisions.left
        reception.asked_by_phone = self.by_phone.take
        reception.on_back.append(lambda back: self.supervisions.reconcile(back.legs))
        reception.on_back.append(lambda back: self.transfers.reconcile(back.legs))

    def spared(self, others: Callable[[LegId], bool]) -> Callable[[LegId], bool]:
        """Return which legs are looked after: those of others, and ours."""
        return lambda leg_id: others(leg_id) or leg_id in self.supervisions or self.transfers.holds(leg_id)

    def _take(self, signal: LegSignal) -> bool:
        return self.supervisions.heard(signal) or self.transfers.take(signal)
