"""A whole controller on a real exchange and the simulated carrier, with its own store: what end-to-end tests act on."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert
from tests.asterisk.support import until

from waihu.app import App, Plan, running
from waihu.services.lines import Trunk
from waihu.store import agents as stored_agents
from waihu.store import campaigns as stored_campaigns
from waihu.store import leads as stored_leads
from waihu.store.migrate import migrate
from waihu.store.store import Store
from waihu.telephony.exchange import Exchange
from waihu.telephony.switch import AmiAccess, AriAccess, AsteriskSwitch
from waihu.testing.factories import NOON, a_campaign, a_lead, an_agent
from waihu_models.agent import Agent, AgentState
from waihu_models.call import Call
from waihu_models.campaign import Campaign, CampaignState
from waihu_models.events import CallChanged
from waihu_models.ids import AgentId, CustomerId, new_id
from waihu_models.tables import CustomerPhoneRow, CustomerRow


@dataclass
class Seen:
    """Every call that was seen, as it was last."""

    calls: dict[str, Call]

    @classmethod
    def by(cls, app: App) -> "Seen":
        seen = cls({})
        app.bus.subscribe(CallChanged, lambda change: seen.calls.update({change.call.id: change.call}))
        return seen

    @property
    def ended(self) -> list[Call]:
        return [call for call in self.calls.values() if call.ended_at is not None]

    def by_behaviour(self) -> dict[str, Call]:
        """The calls by the last two digits dialled, which tell the carrier what to do."""
        return {call.number_e164[-2:]: call for call in self.calls.values()}


def switch_of(exchange: Exchange, recordings: Path, **changes: Any) -> AsteriskSwitch:
    ari = AriAccess(exchange.ari_url, exchange.ari_user, exchange.ari_password)
    ami = AmiAccess(exchange.ami_host, exchange.ami_port, exchange.ami_user, exchange.ami_password)
    sounds = exchange.config.sounds_dir
    assert sounds is not None
    media = {"safe-harbour": f"sound:{sounds}/en/safe-harbour", "all-busy": f"sound:{sounds}/en/all-busy"}
    trunks = [trunk.name for trunk in exchange.config.trunks]
    return AsteriskSwitch(ari, ami, recordings_dir=recordings, media=media, trunks=trunks, **changes)


def plan_of(exchange: Exchange, store_url: str, *, max_lines: int = 50, **changes: Any) -> Plan:
    recordings = exchange.config.recordings_dir
    assert recordings is not None
    return Plan(
        store_url=store_url,
        switch=changes.pop("switch", None) or switch_of(exchange, recordings),
        trunks=(Trunk("carrier", max_lines=max_lines, calls_per_s=50),),
        recordings=recordings,
        **changes,
    )


async def prepared(
    folder: Path, numbers: Iterable[str], *, agents: Iterable[Agent] = (), **rules: Any
) -> tuple[str, Campaign]:
    """Make a store with one campaign, its leads and agents; return its URL and the campaign."""
    url = f"sqlite+aiosqlite:///{folder / 'waihu.db'}"
    await migrate(url)
    store = await Store.open(url)
    try:
        campaign = a_campaign(**{"trunk": "carrier", "calls_per_s": 50.0, "ring_timeout_s": 4, **rules})
        await stored_campaigns.save_campaign(store, campaign)
        await stored_leads.add_leads(store, [a_lead(campaign, number) for number in numbers])
        for agent in agents:
            await stored_agents.add_agent(store, agent)
        return url, campaign
    finally:
        await store.close()


async def a_customer(store: Store, number: str) -> CustomerId:
    """Put somebody into the store who has this number."""
    customer_id = CustomerId(new_id())
    phone = {"customer_id": customer_id, "number_e164": number, "masked": "", "last4": number[-4:]}

    def work(connection: Connection) -> None:
        connection.execute(insert(CustomerRow), {"id": customer_id, "name": "Ada", "created_at": NOON})
        connection.execute(insert(CustomerPhoneRow), {"id": new_id(), **phone})

    await store.write(work)
    return customer_id


def some_agents(count: int, **changes: Any) -> list[Agent]:
    return [an_agent(f"agent{number}", **{"wrap_limit_s": 0.5, **changes}) for number in range(1, count + 1)]


async def written(app: App) -> Store:
    """Wait until everything that happened is in the database; return it."""
    await until(lambda: app.store.backlog == 0, 5.0, "all is stored")
    return app.store


async def logged_in(app: App) -> None:
    """Log everybody in and wait until they can take calls."""
    for agent in app.agents:
        app.agents.log_in(AgentId(agent.id))
    await until(lambda: all(agent.state is AgentState.AVAILABLE for agent in app.agents), 10.0, "agents log in")


@asynccontextmanager
async def controller(plan: Plan, **changes: Any) -> AsyncIterator[tuple[App, Seen]]:
    async with running(plan, **{"drain_s": 1.0, **changes}) as app:
        seen = Seen.by(app)
        await until(lambda: app.switch.reachable, 10.0, "the exchange is reached")
        yield app, seen


def running_campaign(**rules: Any) -> dict[str, Any]:
    return {"state": CampaignState.RUNNING, **rules}
