"""Lists of phrases that raise an alert when they are said: read by who reads transcripts, changed by administrators."""

from typing import Annotated

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.looking import campaign_row
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.services.phrase_words import MOST, checked_phrases
from waihu.store import word_lists as stored
from waihu_models.access import Right
from waihu_models.ids import CampaignId, new_id
from waihu_models.transcript import Side
from waihu_models.word_alert import PhraseKind, PhraseList, Severity

routes = Routes("phrase lists")

Ref = Annotated[str, Meta(max_length=32)]
ListName = Annotated[str, Meta(min_length=1, max_length=80)]
Phrase = Annotated[str, Meta(min_length=1, max_length=100)]
Phrases = Annotated[list[Phrase], Meta(max_length=MOST)]
Spoken = Annotated[str, Meta(pattern=r"^([a-z]{2,3}(-[a-z0-9]{1,8}){0,3})?$")]
CoolDown = Annotated[float, Meta(ge=0, le=3600)]


class PhraseListShown(Struct, frozen=True, kw_only=True):
    """A list. ``campaign_id`` null: it counts in all campaigns; ``language`` empty: in every language."""

    id: str
    name: str
    kind: PhraseKind
    severity: Severity
    language: str
    phrases: list[str]
    unless: list[str]
    campaign_id: str | None
    sides: list[Side]
    tell_agent: bool
    tell_supervisors: bool
    tell_outside: bool
    cool_down_s: float
    active: bool
    version: int


class PhraseListWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of a list.

    ``unless``: a phrase beside one of these, up to three words away, is not meant ("no refund"). ``cool_down_s``: so
    long after an alert in a call, it raises no other one in that call.
    """

    name: ListName
    kind: PhraseKind
    severity: Severity
    language: Spoken
    phrases: Phrases
    unless: Phrases = []
    campaign_id: Ref | None = None
    sides: Annotated[tuple[Side, ...], Meta(min_length=1, max_length=2)] = (Side.CUSTOMER,)
    tell_agent: bool = True
    tell_supervisors: bool = True
    tell_outside: bool = False
    cool_down_s: CoolDown = 30.0
    active: bool = True


class PhraseListQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which lists; ``campaign_id``: those that count in it, with those of all campaigns."""

    kind: PhraseKind | None = None
    language: Spoken = ""
    campaign_id: Ref = ""
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


def _shown(one: PhraseList) -> PhraseListShown:
    return PhraseListShown(
        id=one.id, name=one.name, kind=one.kind, severity=one.severity, language=one.language,
        phrases=list(one.phrases), unless=list(one.unless), campaign_id=one.campaign_id,
        sides=list(one.sides), tell_agent=one.tell_agent,
        tell_supervisors=one.tell_supervisors, tell_outside=one.tell_outside, cool_down_s=one.cool_down_s,
        active=one.active, version=one.version,
    )  # fmt: skip


async def _wished(ask: Ask, body: PhraseListWish, list_id: str, version: int) -> PhraseList:
    if body.campaign_id is not None:
        await campaign_row(ask, body.campaign_id, Right.CAMPAIGNS_READ)
    return PhraseList(
        id=list_id, name=body.name.strip() or body.name, kind=body.kind, severity=body.severity,
        language=body.language, phrases=checked_phrases(body.phrases),
        unless=checked_phrases(body.unless, "$.unless") if body.unless else (),
        campaign_id=CampaignId(body.campaign_id) if body.campaign_id is not None else None,
        sides=tuple(dict.fromkeys(body.sides)), tell_agent=body.tell_agent, tell_supervisors=body.tell_supervisors,
        tell_outside=body.tell_outside, cool_down_s=body.cool_down_s, active=body.active, version=version,
    )  # fmt: skip


async def _read(ask: Ask, list_id: str) -> PhraseListShown:
    return _shown(await stored.phrase_list(ask.house.store, list_id, stored.visible_lists(ask.viewer)))


@routes.get("/phrase-lists", right=Right.TRANSCRIPTS_READ)
async def list_phrase_lists(ask: Ask, query: PhraseListQuery) -> Page[PhraseListShown]:
    """Return the lists of phrases that are listened for, by name."""
    lists = await stored.phrase_lists(ask.house.store, stored.visible_lists(ask.viewer))
    last = key_of(query.after, str, str)
    found = [one for one in lists if _fits(one, query) and (last is None or (one.name, one.id) > last)]
    page = found[: query.limit]
    more = len(found) > query.limit
    return Page(items=[_shown(one) for one in page], next=cursor(page[-1].name, page[-1].id) if more else None)


def _fits(one: PhraseList, query: PhraseListQuery) -> bool:
    return (
        (query.kind is None or one.kind is query.kind)
        and (not query.language or one.language == query.language)
        and (not query.campaign_id or one.campaign_id in {None, query.campaign_id})
    )


@routes.post("/phrase-lists", right=Right.PHRASES_EDIT, status=201, idempotent=True)
async def create_phrase_list(ask: Ask, body: PhraseListWish) -> PhraseListShown:
    """Listen for the phrases of a new list, from the next second on."""
    one = await _wished(ask, body, new_id(), 1)
    await stored.add_list(ask.house.store, one, ask.by)
    return await _read(ask, one.id)


@routes.get("/phrase-lists/{list_id}", right=Right.TRANSCRIPTS_READ)
async def read_phrase_list(ask: Ask, list_id: str) -> PhraseListShown:
    """Return one list of phrases."""
    return await _read(ask, list_id)


@routes.put("/phrase-lists/{list_id}", right=Right.PHRASES_EDIT)
async def replace_phrase_list(ask: Ask, list_id: str, body: PhraseListWish) -> PhraseListShown:
    """Put a list in the place of what it was; it counts from the next second on."""
    await stored.change_list(ask.house.store, await _wished(ask, body, list_id, ask.if_match()), ask.by)
    return await _read(ask, list_id)


@routes.delete("/phrase-lists/{list_id}", right=Right.PHRASES_EDIT)
async def delete_phrase_list(ask: Ask, list_id: str) -> None:
    """Delete a list of phrases; the alerts it raised stay."""
    await stored.delete_list(ask.house.store, list_id, ask.if_match(), ask.by)
