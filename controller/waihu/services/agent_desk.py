"""The agents' desk: every agent has a runner here; what agents and their calls owe each other stands in ``pairing``."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import structlog

from waihu.bus import Bus
from waihu.services.dispositions import STANDARD_CHOICES
from waihu.services.phone_watch import PhoneWatch
from waihu.services.runner import Parts, Runner
from waihu.services.tasks import Tasks
from waihu.store.unit import Unit
from waihu_models import agent as agent_life
from waihu_models import signals as sig
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.disposition import Choice
from waihu_models.errors import BadInput, Conflict, NotFound
from waihu_models.events import AgentChanged
from waihu_models.ids import AgentId, CampaignId, LegId, SessionId, agent_of_leg, new_id, user_of_web_phone

log = structlog.get_logger()

RETURN_S = 60.0
"""After a restart of the exchange a browser's phone may take so long to register; then its agent has to log in."""


class AgentDesk:
    """Log-in, pause, wrap-up and log-out of agents."""

    def __init__(self, parts: Parts, bus: Bus, tasks: Tasks) -> None:
        self._parts = parts
        self._bus = bus
        self._tasks = tasks
        self._runners: dict[AgentId, Runner[Agent]] = {}
        self._timers: dict[AgentId, asyncio.TimerHandle] = {}
        self.watch = PhoneWatch(self._phone_news, self._now)
        self._returning: dict[str, tuple[AgentId, float]] = {}  # phone -> who logs in on it again, and until when
        self.barred: set[AgentId] = set()  # may not log in
        # What agents of a campaign may choose from when they judge a call.
        self.choices: Callable[[CampaignId | None], Sequence[Choice]] = lambda _: STANDARD_CHOICES
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
        if agent_id in self.barred:
            raise Conflict(f"agent {agent_id!r} is disabled")
        phone = phone or agent.phone
        if not phone:
            raise BadInput(f"agent {agent_id!r} has no phone: name one")
        if not self.watch.reachable(phone):
            raise Conflict(f"phone {phone!r} is not reachable: is it switched on and registered?")
        for other in self:
            taken = self._asked.get(other.id) or (other.phone if other.state is not AgentState.OFFLINE else None)
            if taken is not None and (other.id == agent_id or taken == phone):
                raise Conflict(f"agent {other.id!r} is logged in on phone {taken!r}")
        self.watch.settle(phone)
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
        self,
        agent_id: AgentId,
        code: str,
        note: str = "",
        callback_at: datetime | None = None,
        campaign_id: CampaignId | None = None,
    ) -> sig.Disposed:
        """Check an agent's judgement of a call.

        Args:
            agent_id: Whose judgement it is.
            code: Which of the choices.
            note: What the agent writes about it.
            callback_at: When the customer was promised a call.
            campaign_id: Whose call it is; None: of the campaign the agent works for.
        Raises:
            BadInput: no such disposition, or its note is missing.
        """
        agent = self.get(agent_id)
        offered = {choice.code: choice for choice in self.choices(campaign_id or agent.campaign_id)}
        if code not in offered:
            raise BadInput(f"there is no disposition {code!r}; known: {', '.join(offered)}")
        disposition = offered[code].disposition
        if disposition.requires_note and not note.strip():
            raise BadInput(f"disposition {code!r} needs a note")
        return sig.Disposed(disposition, self._now(), note.strip(), callback_at)

    # ---- signals ---------------------------------------------------------------------------------------------------

    def post(self, agent_id: AgentId, signal: object) -> None:
        """Give a signal to an agent; of one who is not known, or offline, it means nothing."""
        runner = self._runners.get(agent_id)
        if runner is not None and runner.value.state is not AgentState.OFFLINE:
            runner.post(signal)

    def edit(self, agent_id: AgentId, signal: sig.AgentEdited) -> None:
        """Tell an agent, offline or not, of what an administrator changed."""
        self.get(agent_id)
        self._runners[agent_id].post(signal)

    @property
    def phones(self) -> Mapping[str, bool]:
        """What the exchange said of phones last: whether each can be reached."""
        return self.watch.here

    def phones_seen(self, phones: Mapping[str, bool]) -> None:
        """Learn which phones can be reached, as the exchange says when the connection comes up."""
        of_browsers = [
            one.phone for one in self if one.state is not AgentState.OFFLINE and user_of_web_phone(one.phone)
        ]
        self.watch.see({**dict.fromkeys(of_browsers, False), **phones})

    def _phone_news(self, phone: str, news: object) -> None:
        """Tell the agent of a phone; one who is logged out may wait for it to log in again."""
        for agent in self:
            if agent.phone == phone:
                self.post(agent.id, news)
        returning = self._returning.pop(phone, None) if isinstance(news, sig.PhoneBack) else None
        if returning is not None and self._parts.clock.monotonic() < returning[1]:
            self._begin_again(returning[0])

    def log_in_again(self, agent_id: AgentId) -> None:
        """Begin a session anew that ended with the exchange; in a browser, once its phone is there again."""
        phone = self.get(agent_id).phone
        if self.watch.reachable(phone):
            self._begin_again(agent_id)
        else:
            self._returning[phone] = agent_id, self._parts.clock.monotonic() + RETURN_S

    def _begin_again(self, agent_id: AgentId) -> None:
        # Not by ``post``: the end of the session before may still be under way.
        self._runners[agent_id].post(sig.LogInAsked(SessionId(new_id()), self._now()))

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
