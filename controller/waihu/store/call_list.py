"""Calls as people look for them: newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, or_, select

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import NotFound
from waihu_models.phone import E164
from waihu_models.tables import AgentRow, CallRow, CampaignRow, CustomerRow, DispositionRow, RecordingRow

_CALL, _AGENT, _CAMPAIGN = table(CallRow), table(AgentRow), table(CampaignRow)
_CUSTOMER, _RECORDING, _JUDGED = table(CustomerRow), table(RecordingRow), table(DispositionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWish:
    """What is looked for; all of it together.

    Attributes:
        visible: Which calls may be seen, see ``waihu.store.visible``.
        hearable: Which recordings may be heard: a condition on ``call``.
        numbers: Any of these; None: whatever number.
        since, until: Of the moment of dialling; ``until`` is not in it.
        after: Moment of dialling and id of the last one shown.
    """

    visible: ColumnElement[bool]
    hearable: ColumnElement[bool]
    campaign_id: str = ""
    agent_id: str = ""
    customer_id: str = ""
    lead_id: str = ""
    direction: str = ""
    outcomes: Sequence[str] = ()
    dispositions: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    numbers: Sequence[E164] | None = None
    last4: str = ""
    min_talk_s: float = 0.0
    after: tuple[datetime, str] | None = None
    limit: int = 50


async def find_calls(store: Store, wish: CallWish) -> list[RowMapping]:
    """Return the next calls that fit, one more than ``limit`` if there are more.

    Each row has the call's columns, ``agent_name``, ``campaign_name``, ``customer_name``, ``recording_state`` and
    ``hearable``.
    """
    return await store.rows(listed(wish))


def listed(wish: CallWish) -> Select[Any]:
    """Return the query."""
    query = _told(wish.hearable).where(wish.visible, *_conditions(wish))
    if wish.after is not None:
        at, call_id = wish.after
        same = and_(_CALL.c.dialled_at == at, _CALL.c.id < call_id)
        query = query.where(_CALL.c.dialled_at <= at, or_(_CALL.c.dialled_at < at, same))
    return query.order_by(_CALL.c.dialled_at.desc(), _CALL.c.id.desc()).limit(wish.limit + 1)


def _conditions(wish: CallWish) -> list[ColumnElement[bool]]:
    same = ("campaign_id", "agent_id", "customer_id", "lead_id", "direction", "last4")
    wanted = [_CALL.c[name] == getattr(wish, name) for name in same if getattr(wish, name)]
    if wish.outcomes:
        wanted.append(_CALL.c.outcome.in_(list(wish.outcomes)))
    if wish.dispositions:
        wanted.append(_CALL.c.disposition.in_(list(wish.dispositions)))
    if wish.since is not None:
        wanted.append(_CALL.c.dialled_at >= wish.since)
    if wish.until is not None:
        wanted.append(_CALL.c.dialled_at < wish.until)
    if wish.numbers is not None:
        wanted.append(_CALL.c.number_e164.in_(list(wish.numbers)))
    if wish.min_talk_s > 0:
        wanted.append(_CALL.c.talk_s >= wish.min_talk_s)
    return wanted


def _told(hearable: ColumnElement[bool]) -> Select[Any]:
    rows = (
        _CALL.outerjoin(_AGENT, _AGENT.c.id == _CALL.c.agent_id)
        .outerjoin(_CAMPAIGN, _CAMPAIGN.c.id == _CALL.c.campaign_id)
        .outerjoin(_CUSTOMER, _CUSTOMER.c.id == _CALL.c.customer_id)
        .outerjoin(_RECORDING, _RECORDING.c.id == _CALL.c.recording_id)
    )
    return select(
        _CALL,
        _AGENT.c.name.label("agent_name"),
        _CAMPAIGN.c.name.label("campaign_name"),
        _CUSTOMER.c.name.label("customer_name"),
        _RECORDING.c.state.label("recording_state"),
        hearable.label("hearable"),
    ).select_from(rows)


async def call_row(
    store: Store, call_id: str, visible: ColumnElement[bool], hearable: ColumnElement[bool]
) -> RowMapping:
    """Return one call, with the columns of ``find_calls``.

    Raises:
        NotFound: there is none that may be seen.
    """
    rows = await store.rows(_told(hearable).where(_CALL.c.id == call_id, visible))
    if not rows:
        raise NotFound(f"there is no call {call_id!r}")
    return rows[0]


async def judgements(store: Store, call_id: str) -> list[RowMapping]:
    """Return each judgement agents gave of a call, the first one first."""
    rows = _JUDGED.outerjoin(_AGENT, _AGENT.c.id == _JUDGED.c.agent_id)
    query = select(_JUDGED, _AGENT.c.name.label("agent_name")).select_from(rows).where(_JUDGED.c.call_id == call_id)
    return await store.rows(query.order_by(_JUDGED.c.seq).limit(100))
