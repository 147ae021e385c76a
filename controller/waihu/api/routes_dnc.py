"""Do-not-call: lists, one number at a time, files; numbers are looked up, and never listed."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.looking import campaign_seen, number_given
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.api.uploading import sent_file
from waihu.services.dnc_import import DncImport
from waihu.services.dnc_uploads import DncUpload
from waihu.store import dnc as stored
from waihu.store.audit import history
from waihu.store.campaigns import campaign_rows
from waihu.store.dnc_lists import forget, lists_in_force
from waihu.store.visible import visible_campaigns
from waihu_models.access import Right
from waihu_models.campaign import Campaign
from waihu_models.do_not_call import Age, DoNotCallList, ListKind
from waihu_models.events import DoNotCallAdded
from waihu_models.phone import mask

routes = Routes("do-not-call")

Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
TypedNumber = Annotated[str, Meta(min_length=3, max_length=40)]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]
Ref = Annotated[str, Meta(min_length=1, max_length=32)]


class DncList(Struct, frozen=True, kw_only=True):
    """A list in force; ``campaign_id`` null: it holds for all campaigns."""

    id: int
    name: str
    kind: ListKind
    source: str
    campaign_id: str | None
    prefix: str
    obtained_on: date | None
    max_age_days: int | None
    age: Age
    numbers: int
    imported_at: datetime | None


class DncQuestion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number to be looked up; ``region`` is the country of a national one."""

    number: TypedNumber
    region: Country | None = None


class DncEntry(Struct, frozen=True, kw_only=True):
    """A number's place on a list in force, also one it was taken off."""

    list_name: str
    kind: ListKind
    campaign_id: str | None
    on_it: bool
    added_at: datetime | None
    source: str
    reason: str
    removed_at: datetime | None
    removed_by: str


class DncAnswer(Struct, frozen=True, kw_only=True):
    """What the lists say of a number; ``forbidden``: nobody may call it."""

    masked: str
    forbidden: bool
    entries: list[DncEntry]


class DncWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number to be put on, or taken off, the list of people who asked us; with a campaign, that campaign's own."""

    number: TypedNumber
    reason: Reason
    region: Country | None = None
    campaign_id: Ref | None = None


class DncHistoryQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of the history."""

    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


class DncChange(Struct, frozen=True, kw_only=True):
    """What somebody did to the lists; numbers are masked."""

    seq: int
    at: datetime
    actor: str
    action: str
    what: str
    detail: str


class DncFileQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said of a file: its list takes the place of the one of the same name."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    source: Annotated[str, Meta(min_length=1, max_length=200)]
    obtained_on: date
    region: Country | None = None
    campaign_id: Ref | None = None
    max_age_days: Annotated[int, Meta(ge=1, le=3650)] | None = None


class DncUploadShown(Struct, frozen=True, kw_only=True):
    """How far a file is: ``step`` is "read" (bytes) or "written" (numbers)."""

    id: str
    name: str
    state: str
    step: str
    done: int
    total: int
    rows: int
    numbers: int
    bad: int
    problem: str


def _list(one: DoNotCallList, today: date) -> DncList:
    return DncList(
        id=one.id, name=one.name, kind=one.kind, source=one.source, campaign_id=one.campaign_id, prefix=one.prefix,
        obtained_on=one.obtained_on, max_age_days=one.max_age_days, age=one.age(today), numbers=one.numbers,
        imported_at=one.imported_at,
    )  # fmt: skip


def _upload(upload: DncUpload) -> DncUploadShown:
    return DncUploadShown(**{name: getattr(upload, name) for name in DncUploadShown.__struct_fields__})


async def _visible(ask: Ask) -> set[str | None]:
    """Return the campaigns whose own lists may be seen; None among them stands for all."""
    rows = await campaign_rows(ask.house.store, visible_campaigns(ask.viewer))
    return {None, *(row["id"] for row in rows)}


async def _campaign(ask: Ask, campaign_id: str | None, right: Right) -> Campaign | None:
    return await campaign_seen(ask, campaign_id, right) if campaign_id else None


@routes.get("/do-not-call/lists", right=Right.DO_NOT_CALL_ADD)
async def list_dnc_lists(ask: Ask) -> list[DncList]:
    """Return the lists in force."""
    known, today = await _visible(ask), ask.house.clock.now().date()
    return [_list(one, today) for one in await lists_in_force(ask.house.store) if one.campaign_id in known]


@routes.post("/do-not-call/look-up", right=Right.DO_NOT_CALL_ADD)
async def look_up_number(ask: Ask, body: DncQuestion) -> DncAnswer:
    """Return what the lists say of one number."""
    number = number_given(body.number, body.region, "$.number")
    known = await _visible(ask)
    found = [one for one in await stored.entries(ask.house.store, number) if one.list.campaign_id in known]
    on_it = [one for one in found if one.removed_at is None]
    return DncAnswer(
        masked=mask(number),
        forbidden=any(one.list.campaign_id is None for one in on_it),
        entries=[
            DncEntry(
                list_name=one.list.name, kind=one.list.kind, campaign_id=one.list.campaign_id,
                on_it=one.removed_at is None, added_at=one.added_at, source=one.source, reason=one.reason,
                removed_at=one.removed_at, removed_by=one.removed_by,
            )
            for one in found
        ],
    )  # fmt: skip


@routes.post("/do-not-call/numbers", right=Right.DO_NOT_CALL_ADD, idempotent=True)
async def forbid_number(ask: Ask, body: DncWish) -> None:
    """Put a number on the list of people who asked us, or on a campaign's own; from now on it is not called."""
    number = number_given(body.number, body.region, "$.number")
    campaign = await _campaign(ask, body.campaign_id, Right.DO_NOT_CALL_ADD)
    await stored.forbid(ask.house.store, number, ask.by, body.reason, campaign)
    if campaign is None:
        ask.house.bus.publish(DoNotCallAdded(number))


