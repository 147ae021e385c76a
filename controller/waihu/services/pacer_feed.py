"""What the pacer sees: the live picture of one campaign, kept up to date by events, and each event told to it once."""

from collections.abc import Callable, Collection, Iterable
from itertools import count

from waihu.clock import Clock
from waihu.dialer import pacing
from waihu.dialer.pacing import AgentEvent, AgentView, CallEvent, CallView, Pacer
from waihu_models.agent import Agent, AgentState
from waihu_models.call import Call, CallState, Origin
from waihu_models.events import AgentChanged, CallChanged
from waihu_models.ids import AgentId, CallId, CampaignId
from waihu_models.outcome import Outcome

_AGENT = {
    AgentState.OFFLINE: pacing.OFFLINE,
    AgentState.CALLING: pacing.OFFLINE,
    AgentState.AVAILABLE: pacing.READY,
    AgentState.RESERVED: pacing.TALK,
    AgentState.TALKING: pacing.TALK,
    AgentState.WRAP_UP: pacing.WRAP,
    AgentState.PAUSED: pacing.PAUSE,
}
_CALL = {
    CallState.DIALLING: pacing.RINGING,
    CallState.RINGING: pacing.RINGING,
    CallState.EARLY_MEDIA: pacing.RINGING,
    CallState.ANSWERED: pacing.SCREEN,
    CallState.SCREENING: pacing.SCREEN,
    CallState.WAITING: pacing.WAITING,
}
OUTCOMES = {
    Outcome.ANSWERED: pacing.HUMAN,
    Outcome.ABANDONED: pacing.HUMAN,
    Outcome.HUNG_UP: pacing.HUMAN,
    Outcome.MACHINE: pacing.MACHINE,
    Outcome.BUSY: pacing.BUSY,
    Outcome.NO_ANSWER: pacing.NOANSWER,
    Outcome.REJECTED: pacing.BUSY,
    Outcome.INVALID_NUMBER: pacing.INVALID,
    Outcome.UNREACHABLE: pacing.NOANSWER,
    Outcome.CONGESTION: pacing.CONGESTION,
    Outcome.CANCELLED: pacing.CANCELLED,
    Outcome.FAILED: pacing.CONGESTION,
}


class PacerFeed:
    """Agents and unassigned calls of one campaign as the pacer wants them: small integers and monotonic seconds."""

    def __init__(
        self, campaign_id: CampaignId, pacer: Pacer, clock: Clock, dialled_for: Callable[[Agent], bool] = lambda _: True
    ) -> None:
        self._campaign_id = campaign_id
        self._dialled_for = dialled_for
        self._pacer = pacer
        self._clock = clock
        self._count = count()
        self._numbers: dict[str, int] = {}
        self._calls: dict[int, CallId] = {}
        self._dialled_s: dict[CallId, float] = {}
        self.agents: dict[int, AgentView] = {}
        self.calls: dict[int, CallView] = {}
        self.live: set[CallId] = set()  # with or without an agent

    def tell(self, pacer: Pacer) -> None:
        """Tell another pacer from now on; it sees the picture as it stands, and learns anew."""
        self._pacer = pacer

    @property
    def ready(self) -> int:
        """How many agents could take a call now."""
        return sum(1 for view in self.agents.values() if view.state == pacing.READY)

    def without(self, claimed: Collection[AgentId]) -> dict[int, AgentView]:
        """Return the agents, but for those whose next call comes from elsewhere."""
        gone = {self._numbers.get(agent_id) for agent_id in claimed}
        return {number: view for number, view in self.agents.items() if number not in gone}

    def serves(self, agent: Agent) -> bool:
        """Whether the agent takes this campaign's calls."""
        return agent.campaign_id in {None, self._campaign_id} and self._dialled_for(agent)

    def see_anew(self, agents: Iterable[Agent]) -> None:
        """Take agents into the picture, and out of it, after what they take was changed."""
        for agent in agents:
            if self.serves(agent):
                self.agent_seen(agent)
            else:
                self.agents.pop(self.number(agent.id), None)

    def number(self, key: AgentId | CallId) -> int:
        """Return the small integer that stands for an agent or a call."""
        if key not in self._numbers:
            self._numbers[key] = next(self._count)
        return self._numbers[key]

    def call_numbered(self, number: int) -> CallId | None:
        """Return the call a number stands for, None when it is over."""
        return self._calls.get(number)

    def agent_seen(self, agent: Agent) -> None:
        """Take an agent into the picture as it stands."""
        state, number = _AGENT[agent.state], self.number(agent.id)
        if state == pacing.OFFLINE:
            self.agents.pop(number, None)
        else:
            since = self._clock.monotonic() - (self._clock.now() - agent.state_since).total_seconds()
            self.agents[number] = AgentView(number, state, since)

    def agent_changed(self, change: AgentChanged) -> bool:
        """Follow an agent; return whether the picture changed."""
        agent = change.agent
        if not self.serves(agent) or _AGENT[agent.state] == _AGENT[change.was.state]:
            return False
        now, number = self._clock.monotonic(), self.number(agent.id)
        view = self.agents.get(number)
        prev, since = (view.state, view.since) if view else (pacing.OFFLINE, now)
        self.agent_seen(agent)
        self._pacer.on_event(AgentEvent(now, number, _AGENT[agent.state], prev, now - since))
        return True

    def call_changed(self, change: CallChanged) -> bool:
        """Follow a call; return whether the picture changed."""
        call = change.call
        if call.campaign_id != self._campaign_id or call.origin is Origin.MANUAL:
            return False  # whom agents call by hand says nothing of the list, and waits for nobody
        now = self._clock.monotonic()
        if call.id not in self._dialled_s:
            self._dialled_s[call.id] = now - (self._clock.now() - call.dialled_at).total_seconds()
            self._calls[self.number(call.id)] = call.id
            self._tell(call, "dialed", now)
        self._show(call, now)
        if change.was is not None:
            self._tell_changes(change.was, call, now)
        if call.state is CallState.ENDED:
            del self._calls[self._numbers.pop(call.id)]
            del self._dialled_s[call.id]
        return True

    def _show(self, call: Call, now: float) -> None:
        number = self.number(call.id)
        if call.live:
            self.live.add(call.id)
        else:
            self.live.discard(call.id)
        state = _CALL.get(call.state) if call.live and call.connected_at is None else None
        if state is None:
            self.calls.pop(number, None)
            return
        view = self.calls.setdefault(number, CallView(number, self._dialled_s[call.id], call.hint))
        view.state = state
        if call.answered_at is not None and view.answered_at < 0:
            view.answered_at = now

    def _tell_changes(self, was: Call, call: Call, now: float) -> None:
        if call.answered_at is not None and was.answered_at is None:
            self._tell(call, "answered", now)
        if call.connected_at is not None and was.connected_at is None and call.agent_id is not None:
            self._tell(call, "connected", now, agent=self.number(call.agent_id))
        if call.abandoned and not was.abandoned:
            self._tell(call, "dropped", now)
        if call.outcome is not None and was.outcome is None:
            self._tell(call, "ended", now, outcome=OUTCOMES[call.outcome])

    def _tell(self, call: Call, kind: str, now: float, *, outcome: str = "", agent: int = -1) -> None:
        age = now - self._dialled_s[call.id]
        self._pacer.on_event(CallEvent(now, self.number(call.id), kind, outcome, agent, call.hint, age))
