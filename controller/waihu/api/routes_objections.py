"""Objections and what is answered to them: shown to agents while customers raise them."""

from typing import Annotated

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.looking import campaign_row
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.api.routes_phrase_lists import ListName, Phrases, Ref, Spoken
from waihu.services.phrase_words import checked_phrases
from waihu.store import word_lists as stored
from waihu_models.access import Right
from waihu_models.assist import Objection
from waihu_models.ids import CampaignId, new_id

routes = Routes("objections")

ObjectionAnswer = Annotated[str, Meta(min_length=1, max_length=2000)]
NextStep = Annotated[str, Meta(max_length=120)]


class ObjectionShown(Struct, frozen=True, kw_only=True):
    """An objection and its answer. ``next_step`` names a heading of the campaign's script."""

    id: str
    name: str
    language: str
    phrases: list[str]
    answer: str
    next_step: str
    campaign_id: str | None
    active: bool
    version: int


class ObjectionWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of an objection."""

    name: ListName
    language: Spoken
    phrases: Phrases
    answer: ObjectionAnswer
    next_step: NextStep = ""
    campaign_id: Ref | None = None
    active: bool = True


class ObjectionQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which objections; ``campaign_id``: those that count in it, with those of all campaigns."""

    language: Spoken = ""
    campaign_id: Ref = ""
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


def _shown(one: Objection) -> ObjectionShown:
    return ObjectionShown(
        id=one.id, name=one.name, language=one.language, phrases=list(one.phrases), answer=one.answer,
        next_step=one.next_step, campaign_id=one.campaign_id, active=one.active, version=one.version,
    )  # fmt: skip


async def _wished(ask: Ask, body: ObjectionWish, objection_id: str, version: int) -> Objection:
    if body.campaign_id is not None:
        await campaign_row(ask, body.campaign_id, Right.CAMPAIGNS_READ)
    return Objection(
        id=objection_id, name=body.name.strip() or body.name, language=body.language,
        phrases=checked_phrases(body.phrases), answer=body.answer, next_step=body.next_step,
        campaign_id=CampaignId(body.campaign_id) if body.campaign_id is not None else None,
        active=body.active, version=version,
    )  # fmt: skip


async def _read(ask: Ask, objection_id: str) -> ObjectionShown:
    return _shown(await stored.objection(ask.house.store, objection_id, stored.visible_objections(ask.viewer)))


def _fits(one: Objection, query: ObjectionQuery) -> bool:
    in_campaign = not query.campaign_id or one.campaign_id in {None, query.campaign_id}
    return in_campaign and (not query.language or one.language == query.language)


@routes.get("/objections", right=Right.TRANSCRIPTS_READ)
async def list_objections(ask: Ask, query: ObjectionQuery) -> Page[ObjectionShown]:
    """Return the objections that are answered, by name."""
    known = await stored.objections(ask.house.store, stored.visible_objections(ask.viewer))
    last = key_of(query.after, str, str)
    found = [one for one in known if _fits(one, query) and (last is None or (one.name, one.id) > last)]
    page = found[: query.limit]
    more = len(found) > query.limit
    return Page(items=[_shown(one) for one in page], next=cursor(page[-1].name, page[-1].id) if more else None)


@routes.post("/objections", right=Right.PHRASES_EDIT, status=201, idempotent=True)
async def create_objection(ask: Ask, body: ObjectionWish) -> ObjectionShown:
    """Offer agents the answer to a new objection, from the next second on."""
    one = await _wished(ask, body, new_id(), 1)
    await stored.add_objection(ask.house.store, one, ask.by)
    return await _read(ask, one.id)


@routes.get("/objections/{objection_id}", right=Right.TRANSCRIPTS_READ)
async def read_objection(ask: Ask, objection_id: str) -> ObjectionShown:
    """Return one objection."""
    return await _read(ask, objection_id)


@routes.put("/objections/{objection_id}", right=Right.PHRASES_EDIT)
async def replace_objection(ask: Ask, objection_id: str, body: ObjectionWish) -> ObjectionShown:
    """Put an objection in the place of what it was; it counts from the next second on."""
    await stored.change_objection(ask.house.store, await _wished(ask, body, objection_id, ask.if_match()), ask.by)
    return await _read(ask, objection_id)


@routes.delete("/objections/{objection_id}", right=Right.PHRASES_EDIT)
async def delete_objection(ask: Ask, objection_id: str) -> None:
    """Delete an objection; what was counted of it stays."""
    await stored.delete_objection(ask.house.store, objection_id, ask.if_match(), ask.by)
