"""A campaign's list through the days of a forecast: leads are called again by the rule that production follows.

What follows an attempt is decided by ``next_step``. A lead that is to be called again is called when its moment has
come, before leads that were never called; the day's limit to a number holds. Days follow each other without a gap of
their own: a delay of 24 hours ends at the same hour of the next working day.
"""

import heapq
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from waihu.dialer.lead_steps import next_step
from waihu.dialer.pacing import BUSY, CANCELLED, CONGESTION, HUMAN, INVALID, MACHINE, NOANSWER
from waihu.dialer.simulation_history import Draws
from waihu.dialer.simulation_world import DROPPED, LEFT, TALKED, Fate, Roster, Scenario
from waihu_models.call import Call, Direction
from waihu_models.campaign import Campaign
from waihu_models.disposition import Category, Disposition
from waihu_models.ids import CallId, LeadId, LegId
from waihu_models.lead import Lead, LeadState
from waihu_models.outcome import Outcome
from waihu_models.phone import E164

DAY_S = 86400.0
_START = datetime(2000, 1, 1, tzinfo=UTC)
_OUTCOMES = {
    TALKED: Outcome.ANSWERED,
    DROPPED: Outcome.ABANDONED,
    LEFT: Outcome.HUNG_UP,
    MACHINE: Outcome.MACHINE,
    BUSY: Outcome.BUSY,
    NOANSWER: Outcome.NO_ANSWER,
    INVALID: Outcome.INVALID_NUMBER,
    CONGESTION: Outcome.CONGESTION,
    CANCELLED: Outcome.CANCELLED,
}
_OPEN = (LeadState.NEW, LeadState.RETRY, LeadState.CALLBACK)


