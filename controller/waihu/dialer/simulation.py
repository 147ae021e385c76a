"""A shift simulated event by event: the same pacer code that runs in production decides here.

The caller of the pacer asks at each event (events within ``GAP_S`` of the last decision share one, in large teams
within ``LARGE_GAP_S``) and at least every ``TICK_S``. An agent who becomes ready takes the longest waiting caller; a
caller takes the agent who is ready longest.
"""

import heapq
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Any, Protocol

from waihu.dialer import pacing
from waihu.dialer.pacing import AgentEvent, AgentView, CallEvent, CallView, Pacer, PacerConfig, Snapshot
from waihu.dialer.rate_limit import TokenBucket
from waihu.dialer.simulation_measures import Measures
from waihu.dialer.simulation_world import DROPPED, LEFT, TALKED, Fate, Roster, Scenario, SimWorld, World

TICK_S = 0.25
GAP_S, LARGE_GAP_S = 0.05, 0.2
LARGE = 100
"""Teams from this size have an event nearly every moment; their decisions are shared by more of them."""
HOPPER = 200


class SimCall:
    """An attempt."""

    __slots__ = ("fate", "over", "position", "since", "view")

    def __init__(self, view: CallView, fate: Fate, position: int) -> None:
        self.view = view
        self.fate = fate
        self.position = position  # of its lead
        self.over = False
        self.since = 0.0  # when it began to wait for an agent


class SimAgent:
    """An agent at work."""

    __slots__ = ("call", "gone", "pause_s", "roster", "until", "view")

    def __init__(self, number: int, roster: Roster) -> None:
        self.view = AgentView(number, pacing.OFFLINE, 0.0)
        self.roster = roster
        self.call: SimCall | None = None
        self.until = 0.0  # end of talk and wrap-up, or of the pause
        self.pause_s = 0.0  # a pause that is due
        self.gone = False


class PacerMaker(Protocol):
    """Makes the pacer of a simulated shift; the oracle takes the whole simulation, the others their configuration."""

    def __call__(self, config: PacerConfig, simulation: "Simulation") -> Pacer:
        """Return the pacer."""
        ...


