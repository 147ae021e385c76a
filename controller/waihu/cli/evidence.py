"""``waihu evidence``: what is on record of one number or one day, in files nobody can change unseen."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from waihu.cli.opened import by_shell, with_store
from waihu.cli.options import SettingsFile
from waihu.store.evidence import Wanted
from waihu.store.store import Store
from waihu_models.errors import BadInput
from waihu_models.phone import parse_e164

if TYPE_CHECKING:
    from waihu.services.evidence import Exported


def evidence(
    settings_file: SettingsFile = None,
    number: Annotated[str | None, typer.Option(help="A number as +441632960000, at all times.")] = None,
    region: Annotated[str | None, typer.Option(help="ISO country in which a national number is read.")] = None,
    day: Annotated[str | None, typer.Option(help="A day, YYYY-MM-DD.")] = None,
    zone: Annotated[str | None, typer.Option(help="IANA zone of the day; default: this machine's.")] = None,
    out: Annotated[Path | None, typer.Option(file_okay=False, help="Folder; it must hold no evidence yet.")] = None,
    verify: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Check an evidence.jsonl, and the files beside it.")
    ] = None,
) -> None:
    """Write everything on record of a number or a day; or check what was written, exit status 1 if it was changed."""
    if verify is not None:
        _verify(verify)
        return
    wanted = _wanted(number, region, day, zone)
    if out is None:
        raise BadInput("name a folder: --out DIR")
    made = with_store(settings_file, lambda store: _shown(store, wanted, out))
    counted = ", ".join(f"{count} {kind}" for kind, count in made.counts.items())
    typer.echo(f"Written: {made.file}, {made.lines} lines: {counted}.")
    typer.echo(f"SHA-256 of the last line: {made.head}\nIt stands in waihu audit, too; keep it apart from the files.")


def _wanted(number: str | None, region: str | None, day: str | None, zone: str | None) -> Wanted:
    if (number is None) == (day is None):
        raise BadInput("say --number or --day, one of them")
    if number is not None:
        return Wanted(number=parse_e164(number, region, allow_fictional=True))
    try:
        on = date.fromisoformat(day or "")
        where: tzinfo | None = ZoneInfo(zone) if zone else None
    except ZoneInfoNotFoundError as error:
        raise BadInput(f"--zone {zone!r} is no time zone; write it as Europe/London") from error
    except ValueError as error:
        raise BadInput(f"--day {day!r} is no day; write it as 2026-11-20") from error
    return Wanted(since=_midnight(on, where), until=_midnight(on + timedelta(days=1), where))


def _midnight(on: date, zone: tzinfo | None) -> datetime:
    # Without a zone astimezone() takes the machine's own, as it is on that day.
    return datetime.combine(on, time(), zone).astimezone(UTC)


async def _shown(store: Store, wanted: Wanted, out: Path) -> "Exported":
    from waihu.services.evidence import export

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading", total=None)

        def show(done: int) -> None:
            progress.update(task, description=f"{done} calls and refusals written")

        return await export(store, wanted, out, by_shell(), show)


def _verify(file: Path) -> None:
    from waihu.services.evidence import check

    found = check(file)
    if found.fault:
        typer.secho(f"{file}: {found.fault}.", fg="red", err=True)
        raise typer.Exit(1)
    typer.echo(f"{file} is whole: {found.lines} lines. SHA-256 of the last line: {found.head}")
    typer.echo("Compare it with the one that was kept: whoever can write all of the file anew can make another chain.")
