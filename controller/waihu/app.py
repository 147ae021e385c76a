"""The composition root: every part is built once, here, and ended in the opposite order."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from waihu.api.house import House
from waihu.api.server import serving
from waihu.bus import Bus
from waihu.clock import Clock, SystemClock
from waihu.metrics import Metrics
from waihu.services.agent_desk import AgentDesk
from waihu.services.alerts import Alerts
from waihu.services.asking import Asking
from waihu.services.asking_parts import AskingParts
from waihu.services.call_control import Around, CallControl
from waihu.services.call_desk import CallDesk
from waihu.services.caller_ids import CallerIds
from waihu.services.dial_loop import DialLoop
from waihu.services.dialling import Desks, Dialling
from waihu.services.hearing import Hearing, HearingPlan
from waihu.services.line_side import LineSide
from waihu.services.lines import Lines, Trunk
from waihu.services.list_watch import ListWatch
from waihu.services.live_feed import LiveFeed
from waihu.services.log_ins import LogIns
from waihu.services.office import Neighbours, Office, OfficePlan
from waihu.services.outward_side import OutwardSide
from waihu.services.pairing import Pairing
from waihu.services.phone_keys import PhoneKeys
from waihu.services.queue_side import QueueParts, QueueSide
from waihu.services.reception import Reception
from waihu.services.recordings import Recordings
from waihu.services.records import Records
from waihu.services.recovery import Recovery
from waihu.services.rule_shelf import RuleShelf
from waihu.services.runner import Parts
from waihu.services.tasks import Tasks
from waihu.services.teams import Teams
from waihu.services.wallboard import Sources, Wallboard
from waihu.services.watchdog import DiskWatch, Watchdog
from waihu.services.web_phones import WebPhones
from waihu.settings import WebSettings
from waihu.store.store import Store
from waihu.telephony.port import Switch
from waihu.telephony.spoken_sounds import SpeakingPlan, SpokenSounds
from waihu.telephony.web_phones import WebPhoneSwitch
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState
from waihu_models.errors import Conflict
from waihu_models.ids import AgentId, CallId

log = structlog.get_logger()

SWITCH_S = 0.0005
"""How long the store's writer may keep the interpreter while a call waits: Python's own 5 ms are heard as a delay."""
LOOK_AFTER_S = 0.2
"""After an impossible signal: what else is under way may still explain it."""

_UNANSWERED = frozenset({CallState.DIALLING, CallState.RINGING, CallState.EARLY_MEDIA})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a controller is built from; see ``assembly`` for how settings become one."""

    store_url: str
    switch: Switch
    trunks: tuple[Trunk, ...]
    recordings: Path
    key_file: Path | None = None  # of the do-not-call lists; None: beside the SQLite file
    min_free_bytes: int = 500_000_000
    rules: tuple[Path, ...] = ()  # folders of rule packs
    web: WebSettings | None = None  # None: nothing is served
    web_phones: WebPhoneSwitch | None = None  # where phones of browsers are made; None: nowhere
    sip_target: Callable[[], str] = lambda: ""  # the exchange's SIP WebSocket
    office: OfficePlan = field(default_factory=OfficePlan)
    hearing: HearingPlan | None = None  # None: calls are not transcribed
    speaking: SpeakingPlan | None = None  # None: texts are not spoken
    clock: Clock = field(default_factory=SystemClock)


