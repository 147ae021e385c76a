"""``waihu routing``: tables of routing rules. A running controller follows what goes live within three seconds."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from waihu.cli.opened import by_shell, with_store
from waihu.cli.options import SettingsFile
from waihu.clock import SystemClock
from waihu.routing.rules_dmn_read import import_dmn
from waihu.routing.rules_dmn_write import write_dmn
from waihu.services.routing_desk import RoutingDesk
from waihu.store import routing_tables as stored
from waihu.store.routing_calls import hits_since
from waihu.store.store import Store
from waihu_models.errors import BadInput
from waihu_models.routing_rule import Rule, RuleTable, TableProblem, TableState

app = typer.Typer(help="Keep the rules that say where calls go.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(min=1, help="Number of a table, see waihu routing list.")]
DmnFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="DMN file.")]
Why = Annotated[str, typer.Option("--reason", help="Why, for those who read it later.")]


@app.command("list")
def list_(settings_file: SettingsFile = None) -> None:
    """Show the versions of the table, newest first."""
    table = Table("table", "state", "rules", "default", "by", "made", "live since", "reason")
    for row in with_store(settings_file, stored.routing_tables):
        live_at = row["live_at"] if row["state"] != TableState.DRAFT.value else None
        table.add_row(
            str(row["number"]), row["state"], str(row["rule_count"]), row["default_queue"] or "–",
            escape(row["author"]), _at(row["made_at"]), _at(live_at), escape(row["reason"]),
        )  # fmt: skip
    Console().print(table)


def _at(moment: datetime | None) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M") if moment is not None else "–"


@app.command()
def show(number: Number, settings_file: SettingsFile = None) -> None:
    """Show the rules of a table, in the order in which they are asked."""
    found = with_store(settings_file, lambda store: stored.routing_table(store, number))
    _print(found)


def _print(shown: RuleTable) -> None:
    table = Table("priority", "rule", "conditions", "goes to")
    for rule in sorted(shown.rules, key=lambda rule: rule.priority):
        off = "" if rule.enabled else " (off)"
        table.add_row(str(rule.priority), escape(rule.name + off), escape(_conditions(rule)), escape(_target(rule)))
    table.add_row("", "no rule holds", "", f"queue {shown.default or '–'}")
    Console().print(table)


def _conditions(rule: Rule) -> str:
    return "; ".join(f"{name}: {cell}" for name, cell in rule.conditions) or "all calls"


def _target(rule: Rule) -> str:
    return f"{str(rule.target.kind).replace('_', ' ')} {rule.target.name}"


@app.command()
def check(what: Annotated[str, typer.Argument(help="Number of a table, or a DMN file.")],
          settings_file: SettingsFile = None) -> None:  # fmt: skip
    """Say what is wrong with a table and what is odd; exit status 2 when it could not go live."""

    async def work(store: Store) -> list[TableProblem]:
        return await RoutingDesk(store).check(await _table(store, what))

    found = with_store(settings_file, work)
    for one in found:
        typer.secho(f"{'odd' if one.warning else 'wrong'}: {one.path}: {one.problem}", fg="yellow")
    if any(not one.warning for one in found):
        raise typer.Exit(2)
    typer.echo("It can go live.")


async def _table(store: Store, what: str) -> RuleTable:
    if what.isascii() and what.isdigit():
        return await stored.routing_table(store, int(what))
    return import_dmn(_read(Path(what)))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}") from error


@app.command("try")
def try_(
    what: Annotated[str, typer.Argument(help="Number of a table, or a DMN file.")],
    settings_file: SettingsFile = None,
    last: Annotated[int, typer.Option(min=1, max=5000, help="So many of the last calls.")] = 500,
) -> None:
    """Show where the last calls would go under a table, and which would go elsewhere than under the live one."""

    async def work(store: Store) -> None:
        tried = await RoutingDesk(store).try_on_last(await _table(store, what), last)
        hits = Table("rule", "calls", "under the live table")
        for rule in {**tried.trial.hits, **tried.trial.live_hits}:
            new, old = tried.trial.hits.get(rule), tried.trial.live_hits.get(rule)
            hits.add_row(escape(rule) or "no rule held", _count(new), _count(old))
        Console().print(hits)
        moved = Table("call", "at", "goes to", "would go to", "by rule")
        for one in tried.trial.shown:
            call = tried.calls[one.place]
            moved.add_row(
                call.call_id, _at(call.at), escape(one.live.target or "–"), escape(one.draft.target or "–"),
                escape(one.draft.rule or "–"),
            )  # fmt: skip
        typer.echo(f"{tried.trial.moved} of {tried.trial.calls} calls would go elsewhere.")
        if tried.trial.shown:
            Console().print(moved)

    with_store(settings_file, work)


def _count(calls: int | None) -> str:
    return "–" if calls is None else str(calls)


@app.command()
def live(number: Number, settings_file: SettingsFile = None, reason: Why = "") -> None:
    """Let a table decide: a draft, or one that was live before. Refused while something is wrong with it."""

    async def work(store: Store) -> None:
        table = await stored.routing_table(store, number)
        await RoutingDesk(store).go_live(number, table.version, reason, by_shell())

    with_store(settings_file, work)
    typer.echo(f"Routing table {number} is live.")


@app.command("import")
def import_(file: DmnFile, settings_file: SettingsFile = None, reason: Why = "") -> None:
    """Keep the table of a DMN file as a draft; exit status 2 with the place where it is not understood."""
    read = import_dmn(_read(file))
    drafted = replace(read, reason=reason)

    async def work(store: Store) -> RuleTable:
        return await RoutingDesk(store).draft(drafted, by_shell())

    made = with_store(settings_file, work)
    typer.echo(f"Routing table {made.number} is a draft: waihu routing check {made.number}, then live {made.number}.")


@app.command()
def export(
    number: Number, file: Annotated[Path, typer.Argument(dir_okay=False, help="DMN file to be written.")],
    settings_file: SettingsFile = None,
) -> None:  # fmt: skip
    """Write a table as a DMN file, for editors of decision tables."""
    table = with_store(settings_file, lambda store: stored.routing_table(store, number))
    file.write_text(write_dmn(table), "utf-8")
    typer.echo(f"Routing table {number} is in {file}.")


@app.command()
def hits(
    settings_file: SettingsFile = None, days: Annotated[int, typer.Option(min=1, max=366, help="So many days.")] = 7
) -> None:
    """Show how many calls each rule decided, by day."""
    first = (SystemClock().now().astimezone() - timedelta(days=days - 1)).date().isoformat()
    table = Table("day", "table", "rule", "calls")
    for row in with_store(settings_file, lambda store: hits_since(store, first)):
        table.add_row(row["day"], str(row["table_number"]), escape(row["rule"]) or "no rule held", str(row["hits"]))
    Console().print(table)
