"""Customers: look for them, see one, make, change; numbers are masked everywhere but where they are revealed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import RowMapping

from waihu.api.ask import Ask
from waihu.api.looking import number_given, numbers_meant
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.dialer.calling_hours import zone_named
from waihu.services.number_search import looks_like_last_four, looks_like_number, plain
from waihu.store import customer_edits as edits
from waihu.store import customer_search as stored
from waihu.store.accounts import teams
from waihu.store.campaigns import campaign_rows
from waihu.store.customer_search import CustomerSort, CustomerWish
from waihu.store.customer_story import words_of
from waihu.store.dnc import entries
from waihu.store.tags import tags_in_use
from waihu.store.visible import visible_campaigns, visible_customers, visible_leads
from waihu_models.access import Right, Scope
from waihu_models.errors import BadField, BadSettings, NotFound
from waihu_models.lead import Consent, LeadState
from waihu_models.names import LONGEST_TAG
from waihu_models.phone import E164, mask
from waihu_models.tables import Channel, NumberQuality, Purpose

routes = Routes("customers")

CustomerName = Annotated[str, Meta(max_length=200)]
Tag = Annotated[
    str, Meta(min_length=1, max_length=LONGEST_TAG, pattern=r"^[^,;|，；、\s]([^,;|，；、]*[^,;|，；、\s])?$")
]
TagList = Annotated[list[Tag], Meta(max_length=30)]
Language = Annotated[str, Meta(pattern=r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2})?$")]
FieldName = Annotated[str, Meta(min_length=1, max_length=64)]
FieldValue = Annotated[str, Meta(max_length=1000)]
CustomFields = Annotated[dict[FieldName, FieldValue], Meta(max_length=60)]
ShortText = Annotated[str, Meta(max_length=64)]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
TypedNumber = Annotated[str, Meta(min_length=3, max_length=40)]
Reference = Annotated[str, Meta(min_length=1, max_length=32)]


class CustomerQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked for; all of it together. ``q`` is what somebody typed: a number, its last four digits, a name."""

    q: Annotated[str, Meta(max_length=80)] = ""
    number: Annotated[str, Meta(max_length=40)] = ""
    last4: Annotated[str, Meta(pattern=r"^(\d{4})?$")] = ""
    name: Annotated[str, Meta(max_length=80)] = ""
    inside: bool = True  # the name holds it somewhere; false: the name begins with it, which is quicker
    tag: Annotated[list[str], Meta(max_length=10)] = []
    campaign_id: Annotated[str, Meta(max_length=32)] = ""
    sort: CustomerSort = CustomerSort.NAME
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


class CustomerPhone(Struct, frozen=True, kw_only=True):
    """A number of a customer, masked, and what it has proved to be."""

    id: str
    masked: str
    quality: NumberQuality


class CustomerLine(Struct, frozen=True, kw_only=True):
    """A customer in a list."""

    id: str
    external_id: str | None
    name: str
    phones: list[CustomerPhone]
    tags: list[str]
    level: str
    language: str
    zone: str | None
    calls: int
    last_call_at: datetime | None
    created_at: datetime


class DncPlace(Struct, frozen=True, kw_only=True):
    """A do-not-call list a number stands on."""

    list_name: str
    campaign_id: str | None  # none: it holds for all
    since: date | None


class PhoneDetail(Struct, frozen=True, kw_only=True):
    """A number of a customer with what is known of it; a copy of the number is in no answer but a reveal."""

    id: str
    masked: str
    quality: NumberQuality
    quality_at: datetime | None
    do_not_call: list[DncPlace]


class ConsentWord(Struct, frozen=True, kw_only=True):
    """What was said on one purpose, by the customer or for one of the numbers."""

    purpose: Purpose
    state: Consent
    at: datetime
    source: str
    channel: Channel
    proof: str
    masked: str = ""  # for this number, whoever it belongs to


class CustomerLead(Struct, frozen=True, kw_only=True):
    """The customer on the list of a campaign."""

    id: str
    campaign_id: str
    campaign_name: str
    state: LeadState
    list_name: str
    attempts: int
    last_outcome: str
    last_attempt_at: datetime | None
    next_at: datetime | None


class CustomerDetail(Struct, frozen=True, kw_only=True):
    """A customer with everything but the timeline. ``consents``: the word that counts on each purpose."""

    id: str
    external_id: str | None
    name: str
    language: str
    zone: str | None
    level: str
    team_id: str | None
    tags: list[str]
    custom: dict[str, str]
    phones: list[PhoneDetail]
    do_not_call: bool  # one of the numbers is on a list that holds for all campaigns
    consents: dict[Purpose, Consent]
    consent_history: list[ConsentWord]
    leads: list[CustomerLead]
    created_at: datetime
    version: int


class CustomerChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a customer; what is left out stays, ``tags`` and ``custom`` are put in the place of the old."""

    name: CustomerName | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    zone: ShortText | UnsetType | None = UNSET
    level: ShortText | UnsetType = UNSET
    team_id: Reference | UnsetType | None = UNSET
    tags: TagList | UnsetType = UNSET
    custom: CustomFields | UnsetType = UNSET


class NewCustomer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer to be made; ``region`` is the country in which national numbers are read."""

    name: CustomerName
    numbers: Annotated[list[TypedNumber], Meta(max_length=10)] = []
    region: Country | None = None
    external_id: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    language: Language = ""
    zone: ShortText | None = None
    level: ShortText = ""
    tags: TagList = []
    custom: CustomFields = {}


class TagCount(Struct, frozen=True, kw_only=True):
    """A tag, and how many customers have it."""

    tag: str
    customers: int


@routes.get("/customers", right=Right.CUSTOMERS_READ)
async def list_customers(ask: Ask, query: CustomerQuery) -> Page[CustomerLine]:
    """Look for customers."""
    by_name = query.sort in {CustomerSort.NAME, CustomerSort.NAME_DOWN}
    after = key_of(query.after, *([str, str] if by_name else [str]))
    wish = await _wish(ask, query, after)
    rows = await stored.find_customers(ask.house.store, wish)
    shown, more = rows[: query.limit], len(rows) > query.limit
    next_page = cursor(*stored.key_of_row(shown[-1], query.sort)) if more else None
    return Page(items=await _lines(ask, shown), next=next_page)


async def _wish(ask: Ask, query: CustomerQuery, after: tuple[Any, ...] | None) -> CustomerWish:
    number, last4, name = query.number, query.last4, query.name
    if looks_like_last_four(query.q):
        last4 = last4 or plain(query.q)
    elif looks_like_number(query.q):
        number = number or query.q
    else:
        name = name or query.q.strip()
    return CustomerWish(
        visible=visible_customers(ask.viewer),
        numbers=await numbers_meant(ask, number),
        last4=last4,
        name=name,
        inside=query.inside,
        tags=query.tag,
        campaign_id=query.campaign_id,
        sort=query.sort,
        after=after,
        limit=query.limit,
    )


async def _lines(ask: Ask, rows: Sequence[RowMapping]) -> list[CustomerLine]:
    ids = [row["id"] for row in rows]
    phones: dict[str, list[CustomerPhone]] = {}
    for row in await stored.phones_of(ask.house.store, ids):
        shown = CustomerPhone(id=row["id"], masked=mask(row["number_e164"]), quality=_quality(row))
        phones.setdefault(row["customer_id"], []).append(shown)
    tags = await stored.tags_by_customer(ask.house.store, ids)
    calls = await stored.last_calls(ask.house.store, ids)
    return [
        CustomerLine(
            id=row["id"], external_id=row["external_id"], name=row["name"], phones=phones.get(row["id"], []),
            tags=tags.get(row["id"], []), level=row["level"], language=row["language"], zone=row["zone"],
            calls=calls[row["id"]]["calls"] if row["id"] in calls else 0,
            last_call_at=calls[row["id"]]["last_call_at"] if row["id"] in calls else None,
            created_at=row["created_at"],
        )
        for row in rows
    ]  # fmt: skip


def _quality(row: RowMapping) -> NumberQuality:
    return NumberQuality(row["quality"] or NumberQuality.UNKNOWN)


@routes.get("/customers/{customer_id}", right=Right.CUSTOMERS_READ)
async def read_customer(ask: Ask, customer_id: str) -> CustomerDetail:
    """Return one customer."""
    return await customer_detail(ask, customer_id)


async def customer_detail(ask: Ask, customer_id: str) -> CustomerDetail:
    """Return a customer who may be seen, with everything but the timeline.

    Raises:
        NotFound: there is no such customer.
    """
    store = ask.house.store
    row = await stored.customer_row(store, customer_id, visible_customers(ask.viewer))
    rows = await stored.phones_of(store, [customer_id])
    phones = [await _phone(ask, one) for one in rows]
    words = await words_of(store, customer_id, [one["number_e164"] for one in rows])
    tags = await stored.tags_by_customer(store, [customer_id])
    return CustomerDetail(
        id=row["id"], external_id=row["external_id"], name=row["name"], language=row["language"], zone=row["zone"],
        level=row["level"], team_id=row["team_id"], tags=tags.get(customer_id, []),
        custom={name: str(value) for name, value in row["custom"].items()}, phones=phones,
        do_not_call=any(place.campaign_id is None for phone in phones for place in phone.do_not_call),
        # The latest word comes first, and of several on one purpose it is the one that counts.
        consents={Purpose(one["purpose"]): Consent(one["state"]) for one in reversed(words)},
        consent_history=[consent_word(one) for one in words], leads=await _leads(ask, customer_id),
        created_at=row["created_at"], version=row["version"],
    )  # fmt: skip