class App:
    """A running controller: the desks, and what people may ask of it."""

    def __init__(self, plan: Plan, store: Store) -> None:
        self.plan = plan
        self.store = store
        self.clock = plan.clock
        self.switch = plan.switch
        self.bus, self.speaking = Bus(), SpokenSounds(plan.speaking, plan.clock)
        self.metrics = Metrics()
        self.tasks = Tasks()
        self.alerts = Alerts(store, self.bus, self.clock, self.metrics)
        parts = Parts(store, plan.switch, self.clock, self.metrics)
        self.lines = Lines(plan.trunks, self.bus, self.clock)
        self.calls = CallDesk(parts, self.bus, self.tasks)
        self.agents = AgentDesk(parts, self.bus, self.tasks)
        self.queues = QueueSide(self._queue_parts())
        self.shelf = shelf = RuleShelf(plan.rules, store, self.clock)
        self.caller_ids = CallerIds(store, self.bus, self.clock, self.metrics, self.alerts)
        desks = Desks(self.calls, self.agents, self.lines, shelf, self.caller_ids, self.queues)
        self.dialling = Dialling(parts, store, desks, self.bus, self.tasks)
        self.recordings = Recordings(plan.recordings, store, self.bus, self.clock, self.alerts)
        self.recovery = Recovery(self.calls, self.agents, store, plan.switch, self.clock)
        self.watchdog = Watchdog(self.calls, self.agents, plan.switch, self.clock, self.metrics)
        self.log_ins = LogIns(store, self.clock, (plan.web or WebSettings()).session_hours * 3600.0)
        board = Wallboard(
            Sources(
                calls=self.calls, agents=self.agents, dialling=self.dialling, lines=self.lines, teams=Teams(store),
                queues=self.queues.shelf, store=store, bus=self.bus, clock=self.clock,
                zone=ZoneInfo((plan.web or WebSettings()).day_zone),
            )
        )  # fmt: skip
        self.live, self.asking = LiveFeed(board, self.clock, self.metrics), Asking(self._asking_parts())
        self.office = Office(plan.office, near := self._neighbours())
        self.hearing, self.line_side = Hearing(plan.hearing, near, self.office.health), LineSide(near, self.office)
        hooks = plan.office.settings.webhooks
        self.records = Records(store, self.bus, self.clock, self.tasks, plan.recordings)
        self.agents.choices = self.records.dispositions.offered
        self.outward = OutwardSide(hooks, store, self.bus, self.clock, self.metrics, self.alerts)
        self.control = CallControl(self._around())
        self.web_phones = self._web_phones(plan.web_phones) if plan.web_phones is not None else None
        self.address, self._looking = "", False  # the first: where the console is served
        parts.on_illegal = self._illegal
        self.recovery.settled = self.pairing.match
        reception = Reception(
            calls=self.calls,
            agents=self.agents,
            recovery=self.recovery,
            bus=self.bus,
            clock=self.clock,
            metrics=self.metrics,
            tasks=self.tasks,
            switch=plan.switch,
            callers=self.queues.callers,
            keys=PhoneKeys(self.agents, self.calls, lambda: self.office.settings.value("desk.pause_reasons")),
            screened=self.hearing.screened,
            ended=self.line_side.media.leg_ended,
        )
        reception.takers.append(self.office.test_calls.take)
        self._meet_callers(reception)
        self.recovery.spared = self.hearing.spared(self.control.spared(self.office.test_calls.holds))
        self.watchdog.awaited = self.control.manual.awaits
        plan.switch.subscribe(reception.receive)

    def _around(self) -> Around:
        return Around(
            calls=self.calls, agents=self.agents, pairing=self.pairing, room=self.queues.room,
            dialling=self.dialling, lines=self.lines,
            caller_ids=self.caller_ids, shelf=self.shelf, switch=self.switch, store=self.store, bus=self.bus,
            clock=self.clock, tasks=self.tasks,
        )  # fmt: skip

    @property
    def pairing(self) -> Pairing:
        """Who gets whom."""
        return self.queues.pairing

    def _queue_parts(self) -> QueueParts:
        return QueueParts(
            store=self.store, calls=self.calls, agents=self.agents, speak=self.speaking.or_none, alert=self.alerts,
            reachable=lambda: self.plan.switch.reachable, bus=self.bus, clock=self.clock, tasks=self.tasks,
            settings=self.plan.office.settings,
        )  # fmt: skip

    def _neighbours(self) -> Neighbours:
        return Neighbours(
            store=self.store, store_url=self.plan.store_url, bus=self.bus, clock=self.clock, metrics=self.metrics,
            tasks=self.tasks, switch=self.switch, calls=self.calls, agents=self.agents, dialling=self.dialling,
            lines=self.lines, recordings=self.recordings, recordings_folder=self.plan.recordings, alert=self.alerts,
            trunks=self.plan.trunks, queues=self.queues.shelf,
        )  # fmt: skip

    def _meet_callers(self, reception: Reception) -> None:
        self.asking.attend(reception, self.control)
        self.asking.route = self.queues.callers.chosen
        self.queues.callers.route = self.office.routing_rules.decide

    def _asking_parts(self) -> AskingParts:
        return AskingParts(
            calls=self.calls, store=self.store, speaking=self.speaking, switch=self.switch, bus=self.bus,
            clock=self.clock, tasks=self.tasks,
        )  # fmt: skip

    def _web_phones(self, exchange: WebPhoneSwitch) -> WebPhones:
        def in_use(phone: str) -> bool:
            return any(agent.phone == phone and agent.state is not AgentState.OFFLINE for agent in self.agents)

        return WebPhones(exchange, watch=self.agents.watch, bus=self.bus, clock=self.clock, in_use=in_use)

    def house(self, web: WebSettings) -> House:
        """Return what the routes work with."""
        return House(
            store=self.store, bus=self.bus, metrics=self.metrics, tasks=self.tasks, switch=self.switch,
            calls=self.calls, agents=self.agents, dialling=self.dialling, lines=self.lines, alerts=self.alerts,
            shelf=self.shelf, log_ins=self.log_ins, live=self.live, office=self.office, outward=self.outward,
            records=self.records, control=self.control, line_side=self.line_side, asking=self.asking,
            recordings=self.plan.recordings, web_phones=self.web_phones, sip_target=self.plan.sip_target, web=web,
            clock=self.clock,
        )  # fmt: skip

    async def take_over(self) -> None:
        """Read from the store what earlier runs left, before the exchange is reached."""
        await self.recovery.load_agents()
        await self.records.load()
        await self.office.load()
        await self.line_side.load()
        await self.asking.menus.load()
        self.office.queues.users += [self.asking.menus.leading_to, self.office.routing_rules.leading_to]
        if self.plan.web is not None:
            await self.live.board.fill()
        await self.caller_ids.refresh()
        await self.dialling.resume()
        await self.recovery.load_calls()
        if self.plan.web is not None:
            await self.live.board.recall()
        await self.recordings.recover(self._is_live)
        await self.hearing.load()

    async def reached(self, limit_s: float) -> bool:
        """Wait until the exchange is reached; return whether it was."""
        await self._until(lambda: self.switch.reachable, limit_s)
        return self.switch.reachable

    def watch(self) -> None:
        """Start what runs for as long as the program does."""
        self.records.watch()
        disk = DiskWatch(self.plan.recordings, self.plan.min_free_bytes, self.alerts)
        self.office.settings.on_change("recordings.min_free_mb", disk.need_mb)
        self.office.settings.on_change("web.session_hours", self.log_ins.last_hours)
        self.office.watch(self.tasks)
        self.hearing.watch(self.tasks)
        self.line_side.watch(self.tasks)
        self.outward.watch(self.tasks)
        self.tasks.forever(self.asking.menus.follow, "menus")
        self.queues.watch(self.tasks)
        self.tasks.forever(self.watchdog.run, "watchdog")
        self.tasks.forever(disk.run, "disk watch")
        self.tasks.forever(self.recordings.run, "recordings")
        self.tasks.forever(self.caller_ids.follow, "caller ids")
        self.tasks.forever(self.dialling.follow, "campaigns")
        self.tasks.forever(ListWatch(self.store, self.bus).run, "changed lists")
        self.tasks.forever(self.recovery.follow_agents, "new agents")
        self.tasks.forever(self.log_ins.follow, "log-ins")
        if self.web_phones is not None:
            self.tasks.forever(self.web_phones.follow, "web phones")
        if self.plan.web is not None:
            self.live.watch(self.tasks)

    def preview_call(self, loop: DialLoop, agent_id: AgentId) -> Call:
        """Call the lead an agent was shown, for that agent.

        Raises:
            Conflict: the agent is busy, was shown nothing, or nothing may be dialled now.
        """
        agent = self.agents.get(agent_id)
        if agent.state is not AgentState.AVAILABLE:
            raise Conflict(f"agent {agent_id!r} is {agent.state}")
        call = loop.dial_preview(agent_id)
        self.pairing.promise(call, agent)
        return call

    async def wind_down(self, limit_s: float) -> None:
        """Stop dialling, cancel what still rings, let people finish talking for a while, end the rest.

        Agents keep the session they have in the store only if their leg survives; here they are logged out.
        """
        self.dialling.halt()
        await self.control.supervisions.stop_all("stopping")
        self._hang_up(lambda state: state in _UNANSWERED, "stopping")
        await self._until(lambda: not any(call.live for call in self.calls), limit_s)
        self._hang_up(lambda _: True, "stopping")
        for agent in self.agents:
            self.agents.log_out(agent.id, "stopping", forced=True)
        await self._until(lambda: len(self.calls) == 0 and all(a.state is AgentState.OFFLINE for a in self.agents), 5.0)
        await self.recordings.drain(30.0)
        await self.office.close()

    def _hang_up(self, chosen: Callable[[CallState], bool], reason: str) -> None:
        for call in self.calls:
            if call.live and chosen(call.state):
                self.calls.post(call.id, sig.HangUpAsked(self.clock.now(), reason))

    async def _until(self, reached: Callable[[], bool], limit_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                while not reached():  # noqa: ASYNC110 -- a handful of looks while the program ends
                    await asyncio.sleep(0.05)

    def _is_live(self, call_id: CallId) -> bool:
        call = self.calls.get(call_id)
        return call is not None and call.live

    def _illegal(self, kind: str, key: str) -> None:
        """A signal that cannot be: look at what the exchange really holds, once for many of them."""
        if kind == "call" and self.switch.reachable and not self._looking:
            self._looking = True
            self.tasks.start(self._look_at_exchange(), f"look after {key}")

    async def _look_at_exchange(self) -> None:
        await asyncio.sleep(LOOK_AFTER_S)
        self._looking = False
        view = await self.switch.view()
        await self.recovery.reconcile(view.legs, view.bridges)


@asynccontextmanager
async def running(plan: Plan, *, drain_s: float = 10.0, leave_calls: bool = False) -> AsyncIterator[App]:
    """Run a controller for as long as the context lasts.

    Args:
        plan: What to build it from.
        drain_s: Seconds people may finish talking in when it ends.
        leave_calls: Leave every call and agent as they are at the end, to be adopted by the next start.
    Raises:
        StoreTooOld: the database needs ``waihu migrate``.
        NumberKeyLost: nobody can tell who must not be called.
    """
    sys.setswitchinterval(SWITCH_S)
    async with AsyncExitStack() as stack:
        store = await Store.open(plan.store_url, key_file=plan.key_file)
        stack.push_async_callback(store.close)
        await store.number_key()
        plan.recordings.mkdir(parents=True, exist_ok=True)
        app = App(plan, store)
        stack.callback(app.log_ins.close)
        stack.push_async_callback(app.outward.close)
        stack.push_async_callback(app.tasks.cancel)
        stack.push_async_callback(app.hearing.close)
        stack.push_async_callback(app.speaking.close)
        await app.take_over()
        await stack.enter_async_context(plan.switch)
        app.watch()
        if plan.web is not None and plan.web.enabled:
            app.address = await stack.enter_async_context(serving(app.house(plan.web)))
        log.info("controller_runs", reachable=plan.switch.reachable)
        try:
            yield app
        finally:
            if not leave_calls:
                await app.wind_down(drain_s)
