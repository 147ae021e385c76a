"""Reception: every signal of the exchange comes in here and goes to the call or the agent it is about."""

from collections.abc import Callable
from contextlib import suppress

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.metrics import Metrics
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk
from waihu.services.callers import Callers
from waihu.services.phone_keys import PhoneKeys
from waihu.services.recovery import Recovery
from waihu.services.tasks import Tasks
from waihu.telephony.port import Signal, Switch
from waihu_models.commands import HangUp
from waihu_models.errors import SwitchError
from waihu_models.events import SwitchChanged
from waihu_models.ids import AgentId, CallId, LegId, agent_of_leg, call_of_leg
from waihu_models.signals import (
    BridgeGone,
    DigitPressed,
    LegAnswered,
    LegArrived,
    LegChose,
    LegEnded,
    LegEntered,
    LegLeft,
    LegProgress,
    LegRinging,
    LegScreened,
    LegSignal,
    PhoneDialled,
    PhoneReachable,
    SwitchBack,
    SwitchLost,
)

log = structlog.get_logger()

_SIGNS_OF_LIFE = (LegRinging, LegProgress, LegAnswered, LegEntered)


class Reception:
    """Routes signals; never blocks and never raises."""

    def __init__(  # noqa: PLR0913 -- one place where all desks meet
        self,
        *,
        calls: CallDesk,
        agents: AgentDesk,
        recovery: Recovery,
        bus: Bus,
        clock: Clock,
        metrics: Metrics,
        tasks: Tasks,
        switch: Switch,
        callers: Callers,
        keys: PhoneKeys,
        screened: Callable[[CallId, LegScreened], bool],
        ended: Callable[[LegEnded], None] = lambda _: None,
    ) -> None:
        self._calls = calls
        self._agents = agents
        self._recovery = recovery
        self._bus = bus
        self._clock = clock
        self._metrics = metrics
        self._tasks = tasks
        self._switch = switch
        self._keys = keys
        self._callers = callers
        self._arriving: set[LegId] = set()
        self.left: Callable[[LegId], None] = lambda _: None  # told of each leg that leaves its bridge
        self._ended = ended
        self._screened = screened
        self.on_back: list[Callable[[SwitchBack], None]] = []  # told what the exchange holds when it is back
        self.asks: Callable[[str], str] = lambda _dialled: ""  # what callers of a number are asked by keys first
        self.chose: Callable[[CallId, LegChose], None] = lambda _call_id, _signal: None
        self.asked_by_phone: Callable[[AgentId, LegSignal], bool] = lambda _agent_id, _signal: False
        self.takers: list[Callable[[LegSignal], bool]] = []  # of legs that are of no call and no agent

    def receive(self, signal: Signal) -> None:
        """Take one signal."""
        match signal:
            case LegArrived():
                self._arrived(signal)
            case PhoneDialled():
                # The phone is hung up first: nailed up, it is about to be called back.
                self._tasks.start(self._dialled(signal), "phone code")
            case LegSignal():
                self._leg(signal)
            case BridgeGone():
                self._bridge(signal)
            case PhoneReachable():
                self._agents.watch.hear(signal)
            case SwitchLost():
                self._bus.publish(SwitchChanged(False, signal.at, signal.reason))
            case SwitchBack():
                self._back(signal)

    def _back(self, signal: SwitchBack) -> None:
        self._agents.phones_seen(signal.phones)
        self._bus.publish(SwitchChanged(True, signal.at))
        for arrival in signal.arrivals:
            if self._calls.of_leg(arrival.leg_id) is None:  # it came while nobody listened
                self._arrived(arrival)
        for tell in self.on_back:
            tell(signal)
        self._tasks.start(self._recovery.reconcile(signal.legs, signal.bridges), "reconcile")

    async def _dialled(self, signal: PhoneDialled) -> None:
        await self._hang_up(signal.leg_id)
        self._keys.dial(signal)

    def _leg(self, signal: LegSignal) -> None:
        if isinstance(signal, LegLeft):
            self.left(signal.leg_id)
        elif isinstance(signal, LegEnded):
            self._ended(signal)  # before its call hears of it
        call_id = self._calls.of_leg(signal.leg_id)
        if call_id is not None and isinstance(signal, LegChose):
            self.chose(call_id, signal)
            return
        if call_id is not None:
            if not (isinstance(signal, LegScreened) and self._screened(call_id, signal)):
                self._calls.post(call_id, signal)
            return
        agent_id = self._agents.of_leg(signal.leg_id)
        if agent_id is None and any(take(signal) for take in self.takers):
            return
        if agent_id is None:
            self._metrics.unknown_legs.inc()
            self._stranger(signal)
        elif isinstance(signal, DigitPressed):
            self._keys.press(signal)
        elif self.asked_by_phone(agent_id, signal):
            pass
        else:
            self._agents.post(agent_id, signal)

    def _bridge(self, signal: BridgeGone) -> None:
        agent_id = agent_of_leg(signal.bridge_id)
        if agent_id is not None:
            self._agents.post(agent_id, signal)
        for call in self._calls:
            if call.bridge_id == signal.bridge_id:
                self._calls.post(call.id, signal)

    def _stranger(self, signal: LegSignal) -> None:
        """End a leg of ours that comes to life when nobody waits for it any more: its order was given up as lost."""
        ours = call_of_leg(signal.leg_id) is not None or agent_of_leg(signal.leg_id) is not None
        if ours and isinstance(signal, _SIGNS_OF_LIFE):
            log.warning("late_leg_ended", leg_id=signal.leg_id)
            self._tasks.start(self._hang_up(signal.leg_id), "late leg")

    async def _hang_up(self, leg_id: LegId) -> None:
        with suppress(SwitchError):
            await self._switch.execute(HangUp(leg_id))

    def _arrived(self, signal: LegArrived) -> None:
        if signal.leg_id not in self._arriving:
            self._arriving.add(signal.leg_id)
            self._tasks.start(self._take(signal), "caller")

    async def _take(self, signal: LegArrived) -> None:
        try:
            await self._answer(signal)
        finally:
            self._arriving.discard(signal.leg_id)

    async def _answer(self, signal: LegArrived) -> None:
        """Find out who calls, then take the call: whether it may be recorded has to be known before it is."""
        self._calls.accept(await self._callers.receive(signal, self.asks(signal.dialled)))
