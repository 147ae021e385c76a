"""Tension indicators: marked changes during calls, and each call's figures."""

from sqlalchemy import select

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.ids import CallId
from waihu_models.tables import SideMeasureRow, TensionMarkRow
from waihu_models.tension import Measure, SideMeasure, TensionMark
from waihu_models.transcript import Side

_MARK, _MEASURE = table(TensionMarkRow), table(SideMeasureRow)
MOST_OF_CALL = 1000


async def marks_of(store: Store, call_id: str) -> list[TensionMark]:
    """Return what changed markedly in a call, by time."""
    query = select(_MARK).where(_MARK.c.call_id == call_id).order_by(_MARK.c.at, _MARK.c.id).limit(MOST_OF_CALL)
    return [
        TensionMark(
            id=row["id"], call_id=CallId(row["call_id"]), agent_id=row["agent_id"], side=Side(row["side"]),
            measure=Measure(row["measure"]), value=row["value"], baseline=row["baseline"], start_s=row["start_s"],
            at=row["at"],
        )
        for row in await store.rows(query)
    ]  # fmt: skip


async def measures_of(store: Store, call_id: str) -> list[SideMeasure]:
    """Return the figures of a call that is over."""
    query = select(_MEASURE).where(_MEASURE.c.call_id == call_id).order_by(_MEASURE.c.measure, _MEASURE.c.side)
    return [
        SideMeasure(
            call_id=CallId(row["call_id"]), side=Side(row["side"]), measure=Measure(row["measure"]), value=row["value"],
            baseline=row["baseline"], samples=row["samples"],
        )
        for row in await store.rows(query)
    ]  # fmt: skip
