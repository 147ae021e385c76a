"""``waihu dialplan``: templates, looked at, changed, taken back. A running controller does the changing."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from waihu import settings
from waihu.cli.assembly import exchange_config, places
from waihu.cli.heartbeat import read_heartbeat
from waihu.cli.opened import by_shell, with_settings
from waihu.cli.options import Language, SettingsFile, language
from waihu.clock import SystemClock
from waihu.dialplan.finding_words import chinese, english
from waihu.dialplan.variables import Value
from waihu.services.dialplan_change import DialplanChange, DialplanTools
from waihu.services.dialplan_shelf import DialplanShelf, own_of
from waihu.services.exchange_desk import ExchangeDesk
from waihu.store import dialplan as stored
from waihu.store.store import Store
from waihu.telephony.exchange_config import ExchangeConfig
from waihu.telephony.install import find_install
from waihu.telephony.trial import try_dialplan
from waihu_models.dialplan import Finding, TemplateVersion, VersionState, Wish, has_errors
from waihu_models.errors import BadInput, Conflict, ExchangeFailed

T = TypeVar("T")
app = typer.Typer(help="Look at dialplan templates, change them, take changes back.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="TEMPLATE", help="Name of the template, e.g. inbound.")]
File = Annotated[
    Path | None, typer.Option("--file", "-f", exists=True, dir_okay=False, help="The template as it shall become.")
]
Set = Annotated[list[str] | None, typer.Option("--set", help="A variable of it: echo_limit_s=60; give it for each.")]
Number = Annotated[int | None, typer.Option("--version", min=0, help="Number of a version; 0: as it is shipped.")]
PATIENCE_S, LOOK_S = 120.0, 0.3
ALIVE_S = 20.0


class _AtRest:
    """An exchange as a command sees it: what it is told is known, and only the controller tells it anything."""

    def __init__(self, config: ExchangeConfig) -> None:
        self.config = config

    async def apply(self, config: ExchangeConfig) -> None:
        raise ExchangeFailed(f"only the controller tells the exchange anything: {config.directory}")

    def remember(self, config: ExchangeConfig) -> None:
        self.config = config

    async def refused(self) -> list[str]:
        return []

    async def cli(self, command: str, timeout_s: float = 10.0) -> str:
        raise ExchangeFailed(f"{command!r} is not asked by a command: {timeout_s:g} s")


def _work(settings_file: Any, work: Callable[[DialplanShelf, Store], Awaitable[T]], *, trial: bool = False) -> T:
    chosen = settings.load(settings_file)

    async def opened(store: Store) -> T:
        at = places(chosen)
        config = exchange_config(chosen, at, at.sounds)
        own = own_of(await stored.in_force(store))
        exchange = _AtRest(replace(config, own_dialplans=own)) if chosen.exchange.managed else None
        attempt = None
        if trial and (install := find_install(at.rootfs)) is not None:

            async def attempt(config: ExchangeConfig) -> Any:
                apart = replace(config, directory=at.exchange.with_name("dialplan-check"))
                return await try_dialplan(install, apart)

        change = DialplanChange(ExchangeDesk(exchange), DialplanTools(attempt=attempt), lambda _code, _text: None)
        return await work(DialplanShelf(store, change, SystemClock()), store)

    return with_settings(chosen, opened)


@app.command("list")
def list_(settings_file: SettingsFile = None) -> None:
    """Show the templates, and which version of each runs."""

    async def work(shelf: DialplanShelf, _: Store) -> list[tuple[str, ...]]:
        rows: list[tuple[str, ...]] = []
        for one in await shelf.all():
            newest = (await shelf.history(one.name))[0]
            latest = f"{newest.number} {newest.state}" if newest.number else "–"
            rows.append((one.name, str(one.number or "shipped"), latest, newest.author if newest.number else "–"))
        return rows

    table = Table("template", "runs", "newest version", "by")
    for row in _work(settings_file, work):
        table.add_row(*row)
    Console().print(table)


@app.command("render")
def render(
    name: Name, settings_file: SettingsFile = None, file: File = None, number: Number = None, values: Set = None,
    campaign: Annotated[str, typer.Option(help="Id of a campaign whose values are used.")] = "",
) -> None:  # fmt: skip
    """Print what a template is rendered to."""

    async def work(shelf: DialplanShelf, _: Store) -> tuple[str, tuple[Finding, ...]]:
        text, given = await _meant(shelf, name, file, number, values)
        looked = await shelf.preview(name, text, given, campaign)
        return looked.rendered[name].text if name in looked.rendered else "", looked.findings

    text, findings = _work(settings_file, work)
    if not text:
        _say(findings)
        raise typer.Exit(1)
    typer.echo(text, nl=False)


@app.command("check")
def check(
    name: Annotated[str, typer.Argument(metavar="[TEMPLATE]", help="One template; none: all as they run.")] = "",
    settings_file: SettingsFile = None, file: File = None, number: Number = None, values: Set = None,
    trial: Annotated[bool, typer.Option(help="Let a throw-away Asterisk read it, too.")] = True,
) -> None:  # fmt: skip
    """Look for mistakes; ends with 1 if one keeps the template from the exchange."""

    async def work(shelf: DialplanShelf, _: Store) -> tuple[Finding, ...]:
        first = name or (await shelf.all())[0].name
        text, given = await _meant(shelf, first, file, number, values)
        return await shelf.checked(first, text, given, trial=trial)

    findings = _work(settings_file, work, trial=trial)
    _say(findings)
    if has_errors(findings):
        raise typer.Exit(1)
    typer.echo("Nothing keeps it from the exchange.")


@app.command("diff")
def diff(
    name: Name, settings_file: SettingsFile = None, file: File = None, number: Number = None, values: Set = None
) -> None:
    """Show what differs from what runs: the template, then what it is rendered to."""

    async def work(shelf: DialplanShelf, _: Store) -> str:
        text, given = await _meant(shelf, name, file, number, values)
        found = await shelf.difference(name, text, given)
        return "\n".join(part for part in (found.source, found.rendered) if part)

    typer.echo(_work(settings_file, work) or "Nothing differs.")


@app.command("history")
def history(name: Name, settings_file: SettingsFile = None) -> None:
    """Show the versions of a template: who made them, why, and what became of them."""

    async def work(shelf: DialplanShelf, _: Store) -> list[TemplateVersion]:
        return await shelf.history(name)

    table = Table("version", "state", "since", "by", "reason", "findings")
    for one in _work(settings_file, work):
        since = f"{one.state_at:%Y-%m-%d %H:%M:%S}" if one.number else "–"
        table.add_row(
            str(one.number or "shipped"), str(one.state), since, one.author, one.reason, str(len(one.findings))
        )
    Console().print(table)


@app.command("apply")
def apply(
    name: Name,
    settings_file: SettingsFile = None,
    file: File = None,
    number: Number = None,
    values: Set = None,
    reason: Annotated[str, typer.Option(help="Why, for those who read the history.")] = "",
) -> None:
    """Bring a template, or a version that is kept, to the running exchange; it comes back by itself if it fails."""
    _needs_controller()

    async def work(shelf: DialplanShelf, store: Store) -> TemplateVersion:
        if number is not None and file is None:
            which = await shelf.version(name, number)
        else:
            text, given = await _meant(shelf, name, file, None, values)
            which = await shelf.save(name, text, given, reason, by_shell())
        if which.number == 0:
            raise BadInput("version 0 is applied by taking the others back: waihu dialplan rollback")
        await stored.ask(store, which, Wish.APPLY, by_shell())
        return await _granted(store, which)

    done = _work(settings_file, work)
    _say(done.findings)
    typer.echo(f"Version {done.number} of {name} is {done.state}.")
    if done.state is not VersionState.APPLIED:
        raise typer.Exit(1)


@app.command("rollback")
def rollback(name: Name, settings_file: SettingsFile = None) -> None:
    """Let the version before run again."""
    _needs_controller()

    async def work(_: DialplanShelf, store: Store) -> TemplateVersion:
        applied = await stored.applied(store, name)
        if not applied:
            raise Conflict(f"the dialplan {name!r} is as it was: there is nothing to take back")
        await stored.ask(store, applied[0], Wish.ROLL_BACK, by_shell())
        return await _granted(store, applied[0])

    done = _work(settings_file, work)
    if done.state is not VersionState.ROLLED_BACK:
        _say(done.findings)
        raise typer.Exit(1)
    typer.echo(f"Version {done.number} of {name} runs no more.")


def _needs_controller() -> None:
    sign = read_heartbeat()
    if sign is None or sign.age_s > ALIVE_S:
        raise Conflict("no controller runs here, and only it tells the exchange: start waihu run first")


async def _granted(store: Store, which: TemplateVersion) -> TemplateVersion:
    """Wait until the controller has done what it was asked to."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                now = await stored.version(store, which.template, which.number)
                if now.wish is Wish.NONE:
                    return now
                await asyncio.sleep(LOOK_S)
    except TimeoutError as error:
        raise Conflict(f"the controller has not done it within {PATIENCE_S:.0f} s: see its log") from error


async def _meant(
    shelf: DialplanShelf, name: str, file: Path | None, number: int | None, values: list[str] | None
) -> tuple[str, dict[str, Value]]:
    """Return text and variables a command means: a file, a version, or what runs; ``--set`` adds to them."""
    if number is not None and file is None:
        version = await shelf.version(name, number)
        text, given = version.text, dict(version.values)
    else:
        running = next((one for one in await shelf.all() if one.name == name), None)
        given = dict(running.values) if running is not None else {}
        if file is not None:
            text = await asyncio.to_thread(file.read_text, encoding="utf-8")
        else:
            text = (await shelf.get(name)).source
    for pair in values or []:
        variable, said, value = pair.partition("=")
        if not said:
            raise BadInput(f"{pair!r} is no variable with a value: echo_limit_s=60")
        known = shelf.variables.get(variable)
        given[variable] = int(value) if known is not None and known.type == "integer" and value.isdigit() else value
    return text, given


def _say(findings: tuple[Finding, ...]) -> None:
    words = chinese if language() is Language.ZH else english
    for one in findings:
        typer.echo(f"{one.template}:{one.line}:{one.column}: {one.severity}: {words(one)} [{one.code}]")
