"""Routing rules tried before they decide, counted when they do, and asked why afterwards."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.api.routing_shapes import (
    RoutingDecision,
    RoutingFacts,
    RoutingTableWish,
    decision_shown,
    facts_given,
    table_wished,
)
from waihu.routing.rules_decide import Router
from waihu.routing.rules_trial import Moved
from waihu.routing.rules_words import Held, held_by
from waihu.services.routing_desk import TrialOfCalls
from waihu.store.call_list import call_row
from waihu.store.routing_calls import MOST_SAMPLED, decision_on, hits_since
from waihu.store.visible import visible_calls
from waihu_models.access import Right
from waihu_models.call_facts import CallFacts, RouteDecision
from waihu_models.phone import E164, mask

routes = Routes("routing rules")


class RoutingTestWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table, and what is known of one call."""

    table: RoutingTableWish
    facts: RoutingFacts


class RoutingTestResult(Struct, frozen=True, kw_only=True):
    """Where the call goes by the table, and where the live one sends it."""

    decision: RoutingDecision
    live: RoutingDecision


class RoutingTrialWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table, and the calls it is tried on: so many of the last ones, or those of which facts are given."""

    table: RoutingTableWish
    last_calls: Annotated[int, Meta(ge=1, le=MOST_SAMPLED)] = 500
    facts: Annotated[list[RoutingFacts], Meta(max_length=1000)] = []


class RuleHits(Struct, frozen=True, kw_only=True):
    """How many calls of the sample a rule decides; "": none held."""

    rule: str
    calls: int


class MovedCall(Struct, frozen=True, kw_only=True):
    """A call that would go elsewhere. ``call_id`` null: facts were given for it, at this place of the list."""

    place: int
    call_id: str | None
    at: datetime | None
    number: str
    live: RoutingDecision
    draft: RoutingDecision


class RoutingTrialResult(Struct, frozen=True, kw_only=True):
    """What a table would do. ``rebuilt``: calls whose facts were not kept, so that the store's were taken.

    ``moved`` calls would go elsewhere than under the live table; the first of them are shown.
    """

    calls: int
    rebuilt: int
    hits: list[RuleHits]
    live_hits: list[RuleHits]
    moved: int
    shown: list[MovedCall]


class HitsQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of how many days, and of which table (all, if none is named)."""

    days: Annotated[int, Meta(ge=1, le=366)] = 30
    table: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None


class RoutingHits(Struct, frozen=True, kw_only=True):
    """How many calls a rule decided on a day; ``rule`` "": none held."""

    table_number: int
    rule: str
    day: str
    hits: int


class CallRouting(Struct, frozen=True, kw_only=True):
    """Where a call was sent by the rules, when, and why."""

    at: datetime
    decision: RoutingDecision


def _decided(router: Router, decision: RouteDecision, facts: CallFacts) -> RoutingDecision:
    rule = router.rule(decision.rule)
    return decision_shown(decision, held_by(rule, facts) if rule is not None else ())


@routes.post("/routing-tests", right=Right.ROUTING)
async def test_routing_table(ask: Ask, body: RoutingTestWish) -> RoutingTestResult:
    """Say which rule of a table holds for a call, and why; nothing is kept or counted."""
    facts = facts_given(body.facts)
    router = await ask.house.office.routing.router_of(table_wished(body.table))
    live = await ask.house.office.routing.live_router()
    return RoutingTestResult(
        decision=_decided(router, router.decide(facts), facts), live=_decided(live, live.decide(facts), facts)
    )


@routes.post("/routing-trials", right=Right.ROUTING)
async def try_routing_table(ask: Ask, body: RoutingTrialWish) -> RoutingTrialResult:
    """Try a table on the last calls, or on facts that are given, beside the live one."""
    table, desk = table_wished(body.table), ask.house.office.routing
    if body.facts:
        sample = [facts_given(one) for one in body.facts]
        tried, facts_of = TrialOfCalls(await desk.try_on(table, sample), ()), sample
    else:
        tried = await desk.try_on_last(table, body.last_calls)
        facts_of = [call.facts for call in tried.calls]
    draft, live = await desk.router_of(table), await desk.live_router()
    return RoutingTrialResult(
        calls=tried.trial.calls, rebuilt=sum(not call.kept for call in tried.calls),
        hits=_hits(tried.trial.hits), live_hits=_hits(tried.trial.live_hits), moved=tried.trial.moved,
        shown=[_moved(one, tried, facts_of[one.place], (draft, live)) for one in tried.trial.shown],
    )  # fmt: skip


def _hits(hits: dict[str, int]) -> list[RuleHits]:
    return [RuleHits(rule=rule, calls=calls) for rule, calls in hits.items()]


def _moved(one: Moved, tried: TrialOfCalls, facts: CallFacts, routers: tuple[Router, Router]) -> MovedCall:
    call = tried.calls[one.place] if tried.calls else None
    draft, live = routers
    return MovedCall(
        place=one.place, call_id=call.call_id if call else None, at=call.at if call else None,
        number=mask(E164(facts.number)) if facts.number else "", live=_decided(live, one.live, facts),
        draft=_decided(draft, one.draft, facts),
    )  # fmt: skip


@routes.get("/routing-hits", right=Right.ROUTING)
async def list_routing_hits(ask: Ask, query: HitsQuery) -> list[RoutingHits]:
    """Return how often each rule decided, by day, newest first; of the contact centre's days."""
    first = ask.house.clock.now().astimezone() - timedelta(days=query.days - 1)
    return [
        RoutingHits(table_number=row["table_number"], rule=row["rule"], day=row["day"], hits=row["hits"])
        for row in await hits_since(ask.house.store, first.date().isoformat(), query.table)
    ]


@routes.get("/calls/{call_id}/routing", right=Right.CALLS_READ)
async def read_call_routing(ask: Ask, call_id: str) -> CallRouting:
    """Return why a call was sent where it went; there is nothing of calls that no rules were asked about."""
    seen = visible_calls(ask.viewer, Right.CALLS_READ)
    await call_row(ask.house.store, call_id, seen, visible_calls(ask.viewer, Right.RECORDINGS_HEAR))
    kept = await decision_on(ask.house.store, call_id)
    held = tuple(Held(*one) for one in kept.held)
    return CallRouting(at=kept.at, decision=decision_shown(kept.decision, held))
