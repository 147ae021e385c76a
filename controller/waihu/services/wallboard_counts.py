"""Counting for the wall: what one call counts for, added up by campaign for the day and for each of the last minutes.

A call is counted where it was dialled: in that minute, on that day. So every figure is the one ``waihu report`` gives
for the same span. When a call moves, the difference between what it counts for now and before is entered: the cost
does not depend on how much was counted already.
"""

from collections import defaultdict
from operator import add, sub
from typing import NamedTuple

from waihu_models.agent import AgentState
from waihu_models.call import Call, Direction
from waihu_models.disposition import Category
from waihu_models.live import MINUTES, AgentDay
from waihu_models.outcome import LIVE_ANSWERS, Outcome

SERVICE_LEVEL_S = 20.0
"""A waiting person is served in time if an agent is there within this."""
RATE_S = 10
"""Calls per second are an average over so many whole seconds."""


class Count(NamedTuple):
    """What calls count for; see ``wallboard_texts`` for the words."""

    attempts: int = 0
    inbound: int = 0
    answered: int = 0
    live_answers: int = 0
    machines: int = 0
    abandoned: int = 0
    contacts: int = 0
    sales: int = 0
    waited: int = 0
    in_time: int = 0

    def plus(self, other: "Count") -> "Count":
        """Return the sum."""
        return Count(*map(add, self, other))

    def minus(self, other: "Count") -> "Count":
        """Return the difference."""
        return Count(*map(sub, self, other))


NOTHING = Count()


def count_of(call: Call) -> Count:
    """Return what a call counts for as it is now."""
    outbound = call.direction is Direction.OUTBOUND
    waited, in_time = _service(call)
    return Count(
        attempts=int(outbound),
        inbound=int(not outbound),
        answered=int(outbound and call.answered_at is not None),
        live_answers=int(outbound and call.outcome in LIVE_ANSWERS),
        machines=int(outbound and call.outcome is Outcome.MACHINE),
        abandoned=int(outbound and call.outcome is Outcome.ABANDONED),
        contacts=int(outbound and call.connected_at is not None),
        sales=int(is_sale(call)),
        waited=int(waited),
        in_time=int(in_time),
    )


def is_sale(call: Call) -> bool:
    """Say whether an agent judged the call a success."""
    return call.disposition is not None and call.disposition.category is Category.SUCCESS


def _service(call: Call) -> tuple[bool, bool]:
    """Say whether a person's wait for an agent is over, and whether it was short enough."""
    if call.connected_at is None:
        return call.outcome in {Outcome.ABANDONED, Outcome.HUNG_UP}, False
    began = call.greeting_ended_at or call.answered_at
    return True, began is None or (call.connected_at - began).total_seconds() <= SERVICE_LEVEL_S


class Tally:
    """The counts of one campaign, or of the calls of none."""

    def __init__(self) -> None:
        self.today = NOTHING
        self.hour = NOTHING  # the present minute and those before it that the chart shows
        self.minutes: defaultdict[int, Count] = defaultdict(Count)
        self._starts: defaultdict[int, int] = defaultdict(int)

    def enter(self, minute: int, count: Count, *, today: bool, recent: bool) -> None:
        """Add to what the calls dialled in a minute since the epoch count for, on the day and in the last hour."""
        if today:
            self.today = self.today.plus(count)
        if recent:
            self.minutes[minute] = self.minutes[minute].plus(count)
            self.hour = self.hour.plus(count)

    def roll(self, minute: int) -> None:
        """Forget the minutes that the chart, with this one as its last, no longer shows."""
        for old in [at for at in self.minutes if at <= minute - MINUTES]:
            self.hour = self.hour.minus(self.minutes.pop(old))

    def started(self, second: int) -> None:
        """Count the start of a call in a second since the epoch."""
        self._starts[second] += 1
        if len(self._starts) > 2 * RATE_S:
            for old in [at for at in self._starts if at < second - RATE_S]:
                del self._starts[old]

    def per_s(self, second: int) -> float:
        """Return how many calls a second were started, before this second."""
        return sum(count for at, count in self._starts.items() if second - RATE_S <= at < second) / RATE_S


_AT_WORK = (AgentState.AVAILABLE, AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP, AgentState.PAUSED)


class AgentTally:
    """What one agent did today."""

    def __init__(self) -> None:
        self.calls = 0
        self.sales = 0
        self.seconds: defaultdict[AgentState, float] = defaultdict(float)

    def day(self) -> AgentDay:
        """Return it as screens show it."""
        talk_s, wrap_up_s = self.seconds[AgentState.TALKING], self.seconds[AgentState.WRAP_UP]
        return AgentDay(
            calls=self.calls,
            sales=self.sales,
            talk_s=talk_s,
            wrap_up_s=wrap_up_s,
            idle_s=self.seconds[AgentState.AVAILABLE],
            paused_s=self.seconds[AgentState.PAUSED],
            logged_in_s=sum(self.seconds[state] for state in _AT_WORK),
            handling_s=(talk_s + wrap_up_s) / self.calls if self.calls else None,
        )