@routes.post("/do-not-call/removals", right=Right.DO_NOT_CALL_EDIT)
async def allow_number_again(ask: Ask, body: DncWish) -> None:
    """Take a number off a list; that it was there, and why it no longer is, stays on record."""
    number = number_given(body.number, body.region, "$.number")
    campaign = await _campaign(ask, body.campaign_id, Right.DO_NOT_CALL_EDIT)
    await stored.allow_again(ask.house.store, number, ask.by, campaign, body.reason)


@routes.get("/do-not-call/history", right=Right.DO_NOT_CALL_EDIT)
async def list_dnc_history(ask: Ask, query: DncHistoryQuery) -> Page[DncChange]:
    """Return what was done to the lists, newest first."""
    key = key_of(query.after, int)
    rows = await history(ask.house.store, "dnc.", key[0] if key else None, query.limit + 1)
    page, more = rows[: query.limit], len(rows) > query.limit
    items = [
        DncChange(
            seq=row["seq"], at=row["at"], actor=row["actor"], action=row["action"].removeprefix("dnc."),
            what=row["object_id"], detail=row["detail"],
        )
        for row in page
    ]  # fmt: skip
    return Page(items=items, next=cursor(page[-1]["seq"]) if more else None)


@routes.post("/do-not-call/lists", right=Right.DO_NOT_CALL_EDIT, status=202, upload=True)
async def upload_dnc_list(ask: Ask, query: DncFileQuery) -> DncUploadShown:
    """Send a file that takes the place of the list of its name, whole or not at all; it is read in the background."""
    campaign = await _campaign(ask, query.campaign_id, Right.DO_NOT_CALL_EDIT)
    wanted = DncImport(
        name=query.name, source=query.source, obtained_on=query.obtained_on, by=ask.by, campaign=campaign,
        region=query.region, max_age_days=query.max_age_days,
    )  # fmt: skip
    uploads = ask.house.records.uploads
    async with sent_file(ask) as sent:
        kept_as = await uploads.keep(sent.name, sent.chunks, sent.limit_bytes)
    try:
        return _upload(ask.house.records.dnc_uploads.start(kept_as, wanted))
    except BaseException:
        await uploads.remove(kept_as)
        raise


@routes.get("/do-not-call/uploads/{upload_id}", right=Right.DO_NOT_CALL_EDIT)
async def read_dnc_upload(ask: Ask, upload_id: str) -> DncUploadShown:
    """Return how far a file is."""
    return _upload(ask.house.records.dnc_uploads.get(upload_id))


@routes.delete("/do-not-call/lists/{list_name}", right=Right.DO_NOT_CALL_EDIT)
async def forget_dnc_list(ask: Ask, list_name: str) -> None:
    """End a list that came as a file or belongs to a campaign; that it was in force stays on record."""
    await forget(ask.house.store, list_name, ask.by)
