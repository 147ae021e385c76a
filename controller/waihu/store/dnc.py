"""Numbers on do-not-call lists: who may not be called, put on and taken off one by one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from waihu.store.audit import By, note
from waihu.store.number_key import NumberKey
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu_models.campaign import Campaign
from waihu_models.do_not_call import INTERNAL_ID, Age, DoNotCallList, Listing, ListKind, ListState
from waihu_models.errors import NotFound
from waihu_models.ids import CampaignId, LeadId
from waihu_models.lead import Lead
from waihu_models.phone import E164, mask
from waihu_models.tables import DoNotCallListRow, DoNotCallNumberRow

_LIST, _NUMBER = table(DoNotCallListRow), table(DoNotCallNumberRow)
_IN_FORCE = _LIST.c.state == ListState.IN_FORCE.value
_LIST_COLUMNS = tuple(_LIST.c[name] for name in DoNotCallList.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Said:
    """What the lists say of a lead: where its number stands, and a list it depends on that is too old."""

    listing: Listing | None = None
    stale_list: str = ""


def list_of(row: Mapping[str, Any] | RowMapping) -> DoNotCallList:
    """Return the list of a row."""
    values = {name: row[name] for name in DoNotCallList.__dataclass_fields__}
    return DoNotCallList(**{**values, "kind": ListKind(row["kind"])})


async def said_of(store: Store, leads: Sequence[Lead], now: datetime) -> dict[LeadId, Said]:
    """Return what the lists in force say of leads now; what this program submitted already counts.

    Raises:
        NumberKeyLost: nobody can tell.
    """
    key = await store.number_key()
    hashes = {lead.id: key.hash(lead.number_e164) for lead in leads}
    campaigns = {lead.campaign_id for lead in leads}
    found = await store.read(lambda connection: _look_up(connection, set(hashes.values()), campaigns))
    made = {}
    for lead in leads:
        number_hash = hashes[lead.id]
        on = [hit.listing for hit in found.hits.get(number_hash, ()) if hit.campaign_id in {None, lead.campaign_id}]
        if store.just_forbidden(number_hash):
            on.append(Listing(str(ListKind.INTERNAL), now.date()))
        made[lead.id] = Said(on[0] if on else None, _stale(found.lists, lead, now))
    return made


@dataclass(frozen=True, slots=True)
class _Hit:
    """A number's place on a list."""

    listing: Listing
    campaign_id: CampaignId | None


@dataclass(frozen=True, slots=True)
class _Found:
    """The lists in force, and which of the numbers asked for are on them."""

    lists: list[DoNotCallList]
    hits: dict[bytes, list[_Hit]]


# Written out, and asked in one statement: making it anew costs more than the database needs, and a list that is
# replaced between two statements would be found in neither.
_ASKED = """
SELECT l.id, l.kind, l.name, l.campaign_id, l.prefix, l.obtained_on, l.max_age_days, n.number_hash, n.added_at
FROM dnc_list AS l LEFT JOIN dnc_number AS n
  ON n.list_id = l.id AND n.number_hash IN ({hashes}) AND n.removed_at IS NULL
WHERE l.state = 'in_force' AND (l.campaign_id IS NULL OR l.campaign_id IN ({campaigns}))
ORDER BY l.id
"""