class ListLead:
    """A lead on its way through the list: one of these for each attempt."""

    __slots__ = ("_draws", "_fate", "_kind", "_scenario", "called_s", "hint", "lead", "number", "random")

    def __init__(self, draws: Draws, scenario: Scenario, number: int, lead: Lead, called_s: tuple[float, ...]) -> None:
        self._draws, self._scenario = draws, scenario
        self.number = number
        self.lead = lead
        self.called_s = called_s  # earlier attempts of the last 24 hours
        self.hint = draws.hint
        self._kind = 0.0
        self._fate: Fate | None = None

    def prepared(self, seed: int) -> "ListLead":
        """Fix what chance decides of this attempt: the same whatever the pacer does. Costly in memory, so done late."""
        self.random = Random((seed << 40) ^ (self.number << 6) ^ self.lead.attempts)  # noqa: S311 -- no secret
        self._kind, self._fate = self.random.random(), None
        return self

    def fate(self, t: float) -> Fate:
        """Return what happens if this lead is dialled at ``t``."""
        if self._fate is None:
            hour = int((self._scenario.clock_of_day_s + t) // 3600) % 24
            p = self._draws.people(hour, first=self.lead.attempts == 0)
            self._fate = self._draws.person(self.random) if self._kind < p else self._draws.nobody(self.random)
        return self._fate


class CallList:
    """A ``World``: the leads of a campaign, and the team, over as many days as it takes."""

    def __init__(self, campaign: Campaign, scenario: Scenario, draws: Draws, leads: int, seed: int) -> None:
        self._campaign, self._scenario, self._draws, self._seed = campaign, scenario, draws, seed
        self.size = leads
        self.closed = 0
        self.attempts = 0
        self.last_s = 0.0  # when the list was last worked on, in seconds since the first day began
        self.dry_at: float | None = None  # in the present day: nothing could be dialled though lines were free
        self._day = 0
        self._fresh = 0  # leads taken from the list so far
        self._again: list[tuple[float, int, ListLead]] = []
        self._staged: dict[int, ListLead] = {}
        self._next = 0  # position of the next lead to be staged
        self.rosters = self._team(0)

    @property
    def done(self) -> bool:
        """Whether every lead is closed."""
        return self.closed >= self.size

    @property
    def left(self) -> int:
        """Leads that are not closed."""
        return self.size - self.closed

    def begin(self, day: int) -> None:
        """Open a day; what was staged and not dialled comes back first."""
        for lead in self._staged.values():
            heapq.heappush(self._again, (0.0, lead.number, lead))
        self._staged.clear()
        self._day, self._next, self.dry_at = day, 0, None
        self.rosters = self._team(day)

    def _team(self, day: int) -> list[Roster]:
        random = Random(f"team {self._seed} {day}")  # noqa: S311 -- a simulation, no secret
        return [
            Roster(1.0, random.uniform(0.0, 5.0), 1e18, self._draws.pauses(self._scenario.hours, random))
            for _ in range(self._scenario.agents)
        ]

    # ---- as a world ------------------------------------------------------------------------------------------------

    def lead(self, position: int, now: float) -> ListLead | None:
        """Return a lead, staging up to it."""
        while self._next <= position:
            found = self._take(self._day * DAY_S + now)
            if found is None:
                return None
            self._staged[self._next] = found
            self._next += 1
        return self._staged[position]

    def hints(self, position: int, number: int, now: float) -> list[float]:
        """Return the hints of the next leads."""
        self.lead(position + number - 1, now)
        found = max(0, min(number, self._next - position))
        if not found and self.dry_at is None:
            self.dry_at = now
        return [self._draws.hint] * found

    def ended(self, position: int, outcome: str, now: float) -> None:
        """Let a lead take its next step."""
        lead = self._staged.pop(position)
        self._step(lead, outcome, self._day * DAY_S + now)

    def _take(self, now_s: float) -> ListLead | None:
        if self._again and self._again[0][0] <= now_s:
            return heapq.heappop(self._again)[2].prepared(self._seed)
        if self._fresh >= self.size:
            return None
        number = self._fresh
        self._fresh += 1
        return self._new(number)

    def _new(self, number: int) -> ListLead:
        lead = Lead(id=LeadId(""), campaign_id=self._campaign.id, number_e164=E164(""))
        return ListLead(self._draws, self._scenario, number, lead, ()).prepared(self._seed)

    # ---- what follows ----------------------------------------------------------------------------------------------

    def _step(self, before: ListLead, outcome: str, now_s: float) -> None:
        self.attempts += 1
        self.last_s = max(self.last_s, now_s)
        after = self._after(before, outcome, now_s)
        if after is None:
            self.closed += 1
        else:
            heapq.heappush(self._again, (self._due_s(after, now_s), after.number, after))

    def _after(self, before: ListLead, outcome: str, now_s: float) -> ListLead | None:
        """Return a lead ready for its next attempt, None when there is none."""
        verdict = self._draws.verdict(before.random) if outcome == TALKED else ""
        found = _OUTCOMES[outcome]
        now = _START + timedelta(seconds=now_s)
        step = next_step(self._campaign, before.lead, _call(found, verdict), now)
        attempts = before.lead.attempts + 1
        used_up = attempts >= self._campaign.max_attempts and step.state is not LeadState.CALLBACK
        if step.state not in _OPEN or used_up:
            return None
        lead = replace(
            before.lead,
            state=step.state,
            attempts=attempts,
            attempts_of_outcome=step.attempts_of_outcome,
            pass_no=step.pass_no or before.lead.pass_no,
            refusals=before.lead.refusals + step.refused,
            last_outcome=str(found),
            next_at=step.next_at,
        )
        called_s = (*(at for at in before.called_s if at > now_s - DAY_S), now_s)
        return ListLead(self._draws, self._scenario, before.number, lead, called_s)

    def _due_s(self, after: ListLead, now_s: float) -> float:
        next_at = after.lead.next_at
        due_s = (next_at - _START).total_seconds() if next_at else now_s
        limit = self._campaign.max_attempts_per_day
        if len(after.called_s) >= limit > 0:
            due_s = max(due_s, after.called_s[-limit] + DAY_S)
        return due_s

    def attempts_a_lead(self, sample: int = 1000) -> float:
        """Return how many attempts a lead takes on average until it is closed, whatever the pacer."""
        number = min(self.size, sample)
        return sum(self._chain(n) for n in range(number)) / number if number else 0.0

    def _chain(self, number: int) -> int:
        lead: ListLead | None = self._new(number)
        made, span_s = 0, self._scenario.ends_s
        while lead is not None:
            made += 1
            lead.prepared(self._seed)
            t = lead.random.uniform(0.0, span_s)
            fate = lead.fate(t)
            lead = self._after(lead, TALKED if fate.outcome == HUMAN else fate.outcome, made * DAY_S + t)
        return made


@cache
def _call(outcome: Outcome, verdict: str) -> Call:
    """Return as much of an ended call as decides what follows it."""
    return Call(
        id=CallId(""),
        direction=Direction.OUTBOUND,
        leg_id=LegId(""),
        number_e164=E164(""),
        trunk="",
        caller_id="",
        state_since=_START,
        dialled_at=_START,
        outcome=outcome,
        disposition=Disposition(verdict, "", "", Category(verdict)) if verdict else None,
    )
