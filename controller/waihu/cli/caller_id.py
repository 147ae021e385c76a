"""``waihu caller-id``: the numbers a company owns and calls from. A running controller follows within a second."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from waihu.cli.caller_id_text import HEADINGS, reason_text, shown_rate, state_text, title
from waihu.cli.opened import by_shell, with_store
from waihu.cli.options import Language, SettingsFile, language
from waihu.clock import SystemClock
from waihu.dialer.calling_hours import zone_named
from waihu.store import caller_ids as stored
from waihu.store.caller_id_test import period_start
from waihu.store.campaigns import campaign_named, campaigns, save_campaign
from waihu.store.store import Store
from waihu_models.caller_id import CallerIdSet, CallerIdSetId, NumberState, OwnNumber, Tally, Usage
from waihu_models.errors import BadInput
from waihu_models.ids import new_id
from waihu_models.phone import E164, parse_e164

app = typer.Typer(help="Keep the numbers calls are made from.", no_args_is_help=True)
SetName = Annotated[str, typer.Argument(metavar="SET", help="Name of the set.")]
Number = Annotated[str, typer.Argument(help="A number as +441632960000; national ones need --region.")]
Region = Annotated[str | None, typer.Option(help="ISO country in which national numbers are read, e.g. US.")]
Why = Annotated[str, typer.Option(help="Why, for the record.")]
_COLOURS = {
    NumberState.ACTIVE: "green",
    NumberState.TRIAL: "yellow",
    NumberState.RESTED: "yellow",
    NumberState.QUARANTINED: "red",
}


@app.command("add-set")
def add_set(
    name: SetName,
    zone: Annotated[str, typer.Option(help="Time zone in whose days calls are counted, e.g. Europe/London.")],
    settings_file: SettingsFile = None,
    cap_per_day: Annotated[int, typer.Option(min=1, help="Calls from one number in a day.")] = 100,
    false_alarm_ratio: Annotated[
        float, typer.Option(min=1e-6, max=0.05, help="False quarantines per quarter hour of use, at most.")
    ] = 0.001,
    quarantine_days: Annotated[float, typer.Option(min=0.01, help="How long a number is left alone.")] = 3.0,
    trial_calls: Annotated[int, typer.Option(min=1, help="Calls that decide whether it is used again.")] = 40,
) -> None:
    """Make a set of caller ids."""
    zone_named(zone)
    made = CallerIdSet(
        id=CallerIdSetId(new_id()),
        name=name,
        zone=zone,
        cap_per_day=cap_per_day,
        false_alarm_ratio=false_alarm_ratio,
        quarantine_s=quarantine_days * 86_400,
        trial_calls=trial_calls,
        judged_until=period_start(SystemClock().now()),
    )
    with_store(settings_file, lambda store: stored.add_set(store, made, by_shell()))
    typer.echo(f"Set {name} is made. Next: waihu caller-id add {name} NUMBER …")


@app.command("change-set")
def change_set(
    name: SetName,
    settings_file: SettingsFile = None,
    cap_per_day: Annotated[int | None, typer.Option(min=1, help="Calls from one number in a day.")] = None,
    false_alarm_ratio: Annotated[
        float | None, typer.Option(min=1e-6, max=0.05, help="False quarantines per quarter hour of use, at most.")
    ] = None,
    quarantine_days: Annotated[float | None, typer.Option(min=0.01, help="How long a number is left alone.")] = None,
    trial_calls: Annotated[int | None, typer.Option(min=1, help="Calls that decide whether it is used again.")] = None,
) -> None:
    """Change the rules of a set; what is not given stays, and so does a quarantine that has begun."""
    said = {
        "cap_per_day": cap_per_day,
        "false_alarm_ratio": false_alarm_ratio,
        "quarantine_s": None if quarantine_days is None else quarantine_days * 86_400,
        "trial_calls": trial_calls,
    }
    changes = {field: value for field, value in said.items() if value is not None}
    made = with_store(settings_file, lambda store: stored.change_set(store, name, changes, by_shell()))
    typer.echo(
        f"{name}: {made.cap_per_day} calls a day from a number, false alarms {made.false_alarm_ratio:g}, "
        f"quarantine {made.quarantine_s / 86_400:g} days, then {made.trial_calls} calls of trial."
    )


@app.command()
def add(
    name: SetName,
    numbers: Annotated[list[str], typer.Argument(help="Numbers as +441632960000; national ones need --region.")],
    settings_file: SettingsFile = None,
    region: Region = None,
    owned_since: Annotated[str | None, typer.Option(help="Day from which they are yours; default: today.")] = None,
    allow_fictional: Annotated[bool, typer.Option(help="Accept numbers given to nobody, for tests.")] = False,
) -> None:
    """Put numbers the company owns into a set; only such may be shown to callees."""
    read = [parse_e164(number, region, allow_fictional=allow_fictional) for number in dict.fromkeys(numbers)]
    by = by_shell()

    async def work(store: Store) -> None:
        chosen = await stored.set_named(store, name)
        since = _day(owned_since) if owned_since else by.at.astimezone(zone_named(chosen.zone)).date()
        made = [
            OwnNumber(number_e164=number, set_id=chosen.id, owned_since=since, since=by.at)
            for number in dict.fromkeys(read)
        ]
        await stored.add_numbers(store, made, by)

    with_store(settings_file, work)
    typer.echo(f"{len(set(read))} numbers are added. Next: waihu caller-id assign CAMPAIGN {name}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"--owned-since {text!r} is no day; write it as 2026-11-23") from error


@app.command()
def assign(
    campaign: Annotated[str, typer.Argument(help="Name of the campaign.")],
    name: Annotated[str, typer.Argument(metavar="SET", help="Name of the set; empty: no longer any.")] = "",
    settings_file: SettingsFile = None,
) -> None:
    """Let a campaign call from the numbers of a set."""

    async def work(store: Store) -> None:
        known = await campaign_named(store, campaign)
        chosen = (await stored.set_named(store, name)).name if name else ""
        await save_campaign(store, replace(known, caller_id_set=chosen), by_shell())

    with_store(settings_file, work)
    typer.echo(f"Campaign {campaign} calls from {f'set {name}' if name else 'the number of its trunk, or its own'}.")


@app.command()
def rest(
    number: Number,
    settings_file: SettingsFile = None,
    region: Region = None,
    days: Annotated[float | None, typer.Option(min=0.01, help="For so long; default: until it is released.")] = None,
    why: Why = "",
) -> None:
    """Make no calls from a number for a while."""
    chosen, by = _read(number, region), by_shell()
    until = by.at + timedelta(days=days) if days is not None else None
    with_store(settings_file, lambda store: stored.rest(store, chosen, until, by, why))
    typer.echo(f"{chosen} rests {f'until {_clock(until)}' if until else 'until it is released'}.")


@app.command()
def release(number: Number, settings_file: SettingsFile = None, region: Region = None, why: Why = "") -> None:
    """Use a number again that rests, is in quarantine or on trial."""
    chosen = _read(number, region)
    with_store(settings_file, lambda store: stored.release(store, chosen, by_shell(), why))
    typer.echo(f"{chosen} is used again.")


@app.command()
def remove(number: Number, settings_file: SettingsFile = None, region: Region = None) -> None:
    """Take a number out of its set: one that is no longer yours must not be shown."""
    chosen = _read(number, region)
    with_store(settings_file, lambda store: stored.remove_number(store, chosen, by_shell()))
    typer.echo(f"{chosen} is in no set any more.")


def _read(number: str, region: str | None) -> E164:
    return parse_e164(number, region, allow_fictional=True)


# ---- showing -------------------------------------------------------------------------------------------------------


@app.command("list")
def list_(
    settings_file: SettingsFile = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="Days over which calls are counted.")] = 7,
    lang: Annotated[Language | None, typer.Option(help="Language; default from LANG.")] = None,
) -> None:
    """Show every number: state and why, answer rate with its interval, and how much of today's cap is used."""
    now, zh = SystemClock().now(), (lang or language()) is Language.ZH

    async def work(store: Store) -> list[tuple[CallerIdSet, Table]]:
        users = await campaigns(store)
        made = []
        for one, usage in await stored.sets_in_use(store, now):
            of_set = [own.number_e164 for own in one.numbers]
            counted = await stored.tallies(store, of_set, now - timedelta(days=days))
            names = [user.name for user in users if user.caller_id_set == one.name]
            made.append((one, _table(one, usage, counted, escape(title(one, names, days, zh)), zh)))
        return made

    tables = with_store(settings_file, work)
    for _, table in tables:
        Console().print(table)
    if not tables:
        typer.echo("There are no caller-id sets. Next: waihu caller-id add-set NAME --zone ZONE")


def _table(
    one: CallerIdSet, usage: Mapping[E164, Usage], counted: Mapping[E164, Tally], heading: str, zh: bool
) -> Table:
    table = Table(*HEADINGS[zh], title=heading, title_justify="left")
    for own in one.numbers:
        tally, used = counted.get(own.number_e164, Tally()), usage.get(own.number_e164, Usage())
        table.add_row(
            own.number_e164,
            f"[{_COLOURS[own.state]}]{state_text(own, zh)}[/]",
            _clock(own.until),
            escape(reason_text(own, zh)),
            str(tally.dialled),
            f"{tally.answered}/{tally.told}",
            shown_rate(tally),
            f"{used.today}/{one.cap_per_day}",
        )
    return table


def _clock(at: datetime | None) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M") if at else ""
