"""``waihu consent``: what customers allowed, and took back."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from waihu.cli.opened import by_shell, with_store
from waihu.cli.options import SettingsFile
from waihu.clock import SystemClock
from waihu.store.customers import Word, keep_word, words_on
from waihu_models.errors import BadInput
from waihu_models.lead import Consent
from waihu_models.phone import E164, parse_e164
from waihu_models.tables import Channel, Purpose

app = typer.Typer(help="Keep and show what customers allowed, and took back.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(help="Phone number, as +441632960000, or a national one with --region.")]
Region = Annotated[str | None, typer.Option(help="ISO country in which a national number is read.")]


@app.command()
def add(
    number: Number,
    purpose: Annotated[Purpose, typer.Option(help="What it is about.")],
    state: Annotated[Consent, typer.Option(help="granted, or denied: also for a consent taken back.")],
    source: Annotated[str, typer.Option(help="Who says so: a form, a call id, a letter.")],
    settings_file: SettingsFile = None,
    channel: Annotated[Channel, typer.Option(help="How it reached us.")] = Channel.UNKNOWN,
    proof: Annotated[str, typer.Option(help="Where it can be seen or heard: a file, an address, a hash.")] = "",
    at: Annotated[str | None, typer.Option(help="When it was said, as 2026-11-23T09:00+08:00; default: now.")] = None,
    region: Region = None,
) -> None:
    """Keep a word; those before it stay, and the one said last counts from now on."""
    if state is Consent.UNKNOWN:
        raise BadInput("--state unknown says nothing: granted or denied")
    word = Word(
        purpose=purpose,
        state=state,
        at=_moment(at) if at else SystemClock().now(),
        source=source,
        channel=channel,
        proof=proof,
        number_e164=_read(number, region),
    )
    with_store(settings_file, lambda store: keep_word(store, word, by_shell()))
    typer.echo(f"Kept: {purpose} {state}.")


@app.command("list")
def list_(number: Number, settings_file: SettingsFile = None, region: Region = None) -> None:
    """Show every word for a number and of the customers it belongs to, the latest first."""
    chosen = _read(number, region)
    words = with_store(settings_file, lambda store: words_on(store, chosen))
    table = Table("said at", "purpose", "word", "channel", "source", "proof")
    for word in words:
        at = word.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(
            at, str(word.purpose), str(word.state), str(word.channel), escape(word.source), escape(word.proof)
        )
    Console().print(table if words else "There is no word on this number.")


def _read(number: str, region: str | None) -> E164:
    # Somebody's no is kept whatever the number looks like.
    return parse_e164(number, region, allow_fictional=True)


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"--at {text!r} is not a time; write 2026-11-23T09:00+08:00") from error
    at = at.astimezone(UTC)
    if at > SystemClock().now():
        raise BadInput(f"--at {text!r} has not come yet")
    return at
