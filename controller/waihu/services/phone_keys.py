"""What an agent can do with a plain SIP phone.

Dialled: *11 log in nailed up · *12 log in on-hook · *10 log out · *13 available (ends wrap-up or pause) · *14 and 1-9:
pause, for this reason of the list · *15 and 1-9: disposition of the call, by hot key. Pressed while nailed up:
1-9: disposition of the call, by the hot keys of its campaign · 0: available (ends wrap-up or pause) ·
*: hang up the customer · #: pause, or pause after the call.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from waihu.services.agent_desk import AgentDesk
from waihu.services.call_desk import CallDesk
from waihu_models.agent import AgentState, PhoneMode
from waihu_models.errors import BadInput, NotFound, WaihuError
from waihu_models.ids import AgentId, CallId
from waihu_models.signals import ConsultLost, DigitPressed, HangUpAsked, PhoneDialled, PhoneWish

log = structlog.get_logger()

_CHOOSING = frozenset("123456789")


class PhoneKeys:
    """Turns digits from agents' phones into wishes."""

    def __init__(self, agents: AgentDesk, calls: CallDesk, reasons: Callable[[], Sequence[str]]) -> None:
        self._agents = agents
        self._calls = calls
        self._reasons = reasons

    def press(self, signal: DigitPressed) -> None:
        """Carry out one key."""
        agent_id = self._agents.of_leg(signal.leg_id)
        if agent_id is None:
            return
        agent = self._agents.get(agent_id)
        if signal.digit in _CHOOSING:
            self._dispose(agent_id, int(signal.digit))
        elif signal.digit == "0":
            self._agents.available(agent_id)
        elif signal.digit == "#":
            self._agents.pause(agent_id, "by phone key")
        elif signal.digit == "*" and agent.call_id is not None and agent.state is AgentState.TALKING:
            self._end_talk(agent_id, agent.call_id, signal.at)

    def _end_talk(self, agent_id: AgentId, call_id: CallId, at: datetime) -> None:
        call = self._calls.get(call_id)
        asked = call is not None and call.consult is not None and call.consult.agent_id == agent_id
        self._calls.post(call_id, ConsultLost(agent_id, at, "hung up") if asked else HangUpAsked(at, "agent"))

    def dial(self, signal: PhoneDialled) -> None:
        """Carry out a dialled code for the agent of that phone."""
        agent = next((one for one in self._agents if one.phone == signal.phone), None)
        try:
            if agent is None:
                raise NotFound(f"no agent works on phone {signal.phone!r}")
            self._carry_out(agent.id, signal)
        except WaihuError as error:
            log.warning("phone_wish_refused", phone=signal.phone, wish=str(signal.wish), problem=str(error))

    def _carry_out(self, agent_id: AgentId, signal: PhoneDialled) -> None:
        if signal.wish in {PhoneWish.PAUSE, PhoneWish.JUDGE} and signal.key not in _CHOOSING:
            raise BadInput(f"after this code comes a key, 1 to 9, not {signal.key!r}")
        match signal.wish:
            case PhoneWish.LOG_IN:
                self._agents.log_in(agent_id, signal.phone, PhoneMode.NAILED_UP)
            case PhoneWish.LOG_IN_ON_HOOK:
                self._agents.log_in(agent_id, signal.phone, PhoneMode.ON_HOOK)
            case PhoneWish.LOG_OUT:
                self._agents.log_out(agent_id, "by phone")
            case PhoneWish.AVAILABLE:
                self._agents.available(agent_id)
            case PhoneWish.PAUSE:
                self._agents.pause(agent_id, self._reason(signal.key))
            case PhoneWish.JUDGE:
                self._dispose(agent_id, int(signal.key))

    def _reason(self, key: str) -> str:
        reasons = self._reasons()
        if not 1 <= int(key) <= len(reasons):
            raise BadInput(f"there are {len(reasons)} reasons to pause, no reason {key}")
        return reasons[int(key) - 1]

    def _dispose(self, agent_id: AgentId, key: int) -> None:
        agent = self._agents.get(agent_id)
        call = self._calls.get(agent.call_id)
        if call is None or agent.state not in {AgentState.TALKING, AgentState.WRAP_UP} or call.agent_id != agent_id:
            return  # or it was passed on to somebody else, who judges it
        try:
            offered = self._agents.choices(call.campaign_id or agent.campaign_id)
            chosen = next((one for one in offered if one.hot_key == key), None)
            if chosen is None:
                raise BadInput(f"no disposition has key {key}")
            note = "by phone key" if chosen.requires_note else ""
            judgement = self._agents.judgement(agent.id, chosen.code, note, campaign_id=call.campaign_id)
        except BadInput as error:
            log.warning("disposition_refused", agent_id=agent_id, problem=str(error))
            return
        self._calls.post(call.id, judgement)
        if agent.state is AgentState.WRAP_UP:
            self._agents.available(agent.id)
