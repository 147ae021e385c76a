"""The outbox: what happened, in the order in which it was stored, for as long as others may want to hear of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, or_, select, true, update

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.outward import EVERYTHING
from waihu_models.tables import OutboxRow, WebhookRow

_TABLE, _HOOK = table(OutboxRow), table(WebhookRow)
AT_ONCE = 500
"""Events that are deleted in one transaction."""


@dataclass(frozen=True, slots=True)
class Read:
    """Events that were asked for, and the place up to which they are all there are."""

    events: list[RowMapping]
    position: int


async def events_after(store: Store, position: int, topics: Sequence[str], limit: int) -> Read:
    """Return the oldest events of these topics after a place in the outbox."""
    newest = int((await store.rows(select(func.coalesce(func.max(_TABLE.c.seq), 0).label("seq"))))[0]["seq"])
    if newest <= position:
        return Read([], position)
    between = (_TABLE.c.seq > position) & (_TABLE.c.seq <= newest)
    query = select(_TABLE).where(between, _of_topics(topics)).order_by(_TABLE.c.seq).limit(limit)
    events = await store.rows(query)
    return Read(events, int(events[-1]["seq"]) if len(events) == limit else newest)


def _of_topics(topics: Sequence[str]) -> ColumnElement[bool]:
    if EVERYTHING in topics:
        return true()
    wanted = [
        _TABLE.c.topic.startswith(topic[:-1], autoescape=True) if topic.endswith("*") else _TABLE.c.topic == topic
        for topic in topics
    ]
    return or_(*wanted)


def newest_event(connection: Connection) -> int:
    """Return the place after which everything is still to come."""
    return int(connection.execute(select(func.coalesce(func.max(_TABLE.c.seq), 0))).scalar_one())


@dataclass(frozen=True, slots=True)
class Span:
    """How long the outbox is, and how much of it is still to be looked at by somebody who wants to be told."""

    events: int
    waiting: int


async def span(store: Store) -> Span:
    """Measure the outbox by its ends: counting a million rows would take longer than the answer is worth."""
    ends = select(func.min(_TABLE.c.seq).label("oldest"), func.max(_TABLE.c.seq).label("newest"))
    found = (await store.rows(ends))[0]
    if found["newest"] is None:
        return Span(0, 0)
    slowest = select(func.min(_HOOK.c.position).label("position")).where(_HOOK.c.paused.is_(False))
    position = (await store.rows(slowest))[0]["position"]
    newest, oldest = int(found["newest"]), int(found["oldest"])
    return Span(newest - oldest + 1, max(0, newest - max(position, oldest - 1)) if position is not None else 0)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was deleted, and who had not been told of all of it: names of webhooks."""

    events: int
    missed_by: tuple[str, ...] = ()


async def prune(store: Store, before: datetime, most: int) -> Pruned:
    """Delete some of the oldest events: those everybody has been told of, and what there is too much of.

    Args:
        store: Where.
        before: Events of this moment or later stay, unless there are too many.
        most: So many stay at most, told or not.
    """

    def work(connection: Connection) -> Pruned:
        newest = newest_event(connection)
        active = _HOOK.c.paused.is_(False)
        told = connection.execute(select(func.min(_HOOK.c.position)).where(active)).scalar()
        last = deleted = 0
        oldest = select(_TABLE.c.seq, _TABLE.c.at).order_by(_TABLE.c.seq).limit(AT_ONCE)
        for seq, at in connection.execute(oldest):
            if not ((at < before and (told is None or seq <= told)) or seq <= newest - most):
                break
            last, deleted = seq, deleted + 1
        if not deleted:
            return Pruned(0)
        connection.execute(delete(_TABLE).where(_TABLE.c.seq <= last))
        behind = active & (_HOOK.c.position < last)
        missed = tuple(connection.execute(select(_HOOK.c.name).where(behind)).scalars())
        if missed:
            connection.execute(update(_HOOK).where(behind).values(position=last))
        return Pruned(deleted, missed)

    return await store.write(work)
