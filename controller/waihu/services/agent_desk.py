"""The agents' desk: every agent has a runner here; what agents and their calls owe each other stands in ``pairing``."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime

import structlog

from waihu.bus import Bus
from waihu.services.runner import Parts, Runner
from waihu.services.tasks import Tasks
from waihu.store.unit import Unit
from waihu_models import agent as agent_life
from waihu_models import signals as sig
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.disposition import STANDARD, Disposition
from waihu_models.errors import BadInput, Conflict, NotFound
from waihu_models.events import AgentChanged
from waihu_models.ids import AgentId, LegId, SessionId, agent_of_leg, new_id

log = structlog.get_logger()

MOVING_S = 0.3
"""The exchange calls a phone that registers from a new address gone, and back again as soon as it answered there."""


class AgentDesk:
    """Log-in, pause, wrap-up and log-out of agents."""

    def __init__(self, parts: Parts, bus: Bus, tasks: Tasks) -> None:
        self._parts = parts
        self._bus = bus
        self._tasks = tasks
        self._runners: dict[AgentId, Runner[Agent]] = {}
        self._timers: dict[AgentId, asyncio.TimerHandle] = {}
        self._leaving: dict[str, asyncio.TimerHandle] = {}
        self._phones: dict[str, bool] = {}  # what the exchange said of them last; others may be there
        self._asked: dict[AgentId, str] = {}  # phones of log-ins that their agents' own state does not show yet

    # ---- looking ---------------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Agent]:
        """Iterate over all known agents, as they are now."""
        return iter([runner.value for runner in self._runners.values()])

    def __contains__(self, agent_id: object) -> bool:
        """Whether somebody has this id."""
        return agent_id in self._runners

    def get(self, agent_id: AgentId) -> Agent:
        """Return an agent.

        Raises:
            NotFound: nobody has this id.
        """
        if agent_id not in self._runners:
            raise NotFound(f"there is no agent {agent_id!r}")
        return self._runners[agent_id].value

    def of_leg(self, leg_id: LegId) -> AgentId | None:
        """Return the agent whose present leg this is; a leg of an earlier session belongs to nobody."""
        agent_id = agent_of_leg(leg_id)
        if agent_id is None or agent_id not in self._runners:
            return None
        return agent_id if self._runners[agent_id].value.leg_id == leg_id else None

    # ---- people and their wishes -----------------------------------------------------------------------------------

    def add(self, agent: Agent) -> None:
        """Make an agent known, as stored; a running session goes on."""
        runner = Runner(
            agent,
            kind="agent",
            advance=agent_life.advance,
            changed=_agent_moved,
            told=self._told,
            parts=self._parts,
        )
        self._runners[agent.id] = runner
        self._tasks.start(runner.run(_never), f"agent {agent.id}")
        self._after(agent)

    def log_in(self, agent_id: AgentId, phone: str = "", mode: PhoneMode | None = None) -> None:
        """Start a session on a phone (the agent's own by default).

        Raises:
            NotFound: nobody has this id.
            Conflict: the agent, or another one on that phone, is logged in; or the phone is not reachable.
            BadInput: the agent has no phone.
        """
        agent = self.get(agent_id)
        phone = phone or agent.phone
        if not phone:
            raise BadInput(f"agent {agent_id!r} has no phone: name one")
        if not self._phones.get(phone, True):
            raise Conflict(f"phone {phone!r} is not reachable: is it switched on and registered?")
        for other in self:
            taken = self._asked.get(other.id) or (other.phone if other.state is not AgentState.OFFLINE else None)
            if taken is not None and (other.id == agent_id or taken == phone):
                raise Conflict(f"agent {other.id!r} is logged in on phone {taken!r}")
        self._asked[agent_id] = phone
        on_hook = None if mode is None else mode is PhoneMode.ON_HOOK
        self._runners[agent_id].post(sig.LogInAsked(SessionId(new_id()), self._now(), phone, on_hook))

    def log_out(self, agent_id: AgentId, reason: str = "", *, forced: bool = False) -> None:
        """End a session, after the call under way unless forced."""
        self.get(agent_id)
        self.post(agent_id, sig.LogOutAsked(self._now(), reason, forced))

    def pause(self, agent_id: AgentId, reason: str) -> None:
        """Pause now, or after the call under way.

        Raises:
            BadInput: no reason is given.
        """
        self.get(agent_id)
        if not reason.strip():
            raise BadInput("a pause needs a reason")
        self.post(agent_id, sig.PauseAsked(reason.strip(), self._now()))

    def available(self, agent_id: AgentId) -> None:
        """End a pause or a wrap-up."""
        self.get(agent_id)
        self.post(agent_id, sig.AvailableAsked(self._now()))

    def judgement(
        self, agent_id: AgentId, code: str, note: str = "", callback_at: datetime | None = None
    ) -> sig.Disposed:
        """Check an agent's judgement of a call.

        Raises:
            BadInput: no such disposition, or its note is missing.
        """
        disposition: Disposition | None = STANDARD.get(code)
        if disposition is None:
            raise BadInput(f"there is no disposition {code!r}; known: {', '.join(STANDARD)}")
        if disposition.requires_note and not note.strip():
            raise BadInput(f"disposition {code!r} needs a note")
        self.get(agent_id)
        return sig.Disposed(disposition, self._now(), note.strip(), callback_at)

    # ---- signals ---------------------------------------------------------------------------------------------------

    def post(self, agent_id: AgentId, signal: object) -> None:
        """Give a signal to an agent; of one who is not known, or offline, it means nothing."""
        runner = self._runners.get(agent_id)
        if runner is not None and runner.value.state is not AgentState.OFFLINE:
            runner.post(signal)

    def phone_reachable(self, signal: sig.PhoneReachable) -> None:
        """Log the agent of a phone that vanishes out of dialling; one that only moves to a new address stays."""
        self._phones[signal.phone] = signal.reachable
        leaving = self._leaving.pop(signal.phone, None)
        if leaving is not None:
            leaving.cancel()
        if not signal.reachable:
            loop = asyncio.get_running_loop()
            self._leaving[signal.phone] = loop.call_later(MOVING_S, self._phone_lost, signal.phone)

    def _phone_lost(self, phone: str) -> None:
        self._leaving.pop(phone, None)
        for agent in self:
            if agent.phone == phone and agent.state is not AgentState.OFFLINE:
                self.post(agent.id, sig.PhoneLost(self._now(), "phone unreachable"))

    def phones_seen(self, phones: Mapping[str, bool]) -> None:
        """Learn which phones can be reached, as the exchange says when the connection comes up."""
        self._phones = dict(phones)

    # ---- what follows a change -------------------------------------------------------------------------------------

    def _now(self) -> datetime:
        return self._parts.clock.now()

    def _told(self, was: Agent, agent: Agent) -> None:
        if agent.state is not was.state:
            self._asked.pop(agent.id, None)
            self._after(agent)
        self._bus.publish(AgentChanged(agent, was))

    def _after(self, agent: Agent) -> None:
        """Keep the one timer of an agent: the limit of the wrap-up."""
        timer = self._timers.pop(agent.id, None)
        if timer is not None:
            timer.cancel()
        if agent.wrap_ends_at is not None:
            left_s = (agent.wrap_ends_at - self._now()).total_seconds()
            loop = asyncio.get_running_loop()
            self._timers[agent.id] = loop.call_later(max(left_s, 0.0), self._wrap_over, agent.id)

    def _wrap_over(self, agent_id: AgentId) -> None:
        self._timers.pop(agent_id, None)
        self.post(agent_id, sig.WrapOver(self._now()))


def _agent_moved(was: Agent, agent: Agent) -> Unit | None:
    unit = Unit()
    unit.save_agent(agent)
    if agent.state is not was.state:
        unit.agent_state_ended(was, agent.state_since)
        unit.add_outbox(
            f"agent.{agent.state}",
            agent.id,
            {"agent_id": agent.id, "state": str(agent.state), "reason": agent.reason, "call_id": agent.call_id},
            agent.state_since,
        )
    return unit


def _never(_: Agent) -> bool:
    return False
