"""Leases: a dial loop takes the next leads of a list, and for a while no other one gets them.

A lease is given in one statement, by whichever program; it is ended when its lead is dialled or given back, and by
itself when its holder says no more.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from itertools import product
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Integer,
    Select,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from waihu.store.rows import lead_of
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.ids import AgentId, CampaignId
from waihu_models.lead import Lead, LeadState
from waihu_models.tables import LeadRow, LeaseRow

_LEAD, _LEASE = table(LeadRow), table(LeaseRow)
_ORDER = ("pass_no", "rank", "id")
_NEEDED = [_LEAD.c[field.name] for field in fields(Lead)]
WINDOW = 2000
"""Leads whose moment has come and that have not been brought into the order yet; the longest due compete."""
FORGOTTEN_S = 3600.0


@dataclass(frozen=True, slots=True)
class Stream:
    """So many leads are wanted of these lanes and states, in one order."""

    count: int
    lanes: tuple[int, ...] = (0,)
    states: tuple[LeadState, ...] = (LeadState.NEW, LeadState.RETRY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a dial loop asks for.

    Attributes:
        token: Names the request: asked again, it is answered with the same leads, as far as they are still held.
        until: When the lease ends by itself.
        streams: What is wanted beside promised callbacks.
        callbacks: How many callbacks are wanted, whatever their lane.
        lanes: All lanes of the campaign.
        agents: Whose own callbacks are wanted.
        own_until: Callbacks promised for this moment or earlier are anyone's; None: all are.
    """

    campaign_id: CampaignId
    holder: str
    token: str
    now: datetime
    until: datetime
    streams: tuple[Stream, ...]
    callbacks: int = 0
    lanes: tuple[int, ...] = (0,)
    agents: Collection[AgentId] = ()
    own_until: datetime | None = None


async def lease(store: Store, wish: Wish) -> list[Lead]:
    """Take the next leads: promised callbacks first, then by pass and rank, then by age.

    Everything is read in the order of an index and only as far as needed, so the length of the list does not matter.

    Raises:
        StoreBusy, StoreError: nothing was taken, or it is not known: ask again with the same token.
    """

    def work(connection: Connection) -> None:
        if connection.execute(select(_LEASE.c.lead_id).where(_LEASE.c.token == wish.token).limit(1)).first() is None:
            connection.execute(_taking(_shape(wish, connection.dialect.name)), _values(wish))

    await store.write(work)
    held = (_LEASE.c.token == wish.token) & (_LEASE.c.until > wish.now)
    query = select(*_NEEDED).join_from(_LEAD, _LEASE, _LEASE.c.lead_id == _LEAD.c.id).where(held)
    promised = _LEAD.c.state == LeadState.CALLBACK.value
    ordered = query.order_by(promised.desc(), *(_LEAD.c[name] for name in _ORDER))
    leads = [lead_of(row) for row in await store.rows(ordered)]
    callbacks = [lead for lead in leads if lead.state is LeadState.CALLBACK]
    return sorted(callbacks, key=_promised_at) + leads[len(callbacks) :]


