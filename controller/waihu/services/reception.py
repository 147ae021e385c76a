"""Reception: every signal of the exchange comes in here and goes to the call or the agent it is about."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.metrics import Metrics
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk
from waihu.services.phone_keys import PhoneKeys
from waihu.services.recovery import Recovery
from waihu.services.tasks import Tasks
from waihu.store.customers import owner_of
from waihu.store.store import Store
from waihu.telephony.port import Signal, Switch
from waihu_models.call import Call, CallState, Direction
from waihu_models.commands import HangUp
from waihu_models.errors import BadNumber, StoreError, SwitchError
from waihu_models.events import SwitchChanged
from waihu_models.ids import AgentId, CallId, CustomerId, LegId, agent_of_leg, call_of_leg, new_id
from waihu_models.lead import Consent
from waihu_models.phone import E164, parse_e164
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

INBOUND_PATIENCE_S = 300.0
LOOK_UP_S = 1.0
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
        store: Store,
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
        self._store = store
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
        now = self._clock.now()
        try:
            caller = parse_e164(signal.caller, allow_fictional=True)
        except BadNumber:
            caller = E164(signal.caller)  # withheld, internal, or spelt in a way only the carrier knows
        customer_id, consent = await self._known(caller)
        self._calls.accept(
            Call(
                id=CallId(new_id()),
                direction=Direction.INBOUND,
                leg_id=signal.leg_id,
                number_e164=caller,
                trunk=signal.trunk,
                caller_id=signal.dialled,
                customer_id=customer_id,
                recording_allowed=consent is not Consent.DENIED,
                patience_s=INBOUND_PATIENCE_S,
                drop_media="all-busy",
                asks=self.asks(signal.dialled),
                state=CallState.RINGING,
                state_since=now,
                dialled_at=now,
                ringing_at=now,
            )
        )

    async def _known(self, caller: E164) -> tuple[CustomerId | None, Consent]:
        try:
            async with asyncio.timeout(LOOK_UP_S):
                return await owner_of(self._store, caller)
        except (StoreError, TimeoutError) as error:
            log.warning("caller_not_looked_up", problem=str(error) or "timeout")
            return None, Consent.DENIED  # who may have refused is not recorded
