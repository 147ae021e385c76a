"""Leads in the store: which are due, and what must be known of their numbers before they are dialled."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, exists, func, insert, or_, select, union_all

from waihu.store.calls import call_open
from waihu.store.customers import latest_word
from waihu.store.rows import lead_of, lead_row
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.call import CallState, Direction
from waihu_models.errors import NotFound
from waihu_models.ids import CampaignId, LeadId
from waihu_models.lead import Consent, DialFacts, Lead, LeadState
from waihu_models.outcome import Outcome
from waihu_models.tables import (
    CallRow,
    CampaignRow,
    DoNotCallRow,
    LeadRow,
    NumberQuality,
    NumberQualityRow,
    Purpose,
    RefusalRow,
)

_LEAD, _CALL, _DNC = table(LeadRow), table(CallRow), table(DoNotCallRow)
_REFUSAL = table(RefusalRow)
_QUALITY, _CAMPAIGN = table(NumberQualityRow), table(CampaignRow)
_ORDER = (_LEAD.c.priority.desc(), _LEAD.c.id)

WINDOW = 20_000

DAY = timedelta(hours=24)
_NOT_NOTICED = (str(Outcome.FAILED), str(Outcome.CANCELLED))
"""Attempts that rang nobody, or hardly, do not count against a number's daily limit."""
_NOT_VALID = (NumberQuality.INVALID.value, NumberQuality.WRONG_PARTY.value)


async def due_leads(
    store: Store, campaign_id: CampaignId, now: datetime, limit: int, exclude: Collection[LeadId]
) -> list[Lead]:
    """Return the next leads: promised callbacks first, then by priority, then by age.

    Everything is read in the order of an index and only as far as needed, so the length of the list does not matter.
    Of leads that waited for a moment and are due, the ``WINDOW`` longest due compete by priority.
    """
    wanted = limit + len(exclude)
    found = await _read(store, _callbacks(campaign_id, now, wanted))
    if len(found) < wanted:
        found += await _read(store, _by_priority(campaign_id, now, wanted))
    held = set(exclude)
    return [lead for lead in found if lead.id not in held][:limit]


async def _read(store: Store, query: Select[Any]) -> list[Lead]:
    return [lead_of(row) for row in await store.rows(query)]


def _in_state(campaign_id: CampaignId, state: LeadState) -> ColumnElement[bool]:
    return (_LEAD.c.campaign_id == campaign_id) & (_LEAD.c.state == state.value)


def _callbacks(campaign_id: CampaignId, now: datetime, limit: int) -> Select[Any]:
    due = _in_state(campaign_id, LeadState.CALLBACK) & (_LEAD.c.next_at <= now)
    return select(_LEAD).where(due).order_by(_LEAD.c.next_at, _LEAD.c.id).limit(limit)


def _by_priority(campaign_id: CampaignId, now: datetime, limit: int) -> Select[Any]:
    """Pick ids from the index alone, then read the rows of those that are picked."""
    picks = []
    for state in (LeadState.NEW, LeadState.RETRY):
        waiting = select(_LEAD.c.id, _LEAD.c.priority).where(_in_state(campaign_id, state))
        never_timed = waiting.where(_LEAD.c.next_at.is_(None)).order_by(*_ORDER).limit(limit)
        timed = waiting.where(_LEAD.c.next_at <= now).order_by(_LEAD.c.next_at).limit(WINDOW).subquery()
        best = select(timed).order_by(timed.c.priority.desc(), timed.c.id).limit(limit)
        picks += [select(never_timed.subquery()), select(best.subquery())]
    picked = union_all(*picks).subquery()
    return select(_LEAD).join(picked, picked.c.id == _LEAD.c.id).order_by(*_ORDER).limit(limit)


async def next_lead_at(store: Store, campaign_id: CampaignId, now: datetime) -> datetime | None:
    """Return when the next lead that is not due yet will be; None: none is waiting for a moment."""
    waiting = (LeadState.NEW, LeadState.RETRY, LeadState.CALLBACK)
    firsts = [
        select(func.min(_LEAD.c.next_at).label("at")).where(_in_state(campaign_id, state), _LEAD.c.next_at > now)
        for state in waiting
    ]
    return min((row["at"] for row in await store.rows(union_all(*firsts)) if row["at"] is not None), default=None)


async def dial_facts(store: Store, leads: Sequence[Lead], now: datetime) -> dict[LeadId, DialFacts]:
    """Return what the store knows now of the numbers and customers of these leads, each as its row has them."""
    found = await store.rows(_facts(now - DAY).where(_LEAD.c.id.in_([lead.id for lead in leads])))
    return {
        row["id"]: DialFacts(
            do_not_call=bool(row["do_not_call"]),
            call_consent=Consent(row["call_consent"] or Consent.UNKNOWN),
            record_consent=Consent(row["record_consent"] or Consent.UNKNOWN),
            number_valid=row["quality"] not in _NOT_VALID,
            attempts_24h=row["attempts"],
            in_call=bool(row["in_call"]),
        )
        for row in found
    }