def _promised_at(lead: Lead) -> str:
    return lead.next_at.isoformat() if lead.next_at else ""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a request looks like but for its values.

    Statements are made once for each: making one takes longer than SQLite needs to carry it out.
    """

    streams: tuple[tuple[tuple[int, ...], tuple[LeadState, ...]], ...]
    lanes: tuple[int, ...]
    dialect: str


def _shape(wish: Wish, dialect: str) -> _Shape:
    return _Shape(tuple((stream.lanes, stream.states) for stream in wish.streams), wish.lanes, dialect)


def _values(wish: Wish) -> dict[str, Any]:
    """Return the values of a request, by the names they have in its statement."""
    named = {f"count_{place}": stream.count for place, stream in enumerate(wish.streams)}
    return {
        **named,
        "campaign": wish.campaign_id,
        "whose": wish.holder,
        "request": wish.token,
        "ends": wish.until,
        "now": wish.now,
        "callbacks": wish.callbacks,
        "present": list(wish.agents),
        "own_until": wish.own_until or wish.now,
    }


_CAMPAIGN = bindparam("campaign", type_=_LEAD.c.campaign_id.type)
_NOW = bindparam("now", type_=_LEASE.c.until.type)


@lru_cache(maxsize=256)
def _taking(shape: _Shape) -> Insert:
    """Return the one statement that picks leads nobody holds and holds them."""
    picked = _picked(shape).subquery()
    row = select(
        picked.c.id,
        _CAMPAIGN,
        bindparam("whose", type_=_LEASE.c.holder.type),
        bindparam("request", type_=_LEASE.c.token.type),
        bindparam("ends", type_=_LEASE.c.until.type),
    ).where(true())
    make = postgresql.insert if shape.dialect == "postgresql" else sqlite.insert
    statement = make(_LEASE).from_select(["lead_id", "campaign_id", "holder", "token", "until"], row)
    changed = {name: statement.excluded[name] for name in ("campaign_id", "holder", "token", "until")}
    # Held by somebody who took it a moment before: theirs it stays. Over, but not cleared away: ours from now on.
    return statement.on_conflict_do_update(index_elements=["lead_id"], set_=changed, where=_LEASE.c.until <= _NOW)


def _picked(shape: _Shape) -> Select[Any]:
    picks = [_best(place, lanes, states) for place, (lanes, states) in enumerate(shape.streams)]
    picks.append(_callbacks(shape.lanes))
    return select(union_all(*[select(pick.subquery().c.id) for pick in picks]).subquery().c.id)


def _free() -> ColumnElement[bool]:
    return ~exists().where(_LEASE.c.lead_id == _LEAD.c.id, _LEASE.c.until > _NOW)


def _best(place: int, lanes: tuple[int, ...], states: tuple[LeadState, ...]) -> Select[Any]:
    """Pick from the index alone the first of each lane and state, and of these the first."""
    count = bindparam(f"count_{place}", type_=Integer())
    firsts = []
    for lane, state in product(lanes, states):
        here = (_LEAD.c.campaign_id == _CAMPAIGN) & (_LEAD.c.lane == lane) & (_LEAD.c.state == state.value)
        those = select(*(_LEAD.c[name] for name in _ORDER)).where(here, _free())
        untimed = those.where(_LEAD.c.next_at.is_(None)).order_by(*(_LEAD.c[name] for name in _ORDER))
        timed = those.where(_LEAD.c.next_at <= _NOW).order_by(_LEAD.c.next_at).limit(WINDOW).subquery()
        firsts += [
            select(untimed.limit(count).subquery()),
            select(select(timed).order_by(*timed.c).limit(count).subquery()),
        ]
    found = union_all(*firsts).subquery()
    return select(found).order_by(*(found.c[name] for name in _ORDER)).limit(count)


def _callbacks(lanes: tuple[int, ...]) -> Select[Any]:
    here = (_LEAD.c.campaign_id == _CAMPAIGN) & _LEAD.c.lane.in_(lanes) & _free()
    due = here & (_LEAD.c.state == LeadState.CALLBACK.value) & (_LEAD.c.next_at <= _NOW)
    own_until = bindparam("own_until", type_=_LEAD.c.next_at.type)
    anyone = or_(_LEAD.c.callback_agent_id.is_(None), _LEAD.c.next_at <= own_until)
    mine = _LEAD.c.callback_agent_id.in_(bindparam("present", expanding=True))
    query = select(_LEAD.c.id).where(due, or_(anyone, mine)).order_by(_LEAD.c.next_at, _LEAD.c.id)
    return query.limit(bindparam("callbacks", type_=Integer()))


async def renew(store: Store, holder: str, now: datetime, until: datetime) -> int:
    """Hold everything that is held, and not over yet, for longer; return how much. Clear away what was forgotten."""
    held = (_LEASE.c.holder == holder) & (_LEASE.c.until > now)
    forgotten = datetime.fromtimestamp(now.timestamp() - FORGOTTEN_S, now.tzinfo)

    def work(connection: Connection) -> int:
        connection.execute(delete(_LEASE).where(_LEASE.c.until < forgotten))
        return connection.execute(update(_LEASE).where(held).values(until=until)).rowcount

    return await store.write(work)


async def leases_of(store: Store, holder: str, now: datetime) -> int:
    """Return how many leads are held."""
    held = (_LEASE.c.holder == holder) & (_LEASE.c.until > now)
    return int((await store.rows(select(func.count().label("count")).select_from(_LEASE).where(held)))[0]["count"])
