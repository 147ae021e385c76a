"""``waihu recall``: callers who gave up in a queue, and whom nobody has spoken with since."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from waihu.cli.opened import by_shell, with_store
from waihu.cli.options import SettingsFile
from waihu.clock import SystemClock
from waihu.store import recalls as stored
from waihu.store.store import Store
from waihu_models.phone import mask

app = typer.Typer(help="Callers who gave up in a queue and are to be called back.", no_args_is_help=True)
Days = Annotated[int, typer.Option(min=1, max=90, help="Callers of so many days.")]
_FURTHEST = timedelta(days=90)


@app.command("list")
def list_(
    settings_file: SettingsFile = None,
    queue: Annotated[str, typer.Option(help="Only those of this queue.")] = "",
    days: Days = 7,
) -> None:
    """Show who is to be called back, who called last first; 200 at most."""
    since = SystemClock().now() - timedelta(days=days)
    table = Table("call", "number", "customer", "queue", "last call", "times", "waited", "why")
    for one in with_store(settings_file, lambda store: stored.recalls(store, since, queue)):
        table.add_row(
            one.call_id, mask(one.number_e164), escape(one.customer_name or "–"), escape(one.queue),
            one.last_at.astimezone().strftime("%Y-%m-%d %H:%M"), str(one.times), f"{one.waited_s:.0f} s",
            one.turned_away or "hung up",
        )  # fmt: skip
    Console().print(table)


@app.command()
def done(
    call: Annotated[str, typer.Argument(help="Id of the call, see waihu recall list.")],
    settings_file: SettingsFile = None,
    note: Annotated[str, typer.Option(help="What became of it.")] = "",
) -> None:
    """Take a caller off the list; when they call again and give up, they are on it again."""

    async def work(store: Store) -> str:
        recall = await stored.recall_of(store, call, SystemClock().now() - _FURTHEST)
        await stored.close_recall(store, recall, note, by_shell())
        return f"{mask(recall.number_e164)} need not be called back for queue {recall.queue}."

    typer.echo(with_store(settings_file, work))
