"""Leads: the list of a campaign, one and why it is called or not, what people change of it."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, structs
from sqlalchemy import RowMapping

from waihu.api.ask import Ask
from waihu.api.both import BothLanguages
from waihu.api.looking import campaign_seen, number_given, numbers_meant
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.api.routes_customer_story import ClearNumber
from waihu.dialer.calling_hours import zone_named
from waihu.services.why_lead_text import why_masked
from waihu.store import lead_changes as changes
from waihu.store import lead_list as stored
from waihu.store.customer_edits import note_shown
from waihu.store.customers import owner_of
from waihu.store.lead_list import LeadWish
from waihu.store.visible import visible_leads
from waihu_models.access import Right
from waihu_models.errors import BadField, BadSettings
from waihu_models.ids import CampaignId, LeadId, new_id
from waihu_models.lead import Consent, Lead, LeadState
from waihu_models.phone import E164, mask

routes = Routes("leads")

ListName = Annotated[str, Meta(max_length=64)]
LeadName = Annotated[str, Meta(max_length=200)]
Ten = Annotated[float, Meta(ge=0, le=10)]
Weight = Annotated[float, Meta(ge=-1e9, le=1e9)]
Why = Annotated[str, Meta(min_length=1, max_length=200)]


class LeadQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked for in a campaign; all of it together. ``due``: those that wait for no later moment than now."""

    state: list[LeadState] = []
    list_name: ListName = ""
    due: bool = False
    due_before: datetime | None = None
    number: Annotated[str, Meta(max_length=40)] = ""
    name: Annotated[str, Meta(max_length=80)] = ""
    inside: bool = True
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


class LeadShown(Struct, frozen=True, kw_only=True):
    """A customer, or a bare number, on the list of a campaign."""

    id: str
    campaign_id: str
    customer_id: str | None
    name: str
    masked: str
    state: LeadState
    reason: str
    list_name: str
    priority: float
    urgency: float | None
    value: float | None
    level: str
    score: float
    tags: list[str]
    zone: str | None
    attempts: int
    refusals: int
    pass_no: int
    last_outcome: str
    last_attempt_at: datetime | None
    next_at: datetime | None
    callback_agent_id: str | None
    call_consent: Consent
    recording_consent: Consent
    more_numbers: int
    custom: dict[str, str]
    version: int


class NewLead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lead to be put on a list; ``region``: the country of a national number, by default the campaign's."""

    number: Annotated[str, Meta(min_length=3, max_length=40)]
    region: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | None = None
    name: LeadName = ""
    list_name: ListName = ""
    priority: Weight = 0.0
    urgency: Ten | None = None
    value: Ten | None = None
    score: Weight = 0.0
    zone: ListName | None = None
    call_consent: Consent = Consent.UNKNOWN
    recording_consent: Consent = Consent.UNKNOWN


class LeadChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a lead's place in the order is made of; what is left out stays."""

    priority: Weight | UnsetType = UNSET
    urgency: Ten | UnsetType | None = UNSET
    value: Ten | UnsetType | None = UNSET
    score: Weight | UnsetType = UNSET


