"""Replays: a recorded day rebuilt from the store, its own figures, and runs of it under any pacer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from sqlalchemy import RowMapping

from waihu.dialer import pacing
from waihu.dialer.simulation import Simulation
from waihu.dialer.simulation_course import Course, Figures, Quarter, figures
from waihu.dialer.simulation_forecast import Run, Team, shift_of
from waihu.dialer.simulation_replay import RecordedCall, RecordedDay, ReplayWorld
from waihu.dialer.simulation_world import Roster, Scenario
from waihu.services.forecast import AT_WORK, UNKNOWN, times_of, zone_of
from waihu.services.pacer_feed import OUTCOMES
from waihu.store import past_calls as stored
from waihu.store.store import Store
from waihu_models.agent import AgentState
from waihu_models.campaign import Campaign
from waihu_models.errors import BadInput
from waihu_models.outcome import LIVE_ANSWERS, Outcome

APART_S = 1.0
"""Stretches of work no further apart than this are one."""
_BUSY = frozenset({"reserved", "talking", "wrap_up"})
_STATES = {
    AgentState.AVAILABLE: pacing.READY,
    AgentState.RESERVED: pacing.TALK,
    AgentState.TALKING: pacing.TALK,
    AgentState.WRAP_UP: pacing.WRAP,
}


@dataclass(frozen=True, slots=True)
class Recording:
    """A day as it was: rebuilt for a simulation, and its own figures."""

    day: RecordedDay
    figures: Figures
    course: list[Quarter]


async def read_day(store: Store, campaign: Campaign, day: date) -> Recording:
    """Return a recorded day of a campaign, in its own time zone.

    Raises:
        BadInput: nothing was dialled that day, or no agent was logged in.
    """
    begins = datetime.combine(day, time(), zone_of(campaign))
    since, until = begins.astimezone(UTC), (begins + timedelta(days=1)).astimezone(UTC)
    rows = [row async for row in stored.past_calls(store, campaign.id, since, until)]
    if not rows:
        raise BadInput(f"campaign {campaign.name!r} has no call of {day}")
    agents = {row["agent_id"] for row in rows if row["agent_id"]}
    stretches = await stored.stretches(store, agents, since, until)
    if not stretches:
        raise BadInput(f"nobody is known to have worked for campaign {campaign.name!r} on {day}")
    at_work = [row["started_at"] for row in stretches if row["state"] in AT_WORK]
    start = max(since, min([rows[0]["dialled_at"], *at_work]))
    # Agents may stay logged in long after the last call; that is another matter than this list.
    end = min(until, max(row["ended_at"] or row["dialled_at"] for row in rows))
    return _recording(rows, stretches, start, end, zone_hour=start.astimezone(begins.tzinfo))


def _recording(
    rows: Sequence[RowMapping], stretches: Sequence[RowMapping], start: datetime, end: datetime, zone_hour: datetime
) -> Recording:
    seconds = max(1.0, (end - start).total_seconds())
    own = {row["id"] for row in rows}
    by_agent = [list(group) for _, group in groupby(stretches, key=_agent)]
    teams = [roster for group in by_agent for roster in _rosters(group, own, start, seconds)]
    calls = tuple(_call(row) for row in rows)
    day = RecordedDay(
        calls=calls,
        rosters=tuple(teams),
        seconds=seconds,
        starts_h=zone_hour.hour + zone_hour.minute / 60.0 + zone_hour.second / 3600.0,
        talks=tuple((call.talk_s, call.wrap_s or 0.0) for call in calls if call.talk_s is not None),
    )
    course = _course(rows, stretches, own, start, seconds)
    return Recording(day, figures(course.quarters, seconds / 3600.0), course.quarters)


def _agent(row: RowMapping) -> str:
    return str(row["agent_id"])


def _call(row: RowMapping) -> RecordedCall:
    outcome = Outcome(row["outcome"])
    times = times_of(row)
    return RecordedCall(
        outcome="" if outcome in UNKNOWN else OUTCOMES[outcome],
        ring_s=times["ring_s"] or 0.0,
        screen_s=times["screen_s"] or 0.0,
        left_s=times["left_s"],
        talk_s=times["talk_s"],
        wrap_s=times["wrap_s"],
        hint=row["hint"],
    )


# ---- agents --------------------------------------------------------------------------------------------------------


def _rosters(stretches: Sequence[RowMapping], own: set[str], start: datetime, seconds: float) -> list[Roster]:
    """Return an agent's sessions, each as a roster; what they did for others is a pause."""
    found: list[Roster] = []
    for row in stretches:
        if row["state"] not in AT_WORK:
            continue
        begins, ends = ((row[name] - start).total_seconds() for name in ("started_at", "ended_at"))
        away = row["state"] == "paused" or (row["state"] in _BUSY and row["call_id"] not in own)
        pause = ((max(0.0, begins), ends - max(0.0, begins)),) if away else ()
        if begins >= seconds or ends <= 0.0:
            continue
        if found and begins - found[-1].goes_s <= APART_S:
            last = found[-1]
            found[-1] = replace(last, goes_s=ends, pauses=(*last.pauses, *pause))
        else:
            found.append(Roster(1.0, max(0.0, begins), ends, pause))
    return [_settled(roster, seconds) for roster in found]


