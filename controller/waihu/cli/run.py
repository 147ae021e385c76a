"""``waihu run``: the controller, until it is told to stop."""

import asyncio
import signal
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Annotated

import structlog
import typer

from waihu import log as logging
from waihu import paths, settings
from waihu.cli.heartbeat import beat, forget
from waihu.cli.only_one import only_one
from waihu.cli.options import SettingsFile, store_url
from waihu.settings import Settings
from waihu_models.errors import Conflict
from waihu_models.ids import AgentId

if TYPE_CHECKING:
    from waihu.app import App

log = structlog.get_logger()


def run(
    settings_file: SettingsFile = None,
    leave_calls: Annotated[
        bool, typer.Option(help="At the end leave exchange, calls and agents as they are; the next start adopts them.")
    ] = False,
    drain_s: Annotated[float, typer.Option(min=0, help="Seconds people may finish talking in at the end.")] = 10.0,
) -> None:
    """Run exchange and controller; Ctrl-C or SIGTERM ends them cleanly."""
    chosen = settings.load(settings_file)
    origins = settings.given(settings_file)
    logging.configure(chosen.log.level, json=chosen.log.json, personal=chosen.log.personal)
    with only_one(paths.var(), "controller"):
        try:
            asyncio.run(_run(chosen, origins, leave_calls=leave_calls, drain_s=drain_s))
        finally:
            forget()


async def _run(base: Settings, origins: dict[str, str], *, leave_calls: bool, drain_s: float) -> None:
    from waihu.app import running
    from waihu.cli.assembly import managed_exchange, plan
    from waihu.cli.kept import as_kept, kept_dialplan
    from waihu.cli.people import agents_of_settings
    from waihu.store.migrate import migrate

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if not base.store.url:
        await migrate(store_url(base))  # our own file: made and kept up to date without being asked
    # Before the exchange: it has to begin with every trunk and phone, or calls on them would end when it is adopted.
    chosen = await as_kept(base, origins)
    logging.set_level(chosen.log.level)
    begun = await kept_dialplan(chosen)
    async with managed_exchange(chosen, leave_running=leave_calls, own_dialplans=begun.own) as exchange:
        built = plan(chosen, exchange, base, origins, begun.set_aside)
        await agents_of_settings(built.store_url, chosen.agents, built.clock)
        async with running(built, drain_s=drain_s, leave_calls=leave_calls) as app:
            app.tasks.forever(partial(beat, app), "heartbeat")
            if exchange is not None:
                app.tasks.forever(exchange.watch, "exchange")
            app.tasks.start(_log_in(app, chosen), "log-in at start")
            await _say_where(app)
            await stop.wait()
            log.info("controller_stops", live_calls=len(app.calls), leave_calls=leave_calls)


async def _say_where(app: "App") -> None:
    """Print where the console is, and how the first administrator is made."""
    if not app.address:
        return
    log.info("console_served", address=app.address)
    token = await app.log_ins.first_link()
    if token is not None:
        typer.echo(
            f"There are no users yet. Open this once to make the administrator:\n{app.address}/setup?token={token}"
        )


async def _log_in(app: "App", chosen: Settings) -> None:
    while not await app.reached(60.0):
        log.warning("exchange_not_reached_yet")
    for agent in chosen.agents:
        if agent.log_in_at_start:
            with suppress(Conflict):  # adopted from the run before
                app.agents.log_in(AgentId(agent.id))
