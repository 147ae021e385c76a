"""Callers who gave up in a queue: who is to be called back, calling them, and saying that it is done."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.services.manual_calls import Whom
from waihu.store import recalls as stored
from waihu.store.campaigns import campaign_row_by_id
from waihu.store.visible import visible_campaigns, visible_customers
from waihu_models.access import Right
from waihu_models.errors import NotAllowed
from waihu_models.ids import AgentId, CampaignId
from waihu_models.phone import mask

routes = Routes("recalls")

QueueName = Annotated[str, Meta(max_length=64)]
Days = Annotated[int, Meta(ge=1, le=90)]
DAYS = 7


class RecallShown(Struct, frozen=True, kw_only=True):
    """A caller to be called back. ``times``: calls without an agent; ``waited_s``: the longest of their waits."""

    call_id: str
    masked: str
    queue: str
    customer_id: str | None
    customer_name: str
    last_at: datetime
    times: int
    waited_s: float
    turned_away: str


class RecallQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which callers: of one queue, of so many days."""

    queue: QueueName = ""
    days: Days = DAYS


class RecallNote(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of it, for those who read it later."""

    note: Annotated[str, Meta(max_length=300)] = ""


class RecallCall(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By which campaign's rules and lines; "": one's own."""

    campaign_id: Annotated[str, Meta(max_length=32)] = ""


class RecallMade(Struct, frozen=True, kw_only=True):
    """The call that was made."""

    call_id: str


@routes.get("/recalls", right=Right.LEADS_READ)
async def list_recalls(ask: Ask, query: RecallQuery) -> list[RecallShown]:
    """Return the callers to be called back, who called last first; 200 at most."""
    since = ask.house.clock.now() - timedelta(days=query.days)
    named = visible_customers(ask.viewer)
    return [_shown(one) for one in await stored.recalls(ask.house.store, since, query.queue, named=named)]


@routes.post("/recalls/{call_id}/done", right=Right.DESK)
async def close_recall(ask: Ask, call_id: str, body: RecallNote) -> None:
    """Take a caller off the list; when they call again and give up, they are on it again."""
    await stored.close_recall(ask.house.store, await _recall(ask, call_id), body.note, ask.by)


@routes.post("/recalls/{call_id}/call", right=Right.DESK, status=201, idempotent=True)
async def call_back(ask: Ask, call_id: str, body: RecallCall) -> RecallMade:
    """Call somebody back as the agent who asks; the law and the campaign's rules hold as for every call by hand."""
    if ask.viewer.agent_id is None:
        raise NotAllowed("you do not work as an agent: an administrator can change that")
    recall = await _recall(ask, call_id)
    if body.campaign_id:
        await campaign_row_by_id(ask.house.store, body.campaign_id, visible_campaigns(ask.viewer))
    campaign_id = CampaignId(body.campaign_id) if body.campaign_id else None
    whom = Whom(number=recall.number_e164)
    manual = ask.house.control.manual
    return RecallMade(call_id=await manual.call(AgentId(ask.viewer.agent_id), whom, campaign_id, ask.by))


async def _recall(ask: Ask, call_id: str) -> stored.Recall:
    return await stored.recall_of(ask.house.store, call_id, ask.house.clock.now() - timedelta(days=90))


def _shown(one: stored.Recall) -> RecallShown:
    return RecallShown(
        call_id=one.call_id, masked=mask(one.number_e164), queue=one.queue, customer_id=one.customer_id,
        customer_name=one.customer_name, last_at=one.last_at, times=one.times, waited_s=one.waited_s,
        turned_away=one.turned_away,
    )  # fmt: skip
