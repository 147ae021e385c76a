"""What an agent asks for in a call: each wish is checked to be about the agent's own call, and to make sense now."""

import re
from datetime import datetime, timedelta

from waihu.clock import Clock
from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk
from waihu.services.transfers import Target, Transfers
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState
from waihu_models.disposition import Category
from waihu_models.errors import BadInput, Conflict, NotFound
from waihu_models.ids import AgentId, CallId

LONGEST_NOTE = 4000  # characters
_DIGITS = re.compile(r"[0-9*#A-D]{1,32}")
_MET = frozenset({CallState.CONNECTED, CallState.HELD})
LONGEST_PROMISE = timedelta(days=366)


class CallWishes:
    """Hang up, hold, resume, judge, keys, pass on: by agent, for the call the agent is on."""

    def __init__(self, calls: CallDesk, agents: AgentDesk, transfers: Transfers, clock: Clock) -> None:
        self._calls = calls
        self._agents = agents
        self._transfers = transfers
        self._clock = clock

    def own(self, agent_id: AgentId, call_id: CallId | None = None) -> Call:
        """Return the call an agent is on, or wraps up.

        Args:
            agent_id: Whose.
            call_id: Which call the agent means; None: whatever it is.
        Raises:
            NotFound: there is no such agent, or the agent has no such call.
            Conflict: the call went on to somebody else.
        """
        agent = self._agents.get(agent_id)
        call = self._calls.get(agent.call_id)
        if call is None or (call_id is not None and call.id != call_id):
            raise NotFound(
                f"agent {agent_id!r} is not on that call" if call_id else f"agent {agent_id!r} is on no call"
            )
        if call.consult is not None and call.consult.agent_id == agent_id:
            raise Conflict("this is the call of the colleague who asks you")
        if call.agent_id != agent_id:
            raise Conflict("this call went on to somebody else")
        return call

    def _in_talk(self, agent_id: AgentId, call_id: CallId | None, *states: CallState) -> Call:
        call = self.own(agent_id, call_id)
        if call.state not in (states or _MET):
            raise Conflict(f"the call is {call.state}")
        if call.transfer_leg_id is not None or self._agents.get(agent_id).state is AgentState.WRAP_UP:
            raise Conflict("the call was passed on")
        return call

    def hang_up(self, agent_id: AgentId, call_id: CallId | None = None) -> None:
        """End the call, also while it rings; who is asked about it by a colleague only leaves."""
        if (asked := self._asked(agent_id)) is not None:
            self._calls.ask(asked.id, sig.ConsultLost(agent_id, self._clock.now(), "hung up"))
            return
        call = self.own(agent_id, call_id)
        if not call.live:
            raise Conflict("the customer has hung up already")
        if call.transfer_leg_id is not None:
            raise Conflict("the call was passed on")
        self._calls.ask(call.id, sig.HangUpAsked(self._clock.now(), "agent"))

    def hold(self, agent_id: AgentId, call_id: CallId | None = None) -> None:
        """Let the customer hear music."""
        call = self._in_talk(agent_id, call_id, CallState.CONNECTED)
        self._calls.ask(call.id, sig.HoldAsked(self._clock.now()))

    def resume(self, agent_id: AgentId, call_id: CallId | None = None) -> None:
        """Take the customer back."""
        call = self._in_talk(agent_id, call_id, CallState.HELD)
        self._calls.ask(call.id, sig.ResumeAsked(self._clock.now()))

    def pause_recording(self, agent_id: AgentId, call_id: CallId | None = None, *, paused: bool = True) -> None:
        """Write silence, or sound again."""
        call = self._in_talk(agent_id, call_id)
        if call.recording_id is None:
            raise Conflict("this call is not recorded")
        self._calls.ask(call.id, sig.RecordingPauseAsked(self._clock.now(), paused))

    def send_digits(self, agent_id: AgentId, digits: str, call_id: CallId | None = None) -> None:
        """Press keys towards the customer's far end.

        Raises:
            BadInput: they are not 1 to 32 of 0-9, *, #, A-D.
        """
        if not _DIGITS.fullmatch(digits):
            raise BadInput("keys are 1 to 32 of 0-9, *, #, A-D")
        call = self._in_talk(agent_id, call_id, CallState.CONNECTED)
        self._calls.ask(call.id, sig.DigitsAsked(self._clock.now(), digits))

    async def transfer(self, agent_id: AgentId, target: Target, call_id: CallId | None = None) -> None:
        """Pass the customer on; the agent wraps up.

        Raises:
            BadInput, Conflict, StoreError: it cannot go there; the customer stays with the agent.
        """
        wish = await self._transfers.wish(self._alone(agent_id, call_id), target)
        call = self._alone(agent_id, call_id)  # the customer may have gone while the lists were asked
        self._calls.ask(call.id, wish)

    # ---- speaking with somebody else while the customer waits --------------------------------------------------------

    def _asked(self, agent_id: AgentId) -> Call | None:
        """Return the call an agent is asked about by the one who has it."""
        call = self._calls.get(self._agents.get(agent_id).call_id)
        return call if call is not None and call.consult is not None and call.consult.agent_id == agent_id else None

    def _alone(self, agent_id: AgentId, call_id: CallId | None) -> Call:
        call = self._in_talk(agent_id, call_id)
        if call.consult is not None:
            raise Conflict("you speak with somebody about this call already: end that first")
        return call

    def _asking(self, agent_id: AgentId, call_id: CallId | None, *, joined: bool = True) -> Call:
        call = self._in_talk(agent_id, call_id)
        if call.consult is None:
            raise Conflict("you have asked nobody about this call")
        if joined and not call.consult.joined:
            raise Conflict("nobody has answered yet")
        return call

    async def consult(self, agent_id: AgentId, target: Target, call_id: CallId | None = None) -> None:
        """Ring an agent or a number, and speak with them while the customer hears music.

        Raises:
            BadInput, Conflict, StoreError: they cannot be asked; the customer stays with the agent.
        """
        question = await self._transfers.question(self._alone(agent_id, call_id), target)
        call = self._alone(agent_id, call_id)
        self._calls.ask(call.id, question)

    def end_consult(self, agent_id: AgentId, call_id: CallId | None = None) -> None:
        """End the second conversation, or its ringing; the customer stays on hold, in a conference in talk."""
        call = self._asking(agent_id, call_id, joined=False)
        self._calls.ask(call.id, sig.ConsultEnded(self._clock.now()))

    def conference(self, agent_id: AgentId, call_id: CallId | None = None) -> None:
        """Take the customer into the second conversation: all three hear each other."""
        call = self._asking(agent_id, call_id)
        if call.consult is not None and call.consult.together:
            raise Conflict("you are together already")
        self._calls.ask(call.id, sig.ConferenceAsked(self._clock.now()))

    def pass_to_asked(self, agent_id: AgentId, call_id: CallId | None = None) -> None:
        """Leave the customer to who was asked, from the second conversation or from a conference; wrap up."""
        call = self._asking(agent_id, call_id)
        self._calls.ask(call.id, sig.ConsultPassAsked(self._clock.now()))

    def dispose(
        self,
        agent_id: AgentId,
        code: str,
        note: str = "",
        callback_at: datetime | None = None,
        call_id: CallId | None = None,
    ) -> None:
        """Judge the call, in talk or in wrap-up; the last judgement counts.

        Raises:
            BadInput: no such disposition, its note is missing, or the moment of the callback makes no sense.
        """
        call = self.own(agent_id, call_id)
        judgement = self._agents.judgement(agent_id, code, note, callback_at, call.campaign_id)
        if len(note) > LONGEST_NOTE:
            raise BadInput(f"a note has {LONGEST_NOTE} characters at most")
        if callback_at is not None:
            self._check_promise(judgement.disposition.category, callback_at)
        if call.state not in _MET | {CallState.WRAP_UP}:
            raise Conflict(f"the call is {call.state}: there is nothing to judge yet")
        self._calls.ask(call.id, judgement)

    def _check_promise(self, category: Category, at: datetime) -> None:
        if category is not Category.CALLBACK:
            raise BadInput("this disposition promises no callback: leave its time out")
        if at.tzinfo is None:
            raise BadInput("the time of the callback needs a zone")
        now = self._clock.now()
        if not now < at <= now + LONGEST_PROMISE:
            raise BadInput("the time of the callback lies in the past, or more than a year ahead")