def _facts(since: datetime) -> Select[Any]:
    number = _LEAD.c.number_e164
    listed = exists().where(_DNC.c.number_e164 == number, _DNC.c.active)
    quality = select(_QUALITY.c.quality).where(_QUALITY.c.number_e164 == number)
    calls = (_CALL.c.number_e164 == number) & (_CALL.c.dialled_at >= since)
    attempts = select(func.count()).where(
        calls,
        _CALL.c.direction == Direction.OUTBOUND.value,
        or_(_CALL.c.outcome.is_(None), _CALL.c.outcome.not_in(_NOT_NOTICED)),
    )
    return select(
        _LEAD.c.id,
        listed.label("do_not_call"),
        latest_word(_LEAD.c.customer_id, Purpose.CALL).label("call_consent"),
        latest_word(_LEAD.c.customer_id, Purpose.RECORD).label("record_consent"),
        quality.scalar_subquery().label("quality"),
        attempts.scalar_subquery().label("attempts"),
        exists().where(calls, _CALL.c.hung_up_at.is_(None), _CALL.c.state != CallState.ENDED.value).label("in_call"),
    )


async def lead_by_id(store: Store, lead_id: LeadId) -> Lead:
    """Return one lead.

    Raises:
        NotFound: there is none of this id.
    """
    found = await store.rows(select(_LEAD).where(_LEAD.c.id == lead_id))
    if not found:
        raise NotFound(f"there is no lead {lead_id}")
    return lead_of(found[0])


async def leads_by_key(store: Store, key: str) -> list[Lead]:
    """Return the lead of an id, or all leads with a number, by campaign."""
    # Numbers are found by the index that keeps them unique, which begins with the campaign.
    of_number = _LEAD.c.campaign_id.in_(select(_CAMPAIGN.c.id)) & (_LEAD.c.number_e164 == key)
    found = await _read(store, select(_LEAD).where(_LEAD.c.id == key))
    return found or await _read(store, select(_LEAD).where(of_number).order_by(_LEAD.c.campaign_id))


async def past_refusals(store: Store, lead_id: LeadId, limit: int) -> list[RowMapping]:
    """Return ``code``, ``at`` and ``again_at`` of a lead's newest refusals, newest first."""
    query = select(_REFUSAL).where(_REFUSAL.c.lead_id == lead_id).order_by(_REFUSAL.c.seq.desc()).limit(limit)
    return await store.rows(query)


async def leads_left(store: Store, campaign_id: CampaignId) -> dict[LeadState, int]:
    """Return how many leads of a campaign are in each state."""
    query = (
        select(_LEAD.c.state, func.count().label("count"))
        .where(_LEAD.c.campaign_id == campaign_id)
        .group_by(_LEAD.c.state)
    )
    return {LeadState(row["state"]): row["count"] for row in await store.rows(query)}


async def put_off(store: Store, campaign_id: CampaignId, now: datetime) -> dict[str, int]:
    """Return how many leads wait for a later moment, by what they wait for: a refusal, an outcome, a promise."""
    waiting = [state.value for state in (LeadState.NEW, LeadState.RETRY, LeadState.CALLBACK)]
    query = (
        select(_LEAD.c.reason, func.count().label("count"))
        .where(_LEAD.c.campaign_id == campaign_id, _LEAD.c.state.in_(waiting), _LEAD.c.next_at > now)
        .group_by(_LEAD.c.reason)
    )
    return {row["reason"]: row["count"] for row in await store.rows(query)}


async def stuck_leads(store: Store) -> list[LeadId]:
    """Return leads that count as being dialled though no call of theirs is open."""
    dialling = _LEAD.c.campaign_id.in_(select(_CAMPAIGN.c.id)) & (_LEAD.c.state == LeadState.DIALLING.value)
    is_open = exists().where(_CALL.c.lead_id == _LEAD.c.id, call_open())
    return [row["id"] for row in await store.rows(select(_LEAD.c.id).where(dialling, ~is_open))]


async def add_leads(store: Store, leads: Iterable[Lead]) -> None:
    """Put leads on the list of their campaign.

    Raises:
        StoreError: a number is on that list already, or the campaign does not exist; nothing was added.
    """
    rows = [lead_row(lead) for lead in leads]

    def work(connection: Connection) -> None:
        if rows:
            connection.execute(insert(_LEAD), rows)

    await store.write(work)