def _look_up(connection: Connection, hashes: Collection[bytes], campaigns: Collection[CampaignId]) -> _Found:
    """Ask every list in force that may concern these campaigns for these numbers."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    query = _ASKED.format(hashes=", ".join([mark] * len(hashes)), campaigns=", ".join([mark] * len(campaigns)))
    lists: dict[int, DoNotCallList] = {}
    hits: dict[bytes, list[_Hit]] = {}
    for row in connection.exec_driver_sql(query, (*hashes, *campaigns)):
        list_id, kind, name, campaign_id, prefix, obtained_on, max_age_days, number_hash, added_at = row
        one = lists.get(list_id)
        if one is None:
            one = lists[list_id] = DoNotCallList(
                id=list_id, kind=ListKind(kind), name=name, campaign_id=campaign_id, prefix=prefix,
                obtained_on=_day(obtained_on), max_age_days=max_age_days,
            )  # fmt: skip
        if number_hash is not None:
            on = _day(added_at) or one.obtained_on
            assert on is not None  # a number of a file has no time of its own, and every file has its day
            hits.setdefault(bytes(number_hash), []).append(_Hit(Listing(name, on), campaign_id))
    return _Found(list(lists.values()), hits)


def _day(value: object) -> date | None:
    """Return the day of what a driver gives for a date or a moment in UTC."""
    return date.fromisoformat(str(value)[:10]) if value is not None else None


def _stale(lists: Collection[DoNotCallList], lead: Lead, now: datetime) -> str:
    today = now.date()
    needed = (one for one in lists if one.holds_for(lead.campaign_id, lead.number_e164))
    return next((one.name for one in needed if one.age(today) is Age.STALE), "")


def forbidden(connection: Connection, key: NumberKey, numbers: Sequence[E164], campaign_id: CampaignId) -> set[E164]:
    """Return those of the numbers that may not be called by a campaign, in the transaction of an import."""
    hashes = {key.hash(number): number for number in numbers}
    return {hashes[number_hash] for number_hash in _look_up(connection, hashes, {campaign_id}).hits}


# ---- one by one ----------------------------------------------------------------------------------------------------


async def forbid(store: Store, number: E164, by: By, reason: str, campaign: Campaign | None = None) -> None:
    """Put a number on the list of people who asked us, or on that of one campaign."""
    list_id = INTERNAL_ID
    if campaign is not None:
        list_id = await store.write(lambda connection: _own_list(connection, campaign, by))
    unit = Unit()
    unit.add_do_not_call(number, reason, by.at, by.actor, list_id)
    unit.add_audit(by.actor, "dnc.add", mask(number), reason, by.at)
    await store.commit(unit)


def own_list_name(campaign: Campaign) -> str:
    """Return the name of the list to which numbers are added for one campaign only."""
    return f"campaign {campaign.name}"


def _own_list(connection: Connection, campaign: Campaign, by: By) -> int:
    name = own_list_name(campaign)
    known = connection.execute(select(_LIST.c.id).where(_IN_FORCE, _LIST.c.name == name)).scalar()
    if known is not None:
        return int(known)
    row = {
        "kind": str(ListKind.CAMPAIGN), "state": str(ListState.IN_FORCE), "name": name, "source": by.actor,
        "campaign_id": campaign.id, "started_at": by.at,
    }  # fmt: skip
    made = connection.execute(_LIST.insert().values(row)).inserted_primary_key
    assert made is not None
    return int(made[0])


async def allow_again(store: Store, number: E164, by: By, campaign: Campaign | None = None, reason: str = "") -> None:
    """Take a number off the list of people who asked us, or off that of one campaign; its entry stays, deactivated.

    Raises:
        NotFound: the number is not on that list.
    """
    number_hash = (await store.number_key()).hash(number)
    name = own_list_name(campaign) if campaign else str(ListKind.INTERNAL)
    this = select(_LIST.c.id).where(_IN_FORCE, _LIST.c.name == name).scalar_subquery()
    listed = (_NUMBER.c.list_id == this) & (_NUMBER.c.number_hash == number_hash) & _NUMBER.c.removed_at.is_(None)

    def work(connection: Connection) -> None:
        changed = connection.execute(update(_NUMBER).where(listed).values(removed_at=by.at, removed_by=by.actor))
        if changed.rowcount == 0:
            raise NotFound(f"{mask(number)} is not on the do-not-call list ({name})")
        note(connection, by, "dnc.allow_again", mask(number), reason)

    await store.write(work)
    store.allowed_again(number_hash)


@dataclass(frozen=True, slots=True)
class Entry:
    """A number's place on a list in force, also one it was taken off."""

    list: DoNotCallList
    added_at: datetime | None
    source: str
    reason: str
    removed_at: datetime | None
    removed_by: str


async def entries(store: Store, number: E164) -> list[Entry]:
    """Return every list in force a number stands on or was taken off."""
    number_hash = (await store.number_key()).hash(number)
    query = (
        select(*_LIST_COLUMNS, _NUMBER.c.source.label("said_by"), *(_NUMBER.c[name] for name in _ENTRY))
        .select_from(_LIST.join(_NUMBER, (_NUMBER.c.list_id == _LIST.c.id) & (_NUMBER.c.number_hash == number_hash)))
        .where(_IN_FORCE)
        .order_by(_LIST.c.id)
    )
    return [
        Entry(
            list=list_of(row),
            source=row["said_by"] or row["source"],
            reason=row["reason"] or "",
            removed_by=row["removed_by"] or "",
            added_at=row["added_at"],
            removed_at=row["removed_at"],
        )
        for row in await store.rows(query)
    ]


_ENTRY = ("added_at", "reason", "removed_at", "removed_by")
