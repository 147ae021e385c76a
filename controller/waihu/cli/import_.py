"""``waihu import``: read a list of leads into a campaign."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from waihu import settings
from waihu.cli.opened import by_shell
from waihu.cli.options import SettingsFile, key_file, store_url
from waihu.clock import SystemClock
from waihu_models.errors import BadInput


def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, XLSX or XLS file.")],
    campaign: Annotated[str, typer.Option(help="Campaign the leads are for.")],
    settings_file: SettingsFile = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="FIELD=COLUMN, where the header does not say it by itself.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="ISO country in which national numbers are read; default: the campaign's.")
    ] = None,
    list_name: Annotated[
        str, typer.Option("--list", help="Name of the list in its campaign; default: the file's.")
    ] = "",
    errors: Annotated[Path | None, typer.Option(help="Where bad rows go; default: beside the file.")] = None,
    allow_fictional: Annotated[bool, typer.Option(help="Accept numbers given to nobody, for tests.")] = False,
) -> None:
    """Import a list; bad rows are reported with line and reason, the rest is imported, nothing twice."""
    from waihu.services.importer import ImportOptions

    options = ImportOptions(
        mapping=parse_mapping(mapping or []),
        region=region,
        error_file=errors,
        list_name=list_name,
        allow_fictional=allow_fictional,
        by=by_shell(),
    )
    chosen = settings.load(settings_file)
    asyncio.run(_import(chosen, file, campaign, options))


def parse_mapping(pairs: list[str]) -> dict[str, str]:
    """Read ``FIELD=COLUMN`` pairs.

    Raises:
        BadInput: one of them is not written so.
    """
    chosen = {}
    for pair in pairs:
        field, separator, column = pair.partition("=")
        if not separator or not field or not column:
            raise BadInput(f"--map {pair!r}: write it as FIELD=COLUMN, for instance phone=Mobile")
        chosen[field.strip()] = column.strip()
    return chosen


async def _import(chosen: settings.Settings, file: Path, campaign: str, options: "ImportOptions") -> None:  # type: ignore[name-defined]  # noqa: F821
    from waihu.services.importer import import_leads
    from waihu.store.campaigns import campaign_named
    from waihu.store.store import Store

    console = Console(stderr=True)
    store = await Store.open(store_url(chosen), key_file=key_file(chosen))
    try:
        target = await campaign_named(store, campaign)
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task(file.name, total=None)
            result = await import_leads(
                store,
                file,
                target,
                options,
                on_progress=lambda done: progress.update(task, completed=done.bytes_done, total=done.bytes_total),
                clock=SystemClock(),
            )
    finally:
        await store.close()
    typer.echo(result.summary())
