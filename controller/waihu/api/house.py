"""What the routes work with: every service they use, handed in by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from waihu.bus import Bus
from waihu.clock import Clock, SystemClock
from waihu.metrics import Metrics
from waihu.services.agent_desk import AgentDesk
from waihu.services.alerts import Alerts
from waihu.services.asking import Asking
from waihu.services.call_control import CallControl
from waihu.services.call_desk import CallDesk
from waihu.services.dialling import Dialling
from waihu.services.line_side import LineSide
from waihu.services.lines import Lines
from waihu.services.live_feed import LiveFeed
from waihu.services.log_ins import LogIns
from waihu.services.office import Office
from waihu.services.outward_side import OutwardSide
from waihu.services.records import Records
from waihu.services.rule_shelf import RuleShelf
from waihu.services.tasks import Tasks
from waihu.services.web_phones import WebPhones
from waihu.settings import WebSettings
from waihu.store.store import Store
from waihu.telephony.port import Switch


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The parts of a running controller, by name."""

    store: Store
    bus: Bus
    metrics: Metrics
    tasks: Tasks
    switch: Switch
    calls: CallDesk
    agents: AgentDesk
    dialling: Dialling
    lines: Lines
    alerts: Alerts
    shelf: RuleShelf
    log_ins: LogIns
    live: LiveFeed
    office: Office
    outward: OutwardSide
    records: Records
    control: CallControl
    line_side: LineSide
    asking: Asking
    recordings: Path
    web_phones: WebPhones | None = None  # None: the exchange makes none
    sip_target: Callable[[], str] = lambda: ""  # its SIP WebSocket
    web: WebSettings = field(default_factory=WebSettings)
    clock: Clock = field(default_factory=SystemClock)
