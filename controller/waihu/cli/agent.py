"""``waihu agent``: make and show agents."""

from dataclasses import replace
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from waihu.cli.opened import by_shell, with_store
from waihu.cli.options import SettingsFile
from waihu.cli.skills import levels_of, levels_text
from waihu.clock import SystemClock
from waihu.services.queue_checks import check_abilities
from waihu.store import agents as stored
from waihu.store import queues
from waihu.store.campaigns import campaign_named
from waihu.store.store import Store
from waihu_models.agent import Agent, PhoneMode
from waihu_models.errors import Conflict, NotFound
from waihu_models.ids import AgentId
from waihu_models.queue import Abilities

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


@app.command()
def skills(
    agent_id: Annotated[str, typer.Argument(help="Id of the agent.")],
    settings_file: SettingsFile = None,
    queue: Annotated[list[str] | None, typer.Option(help="A queue; give it for each, or '' for none.")] = None,
    skill: Annotated[list[str] | None, typer.Option(help="A skill, e.g. loans=5; for each, or '' for none.")] = None,
    blended: Annotated[
        bool | None, typer.Option("--blended/--not-blended", help="Whether calls of campaigns are taken as well.")
    ] = None,
) -> None:
    """Show which queues an agent belongs to, and their skills with levels of 1 to 10; or set them."""
    given: dict[str, Any] = {} if blended is None else {"blended": blended}
    given |= {} if queue is None else {"queues": frozenset(queue) - {""}}
    given |= {} if skill is None else {"skills": levels_of(skill)}

    async def work(store: Store) -> Abilities:
        known = [one.name for one in await queues.queues(store)]

        def change(able: Abilities) -> Abilities:
            able = replace(able, **given)
            check_abilities(able, known)
            return able

        if given:
            await queues.change_abilities(store, AgentId(agent_id), change, by_shell())
        able = await queues.abilities(store)
        if agent_id not in able:
            raise NotFound(f"there is no agent {agent_id!r}")
        return able[AgentId(agent_id)]

    able = with_store(settings_file, work)
    typer.echo(f"queues: {', '.join(sorted(able.queues)) or 'none'}")
    typer.echo(f"skills: {levels_text(able.skills) or 'none'}")
    typer.echo(f"calls of campaigns: {'yes' if able.blended else 'no'}")


@app.command("list")
def list_(settings_file: SettingsFile = None) -> None:
    """Show all agents and what they are doing."""
    table = Table("agent", "name", "phone", "mode", "state", "since")
    agents = with_store(settings_file, stored.agents)
    for agent in agents:
        since = agent.state_since.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(agent.id, agent.name, agent.phone, str(agent.mode), str(agent.state), since)
    Console().print(table if agents else "There are no agents. Next: waihu agent add ID --phone PHONE")
