"""What is on record of one number, or of a span of time: read in pages, so that a day of any size fits into memory."""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, Select, and_, exists, or_, select, true, tuple_

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.do_not_call import ListKind
from waihu_models.phone import E164
from waihu_models.tables import (
    AgentRow,
    AuditRow,
    CallRow,
    CampaignRow,
    ConsentRow,
    CustomerPhoneRow,
    DispositionRow,
    DoNotCallListRow,
    DoNotCallNumberRow,
    LeadRow,
    RecordingRow,
    RefusalRow,
    RulePackRow,
)

PAGE = 1000
_CALL, _AGENT, _CAMPAIGN, _LEAD = table(CallRow), table(AgentRow), table(CampaignRow), table(LeadRow)
_REFUSAL, _CONSENT, _PHONE = table(RefusalRow), table(ConsentRow), table(CustomerPhoneRow)
_LIST, _NUMBER, _AUDIT, _PACK = table(DoNotCallListRow), table(DoNotCallNumberRow), table(AuditRow), table(RulePackRow)
_BY_TIME = _CALL.c.dialled_at, _CALL.c.id
_OF_CALLS = {"disposition": table(DispositionRow), "recording": table(RecordingRow)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One number at all times, or everything from ``since`` to before ``until``."""

    number: E164 | None = None
    since: datetime | None = None
    until: datetime | None = None

    def within(self, at: ColumnElement[datetime] | ColumnElement[datetime | None]) -> ColumnElement[bool]:
        """Return the condition that a moment lies in the span; true for a number."""
        return and_(true(), at >= self.since, at < self.until) if self.since is not None else true()


# ---- calls ---------------------------------------------------------------------------------------------------------


async def pages_of_calls(store: Store, wanted: Wanted) -> AsyncIterator[list[RowMapping]]:
    """Yield the calls in pages, campaign by campaign and then by time; with the names of campaign and agent."""
    for whose in await _shares(store, wanted):
        query = _calls().where(whose, wanted.within(_CALL.c.dialled_at)).order_by(*_BY_TIME).limit(PAGE)
        page = await store.rows(query)
        while page:
            yield page
            last = page[-1]["dialled_at"], page[-1]["id"]
            page = await store.rows(query.where(tuple_(*_BY_TIME) > last))


def _calls() -> Select[tuple[object, ...]]:
    joined = _CALL.outerjoin(_AGENT, _AGENT.c.id == _CALL.c.agent_id).outerjoin(
        _CAMPAIGN, _CAMPAIGN.c.id == _CALL.c.campaign_id
    )
    names = _AGENT.c.name.label("agent_name"), _CAMPAIGN.c.name.label("campaign_name")
    return select(_CALL, *names).select_from(joined)


async def _shares(store: Store, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return conditions, each of which an index answers: calls are indexed by number and by campaign."""
    if wanted.number is not None:
        return [_CALL.c.number_e164 == wanted.number]
    ids = [row["id"] for row in await store.rows(select(_CAMPAIGN.c.id).order_by(_CAMPAIGN.c.name))]
    return [*(_CALL.c.campaign_id == campaign_id for campaign_id in ids), _CALL.c.campaign_id.is_(None)]


async def of_calls(store: Store, kind: str, call_ids: Collection[str]) -> list[RowMapping]:
    """Return the rows of these calls: every ``disposition``, or every ``recording`` with its file's name and hash."""
    of = _OF_CALLS[kind]
    key = of.primary_key.columns.values()[0]
    return await store.rows(select(of).where(of.c.call_id.in_(call_ids)).order_by(of.c.call_id, key))


async def first_called(store: Store, wanted: Wanted, call_ids: Collection[str]) -> list[str]:
    """Return the numbers whose first call within the span is one of these."""
    before = _CALL.alias()
    earlier = tuple_(before.c.dialled_at, before.c.id) < tuple_(*_BY_TIME)
    any_earlier = exists().where(
        before.c.number_e164 == _CALL.c.number_e164, wanted.within(before.c.dialled_at), earlier
    )
    query = select(_CALL.c.number_e164).where(_CALL.c.id.in_(call_ids), ~any_earlier)
    return [row["number_e164"] for row in await store.rows(query.order_by(_CALL.c.number_e164))]


async def called(store: Store, wanted: Wanted, numbers: Collection[str]) -> set[str]:
    """Return those of the numbers that were dialled within the span."""
    of_numbers = _CALL.c.number_e164.in_(numbers) & wanted.within(_CALL.c.dialled_at)
    return {row["number_e164"] for row in await store.rows(select(_CALL.c.number_e164).where(of_numbers).distinct())}


# ---- refusals ------------------------------------------------------------------------------------------------------


async def pages_of_refusals(store: Store, wanted: Wanted) -> AsyncIterator[list[RowMapping]]:
    """Yield why leads were not dialled, with their numbers as they are now, in pages in order of time."""
    names = _LEAD.c.number_e164, _CAMPAIGN.c.name.label("campaign_name")
    joined = _REFUSAL.outerjoin(_LEAD, _LEAD.c.id == _REFUSAL.c.lead_id).outerjoin(
        _CAMPAIGN, _CAMPAIGN.c.id == _LEAD.c.campaign_id
    )
    query = select(_REFUSAL, *names).select_from(joined).where(wanted.within(_REFUSAL.c.at))
    if wanted.number is not None:
        # Also of leads that had the number when it was called, and have another one now.
        called = select(_CALL.c.lead_id).where(_CALL.c.number_e164 == wanted.number)
        here = select(_LEAD.c.id).where(
            _LEAD.c.campaign_id.in_(select(_CAMPAIGN.c.id)), _LEAD.c.number_e164 == wanted.number
        )
        query = query.where(_REFUSAL.c.lead_id.in_(called) | _REFUSAL.c.lead_id.in_(here))
    seq = 0
    while page := await store.rows(query.where(_REFUSAL.c.seq > seq).order_by(_REFUSAL.c.seq).limit(PAGE)):
        yield page
        seq = page[-1]["seq"]


# ---- what customers said -------------------------------------------------------------------------------------------


async def words(store: Store, numbers: Collection[str]) -> list[RowMapping]:
    """Return every word of consent for these numbers, and of the customers they belong to."""
    owner = select(_PHONE.c.customer_id).where(_PHONE.c.number_e164.in_(numbers))
    whose = or_(_CONSENT.c.number_e164.in_(numbers), _CONSENT.c.customer_id.in_(owner))
    found = await store.rows(select(_CONSENT).where(whose).order_by(_CONSENT.c.seq))
    ids = {row["customer_id"] for row in found} - {None}
    of = select(_PHONE.c.customer_id, _PHONE.c.number_e164).where(_PHONE.c.customer_id.in_(ids))
    of = of.where(_PHONE.c.number_e164.in_(numbers)).order_by(_PHONE.c.number_e164.desc())
    owned = {row["customer_id"]: row["number_e164"] for row in await store.rows(of)}
    # Of a customer with several of these numbers the word stands once, beside the first of them.
    return [
        _with(row, number_e164=row["number_e164"] or owned.get(row["customer_id"])) for row in found
    ]  # fmt: skip


_LISTING = (
    _LIST.c.name.label("list"),
    _LIST.c.kind,
    _LIST.c.obtained_on,
    _NUMBER.c.source.label("said_by"),
    *(_NUMBER.c[name] for name in ("number_hash", "added_at", "reason", "removed_at", "removed_by")),
)


async def listings(store: Store, numbers: Iterable[str]) -> list[RowMapping]:
    """Return where these numbers stand, or stood, on do-not-call lists, found by their hashes.

    Raises:
        NumberKeyLost: nobody can tell.
    """
    key = await store.number_key()
    hashes = {key.hash(number): number for number in numbers}
    joined = _LIST.join(_NUMBER, (_NUMBER.c.list_id == _LIST.c.id) & _NUMBER.c.number_hash.in_(hashes))
    found = await store.rows(select(*_LISTING).select_from(joined).order_by(_LIST.c.id))
    return [_with(row, number_e164=hashes[row["number_hash"]]) for row in found]


async def requests(store: Store, wanted: Wanted) -> list[RowMapping]:
    """Return what was put on or taken off the lists that grow one by one within the span; the numbers are hashes."""
    query = (
        select(*_LISTING)
        .select_from(_LIST.join(_NUMBER, _NUMBER.c.list_id == _LIST.c.id))
        .where(_LIST.c.kind != str(ListKind.IMPORTED), _NUMBER.c.added_at.is_not(None))
        .where(wanted.within(_NUMBER.c.added_at) | wanted.within(_NUMBER.c.removed_at))
        .order_by(_NUMBER.c.added_at)
    )
    return [_with(row, number_e164=None) for row in await store.rows(query)]


async def lists(store: Store, wanted: Wanted) -> list[RowMapping]:
    """Return the do-not-call lists that were in force within the span, with source, date and hash of their files."""
    query = select(_LIST).order_by(_LIST.c.id)
    if wanted.since is not None:
        ended_after = _LIST.c.ended_at.is_(None) | (_LIST.c.ended_at >= wanted.since)
        always = _LIST.c.kind == str(ListKind.INTERNAL)  # older than its row, which an upgrade made
        query = query.where(always | (ended_after & (_LIST.c.started_at < wanted.until)))
    return await store.rows(query)


def _with(row: RowMapping, **more: object) -> RowMapping:
    return {**row, **more}  # type: ignore[return-value]


# ---- under which rules ---------------------------------------------------------------------------------------------


async def campaigns(store: Store, names: Collection[str]) -> list[RowMapping]:
    """Return campaigns with their settings as they are now."""
    return await store.rows(select(_CAMPAIGN).where(_CAMPAIGN.c.name.in_(names)).order_by(_CAMPAIGN.c.name))


async def changes(store: Store, names: Collection[str]) -> list[RowMapping]:
    """Return every change of these campaigns on record: from the present settings back, they give those of a day."""
    of = _AUDIT.c.object_id.in_(names) & _AUDIT.c.action.like("campaign.%")
    return await store.rows(select(_AUDIT).where(of).order_by(_AUDIT.c.seq))


async def packs(store: Store, versions: Sequence[str]) -> list[RowMapping]:
    """Return the texts of rule packs named as ``us-federal@2026.1``."""
    pairs = [tuple(version.partition("@")[::2]) for version in versions]
    named = tuple_(_PACK.c.name, _PACK.c.version).in_(pairs)
    return await store.rows(select(_PACK).where(named).order_by(_PACK.c.name, _PACK.c.version)) if pairs else []
