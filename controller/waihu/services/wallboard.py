"""The wallboard: every row that live screens show, kept up to date by events, and the pictures cut out of them.

Rows are made anew only for what moved, so that an event costs the same however many people work; what is unchanged is
the same value in one picture and the next. What moves by itself, or cannot be told by events (pace, staged leads,
figures over the last hour), is looked at once a second, by nobody's request.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk
from waihu.services.dialling import Dialling
from waihu.services.lines import Lines
from waihu.services.live_rows import agent_row, call_row, desk_agent, desk_call, desk_consult, desk_preview, is_seen
from waihu.services.live_talks import Talks
from waihu.services.queue_shelf import QueueShelf
from waihu.services.teams import Teams
from waihu.services.wallboard_books import Books
from waihu.services.wallboard_campaigns import campaign_row, desk_campaign
from waihu.services.wallboard_queues import QueueBoard, Stay
from waihu.store.live_queries import LEFT, ended_in_queues, leads_left
from waihu.store.store import Store
from waihu_models.agent import Agent
from waihu_models.call import Call, CallState
from waihu_models.campaign import CampaignState
from waihu_models.errors import NotFound, StoreError
from waihu_models.events import (
    AgentChanged,
    AlertRaised,
    CallChanged,
    LeadStepped,
    ListsChanged,
    PreviewShown,
    SupervisionChanged,
    SwitchChanged,
    TensionMarked,
    WordsAlerted,
)
from waihu_models.ids import AgentId, CallId, CampaignId, LeadId
from waihu_models.lead import Lead
from waihu_models.live import (
    ALERTS,
    Desk,
    DeskCampaign,
    LiveAgent,
    LiveAlert,
    LiveCall,
    LiveCampaign,
    LiveState,
    LiveSupervision,
    LiveSwitch,
)
from waihu_models.supervision import SpyState

log = structlog.get_logger()

COUNT_EVERY_S = 60.0
"""Leads left are counted by the database this often; between two counts, events are added up."""
COUNT_AGAIN_S = 5.0
"""After lists were changed they are counted sooner, but not sooner than this."""
_STEPPING = 10_000  # ended calls whose lead has not stepped yet, remembered at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the wallboard looks at."""

    calls: CallDesk
    agents: AgentDesk
    dialling: Dialling
    lines: Lines
    teams: Teams
    queues: QueueShelf
    store: Store
    bus: Bus
    clock: Clock
    reachable: bool = False
    zone: tzinfo = UTC  # in which a day begins at midnight


