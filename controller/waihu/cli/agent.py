"""``waihu agent``: make and show agents."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from waihu.cli.opened import by_shell, with_store
from waihu.cli.options import SettingsFile
from waihu.clock import SystemClock
from waihu.store import agents as stored
from waihu.store.campaigns import campaign_named
from waihu.store.store import Store
from waihu_models.agent import Agent, PhoneMode
from waihu_models.errors import Conflict
from waihu_models.ids import AgentId

app = typer.Typer(help="Make and show agents.", no_args_is_help=True)


@app.command()
def add(
    agent_id: Annotated[str, typer.Argument(help="Short id, letters and digits, e.g. 1001.")],
    settings_file: SettingsFile = None,
    name: Annotated[str, typer.Option(help="Name for people.")] = "",
    phone: Annotated[str, typer.Option(help="Phone the agent works on.")] = "",
    mode: Annotated[PhoneMode, typer.Option(help="One open leg, or rung for each call.")] = PhoneMode.NAILED_UP,
    campaign: Annotated[str, typer.Option(help="Take only this campaign's calls.")] = "",
    wrap_limit_s: Annotated[float, typer.Option(min=0, help="Seconds after which wrap-up ends by itself.")] = 30.0,
) -> None:
    """Make an agent."""

    async def work(store: Store) -> None:
        if any(known.id == agent_id for known in await stored.agents(store)):
            raise Conflict(f"there is an agent {agent_id!r} already")
        campaign_id = (await campaign_named(store, campaign)).id if campaign else None
        await stored.add_agent(
            store,
            Agent(
                id=AgentId(agent_id),
                name=name or agent_id,
                phone=phone,
                mode=mode,
                campaign_id=campaign_id,
                wrap_limit_s=wrap_limit_s,
                state_since=SystemClock().now(),
            ),
            by_shell(),
        )

    with_store(settings_file, work)
    typer.echo(f"Agent {agent_id} is made.")


@app.command("list")
def list_(settings_file: SettingsFile = None) -> None:
    """Show all agents and what they are doing."""
    table = Table("agent", "name", "phone", "mode", "state", "since")
    agents = with_store(settings_file, stored.agents)
    for agent in agents:
        since = agent.state_since.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(agent.id, agent.name, agent.phone, str(agent.mode), str(agent.state), since)
    Console().print(table if agents else "There are no agents. Next: waihu agent add ID --phone PHONE")
