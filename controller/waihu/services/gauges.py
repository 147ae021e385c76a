"""Gauges: figures that are read when somebody asks for them, instead of being kept up with every change.

Names of trunks and campaigns become labels, so there is an upper limit to them: what is beyond it is left out.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import Gauge

from waihu.clock import Clock
from waihu.dialer.line_health import LineState
from waihu.metrics import Metrics
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk
from waihu.services.dialling import Dialling
from waihu.services.findings import free_bytes
from waihu.services.lines import Lines
from waihu.services.recordings import Recordings
from waihu.services.tasks import Tasks
from waihu.store.outbox import span
from waihu.store.store import Store
from waihu.store.upkeep import StoreFacts, Upkeep
from waihu.telephony.port import Switch
from waihu_models.agent import AgentState
from waihu_models.call import CallState

MOST_LABELS = 100
_DRAINED = {LineState.OPEN: 0.0, LineState.TRYING: 0.5, LineState.DRAINED: 1.0}
COUNTED_S = 10.0
"""The outbox is counted not more often than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What figures are read from."""

    calls: CallDesk
    agents: AgentDesk
    dialling: Dialling
    lines: Lines
    recordings: Recordings
    recordings_folder: Path
    switch: Switch
    store: Store
    upkeep: Upkeep
    tasks: Tasks
    clock: Clock
    metrics: Metrics


class Gauges:
    """Reads the figures of a controller."""

    def __init__(self, watched: Watched) -> None:
        self._of = watched
        self._outbox = 0
        self._counted_at_s = float("-inf")

    async def outbox(self) -> int:
        """Return how many events somebody still wants to be told of, as counted some seconds ago at most.

        Raises:
            StoreError: the database cannot be read.
        """
        now_s = self._of.clock.monotonic()
        if now_s - self._counted_at_s >= COUNTED_S:
            self._counted_at_s = now_s
            self._outbox = (await span(self._of.store)).waiting
        return self._outbox

    def store_facts(self) -> StoreFacts:
        """Return the sizes of the database."""
        return self._of.upkeep.look(self._of.clock.now())

    async def read(self) -> None:
        """Set every gauge.

        Raises:
            StoreError: the database cannot be read.
        """
        self._people()
        self._trunks()
        self._campaigns()
        self._machine()
        self._of.metrics.outbox_backlog.set(await self.outbox())

    def _people(self) -> None:
        metrics = self._of.metrics
        states = Counter(agent.state for agent in self._of.agents)
        for state in AgentState:
            metrics.agents.labels(state.value).set(states[state])
        metrics.queue.set(sum(call.state is CallState.WAITING for call in self._of.calls))

    def _trunks(self) -> None:
        metrics, lines = self._of.metrics, self._of.lines
        health, now_s = lines.health, self._of.clock.monotonic()
        for gauge in (metrics.lines_used, metrics.lines_allowed, metrics.call_rate, metrics.drained, metrics.trunk_mos):
            gauge.clear()
        for trunk in lines.trunks[:MOST_LABELS]:
            metrics.lines_used.labels(trunk.name).set(lines.used(trunk.name))
            metrics.lines_allowed.labels(trunk.name).set(trunk.max_lines)
            metrics.call_rate.labels(trunk.name).set(lines.started(trunk.name))
            metrics.drained.labels(trunk.name).set(_DRAINED[health[trunk.name].state_at(now_s)])
            if (mos := health[trunk.name].figures(now_s).mos) is not None:
                metrics.trunk_mos.labels(trunk.name).set(mos)

    def _campaigns(self) -> None:
        metrics, now_s = self._of.metrics, self._of.clock.monotonic()
        gauges: tuple[Gauge, ...] = (metrics.hopper, metrics.campaign_calls, metrics.drop_ratio)
        for gauge in gauges:
            gauge.clear()
        for loop in list(self._of.dialling.loops.values())[:MOST_LABELS]:
            name = loop.campaign.name
            answers, drops = loop.ledger.totals(now_s)
            metrics.hopper.labels(name).set(len(loop.hopper))
            metrics.campaign_calls.labels(name).set(len(loop.feed.live))
            metrics.drop_ratio.labels(name).set(drops / answers if answers else 0.0)

    def _machine(self) -> None:
        metrics, facts = self._of.metrics, self.store_facts()
        metrics.store_backlog.set(self._of.store.backlog)
        metrics.store_bytes.labels("database").set(facts.size_bytes or 0)
        metrics.store_bytes.labels("log").set(facts.wal_bytes or 0)
        metrics.recordings_backlog.set(self._of.recordings.waiting)
        metrics.exchange_up.set(self._of.switch.reachable)
        metrics.task_failures.set(self._of.tasks.failures)
        metrics.disk_free.set(free_bytes(self._of.recordings_folder))
