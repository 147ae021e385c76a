"""``waihu abandoned``: how many calls were abandoned, and how many more may be."""

from enum import StrEnum
from typing import Annotated

import typer

from waihu import settings
from waihu.cli.opened import with_settings
from waihu.cli.options import Language, SettingsFile, language, rule_folders
from waihu.clock import SystemClock
from waihu_models.errors import BadInput


class Format(StrEnum):
    """How it is written."""

    TEXT = "text"
    JSON = "json"


def abandoned(
    campaign: Annotated[str | None, typer.Argument(help="Name of the campaign.")] = None,
    settings_file: SettingsFile = None,
    every: Annotated[bool, typer.Option("--all", help="All campaigns.")] = False,
    mistaken_percent: Annotated[
        float,
        typer.Option(min=0, max=100, help="For the estimate: of calls ended as machines, how many were people."),
    ] = 0.0,
    format: Annotated[Format, typer.Option("--format", "-f", help="text or json.")] = Format.TEXT,
    lang: Annotated[Language | None, typer.Option(help="Language of the labels; default from LANG.")] = None,
) -> None:
    """Abandoned calls beside the limit of each rule pack; exit status 1 when a limit is exceeded."""
    from waihu.services import abandoned as service
    from waihu.services.abandoned_text import as_json, as_text
    from waihu.services.rule_shelf import read_packs

    if every == bool(campaign):
        raise BadInput("name a campaign, or say --all")
    chosen = settings.load(settings_file)
    packs = read_packs(rule_folders(chosen))
    found = with_settings(
        chosen,
        lambda store: service.abandoned(
            store, clock=SystemClock(), packs=packs, campaign=campaign, mistaken_ratio=mistaken_percent / 100
        ),
    )
    typer.echo(as_json(found) if format is Format.JSON else as_text(found, (lang or language()).value), nl=False)
    if found.exceeded:
        raise typer.Exit(1)
