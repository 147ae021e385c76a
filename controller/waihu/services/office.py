"""The office: everything an administrator changes or looks at while the program runs, put together."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from waihu import log
from waihu.bus import Bus
from waihu.clock import Clock
from waihu.metrics import Metrics
from waihu.services.agent_desk import AgentDesk
from waihu.services.agent_shelf import AgentShelf
from waihu.services.call_desk import CallDesk
from waihu.services.dialling import Dialling
from waihu.services.dialplan_change import DialplanChange, DialplanTools
from waihu.services.dialplan_shelf import DialplanShelf
from waihu.services.exchange_desk import ExchangeDesk, ManagedExchange
from waihu.services.gauges import Gauges, Watched
from waihu.services.health import Health, Organs
from waihu.services.lines import Lines, Trunk
from waihu.services.phone_shelf import PhoneShelf
from waihu.services.pulse import Pulse
from waihu.services.queue_shelf import QueueShelf
from waihu.services.recordings import Recordings
from waihu.services.retention import Retention, TranscriptRetention
from waihu.services.routing_desk import RoutingDesk
from waihu.services.routing_side import routing_rules
from waihu.services.setting_shelf import SettingShelf
from waihu.services.tasks import Tasks
from waihu.services.test_call import TestCalls
from waihu.services.trunk_shelf import TrunkShelf
from waihu.services.trunk_watch import Look, TrunkWatch, nothing_known
from waihu.settings import Settings
from waihu.store.store import Store
from waihu.store.upkeep import Upkeep
from waihu.telephony.port import Switch
from waihu_models.errors import StoreError
from waihu_models.trunk import CarrierTrunk, DeskPhone


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePlan:
    """What the office is built from beside the other services.

    Attributes:
        exchange: The one whose configuration we write; None: somebody else does.
        carriers: Trunks of the settings file; None: nobody says, so all that are there at the start count as its own.
        phones: Those of the settings file.
        settings: As file and environment give them, without what administrators set.
        origins: Which of the settings were given, and where; see ``waihu.settings.given``.
        look: Asks the exchange about trunks.
        ami_up: Whether recordings can be started; None: nobody can tell.
        told: Is told the names of the trunks in use.
        dialplan: What a change of the dialplan is tried and watched with.
    """

    exchange: ManagedExchange | None = None
    carriers: tuple[CarrierTrunk, ...] | None = None
    phones: tuple[DeskPhone, ...] = ()
    settings: Settings = field(default_factory=Settings)
    origins: Mapping[str, str] = field(default_factory=dict)
    look: Look = nothing_known
    ami_up: Callable[[], bool] | None = None
    told: Callable[[Collection[str]], None] = lambda _: None
    dialplan: DialplanTools = field(default_factory=DialplanTools)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The services the office works with."""

    store: Store
    store_url: str
    bus: Bus
    clock: Clock
    metrics: Metrics
    tasks: Tasks
    switch: Switch
    calls: CallDesk
    agents: AgentDesk
    dialling: Dialling
    lines: Lines
    recordings: Recordings
    recordings_folder: Path
    alert: Callable[[str, str], None]
    trunks: tuple[Trunk, ...]
    queues: QueueShelf


class Office:
    """Builds the parts, once, and starts what runs by itself."""

    def __init__(self, plan: OfficePlan, near: Neighbours) -> None:
        store, clock = near.store, near.clock
        self.exchange = ExchangeDesk(plan.exchange)
        self.dialplan = DialplanShelf(store, DialplanChange(self.exchange, plan.dialplan, near.alert), clock)
        self._set_aside, self._alert = plan.dialplan.set_aside, near.alert
        self.settings = SettingShelf(store, plan.settings, plan.origins)
        carriers = plan.carriers
        if carriers is None:
            carriers = tuple(_carrier(trunk) for trunk in near.trunks)
        self.trunks = TrunkShelf(store, self.exchange, near.lines, carriers, plan.told)
        self.trunk_watch = TrunkWatch(
            self.trunks, near.lines, store, clock, plan.look,
            failed_ratio=lambda: self.settings.value("alerts.trunk_failed_ratio"),
        )  # fmt: skip
        self.phones = PhoneShelf(store, self.exchange, near.agents, plan.phones)
        self.queues = near.queues
        self.agents = AgentShelf(store, near.agents, self.queues, near.bus, clock, near.tasks)
        self.test_calls = TestCalls(store, near.switch, near.lines, clock, near.tasks)
        days = lambda: int(self.settings.value("recordings.retention_days"))  # noqa: E731 -- read anew each time
        self.retention = Retention(near.recordings_folder, store, days, clock)
        said_days = lambda: int(self.settings.value("speech.retention_days"))  # noqa: E731 -- read anew each time
        self.said_retention = TranscriptRetention(store, said_days, clock)
        self.routing_rules = routing_rules(store, clock, near.alert, near.lines)
        self.routing = RoutingDesk(store, self.routing_rules.refresh)
        self.pulse = Pulse(clock, near.metrics)
        self.gauges = Gauges(_watched(near))
        self.health = Health(self._organs(plan, near))
        self.settings.on_change("log.level", log.set_level)

    def _organs(self, plan: OfficePlan, near: Neighbours) -> Organs:
        return Organs(
            switch=near.switch,
            trunks=self.trunk_watch,
            phones=self.phones,
            recordings=near.recordings,
            folder=near.recordings_folder,
            settings=self.settings,
            store=near.store,
            gauges=self.gauges,
            pulse=self.pulse,
            clock=near.clock,
            alert=near.alert,
            ami_up=plan.ami_up,
        )

    async def load(self) -> None:
        """Read at the start what administrators changed; every agent has to be known to the desk."""
        await self.settings.load()
        await self.trunks.load()
        await self.phones.load()
        await self.queues.load()
        await self.agents.load()
        for template, problem in self._set_aside:
            self._alert("dialplan_set_aside", f"template {template} runs as it is shipped, its own version: {problem}")
        await self.routing_rules.load()

    def watch(self, tasks: Tasks) -> None:
        """Start what runs for as long as the program does."""
        tasks.forever(self.pulse.run, "pulse")
        tasks.forever(self.health.watch, "health")
        tasks.forever(self.queues.follow, "queues")
        tasks.forever(self.retention.run, "retention")
        if self.exchange.managed:
            tasks.forever(self.dialplan.follow, "dialplan")
        tasks.forever(self.said_retention.run, "retention of transcripts")
        tasks.forever(self.routing_rules.run, "routing rules")

    async def close(self) -> None:
        """Write what is still to be written at the end."""
        with suppress(StoreError):
            await self.routing_rules.write()


def _watched(near: Neighbours) -> Watched:
    return Watched(
        calls=near.calls,
        agents=near.agents,
        dialling=near.dialling,
        lines=near.lines,
        recordings=near.recordings,
        recordings_folder=near.recordings_folder,
        switch=near.switch,
        store=near.store,
        upkeep=Upkeep(near.store_url),
        tasks=near.tasks,
        clock=near.clock,
        metrics=near.metrics,
    )


def _carrier(line: Trunk) -> CarrierTrunk:
    """Return what is known of a trunk of which only the dialling side was given."""
    return CarrierTrunk(
        name=line.name, host="", max_lines=line.max_lines, calls_per_s=line.calls_per_s, caller_id=line.caller_id,
        strip_plus=line.strip_plus, dial_prefix=line.dial_prefix,
    )  # fmt: skip