class LeadReason(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a lead is paused or closed."""

    reason: Why


class ListOfCampaign(Struct, frozen=True, kw_only=True):
    """A list inside a campaign, and how many leads it has."""

    list_name: str
    leads: int


def shown(row: RowMapping) -> LeadShown:
    """Return a lead as it is told."""
    plain = (
        "id", "campaign_id", "customer_id", "name", "reason", "list_name", "priority", "urgency", "value", "level",
        "score", "zone", "attempts", "refusals", "pass_no", "last_outcome", "last_attempt_at", "next_at",
        "callback_agent_id", "version",
    )  # fmt: skip
    more = row["more_numbers"]
    values: dict[str, Any] = {name: row[name] for name in plain}
    return LeadShown(
        **values,
        masked=mask(row["number_e164"]),
        state=LeadState(row["state"]),
        tags=row["tags"].split(",") if row["tags"] else [],
        call_consent=Consent(row["call_consent"]),
        recording_consent=Consent(row["recording_consent"]),
        more_numbers=len(more.split(",")) if more else 0,
        custom={name: str(value) for name, value in row["custom"].items()},
    )


async def _row(ask: Ask, lead_id: str, right: Right) -> RowMapping:
    return await stored.lead_row(ask.house.store, lead_id, visible_leads(ask.viewer, right))


@routes.get("/campaigns/{campaign_id}/leads", right=Right.LEADS_READ)
async def list_leads(ask: Ask, campaign_id: str, query: LeadQuery) -> Page[LeadShown]:
    """Look for leads of a campaign, by name."""
    await campaign_seen(ask, campaign_id, Right.LEADS_READ)
    due_at = ask.house.clock.now() if query.due else query.due_before
    if due_at is not None and due_at.tzinfo is None:
        raise BadField("due_before", "a moment needs a time zone, e.g. Z")
    wish = LeadWish(
        visible=visible_leads(ask.viewer),
        campaign_id=campaign_id,
        states=[str(one) for one in query.state],
        list_name=query.list_name,
        due_at=due_at,
        numbers=await numbers_meant(ask, query.number),
        name=query.name.strip(),
        inside=query.inside,
        after=key_of(query.after, str, str),
        limit=query.limit,
    )
    rows = await stored.find_leads(ask.house.store, wish)
    page, more = rows[: query.limit], len(rows) > query.limit
    next_page = cursor(page[-1]["name_key"], page[-1]["id"]) if more else None
    return Page(items=[shown(row) for row in page], next=next_page)


@routes.get("/campaigns/{campaign_id}/lists", right=Right.LEADS_READ)
async def list_lists(ask: Ask, campaign_id: str) -> list[ListOfCampaign]:
    """Return the lists inside a campaign."""
    await campaign_seen(ask, campaign_id, Right.LEADS_READ)
    rows = await stored.list_names(ask.house.store, campaign_id)
    return [ListOfCampaign(list_name=row["list_name"], leads=row["leads"]) for row in rows]


@routes.post("/campaigns/{campaign_id}/leads", right=Right.LEADS_EDIT, status=201, idempotent=True)
async def create_lead(ask: Ask, campaign_id: str, body: NewLead) -> LeadShown:
    """Put one lead on the list of a campaign."""
    campaign = await campaign_seen(ask, campaign_id, Right.LEADS_EDIT)
    number = number_given(body.number, body.region or campaign.region, "$.number")
    if body.zone:
        try:
            zone_named(body.zone)
        except BadSettings as error:
            raise BadField("$.zone", str(error)) from error
    owner, _ = await owner_of(ask.house.store, number)
    values = {name: value for name, value in structs.asdict(body).items() if name not in {"number", "region"}}
    lead = Lead(
        id=LeadId(new_id()), campaign_id=CampaignId(campaign_id), number_e164=number, customer_id=owner, **values
    )
    await changes.add_lead(ask.house.store, lead, ask.by)
    return shown(await _row(ask, lead.id, Right.LEADS_READ))


@routes.get("/leads/{lead_id}", right=Right.LEADS_READ)
async def read_lead(ask: Ask, lead_id: str) -> LeadShown:
    """Return one lead."""
    return shown(await _row(ask, lead_id, Right.LEADS_READ))


@routes.get("/leads/{lead_id}/why", right=Right.LEADS_READ)
async def read_why_lead(ask: Ask, lead_id: str) -> BothLanguages:
    """Return in words why a lead is called, or not called, now."""
    await _row(ask, lead_id, Right.LEADS_READ)
    await ask.house.shelf.refresh()
    words = await why_masked(ask.house.store, LeadId(lead_id), ask.house.clock, ask.house.shelf.packs)
    return BothLanguages(en=words.en, zh=words.zh)


@routes.patch("/leads/{lead_id}", right=Right.LEADS_EDIT)
async def change_lead(ask: Ask, lead_id: str, body: LeadChange) -> LeadShown:
    """Change a lead's place in the order."""
    await _row(ask, lead_id, Right.LEADS_EDIT)
    said = {name: value for name, value in structs.asdict(body).items() if value is not UNSET}
    await changes.set_order(ask.house.store, LeadId(lead_id), ask.if_match(), said, ask.by)
    return shown(await _row(ask, lead_id, Right.LEADS_READ))


@routes.post("/leads/{lead_id}/pause", right=Right.LEADS_EDIT)
async def pause_lead(ask: Ask, lead_id: str, body: LeadReason) -> LeadShown:
    """Leave a lead alone until it is resumed."""
    await _row(ask, lead_id, Right.LEADS_EDIT)
    await changes.pause_lead(ask.house.store, LeadId(lead_id), body.reason, ask.by)
    return shown(await _row(ask, lead_id, Right.LEADS_READ))


@routes.post("/leads/{lead_id}/resume", right=Right.LEADS_EDIT)
async def resume_lead(ask: Ask, lead_id: str) -> LeadShown:
    """Let a paused lead be called again."""
    await _row(ask, lead_id, Right.LEADS_EDIT)
    await changes.resume_lead(ask.house.store, LeadId(lead_id), ask.by)
    return shown(await _row(ask, lead_id, Right.LEADS_READ))


@routes.post("/leads/{lead_id}/close", right=Right.LEADS_EDIT)
async def close_lead(ask: Ask, lead_id: str, body: LeadReason) -> LeadShown:
    """Call a lead no more."""
    await _row(ask, lead_id, Right.LEADS_EDIT)
    await changes.close_lead(ask.house.store, LeadId(lead_id), body.reason, ask.by)
    return shown(await _row(ask, lead_id, Right.LEADS_READ))


@routes.post("/leads/{lead_id}/reveal", right=Right.NUMBERS_REVEAL)
async def reveal_number_of_lead(ask: Ask, lead_id: str) -> ClearNumber:
    """Show the number of a lead in clear; it is put on record who saw it."""
    row = await _row(ask, lead_id, Right.NUMBERS_REVEAL)
    await note_shown(ask.house.store, lead_id, E164(row["number_e164"]), ask.by)
    return ClearNumber(number_e164=row["number_e164"])
