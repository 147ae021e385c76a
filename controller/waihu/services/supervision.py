"""Supervision: a supervisor listens to an agent, whispers, barges in, and leaves again without a trace in the call.

Each start, change and end is in the audit log, the start before anything can be heard. One supervisor hears one agent
at a time. What a supervisor says is meant for the talk of now: when customer and agent part, barging in is over.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Collection, Iterator
from dataclasses import dataclass, field, replace

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk
from waihu.services.tasks import Tasks
from waihu.store.audit import By
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.telephony.port import Switch
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import CallState
from waihu_models.call_transfer import SUPERVISOR
from waihu_models.commands import SPY_SETTLES_S, ChangeSpy, HangUp, PhoneAddress, Spy
from waihu_models.errors import BadInput, Conflict, NotFound, StoreError, WaihuError
from waihu_models.events import AgentChanged, CallChanged, SupervisionChanged
from waihu_models.ids import AgentId, CallId, LegId, is_spy_leg, spy_leg
from waihu_models.supervision import Spying, SpyMode, SpyState

log = structlog.get_logger()

RING_S = 20
UNHEARD_OF_S = 5.0
"""A phone that could not even be rung is reported by nobody: so long after its ring time-out it is given up."""
_MET = frozenset({CallState.CONNECTED, CallState.HELD})
_KEYS = {"4": SpyMode.LISTEN, "5": SpyMode.WHISPER, "6": SpyMode.BARGE}


@dataclass(slots=True)
class _Running:
    """A supervision and what hangs on it. ``touched``: a leg that the exchange holds on to since the last barge."""

    spying: Spying
    by: By
    touched: LegId | None = None
    pressed: deque[SpyMode] = field(default_factory=lambda: deque(maxlen=20))  # by us, and not told of yet
    settled_s: float = float("inf")  # monotonic; before it the exchange does not listen to changes
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)
    timer: asyncio.TimerHandle | None = None


class Supervisions:
    """Starts, changes and ends supervisions; iterating gives those that run."""

    def __init__(  # noqa: PLR0913 -- one part for each thing it stands between
        self,
        *,
        calls: CallDesk,
        agents: AgentDesk,
        switch: Switch,
        store: Store,
        bus: Bus,
        clock: Clock,
        tasks: Tasks,
    ) -> None:
        self._calls = calls
        self._agents = agents
        self._switch = switch
        self._store = store
        self._bus = bus
        self._clock = clock
        self._tasks = tasks
        self._running: dict[LegId, _Running] = {}
        bus.subscribe(AgentChanged, self._agent_changed)
        bus.subscribe(CallChanged, self._call_changed)

    # ---- looking ---------------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Spying]:
        """Iterate over the supervisions that run."""
        return iter([running.spying for running in self._running.values()])

    def __contains__(self, leg_id: object) -> bool:
        """Whether a leg is that of a supervisor who is known."""
        return leg_id in self._running

    def of(self, supervisor: str) -> Spying | None:
        """Return what a supervisor does, None if nothing."""
        return next((spying for spying in self if spying.supervisor == supervisor), None)

    # ---- what supervisors ask --------------------------------------------------------------------------------------

    async def start(self, phone: str, agent_id: AgentId, mode: SpyMode, by: By) -> Spying:
        """Ring a supervisor's phone and let it hear an agent.

        Args:
            phone: SIP or browser phone of the supervisor.
            agent_id: Who is heard.
            mode: Who hears the supervisor.
            by: The supervisor.
        Raises:
            NotFound: nobody has this id.
            BadInput: no phone is named, or it is the agent's own.
            Conflict: the supervisor listens already, the phone is in use, or the agent has no leg.
            SwitchError: the exchange refuses.
            StoreError: it cannot be audited, so it does not happen.
        """
        agent = self._agents.get(agent_id)
        self._check(phone, by)
        if agent.leg_id is None or not agent.leg_joined:
            raise Conflict(f"agent {agent_id!r} is on no call, and not nailed up: there is nothing to hear")
        spying = Spying(
            leg_id=spy_leg(), supervisor=by.actor, phone=phone, agent_id=agent_id, agent_leg_id=agent.leg_id,
            mode=mode, since=by.at, started_at=by.at,
        )  # fmt: skip
        running = self._running[spying.leg_id] = _Running(spying, by)
        try:
            unit = Unit()
            unit.add_audit(by.actor, "supervision.start", agent_id, self._said(spying), by.at)
            await self._store.commit(unit)
            await self._switch.execute(Spy(spying.leg_id, phone, agent.leg_id, RING_S))
        except WaihuError as error:
            self._end(running, f"not begun: {error.code}", told=False)
            raise
        if spying.leg_id in self._running and running.spying.state is SpyState.RINGING:
            loop = asyncio.get_running_loop()
            running.timer = loop.call_later(RING_S + UNHEARD_OF_S, self._end, running, "phone not reached")
        self._bus.publish(SupervisionChanged(running.spying, None))
        return running.spying

    def _check(self, phone: str, by: By) -> None:
        if not phone:
            raise BadInput("name the phone on which you want to listen")
        if self.of(by.actor) is not None:
            raise Conflict("you listen to an agent already: end that first")
        if any(spying.phone == phone for spying in self):
            raise Conflict(f"somebody listens on phone {phone!r}")
        if any(agent.phone == phone and agent.state is not AgentState.OFFLINE for agent in self._agents):
            raise Conflict(f"an agent is logged in on phone {phone!r}")

    def _said(self, spying: Spying) -> str:
        call_id = self._agents.get(spying.agent_id).call_id
        return f"{spying.mode}, on phone {spying.phone}, " + (f"call {call_id}" if call_id else "between calls")

    async def change(self, mode: SpyMode, by: By) -> Spying:
        """Change who hears a supervisor.

        Raises:
            NotFound: the supervisor listens to nobody.
            Conflict: the phone is not answered yet, or there is no talk to barge in on.
            SwitchError: the exchange refuses; it is as it was.
        """
        running = self._of(by)
        async with running.changing:
            if running.spying.state is not SpyState.ON:
                raise Conflict("the phone is not answered yet")
            await self._settled(running)
            if mode is SpyMode.BARGE and self._customer_of(running.spying) is None:
                raise Conflict("the agent talks with nobody now")
            self._audit(By(by.actor, self._clock.now()), "supervision.mode", replace(running.spying, mode=mode))
            await self._press(running, mode)
        return running.spying

    async def take_over(self, by: By) -> CallId:
        """Give a supervisor the customer of the agent they hear, on the same phone; the agent wraps up.

        The customer hears music for the moment in which the phone is rung anew; if it does not answer, the customer
        gets any agent.

        Raises:
            NotFound: the supervisor listens to nobody.
            Conflict: the phone is not answered yet, the agent talks with nobody, or asks somebody about the call.
            SwitchError: the exchange refuses; it is as it was.
        """
        running = self._of(by)
        async with running.changing:
            spying = running.spying
            call = self._calls.get(self._agents.get(spying.agent_id).call_id)
            if spying.state is not SpyState.ON:
                raise Conflict("the phone is not answered yet")
            if call is None or call.agent_id != spying.agent_id or call.state not in _MET or call.transfer_leg_id:
                raise Conflict("the agent talks with nobody now")
            if call.consult is not None:
                raise Conflict("the agent asks somebody about this call: wait until that is over")
            self._audit(By(by.actor, self._clock.now()), "supervision.take_over", spying, f"call {call.id}")
            await self._hang_up(running, "took over")
        self._calls.post(
            call.id,
            sig.TransferAsked(
                self._clock.now(), f"{SUPERVISOR}{by.actor}", target=PhoneAddress(spying.phone, auto_answer=True),
                caller_id="Waihu", ring_timeout_s=RING_S,
            ),
        )  # fmt: skip
        return call.id

    async def stop(self, by: By, reason: str = "stopped") -> None:
        """End a supervision.

        Raises:
            NotFound: the supervisor listens to nobody.
            SwitchError: the exchange refuses.
        """
        await self._hang_up(self._of(by), reason)

    async def stop_all(self, reason: str) -> None:
        """End everything, as when the controller ends."""
        for running in list(self._running.values()):
            try:
                await self._hang_up(running, reason)
            except WaihuError as error:
                log.warning("supervision_not_ended", leg_id=running.spying.leg_id, problem=str(error))

    def _of(self, by: By) -> _Running:
        found = next((one for one in self._running.values() if one.spying.supervisor == by.actor), None)
        if found is None:
            raise NotFound("you listen to nobody")
        return found

    # ---- what the exchange says ------------------------------------------------------------------------------------

    def heard(self, signal: sig.LegSignal) -> bool:
        """Take a signal, if it is about the leg of a supervisor; return whether it was."""
        running = self._running.get(signal.leg_id)
        if running is not None:
            self._heard(running, signal)
        elif is_spy_leg(signal.leg_id) and isinstance(signal, sig.LegRinging | sig.LegAnswered):
            # Its order was given up before the exchange had carried it out.
            self._tasks.start(self._let_be(self._switch.execute(HangUp(signal.leg_id))), "late leg")
        return is_spy_leg(signal.leg_id)

    def _heard(self, running: _Running, signal: sig.LegSignal) -> None:
        match signal:
            case sig.LegAnswered() if running.spying.state is SpyState.RINGING:
                self._answered(running)
            case sig.DigitPressed(digit=digit) if digit in _KEYS:
                self._pressed(running, _KEYS[digit])
            case sig.LegEnded():
                self._end(running, "hung up" if running.spying.state is SpyState.ON else "not answered")
            case _:
                pass

    def _pressed(self, running: _Running, mode: SpyMode) -> None:
        """A key was pressed: by us, and the exchange tells of it, or by the supervisor, and it is done already."""
        if running.pressed and running.pressed[0] is mode:
            running.pressed.popleft()
        elif running.spying.mode is not mode:
            by = By(running.spying.supervisor, self._clock.now())
            self._audit(by, "supervision.mode", replace(running.spying, mode=mode))
            if mode is SpyMode.BARGE:
                running.touched = self._customer_of(running.spying)
            self._moved(running, mode=mode)

    def left(self, leg_id: LegId) -> None:
        """A leg has left its bridge: the exchange must not hold on to it for a supervisor's sake.

        It says nothing of the end of a leg before it has let go of it, and listens to a supervisor's phone only when
        that sends sound.
        """
        for running in list(self._running.values()):
            if running.spying.agent_leg_id == leg_id:
                self._tasks.start(self._let_be(self._hang_up(running, "the agent's phone left")), "supervision")
            elif running.touched == leg_id:
                self._tasks.start(self._let_be(self._let_go(running)), "supervision")

    def reconcile(self, legs: Collection[LegId]) -> None:
        """After the connection was away: end what is gone."""
        for running in list(self._running.values()):
            if running.spying.leg_id not in legs:
                self._end(running, "gone after the connection was lost")

    # ---- what follows ----------------------------------------------------------------------------------------------

    def _agent_changed(self, change: AgentChanged) -> None:
        for running in list(self._running.values()):
            spying = running.spying
            if spying.agent_id == change.agent.id and change.agent.leg_id != spying.agent_leg_id:
                self._tasks.start(self._let_be(self._hang_up(running, "the agent's phone left")), "supervision")

    def _call_changed(self, change: CallChanged) -> None:
        parted = change.was is not None and change.was.state is CallState.CONNECTED is not change.call.state
        for running in list(self._running.values()) if parted else ():
            if running.touched == change.call.leg_id:
                self._tasks.start(self._let_be(self._let_go(running)), "supervision")

    def _customer_of(self, spying: Spying) -> LegId | None:
        call = self._calls.get(self._agents.get(spying.agent_id).call_id)
        return call.leg_id if call is not None and call.state is CallState.CONNECTED else None

    def _answered(self, running: _Running) -> None:
        if running.timer is not None:
            running.timer.cancel()
        wanted, running.settled_s = running.spying.mode, self._clock.monotonic() + SPY_SETTLES_S
        self._moved(running, state=SpyState.ON, since=self._clock.now(), mode=SpyMode.LISTEN)
        if wanted is not SpyMode.LISTEN:
            self._tasks.start(self._let_be(self.change(wanted, running.by)), "supervision")

    async def _settled(self, running: _Running) -> None:
        await asyncio.sleep(max(0.0, running.settled_s - self._clock.monotonic()))

    async def _press(self, running: _Running, mode: SpyMode) -> None:
        if mode is SpyMode.BARGE:  # noted first: it is let go of as soon as it leaves
            running.touched = self._customer_of(running.spying)
        await self._change(running, ChangeSpy(running.spying.leg_id, mode))

    async def _let_go(self, running: _Running) -> None:
        """Let go of the customer a supervisor has barged in on; whoever barges in only listens from now on."""
        if running.touched is None or running.spying.leg_id not in self._running:
            return
        running.touched = None
        mode = SpyMode.LISTEN if running.spying.mode is SpyMode.BARGE else running.spying.mode
        running.settled_s = self._clock.monotonic() + SPY_SETTLES_S
        await self._change(running, ChangeSpy(running.spying.leg_id, mode, anew=True))

    async def _change(self, running: _Running, command: ChangeSpy) -> None:
        running.pressed.append(command.mode)
        await self._switch.execute(command)
        self._moved(running, mode=command.mode)

    async def _hang_up(self, running: _Running, reason: str) -> None:
        self._end(running, reason)
        await self._switch.execute(HangUp(running.spying.leg_id))

    async def _let_be(self, doing: Awaitable[object]) -> None:
        try:
            await doing
        except WaihuError as error:
            log.warning("supervision_not_changed", problem=str(error))

    def _end(self, running: _Running, reason: str, *, told: bool = True) -> None:
        if self._running.pop(running.spying.leg_id, None) is None:
            return
        if running.timer is not None:
            running.timer.cancel()
        now = self._clock.now()
        self._audit(By(running.spying.supervisor, now), "supervision.stop", running.spying, reason)
        was = running.spying
        running.spying = replace(was, state=SpyState.ENDED, since=now, reason=reason)
        if told:
            self._bus.publish(SupervisionChanged(running.spying, was))

    def _moved(self, running: _Running, **changes: object) -> None:
        was = running.spying
        running.spying = replace(was, **changes)  # type: ignore[arg-type]
        if running.spying != was:
            self._bus.publish(SupervisionChanged(running.spying, was))

    def _audit(self, by: By, action: str, spying: Spying, more: str = "") -> None:
        unit = Unit()
        said = self._said(spying) + (f": {more}" if more else "")
        unit.add_audit(by.actor, action, spying.agent_id, said, by.at)
        try:
            self._store.submit(unit)
        except StoreError as error:
            log.error("supervision_not_audited", action=action, problem=str(error))
