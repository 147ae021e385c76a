"""An agent at work: one session on one phone, as a frozen value, and the table of everything that can happen to it.

A *nailed-up* agent keeps one leg open for the whole session, so that a customer is heard milliseconds after the
answer. An *on-hook* agent's phone rings for each call. Both meet customers in the bridge of their session.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.errors import IllegalTransition
from waihu_models.ids import AgentId, BridgeId, CallId, CampaignId, LegId, SessionId, agent_bridge, agent_leg
from waihu_models.values import changed

PHONE_AWAY = "phone away"
"""Reason of the pause that ends by itself when the phone is back."""


class AgentState(StrEnum):
    """What an agent is doing; durations of these are what reports add up."""

    OFFLINE = "offline"
    CALLING = "calling"  # the nailed-up phone is being rung at log-in
    AVAILABLE = "available"
    RESERVED = "reserved"  # chosen for a call that is not bridged yet
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"


class PhoneMode(StrEnum):
    """How calls reach the phone."""

    NAILED_UP = "nailed_up"
    ON_HOOK = "on_hook"


@dataclass(frozen=True, kw_only=True)
class Agent:
    """An agent's session. ``leg_id``: a leg of the phone exists; ``leg_joined``: it hears the bridge."""

    id: AgentId
    name: str
    phone: str
    mode: PhoneMode = PhoneMode.NAILED_UP
    campaign_id: CampaignId | None = None  # whose calls the agent takes; None: every campaign's
    wrap_limit_s: float = 30.0  # wrap-up ends by itself after this; 0: no wrap-up
    ring_timeout_s: int = 15
    session_id: SessionId = SessionId("")
    state: AgentState = AgentState.OFFLINE
    state_since: datetime
    reason: str = ""  # why paused, or why logged out
    leg_id: LegId | None = None
    leg_joined: bool = False
    leg_count: int = 0  # legs so far in this session: each gets its own name
    phone_away: bool = False  # it has gone, and may come back in a moment
    call_id: CallId | None = None
    then_pause: str = ""  # pause with this reason when the call under way is over
    then_log_out: str = ""

    @property
    def bridge_id(self) -> BridgeId:
        """The bridge of this session."""
        return agent_bridge(self.id, self.session_id)

    @property
    def on_call(self) -> bool:
        """Whether a call is reserved for, or in talk with, this agent."""
        return self.call_id is not None and self.state in {AgentState.RESERVED, AgentState.TALKING}

    @property
    def wrap_ends_at(self) -> datetime | None:
        """When a running wrap-up ends by itself."""
        return self.state_since + timedelta(seconds=self.wrap_limit_s) if self.state is AgentState.WRAP_UP else None


Step: TypeAlias = tuple[Agent, tuple[do.Command, ...]]
Transition: TypeAlias = Callable[[Agent, Any], Step]
_Row: TypeAlias = dict[type, Transition]


def advance(agent: Agent, signal: Any) -> Step:
    """Apply one signal.

    Raises:
        IllegalTransition: the signal cannot happen in the agent's state.
    """
    transition = TABLE.get((agent.state, type(signal)))
    if transition is not None:
        return transition(agent, signal)
    if isinstance(signal, REPEATS):
        return agent, ()
    raise IllegalTransition(agent.state, signal)


def _to(agent: Agent, state: AgentState, at: datetime, **changes: Any) -> Agent:
    return changed(agent, state=state, state_since=at, **changes)


# ---- log-in and log-out ------------------------------------------------------------------------------------------


def _log_in(agent: Agent, signal: sig.LogInAsked) -> Step:
    mode = agent.mode if signal.on_hook is None else (PhoneMode.ON_HOOK if signal.on_hook else PhoneMode.NAILED_UP)
    agent = changed(agent, phone=signal.phone or agent.phone, mode=mode)
    agent = changed(
        agent, session_id=signal.session_id, reason="", call_id=None, then_pause="", then_log_out="", leg_count=0
    )
    agent = changed(agent, phone_away=False)
    if agent.mode is PhoneMode.ON_HOOK:
        agent = _to(agent, AgentState.AVAILABLE, signal.at, leg_id=None, leg_joined=False)
        return agent, (do.OpenBridge(agent.bridge_id),)
    agent, ring = _ring(agent)
    return _to(agent, AgentState.CALLING, signal.at), (do.OpenBridge(agent.bridge_id), *ring)