async def _phone(ask: Ask, row: RowMapping) -> PhoneDetail:
    found = await entries(ask.house.store, E164(row["number_e164"]))
    places = [
        DncPlace(
            list_name=one.list.name,
            campaign_id=one.list.campaign_id,
            since=one.added_at.date() if one.added_at else one.list.obtained_on,
        )
        for one in found
        if one.removed_at is None
    ]
    return PhoneDetail(
        id=row["id"], masked=mask(row["number_e164"]), quality=_quality(row), quality_at=row["quality_at"],
        do_not_call=places,
    )  # fmt: skip


def consent_word(row: RowMapping) -> ConsentWord:
    """Return a word of consent as it is told."""
    return ConsentWord(
        purpose=Purpose(row["purpose"]), state=Consent(row["state"]), at=row["at"], source=row["source"],
        channel=Channel(row["channel"]), proof=row["proof"],
        masked=mask(row["number_e164"]) if row["number_e164"] else "",
    )  # fmt: skip


async def _leads(ask: Ask, customer_id: str) -> list[CustomerLead]:
    campaigns = await campaign_rows(ask.house.store, visible_campaigns(ask.viewer))
    known = {row["id"]: row["name"] for row in campaigns}
    rows = await stored.campaigns_of(ask.house.store, customer_id, visible_leads(ask.viewer), list(known))
    return [
        CustomerLead(
            id=row["id"], campaign_id=row["campaign_id"], campaign_name=known[row["campaign_id"]],
            state=LeadState(row["state"]), list_name=row["list_name"], attempts=row["attempts"],
            last_outcome=row["last_outcome"], last_attempt_at=row["last_attempt_at"], next_at=row["next_at"],
        )
        for row in rows
    ]  # fmt: skip


@routes.post("/customers", right=Right.CUSTOMERS_EDIT, status=201, idempotent=True)
async def create_customer(ask: Ask, body: NewCustomer) -> CustomerDetail:
    """Make a customer; one made by somebody of a team belongs to that team."""
    _check_zone(body.zone)
    numbers = [number_given(one, body.region, f"$.numbers[{place}]") for place, one in enumerate(body.numbers)]
    own_team = None if ask.scope(Right.CUSTOMERS_EDIT) is Scope.ALL else ask.viewer.team_id
    values = {name: getattr(body, name) for name in ("name", "external_id", "language", "zone", "level", "custom")}
    made = await edits.add_customer(ask.house.store, {**values, "team_id": own_team}, numbers, body.tags, ask.by)
    return await customer_detail(ask, made)


@routes.patch("/customers/{customer_id}", right=Right.CUSTOMERS_EDIT)
async def change_customer(ask: Ask, customer_id: str, body: CustomerChange) -> CustomerDetail:
    """Change a customer."""
    said = {name: getattr(body, name) for name in body.__struct_fields__}
    values = {name: value for name, value in said.items() if value is not UNSET}
    _check_zone(values.get("zone"))
    if "team_id" in values:
        await _check_team(ask, values["team_id"])
    which = edits.Which(customer_id, visible_customers(ask.viewer, Right.CUSTOMERS_EDIT))
    await edits.change_customer(ask.house.store, which, ask.if_match(), values, ask.by)
    return await customer_detail(ask, customer_id)


async def _check_team(ask: Ask, team_id: str | None) -> None:
    if ask.scope(Right.CUSTOMERS_EDIT) is not Scope.ALL:
        raise BadField("$.team_id", "only who sees all teams says whose a customer is")
    if team_id is not None and team_id not in {team["id"] for team in await teams(ask.house.store)}:
        raise BadField("$.team_id", f"there is no team {team_id!r}")


def _check_zone(zone: str | None) -> None:
    if zone:
        try:
            zone_named(zone)
        except BadSettings as error:
            raise BadField("$.zone", str(error)) from error


@routes.get("/tags", right=Right.CUSTOMERS_READ)
async def list_tags(ask: Ask) -> list[TagCount]:
    """Return the tags in use, the most used first."""
    return [TagCount(tag=row["tag"], customers=row["customers"]) for row in await tags_in_use(ask.house.store)]


async def phone_of(ask: Ask, customer_id: str, phone_id: str, right: Right) -> RowMapping:
    """Return a number of a customer who may be seen.

    Raises:
        NotFound: there is no such customer, or no such number of theirs.
    """
    await stored.customer_row(ask.house.store, customer_id, visible_customers(ask.viewer, right))
    for row in await stored.phones_of(ask.house.store, [customer_id]):
        if row["id"] == phone_id:
            return row
    raise NotFound(f"the customer has no number {phone_id!r}")
