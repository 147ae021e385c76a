"""Leads in the store, and what must be known of their numbers before they are dialled."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, exists, func, insert, select

from waihu.store.call_history import History, histories
from waihu.store.calls import call_open
from waihu.store.customers import latest_word
from waihu.store.dnc import said_of
from waihu.store.rows import lead_of, lead_row, order_of
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.tags import tags_by_customer
from waihu_models.call import CallState
from waihu_models.campaign import ListOrder
from waihu_models.errors import NotFound
from waihu_models.ids import CampaignId, LeadId
from waihu_models.lead import Consent, DialFacts, Lead, LeadState
from waihu_models.tables import (
    CallRow,
    CampaignRow,
    CustomerRow,
    LeadRow,
    NumberQuality,
    NumberQualityRow,
    Purpose,
    RefusalRow,
)

_LEAD, _CALL = table(LeadRow), table(CallRow)
_REFUSAL = table(RefusalRow)
_QUALITY, _CAMPAIGN, _CUSTOMER = table(NumberQualityRow), table(CampaignRow), table(CustomerRow)
DAY = timedelta(hours=24)
NOT_VALID = (NumberQuality.INVALID.value, NumberQuality.WRONG_PARTY.value)


async def _read(store: Store, query: Select[Any]) -> list[Lead]:
    return [lead_of(row) for row in await store.rows(query)]


async def dial_facts(store: Store, leads: Sequence[Lead], now: datetime) -> dict[LeadId, DialFacts]:
    """Return what the store knows now of the numbers and customers of these leads, each as its row has them."""
    found = await store.rows(_facts(now - DAY).where(_LEAD.c.id.in_([lead.id for lead in leads])))
    called = await histories(store, [row["number_e164"] for row in found])
    tags = await tags_by_customer(store, [row["customer_id"] for row in found if row["customer_id"]])
    said = await said_of(store, leads, now)
    return {
        row["id"]: DialFacts(
            do_not_call=said[row["id"]].listing is not None,
            listing=said[row["id"]].listing,
            stale_list=said[row["id"]].stale_list,
            call_consent=Consent(row["call_consent"] or Consent.UNKNOWN),
            record_consent=Consent(row["record_consent"] or Consent.UNKNOWN),
            number_valid=row["quality"] not in NOT_VALID,
            attempts_at=called.get(row["number_e164"], History()).attempts_at,
            dropped_at=called.get(row["number_e164"], History()).dropped_at,
            in_call=bool(row["in_call"]),
            contacted_at=called.get(row["number_e164"], History()).contacted_at,
            last_agent=called.get(row["number_e164"], History()).last_agent,
            level=row["level"] or "",
            tags=tags.get(row["customer_id"], ()),
        )
        for row in found
    }


def _facts(since: datetime) -> Select[Any]:
    number = _LEAD.c.number_e164
    quality = select(_QUALITY.c.quality).where(_QUALITY.c.number_e164 == number)
    calls = (_CALL.c.number_e164 == number) & (_CALL.c.dialled_at >= since)
    level = select(_CUSTOMER.c.level).where(_CUSTOMER.c.id == _LEAD.c.customer_id)
    return select(
        _LEAD.c.id,
        number,
        _LEAD.c.customer_id,
        level.scalar_subquery().label("level"),
        latest_word(_LEAD.c.customer_id, number, Purpose.CALL).label("call_consent"),
        latest_word(_LEAD.c.customer_id, number, Purpose.RECORD).label("record_consent"),
        quality.scalar_subquery().label("quality"),
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
    added = list(leads)

    def work(connection: Connection) -> None:
        known = connection.execute(select(_CAMPAIGN.c.id, _CAMPAIGN.c.rules)).mappings()
        orders = {row["id"]: order_of(row["rules"]) for row in known}
        rows = [lead_row(lead, orders.get(lead.campaign_id, ListOrder())) for lead in added]
        if rows:
            connection.execute(insert(_LEAD), rows)

    await store.write(work)
