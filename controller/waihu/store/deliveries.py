"""What is on its way to other systems: from the outbox into lanes, out of them when it was taken."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, func, insert, select, update

from waihu.store.outbox import events_after
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import NotFound
from waihu_models.ids import new_id
from waihu_models.outward import CALL_TASKS, DeliveryState, OutwardEvent, Webhook
from waihu_models.tables import CallTaskRow, DeliveryRow, OutboxRow, WebhookRow

_TABLE, _HOOK, _TASK = table(DeliveryRow), table(WebhookRow), table(CallTaskRow)
_OUTBOX = table(OutboxRow)
_PENDING, _SET_ASIDE = DeliveryState.PENDING.value, DeliveryState.SET_ASIDE.value
SEEN_WITHOUT = 500
"""Events nobody wants that may be passed over before a place in the outbox is written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one receiver."""

    event: OutwardEvent
    webhook_id: str
    lane: str
    seq: int
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0  # that failed
    next_at: datetime
    reason: str = ""


def _delivery(row: Any) -> Delivery:
    event = OutwardEvent(id=row["id"], topic=row["topic"], key=row["key"], at=row["at"], payload=row["payload"])
    kept = {name: row[name] for name in ("webhook_id", "lane", "seq", "attempts", "next_at", "reason")}
    return Delivery(event=event, state=DeliveryState(row["state"]), **kept)


# ---- into the lanes ------------------------------------------------------------------------------------------------


async def spread(store: Store, hook: Webhook, window: int, now: datetime, lane_of: Callable[[str], str]) -> int:
    """Put the next events that a webhook wants into its lane; return how many were looked for and found.

    Args:
        store: Where.
        hook: Who wants to be told, as it stands now.
        window: So many may be on their way to it; 0: it is no matter.
        now: When they are due.
        lane_of: Names the lane of an address.
    """
    room = window - await _on_their_way(store, hook.id) if window else SEEN_WITHOUT
    if room <= 0:
        return 0
    read = await events_after(store, hook.position, hook.topics, min(room, SEEN_WITHOUT))
    if not read.events and read.position - hook.position < SEEN_WITHOUT:
        return 0
    own = await _own_addresses(store, [row["key"] for row in read.events]) if hook.id == CALL_TASKS else None
    rows = [
        {
            **{name: row[name] for name in ("seq", "topic", "key", "payload", "at")},
            "id": new_id(), "webhook_id": hook.id, "state": _PENDING, "next_at": now,
            "lane": lane_of(own[row["key"]]) if own is not None else hook.id,
        }
        for row in read.events
        if own is None or own.get(row["key"])
    ]  # fmt: skip

    def work(connection: Connection) -> int:
        this = (_HOOK.c.id == hook.id) & (_HOOK.c.position == hook.position)
        if connection.execute(update(_HOOK).where(this).values(position=read.position)).rowcount == 0:
            return 0  # another program was first, or the webhook is gone
        if rows:
            connection.execute(insert(_TABLE), rows)
        return len(rows)

    return await store.write(work)


async def _on_their_way(store: Store, webhook_id: str) -> int:
    of_hook = (_TABLE.c.webhook_id == webhook_id) & (_TABLE.c.state == _PENDING)
    return int((await store.rows(select(func.count().label("n")).select_from(_TABLE).where(of_hook)))[0]["n"])


async def _own_addresses(store: Store, task_ids: Sequence[str]) -> dict[str, str]:
    query = select(_TASK.c.id, _TASK.c.callback_url).where(_TASK.c.id.in_(task_ids))
    return {row["id"]: row["callback_url"] for row in await store.rows(query)} if task_ids else {}


# ---- out of them ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Glance:
    """Whether there may be something to do: the newest event, and when the next delivery is due, if any."""

    newest: int
    due_at: datetime | None


async def glance(store: Store) -> Glance:
    """Ask in one question, because it is asked all day long."""
    newest = select(func.coalesce(func.max(_OUTBOX.c.seq), 0)).scalar_subquery()
    due_at = select(func.min(_TABLE.c.next_at)).where(_TABLE.c.state == _PENDING).scalar_subquery()
    row = (await store.rows(select(newest.label("newest"), due_at.label("due_at"))))[0]
    return Glance(row["newest"], row["due_at"])


@dataclass(frozen=True, slots=True)
class Lane:
    """A receiver for whom something is due."""

    name: str
    webhook_id: str


async def due_lanes(store: Store, now: datetime, but: Collection[str], limit: int) -> list[Lane]:
    """Return receivers for whom something is due, the longest due first, but for these."""
    active = exists().where(_HOOK.c.id == _TABLE.c.webhook_id, _HOOK.c.paused.is_(False))
    first = func.min(_TABLE.c.next_at)
    query = (
        select(_TABLE.c.lane, _TABLE.c.webhook_id)
        .where(_TABLE.c.state == _PENDING, _TABLE.c.lane.not_in(but), active)
        .group_by(_TABLE.c.lane, _TABLE.c.webhook_id)
        .having(first <= now)
        .order_by(first)
        .limit(limit)
    )
    return [Lane(row["lane"], row["webhook_id"]) for row in await store.rows(query)]


async def due_deliveries(store: Store, lane: str, now: datetime, limit: int) -> list[Delivery]:
    """Return what is due in a lane, in order; nothing of a key of which something waits for a later moment."""
    here = (_TABLE.c.state == _PENDING) & (_TABLE.c.lane == lane)
    waiting = select(_TABLE.c.key).where(here, _TABLE.c.next_at > now)
    query = select(_TABLE).where(here, _TABLE.c.key.not_in(waiting)).order_by(_TABLE.c.seq).limit(limit)
    return [_delivery(row) for row in await store.rows(query)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A delivery that was not taken; ``next_at`` None: it is set aside."""

    id: str
    attempts: int
    reason: str
    at: datetime
    next_at: datetime | None