def _ring(agent: Agent) -> Step:
    name = SessionId(f"{agent.session_id}.{agent.leg_count}")
    leg_id = agent_leg(agent.id, name)
    agent = changed(agent, leg_id=leg_id, leg_joined=False, leg_count=agent.leg_count + 1)
    address = do.PhoneAddress(agent.phone, auto_answer=True)
    return agent, (do.PlaceCall(leg_id, address, "Waihu", agent.ring_timeout_s),)


def _entered(agent: Agent, signal: sig.LegEntered) -> Step:
    if signal.leg_id != agent.leg_id:
        return agent, (do.HangUp(signal.leg_id),)
    return agent, (do.Join(agent.bridge_id, signal.leg_id),)


def _joined(agent: Agent, signal: sig.LegJoined) -> Step:
    if signal.leg_id != agent.leg_id or agent.phone_away:
        return agent, ()
    return _hears(agent, signal.at), ()


def _hears(agent: Agent, at: datetime) -> Agent:
    """The phone is there and, with a leg, in the bridge: what only waited for that goes on."""
    agent = changed(agent, phone_away=False, leg_joined=agent.leg_id is not None)
    if agent.state is AgentState.PAUSED and agent.reason == PHONE_AWAY:
        return _to(agent, AgentState.AVAILABLE, at, reason="")
    return agent


def _bridge_gone(agent: Agent, signal: sig.BridgeGone) -> Step:
    """Somebody took the bridge of this session away: put it, and the phone, back."""
    if signal.bridge_id != agent.bridge_id:
        return agent, ()
    join = (do.Join(agent.bridge_id, agent.leg_id),) if agent.leg_id else ()
    return changed(agent, leg_joined=False), (do.OpenBridge(agent.bridge_id), *join)


def _nailed(agent: Agent, signal: sig.LegJoined) -> Step:
    agent, _ = _joined(agent, signal)
    return (_to(agent, AgentState.AVAILABLE, signal.at) if agent.leg_joined else agent), ()


def _log_out(agent: Agent, signal: sig.LogOutAsked) -> Step:
    return _go(agent, signal.at, signal.reason or "logged out")


def _log_out_on_call(agent: Agent, signal: sig.LogOutAsked) -> Step:
    if signal.forced:
        return _log_out(agent, signal)
    return changed(agent, then_log_out=signal.reason or "logged out"), ()


def _go(agent: Agent, at: datetime, reason: str) -> Step:
    hang_up = (do.HangUp(agent.leg_id),) if agent.leg_id else ()
    # call_id stays: the desk must still tell that call that its agent is gone.
    gone = _to(agent, AgentState.OFFLINE, at, reason=reason, leg_id=None, leg_joined=False, phone_away=False)
    return gone, (*hang_up, do.CloseBridge(agent.bridge_id))


def _phone_lost(agent: Agent, signal: sig.PhoneLost) -> Step:
    return _go(agent, signal.at, signal.reason or "phone unreachable")


def _leg_ended(agent: Agent, signal: sig.LegEnded) -> Step:
    """A leg ended outside a call: the end of a nailed-up session, nothing special for an on-hook one."""
    if signal.leg_id != agent.leg_id:
        return agent, ()
    agent = changed(agent, leg_id=None, leg_joined=False)
    if agent.mode is PhoneMode.ON_HOOK or agent.phone_away:
        return agent, ()
    return _go(agent, signal.at, "phone hung up" if agent.state is not AgentState.CALLING else "phone did not answer")


def _phone_gone_at_log_in(agent: Agent, signal: sig.PhoneAway) -> Step:
    return _go(agent, signal.at, "phone unreachable")


# ---- a phone that comes back ---------------------------------------------------------------------------------------


def _phone_away(agent: Agent, signal: sig.PhoneAway) -> Step:
    """A call under way waits for the phone, as the customer does; no other one comes meanwhile."""
    agent = changed(agent, phone_away=True, leg_joined=False)
    return _set_aside(agent, signal.at) if agent.state in _TAKES_CALLS else (agent, ())


def _set_aside(agent: Agent, at: datetime) -> Step:
    """Let a reserved call go to somebody else, and wait for the phone."""
    hang_up: tuple[do.Command, ...] = ()
    if agent.mode is PhoneMode.ON_HOOK and agent.leg_id:
        hang_up = (do.HangUp(agent.leg_id),)
        agent = changed(agent, leg_id=None)
    agent, commands = _next(agent, at)
    return agent, (*hang_up, *commands)


