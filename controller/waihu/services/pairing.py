"""Calls and agents: who gets whom, and what each owes the other when one of them moves.

Everything here runs at once on the event loop, between two steps of any runner, so that one agent is never promised
to two calls.
"""

import asyncio
from collections.abc import Callable
from random import Random

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.routing.matching import solver
from waihu.routing.queueing import match
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk
from waihu.services.waiting_room import WaitingRoom
from waihu_models import signals as sig
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.call import Call, CallState
from waihu_models.events import AgentChanged, CallChanged
from waihu_models.ids import AgentId, CallId

_IN_TALK = frozenset({CallState.CONNECTED, CallState.HELD})


class Pairing:
    """Brings waiting calls and available agents together."""

    def __init__(
        self,
        calls: CallDesk,
        agents: AgentDesk,
        room: WaitingRoom,
        bus: Bus,
        clock: Clock,
        reachable: Callable[[], bool],
    ) -> None:
        self._calls = calls
        self._reachable = reachable
        self._agents = agents
        self._room = room
        self._clock = clock
        # Signals to runners are taken up a moment later. Until then a promise stands here: of an agent whose own state
        # does not show the call yet, and to a call whose own state does not show the agent yet.
        self._promised: dict[AgentId, CallId] = {}
        self._offered: dict[CallId, AgentId] = {}
        self._waiting: dict[CallId, Call] = {}
        self._dice = Random()  # noqa: S311 -- who gets a caller is no secret
        bus.subscribe(CallChanged, self._call_changed)
        bus.subscribe(AgentChanged, self._agent_changed)

    async def warm(self) -> None:
        """Load what brings many callers and many agents together, before a call needs it."""
        await asyncio.to_thread(solver)

    def match(self) -> None:
        """Give each waiting call an agent, as far as there are any, while the exchange can bring them together."""
        if not self._waiting or not self._reachable():
            return
        free = [self._room.taker(agent) for agent in self._agents if agent.id not in self._promised]
        waiting = map(self._room.waiter, self._waiting.values())
        for waiter, agent in match(waiting, free, self._dice):
            self.promise(self._waiting[CallId(waiter.id)], agent)

    def promise(self, call: Call, agent: Agent) -> None:
        """Reserve an agent for a call; one who is nailed up hears it at once, another when the phone is picked up."""
        now = self._clock.now()
        self._promised[agent.id] = call.id
        self._agents.post(agent.id, sig.CallReserved(call.id, now))
        if call.state is CallState.WAITING:
            self._offered[call.id] = agent.id
            self._waiting.pop(call.id, None)
            self._calls.post(call.id, self._offer(agent, sig.AgentReserved(agent.id, now)))

    def reserve(self, agent: Agent, call_id: CallId) -> None:
        """Reserve an agent for a call of their own choice, which is placed as soon as they are there."""
        self._promised[agent.id] = call_id
        self._agents.post(agent.id, sig.CallReserved(call_id, self._clock.now(), by_hand=True))

    def _offer(self, agent: Agent, otherwise: sig.AgentReserved) -> sig.AgentReady | sig.AgentReserved:
        if agent.mode is PhoneMode.NAILED_UP or (agent.leg_joined and agent.call_id is not None):
            return sig.AgentReady(agent.id, agent.bridge_id, otherwise.at)
        return otherwise

    # ---- a call moved ----------------------------------------------------------------------------------------------

    def _call_changed(self, change: CallChanged) -> None:
        call, was = change.call, change.was
        entered = change.entered
        if call.state is not CallState.WAITING or call.agent_id is not None or call.callback_asked:
            self._waiting.pop(call.id, None)
            offered = self._offered.pop(call.id, None)
            if offered != call.agent_id:  # it ended before it heard of the offer
                self._tell_agent(offered, sig.CallOver(call.id, self._clock.now(), talked=False))
        elif call.id not in self._offered:
            self._waiting[call.id] = call
        if entered is CallState.WAITING and call.agent_id is not None:
            self._meet_reserved(call)
        elif entered is CallState.WAITING or (was is not None and call.id in self._waiting):
            self.match()
        elif entered is CallState.CONNECTED and was is not None and was.state is CallState.WAITING:
            self._tell_agent(call.agent_id, sig.CallJoined(call.id, self._clock.now()))
        elif entered is CallState.WRAP_UP:
            self._end_wrap_up_of_nobody(call)
        if was is not None and call.consult is not was.consult:
            self._asked(call, was)
        self._release(call, was)

    def _meet_reserved(self, call: Call) -> None:
        """A call made for one agent (preview, click to call) was answered, or is passed on to one: they get it."""
        agent = self._agents.get(call.agent_id) if call.agent_id else None
        if agent is None or agent.state is AgentState.OFFLINE:
            self._calls.post(call.id, sig.AgentLost(self._clock.now(), "agent left"))
        elif call.id in {agent.call_id, self._promised.get(agent.id)}:
            self._calls.post(call.id, self._offer(agent, sig.AgentReserved(agent.id, self._clock.now())))
        elif agent.state is AgentState.AVAILABLE and agent.id not in self._promised:
            self.promise(call, agent)
        else:
            self._calls.post(call.id, sig.AgentLost(self._clock.now(), "agent busy", agent.id))

    def _asked(self, call: Call, was: Call) -> None:
        """An agent is asked by the one who has the call, speaks with them, or is asked no more."""
        now, before = call.consult, was.consult
        if before is not None and before.agent_id is not None and now is None and call.agent_id != before.agent_id:
            self._tell_agent(before.agent_id, sig.CallOver(call.id, self._clock.now(), talked=False))
        elif now is not None and now.agent_id is not None and before is None:
            self._reserve_asked(call, now.agent_id)
        elif now is not None and now.joined and (before is None or not before.joined):
            self._tell_agent(now.agent_id, sig.CallJoined(call.id, self._clock.now()))

    def _reserve_asked(self, call: Call, agent_id: AgentId) -> None:
        agent = self._agents.get(agent_id) if agent_id in self._agents else None
        if agent is None or agent.state is not AgentState.AVAILABLE or agent_id in self._promised:
            self._calls.post(call.id, sig.ConsultLost(agent_id, self._clock.now(), "agent busy"))
            return
        self._promised[agent_id] = call.id
        self._agents.post(agent_id, sig.CallReserved(call.id, self._clock.now()))
        if agent.mode is PhoneMode.NAILED_UP:
            self._asked_is_there(call.id, agent)

    def _asked_is_there(self, call_id: CallId, agent: Agent) -> None:
        if agent.leg_id is not None:
            self._calls.post(call_id, sig.ConsultReady(agent.id, agent.leg_id, agent.bridge_id, self._clock.now()))

    def _release(self, call: Call, was: Call | None) -> None:
        """Let an agent go whose call is over, or went on without them."""
        agent_id = was.agent_id if was is not None else call.agent_id
        if agent_id is None:
            return
        passed_on = call.transfer_leg_id is not None and was is not None and was.transfer_leg_id is None
        talked = call.state is CallState.WRAP_UP or (was is not None and was.state in _IN_TALK)
        over = call.state in {CallState.WRAP_UP, CallState.ENDED, CallState.DROPPING}
        if (over and (was is None or was.state is not call.state)) or call.agent_id != agent_id or passed_on:
            self._tell_agent(agent_id, sig.CallOver(call.id, self._clock.now(), talked))

    def _end_wrap_up_of_nobody(self, call: Call) -> None:
        """The agent of a call that was passed on to a number may have wrapped it up long ago."""
        agent = self._agents.get(call.agent_id) if call.agent_id and call.agent_id in self._agents else None
        if agent is None or agent.call_id != call.id:
            self._calls.post(call.id, sig.WrapOver(self._clock.now()))

    def _tell_agent(self, agent_id: AgentId | None, signal: object) -> None:
        if agent_id is not None:
            self._agents.post(agent_id, signal)

    # ---- an agent moved --------------------------------------------------------------------------------------------

    def _agent_changed(self, change: AgentChanged) -> None:
        agent, was = change.agent, change.was
        if agent.state is not was.state:
            self._keep_promise(agent)
        if was.call_id is not None:
            self._call_of_agent(was.call_id, was, agent)
        if agent.state is AgentState.AVAILABLE:
            self.match()

    def _keep_promise(self, agent: Agent) -> None:
        """The agent took up the promised call, or did something else in the same moment: then the call is told."""
        call_id = self._promised.pop(agent.id, None)
        if call_id is not None and agent.call_id != call_id:
            self._leave(call_id, agent)

    def _leave(self, call_id: CallId, agent: Agent) -> None:
        call = self._calls.get(call_id)
        if call is None:
            return
        now, reason = self._clock.now(), agent.reason or "agent left"
        if _is_asked(call, agent):
            self._calls.post(call_id, sig.ConsultLost(agent.id, now, reason))
            return
        if self._offered.get(call_id, call.agent_id) != agent.id:  # it went on with somebody else
            return
        met = call.state in {CallState.WAITING, CallState.CONNECTED, CallState.HELD}
        self._calls.post(call_id, sig.AgentLost(now, reason, agent.id) if met else sig.HangUpAsked(now, reason))

    def _call_of_agent(self, call_id: CallId, was: Agent, agent: Agent) -> None:
        now = self._clock.now()
        call = self._calls.get(call_id)
        if call is None:
            return
        left = agent.state is AgentState.OFFLINE or agent.call_id != call_id
        if left and call.state is CallState.WRAP_UP and call.agent_id == agent.id:
            self._calls.post(call_id, sig.WrapOver(now))
        elif left and was.on_call:
            self._leave(call_id, agent)
        elif agent.state is AgentState.RESERVED and agent.leg_joined and not was.leg_joined:
            if call.state is CallState.WAITING:
                self._calls.post(call_id, sig.AgentReady(agent.id, agent.bridge_id, now))
            elif _is_asked(call, agent):
                self._asked_is_there(call_id, agent)
        elif _hung_up(was, agent):
            self._put_down(call, agent)

    def _put_down(self, call: Call, agent: Agent) -> None:
        """An agent ends a call by putting the phone down; who asks somebody leaves the customer to them by it."""
        now = self._clock.now()
        if _is_asked(call, agent):
            self._calls.post(call.id, sig.ConsultLost(agent.id, now, "hung up"))
        elif call.agent_id == agent.id and call.consult is not None:
            self._calls.post(call.id, sig.ConsultPassAsked(now, hung_up=True))
        elif call.agent_id == agent.id and call.transfer_leg_id is None:
            self._calls.post(call.id, sig.HangUpAsked(now, "agent hung up"))


def _is_asked(call: Call, agent: Agent) -> bool:
    """Whether an agent is asked about a call that is another one's."""
    return call.consult is not None and call.consult.agent_id == agent.id


def _hung_up(was: Agent, agent: Agent) -> bool:
    """Whether an agent put the phone down in a call; the leg of a phone that is away was not put down."""
    gone = was.leg_id is not None and agent.leg_id is None
    return agent.state is AgentState.TALKING and gone and not agent.phone_away
