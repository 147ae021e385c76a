"""Customers as people look for them: by number, name, tag, campaign, a page at a time, whoever many there are.

What finds few customers drives the search, and its finds are sorted; what finds many is asked customer by customer, in
the order of an index. Which of the two a tag or a campaign is, is counted first, up to a bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, exists, func, literal, select, tuple_

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import NotFound
from waihu_models.names import name_key
from waihu_models.phone import E164
from waihu_models.tables import CallRow, CustomerPhoneRow, CustomerRow, CustomerTagRow, LeadRow, NumberQualityRow

_CUSTOMER, _PHONE, _TAG = table(CustomerRow), table(CustomerPhoneRow), table(CustomerTagRow)
_LEAD, _CALL, _QUALITY = table(LeadRow), table(CallRow), table(NumberQualityRow)
FEW = 5000
"""So many finds are sorted sooner than the same rows are met in the order of an index."""
_LAST_SIGN = "\U0010ffff"


class CustomerSort(StrEnum):
    """In which order; ids are made in the order of time."""

    NAME = "name"
    NAME_DOWN = "-name"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerWish:
    """What is looked for; all of it together.

    Attributes:
        visible: Who may be seen, see ``waihu.store.visible``.
        numbers: Any of these; None: whatever number.
        inside: The name holds ``name`` somewhere; False: it begins with it.
        after: Key of the last row shown, see ``key_of_row``.
    """

    visible: ColumnElement[bool]
    numbers: Sequence[E164] | None = None
    last4: str = ""
    name: str = ""
    inside: bool = True
    tags: Sequence[str] = ()
    campaign_id: str = ""
    sort: CustomerSort = CustomerSort.NAME
    after: tuple[Any, ...] | None = None
    limit: int = 50


async def find_customers(store: Store, wish: CustomerWish) -> list[RowMapping]:
    """Return the next customers that fit, one more than ``limit`` if there are more."""
    return await store.rows(search(wish, await _rare(store, wish)))


def key_of_row(row: RowMapping, sort: CustomerSort) -> tuple[Any, ...]:
    """Return what names a row in its order."""
    return (row["name_key"], row["id"]) if sort in {CustomerSort.NAME, CustomerSort.NAME_DOWN} else (row["id"],)


def search(wish: CustomerWish, rare: frozenset[str] = frozenset()) -> Select[Any]:
    """Return the query; ``rare`` are the tags, and the campaign, that few customers have."""
    query = select(_CUSTOMER).where(wish.visible)
    if wish.numbers is not None:
        query = query.where(_CUSTOMER.c.id.in_(_owners(_PHONE.c.number_e164.in_(list(wish.numbers)))))
    if wish.last4:
        query = query.where(_CUSTOMER.c.id.in_(_owners(_PHONE.c.last4 == wish.last4)))
    if wish.name:
        query = query.where(_named(_CUSTOMER.c.name_key, wish.name, wish.inside))
    for tag in wish.tags:
        if tag in rare:
            query = query.where(_CUSTOMER.c.id.in_(select(_TAG.c.customer_id).where(_TAG.c.tag == tag)))
        else:
            query = query.where(exists().where(_TAG.c.customer_id == _CUSTOMER.c.id, _TAG.c.tag == tag))
    if wish.campaign_id:
        query = query.where(_on_the_list(wish.campaign_id, wish.campaign_id in rare))
    return _ordered(query, wish)


def _owners(phone: ColumnElement[bool]) -> Select[Any]:
    return select(_PHONE.c.customer_id).where(phone)


def _named(column: ColumnElement[str], name: str, inside: bool) -> ColumnElement[bool]:
    key = name_key(name)
    if inside:
        return column.contains(key, autoescape=True)
    return column.between(key, key + _LAST_SIGN)


def _on_the_list(campaign_id: str, rare: bool) -> ColumnElement[bool]:
    here = (_LEAD.c.campaign_id == campaign_id, _LEAD.c.customer_id.is_not(None))
    if rare:
        return _CUSTOMER.c.id.in_(select(_LEAD.c.customer_id).where(*here))
    return exists().where(*here, _LEAD.c.customer_id == _CUSTOMER.c.id)


def _ordered(query: Select[Any], wish: CustomerWish) -> Select[Any]:
    by_name = wish.sort in {CustomerSort.NAME, CustomerSort.NAME_DOWN}
    down = wish.sort in {CustomerSort.NAME_DOWN, CustomerSort.NEWEST}
    columns = (_CUSTOMER.c.name_key, _CUSTOMER.c.id) if by_name else (_CUSTOMER.c.id,)
    if wish.after is not None:
        shown = tuple_(*columns), tuple_(*map(literal, wish.after))
        query = query.where(shown[0] < shown[1] if down else shown[0] > shown[1])
    return query.order_by(*(column.desc() if down else column for column in columns)).limit(wish.limit + 1)


async def _rare(store: Store, wish: CustomerWish) -> frozenset[str]:
    """Return which of the tags and the campaign few customers have."""
    counted = {tag: select(literal(1)).where(_TAG.c.tag == tag) for tag in wish.tags}
    if wish.campaign_id:
        here = (_LEAD.c.campaign_id == wish.campaign_id, _LEAD.c.customer_id.is_not(None))
        counted[wish.campaign_id] = select(literal(1)).where(*here)
    rare = set()
    for name, one in counted.items():
        found = await store.rows(select(func.count().label("n")).select_from(one.limit(FEW + 1).subquery()))
        if found[0]["n"] <= FEW:
            rare.add(name)
    return frozenset(rare)


# ---- what is shown with them ---------------------------------------------------------------------------------------


async def customer_row(store: Store, customer_id: str, visible: ColumnElement[bool]) -> RowMapping:
    """Return the row of one customer.

    Raises:
        NotFound: there is none that may be seen.
    """
    rows = await store.rows(select(_CUSTOMER).where(_CUSTOMER.c.id == customer_id, visible))
    if not rows:
        raise NotFound(f"there is no customer {customer_id!r}")
    return rows[0]


async def phones_of(store: Store, customer_ids: Sequence[str]) -> list[RowMapping]:
    """Return the numbers of some customers with what they have proved to be, by customer, the primary one first."""
    quality = _PHONE.outerjoin(_QUALITY, _QUALITY.c.number_e164 == _PHONE.c.number_e164)
    query = (
        select(_PHONE, _QUALITY.c.quality, _QUALITY.c.at.label("quality_at"))
        .select_from(quality)
        .where(_PHONE.c.customer_id.in_(customer_ids))
        .order_by(_PHONE.c.customer_id, _PHONE.c.place, _PHONE.c.id)
    )
    return await store.rows(query)


async def tags_by_customer(store: Store, customer_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the tags of some customers."""
    query = select(_TAG).where(_TAG.c.customer_id.in_(customer_ids)).order_by(_TAG.c.customer_id, _TAG.c.tag)
    found: dict[str, list[str]] = {}
    for row in await store.rows(query):
        found.setdefault(row["customer_id"], []).append(row["tag"])
    return found


async def last_calls(store: Store, customer_ids: Sequence[str]) -> dict[str, RowMapping]:
    """Return of some customers how many calls there were (``calls``), and when the last one (``last_call_at``)."""
    query = (
        select(_CALL.c.customer_id, func.count().label("calls"), func.max(_CALL.c.dialled_at).label("last_call_at"))
        .where(_CALL.c.customer_id.in_(customer_ids))
        .group_by(_CALL.c.customer_id)
    )
    return {row["customer_id"]: row for row in await store.rows(query)}


async def campaigns_of(
    store: Store, customer_id: str, visible: ColumnElement[bool], campaigns: Sequence[str]
) -> list[RowMapping]:
    """Return the leads a customer is in some campaigns, the newest first."""
    here = (_LEAD.c.campaign_id.in_(campaigns), _LEAD.c.customer_id == customer_id, visible)
    return await store.rows(select(_LEAD).where(*here).order_by(_LEAD.c.id.desc()).limit(100))
