"""One run of a forecast: a list called day by day under one pacer until it is done."""

from dataclasses import dataclass, replace

from waihu.dialer.pacing import Pacer, PacerConfig
from waihu.dialer.pacing.modes import pacer_for
from waihu.dialer.simulation import Simulation
from waihu.dialer.simulation_course import BIN_S, Course, Figures, Quarter, figures
from waihu.dialer.simulation_history import Draws, History
from waihu.dialer.simulation_list import CallList
from waihu.dialer.simulation_world import Scenario
from waihu_models.campaign import Campaign, DialMode

MOST_DAYS = 30
"""A list whose last leads are still waiting for another attempt after so many days is not followed further."""


@dataclass(frozen=True, slots=True)
class Team:
    """Who works when, and how lines are dialled.

    Attributes:
        agents: How many.
        hours: A day.
        starts_h: Hour of the day at which dialling begins.
        mode: Whose pacer decides.
        lines_per_agent: For the ratio.
    """

    agents: int
    hours: float
    starts_h: float
    mode: DialMode
    lines_per_agent: float

    def pacer(self, config: PacerConfig, simulation: Simulation) -> Pacer:  # noqa: ARG002 -- a ``PacerMaker``
        """Make the pacer, the same that production runs."""
        return pacer_for(self.mode, config, self.lines_per_agent)


@dataclass(frozen=True, slots=True)
class Run:
    """What one seed came to.

    Attributes:
        label: Of the row it belongs to.
        figures: Up to the moment at which the list first ran dry.
        course: The day by quarters of an hour, all days together.
        list_h: Hours of work until the last lead is closed; None: not within ``MOST_DAYS``.
        days: The same in days, begun ones whole.
        simulated: The list's end was reached, not reckoned from the attempts that were left.
        drawn: Calls of a replay whose fate had to be drawn.
        beyond: Calls of a replay beyond those of the day.
    """

    label: str
    figures: Figures
    course: list[Quarter]
    list_h: float | None = None
    days: int = 0
    simulated: bool = True
    drawn: int = 0
    beyond: int = 0


def shift_of(campaign: Campaign, team: Team) -> Scenario:
    """Return the limits of a shift: those production gives to a pacer."""
    law = campaign.law
    return Scenario(
        campaign.name,
        agents=team.agents,
        hours=team.hours,
        amd=campaign.screening,
        ring_timeout_s=float(campaign.ring_timeout_s),
        patience_s=campaign.patience_s,
        target=campaign.target_drop_ratio,
        min_ring_s=float(law.ring_min_s or 1e9),
        channels=campaign.max_lines,
        cps=campaign.calls_per_s,
        clock_of_day_s=team.starts_h * 3600.0,
    )


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one run is made of. ``full_days``: so many days of a list that is not done are simulated, no more."""

    label: str
    campaign: Campaign
    history: History
    team: Team
    leads: int
    seed: int
    full_days: int = 3

    def run(self) -> Run:
        """Call the list until it is done."""
        scenario = shift_of(self.campaign, self.team)
        draws = Draws(self.history, scenario, self.seed)
        calls = CallList(self.campaign, scenario, draws, self.leads, self.seed)
        kept: list[Quarter] = []
        course = [Quarter() for _ in Course(scenario).quarters]
        days, dry = 0, False
        while not calls.done and days < (MOST_DAYS if dry else self.full_days):
            calls.begin(days)
            measures = Course(scenario)
            Simulation(scenario, self.seed, self.team.pacer, calls, measures).run()
            if not dry:
                whole = _before(measures.quarters, calls.dry_at, first=not kept)
                kept += whole
                for quarter, more in zip(course, whole, strict=False):
                    quarter.add(more)
            dry = dry or calls.dry_at is not None
            days += 1
        hours = len(kept) * min(BIN_S / 3600.0, self.team.hours)
        run = Run(self.label, figures(kept, hours), course, days=days)
        return self._until_done(run, calls, dry=dry)

    def _until_done(self, run: Run, calls: CallList, *, dry: bool) -> Run:
        hours = self.team.hours
        if calls.done:
            day, seconds = divmod(calls.last_s, 86400.0)
            return replace(run, list_h=day * hours + min(hours, seconds / 3600.0), days=int(day) + 1)
        if dry or not run.figures.calls_per_h:
            return replace(run, list_h=None, simulated=False)
        missing = max(0.0, calls.size * calls.attempts_a_lead() - calls.attempts)
        list_h = run.days * hours + missing / run.figures.calls_per_h
        return replace(run, list_h=list_h, days=int(-(-list_h // hours)), simulated=False)


def _before(quarters: list[Quarter], dry_at: float | None, *, first: bool) -> list[Quarter]:
    """Return the whole quarters before the list ran dry; of the first day one at least."""
    if dry_at is None:
        return quarters
    return quarters[: max(int(dry_at / BIN_S), int(first))]
