"""``waihu why``: reasons, in words."""

from contextlib import suppress
from typing import Annotated

import typer

from waihu import settings
from waihu.cli.opened import with_store
from waihu.cli.options import Language, SettingsFile, language, rule_folders
from waihu.clock import SystemClock
from waihu.services.rule_shelf import read_packs
from waihu.services.why import why_lead
from waihu.services.why_call import why_call
from waihu.services.why_pacing import why_pacing
from waihu.services.why_routed import why_routed
from waihu.services.why_text import explain
from waihu.services.words import Words
from waihu.store.calls import call_by_id
from waihu.store.routing_calls import decision_on
from waihu.store.store import Store
from waihu_models.errors import NotFound
from waihu_models.ids import CallId

app = typer.Typer(help="Say in words why something is as it is.", no_args_is_help=True)


@app.command()
def lead(
    key: Annotated[str, typer.Argument(help="Id of a lead, or a number as +441632960000.")],
    settings_file: SettingsFile = None,
    lang: Annotated[Language | None, typer.Option(help="Language; default from LANG.")] = None,
) -> None:
    """Why is this lead called, or not called, now, and when will it be?"""
    packs = read_packs(rule_folders(settings.load(settings_file)))
    found = with_store(settings_file, lambda store: why_lead(store, key, SystemClock(), packs))
    typer.echo("\n\n".join(explain(why, (lang or language()).value) for why in found))


@app.command()
def pacing(
    campaign: Annotated[str, typer.Argument(help="Name of a campaign.")],
    settings_file: SettingsFile = None,
    last: Annotated[int, typer.Option(min=1, max=1000, help="So many decisions, newest last.")] = 10,
    lang: Annotated[Language | None, typer.Option(help="Language; default from LANG.")] = None,
) -> None:
    """Why did a predictive campaign dial so many lines?"""
    found = with_store(settings_file, lambda store: why_pacing(store, campaign, last))
    typer.echo("\n".join(found.lines((lang or language()).value)))


@app.command()
def call(
    call_id: Annotated[str, typer.Argument(help="Id of a call.")],
    settings_file: SettingsFile = None,
    lang: Annotated[Language | None, typer.Option(help="Language; default from LANG.")] = None,
) -> None:
    """Why did a call end as it did, and by which routing rule was it sent where it went?"""

    async def work(store: Store) -> list[Words]:
        said = [why_call(await call_by_id(store, CallId(call_id)))]
        with suppress(NotFound):
            said.append(why_routed(await decision_on(store, call_id)))
        return said

    for words in with_store(settings_file, work):
        typer.echo(words.zh if (lang or language()) is Language.ZH else words.en)
