"""``waihu rules``: the rule packs there are, what they come to, and which campaign is under which."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from waihu import settings
from waihu.cli.opened import by_shell, with_store
from waihu.cli.options import SettingsFile, rule_folders
from waihu.dialer.rule_packs import DAYS, strictest, under_law
from waihu.services.rule_shelf import read_pack, read_packs
from waihu.store import campaigns as stored
from waihu.store.rules import keep_packs
from waihu.store.store import Store
from waihu_models.campaign import Campaign
from waihu_models.errors import BadRulePack
from waihu_models.rule_pack import ANY_TIME, ConsentRule, CountedFrom, RulePack, Rules, Window

app = typer.Typer(help="Show and check rule packs: laws and carriers' rules, as data.", no_args_is_help=True)
Names = Annotated[list[str], typer.Argument(help="Names of rule packs; of several the strictest counts.")]


@app.command("list")
def list_(settings_file: SettingsFile = None) -> None:
    """Show the rule packs there are, and the campaigns under each."""
    packs = _packs(settings_file)
    campaigns = with_store(settings_file, stored.campaigns)
    table = Table("rule pack", "version", "what", "campaigns")
    for pack in packs.values():
        under = ", ".join(campaign.name for campaign in campaigns if pack.name in campaign.packs)
        table.add_row(pack.name, pack.number, escape(pack.title), escape(under))
    Console().print(table)


@app.command()
def show(names: Names, settings_file: SettingsFile = None) -> None:
    """Show what a rule pack asks, or what several ask together."""
    packs = _packs(settings_file)
    missing = [name for name in names if name not in packs]
    if missing:
        raise BadRulePack(f"there is no rule pack {missing[0]!r}; there are: {', '.join(packs)}")
    _print(strictest(packs[name] for name in names))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="TOML file of a rule pack.")],
) -> None:
    """Check a rule pack, and show what it asks; exit status 2 with file, line and field when it cannot hold."""
    _print(read_pack(file).rules)


@app.command()
def assign(
    campaign: Annotated[str, typer.Argument(help="Name of the campaign.")],
    names: Annotated[
        list[str] | None, typer.Argument(help="Rule packs it shall be under; none: no longer any.")
    ] = None,
    settings_file: SettingsFile = None,
) -> None:
    """Put a campaign under rule packs; a running controller follows within a second."""
    with_store(settings_file, lambda store: _assign(store, campaign, tuple(dict.fromkeys(names or ())), settings_file))
    typer.echo(f"Campaign {campaign} is under {', '.join(names or ()) or 'no rule pack'}.")


async def _assign(store: Store, name: str, names: tuple[str, ...], settings_file: SettingsFile) -> None:
    known = await stored.campaign_named(store, name)
    changed = replace(known, packs=names)
    packs = check_packs(settings_file, changed)
    by = by_shell()
    await keep_packs(store, packs, by.at)
    await stored.save_campaign(store, changed, by)


def check_packs(settings_file: SettingsFile, campaign: Campaign) -> list[RulePack]:
    """Return the rule packs a campaign names.

    Raises:
        BadRulePack: one is missing, or they cannot hold for it.
    """
    if not campaign.packs:
        return []
    packs = _packs(settings_file)
    made = under_law(campaign, packs)
    if campaign.screening and not made.screening:
        raise BadRulePack(
            f"{made.law.version} counts the wait for an agent from the answer on, and machine detection takes longer: "
            "leave out --screening"
        )
    return [packs[name] for name in campaign.packs]


def _packs(settings_file: SettingsFile) -> dict[str, RulePack]:
    return read_packs(rule_folders(settings.load(settings_file)))


def _print(rules: Rules) -> None:
    table = Table("rule", "what it asks", title=rules.version)
    for rule, asks in _lines(rules):
        table.add_row(rule, escape(asks))
    Console().print(table)


def _lines(rules: Rules) -> Iterator[tuple[str, str]]:
    """Say in words what is asked; what is not asked is left out."""
    if rules.week != ANY_TIME:
        for day, windows in zip(DAYS, rules.week, strict=True):
            yield f"hours, {day}", ", ".join(map(_window, windows)) or "nobody is called"
    if rules.closed_on:
        yield "closed on", ", ".join(sorted(day.isoformat() for day in rules.closed_on))
    if rules.zone:
        yield "zone, where none is known", rules.zone
    for cap in rules.caps:
        yield "calls to one number", f"at most {cap.most} in {_span(cap.within_s)}"
    if rules.ring_min_s:
        yield "ringing", f"not ended before {rules.ring_min_s} s"
    yield from _of_drops(rules)
    for what, rule in (("consent to be called", rules.call_consent), ("consent to recording", rules.record_consent)):
        if rule is not ConsentRule.NONE:
            yield what, "needed" if rule is ConsentRule.OPT_IN else "assumed until refused"


def _of_drops(rules: Rules) -> Iterator[tuple[str, str]]:
    for limit in rules.drop_limits:
        yield "abandoned", f"at most {limit.ratio:.1%} of live answers in {_span(limit.window_s)}"
    if rules.agent_within_s:
        start = "the answer" if rules.counted_from is CountedFrom.ANSWER else "the end of the greeting"
        yield "an agent", f"within {rules.agent_within_s:g} s of {start}, later the call is abandoned"
    if rules.message:
        yield "message to who is abandoned", rules.message
    if rules.redial_lockout_s:
        excepted = ", except with an agent kept free" if rules.redial_with_agent else ""
        yield "after that no call for", f"{_span(rules.redial_lockout_s)}{excepted}"


def _window(window: Window) -> str:
    start, end = window
    return f"{start:%H:%M}-{'24:00' if end == time.max else f'{end:%H:%M}'}"


def _span(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds > length and seconds % length == 0:
            return f"{seconds / length:g} {unit}"
    return "24 hours" if seconds == 86_400 else f"{seconds:g} seconds"