def _phone_back(agent: Agent, signal: sig.PhoneBack) -> Step:
    """Ring the phone again if it has lost its leg and needs one, so that it hears the bridge, and a customer there."""
    if not agent.phone_away and not signal.renewed:
        return agent, ()
    needs_leg = agent.mode is PhoneMode.NAILED_UP or agent.on_call
    if not needs_leg or (agent.leg_id is not None and not signal.renewed):
        return _hears(agent, signal.at), ()
    old: tuple[do.Command, ...] = (do.HangUp(agent.leg_id),) if agent.leg_id else ()
    agent = changed(agent, phone_away=False, leg_id=None, leg_joined=False)
    if agent.mode is PhoneMode.NAILED_UP and agent.state in _TAKES_CALLS:
        agent, commands = _next(agent, signal.at)
        if agent.state is AgentState.OFFLINE:  # a log-out waited for the end of the call that is set aside
            return agent, (*old, *commands)
    agent, ring = _ring(agent)
    return agent, (*old, *ring)


_TAKES_CALLS = frozenset({AgentState.AVAILABLE, AgentState.RESERVED})


def _leg_vanished(agent: Agent, signal: sig.LegVanished) -> Step:
    return _go(agent, signal.at, signal.reason or "leg vanished")


def _edit(agent: Agent, signal: sig.AgentEdited) -> Step:
    mode = PhoneMode.ON_HOOK if signal.on_hook_by_default else PhoneMode.NAILED_UP
    edited = changed(
        agent, name=signal.name, phone=signal.phone, mode=mode, campaign_id=signal.campaign_id,
        wrap_limit_s=signal.wrap_limit_s, ring_timeout_s=signal.ring_timeout_s,
    )  # fmt: skip
    return (edited if edited != agent else agent), ()


def _edit_in_session(agent: Agent, signal: sig.AgentEdited) -> Step:
    """Take over what changes nothing that runs: legs, a wrap-up, whose calls are taken."""
    limit_s = agent.wrap_limit_s if agent.state is AgentState.WRAP_UP else signal.wrap_limit_s
    edited = changed(agent, name=signal.name, wrap_limit_s=limit_s, ring_timeout_s=signal.ring_timeout_s)
    return (edited if edited != agent else agent), ()


# ---- calls ---------------------------------------------------------------------------------------------------------


def _reserve(agent: Agent, signal: sig.CallReserved) -> Step:
    agent = _to(agent, AgentState.RESERVED, signal.at, call_id=signal.call_id)
    return (agent, ()) if agent.mode is PhoneMode.NAILED_UP else _ring(agent)


def _reserve_paused(agent: Agent, signal: sig.CallReserved) -> Step:
    """Whoever pauses gets no calls, but may make one; the pause goes on after it."""
    if not signal.by_hand or agent.phone_away or agent.reason == PHONE_AWAY:
        return agent, ()
    return _reserve(changed(agent, then_pause=agent.reason), signal)


def _talk(agent: Agent, signal: sig.CallJoined) -> Step:
    return (_to(agent, AgentState.TALKING, signal.at) if signal.call_id == agent.call_id else agent), ()


def _call_over(agent: Agent, signal: sig.CallOver) -> Step:
    if signal.call_id != agent.call_id:
        return agent, ()
    hang_up: tuple[do.Command, ...] = ()
    if agent.mode is PhoneMode.ON_HOOK and agent.leg_id:
        hang_up = (do.HangUp(agent.leg_id),)
    if signal.talked and agent.wrap_limit_s > 0:
        return _to(agent, AgentState.WRAP_UP, signal.at), hang_up
    agent, commands = _next(agent, signal.at)
    return agent, (*hang_up, *commands)


def _next(agent: Agent, at: datetime) -> Step:
    """What follows a call: the pause or log-out asked for meanwhile, else the next call."""
    agent = changed(agent, call_id=None)
    if agent.then_log_out:
        return _go(agent, at, agent.then_log_out)
    if agent.then_pause:
        return _to(agent, AgentState.PAUSED, at, reason=agent.then_pause, then_pause=""), ()
    if agent.phone_away or (agent.mode is PhoneMode.NAILED_UP and not agent.leg_joined):
        return _to(agent, AgentState.PAUSED, at, reason=PHONE_AWAY), ()
    return _to(agent, AgentState.AVAILABLE, at, reason=""), ()


def _missed(agent: Agent, signal: sig.LegEnded) -> Step:
    """The phone did not answer, or was put down, while a call was reserved for it.

    An on-hook agent who misses a call is paused, so that the next caller does not ring an empty chair.
    """
    if signal.leg_id != agent.leg_id:
        return agent, ()
    if agent.mode is PhoneMode.NAILED_UP:
        return _go(agent, signal.at, "phone hung up")
    agent = changed(agent, leg_id=None, leg_joined=False, call_id=None)
    if agent.then_log_out:
        return _go(agent, signal.at, agent.then_log_out)
    return _to(agent, AgentState.PAUSED, signal.at, reason="missed call"), ()


