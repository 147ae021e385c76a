"""``waihu audit``: who did what, and whether the log is whole."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import RowMapping

from waihu.cli.opened import with_store
from waihu.cli.options import SettingsFile
from waihu.store import audit as stored
from waihu.store.store import Store


def audit(
    settings_file: SettingsFile = None,
    rows: Annotated[int, typer.Option(min=1, max=10_000, help="How many of the newest rows are shown.")] = 20,
) -> None:
    """Show who did what; exit status 1 when a row was changed or taken out."""
    found, broken = with_store(settings_file, lambda store: _read(store, rows))
    table = Table("time", "who", "did", "what to", "detail")
    for row in reversed(found):
        at = row["at"].astimezone().strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(at, *(escape(row[name]) for name in ("actor", "action", "object_id", "detail")))
    Console().print(table)
    if broken is not None:
        typer.secho(
            f"The log is broken at row {broken}: it was changed, or rows before it are gone.", fg="red", err=True
        )
        raise typer.Exit(1)
    typer.echo("The log is whole.")


async def _read(store: Store, rows: int) -> tuple[list[RowMapping], int | None]:
    return await stored.latest(store, rows), await stored.first_broken_link(store)
