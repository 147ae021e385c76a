"""A recorded day as a world: its calls in the order in which they were dialled, its agents as they came and went.

What would have become of a call that was cancelled, dropped or failed nobody knows: it is drawn from the day's other
calls. So are calls beyond the last of the day, which a pacer that dials more will need.
"""

from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from waihu.dialer.pacing import HUMAN
from waihu.dialer.simulation_world import Fate, Roster, Scenario

NEVER_S = 1e9


class RecordedCall(NamedTuple):
    """A stored call, as far as it went; None: it did not come to that.

    Attributes:
        outcome: Of the pacer's contract, "" where it is unknown: the call was cancelled, or failed on our side.
        ring_s: To the answer or the end; an unknown call rang at least so long.
        screen_s: From the answer to the verdict of machine detection.
        left_s: From the greeting to the hang-up of a caller whom no agent had taken.
        talk_s: With an agent; ``wrap_s`` after it.
        hint: The call was dialled with.
    """

    outcome: str
    ring_s: float
    screen_s: float = 0.0
    left_s: float | None = None
    talk_s: float | None = None
    wrap_s: float | None = None
    hint: float = 0.0


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """What a replay needs of a day; times are seconds from its first log-in or call."""

    calls: tuple[RecordedCall, ...]
    rosters: tuple[Roster, ...]
    seconds: float
    starts_h: float
    talks: tuple[tuple[float, float], ...] = ()  # talk and wrap-up of calls an agent had

    @property
    def unknown(self) -> int:
        """How many calls have something that must be drawn."""
        return sum(not call.outcome or (call.outcome == HUMAN and call.talk_s is None) for call in self.calls)


class ReplayLead(NamedTuple):
    """A call of the day that has a lead's part in a simulation."""

    hint: float
    known: Fate

    def fate(self, t: float) -> Fate:  # noqa: ARG002 -- what happened then is taken to happen at any moment
        """Return what happened."""
        return self.known


class ReplayWorld:
    """A ``World``: the calls and the team of a recorded day."""

    def __init__(self, day: RecordedDay, scenario: Scenario, seed: int) -> None:
        self._scenario, self._seed = scenario, seed
        random = Random(f"replay {seed}")  # noqa: S311 -- a simulation, no secret
        self.rosters = list(day.rosters)
        self._talks = day.talks or ((120.0, 20.0),)
        known = [call for call in day.calls if call.outcome]
        self._leads = [self._lead(call, known, random) for call in day.calls]
        self._hints = [lead.hint for lead in self._leads]
        self._recorded = len(self._leads)
        self._random = random

    @property
    def recorded(self) -> int:
        """How many calls the day had."""
        return self._recorded

    def _lead(self, call: RecordedCall, known: list[RecordedCall], random: Random) -> ReplayLead:
        if not call.outcome:
            # Among those that were still ringing at that age, if there are any.
            like = [other for other in known if other.ring_s > call.ring_s] or known
            if not like:
                return ReplayLead(call.hint, Fate("noanswer", self._scenario.ring_timeout_s, 0, False, NEVER_S, 0, 0))
            call = random.choice(like)._replace(hint=call.hint)
        return ReplayLead(call.hint, self._fate(call, random))

    def _fate(self, call: RecordedCall, random: Random) -> Fate:
        ring_s = min(call.ring_s, self._scenario.ring_timeout_s)
        if call.outcome != HUMAN:
            return Fate(call.outcome, ring_s, call.screen_s, False, NEVER_S, 0.0, 0.0)
        talk, wrap = random.choice(self._talks)
        return Fate(
            HUMAN,
            ring_s,
            call.screen_s,
            True,
            NEVER_S if call.left_s is None else call.left_s,
            talk if call.talk_s is None else call.talk_s,
            wrap if call.wrap_s is None else call.wrap_s,
        )

    def lead(self, position: int, now: float) -> ReplayLead:  # noqa: ARG002 -- the list is the same at any time
        """Return a call of the day, or one drawn like it."""
        while len(self._leads) <= position:
            self._leads.append(self._leads[self._random.randrange(self._recorded)])
            self._hints.append(self._leads[-1].hint)
        return self._leads[position]

    def hints(self, position: int, number: int, now: float) -> list[float]:
        """Return the hints of the next calls."""
        self.lead(position + number, now)
        return self._hints[position : position + number]

    def ended(self, position: int, outcome: str, now: float) -> None:
        """Forget it: each call of the day happens once."""