def _hung_up_talking(agent: Agent, signal: sig.LegEnded) -> Step:
    """The agent put the phone down in a call. On-hook this is how one ends a call: wrap-up follows."""
    if signal.leg_id != agent.leg_id:
        return agent, ()
    if agent.mode is PhoneMode.NAILED_UP and not agent.phone_away:
        return _go(agent, signal.at, "phone hung up")
    return changed(agent, leg_id=None, leg_joined=False), ()


def _available(agent: Agent, signal: sig.AvailableAsked) -> Step:
    return _next(changed(agent, then_pause=""), signal.at)


def _wrap_over(agent: Agent, signal: sig.WrapOver) -> Step:
    return _next(agent, signal.at)


def _pause(agent: Agent, signal: sig.PauseAsked) -> Step:
    return _to(agent, AgentState.PAUSED, signal.at, reason=signal.reason, call_id=None), ()


def _pause_later(agent: Agent, signal: sig.PauseAsked) -> Step:
    return changed(agent, then_pause=signal.reason), ()


def _unpause_later(agent: Agent, _: sig.AvailableAsked) -> Step:
    return changed(agent, then_pause=""), ()


def _command_failed(agent: Agent, signal: sig.CommandFailed) -> Step:
    """A phone that cannot be rung or bridged is of no use; the rest is reported by its own signal."""
    if signal.gone or signal.command not in {"PlaceCall", "Join", "OpenBridge"}:
        return agent, ()
    return _go(agent, signal.at, f"{signal.command}: {signal.error}")


# ---- the table: one row per state ----------------------------------------------------------------------------------

_S = AgentState
_ANY_SESSION: _Row = {
    sig.LogOutAsked: _log_out,
    sig.PhoneLost: _phone_lost,
    sig.LegEnded: _leg_ended,
    sig.LegVanished: _leg_vanished,
    sig.CommandFailed: _command_failed,
    sig.LegEntered: _entered,
    sig.LegJoined: _joined,
    sig.BridgeGone: _bridge_gone,
    sig.AgentEdited: _edit_in_session,
}
_AT_WORK: _Row = {**_ANY_SESSION, sig.PhoneAway: _phone_away, sig.PhoneBack: _phone_back}
_ON_CALL: _Row = {
    **_AT_WORK,
    sig.CallOver: _call_over,
    sig.PauseAsked: _pause_later,
    sig.AvailableAsked: _unpause_later,
    sig.LogOutAsked: _log_out_on_call,
}
_ROWS: dict[AgentState, _Row] = {
    _S.OFFLINE: {sig.LogInAsked: _log_in, sig.AgentEdited: _edit},
    _S.CALLING: {**_ANY_SESSION, sig.LegJoined: _nailed, sig.PhoneAway: _phone_gone_at_log_in},
    _S.AVAILABLE: {**_AT_WORK, sig.CallReserved: _reserve, sig.PauseAsked: _pause},
    _S.RESERVED: {**_ON_CALL, sig.CallJoined: _talk, sig.LegEnded: _missed},
    _S.TALKING: {**_ON_CALL, sig.LegEnded: _hung_up_talking},
    _S.WRAP_UP: {**_AT_WORK, sig.WrapOver: _wrap_over, sig.AvailableAsked: _available, sig.PauseAsked: _pause},
    _S.PAUSED: {
        **_AT_WORK,
        sig.AvailableAsked: _available,
        sig.PauseAsked: _pause,
        sig.CallReserved: _reserve_paused,
    },
}
TABLE: dict[tuple[AgentState, type], Transition] = {
    (state, signal): transition for state, row in _ROWS.items() for signal, transition in row.items()
}

# What may come once more or too late in any state and then changes nothing.
REPEATS = (
    sig.LegRinging, sig.LegProgress, sig.LegAnswered, sig.LegEntered, sig.LegJoined, sig.LegLeft, sig.LegEnded,
    sig.LegHeld, sig.LegUnheld, sig.DigitPressed, sig.CallOver, sig.CallJoined, sig.CommandFailed, sig.AvailableAsked,
    sig.CallReserved, sig.WrapOver, sig.PhoneLost, sig.PhoneAway, sig.PhoneBack, sig.LogOutAsked, sig.LegVanished,
    sig.PlaybackEnded, sig.BridgeGone,
)  # fmt: skip
