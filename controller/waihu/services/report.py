"""The report: what came of the calls of a span, and what agents did with their time.

Every figure is defined once, in ``DEFINITIONS``.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import RowMapping

from waihu.clock import Clock
from waihu.store import report_queries as read
from waihu.store.campaigns import campaign_named
from waihu.store.report_queries import Span
from waihu.store.store import Store
from waihu_models.agent import AgentState
from waihu_models.outcome import LIVE_ANSWERS, Outcome

DEFINITIONS = {
    "attempts": "outbound calls dialled in the span",
    "open_calls": "of these, not decided yet",
    "live_answers": "answered by a person: answered + abandoned + hung up before an agent came",
    "connect_ratio": "live answers / attempts",
    "machines": "answering machines, faxes, announcements",
    "drops": "answered by a person, no agent within the limit after the greeting",
    "drop_ratio": "drops / live answers",
    "talk_s": "seconds between agent and customer, holds included",
    "answer_to_agent": "from the answer to the agent, machine detection included",
    "greeting_to_agent": "from the end of the greeting to the agent: what the law limits",
    "utilisation": "(talk + wrap-up) / (logged in - paused)",
    "idle_s": "available, waiting for a call",
    "balanced": "attempts = sum of outcomes + open calls",
}


class Latency(msgspec.Struct, frozen=True):
    """Median and 99th percentile in milliseconds over ``count`` calls; None when there are none."""

    count: int
    p50_ms: float | None
    p99_ms: float | None


class AgentTime(msgspec.Struct, frozen=True):
    """What one agent did; seconds. ``logged_in_s`` = talk + wrap-up + idle + paused + reserved."""

    agent_id: str
    name: str
    calls: int
    logged_in_s: float
    talk_s: float
    wrap_up_s: float
    idle_s: float
    paused_s: float
    utilisation: float | None


class RecordingSum(msgspec.Struct, frozen=True):
    """Recordings that can be played, their length, and those that cannot."""

    count: int
    total_s: float
    failed: int


class Report(msgspec.Struct, frozen=True):
    """The figures of one report; ratios 0..1, None where there is nothing to divide by."""

    made_at: datetime
    campaign: str | None
    since: datetime | None
    until: datetime | None
    attempts: int
    inbound: int
    open_calls: int
    live_answers: int
    connect_ratio: float | None
    machines: int
    drops: int
    drop_ratio: float | None
    drop_limit: float | None
    talk_s: float
    answer_to_agent: Latency
    greeting_to_agent: Latency
    utilisation: float | None
    outcomes: dict[str, int]
    dispositions: dict[str, int]
    agents: list[AgentTime]
    recordings: RecordingSum
    leads: dict[str, int]
    balanced: bool


async def build_report(
    store: Store,
    *,
    clock: Clock,
    campaign: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Report:
    """Read and compute the report of a span.

    Raises:
        NotFound: there is no such campaign.
        StoreError: the database cannot be read.
    """
    chosen = await campaign_named(store, campaign) if campaign else None
    span = Span(chosen.id if chosen else None, since, until)
    counted = await read.outcomes(store, span, "outbound")
    inbound = await read.outcomes(store, span, "inbound")
    ended = {str(outcome): counted.get(str(outcome), 0) for outcome in Outcome if counted.get(str(outcome))}
    attempts = sum(counted.values())
    open_calls = counted.get(None, 0)
    live = sum(ended.get(str(outcome), 0) for outcome in LIVE_ANSWERS)
    drops = ended.get(str(Outcome.ABANDONED), 0)
    connected = await read.connections(store, span)
    agents = await _agents(store, span, clock.now(), connected)
    return Report(
        made_at=clock.now(),
        campaign=campaign,
        since=since,
        until=until,
        attempts=attempts,
        inbound=sum(inbound.values()),
        open_calls=open_calls,
        live_answers=live,
        connect_ratio=_ratio(live, attempts),
        machines=ended.get(str(Outcome.MACHINE), 0),
        drops=drops,
        drop_ratio=_ratio(drops, live),
        drop_limit=chosen.target_drop_ratio if chosen else None,
        talk_s=sum(_seconds(row["connected_at"], row["hung_up_at"]) for row in connected),
        answer_to_agent=_latency(_waits(connected, "answered_at")),
        greeting_to_agent=_latency(_waits(connected, "greeting_ended_at")),
        utilisation=_utilisation(agents),
        outcomes=ended,
        dispositions=await read.dispositions(store, span),
        agents=agents,
        recordings=await _recordings(store, span),
        leads=await read.leads(store, span),
        balanced=attempts == sum(ended.values()) + open_calls,
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _seconds(start: datetime | None, end: datetime | None) -> float:
    return (end - start).total_seconds() if start and end else 0.0


def _waits(connected: Sequence[RowMapping], since: str) -> list[float]:
    return [_seconds(row[since], row["connected_at"]) for row in connected if row[since] is not None]


def _latency(seconds: Sequence[float]) -> Latency:
    ordered = sorted(seconds)
    return Latency(len(ordered), _percentile(ordered, 0.50), _percentile(ordered, 0.99))


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the smallest value that at least this share of all values does not exceed, in ms."""
    if not ordered:
        return None
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] * 1000


async def _agents(store: Store, span: Span, now: datetime, connected: Sequence[RowMapping]) -> list[AgentTime]:
    time: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in await read.stretches(store, span):
        time[row["agent_id"]][row["state"]] += row["seconds"]
    names = {}
    for row in await read.present_states(store):
        names[row["id"]] = row["name"]
        if span.until is None:  # the stretch that has not ended yet
            since = max(row["state_since"], span.since) if span.since else row["state_since"]
            time[row["id"]][row["state"]] += max(0.0, _seconds(since, now))
    calls: defaultdict[str, int] = defaultdict(int)
    for row in connected:
        calls[row["agent_id"] or ""] += 1
    made = [_agent(agent_id, names.get(agent_id, agent_id), spent, calls[agent_id]) for agent_id, spent in time.items()]
    return sorted((agent for agent in made if agent.logged_in_s > 0), key=_agent_key)


def _agent_key(agent: AgentTime) -> str:
    return agent.agent_id


_AT_WORK = (AgentState.AVAILABLE, AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP, AgentState.PAUSED)


def _agent(agent_id: str, name: str, spent: dict[str, float], calls: int) -> AgentTime:
    logged_in_s = sum(spent.get(str(state), 0.0) for state in _AT_WORK)
    talk_s, wrap_up_s = spent.get("talking", 0.0), spent.get("wrap_up", 0.0)
    paused_s = spent.get("paused", 0.0)
    return AgentTime(
        agent_id=agent_id,
        name=name,
        calls=calls,
        logged_in_s=logged_in_s,
        talk_s=talk_s,
        wrap_up_s=wrap_up_s,
        idle_s=spent.get("available", 0.0),
        paused_s=paused_s,
        utilisation=_ratio(talk_s + wrap_up_s, logged_in_s - paused_s),
    )


def _utilisation(agents: Sequence[AgentTime]) -> float | None:
    busy_s = sum(agent.talk_s + agent.wrap_up_s for agent in agents)
    return _ratio(busy_s, sum(agent.logged_in_s - agent.paused_s for agent in agents))


async def _recordings(store: Store, span: Span) -> RecordingSum:
    good = failed = 0
    total_s = 0.0
    for row in await read.recordings(store, span):
        if row["state"] in {"stored", "repaired"}:
            good += row["count"]
            total_s += row["seconds"]
        elif row["state"] != "recording":
            failed += row["count"]
    return RecordingSum(good, total_s, failed)
