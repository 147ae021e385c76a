"""``waihu user``: who may log in to the console."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import RowMapping

from waihu import settings
from waihu.cli.opened import by_shell, with_settings, with_store
from waihu.cli.options import SettingsFile
from waihu.clock import SystemClock
from waihu.services.log_ins import LINK_HOURS, LogIns, NewAccount
from waihu.settings import WebSettings
from waihu.store import accounts as stored
from waihu.store.store import Store
from waihu_models.access import Role
from waihu_models.errors import NotFound
from waihu_models.ids import AgentId

app = typer.Typer(help="Make, show and disable users of the console.", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="Log-in name.")]

T = TypeVar("T")


def link_to(web: WebSettings, token: str) -> str:
    """Return what is opened in a browser to follow a one-time link."""
    scheme = "https" if web.certificate else "http"
    return f"{web.public_url or f'{scheme}://{web.host}:{web.port}'}/setup?token={token}"


async def _with_log_ins(store: Store, work: Callable[[LogIns], Awaitable[T]]) -> T:
    log_ins = LogIns(store, SystemClock())
    try:
        return await work(log_ins)
    finally:
        log_ins.close()


@app.command()
def add(
    login: Login,
    settings_file: SettingsFile = None,
    role: Annotated[Role, typer.Option(help="What they are.")] = Role.AGENT,
    name: Annotated[str, typer.Option(help="Name for people.")] = "",
    agent: Annotated[str, typer.Option(help="Id of the agent they work as.")] = "",
    team: Annotated[str, typer.Option(help="Name of their team.")] = "",
) -> None:
    """Make a user, and print the one-time link by which they choose a password."""

    async def work(store: Store) -> str:
        team_id = await _team(store, team) if team else None
        agent_id = AgentId(agent) if agent else None
        account = NewAccount(login=login, role=role, name=name, team_id=team_id, agent_id=agent_id)

        async def made(log_ins: LogIns) -> str:
            return await log_ins.password_link(await log_ins.add(account, by_shell()))

        return await _with_log_ins(store, made)

    _say_link(settings_file, work)


@app.command()
def link(login: Login, settings_file: SettingsFile = None) -> None:
    """Print a one-time link for a new password; while there is no user, one for the first administrator."""

    async def work(store: Store) -> str:
        async def made(log_ins: LogIns) -> str:
            return await log_ins.first_link() or await log_ins.password_link((await _account(store, login))["id"])

        return await _with_log_ins(store, made)

    _say_link(settings_file, work)


def _say_link(settings_file: SettingsFile, work: Callable[[Store], Awaitable[str]]) -> None:
    chosen = settings.load(settings_file)
    token = with_settings(chosen, work)
    typer.echo(f"Open this once, within {LINK_HOURS} hours:\n{link_to(chosen.web, token)}")


@app.command()
def disable(login: Login, settings_file: SettingsFile = None) -> None:
    """Let a user in no more; who is logged in is out within seconds."""

    async def work(store: Store) -> None:
        row = await _account(store, login)
        await stored.change_account(store, row["id"], row["version"], {"disabled": True}, by_shell())
        await stored.end_log_ins(store, user_id=row["id"])

    with_store(settings_file, work)
    typer.echo(f"User {login} is disabled.")


@app.command("list")
def list_(settings_file: SettingsFile = None) -> None:
    """Show all users."""
    table = Table("login", "name", "role", "agent", "state")
    rows = with_store(settings_file, stored.accounts)
    for row in rows:
        state = "disabled" if row["disabled"] else "" if row["password_hash"] else "no password yet"
        table.add_row(row["login"], row["name"], row["role"], row["agent_id"] or "", state)
    Console().print(table if rows else "There are no users. Start the program: it prints a link for the first one.")


async def _account(store: Store, login: str) -> RowMapping:
    row = await stored.account_named(store, login)
    if row is None:
        raise NotFound(f"there is no user {login!r}: see waihu user list")
    return row


async def _team(store: Store, name: str) -> str:
    known = {row["name"]: str(row["id"]) for row in await stored.teams(store)}
    if name not in known:
        raise NotFound(f"there is no team {name!r}; known: {', '.join(known) or 'none'}")
    return known[name]
