"""The oracle: the upper reference of the benchmark, a pacer that knows what no pacer can know.

It knows, of every lead to come, whether it will need an agent if dialled now, when it will be answered, when machine
detection lets it pass, and how long talk and wrap-up will take; of every agent the end of the present call, all pauses,
coming and going. It dials leads in list order like everyone else, inside the same line and rate limits. It dials the
next lead that needs an agent at the first moment at which, in the known future, this call and every call already under
way find an agent within the patience; leads that need none before it are dialled with it. A ready agent's pause or
leaving is foreseen only 15 s ahead, so it may drop a caller now and then: a reference, not a proven bound.
"""

import heapq

from waihu.dialer import pacing
from waihu.dialer.pacing import AgentEvent, CallEvent, Decision, PacerConfig, Snapshot
from waihu.dialer.simulation import SimAgent, Simulation
from waihu.dialer.simulation_world import Fate

NEVER = 1e17
LOOK_AHEAD = 150


class OraclePacer:
    """Decides with the simulation's own knowledge of the future."""

    def __init__(self, config: PacerConfig, simulation: Simulation) -> None:
        self._config = config
        self._simulation = simulation
        self._sleep_till = 0.0
        # Free times of agents who neither pause nor leave change with their states only.
        self._steady = not any(agent.roster.pauses or agent.roster.goes_s < NEVER for agent in simulation.agents)
        self._times: list[tuple[float, int]] | None = None

    def on_event(self, event: AgentEvent | CallEvent) -> None:
        """Learn nothing: all is known."""
        if isinstance(event, AgentEvent):
            self._times = None

    def decide(self, now: float, snapshot: Snapshot) -> Decision:
        """Dial while the next call that needs an agent will find one."""
        room = min(snapshot.channels_free, snapshot.dial_budget, len(snapshot.next_p))
        if room <= 0 or not snapshot.agents or now < self._sleep_till:
            return Decision()
        coming = self._under_way()
        dial = 0
        while dial < room:
            step = self._next_needing(now, dial)
            if step is None:
                break
            number, fate = step
            answer = (now + fate.ring_s + fate.screen_s, fate)
            if not self._all_served(now, sorted([*coming, answer], key=_when)):
                break
            coming.append(answer)
            dial += number
        if dial == 0:
            self._sleep_till = now + 0.2
        return Decision(dial=min(dial, room))

    def _under_way(self) -> list[tuple[float, Fate]]:
        calls = self._simulation.calls.values()
        return [
            (call.view.dialed_at + call.fate.ring_s + call.fate.screen_s, call.fate)
            for call in calls
            if call.fate.needs_agent
        ]

    def _next_needing(self, now: float, skip: int) -> tuple[int, Fate] | None:
        world, position = self._simulation.world, self._simulation.position + skip
        for number in range(LOOK_AHEAD):
            lead = world.lead(position + number, now)
            if lead is None:
                return None
            fate = lead.fate(now)
            if fate.needs_agent:
                return number + 1, fate
        return None

    def _free_times(self, now: float) -> list[tuple[float, int]]:
        if self._times is None or not self._steady:
            self._times = [(_free_at(agent, now), agent.view.id) for agent in self._simulation.agents]
            heapq.heapify(self._times)
        return self._times.copy()

    def _all_served(self, now: float, answers: list[tuple[float, Fate]]) -> bool:
        """Play the known future: the call answered first takes the agent free longest."""
        times, agents = self._free_times(now), self._simulation.agents
        patience_s = self._config.patience_s
        for at, fate in answers:
            free_at, number = times[0]
            if free_at > at + min(patience_s, fate.leaves_s):
                return False
            agent = agents[number]
            end = max(free_at, at) + agent.roster.pace * (fate.talk + fate.wrap)
            heapq.heapreplace(times, (_back_at(agent, max(free_at, at), end), number))
        return True


def _when(answer: tuple[float, Fate]) -> float:
    return answer[0]


def _free_at(agent: SimAgent, now: float) -> float:
    """Return when an agent is ready next if nothing more is given to them."""
    state = agent.view.state
    if state == pacing.READY:
        return _ready_till(agent, agent.view.since, now)
    if state == pacing.OFFLINE:
        return agent.roster.comes_s if agent.roster.comes_s > now else NEVER
    if state == pacing.PAUSE:
        return agent.until
    return _back_at(agent, agent.view.since, agent.until)


def _ready_till(agent: SimAgent, since: float, now: float) -> float:
    # Whoever is due for a pause or leaves within the ring time is not counted on.
    horizon = now + 15.0
    if agent.roster.goes_s < horizon:
        return NEVER
    for start, seconds in agent.roster.pauses:
        if since < start < horizon:
            return start + seconds
    return since


def _back_at(agent: SimAgent, begin: float, end: float) -> float:
    """Return when an agent busy till ``end`` is ready again, after a pause or never where one falls due."""
    if agent.roster.goes_s <= end:
        return NEVER
    if agent.pause_s > 0:
        return end + agent.pause_s
    for start, seconds in agent.roster.pauses:
        if begin < start <= end:
            return end + seconds
    return end
