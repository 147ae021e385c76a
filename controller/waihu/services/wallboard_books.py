"""The books of the day: counts of every campaign and agent, filled once from the store and then kept by events."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta, tzinfo

from waihu.clock import Clock
from waihu.services.wallboard_counts import NOTHING, RATE_S, AgentTally, Count, Tally, count_of, is_sale
from waihu.store import live_queries as stored
from waihu.store.report_queries import Span, stretches
from waihu.store.store import Store
from waihu_models.agent import AgentState
from waihu_models.call import Call, Direction
from waihu_models.events import AgentChanged, CallChanged
from waihu_models.live import MINUTES, LiveMinute

MINUTE_S = 60
_TO_ENTER = frozenset(Count._fields) - {"waited", "in_time"}  # what the database adds up; the others count for an hour


class Books:
    """Counts of the day and of the last hour; a day begins at midnight in ``zone``."""

    def __init__(self, clock: Clock, zone: tzinfo = UTC) -> None:
        self.clock = clock
        self._zone = zone
        self._begin_day()
        self._tallies: defaultdict[str | None, Tally] = defaultdict(Tally)
        self._agents: defaultdict[str, AgentTally] = defaultdict(AgentTally)

    def _begin_day(self) -> None:
        today = self.clock.now().astimezone(self._zone).date()
        self.day_began_at, self._day_ends_at = (
            datetime.combine(day, time.min, self._zone).astimezone(UTC) for day in (today, today + timedelta(days=1))
        )

    async def fill(self, store: Store, open_calls: Iterable[Call] = ()) -> None:
        """Read what ended calls and agents' time of today amount to; calls that are still open are handed in.

        Nothing may move meanwhile: what is told during the read would be counted twice, or not at all.

        Raises:
            StoreError: the database cannot be read.
        """
        hour_began_at = datetime.fromtimestamp((self._minute() - MINUTES + 1) * MINUTE_S, UTC)
        if self.day_began_at < hour_began_at:
            for row in await stored.ended_counts(store, self.day_began_at, hour_began_at):
                earlier = Count(**{name: int(row[name]) for name in _TO_ENTER})
                self._tallies[row["campaign_id"]].today = earlier
        for row in await stored.ended_of_agents(store, self.day_began_at):
            tally = self._agents[row["agent_id"]]
            tally.calls, tally.sales = int(row["calls"]), int(row["sales"])
        for row in await stretches(store, Span(since=self.day_began_at)):
            self._agents[row["agent_id"]].seconds[AgentState(row["state"])] += row["seconds"]
        for call in await stored.ended_since(store, hour_began_at):
            self._enter(call, count_of(call))
            self._start(call)
        for call in open_calls:
            self.call_changed(CallChanged(call, None))

    # ---- what is told ----------------------------------------------------------------------------------------------

    def call_changed(self, change: CallChanged) -> None:
        """Count what a call counts for now, and no longer what it counted for before."""
        call, was = change.call, change.was
        now, before = count_of(call), count_of(was) if was is not None else NOTHING
        if now != before:
            self._enter(call, now.minus(before))
        if was is None:
            self._start(call)
        if call.dialled_at >= self.day_began_at:
            self._credit(was, -1)
            self._credit(call, 1)

    def _start(self, call: Call) -> None:
        second = int(call.dialled_at.timestamp())
        if call.direction is Direction.OUTBOUND and second >= self.clock.now().timestamp() - RATE_S - 1:
            self._tallies[call.campaign_id].started(second)

    def _enter(self, call: Call, count: Count) -> None:
        minute = int(call.dialled_at.timestamp() // MINUTE_S)
        today, recent = call.dialled_at >= self.day_began_at, minute > self._minute() - MINUTES
        self._tallies[call.campaign_id].enter(minute, count, today=today, recent=recent)

    def _credit(self, call: Call | None, sign: int) -> None:
        if call is not None and call.agent_id is not None and (call.connected_at is not None or call.disposition):
            tally = self._agents[call.agent_id]
            tally.calls += sign * (call.connected_at is not None)
            tally.sales += sign * is_sale(call)

    def agent_changed(self, change: AgentChanged) -> None:
        """Add a stretch of time that has ended."""
        if change.agent.state is not change.was.state:
            self._agents[change.agent.id].seconds[change.was.state] += max(0.0, change.was_s)

    def roll(self) -> bool:
        """Let go of what is too old; return whether a new day has begun."""
        for tally in self._tallies.values():
            tally.roll(self._minute())
        if self.clock.now() < self._day_ends_at:
            return False
        self._begin_day()
        self._agents.clear()
        for tally in self._tallies.values():
            tally.today = NOTHING
        return True

    # ---- what is asked ---------------------------------------------------------------------------------------------

    def _minute(self) -> int:
        return int(self.clock.now().timestamp() // MINUTE_S)

    def campaign(self, campaign_id: str | None) -> Tally:
        """Return the counts of a campaign, or (None) of the calls of none."""
        return self._tallies[campaign_id]

    def agent(self, agent_id: str) -> AgentTally:
        """Return what an agent did today."""
        return self._agents[agent_id]

    def hour(self, campaigns: Iterable[str | None]) -> Count:
        """Return what the calls of these campaigns dialled in the last 60 minutes count for."""
        total = NOTHING
        for campaign_id in campaigns:
            total = total.plus(self._tallies[campaign_id].hour)
        return total

    def calls_per_s(self, campaigns: Iterable[str | None]) -> float:
        """Return how many calls a second these campaigns start."""
        second = int(self.clock.now().timestamp())
        return sum(self._tallies[campaign_id].per_s(second) for campaign_id in campaigns)

    def dialled_per_s(self, campaign_id: str) -> float:
        """Return how fast a campaign was dialled in the part of the last hour in which it was."""
        tally = self._tallies[campaign_id]
        if not tally.minutes:
            return 0.0
        return tally.hour.attempts / ((self._minute() - min(tally.minutes) + 1) * MINUTE_S)

    def minutes(self, campaigns: Iterable[str | None]) -> tuple[LiveMinute, ...]:
        """Return the last 60 minutes of these campaigns, the present one last."""
        last, wanted = self._minute(), [self._tallies[campaign_id] for campaign_id in campaigns]
        return tuple(_minute(at, wanted) for at in range(last - MINUTES + 1, last + 1))


def _minute(at: int, tallies: Iterable[Tally]) -> LiveMinute:
    dialled = answered = abandoned = 0
    for tally in tallies:
        count = tally.minutes.get(at)
        if count is not None:
            dialled += count.attempts
            answered += count.live_answers
            abandoned += count.abandoned
    return LiveMinute(
        at=datetime.fromtimestamp(at * MINUTE_S, UTC), dialled=dialled, answered=answered, abandoned=abandoned
    )