class Wallboard:
    """All rows, of everybody; ``wallboard_view`` decides who sees which. ``version`` counts changes."""

    def __init__(self, sources: Sources) -> None:
        self._from = sources
        self.teams = sources.teams
        self.lines = sources.lines
        self.clock = sources.clock
        self.books = Books(sources.clock, sources.zone)
        self.queues = QueueBoard(sources.queues, sources.clock)
        self.switch = LiveSwitch(reachable=sources.reachable)
        self.agents: dict[str, LiveAgent] = {}
        self.calls: dict[str, LiveCall] = {}
        self.campaigns: dict[str, LiveCampaign] = {}
        self.alerts: dict[str, LiveAlert] = {}
        self.supervisions: dict[str, LiveSupervision] = {}
        self.talks = Talks(sources.bus, sources.clock)
        self.version = 0
        self.seconds = 0  # how often it was refreshed
        self.touched: Callable[[str | None], None] = lambda _agent_id: None
        """Told whose desk changed; None: everybody's."""
        self._live: dict[CallId, Call] = {}
        self._holders: dict[CallId, AgentId] = {}
        self._shown: dict[AgentId, Agent] = {}  # as their rows show them
        self._previews: dict[AgentId, PreviewShown] = {}
        self._at_desks: dict[str, DeskCampaign] = {}
        self._left: dict[CampaignId, int] = {}
        self._stepping: dict[LeadId, CampaignId] = {}
        self._counted_s = -COUNT_EVERY_S
        self._lists_changed = False
        self._alerts_so_far = 0
        self._subscribe(sources.bus)
        sources.teams.changed = self._teams_changed

    def _subscribe(self, bus: Bus) -> None:
        bus.subscribe(CallChanged, self._call_changed)
        bus.subscribe(AgentChanged, self._agent_changed)
        bus.subscribe(LeadStepped, self._lead_stepped)
        bus.subscribe(ListsChanged, self._lists_were_changed)
        bus.subscribe(PreviewShown, self._preview_shown)
        bus.subscribe(SwitchChanged, self._switch_changed)
        bus.subscribe(SupervisionChanged, self._supervision_changed)
        bus.subscribe(AlertRaised, self._alert_raised)
        bus.subscribe(WordsAlerted, self._words_alerted)
        bus.subscribe(TensionMarked, self._tension_marked)

    async def fill(self) -> None:
        """Read what earlier hours left in the store; before anything moves.

        Raises:
            StoreError: the database cannot be read.
        """
        await self.teams.refresh()
        await self.books.fill(self._from.store, self._from.calls)
        for row in await ended_in_queues(self._from.store, self.books.day_began_at):
            stay = Stay(row["queue"], row["queue_since"], row["connected_at"], over=not row["callback_asked"])
            self.queues.enter(stay)
        for call in self._from.calls:
            self._follow(call)
            self.queues.call_changed(CallChanged(call, None), self.books.day_began_at)
        self.refresh()

    async def recall(self) -> None:
        """Show again what was offered in calls that were taken over.

        Raises:
            StoreError: the database cannot be read.
        """
        await self.talks.recall(self._from.store, self._from.calls)

    # ---- once a second ---------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Look at what no event tells of."""
        if self.books.roll():
            self._shown.clear()
            self.queues.begin_day()
            self.touched(None)
        self._look_at_agents()
        self.queues.look(self._from.agents, self.teams.team_of_agent)
        for campaign_id in self.teams.campaigns:
            loop = self._from.dialling.loops.get(campaign_id)
            left = self._left.get(campaign_id)
            row = campaign_row(campaign_id, self.teams, loop, self.books, left)
            if row is not None and self.campaigns.get(campaign_id) != row:
                self.campaigns[campaign_id] = row
            at_desk = desk_campaign(campaign_id, self.teams, loop)
            if at_desk is not None and self._at_desks.get(campaign_id) != at_desk:
                self._at_desks[campaign_id] = at_desk
                self.touched(None)
        self.seconds += 1
        self.version += 1

    def _look_at_agents(self) -> None:
        """Follow what is not told: who is new, was edited, or is no longer known."""
        known = set()
        for agent in self._from.agents:
            known.add(agent.id)
            if self._shown.get(agent.id) is not agent:
                self._show_agent(agent)
                self.touched(agent.id)
        for agent_id in self._shown.keys() - known:
            del self._shown[agent_id]
            self.agents.pop(agent_id, None)

    async def follow_left(self) -> None:
        """Keep the counts of leads left true, until cancelled."""
        while True:
            await asyncio.sleep(COUNT_AGAIN_S / 5)
            await self.count_left()

    async def count_left(self) -> None:
        """Count the leads left of campaigns that run, if it is time to."""
        ago_s = self.clock.monotonic() - self._counted_s
        running = [key for key, row in self.campaigns.items() if row.state is CampaignState.RUNNING]
        unknown = any(key not in self._left for key in running)
        if ago_s < COUNT_AGAIN_S or (ago_s < COUNT_EVERY_S and not self._lists_changed and not unknown):
            return
        self._counted_s, self._lists_changed = self.clock.monotonic(), False
        try:
            self._left |= await leads_left(self._from.store, [CampaignId(key) for key in running])
        except StoreError as error:
            log.warning("leads_not_counted", problem=str(error))

    def _teams_changed(self) -> None:
        self.campaigns = {key: row for key, row in self.campaigns.items() if self.teams.campaign(key)}
        self.version += 1

    # ---- calls and agents ------------------------------------------------------------------------------------------

    def _lead(self, call: Call | None) -> Lead | None:
        return self._from.calls.job_of(call.id).lead if call is not None else None

    def _call_changed(self, change: CallChanged) -> None:
        self.books.call_changed(change)
        self.queues.call_changed(change, self.books.day_began_at)
        call = change.call
        holders = {call.agent_id, change.was.agent_id if change.was else None, self._holders.get(call.id)}
        self._follow(call)
        if call.state is CallState.ENDED and call.lead_id and call.campaign_id and len(self._stepping) < _STEPPING:
            self._stepping[call.lead_id] = call.campaign_id
        for agent_id in holders - {None}:
            self._touch(agent_id)
        self.version += 1

    def _follow(self, call: Call) -> None:
        if call.state is CallState.ENDED:
            self._live.pop(call.id, None)
            self._holders.pop(call.id, None)
        else:
            self._live[call.id] = call
        if is_seen(call):
            self.calls[call.id] = call_row(call, self._lead(call))
        else:
            self.calls.pop(call.id, None)

    def _touch(self, agent_id: AgentId | None) -> None:
        with suppress(NotFound):
            if agent_id is not None:
                self._show_agent(self._from.agents.get(agent_id))
                self.touched(agent_id)

    def _agent_changed(self, change: AgentChanged) -> None:
        self.books.agent_changed(change)
        self._show_agent(change.agent)
        self.touched(change.agent.id)
        self.version += 1

    def _show_agent(self, agent: Agent) -> None:
        call = self._live.get(agent.call_id) if agent.call_id else None
        if call is not None:
            self._holders[call.id] = agent.id
        self._shown[agent.id] = agent
        self.agents[agent.id] = agent_row(agent, self.books.agent(agent.id).day(), call, self._lead(call))

    # ---- everything else -------------------------------------------------------------------------------------------

    def _lead_stepped(self, stepped: LeadStepped) -> None:
        campaign_id = self._stepping.pop(stepped.lead_id, None)
        if campaign_id in self._left and stepped.step.state not in LEFT:
            self._left[campaign_id] = max(0, self._left[campaign_id] - 1)

    def _lists_were_changed(self, _: ListsChanged) -> None:
        self._lists_changed = True

    def _preview_shown(self, shown: PreviewShown) -> None:
        if shown.lead is None:
            self._previews.pop(shown.agent_id, None)
        else:
            self._previews[shown.agent_id] = shown
        self.touched(shown.agent_id)

    def _switch_changed(self, change: SwitchChanged) -> None:
        self.switch = LiveSwitch(reachable=change.reachable, since=change.at, reason=change.reason)
        self.version += 1
        self.touched(None)

    def _supervision_changed(self, change: SupervisionChanged) -> None:
        spying = change.spying
        self.version += 1
        if spying.state is SpyState.ENDED:
            self.supervisions.pop(spying.leg_id, None)
            return
        self.supervisions[spying.leg_id] = LiveSupervision(
            id=spying.leg_id,
            supervisor=spying.supervisor.removeprefix("user:"),
            agent_id=spying.agent_id,
            mode=spying.mode,
            state=spying.state,
            since=spying.since,
        )

    def _words_alerted(self, alerted: WordsAlerted) -> None:
        one = alerted.alert
        if one.tell_supervisors:
            text = f"{one.phrase} · {one.text}"
            self._keep(code=f"words.{one.kind}", text=text, at=one.at, agent_id=one.agent_id, call_id=one.call_id)

    def _tension_marked(self, marked: TensionMarked) -> None:
        one = marked.mark
        text = f"{one.measure} {one.baseline:g} → {one.value:g}"
        self._keep(code=f"tension.{one.measure}", text=text, at=one.at, agent_id=one.agent_id, call_id=one.call_id)

    def _alert_raised(self, alert: AlertRaised) -> None:
        self._keep(code=alert.code, text=alert.text, at=alert.at, agent_id=alert.agent_id)
        if alert.agent_id is not None:
            self.touched(alert.agent_id)

    def _keep(self, **alert: Any) -> None:
        self._alerts_so_far += 1
        key = str(self._alerts_so_far)
        self.alerts[key] = LiveAlert(id=key, **alert)
        while len(self.alerts) > ALERTS:
            del self.alerts[next(iter(self.alerts))]
        self.version += 1

    def holder(self, call_id: CallId) -> AgentId | None:
        """Return the agent who has a call, or had it last; None: nobody, or it is over."""
        return self._holders.get(call_id)

    # ---- one agent's own desk --------------------------------------------------------------------------------------

    def desk(self, agent_id: str) -> LiveState:
        """Return the picture of one agent's desk: nobody else's state, call or figures are in it.

        Raises:
            NotFound: nobody has this id.
        """
        agent = self._from.agents.get(AgentId(agent_id))
        call = self._live.get(agent.call_id) if agent.call_id else None
        shown = self._previews.get(agent.id)
        talk = self.talks.of(agent.call_id)
        campaign_id = (call and call.campaign_id) or (shown and shown.campaign_id) or agent.campaign_id
        return LiveState(
            switch=self.switch,
            # Words are marked where they were said, and only if the agent is to be told.
            alerts={k: one for k, one in self.alerts.items() if one.agent_id == agent_id and one.call_id is None},
            lines=talk.for_agent(),
            hints=talk.hints,
            desk=Desk(
                agent=desk_agent(agent),
                call=desk_call(call, self._lead(call), desk_consult(call, agent_id, self._name)) if call else None,
                preview=desk_preview(shown) if shown else None,
                campaign=self._at_desks.get(campaign_id) if campaign_id else None,
                day=self.books.agent(agent_id).day(),
                summary_of=self.talks.summaries.get(agent_id),
            ),
        )

    def _name(self, agent_id: str) -> str:
        known = AgentId(agent_id) in self._from.agents
        return (self._from.agents.get(AgentId(agent_id)).name if known else "") or agent_id

    def call(self, call_id: str) -> LiveState:
        """Return the picture of one call that was answered: what is said in it. It is over: without the call."""
        row, talk = self.calls.get(call_id), self.talks.of(CallId(call_id))
        return LiveState(
            switch=self.switch, calls={call_id: row} if row else {}, lines=talk.lines, hints=talk.hints
        )  # fmt: skip
