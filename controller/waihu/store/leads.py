"""Leads in the store: which are due, and what must be known of their numbers before they are dialled."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Executable, and_, func, insert, or_, select

from waihu.store.rows import lead_of, lead_row
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import NotFound
from waihu_models.ids import CampaignId, LeadId
from waihu_models.lead import Consent, DialFacts, Lead, LeadState
from waihu_models.outcome import Outcome
from waihu_models.tables import CallRow, ConsentRow, DoNotCallRow, LeadRow, NumberQualityRow

_LEAD, _CALL, _DNC = table(LeadRow), table(CallRow), table(DoNotCallRow)
_CONSENT, _QUALITY = table(ConsentRow), table(NumberQualityRow)

DAY = timedelta(hours=24)
_NOT_NOTICED = (str(Outcome.FAILED), str(Outcome.CANCELLED))
"""Attempts that rang nobody, or hardly, do not count against a number's daily limit."""


async def due_leads(
    store: Store, campaign_id: CampaignId, now: datetime, limit: int, exclude: Collection[LeadId]
) -> list[Lead]:
    """Return the next leads: promised callbacks first, then by priority, then by age.

    Each state is read in the order of an index and only as far as needed, so the length of the list does not matter.
    """
    wanted = limit + len(exclude)
    found = await _callbacks(store, campaign_id, now, wanted)
    rest = [
        lead
        for state in (LeadState.NEW, LeadState.RETRY)
        for lead in await _by_priority(store, campaign_id, state, now, wanted)
    ]
    rest.sort(key=_order)
    held = set(exclude)
    return [lead for lead in (*found, *rest) if lead.id not in held][:limit]


def _order(lead: Lead) -> tuple[float, str]:
    return -lead.priority, lead.id


async def _callbacks(store: Store, campaign_id: CampaignId, now: datetime, limit: int) -> list[Lead]:
    due = and_(_LEAD.c.campaign_id == campaign_id, _LEAD.c.state == LeadState.CALLBACK.value, _LEAD.c.next_at <= now)
    query = select(_LEAD).where(due).order_by(_LEAD.c.next_at).limit(limit)
    return [lead_of(row) for row in await store.rows(query)]


async def _by_priority(
    store: Store, campaign_id: CampaignId, state: LeadState, now: datetime, limit: int
) -> list[Lead]:
    due = or_(_LEAD.c.next_at.is_(None), _LEAD.c.next_at <= now)
    query = (
        select(_LEAD)
        .where(_LEAD.c.campaign_id == campaign_id, _LEAD.c.state == state.value, due)
        .order_by(_LEAD.c.priority.desc(), _LEAD.c.id)
        .limit(limit)
    )
    return [lead_of(row) for row in await store.rows(query)]


async def dial_facts(store: Store, leads: Sequence[Lead], now: datetime) -> dict[LeadId, DialFacts]:
    """Return what the store knows now of the numbers and customers of these leads."""
    numbers = [lead.number_e164 for lead in leads]
    dnc = await _numbers(store, select(_DNC.c.number_e164).where(_DNC.c.number_e164.in_(numbers), _DNC.c.active))
    bad = await _numbers(store, select(_QUALITY.c.number_e164).where(_QUALITY.c.number_e164.in_(numbers)))
    attempts = await _attempts(store, numbers, now - DAY)
    refused = await _refused(store, [lead.customer_id for lead in leads if lead.customer_id])
    return {
        lead.id: DialFacts(
            do_not_call=lead.number_e164 in dnc,
            call_consent=Consent.DENIED if lead.customer_id in refused else Consent.UNKNOWN,
            number_valid=lead.number_e164 not in bad,
            attempts_24h=attempts.get(lead.number_e164, 0),
        )
        for lead in leads
    }


async def _numbers(store: Store, query: Executable) -> set[str]:
    return {row["number_e164"] for row in await store.rows(query)}


async def _attempts(store: Store, numbers: Sequence[str], since: datetime) -> dict[str, int]:
    query = (
        select(_CALL.c.number_e164, func.count().label("count"))
        .where(
            _CALL.c.number_e164.in_(numbers),
            _CALL.c.dialled_at >= since,
            _CALL.c.direction == "outbound",
            or_(_CALL.c.outcome.is_(None), _CALL.c.outcome.not_in(_NOT_NOTICED)),
        )
        .group_by(_CALL.c.number_e164)
    )
    return {row["number_e164"]: row["count"] for row in await store.rows(query)}


async def _refused(store: Store, customers: Sequence[str]) -> set[str]:
    """Return the customers whose latest word on being called is a refusal."""
    if not customers:
        return set()
    latest = (
        select(func.max(_CONSENT.c.seq))
        .where(_CONSENT.c.customer_id.in_(customers), _CONSENT.c.purpose == "call")
        .group_by(_CONSENT.c.customer_id)
    )
    query = select(_CONSENT.c.customer_id).where(_CONSENT.c.seq.in_(latest), _CONSENT.c.state == Consent.DENIED.value)
    return {row["customer_id"] for row in await store.rows(query)}


async def lead_by_id(store: Store, lead_id: LeadId) -> Lead:
    """Return one lead.

    Raises:
        NotFound: there is none of this id.
    """
    found = await store.rows(select(_LEAD).where(_LEAD.c.id == lead_id))
    if not found:
        raise NotFound(f"there is no lead {lead_id}")
    return lead_of(found[0])


async def leads_left(store: Store, campaign_id: CampaignId) -> dict[LeadState, int]:
    """Return how many leads of a campaign are in each state."""
    query = (
        select(_LEAD.c.state, func.count().label("count"))
        .where(_LEAD.c.campaign_id == campaign_id)
        .group_by(_LEAD.c.state)
    )
    return {LeadState(row["state"]): row["count"] for row in await store.rows(query)}


async def stuck_leads(store: Store) -> list[LeadId]:
    """Return leads that count as being dialled though no call of theirs is open."""
    open_calls = select(_CALL.c.lead_id).where(_CALL.c.state != "ended", _CALL.c.lead_id.is_not(None))
    query = select(_LEAD.c.id).where(_LEAD.c.state == LeadState.DIALLING.value, _LEAD.c.id.not_in(open_calls))
    return [row["id"] for row in await store.rows(query)]


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
