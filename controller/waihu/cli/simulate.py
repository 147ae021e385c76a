"""``waihu simulate``: forecast a campaign, or live a recorded day again under another pacer or setting."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from waihu import settings
from waihu.cli.opened import with_store
from waihu.cli.options import SettingsFile, rule_folders
from waihu_models.campaign import Campaign, DialMode
from waihu_models.errors import BadInput

if TYPE_CHECKING:
    from waihu.dialer.simulation_forecast import Run, Team
    from waihu.dialer.simulation_history import History
    from waihu.services.replay import Recording
    from waihu.services.simulation_runs import Runnable
    from waihu.store.store import Store

MODES = (DialMode.PROGRESSIVE, DialMode.RATIO, DialMode.PREDICTIVE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for beyond the campaign's own settings."""

    modes: tuple[DialMode, ...]
    seeds: range
    jobs: int
    plot: Path | None
    json: bool


def simulate(
    campaign: Annotated[str, typer.Option(help="Campaign whose settings and history count.")],
    settings_file: SettingsFile = None,
    agents: Annotated[int | None, typer.Option(min=1, max=2000, help="Agents at work; needed for a forecast.")] = None,
    list_file: Annotated[
        Path | None, typer.Option("--list", exists=True, dir_okay=False, help="List whose rows are counted as leads.")
    ] = None,
    leads: Annotated[int | None, typer.Option(min=1, help="Leads; default: --list, else the campaign's own.")] = None,
    replay: Annotated[str | None, typer.Option(help="Day to live again, e.g. 2026-11-20.")] = None,
    mode: Annotated[list[DialMode] | None, typer.Option(help="Pacer; several to compare.")] = None,
    hours: Annotated[float, typer.Option(min=0.25, max=24, help="Hours of dialling a day.")] = 8.0,
    starts: Annotated[float, typer.Option(min=0, max=23.99, help="Hour of the day at which dialling begins.")] = 9.0,
    target_drop: Annotated[float | None, typer.Option(min=0, max=1, help="Drop target, 0.03 for 3 %.")] = None,
    lines_per_agent: Annotated[float | None, typer.Option(min=0.1, max=20, help="Lines per free agent.")] = None,
    ring_timeout: Annotated[int | None, typer.Option(min=5, max=120, help="Seconds a phone may ring.")] = None,
    min_ring: Annotated[int | None, typer.Option(min=1, help="Seconds before a call may be cancelled.")] = None,
    runs: Annotated[int, typer.Option(min=1, max=1000, help="Runs of each pacer.")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="Of the first run; the others follow.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=30, help="Full days to simulate; beyond, the end is reckoned.")] = 3,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; default: one for each processor.")] = None,
    plot: Annotated[Path | None, typer.Option(dir_okay=False, help="Picture to draw, .svg or .png.")] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
) -> None:
    """Forecast talk time, drops, waits and the end of a list; or live a recorded day again (--replay)."""
    day = _day(replay)
    if day is None and agents is None:
        raise BadInput("--agents is needed for a forecast, --replay for a recorded day")
    changed = {
        "target_drop_ratio": target_drop,
        "lines_per_agent": lines_per_agent,
        "ring_timeout_s": ring_timeout,
    }
    given = {name: value for name, value in changed.items() if value is not None}
    asked = _Asked(campaign, settings_file, given, min_ring)
    wish = Wish(tuple(mode or ()), range(seed, seed + runs), jobs or os.cpu_count() or 1, plot, json)
    if plot is not None:
        from waihu.services.forecast_plot import check_plot

        check_plot(plot)
    if day is not None:
        _replay(asked, wish, day)
        return
    from waihu.dialer.simulation_forecast import Team

    _forecast(asked, wish, Team(agents or 1, hours, starts, DialMode.PREDICTIVE, 1.5), (leads, list_file), days)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"--replay {text!r} is not a day; write it as 2026-11-20") from error


class _Asked:
    """The campaign that was named, under its law, with the settings that were given."""

    def __init__(
        self, name: str, settings_file: Path | None, changed: dict[str, float], min_ring_s: int | None
    ) -> None:
        self.name = name
        self.settings_file = settings_file
        self._changed = changed
        self._min_ring_s = min_ring_s

    async def read(self, store: "Store") -> Campaign:
        """Return the stored campaign."""
        from waihu.dialer.rule_packs import under_law
        from waihu.services.rule_shelf import read_packs
        from waihu.store.campaigns import campaign_named

        stored = await campaign_named(store, self.name)
        folders = rule_folders(settings.load(self.settings_file))
        return under_law(stored, read_packs(folders)) if stored.packs else stored

    def changed(self, campaign: Campaign) -> Campaign:
        """Return a campaign with what was asked for; the law's limits may be passed here, nobody is called."""
        least_s = campaign.law.ring_min_s if self._min_ring_s is None else self._min_ring_s
        return replace(campaign, law=replace(campaign.law, ring_min_s=least_s), **self._changed)  # type: ignore[arg-type]


