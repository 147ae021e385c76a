"""Objections that were raised, the answers that were offered, and what agents say of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, case, delete, func, select, update

from waihu.store import batch
from waihu.store.statements import statements, table
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu_models.assist import HintMark
from waihu_models.errors import NotFound
from waihu_models.tables import AssistHintRow, CallRow

_HINT, _CALL = table(AssistHintRow), table(CallRow)
MOST_OF_CALL = 500


async def hints_of(store: Store, call_id: str, *, offered: bool = True) -> list[RowMapping]:
    """Return the hints of a call by time; ``offered`` False: also what was raised without an answer being shown."""
    query = select(_HINT).where(_HINT.c.call_id == call_id)
    if offered:
        query = query.where(_HINT.c.offered)
    return await store.rows(query.order_by(_HINT.c.at, _HINT.c.id).limit(MOST_OF_CALL))


async def mark_hint(store: Store, call_id: str, hint_id: str, mark: HintMark, at: datetime) -> RowMapping:
    """Keep what an agent says of a hint; the last word counts.

    Raises:
        NotFound: this call has no such hint.
    """
    this = and_(_HINT.c.id == hint_id, _HINT.c.call_id == call_id, _HINT.c.offered)

    def work(connection: Connection) -> RowMapping:
        if not connection.execute(update(_HINT).where(this).values(mark=mark.value, marked_at=at)).rowcount:
            raise NotFound(f"call {call_id!r} has no hint {hint_id!r}")
        return connection.execute(select(_HINT).where(this)).mappings().one()

    return await store.write(work)


async def replace_raised(store: Store, call_id: str, unit: Unit) -> None:
    """Write a unit in the place of what was raised without an answer being shown: the call was heard anew."""

    def work(connection: Connection) -> None:
        connection.execute(delete(_HINT).where(_HINT.c.call_id == call_id, ~_HINT.c.offered))
        batch.write(connection, statements(connection.dialect), [unit])

    await store.write(work)


async def objection_figures(
    store: Store, visible: ColumnElement[bool], since: datetime, until: datetime, campaign_id: str = ""
) -> Sequence[RowMapping]:
    """Return how often objections were raised and answered in calls that may be seen, the most frequent first.

    Each row has ``objection_id``, ``name``, ``calls`` (in which it was raised), ``offered``, ``used`` and
    ``dismissed`` (of its hints).
    """
    said = [_HINT.c.at >= since, _HINT.c.at < until, _HINT.c.disposition == "", visible]
    if campaign_id:
        said.append(_HINT.c.campaign_id == campaign_id)
    calls = func.count(_HINT.c.call_id.distinct())
    query = (
        select(
            _HINT.c.objection_id,
            func.max(_HINT.c.name).label("name"),
            calls.label("calls"),
            func.sum(case((_HINT.c.offered, 1), else_=0)).label("offered"),
            func.sum(case((_HINT.c.mark == HintMark.USED.value, 1), else_=0)).label("used"),
            func.sum(case((_HINT.c.mark == HintMark.DISMISSED.value, 1), else_=0)).label("dismissed"),
        )
        .select_from(_HINT.join(_CALL, _CALL.c.id == _HINT.c.call_id))
        .where(*said)
        .group_by(_HINT.c.objection_id)
        .order_by(calls.desc(), _HINT.c.objection_id)
        .limit(200)
    )
    return await store.rows(query)