async def settle(store: Store, taken: Collection[str], failed: Sequence[Failure]) -> None:
    """Note what became of deliveries, all in one transaction."""

    def work(connection: Connection) -> None:
        if taken:
            connection.execute(delete(_TABLE).where(_TABLE.c.id.in_(taken)))
        if failed:
            changed = update(_TABLE).where(_TABLE.c.id == bindparam("this"))
            values: dict[str, Any] = {
                name: bindparam(f"new_{name}") for name in ("attempts", "reason", "next_at", "state")
            }
            connection.execute(changed.values(values), [_changed(one) for one in failed])

    await store.write(work)


def _changed(one: Failure) -> dict[str, Any]:
    return {
        "this": one.id,
        "new_attempts": one.attempts,
        "new_reason": one.reason,
        "new_next_at": one.next_at or one.at,
        "new_state": _PENDING if one.next_at is not None else _SET_ASIDE,
    }


# ---- for people ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is on its way to a receiver, and what was set aside."""

    pending: int = 0
    set_aside: int = 0


async def waiting(store: Store) -> dict[str, Waiting]:
    """Return how much waits, by webhook."""
    query = select(
        _TABLE.c.webhook_id,
        func.count().filter(_TABLE.c.state == _PENDING).label("pending"),
        func.count().filter(_TABLE.c.state == _SET_ASIDE).label("set_aside"),
    ).group_by(_TABLE.c.webhook_id)
    return {row["webhook_id"]: Waiting(row["pending"], row["set_aside"]) for row in await store.rows(query)}


async def deliveries_of(store: Store, webhook_id: str, state: DeliveryState, after: int, limit: int) -> list[Delivery]:
    """Return what is on its way to a webhook, or was set aside, in order, after a place in the outbox."""
    those = _of(webhook_id, state) & (_TABLE.c.seq > after)
    return [_delivery(row) for row in await store.rows(select(_TABLE).where(those).order_by(_TABLE.c.seq).limit(limit))]


def _of(webhook_id: str, state: DeliveryState) -> ColumnElement[bool]:
    return (_TABLE.c.webhook_id == webhook_id) & (_TABLE.c.state == state.value)


async def send_again(store: Store, webhook_id: str, delivery_id: str | None, now: datetime) -> int:
    """Let one delivery that was set aside, or (None) all of a webhook, be tried anew; return how many.

    Raises:
        NotFound: this one was not set aside.
    """
    those = _of(webhook_id, DeliveryState.SET_ASIDE)
    if delivery_id is not None:
        those &= _TABLE.c.id == delivery_id
    again = update(_TABLE).where(those).values(state=_PENDING, attempts=0, next_at=now)
    count = await store.write(lambda connection: connection.execute(again).rowcount)
    if delivery_id is not None and count == 0:
        raise NotFound(f"no delivery {delivery_id!r} was set aside")
    return count


async def forget_set_aside(store: Store, before: datetime, limit: int) -> int:
    """Delete what was set aside before a moment; return how much."""
    old = select(_TABLE.c.id).where(_TABLE.c.state == _SET_ASIDE, _TABLE.c.next_at < before).limit(limit)
    return await store.write(lambda connection: connection.execute(delete(_TABLE).where(_TABLE.c.id.in_(old))).rowcount)