def _modes(wish: Wish, campaign: Campaign) -> tuple[DialMode, ...]:
    found = tuple(dict.fromkeys(wish.modes or (campaign.mode,)))
    if not set(found) <= set(MODES):
        raise BadInput(f"a person dials in preview mode; simulate with --mode {', '.join(MODES)}")
    return found


# ---- forecast ------------------------------------------------------------------------------------------------------


def _forecast(asked: _Asked, wish: Wish, team: "Team", leads: tuple[int | None, Path | None], days: int) -> None:
    from waihu.dialer.simulation_forecast import Forecast, shift_of
    from waihu.dialer.simulation_history import Draws
    from waihu.services.forecast_text import as_json, forecast_text

    stored, history, open_leads = with_store(asked.settings_file, lambda store: _known(asked, store))
    campaign = asked.changed(stored)
    number = leads[0] or (_counted(leads[1]) if leads[1] else open_leads)
    if not number:
        raise BadInput(f"campaign {campaign.name!r} has no open lead: give --list or --leads")
    tasks = [
        Forecast(
            str(mode),
            campaign,
            history,
            replace(team, mode=mode, lines_per_agent=campaign.lines_per_agent),
            number,
            seed,
            days,
        )
        for seed in wish.seeds
        for mode in _modes(wish, campaign)
    ]
    found = _run(tasks, wish.jobs)
    bases = Draws(history, shift_of(campaign, team), 0).bases
    text = as_json(found, bases=bases, leads=number) if wish.json else forecast_text(found, bases, number)
    typer.echo(text, nl=False)
    if wish.plot is not None:
        from waihu.services.forecast_plot import draw

        draw(found, wish.plot, f"{campaign.name}: forecast with {team.agents} agents", team.starts_h)


async def _known(asked: _Asked, store: "Store") -> "tuple[Campaign, History, int]":
    from waihu.services.forecast import open_leads, read_history

    campaign = await asked.read(store)
    return campaign, await read_history(store, campaign), await open_leads(store, campaign)


def _counted(path: Path) -> int:
    from waihu.services.import_file import read_rows

    return max(0, sum(not row.problem for row in read_rows(path)) - 1)


# ---- replay --------------------------------------------------------------------------------------------------------


def _replay(asked: _Asked, wish: Wish, day: date) -> None:
    from waihu.services.forecast_text import as_json, replay_text
    from waihu.services.replay import Replay, team_of

    stored, recording = with_store(asked.settings_file, lambda store: _recorded(asked, store, day))
    campaign, team = asked.changed(stored), team_of(recording, stored)
    tasks = [
        Replay(
            str(mode),
            campaign,
            recording.day,
            replace(team, mode=mode, lines_per_agent=campaign.lines_per_agent),
            seed,
        )
        for seed in wish.seeds
        for mode in _modes(wish, campaign)
    ]
    found = _run(tasks, wish.jobs)
    if wish.json:
        text = as_json(found, recorded=recording.figures)
    else:
        text = replay_text(recording.figures, found, len(recording.day.calls))
    typer.echo(text, nl=False)
    if wish.plot is not None:
        from waihu.services.forecast_plot import draw

        draw(found, wish.plot, f"{campaign.name}: {day} again", team.starts_h, recording.course)


async def _recorded(asked: _Asked, store: "Store", day: date) -> "tuple[Campaign, Recording]":
    from waihu.services.replay import read_day

    campaign = await asked.read(store)
    return campaign, await read_day(store, campaign, day)


# ---- both ----------------------------------------------------------------------------------------------------------


def _run(tasks: "Sequence[Runnable]", jobs: int) -> "list[Run]":
    """Run everything; Ctrl-C ends it, and what is there is shown."""
    from waihu.services.simulation_runs import runs

    found: list[Run] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    try:
        with Progress(*columns, console=console, transient=True) as progress:
            bar = progress.add_task("simulating", total=len(tasks))
            for run in runs(tasks, jobs):
                found.append(run)
                progress.advance(bar)
    except KeyboardInterrupt:
        console.print(f"Stopped: {len(found)} of {len(tasks)} runs are done.")
    if not found:
        raise typer.Exit(1)
    order = {task.label: number for number, task in enumerate(tasks)}
    return sorted(found, key=lambda run: order[run.label])
