"""What is known of a number that somebody wants to call: its lead in a campaign, its customer, what forbids it."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, literal, select

from waihu.store.call_history import History, histories
from waihu.store.customers import latest_word
from waihu.store.dnc import said_of
from waihu.store.leads import NOT_VALID
from waihu.store.rows import lead_of
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.tags import tags_by_customer
from waihu_models.call import CallState
from waihu_models.errors import NotFound
from waihu_models.ids import CampaignId, CustomerId, LeadId, new_id
from waihu_models.lead import BY_HAND, Consent, DialFacts, Lead, LeadState
from waihu_models.phone import E164
from waihu_models.tables import CallRow, CustomerPhoneRow, CustomerRow, LeadRow, NumberQualityRow, Purpose

_LEAD, _CALL, _QUALITY = table(LeadRow), table(CallRow), table(NumberQualityRow)
_CUSTOMER, _PHONE = table(CustomerRow), table(CustomerPhoneRow)
_OPEN_CALLS_SINCE = timedelta(hours=24)


async def facts_of(store: Store, lead: Lead, now: datetime) -> DialFacts:
    """Return what the store knows of the number and customer of a lead, whether or not the lead is in it."""
    number = literal(lead.number_e164)
    customer = literal(lead.customer_id)
    live = (_CALL.c.hung_up_at.is_(None)) & (_CALL.c.state != CallState.ENDED.value)
    calls = exists().where(_CALL.c.number_e164 == number, _CALL.c.dialled_at >= now - _OPEN_CALLS_SINCE, live)
    query = select(
        latest_word(customer, number, Purpose.CALL).label("call_consent"),
        latest_word(customer, number, Purpose.RECORD).label("record_consent"),
        select(_QUALITY.c.quality).where(_QUALITY.c.number_e164 == number).scalar_subquery().label("quality"),
        calls.label("in_call"),
        select(_CUSTOMER.c.level).where(_CUSTOMER.c.id == customer).scalar_subquery().label("level"),
    )
    row = (await store.rows(query))[0]
    called = (await histories(store, [lead.number_e164])).get(lead.number_e164, History())
    said = (await said_of(store, [lead], now))[lead.id]
    tags = await tags_by_customer(store, [lead.customer_id] if lead.customer_id else [])
    return DialFacts(
        do_not_call=said.listing is not None,
        listing=said.listing,
        stale_list=said.stale_list,
        call_consent=Consent(row["call_consent"] or Consent.UNKNOWN),
        record_consent=Consent(row["record_consent"] or Consent.UNKNOWN),
        number_valid=row["quality"] not in NOT_VALID,
        attempts_at=called.attempts_at,
        dropped_at=called.dropped_at,
        in_call=bool(row["in_call"]),
        contacted_at=called.contacted_at,
        last_agent=called.last_agent,
        level=row["level"] or "",
        tags=tags.get(lead.customer_id or "", ()),
    )


async def lead_for_number(store: Store, campaign_id: CampaignId, number: E164) -> Lead:
    """Return the lead a number has in a campaign, or one that is not stored yet."""
    here = (_LEAD.c.campaign_id == campaign_id) & (_LEAD.c.number_e164 == number)
    found = await store.rows(select(_LEAD).where(here))
    if found:
        return lead_of(found[0])
    owner = await store.rows(
        select(_PHONE.c.customer_id).where(_PHONE.c.number_e164 == number).order_by(_PHONE.c.place).limit(1)
    )
    customer_id = CustomerId(owner[0]["customer_id"]) if owner else None
    return await _new(store, campaign_id, number, customer_id)


async def lead_for_customer(store: Store, campaign_id: CampaignId, customer_id: CustomerId) -> Lead:
    """Return a customer's lead in a campaign, or one that is not stored yet, with the customer's first number.

    Raises:
        NotFound: there is no such customer, or none with a number.
    """
    here = (_LEAD.c.campaign_id == campaign_id) & (_LEAD.c.customer_id == customer_id)
    found = await store.rows(select(_LEAD).where(here).order_by(_LEAD.c.id).limit(1))
    if found:
        return lead_of(found[0])
    numbers = await store.rows(
        select(_PHONE.c.number_e164).where(_PHONE.c.customer_id == customer_id).order_by(_PHONE.c.place).limit(1)
    )
    if not numbers:
        raise NotFound(f"there is no customer {customer_id!r} with a number")
    return await lead_for_number(store, campaign_id, E164(numbers[0]["number_e164"]))


async def _new(store: Store, campaign_id: CampaignId, number: E164, customer_id: CustomerId | None) -> Lead:
    """Make a lead that no dial loop takes."""
    rows = await store.rows(select(_CUSTOMER.c.name, _CUSTOMER.c.zone).where(_CUSTOMER.c.id == customer_id))
    return Lead(
        id=LeadId(new_id()),
        campaign_id=campaign_id,
        number_e164=number,
        customer_id=customer_id,
        name=rows[0]["name"] if rows else "",
        zone=rows[0]["zone"] if rows else None,
        state=LeadState.PAUSED,
        list_name=BY_HAND,
        version=0,
    )


async def check_lead(store: Store, lead_id: LeadId, visible: ColumnElement[bool]) -> None:
    """Let pass who may see a lead.

    Raises:
        NotFound: there is none that may be seen.
    """
    if not await store.rows(select(_LEAD.c.id).where(_LEAD.c.id == lead_id, visible)):
        raise NotFound(f"there is no lead {lead_id!r}")


async def check_customer(store: Store, customer_id: CustomerId, visible: ColumnElement[bool]) -> None:
    """Let pass who may see a customer.

    Raises:
        NotFound: there is none that may be seen.
    """
    if not await store.rows(select(_CUSTOMER.c.id).where(_CUSTOMER.c.id == customer_id, visible)):
        raise NotFound(f"there is no customer {customer_id!r}")
