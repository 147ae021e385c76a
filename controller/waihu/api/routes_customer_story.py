"""What happened with a customer, notes, and numbers shown in clear."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.looking import moment
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.api.routes_customers import ConsentWord, consent_word, phone_of
from waihu.store import customer_edits as edits
from waihu.store.customer_search import customer_row, phones_of
from waihu.store.customer_story import KINDS, Moment, StoryWish, story
from waihu.store.visible import visible_calls, visible_customers
from waihu_models.access import Right
from waihu_models.call import CallState, Direction
from waihu_models.outcome import Outcome
from waihu_models.phone import E164, mask
from waihu_models.recording import RecordingState

routes = Routes("customers")


class StoryQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of a timeline; ``kind``: only what is of these."""

    kind: Annotated[list[Literal["call", "consent", "note"]], Meta(max_length=3)] = []
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


class StoryCall(Struct, frozen=True, kw_only=True):
    """A call as the timeline tells it."""

    id: str
    direction: Direction
    masked: str
    state: CallState
    outcome: Outcome | None
    disposition: str | None
    note: str
    agent_id: str | None
    agent_name: str
    campaign_id: str | None
    talk_s: float
    callback_at: datetime | None
    recording_id: str | None
    recording_state: RecordingState | None


class StoryNote(Struct, frozen=True, kw_only=True):
    """A note somebody added; ``actor`` names kind and person."""

    id: str
    actor: str
    text: str


class StoryMoment(Struct, frozen=True, kw_only=True):
    """Something that happened: one of the three."""

    at: datetime
    call: StoryCall | None = None
    consent: ConsentWord | None = None
    note: StoryNote | None = None


class NoteWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A note to be added."""

    text: Annotated[str, Meta(min_length=1, max_length=4000)]


class NoteMade(Struct, frozen=True, kw_only=True):
    """A note that was added."""

    id: str


class ClearNumber(Struct, frozen=True, kw_only=True):
    """A number in clear; that it was shown is on record."""

    number_e164: str


@routes.get("/customers/{customer_id}/timeline", right=Right.CUSTOMERS_READ)
async def read_timeline(ask: Ask, customer_id: str, query: StoryQuery) -> Page[StoryMoment]:
    """Return what happened with a customer, newest first: calls, words of consent, notes."""
    key = key_of(query.after, str, str, str)
    after = (moment(key[0]), key[1], key[2]) if key is not None and key[1] in {"call", "consent", "note"} else None
    store = ask.house.store
    await customer_row(store, customer_id, visible_customers(ask.viewer))
    wish = StoryWish(
        customer_id=customer_id,
        # The history of a customer is the customer's: whoever may see one sees the calls of the whole team with them.
        visible_calls=visible_calls(ask.viewer, Right.CUSTOMERS_READ),
        numbers=[row["number_e164"] for row in await phones_of(store, [customer_id])],
        kinds=[kind for kind in KINDS if not query.kind or kind in query.kind],
        after=after,
        limit=query.limit,
    )
    found = await story(store, wish)
    shown, more = found[: query.limit], len(found) > query.limit
    last = shown[-1] if more else None
    next_page = cursor(last.at.isoformat(), last.kind, last.id) if last else None
    return Page(items=[_moment(one) for one in shown], next=next_page)


def _moment(one: Moment) -> StoryMoment:
    if one.kind == "call":
        return StoryMoment(at=one.at, call=_call(one))
    if one.kind == "consent":
        return StoryMoment(at=one.at, consent=consent_word(one.row))
    return StoryMoment(at=one.at, note=StoryNote(id=one.id, actor=one.row["actor"], text=one.row["text"]))


def _call(one: Moment) -> StoryCall:
    row = one.row
    return StoryCall(
        id=row["id"], direction=Direction(row["direction"]), masked=mask(row["number_e164"]),
        state=CallState(row["state"]), outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        disposition=row["disposition"], note=row["note"], agent_id=row["agent_id"],
        agent_name=row["agent_name"] or row["agent_id"] or "", campaign_id=row["campaign_id"], talk_s=row["talk_s"],
        callback_at=row["callback_at"], recording_id=row["recording_id"],
        recording_state=RecordingState(row["recording_state"]) if row["recording_state"] else None,
    )  # fmt: skip


@routes.post("/customers/{customer_id}/notes", right=Right.CUSTOMERS_EDIT, status=201, idempotent=True)
async def create_note(ask: Ask, customer_id: str, body: NoteWish) -> NoteMade:
    """Add a note to a customer."""
    which = edits.Which(customer_id, visible_customers(ask.viewer, Right.CUSTOMERS_EDIT))
    return NoteMade(id=await edits.add_note(ask.house.store, which, body.text.strip(), ask.by))


@routes.post("/customers/{customer_id}/phones/{phone_id}/reveal", right=Right.NUMBERS_REVEAL)
async def reveal_number(ask: Ask, customer_id: str, phone_id: str) -> ClearNumber:
    """Show a number in clear; it is put on record who saw it."""
    row = await phone_of(ask, customer_id, phone_id, Right.NUMBERS_REVEAL)
    await edits.note_shown(ask.house.store, customer_id, E164(row["number_e164"]), ask.by)
    return ClearNumber(number_e164=row["number_e164"])
