"""Webhooks: who is told of what, and what did not arrive; for administrators. A secret is shown once."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from waihu.api.ask import Ask
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.store import deliveries as on_their_way
from waihu.store import webhooks as stored
from waihu.store.deliveries import Waiting
from waihu_models.access import Right
from waihu_models.outward import DeliveryState, Webhook

routes = Routes("webhooks")

HookName = Annotated[str, Meta(max_length=120)]
Address = Annotated[str, Meta(min_length=1, max_length=2000)]
Topics = Annotated[list[Annotated[str, Meta(min_length=1, max_length=64)]], Meta(min_length=1, max_length=50)]
OverlapHours = Annotated[float, Meta(ge=0, le=720)]


class WebhookShown(Struct, frozen=True, kw_only=True):
    """A receiver. ``pending``: events on their way to it; ``set_aside``: events it did not take."""

    id: str
    name: str
    url: str  # empty: results of call tasks, each with its own address
    topics: list[str]
    active: bool
    pending: int
    set_aside: int
    former_secret_until: datetime | None
    created_by: str
    created_at: datetime
    version: int


class NewWebhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A receiver to be told of what happens from now on. Topics: ``call.ended``, ``call.*``, ``*``."""

    url: Address
    topics: Topics
    name: HookName = ""


class WebhookChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a receiver; what is left out stays. One that is not active is told later of what it missed."""

    url: Address | UnsetType = UNSET
    topics: Topics | UnsetType = UNSET
    name: HookName | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class WebhookMade(Struct, frozen=True, kw_only=True):
    """A new receiver and the secret it is told under, which is shown only here."""

    webhook: WebhookShown
    secret: str


class Rotation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long the former secret signs beside the new one."""

    overlap_hours: OverlapHours = 24.0


class NewSecret(Struct, frozen=True, kw_only=True):
    """A new secret, which is shown only here."""

    secret: str


class WebhookTested(Struct, frozen=True, kw_only=True):
    """What came of telling a receiver something on trial. ``status`` 0: no answer that says yes."""

    ok: bool
    status: int
    problem: str


class DeliveryShown(Struct, frozen=True, kw_only=True):
    """An event on its way to a receiver, or one it did not take."""

    id: str
    topic: str
    key: str
    at: datetime
    state: DeliveryState
    attempts: int
    next_at: datetime
    reason: str


class DeliveryQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which deliveries are wanted."""

    state: DeliveryState = DeliveryState.SET_ASIDE
    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


class SentAgain(Struct, frozen=True, kw_only=True):
    """How many deliveries are tried anew."""

    count: int


async def _shown(ask: Ask, hook: Webhook) -> WebhookShown:
    return _as_shown(hook, (await on_their_way.waiting(ask.house.store)).get(hook.id, Waiting()))


def _as_shown(hook: Webhook, waiting: Waiting) -> WebhookShown:
    return WebhookShown(
        id=hook.id, name=hook.name, url=hook.url, topics=list(hook.topics), active=not hook.paused,
        pending=waiting.pending, set_aside=waiting.set_aside, former_secret_until=hook.former_secret_until,
        created_by=hook.created_by, created_at=hook.created_at, version=hook.version,
    )  # fmt: skip


@routes.get("/webhooks", right=Right.WEBHOOKS)
async def list_webhooks(ask: Ask) -> list[WebhookShown]:
    """Return all receivers."""
    waiting = await on_their_way.waiting(ask.house.store)
    return [_as_shown(hook, waiting.get(hook.id, Waiting())) for hook in await stored.webhooks(ask.house.store)]


@routes.post("/webhooks", right=Right.WEBHOOKS, status=201, idempotent=True)
async def create_webhook(ask: Ask, body: NewWebhook) -> WebhookMade:
    """Tell a receiver of what happens from now on."""
    hook, secret = await ask.house.outward.webhooks.add(body.url, body.topics, body.name, ask.by)
    ask.house.outward.outward.poke()
    return WebhookMade(webhook=await _shown(ask, hook), secret=secret)


@routes.get("/webhooks/{webhook_id}", right=Right.WEBHOOKS)
async def read_webhook(ask: Ask, webhook_id: str) -> WebhookShown:
    """Return one receiver."""
    return await _shown(ask, await stored.webhook(ask.house.store, webhook_id))


@routes.patch("/webhooks/{webhook_id}", right=Right.WEBHOOKS)
async def change_webhook(ask: Ask, webhook_id: str, body: WebhookChange) -> WebhookShown:
    """Change a receiver."""
    values: dict[str, Any] = msgspec.to_builtins(body)
    if "active" in values:
        values["paused"] = not values.pop("active")
    hook = await ask.house.outward.webhooks.change(webhook_id, ask.if_match(), values, ask.by)
    ask.house.outward.outward.poke()
    return await _shown(ask, hook)


@routes.delete("/webhooks/{webhook_id}", right=Right.WEBHOOKS)
async def remove_webhook(ask: Ask, webhook_id: str) -> None:
    """Tell a receiver nothing any more."""
    await ask.house.outward.webhooks.remove(webhook_id, ask.if_match(), ask.by)


@routes.post("/webhooks/{webhook_id}/secret", right=Right.WEBHOOKS, status=201)
async def rotate_webhook_secret(ask: Ask, webhook_id: str, body: Rotation) -> NewSecret:
    """Make a new secret; the former one signs as well for a while."""
    overlap = timedelta(hours=body.overlap_hours)
    return NewSecret(secret=await ask.house.outward.webhooks.rotate(webhook_id, ask.by, overlap))


@routes.post("/webhooks/{webhook_id}/test", right=Right.WEBHOOKS)
async def test_webhook(ask: Ask, webhook_id: str) -> WebhookTested:
    """Tell a receiver something on trial, at once and once."""
    tested = await ask.house.outward.webhooks.test(webhook_id)
    return WebhookTested(ok=tested.status > 0, status=tested.status, problem=tested.problem)


@routes.get("/webhooks/{webhook_id}/deliveries", right=Right.WEBHOOKS)
async def list_deliveries(ask: Ask, webhook_id: str, query: DeliveryQuery) -> Page[DeliveryShown]:
    """Return what is on its way to a receiver, or was not taken."""
    await stored.webhook(ask.house.store, webhook_id)
    key = key_of(query.after, int)
    place = key[0] if key is not None else 0
    found = await on_their_way.deliveries_of(ask.house.store, webhook_id, query.state, place, query.limit + 1)
    shown, more = found[: query.limit], len(found) > query.limit
    items = [
        DeliveryShown(
            id=one.event.id, topic=one.event.topic, key=one.event.key, at=one.event.at, state=one.state,
            attempts=one.attempts, next_at=one.next_at, reason=one.reason,
        )
        for one in shown
    ]  # fmt: skip
    return Page(items=items, next=cursor(shown[-1].seq) if more else None)


@routes.post("/webhooks/{webhook_id}/again", right=Right.WEBHOOKS)
async def send_all_again(ask: Ask, webhook_id: str) -> SentAgain:
    """Try everything anew that a receiver did not take."""
    return await _again(ask, webhook_id, None)


@routes.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/again", right=Right.WEBHOOKS)
async def send_again(ask: Ask, webhook_id: str, delivery_id: str) -> SentAgain:
    """Try one event anew that a receiver did not take."""
    return await _again(ask, webhook_id, delivery_id)


async def _again(ask: Ask, webhook_id: str, delivery_id: str | None) -> SentAgain:
    await stored.webhook(ask.house.store, webhook_id)
    count = await on_their_way.send_again(ask.house.store, webhook_id, delivery_id, ask.house.clock.now())
    ask.house.outward.outward.poke()
    return SentAgain(count=count)
