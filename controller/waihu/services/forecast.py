"""Forecasts: a campaign's history read from the store, and runs of its list drawn from it."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from waihu.dialer import pacing
from waihu.dialer.simulation_history import Attempt, History
from waihu.services.pacer_feed import OUTCOMES
from waihu.store import past_calls as stored
from waihu.store.leads import leads_left
from waihu.store.store import Store
from waihu_models.agent import AgentState
from waihu_models.campaign import Campaign
from waihu_models.disposition import STANDARD
from waihu_models.lead import LeadState
from waihu_models.outcome import Outcome

MOST_CALLS = 100_000
"""The newest ones are read: what a campaign was like a million calls ago says little of tomorrow."""
UNKNOWN = frozenset({Outcome.CANCELLED, Outcome.FAILED})
AT_WORK = tuple(
    str(state)
    for state in (
        AgentState.AVAILABLE,
        AgentState.RESERVED,
        AgentState.TALKING,
        AgentState.WRAP_UP,
        AgentState.PAUSED,
    )
)
AT_ONCE_S = 0.25


def zone_of(campaign: Campaign) -> ZoneInfo:
    """Return the time zone in which a campaign's hours and days are counted."""
    return ZoneInfo(campaign.hours.default_zone or "UTC")


async def read_history(store: Store, campaign: Campaign, most: int = MOST_CALLS) -> History:
    """Return what is known of a campaign's newest calls, in memory that does not grow with their number."""
    history, zone = History(), zone_of(campaign)
    since = await stored.newest_since(store, campaign.id, most)
    called: set[str] = set()
    agents: set[str] = set()
    oldest: datetime | None = None
    async for row in stored.past_calls(store, campaign.id, since):
        oldest = oldest or row["dialled_at"]
        if row["agent_id"]:
            agents.add(row["agent_id"])
        first = row["lead_id"] not in called
        if row["lead_id"]:
            called.add(row["lead_id"])
        if Outcome(row["outcome"]) in UNKNOWN:
            history.undecided += 1
            continue
        history.waited += waited_for_agent(row)
        history.add(attempt_of(row, zone, first=first))
    if oldest is not None and agents:
        pauses, number, history.logged_in_s = await stored.pauses(store, agents, oldest, AT_WORK)
        for pause_s in pauses:
            history.pause_s.add(pause_s)
        history.pause_s.number = number
    return history


def attempt_of(row: RowMapping, zone: ZoneInfo, *, first: bool) -> Attempt:
    """Return a stored call as an observation."""
    outcome = Outcome(row["outcome"])
    judged = STANDARD.get(row["disposition"] or "")
    times = times_of(row)
    return Attempt(
        outcome=OUTCOMES[outcome],
        hour=row["dialled_at"].astimezone(zone).hour,
        first=first,
        hint=row["hint"],
        ring_s=times["ring_s"] or 0.0,
        screen_s=times["screen_s"],
        left_s=times["left_s"],
        talk_s=times["talk_s"],
        wrap_s=times["wrap_s"],
        verdict=str(judged.category) if judged else "",
    )


def times_of(row: RowMapping) -> Mapping[str, float | None]:
    """Return how long a stored call rang, was screened, waited until it left, talked, was wrapped up."""
    outcome = Outcome(row["outcome"])
    answered = row["answered_at"]
    screened = row["hung_up_at"] if outcome is Outcome.MACHINE else row["greeting_ended_at"]
    talked = outcome is Outcome.ANSWERED
    return {
        "ring_s": _between(row["dialled_at"], answered or row["hung_up_at"]),
        "screen_s": _between(answered, screened),
        "left_s": _between(row["greeting_ended_at"], row["hung_up_at"]) if outcome is Outcome.HUNG_UP else None,
        "talk_s": _between(row["connected_at"], row["hung_up_at"]) if talked else None,
        "wrap_s": _between(row["hung_up_at"], row["ended_at"]) if talked else None,
    }


def waited_for_agent(row: RowMapping) -> bool:
    """Say whether a person found no agent at once."""
    outcome = OUTCOMES[Outcome(row["outcome"])]
    wait_s = _between(row["greeting_ended_at"], row["connected_at"] or row["hung_up_at"])
    return outcome == pacing.HUMAN and wait_s is not None and (wait_s > AT_ONCE_S or row["connected_at"] is None)


def _between(start: datetime | None, end: datetime | None) -> float | None:
    return max(0.0, (end - start).total_seconds()) if start and end else None


async def open_leads(store: Store, campaign: Campaign) -> int:
    """Return how many leads of a campaign may still be called."""
    left = await leads_left(store, campaign.id)
    return sum(left.get(state, 0) for state in (LeadState.NEW, LeadState.RETRY, LeadState.CALLBACK))
