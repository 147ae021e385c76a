"""A whole controller whose agents work in browsers, with the server of their page in the same loop."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.asterisk.scenes import place
from tests.asterisk.support import until
from tests.asterisk.world import Seen, controller, plan_of, prepared, switch_of
from tests.browser.page import PageServer

from waihu.app import App
from waihu.services.web_phones import WebPhones
from waihu.telephony.exchange import Exchange
from waihu.telephony.web_phones import AriWebPhones
from waihu.testing.factories import an_agent
from waihu_models import signals as sig
from waihu_models.agent import Agent, AgentState, PhoneMode
from waihu_models.call import Call, CallState
from waihu_models.events import SwitchChanged
from waihu_models.ids import AgentId, web_phone

USER = "0190" + "a" * 28
ANN, BEN = AgentId("ann"), AgentId("ben")  # in a browser, and at the phone agent1 of the carrier


def team(**changes: Any) -> list[Agent]:
    """Ann, who works in a browser, and Ben."""
    given = {"wrap_limit_s": 0.0, "ring_timeout_s": 8, **changes}
    return [an_agent(ANN, phone=web_phone(USER), **given), an_agent(BEN, phone="agent1", **given)]


@dataclass
class Office:
    """A running controller and its pages."""

    app: App
    seen: Seen
    phones: WebPhones
    pages: PageServer
    exchange: Exchange

    def agent(self, agent_id: AgentId = ANN) -> Agent:
        return self.app.agents.get(agent_id)

    async def is_in(self, state: AgentState, agent_id: AgentId = ANN, timeout_s: float = 10.0) -> Agent:
        await until(lambda: self.agent(agent_id).state is state, timeout_s, f"{agent_id} is {state}")
        return self.agent(agent_id)

    async def log_in(self, agent_id: AgentId = ANN, mode: PhoneMode = PhoneMode.NAILED_UP) -> None:
        """Log in as the console does: on a phone that is there."""
        assert await self.app.agents.watch.arrived(self.agent(agent_id).phone, 5.0)
        self.app.agents.log_in(agent_id, mode=mode)
        await self.is_in(AgentState.AVAILABLE, agent_id)

    async def reached(self, call: Call, state: CallState, timeout_s: float = 10.0) -> Call:
        what = f"{call.number_e164} is {state}"
        await until(lambda: call.id in self.seen.calls and self.seen.calls[call.id].state is state, timeout_s, what)
        return self.seen.calls[call.id]

    async def talk(self, number: str) -> Call:
        """Call a number of the carrier until an agent has it."""
        return await self.reached(place(self.app, number), CallState.CONNECTED)

    def end(self, call: Call) -> None:
        self.app.calls.ask(call.id, sig.HangUpAsked(self.app.clock.now(), "agent"))


async def store_of(folder: Path, agents: Iterable[Agent]) -> str:
    """Make a store with agents; return its URL."""
    return (await prepared(folder, [], agents=agents))[0]


@asynccontextmanager
async def office(
    exchange: Exchange, store_url: str, jssip: str, *, port: int = 0, **given: Any
) -> AsyncIterator[Office]:
    """Run a controller on a store, and its pages on a port."""
    recordings = exchange.config.recordings_dir
    assert recordings is not None
    switch = switch_of(exchange, recordings)
    plan = plan_of(exchange, store_url, switch=switch)
    async with controller(plan, **{"drain_s": 0.1, **given}) as (app, seen):
        agents = app.agents

        def in_use(phone: str) -> bool:
            return any(agent.phone == phone and agent.state is not AgentState.OFFLINE for agent in agents)

        phones = WebPhones(AriWebPhones(switch.ari), watch=agents.watch, bus=app.bus, clock=app.clock, in_use=in_use)
        app.bus.publish(SwitchChanged(True, app.clock.now()))
        app.tasks.forever(phones.follow, "web phones")
        async with PageServer.serving(jssip, exchange.sip_ws_url, phones, port) as pages:
            phones.cut_off = pages.proxy.drop
            yield Office(app, seen, phones, pages, exchange)