def _settled(roster: Roster, seconds: float) -> Roster:
    """Whoever stayed until the end does not leave before it."""
    return replace(roster, goes_s=1e18) if roster.goes_s >= seconds - APART_S else roster


# ---- what was ------------------------------------------------------------------------------------------------------


def _course(
    rows: Sequence[RowMapping], stretches: Sequence[RowMapping], own: set[str], start: datetime, seconds: float
) -> Course:
    course = Course(Scenario("recorded", hours=seconds / 3600.0))
    for row in rows:
        dialled = (row["dialled_at"] - start).total_seconds()
        course.dialled(dialled, 0)
        outcome = Outcome(row["outcome"])
        if outcome in LIVE_ANSWERS:
            _answered(course, row, outcome, start)
    for row in stretches:
        state = _STATES.get(AgentState(row["state"]))
        if state is None or (state != pacing.READY and row["call_id"] not in own):
            continue
        begins, ends = ((row[name] - start).total_seconds() for name in ("started_at", "ended_at"))
        course.stays(state, max(0.0, begins), min(seconds, ends))
    return course


def _answered(course: Course, row: RowMapping, outcome: Outcome, start: datetime) -> None:
    at = ((row["connected_at"] or row["hung_up_at"] or row["dialled_at"]) - start).total_seconds()
    if outcome is Outcome.ABANDONED:
        course.dropped(at)
    elif outcome is Outcome.HUNG_UP:
        course.hung_up(at)
    else:
        since = row["greeting_ended_at"] or row["answered_at"] or row["connected_at"]
        wait_s = (row["connected_at"] - since).total_seconds() if row["connected_at"] and since else 0.0
        course.connected(at, max(0.0, wait_s), human=True)


# ---- again ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Replay:
    """What one run of a recorded day is made of."""

    label: str
    campaign: Campaign
    day: RecordedDay
    team: Team
    seed: int

    def run(self) -> Run:
        """Live the day again."""
        scenario = shift_of(self.campaign, self.team)
        world = ReplayWorld(self.day, scenario, self.seed)
        course = Course(scenario)
        simulation = Simulation(scenario, self.seed, self.team.pacer, world, course)
        simulation.run()
        return Run(
            self.label,
            figures(course.quarters, scenario.hours),
            course.quarters,
            drawn=self.day.unknown,
            beyond=max(0, simulation.position - world.recorded),
        )


def team_of(recording: Recording, campaign: Campaign) -> Team:
    """Return the team of a recorded day."""
    day = recording.day
    return Team(len(day.rosters), day.seconds / 3600.0, day.starts_h, campaign.mode, campaign.lines_per_agent)
