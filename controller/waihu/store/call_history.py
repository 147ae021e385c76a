"""When numbers were called, and when they were abandoned: what caps and lock-outs are reckoned from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.call import WENT_ON, Direction
from waihu_models.ids import AgentId
from waihu_models.outcome import Outcome
from waihu_models.phone import E164
from waihu_models.tables import CallRow

_CALL = table(CallRow).c
_NOT_NOTICED = frozenset({str(Outcome.FAILED), str(Outcome.CANCELLED)})
"""Attempts that rang nobody, or hardly, do not count."""


@dataclass(frozen=True, slots=True)
class History:
    """Calls to one number: ``attempts_at`` newest first, ``dropped_at`` the last time it was abandoned.

    ``contacted_at``: the last time somebody there spoke with us; ``last_agent``: with whom.
    """

    attempts_at: tuple[datetime, ...] = ()
    dropped_at: datetime | None = None
    contacted_at: datetime | None = None
    last_agent: AgentId | None = None


async def histories(store: Store, numbers: Collection[E164]) -> dict[str, History]:
    """Return the history of each number that was called, of all campaigns together."""
    query = (
        select(
            _CALL.number_e164,
            _CALL.dialled_at,
            _CALL.hung_up_at,
            _CALL.outcome,
            _CALL.abandoned,
            _CALL.reason,
            _CALL.connected_at,
            _CALL.agent_id,
        )
        .where(
            _CALL.number_e164.in_(set(numbers)),
            _CALL.direction == Direction.OUTBOUND.value,
        )
        .order_by(_CALL.number_e164, _CALL.dialled_at.desc())
    )
    found: dict[str, History] = {}
    for row in await store.rows(query):
        before = found.get(row["number_e164"], History())
        # One that went on on another line is the same attempt, counted there.
        noticed = row["outcome"] not in _NOT_NOTICED and not row["reason"].startswith(WENT_ON)
        dropped = [row["hung_up_at"] or row["dialled_at"]] if row["abandoned"] else []
        found[row["number_e164"]] = History(
            (*before.attempts_at, row["dialled_at"]) if noticed else before.attempts_at,
            max((*dropped, *((before.dropped_at,) if before.dropped_at else ())), default=None),
            before.contacted_at or row["connected_at"],
            before.last_agent or (row["agent_id"] if row["connected_at"] and not before.contacted_at else None),
        )
    return found
