"""``waihu dnc``: do-not-call lists. A running controller heeds a change before it dials the next number."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from waihu.cli.import_ import parse_mapping
from waihu.cli.opened import by_shell, with_store
from waihu.cli.options import SettingsFile
from waihu.clock import SystemClock
from waihu.store import dnc as stored
from waihu.store import dnc_lists
from waihu.store.campaigns import campaign_named, campaigns
from waihu.store.store import Store
from waihu_models.campaign import Campaign
from waihu_models.do_not_call import Age, DoNotCallList
from waihu_models.errors import BadInput
from waihu_models.phone import E164, mask, parse_e164

if TYPE_CHECKING:
    from waihu.services.dnc_import import DncImport, DncProgress, DncResult

app = typer.Typer(help="Keep do-not-call lists.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(help="A number as +441632960000; national ones need --region.")]
Region = Annotated[str | None, typer.Option(help="ISO country in which national numbers are read, e.g. US.")]
ForCampaign = Annotated[str, typer.Option(help="For this campaign only; default: all.")]
_COLOURS = {Age.FRESH: "green", Age.AGEING: "yellow", Age.STALE: "red"}


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, XLSX or XLS file.")],
    name: Annotated[str, typer.Option(help="Name of the list; a list of this name is replaced.")],
    source: Annotated[str, typer.Option(help="Whose list it is, for the record.")],
    obtained_on: Annotated[str, typer.Option(help="Day its owner gave it out, YYYY-MM-DD.")],
    settings_file: SettingsFile = None,
    max_age_days: Annotated[
        int | None, typer.Option(min=1, help="Days it may be relied on; default: 31 with --region US, else no limit.")
    ] = None,
    campaign: ForCampaign = "",
    region: Region = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="phone=COLUMN, where the header does not say it by itself.")
    ] = None,
    errors: Annotated[Path | None, typer.Option(help="Where bad rows go; default: beside the file.")] = None,
    max_bad_percent: Annotated[float, typer.Option(min=0, max=100, help="More bad rows: nothing is imported.")] = 1.0,
) -> None:
    """Let a file take the place of the list of its name, in one step; one that fails leaves the list as it was."""
    given_out = _day(obtained_on)

    async def work(store: Store) -> "DncResult":
        from waihu.services.dnc_import import DncImport

        wanted = DncImport(
            name=name,
            source=source,
            obtained_on=given_out,
            by=by_shell(),
            max_age_days=max_age_days,
            campaign=await _campaign(store, campaign),
            region=region.upper() if region else None,
            mapping=parse_mapping(mapping or []),
            error_file=errors,
            most_bad=max_bad_percent / 100,
        )
        return await _shown_import(store, file, wanted)

    typer.echo(with_store(settings_file, work).summary())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"--obtained-on {text!r} is no day; write it as 2026-11-23") from error


async def _campaign(store: Store, name: str) -> Campaign | None:
    return await campaign_named(store, name) if name else None


async def _shown_import(store: Store, file: Path, wanted: "DncImport") -> "DncResult":
    from waihu.services.dnc_import import import_dnc_list

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(file.name, total=None)

        def show(step: "DncProgress") -> None:
            progress.update(task, description=f"{file.name} {step.what}", completed=step.done, total=step.total)

        return await import_dnc_list(store, file, wanted, show)


@app.command("list")
def list_(settings_file: SettingsFile = None) -> None:
    """Show the lists in force, and how long they may be relied on; exit status 1 when one is too old."""
    lists, names = with_store(settings_file, _lists)
    today = SystemClock().now().date()
    table = Table("list", "kind", "holds for", "numbers", "source", "of", "good for")
    for one in lists:
        for_whom = " ".join(filter(None, (names.get(one.campaign_id or "", "all"), one.prefix)))
        of = str(one.obtained_on or "-")
        words = one.name, str(one.kind), for_whom, str(one.numbers), one.source, of
        table.add_row(*map(escape, words), f"[{_COLOURS[one.age(today)]}]{escape(good_for(one, today))}[/]")
    Console().print(table)
    if any(one.age(today) is Age.STALE for one in lists):
        raise typer.Exit(1)


async def _lists(store: Store) -> tuple[list[DoNotCallList], dict[str, str]]:
    lists = await dnc_lists.lists_in_force(store)
    return lists, {str(campaign.id): campaign.name for campaign in await campaigns(store)}


def good_for(one: DoNotCallList, today: date) -> str:
    """Say how long a list may still be relied on."""
    if one.max_age_days is None or one.obtained_on is None:
        return "no limit"
    left = one.max_age_days - (today - one.obtained_on).days
    return f"{left} days" if left >= 0 else f"too old since {-left} days: nobody it speaks of is dialled"


@app.command()
def check(number: Number, settings_file: SettingsFile = None, region: Region = None) -> None:
    """Say on which lists a number stands, or stood."""
    wanted = _number(number, region)
    found = with_store(settings_file, lambda store: stored.entries(store, wanted))
    for entry in found:
        typer.echo(_said(entry))
    if not any(entry.removed_at is None for entry in found):
        typer.echo(f"{mask(wanted)} is on no do-not-call list.")


def _number(text: str, region: str | None) -> E164:
    return parse_e164(text, region, allow_fictional=True)


def _said(entry: stored.Entry) -> str:
    since = entry.added_at.astimezone().strftime("%Y-%m-%d %H:%M") if entry.added_at else str(entry.list.obtained_on)
    why = f", {entry.reason}" if entry.reason else ""
    line = f"{entry.list.name}: since {since}, by {entry.source}{why}"
    if entry.removed_at is None:
        return line
    return f"{line}; taken off {entry.removed_at.astimezone():%Y-%m-%d %H:%M} by {entry.removed_by or 'somebody'}"


@app.command()
def add(
    number: Number,
    settings_file: SettingsFile = None,
    region: Region = None,
    campaign: ForCampaign = "",
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "asked",
) -> None:
    """Put a number on the list of people who asked us."""
    wanted = _number(number, region)

    async def work(store: Store) -> None:
        await stored.forbid(store, wanted, by_shell(), reason, await _campaign(store, campaign))

    with_store(settings_file, work)
    typer.echo(f"{mask(wanted)} is not called any more.")


@app.command("allow-again")
def allow_again(
    number: Number, settings_file: SettingsFile = None, region: Region = None, campaign: ForCampaign = ""
) -> None:
    """Take a number off the list of people who asked us; that it stood there stays on record."""
    wanted = _number(number, region)

    async def work(store: Store) -> list[str]:
        await stored.allow_again(store, wanted, by_shell(), await _campaign(store, campaign))
        return [entry.list.name for entry in await stored.entries(store, wanted) if entry.removed_at is None]

    left = with_store(settings_file, work)
    typer.echo(f"{mask(wanted)} is taken off.")
    if left:
        typer.echo(f"It is still on: {', '.join(left)}. A list that was imported is mended by its next file.")


@app.command()
def forget(name: Annotated[str, typer.Argument(help="Name of the list.")], settings_file: SettingsFile = None) -> None:
    """End a list that was imported or made for a campaign: whom it alone protected is called again."""

    async def work(store: Store) -> None:
        await dnc_lists.forget(store, name, by_shell())
        await dnc_lists.take_away(store)

    with_store(settings_file, work)
    typer.echo(f"List {name} is no longer in force.")
