"""``waihu campaign``: make, show, start and pause campaigns. A running controller follows within a second."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from waihu.cli.opened import by_shell, with_store
from waihu.cli.options import SettingsFile
from waihu.cli.rules import check_packs
from waihu.clock import SystemClock
from waihu.services.campaign_checks import check_menu_of
from waihu.speech.languages import checked_language
from waihu.store import campaigns as stored
from waihu.store.leads import leads_left, put_off
from waihu.store.menus import menus
from waihu.store.store import Store
from waihu.telephony.speaking import Saying
from waihu_models.campaign import CallingHours, Campaign, CampaignState, DialMode
from waihu_models.errors import BadInput, Conflict, NotFound
from waihu_models.ids import CampaignId, new_id

app = typer.Typer(help="Make, show, start and pause campaigns.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Name of the campaign.")]


@app.command()
def add(
    name: Name,
    settings_file: SettingsFile = None,
    mode: Annotated[DialMode, typer.Option(help="How lines and agents are brought together.")] = DialMode.PREDICTIVE,
    trunk: Annotated[str, typer.Option(help="Trunk to dial on; empty: any.")] = "",
    caller_id: Annotated[str, typer.Option(help="Number the callee sees, E.164.")] = "",
    region: Annotated[str | None, typer.Option(help="ISO country in which national numbers are read.")] = None,
    lines_per_agent: Annotated[float, typer.Option(min=0.1, max=20, help="Lines per free agent.")] = 1.5,
    max_lines: Annotated[int, typer.Option(min=1, help="Lines at once.")] = 100,
    calls_per_s: Annotated[float, typer.Option(min=0.01, max=200, help="Calls started per second.")] = 5.0,
    ring_timeout_s: Annotated[int, typer.Option(min=5, max=120, help="Seconds a phone may ring.")] = 27,
    screening: Annotated[bool, typer.Option(help="Machine detection before an agent is given the call.")] = False,
    voicemail: Annotated[str, typer.Option(help="Text spoken to machines after their beep; needs --screening.")] = "",
    menu: Annotated[str, typer.Option(help="Menu people are led through before an agent is looked for.")] = "",
    recording: Annotated[bool, typer.Option(help="Record connected calls.")] = True,
    needs_consent: Annotated[bool, typer.Option(help="Record only where consent was given.")] = False,
    language: Annotated[str, typer.Option(help="Spoken in its calls: en, zh; empty: as the settings say.")] = "",
    hours: Annotated[str, typer.Option(help="Calling hours in the callee's time, HH:MM-HH:MM.")] = "08:00-21:00",
    zone: Annotated[str | None, typer.Option(help="Time zone for numbers that say none, e.g. Asia/Shanghai.")] = None,
    rules: Annotated[list[str] | None, typer.Option(help="Rule pack that holds; several: the strictest.")] = None,
) -> None:
    """Make a campaign; it does not dial before it is started."""
    campaign = Campaign(
        id=CampaignId(new_id()),
        name=name,
        mode=mode,
        trunk=trunk,
        caller_id=caller_id,
        region=region,
        lines_per_agent=lines_per_agent,
        max_lines=max_lines,
        calls_per_s=calls_per_s,
        ring_timeout_s=ring_timeout_s,
        screening=screening,
        voicemail=checked_voicemail(voicemail, screening=screening),
        menu=menu,
        recording=recording,
        recording_needs_consent=needs_consent,
        speech_language=checked_language(language),
        hours=CallingHours(((parse_window(hours),),) * 7, zone),
        packs=tuple(dict.fromkeys(rules or ())),
    )
    check_packs(settings_file, campaign)
    with_store(settings_file, lambda store: _add(store, campaign))
    typer.echo(f"Campaign {name} is made. Next: waihu import FILE --campaign {name}")


def checked_voicemail(text: str, *, screening: bool) -> str:
    """Return the message for machines.

    Raises:
        BadInput: it cannot be spoken, or nothing would tell machines from people.
    """
    if text and not screening:
        raise BadInput("a message for machines needs --screening, which tells them from people")
    return Saying(text).text if text else ""


async def _add(store: Store, campaign: Campaign) -> None:
    if campaign.menu:
        check_menu_of(campaign, [menu.name for menu in await menus(store)])
    try:
        await stored.campaign_named(store, campaign.name)
    except NotFound:
        await stored.save_campaign(store, campaign, by_shell())
        return
    raise Conflict(f"there is a campaign {campaign.name!r} already")


def parse_window(text: str) -> tuple[time, time]:
    """Read ``HH:MM-HH:MM``.

    Raises:
        BadInput: not two times of day, the first before the second.
    """
    try:
        start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError as error:
        raise BadInput(f"calling hours {text!r}: write them as 08:00-21:00") from error
    if start >= end:
        raise BadInput(f"calling hours {text!r}: the first time must be before the second")
    return start, end


@app.command()
def start(name: Name, settings_file: SettingsFile = None) -> None:
    """Let a campaign dial."""
    with_store(settings_file, lambda store: _start(store, name, settings_file))
    typer.echo(f"Campaign {name} dials as soon as a controller runs.")


@app.command()
def pause(name: Name, settings_file: SettingsFile = None) -> None:
    """Stop dialling; calls under way go on."""
    with_store(settings_file, lambda store: _set(store, name, CampaignState.PAUSED))
    typer.echo(f"Campaign {name} is paused.")


async def _start(store: Store, name: str, settings_file: SettingsFile) -> None:
    check_packs(settings_file, await stored.campaign_named(store, name))
    await _set(store, name, CampaignState.RUNNING)


async def _set(store: Store, name: str, state: CampaignState) -> None:
    campaign = await stored.campaign_named(store, name)
    if campaign.state is not state:
        await stored.save_campaign(store, replace(campaign, state=state), by_shell())


@app.command("list")
def list_(settings_file: SettingsFile = None) -> None:
    """Show all campaigns with the leads they have left."""
    rows = with_store(settings_file, _rows)
    table = Table("campaign", "mode", "state", "trunk", "leads", "put off, and why")
    for row in rows:
        table.add_row(*row)
    Console().print(table if rows else "There are no campaigns. Next: waihu campaign add NAME")


async def _rows(store: Store) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for campaign in await stored.campaigns(store):
        leads = _counted(await leads_left(store, campaign.id)) or "none"
        waiting = _counted(await put_off(store, campaign.id, SystemClock().now()))
        rows.append((campaign.name, str(campaign.mode), str(campaign.state), campaign.trunk or "any", leads, waiting))
    return rows


def _counted(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())