class Simulation:
    """One shift of one scenario under one pacer.

    Args:
        scenario: Length and limits of the shift.
        seed: Of the world, where none is given.
        maker: Makes the pacer.
        world: Leads and agents; None: those the scenario describes.
        measures: What counts; None: the ordinary ones.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        maker: PacerMaker,
        world: World | None = None,
        measures: Measures | None = None,
    ) -> None:
        self.scenario = scenario
        self.world: World = world or SimWorld(scenario, seed)
        self.now = 0.0
        self.position = 0  # of the next lead
        self.lines = 0
        self.agents = [SimAgent(n, roster) for n, roster in enumerate(self.world.rosters)]
        self.calls: dict[int, SimCall] = {}  # without an agent
        self.waiting: deque[SimCall] = deque()
        self.ready: dict[int, SimAgent] = {}  # longest ready first
        self.measures = measures or Measures(scenario)
        self._views: dict[int, AgentView] = {}
        self._call_views: dict[int, CallView] = {}
        self._events: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self._sequence = count()
        self._call_numbers = count()
        self._bucket = TokenBucket(scenario.cps, scenario.cps / 10, 0.0)
        self._closed = False
        self._channels = scenario.channels
        self._picture = Snapshot(
            now=0.0,
            agents=self._views,
            calls=self._call_views,
            ready=0,
            channels_free=scenario.channels,
            dial_budget=0,
            next_p=(),
            live_answers=0,
            drops=0,
            ends_at=scenario.ends_s if scenario.ends_known else 1e18,
        )
        self.pacer = maker(scenario.config(), self)
        for agent in self.agents:
            self._at(agent.roster.comes_s, self._come, agent)
            self._at(agent.roster.goes_s, self._go, agent)
            for start, seconds in agent.roster.pauses:
                self._at(start, self._pause_due, (agent, seconds))

    def run(self) -> Measures:
        """Run the shift, then let the calls under way end."""
        ends, events = self.scenario.ends_s, self._events
        decide_at, last = 0.0, -1.0
        gap_s = LARGE_GAP_S if len(self.agents) >= LARGE else GAP_S
        while decide_at < ends:
            if events and events[0][0] <= decide_at:
                self.now, _, act, subject = heapq.heappop(events)
                act(subject)
                decide_at = min(decide_at, max(self.now, last + gap_s))
            else:
                self.now = last = decide_at
                self._decide()
                decide_at = last + TICK_S
        while events and events[0][0] <= ends:
            self.now, _, act, subject = heapq.heappop(events)
            act(subject)
        for agent in self.agents:
            self.measures.stays(agent.view.state, agent.view.since, ends)
        self._closed = True
        while events and self.calls:
            self.now, _, act, subject = heapq.heappop(events)
            act(subject)
        return self.measures

    def _at(self, t: float, act: Callable[[Any], None], subject: Any) -> None:
        heapq.heappush(self._events, (t, next(self._sequence), act, subject))

    # ---- dialling --------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Return the picture the pacer decides on: one object, brought up to date at each decision."""
        picture, measures, now = self._picture, self.measures, self.now
        picture.now = now
        picture.ready = len(self.ready)
        picture.channels_free = self._channels - self.lines
        picture.dial_budget = int(self._bucket.available(now))
        picture.next_p = self.world.hints(self.position, HOPPER, now)
        picture.live_answers = measures.live_answers
        picture.drops = measures.drops
        return picture

    def _decide(self) -> None:
        snapshot = self.snapshot()
        decision = self.pacer.decide(self.now, snapshot)
        if not decision.dial and not decision.cancel:
            return
        for number in decision.cancel:
            call = self.calls.get(number)
            if call is not None and call.view.state == pacing.RINGING:
                self.measures.cancelled += 1
                self._end(call, pacing.CANCELLED, pacing.CANCELLED)
        room = min(snapshot.channels_free, snapshot.dial_budget, len(snapshot.next_p))
        for _ in range(min(decision.dial, room)):
            self._dial()
        self.measures.over_limit += max(0, decision.dial - room)

    def _dial(self) -> None:
        lead = self.world.lead(self.position, self.now)
        if lead is None:
            return
        self.position += 1
        self._bucket.take(self.now)
        number = next(self._call_numbers)
        view = CallView(number, self.now, lead.hint)
        call = SimCall(view, lead.fate(self.now), self.position - 1)
        self.calls[number] = call
        self._call_views[number] = view
        self.lines += 1
        self.measures.dialled(self.now, self.lines)
        self._tell(call, "dialed")
        answered = call.fate.outcome in {pacing.HUMAN, pacing.MACHINE}
        self._at(self.now + call.fate.ring_s, self._answer if answered else self._nobody, call)

    # ---- calls -----------------------------------------------------------------------------------------------------

    def _tell(self, call: SimCall, kind: str, outcome: str = "", agent: int = -1) -> None:
        view = call.view
        self.pacer.on_event(CallEvent(self.now, view.id, kind, outcome, agent, view.p, self.now - view.dialed_at))

    def _nobody(self, call: SimCall) -> None:
        if not call.over:
            self._end(call, call.fate.outcome, call.fate.outcome)

    def _answer(self, call: SimCall) -> None:
        if call.over:
            return
        call.view.answered_at = self.now
        if self.scenario.amd:
            call.view.state = pacing.SCREEN
            self._tell(call, "answered")
            self._at(self.now + call.fate.screen_s, self._screened, call)
        else:
            call.view.state = pacing.WAITING
            self._tell(call, "answered")
            self._wait(call)

    def _screened(self, call: SimCall) -> None:
        if not call.fate.needs_agent:
            self.measures.screened_out += call.fate.outcome == pacing.HUMAN
            self._end(call, pacing.MACHINE, pacing.MACHINE)
            return
        call.view.state = pacing.WAITING
        self._wait(call)

    def _wait(self, call: SimCall) -> None:
        call.since = self.now
        if self.ready:
            self._connect(call, next(iter(self.ready.values())))
            return
        self.waiting.append(call)
        patience_s = self.scenario.patience_s
        if call.fate.leaves_s < patience_s:
            self._at(self.now + call.fate.leaves_s, self._leave, call)
        else:
            self._at(self.now + patience_s, self._drop, call)

    def _leave(self, call: SimCall) -> None:
        if call in self.waiting:
            self.waiting.remove(call)
            self.measures.hung_up(self.now)
            self._end(call, pacing.HUMAN, LEFT)

    def _drop(self, call: SimCall) -> None:
        if call in self.waiting:
            self.waiting.remove(call)
            self.measures.dropped(self.now)
            self._tell(call, "dropped")
            self._end(call, pacing.HUMAN, DROPPED)

    def _connect(self, call: SimCall, agent: SimAgent) -> None:
        self.measures.connected(self.now, self.now - call.since, human=call.fate.outcome == pacing.HUMAN)
        del self.calls[call.view.id], self._call_views[call.view.id], self.ready[agent.view.id]
        call.over = True
        agent.call = call
        pace = agent.roster.pace
        agent.until = self.now + pace * (call.fate.talk + call.fate.wrap)
        # Told now: the shift may be over before the talk is.
        self.world.ended(call.position, TALKED if call.fate.outcome == pacing.HUMAN else call.fate.outcome, self.now)
        self._enter(agent, pacing.TALK)
        self._tell(call, "connected", agent=agent.view.id)
        self._at(self.now + pace * call.fate.talk, self._hang_up, agent)

    def _end(self, call: SimCall, outcome: str, for_list: str) -> None:
        call.over = True
        del self.calls[call.view.id], self._call_views[call.view.id]
        self.lines -= 1
        self.measures.ended(outcome)
        self.world.ended(call.position, for_list, self.now)
        self._tell(call, "ended", outcome)

    # ---- agents ----------------------------------------------------------------------------------------------------

    def _enter(self, agent: SimAgent, state: str) -> None:
        view = agent.view
        if not self._closed:
            self.measures.stays(view.state, view.since, self.now)
        event = AgentEvent(self.now, view.id, state, view.state, self.now - view.since)
        view.state, view.since = state, self.now
        self.pacer.on_event(event)

    def _hang_up(self, agent: SimAgent) -> None:
        call = agent.call
        assert call is not None
        agent.call = None
        self.lines -= 1
        self.measures.ended(call.fate.outcome)
        self._enter(agent, pacing.WRAP)
        self._tell(call, "ended", call.fate.outcome)
        self._at(agent.until, self._free, agent)

    def _free(self, agent: SimAgent) -> None:
        if agent.gone:
            self._leave_desk(agent)
        elif agent.pause_s > 0:
            agent.until = self.now + agent.pause_s
            agent.pause_s = 0.0
            self._enter(agent, pacing.PAUSE)
            self._at(agent.until, self._free, agent)
        else:
            self.ready[agent.view.id] = agent
            self._enter(agent, pacing.READY)
            if self.waiting:
                self._connect(self.waiting.popleft(), agent)

    def _come(self, agent: SimAgent) -> None:
        self._views[agent.view.id] = agent.view
        agent.view.since = self.now
        self._free(agent)

    def _go(self, agent: SimAgent) -> None:
        agent.gone = True
        if self.ready.pop(agent.view.id, None):
            self._leave_desk(agent)

    def _leave_desk(self, agent: SimAgent) -> None:
        del self._views[agent.view.id]
        self._enter(agent, pacing.OFFLINE)

    def _pause_due(self, subject: tuple[SimAgent, float]) -> None:
        agent, seconds = subject
        if agent.view.state == pacing.OFFLINE:
            return  # whoever comes after the pause began, or has gone, does not take it
        agent.pause_s = seconds
        if self.ready.pop(agent.view.id, None):
            self._free(agent)
