"""A whole controller on the fake exchange, in virtual time, with a real store: what tests of the services act on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client import Counter

from waihu.app import App, Plan, running
from waihu.services.lines import Trunk
from waihu.services.office import OfficePlan
from waihu.services.report import Report, build_report
from waihu.settings import Settings
from waihu.store import agents as stored_agents
from waihu.store import calls as stored_calls
from waihu.store import campaigns as stored_campaigns
from waihu.store import leads as stored_leads
from waihu.telephony.spoken_sounds import SpeakingPlan
from waihu.testing.factories import NOON, a_campaign, a_lead, an_agent
from waihu.testing.fake_speaker import FakeSpeaker
from waihu.testing.fake_switch import FakeSwitch
from waihu.testing.virtual_loop import VirtualClock
from waihu.testing.waiting import until
from waihu_models import commands as do
from waihu_models.agent import Agent, AgentState
from waihu_models.call import Call, CallState
from waihu_models.campaign import Campaign, DialMode
from waihu_models.events import AgentChanged, CallChanged
from waihu_models.ids import AgentId
from waihu_models.lead import Lead

LINE = Trunk("carrier", max_lines=50, calls_per_s=50)
FIRST, SECOND = AgentId("agent1"), AgentId("agent2")


def numbers(count: int, behaviour: str = "99", ring: int = 0) -> list[str]:
    """Different numbers that all behave alike (see ``far_ends``); ``ring`` half seconds of ringing."""
    return [f"+4416329{index:03d}{ring}{behaviour}" for index in range(count)]


def some_agents(count: int, **changes: Any) -> list[Agent]:
    return [an_agent(f"agent{number}", **{"wrap_limit_s": 5.0, **changes}) for number in range(1, count + 1)]


@dataclass
class World:
    """The running controller, everything around it, and every call and agent as it moved."""

    app: App
    switch: FakeSwitch
    campaign: Campaign
    url: str
    calls: dict[str, Call] = field(default_factory=dict)
    moves: list[CallChanged] = field(default_factory=list)
    agent_moves: list[AgentChanged] = field(default_factory=list)

    def watch(self) -> None:
        self.app.bus.subscribe(CallChanged, self._call_changed)
        self.app.bus.subscribe(AgentChanged, self.agent_moves.append)

    def _call_changed(self, change: CallChanged) -> None:
        self.calls[change.call.id] = change.call
        self.moves.append(change)

    # ---- looking ---------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.app.clock.now()

    @property
    def call(self) -> Call:
        """The one call there is."""
        (call,) = self.calls.values()
        return call

    @property
    def placed(self) -> list[tuple[float, do.PlaceCall]]:
        """Calls to customers the exchange was asked for, and when."""
        return [
            (at, command)
            for at, command in self.switch.given
            if isinstance(command, do.PlaceCall) and isinstance(command.address, do.TrunkAddress)
        ]

    def in_state(self, *states: CallState) -> list[Call]:
        return [call for call in self.calls.values() if call.state in states]

    @property
    def ended(self) -> list[Call]:
        return self.in_state(CallState.ENDED)

    def agent(self, agent_id: AgentId = FIRST) -> Agent:
        return self.app.agents.get(agent_id)

    def count(self, counter: Counter) -> float:
        """What a counter stands at, over all its labels."""
        return sum(sample.value for metric in counter.collect() for sample in metric.samples if "_total" in sample.name)

    async def lead(self, call: Call) -> Lead:
        assert call.lead_id is not None
        await self.written()
        return await stored_leads.lead_by_id(self.app.store, call.lead_id)

    async def written(self) -> None:
        """Wait until everything that happened is in the database."""
        await self.until(lambda: self.app.store.backlog == 0, 5.0)

    async def stored(self, call: Call) -> Call:
        await self.written()
        return await stored_calls.call_by_id(self.app.store, call.id)

    async def report(self) -> Report:
        await self.written()
        return await build_report(self.app.store, clock=self.app.clock)

    # ---- acting ----------------------------------------------------------------------------------------------------

    async def until(self, reached: Callable[[], Any], limit_s: float = 30.0, what: str = "") -> Any:
        return await until(reached, limit_s, what)

    async def after(self, seconds: float) -> None:
        """Let virtual time pass, in which everything happens that is to happen."""
        await asyncio.sleep(seconds)

    async def log_in(self, *agent_ids: AgentId) -> None:
        """Log agents in, all by default, and wait until they can take calls."""
        for agent_id in agent_ids or [agent.id for agent in self.app.agents]:
            self.app.agents.log_in(agent_id)
            await until(lambda: self.agent(agent_id).state is AgentState.AVAILABLE, 10.0, "logged in")  # noqa: B023

    async def dial(self) -> None:
        await self.app.dialling.start(self.campaign.name)

    async def connected(self, count: int = 1) -> list[Call]:
        """Wait until so many customers talk with an agent at once."""
        await until(lambda: len(self.in_state(CallState.CONNECTED)) >= count, 60.0, f"{count} connected")
        return self.in_state(CallState.CONNECTED)


async def fill(app: App, campaign: Campaign, leads: Iterable[str], agents: Sequence[Agent]) -> None:
    """Put a campaign with its leads, and agents, into the store of a running controller."""
    await stored_campaigns.save_campaign(app.store, campaign)
    await stored_leads.add_leads(app.store, [a_lead(campaign, number, zone="Europe/London") for number in leads])
    for agent in agents:
        await stored_agents.add_agent(app.store, agent)
        app.agents.add(agent)


@asynccontextmanager
async def controller(
    url: str, campaign: Campaign, switch: FakeSwitch, *, trunks: tuple[Trunk, ...] = (LINE,), **given: Any
) -> AsyncIterator[World]:
    """Run a controller on a store, new or used."""
    folder = Path(url.removeprefix("sqlite+aiosqlite:///")).parent / "recordings"
    clock = given.pop("clock", None) or VirtualClock()
    plan = Plan(
        store_url=url, switch=switch, trunks=trunks, recordings=folder, min_free_bytes=0, clock=clock,
        rules=given.pop("rule_folders", ()), speaking=given.pop("speaking", None),
        office=OfficePlan(settings=given.pop("settings", Settings())),
    )  # fmt: skip
    async with running(plan, **{"drain_s": 0.0, **given}) as app:
        world = World(app, switch, campaign, url)
        world.watch()
        await until(lambda: app.switch.reachable)
        yield world


@asynccontextmanager
async def world(
    database: Path,
    leads: Iterable[str] = (),
    *,
    agents: Sequence[Agent] | int = 1,
    start: datetime = NOON,
    trunks: tuple[Trunk, ...] = (LINE,),
    fake: dict[str, Any] | None = None,
    leave_calls: bool = False,
    rule_folders: tuple[Path, ...] = (),
    phones: Iterable[str] = (),
    speaker: FakeSpeaker | None = None,
    plan: dict[str, Any] | None = None,
    **rules: Any,
) -> AsyncIterator[World]:
    """A new world: nobody is logged in and nothing is dialled yet; ``rules`` are fields of the campaign.

    With ``leave_calls`` it ends as if killed: every call and agent stays as it is.
    """
    team = some_agents(agents) if isinstance(agents, int) else agents
    clock = VirtualClock(start)
    standard = {"trunk": "carrier", "calls_per_s": 50.0, "mode": DialMode.PROGRESSIVE}
    campaign = a_campaign(**{**standard, **rules})
    recordings = database.parent / "recordings"
    recordings.mkdir(exist_ok=True)
    names = [trunk.name for trunk in trunks]
    phones = {agent.phone for agent in team} | set(phones)
    switch = FakeSwitch(clock, trunks=names, phones=phones, recordings_dir=recordings, **(fake or {}))
    url = f"sqlite+aiosqlite:///{database}"
    given = {"clock": clock, "leave_calls": leave_calls, "rule_folders": rule_folders, **(plan or {})}
    given["speaking"] = SpeakingPlan(speaker=speaker or FakeSpeaker(), folder=database.parent / "spoken")
    async with controller(url, campaign, switch, trunks=trunks, **given) as made:
        await fill(made.app, campaign, leads, team)
        yield made
