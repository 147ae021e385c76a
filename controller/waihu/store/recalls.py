"""Callers who hung up before an agent came, and whom nobody has spoken with since; made of the calls there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, or_, select, true

from waihu.store.audit import By, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.call import CallState, Direction
from waihu_models.errors import NotFound
from waihu_models.phone import E164, mask
from waihu_models.tables import CallRow, CustomerRow, QueueRow, RecallDoneRow

_CALL, _CUSTOMER = table(CallRow), table(CustomerRow)
_QUEUE, _DONE = table(QueueRow), table(RecallDoneRow)
ALL = true()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A caller of a queue to be called back.

    Attributes:
        call_id: Of their last call.
        times: How often they called this queue without an agent, in the time that is looked at.
        waited_s: How long the longest of these waits was.
        turned_away: Why they were not let wait the last time; "": they hung up.
    """

    call_id: str
    number_e164: E164
    queue: str
    customer_id: str | None
    customer_name: str
    last_at: datetime
    times: int
    waited_s: float
    turned_away: str


async def recalls(
    store: Store, since: datetime, queue: str = "", limit: int = 200, named: ColumnElement[bool] = ALL
) -> list[Recall]:
    """Return who is to be called back, who called last first.

    Args:
        store: Where calls are.
        since: Callers from then on.
        queue: Only those of this one; "": of all.
        limit: So many at most.
        named: A condition on ``customer``: which of them are named, see ``waihu.store.visible``; others are numbers.
    """
    rows = await store.rows(_open(since, queue, named).order_by(_CALL.c.ended_at.desc()).limit(5000))
    found: dict[tuple[str, str], Recall] = {}
    for row in rows:
        key = row["number_e164"], row["queue"]
        known = found.get(key)
        if known is None and len(found) == limit:
            continue
        found[key] = _told(dict(row), known)
    return list(found.values())


async def recall_of(store: Store, call_id: str, since: datetime) -> Recall:
    """Return who is to be called back after a call.

    Raises:
        NotFound: nobody is, or not any more.
    """
    rows = await store.rows(_open(since, "", ALL).where(_CALL.c.id == call_id))
    if not rows:
        raise NotFound(f"nobody is to be called back after call {call_id}")
    return _told(dict(rows[0]), None)


async def close_recall(store: Store, recall: Recall, said: str, by: By) -> None:
    """Say that nothing is left to do; a later call of the same number to the same queue counts anew."""
    key = {"number_e164": recall.number_e164, "queue": recall.queue}

    def work(connection: Connection) -> None:
        connection.execute(delete(_DONE).where(*(_DONE.c[name] == value for name, value in key.items())))
        connection.execute(insert(_DONE), {**key, "done_at": by.at, "done_by": by.actor, "note": said})
        note(connection, by, "recall.done", recall.call_id, f"{mask(recall.number_e164)}, queue {recall.queue}: {said}")

    await store.write(work)


def _open(since: datetime, queue: str, named: ColumnElement[bool]) -> Any:
    later = _CALL.alias("later")
    spoken = exists().where(
        later.c.connected_at.is_not(None), later.c.connected_at > _CALL.c.dialled_at,
        or_(
            later.c.number_e164 == _CALL.c.number_e164,
            and_(_CALL.c.customer_id.is_not(None), later.c.customer_id == _CALL.c.customer_id),
        ),
    )  # fmt: skip
    done = exists().where(
        _DONE.c.number_e164 == _CALL.c.number_e164, _DONE.c.queue == _CALL.c.queue, _DONE.c.done_at >= _CALL.c.ended_at
    )
    columns = (
        _CALL.c.id, _CALL.c.number_e164, _CALL.c.queue, _CUSTOMER.c.id.label("customer_id"), _CUSTOMER.c.name,
        _CALL.c.ended_at, _CALL.c.queue_since, _CALL.c.turned_away,
    )  # fmt: skip
    wanted = select(*columns).select_from(
        _CALL.join(_QUEUE, _QUEUE.c.name == _CALL.c.queue).outerjoin(
            _CUSTOMER, and_(_CUSTOMER.c.id == _CALL.c.customer_id, named)
        )
    )
    wanted = wanted.where(
        _CALL.c.direction == Direction.INBOUND.value, _CALL.c.state == CallState.ENDED.value,
        _CALL.c.connected_at.is_(None), _CALL.c.ended_at >= since, func.substr(_CALL.c.number_e164, 1, 1) == "+",
        _QUEUE.c.recall, ~spoken, ~done,
    )  # fmt: skip
    return wanted.where(_CALL.c.queue == queue) if queue else wanted


def _told(row: Mapping[str, Any], newer: Recall | None) -> Recall:
    waited_s = (row["ended_at"] - row["queue_since"]).total_seconds() if row["queue_since"] is not None else 0.0
    if newer is not None:
        row = {**row, "id": newer.call_id, "ended_at": newer.last_at, "turned_away": newer.turned_away}
    return Recall(
        call_id=row["id"], number_e164=E164(row["number_e164"]), queue=row["queue"], customer_id=row["customer_id"],
        customer_name=row["name"] or "", last_at=row["ended_at"], times=1 + (newer.times if newer else 0),
        waited_s=max(waited_s, newer.waited_s if newer else 0.0), turned_away=row["turned_away"],
    )  # fmt: skip
