"""Why calls were sent where they went, how often each rule decided, and what was known of the last calls."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select
from sqlalchemy.dialects import postgresql, sqlite

from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.call_facts import CallFacts, RouteDecision, RouteKind
from waihu_models.errors import NotFound
from waihu_models.tables import CallRow, CampaignRow, CustomerRow, LeadRow, RoutingCallRow, RoutingHitRow

_ROUTED, _HIT, _CALL = table(RoutingCallRow), table(RoutingHitRow), table(CallRow)
_LEAD, _CAMPAIGN, _CUSTOMER = table(LeadRow), table(CampaignRow), table(CustomerRow)
_BEFORE = _CALL.alias("before_it")
MOST_SAMPLED = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDecision:
    """A decision on a call: ``held`` are field, condition and value of each condition that held."""

    call_id: str
    at: datetime
    decision: RouteDecision
    facts: CallFacts
    held: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SampledCall:
    """A call of some time ago, as rules would see it. ``kept``: they did, and these are the facts of then."""

    call_id: str
    at: datetime
    facts: CallFacts
    kept: bool


async def keep_decisions(
    store: Store, decisions: Sequence[KeptDecision], hits: Mapping[tuple[int, str, str], int]
) -> None:
    """Keep decisions, the last one of each call, and add hits (table, rule, day -> how many).

    Raises:
        StoreError: nothing was kept.
    """
    rows = list({one.call_id: _row(one) for one in decisions}.values())
    counted = [
        {"table_number": number, "rule": rule, "day": day, "hits": count} for (number, rule, day), count in hits.items()
    ]

    def work(connection: Connection) -> None:
        make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        if rows:
            routed = make(_ROUTED)
            again = {name: routed.excluded[name] for name in rows[0] if name != "call_id"}
            connection.execute(routed.on_conflict_do_update(index_elements=["call_id"], set_=again), rows)
        if counted:
            hit = make(_HIT)
            more = {"hits": _HIT.c.hits + hit.excluded.hits}
            keys = ["table_number", "rule", "day"]
            connection.execute(hit.on_conflict_do_update(index_elements=keys, set_=more), counted)

    await store.write(work)


def _row(kept: KeptDecision) -> dict[str, Any]:
    decision = kept.decision
    return {
        "call_id": kept.call_id, "at": kept.at, "table_number": decision.table_version, "rule": decision.rule,
        "kind": str(decision.kind), "target": decision.target, "priority": decision.priority,
        "held": [list(one) for one in kept.held], "facts": _told(kept.facts),
    }  # fmt: skip


def _told(facts: CallFacts) -> dict[str, Any]:
    nothing = asdict(CallFacts())
    return {name: value for name, value in asdict(facts).items() if value != nothing[name]}


async def decision_on(store: Store, call_id: str) -> KeptDecision:
    """Return where a call was sent, and why.

    Raises:
        NotFound: no rules were asked about it.
    """
    found = await store.rows(select(_ROUTED).where(_ROUTED.c.call_id == call_id))
    if not found:
        raise NotFound(f"no routing rules were asked about call {call_id}")
    row = found[0]
    decision = RouteDecision(
        kind=RouteKind(row["kind"]), target=row["target"], priority=row["priority"], rule=row["rule"],
        table_version=row["table_number"],
    )  # fmt: skip
    held = tuple((one[0], one[1], one[2]) for one in row["held"])
    return KeptDecision(call_id=call_id, at=row["at"], decision=decision, facts=facts_of(row["facts"]), held=held)


def facts_of(kept: Mapping[str, Any]) -> CallFacts:
    """Return facts as they were kept; what is no longer a fact is left out."""
    known = {field.name for field in fields(CallFacts)}
    given = {name: value for name, value in kept.items() if name in known}
    return CallFacts(**{**given, **({"tags": tuple(given["tags"])} if "tags" in given else {})})


async def hits_since(store: Store, day: str, number: int | None = None) -> list[RowMapping]:
    """Return ``table_number``, ``rule``, ``day`` and ``hits`` from a day on, newest first."""
    query = select(_HIT).where(_HIT.c.day >= day)
    if number is not None:
        query = query.where(_HIT.c.table_number == number)
    return await store.rows(query.order_by(_HIT.c.day.desc(), _HIT.c.hits.desc(), _HIT.c.rule))


async def last_calls(store: Store, count: int) -> list[SampledCall]:
    """Return the last calls as rules would see them, newest first: with the facts of then where they were kept.

    Of the others the store says what it knows: less than was known then of a caller, and the level of today.
    """
    spoken = select(func.max(_BEFORE.c.connected_at)).where(
        _BEFORE.c.number_e164 == _CALL.c.number_e164, _BEFORE.c.dialled_at < _CALL.c.dialled_at
    )
    query = (
        select(
            _CALL.c.id, _CALL.c.dialled_at, _CALL.c.direction, _CALL.c.number_e164, _CALL.c.trunk, _CALL.c.caller_id,
            _CALL.c.customer_id, _CALL.c.hint, _CAMPAIGN.c.name.label("campaign"), _LEAD.c.value, _LEAD.c.tags,
            func.coalesce(func.nullif(_LEAD.c.level, ""), _CUSTOMER.c.level, "").label("level"),
            _ROUTED.c.facts, spoken.scalar_subquery().label("spoken_at"),
        )
        .outerjoin(_CAMPAIGN, _CAMPAIGN.c.id == _CALL.c.campaign_id)
        .outerjoin(_LEAD, _LEAD.c.id == _CALL.c.lead_id)
        .outerjoin(_CUSTOMER, _CUSTOMER.c.id == _CALL.c.customer_id)
        .outerjoin(_ROUTED, _ROUTED.c.call_id == _CALL.c.id)
        .order_by(_CALL.c.dialled_at.desc(), _CALL.c.id.desc())
        .limit(min(count, MOST_SAMPLED))
    )  # fmt: skip
    return [
        SampledCall(
            row["id"], row["dialled_at"], facts_of(row["facts"]) if row["facts"] else _rebuilt(row), bool(row["facts"])
        )
        for row in await store.rows(query)
    ]


def _rebuilt(row: RowMapping) -> CallFacts:
    at, spoken_at = row["dialled_at"], row["spoken_at"]
    local = at.astimezone()
    inbound = row["direction"] == "inbound"
    return CallFacts(
        direction=row["direction"], number=row["number_e164"], line=row["caller_id"] if inbound else "",
        campaign=row["campaign"] or "", customer_known=row["customer_id"] is not None, level=row["level"],
        value=row["value"], tags=tuple(row["tags"].split(",")) if row["tags"] else (),
        days_since_contact=(at - spoken_at).total_seconds() / 86400.0 if spoken_at is not None else None,
        hour=local.hour + local.minute / 60, weekday=local.isoweekday(), probability=row["hint"] or None,
    )  # fmt: skip
