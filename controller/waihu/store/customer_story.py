"""What happened with a customer, newest first: calls, words of consent, notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, String, and_, cast, or_, select

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.tables import AgentRow, CallRow, ConsentRow, CustomerNoteRow, RecordingRow

_CALL, _CONSENT, _NOTE = table(CallRow), table(ConsentRow), table(CustomerNoteRow)
_AGENT, _RECORDING = table(AgentRow), table(RecordingRow)
KINDS = ("note", "consent", "call")  # of one moment, in this order


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened; ``row`` holds the facts of its kind."""

    at: datetime
    kind: str
    id: str
    row: RowMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryWish:
    """Whose story, and which part of it.

    Attributes:
        visible_calls: Which calls may be seen.
        numbers: Of the customer: words of consent may be for a number alone.
        kinds: Only these.
        after: Moment, kind and id of the last one shown.
    """

    customer_id: str
    visible_calls: ColumnElement[bool]
    numbers: Sequence[str] = ()
    kinds: Sequence[str] = KINDS
    after: tuple[datetime, str, str] | None = None
    limit: int = 50


async def story(store: Store, wish: StoryWish) -> list[Moment]:
    """Return the next moments, newest first, one more than ``limit`` if there are more."""
    found = [
        Moment(row["moment"], kind, str(row["moment_id"]), row)
        for kind in wish.kinds
        for row in await store.rows(_part(kind, wish))
    ]
    found.sort(key=lambda one: one.id, reverse=True)
    found.sort(key=lambda one: KINDS.index(one.kind))
    found.sort(key=lambda one: one.at, reverse=True)
    return found[: wish.limit + 1]


def _part(kind: str, wish: StoryWish) -> Select[Any]:
    if kind == "call":
        rows = _CALL.outerjoin(_AGENT, _AGENT.c.id == _CALL.c.agent_id).outerjoin(
            _RECORDING, _RECORDING.c.id == _CALL.c.recording_id
        )
        columns = (_CALL, _AGENT.c.name.label("agent_name"), _RECORDING.c.state.label("recording_state"))
        query = select(*columns).select_from(rows).where(_CALL.c.customer_id == wish.customer_id, wish.visible_calls)
        return _after(query, kind, wish, _CALL.c.dialled_at, _CALL.c.id)
    if kind == "consent":
        whose = or_(_CONSENT.c.customer_id == wish.customer_id, _CONSENT.c.number_e164.in_(wish.numbers))
        seq = cast(_CONSENT.c.seq, String)
        return _after(select(_CONSENT).where(whose), kind, wish, _CONSENT.c.at, seq)
    return _after(select(_NOTE).where(_NOTE.c.customer_id == wish.customer_id), kind, wish, _NOTE.c.at, _NOTE.c.id)


def _after(
    query: Select[Any], kind: str, wish: StoryWish, at: ColumnElement[datetime], key: ColumnElement[str]
) -> Select[Any]:
    query = query.add_columns(at.label("moment"), key.label("moment_id"))
    if wish.after is not None:
        moment, shown_kind, shown_id = wish.after
        place, shown = KINDS.index(kind), KINDS.index(shown_kind)
        same = at == moment
        older: ColumnElement[bool] = at < moment
        if place > shown:
            older = or_(older, same)
        elif place == shown:
            older = or_(older, and_(same, key < shown_id))
        query = query.where(older)
    return query.order_by(at.desc(), key.desc()).limit(wish.limit + 1)


async def words_of(store: Store, customer_id: str, numbers: Sequence[str]) -> list[RowMapping]:
    """Return every word of consent of a customer and for the customer's numbers, the latest first."""
    whose = or_(_CONSENT.c.customer_id == customer_id, _CONSENT.c.number_e164.in_(numbers))
    query = select(_CONSENT).where(whose).order_by(_CONSENT.c.at.desc(), _CONSENT.c.seq.desc()).limit(500)
    return await store.rows(query)
