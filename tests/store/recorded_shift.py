"""A simulated shift stored as production would have stored it: the history of a campaign whose truth is known."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from waihu.dialer import pacing
from waihu.dialer.pacing import AgentEvent, CallEvent, Decision, Pacer, PacerConfig, Snapshot
from waihu.dialer.simulation import PacerMaker, Simulation
from waihu.dialer.simulation_course import Course
from waihu.dialer.simulation_world import Scenario
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.testing.factories import a_call, an_agent
from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState
from waihu_models.campaign import Campaign
from waihu_models.disposition import STANDARD
from waihu_models.ids import AgentId, CallId, LeadId
from waihu_models.outcome import Outcome

UNIT = 500
_STATES = {
    pacing.OFFLINE: AgentState.OFFLINE,
    pacing.READY: AgentState.AVAILABLE,
    pacing.TALK: AgentState.TALKING,
    pacing.WRAP: AgentState.WRAP_UP,
    pacing.PAUSE: AgentState.PAUSED,
}
_UNANSWERED = {
    pacing.BUSY: Outcome.BUSY,
    pacing.NOANSWER: Outcome.NO_ANSWER,
    pacing.INVALID: Outcome.INVALID_NUMBER,
    pacing.CONGESTION: Outcome.CONGESTION,
    pacing.CANCELLED: Outcome.CANCELLED,
    pacing.MACHINE: Outcome.MACHINE,
}
_leads = count()


@dataclass
class Diary:
    """Listens to a shift and keeps its calls and its agents' stretches."""

    inner: Pacer
    campaign: Campaign
    begins: datetime
    calls: dict[int, Call] = field(default_factory=dict)
    talks: dict[int, int] = field(default_factory=dict)  # agent: the call they are or were with
    stretches: list[tuple[int, str, float, float, int | None]] = field(default_factory=list)

    def at(self, t: float) -> datetime:
        return self.begins + timedelta(seconds=t)

    def decide(self, now: float, snapshot: Snapshot) -> Decision:
        return self.inner.decide(now, snapshot)

    def on_event(self, event: AgentEvent | CallEvent) -> None:
        self.inner.on_event(event)
        if isinstance(event, AgentEvent):
            self._agent(event)
        else:
            self._call(event)

    def _agent(self, event: AgentEvent) -> None:
        with_call = self.talks.get(event.agent) if event.prev in {pacing.TALK, pacing.WRAP} else None
        self.stretches.append((event.agent, event.prev, event.t - event.prev_s, event.t, with_call))
        if event.prev == pacing.WRAP:
            number = self.talks.pop(event.agent)
            self.calls[number] = replace(self.calls[number], state=CallState.ENDED, ended_at=self.at(event.t))

    def _call(self, event: CallEvent) -> None:
        at = self.at(event.t)
        if event.kind == "dialed":
            self.calls[event.call] = a_call(
                campaign_id=self.campaign.id, lead_id=LeadId(f"lead{next(_leads)}"), dialled_at=at, hint=event.p
            )
            return
        call = self.calls[event.call]
        if event.kind == "answered":
            call = replace(call, answered_at=at, greeting_ended_at=at)
        elif event.kind == "connected":
            call = replace(call, connected_at=at, agent_id=AgentId(f"agent{event.agent}"))
            self.talks[event.agent] = event.call
        elif event.kind == "dropped":
            call = replace(call, abandoned=True)
        else:
            call = self._ended(call, event.outcome, at)
        self.calls[event.call] = call

    def _ended(self, call: Call, outcome: str, at: datetime) -> Call:
        if call.connected_at is not None:
            return replace(call, outcome=Outcome.ANSWERED, hung_up_at=at, disposition=STANDARD["sale"])
        found = _UNANSWERED.get(outcome) or (Outcome.ABANDONED if call.abandoned else Outcome.HUNG_UP)
        return replace(call, outcome=found, hung_up_at=at, ended_at=at, state=CallState.ENDED)

    def units(self) -> Iterator[Unit]:
        ended = [call for call in self.calls.values() if call.state is CallState.ENDED]
        for first in range(0, len(ended), UNIT):
            unit = Unit()
            for call in ended[first : first + UNIT]:
                unit.save_call(call)
            yield unit
        unit = Unit()
        for agent, state, since, until, number in self.stretches:
            was = an_agent(f"agent{agent}", state=_STATES[state], state_since=self.at(since))
            call_id = self.calls[number].id if number is not None else CallId("")
            unit.agent_state_ended(replace(was, call_id=call_id or None), self.at(until))
        yield unit


async def record(
    store: Store, campaign: Campaign, scenario: Scenario, seed: int, maker: PacerMaker, begins: datetime
) -> Course:
    """Simulate a shift, store it, return what it came to."""
    found: list[Diary] = []

    def make(config: PacerConfig, simulation: Simulation) -> Diary:
        found.append(Diary(maker(config, simulation), campaign, begins))
        return found[0]

    course = Course(scenario)
    simulation = Simulation(scenario, seed, make, measures=course)
    simulation.run()
    diary = found[0]
    for agent in simulation.agents:  # whoever is at work when the shift ends logs out then
        view = agent.view
        if view.state != pacing.OFFLINE:
            diary.stretches.append((view.id, view.state, view.since, scenario.ends_s, diary.talks.get(view.id)))
    for unit in diary.units():
        await store.commit(unit)
    return course
