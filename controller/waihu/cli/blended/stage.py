"""What the steps of the scenario work with: the controller, two carriers, and what has been seen of calls."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from waihu.app import App
from waihu.store.audit import By
from waihu.telephony.carrier import Carrier
from waihu.telephony.exchange import Exchange
from waihu_models import signals as sig
from waihu_models.agent import AgentState
from waihu_models.call import Call, CallState, Direction
from waihu_models.errors import NotFound
from waihu_models.events import AlertRaised, CallChanged
from waihu_models.ids import AgentId, CallId

Found = TypeVar("Found")

OURS = "441632960999"
HANDS = "scenario"
"""The log-in of the administrator who changes templates."""
LIMIT_S = 30.0
_POLL_S = 0.05


class NotSeen(Exception):
    """A step did not show what it is there to show; says what was missing."""


@dataclass
class Stage:
    """The running house.

    Attributes:
        north: The carrier that is going to fail.
        carrier: The other one, where callers and phones live.
        admin_password: Of the administrator who changes templates through the console's API.
        calls: As they are now.
        alerts: Codes, in the order in which they were raised.
    """

    app: App
    exchange: Exchange
    carrier: Carrier
    north: Carrier
    admin_password: str
    calls: dict[CallId, Call] = field(default_factory=dict)
    alerts: list[AlertRaised] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin to look."""
        self.app.bus.subscribe(CallChanged, self._call_changed)
        self.app.bus.subscribe(AlertRaised, self.alerts.append)

    def _call_changed(self, change: CallChanged) -> None:
        self.calls[change.call.id] = change.call

    @property
    def by(self) -> By:
        """Who does it, for the audit log."""
        return By("demo", self.app.clock.now())

    # ---- callers ---------------------------------------------------------------------------------------------------

    async def call_in(self, caller: str, phone: str = "") -> Call:
        """Let somebody call us, and return the call as soon as it has been answered.

        Args:
            caller: The number that is shown.
            phone: A phone of the simulated carrier that speaks for the caller; "": a person who talks.
        """
        known = set(self.calls)
        await self.carrier.call_in(f"{self.exchange.host}:{self.exchange.sip_port}", OURS, caller, phone=phone)

        def answered() -> Call | None:
            new = (call for call in self.calls.values() if call.id not in known)
            return next((c for c in new if c.direction is Direction.INBOUND and c.answered_at is not None), None)

        return await self.until(answered, f"the call of {caller} is answered")

    async def connected(self, call: Call) -> Call:
        """Return a call once customer and agent talk."""
        return await self.until(lambda: self._in(call, CallState.CONNECTED), f"{call.number_e164} talks with an agent")

    async def hang_up(self, call: Call, judged: str = "sale") -> Call:
        """Let the agent hang up and judge a call; return it as it ended."""
        now = self.calls[call.id]
        self.app.calls.post(call.id, sig.HangUpAsked(self.app.clock.now(), "agent"))
        await self.until(lambda: self.calls[call.id].hung_up_at, f"{call.number_e164} has been hung up")
        if now.agent_id is not None and self.calls[call.id].ended_at is None:
            self.app.calls.post(call.id, self.app.agents.judgement(now.agent_id, judged, "demo", None))
            self.app.agents.available(now.agent_id)
        return await self.until(lambda: self._in(call, CallState.ENDED), f"{call.number_e164} is over")

    async def clear(self) -> None:
        """End whatever a step has left that broke off."""
        for name in list(self.app.dialling.loops.values()):
            await self.app.dialling.pause(name.campaign.name)
        for call in [call for call in self.calls.values() if call.ended_at is None]:
            with suppress(NotSeen):
                await self.hang_up(call)

    def _in(self, call: Call, state: CallState) -> Call | None:
        now = self.calls[call.id]
        return now if now.state is state else None

    # ---- agents ----------------------------------------------------------------------------------------------------

    async def only(self, *agents: str) -> None:
        """Let these agents be available, and all others pause."""
        here = [agent.id for agent in self.app.agents if agent.state is not AgentState.OFFLINE]
        others = [agent_id for agent_id in here if agent_id not in agents]
        for agent_id in here:
            if agent_id in agents:
                self.app.agents.available(agent_id)
            else:
                self.app.agents.pause(agent_id, "break")
        await self.until(lambda: all(self.state_of(a) is AgentState.AVAILABLE for a in agents), "agents are available")
        await self.until(lambda: all(self.state_of(a) is AgentState.PAUSED for a in others), "the others pause")

    def state_of(self, agent_id: str) -> AgentState:
        """Return the state of an agent."""
        return self.app.agents.get(AgentId(agent_id)).state

    # ---- looking ---------------------------------------------------------------------------------------------------

    async def until(self, look: Callable[[], Found | None], what: str, limit_s: float = LIMIT_S) -> Found:
        """Return what is looked for, as soon as it is there.

        Raises:
            NotSeen: it did not come in time.
        """
        ends_s = self.app.clock.monotonic() + limit_s
        while self.app.clock.monotonic() < ends_s:
            found = look()
            if found:
                return found
            await asyncio.sleep(_POLL_S)
        raise NotSeen(f"not within {limit_s:.0f} s: {what}")

    async def eventually(self, read: Callable[[], Awaitable[Found]], what: str, limit_s: float = LIMIT_S) -> Found:
        """Return what is read from the store, as soon as it is written.

        Raises:
            NotSeen: it was not written in time.
        """
        ends_s = self.app.clock.monotonic() + limit_s
        while True:
            try:
                return await read()
            except NotFound:
                if self.app.clock.monotonic() >= ends_s:
                    raise NotSeen(f"not within {limit_s:.0f} s: {what}") from None
            await asyncio.sleep(_POLL_S)


def require(held: object, what: str) -> None:
    """Go on only where something holds.

    Raises:
        NotSeen: it does not.
    """
    if not held:
        raise NotSeen(what)
