"""Leads as people look for them: by name inside a campaign, and the promises to call back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, literal, or_, select, tuple_

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import NotFound
from waihu_models.lead import LeadState
from waihu_models.names import name_key
from waihu_models.phone import E164
from waihu_models.tables import AgentRow, CampaignRow, CustomerRow, LeadRow

_LEAD, _CAMPAIGN, _AGENT, _CUSTOMER = table(LeadRow), table(CampaignRow), table(AgentRow), table(CustomerRow)
FEW = 5000
_WAITING = (LeadState.NEW.value, LeadState.RETRY.value, LeadState.CALLBACK.value)
_LAST_SIGN = "\U0010ffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadWish:
    """What is looked for in one campaign; all of it together.

    Attributes:
        visible: Which leads may be seen, see ``waihu.store.visible``.
        numbers: Any of these; None: whatever number.
        due_at: Only those that wait for no later moment than this.
        inside: The name holds ``name`` somewhere; False: it begins with it.
        after: ``name_key`` and id of the last one shown.
    """

    visible: ColumnElement[bool]
    campaign_id: str
    states: Sequence[str] = ()
    list_name: str = ""
    due_at: datetime | None = None
    numbers: Sequence[E164] | None = None
    name: str = ""
    inside: bool = True
    after: tuple[str, str] | None = None
    limit: int = 50


async def find_leads(store: Store, wish: LeadWish) -> list[RowMapping]:
    """Return the next leads that fit, by name, one more than ``limit`` if there are more."""
    few = False
    if wish.states or wish.due_at is not None:
        some = select(literal(1)).where(*_in_state(wish)).limit(FEW + 1).subquery()
        few = (await store.rows(select(func.count().label("n")).select_from(some)))[0]["n"] <= FEW
    return await store.rows(listed(wish, few))


def listed(wish: LeadWish, few: bool = False) -> Select[Any]:
    """Return the query; ``few``: the states find few leads, which are sorted sooner than met by name."""
    query = select(_LEAD).where(_LEAD.c.campaign_id == wish.campaign_id, wish.visible)
    if few:
        query = query.where(_LEAD.c.id.in_(select(_LEAD.c.id).where(*_in_state(wish)).limit(FEW)))
    else:
        query = query.where(*_in_state(wish))
    if wish.list_name:
        query = query.where(_LEAD.c.list_name == wish.list_name)
    if wish.numbers is not None:
        query = query.where(_LEAD.c.number_e164.in_(list(wish.numbers)))
    if wish.name:
        key = name_key(wish.name)
        in_name = _LEAD.c.name_key.contains(key, autoescape=True)
        query = query.where(in_name if wish.inside else _LEAD.c.name_key.between(key, key + _LAST_SIGN))
    columns = (_LEAD.c.name_key, _LEAD.c.id)
    if wish.after is not None:
        query = query.where(tuple_(*columns) > tuple_(*map(literal, wish.after)))
    return query.order_by(*columns).limit(wish.limit + 1)


def _in_state(wish: LeadWish) -> list[ColumnElement[bool]]:
    wanted = [_LEAD.c.campaign_id == wish.campaign_id]
    states = wish.states or (_WAITING if wish.due_at is not None else ())
    if states:
        wanted.append(_LEAD.c.state.in_(list(states)))
    if wish.due_at is not None:
        wanted.append(or_(_LEAD.c.next_at.is_(None), _LEAD.c.next_at <= wish.due_at))
    return wanted


async def lead_row(store: Store, lead_id: str, visible: ColumnElement[bool]) -> RowMapping:
    """Return the row of one lead.

    Raises:
        NotFound: there is none that may be seen.
    """
    rows = await store.rows(select(_LEAD).where(_LEAD.c.id == lead_id, visible))
    if not rows:
        raise NotFound(f"there is no lead {lead_id!r}")
    return rows[0]


async def list_names(store: Store, campaign_id: str) -> list[RowMapping]:
    """Return ``list_name`` and ``leads`` of the lists of a campaign."""
    query = select(_LEAD.c.list_name, func.count().label("leads")).where(_LEAD.c.campaign_id == campaign_id)
    return await store.rows(query.group_by(_LEAD.c.list_name).order_by(_LEAD.c.list_name))


async def callbacks(
    store: Store, visible: ColumnElement[bool], agent_id: str | None, after: tuple[datetime, str] | None, limit: int
) -> list[RowMapping]:
    """Return the promises to call back, the soonest first, with ``campaign_name`` and ``agent_name``.

    Args:
        store: Where.
        visible: Which leads may be seen.
        agent_id: Only those promised by this agent; None: by anybody.
        after: Moment and id of the last one shown.
        limit: How many at most.
    """
    query = _promises().where(visible)
    if agent_id is not None:
        query = query.where(_LEAD.c.callback_agent_id == agent_id)
    if after is not None:
        at, lead_id = after
        query = query.where(or_(_LEAD.c.next_at > at, and_(_LEAD.c.next_at == at, _LEAD.c.id > lead_id)))
    return await store.rows(query.order_by(_LEAD.c.next_at, _LEAD.c.id).limit(limit))


async def callback_row(
    store: Store, lead_id: str, visible: ColumnElement[bool], agent_id: str | None = None
) -> RowMapping:
    """Return one promise to call back, as ``callbacks`` does.

    Raises:
        NotFound: there is none that may be seen.
    """
    query = _promises().where(_LEAD.c.id == lead_id, visible)
    if agent_id is not None:
        query = query.where(_LEAD.c.callback_agent_id == agent_id)
    rows = await store.rows(query)
    if not rows:
        raise NotFound(f"nobody promised to call back the lead {lead_id!r}")
    return rows[0]


def _promises() -> Select[Any]:
    # Named in this way, the leads of every campaign are found by their state.
    waiting = (
        _LEAD.c.campaign_id.in_(select(_CAMPAIGN.c.id)),
        _LEAD.c.state == LeadState.CALLBACK.value,
        _LEAD.c.next_at.is_not(None),
    )
    rows = _LEAD.join(_CAMPAIGN, _CAMPAIGN.c.id == _LEAD.c.campaign_id).outerjoin(
        _AGENT, _AGENT.c.id == _LEAD.c.callback_agent_id
    )
    columns = (_LEAD, _CAMPAIGN.c.name.label("campaign_name"), _AGENT.c.name.label("agent_name"))
    return select(*columns).select_from(rows).where(*waiting)
