"""``waihu why``: reasons, in words."""

from typing import Annotated

import typer

from waihu.cli.opened import with_store
from waihu.cli.options import Language, SettingsFile, language
from waihu.clock import SystemClock
from waihu.services.why import why_lead
from waihu.services.why_text import explain

app = typer.Typer(help="Say in words why something is as it is.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep ``lead`` a command of its own, though it is the only one."""


@app.command()
def lead(
    key: Annotated[str, typer.Argument(help="Id of a lead, or a number as +441632960000.")],
    settings_file: SettingsFile = None,
    lang: Annotated[Language | None, typer.Option(help="Language; default from LANG.")] = None,
) -> None:
    """Why is this lead called, or not called, now, and when will it be?"""
    found = with_store(settings_file, lambda store: why_lead(store, key, SystemClock()))
    typer.echo("\n\n".join(explain(why, (lang or language()).value) for why in found))
