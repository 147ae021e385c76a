"""``waihu report``: what came of it."""

import asyncio
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from waihu import settings
from waihu.cli.options import Language, SettingsFile, language, store_url
from waihu.clock import SystemClock
from waihu_models.errors import BadInput


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def report(
    settings_file: SettingsFile = None,
    campaign: Annotated[str | None, typer.Option(help="Only this campaign; default: all.")] = None,
    since: Annotated[str | None, typer.Option(help="From this time on, ISO 8601, e.g. 2026-11-23T09:00+08:00.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this time, ISO 8601.")] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="text, json or csv.")] = Format.TEXT,
    lang: Annotated[Language | None, typer.Option(help="Language of the labels; default from LANG.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the screen.")] = None,
) -> None:
    """Attempts, connect rate, drops, agents' time, latencies, outcomes, dispositions, recordings."""
    url = store_url(settings.load(settings_file))
    span = (_time(since, "--since"), _time(until, "--until"))
    text = asyncio.run(_render(url, campaign, span, format, lang or language()))
    if out is not None:
        out.write_text(text, encoding="utf-8")
        typer.echo(f"Written: {out}")
    else:
        typer.echo(text, nl=False)


def _time(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{option} {text!r} is not a time; write it as 2026-11-23T09:00+08:00") from error
    return (at if at.tzinfo else at.astimezone()).astimezone(UTC)


async def _render(
    url: str, campaign: str | None, span: tuple[datetime | None, datetime | None], form: Format, lang: Language
) -> str:
    from waihu.services.report import build_report
    from waihu.services.report_text import as_csv, as_json, as_text
    from waihu.store.store import Store

    store = await Store.open(url)
    try:
        built = await build_report(store, campaign=campaign, since=span[0], until=span[1], clock=SystemClock())
    finally:
        await store.close()
    match form:
        case Format.JSON:
            return as_json(built)
        case Format.CSV:
            return as_csv(built, lang.value)
        case Format.TEXT:
            return as_text(built, lang.value)


async def print_report(url: str) -> None:
    """Print the report of all campaigns as text."""
    typer.echo(await _render(url, None, (None, None), Format.TEXT, language()))
