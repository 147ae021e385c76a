"""Routing rules: versions of the decision table that says where calls go; for administrators."""

from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from waihu.api.ask import Ask
from waihu.api.routes import Routes
from waihu.api.routing_shapes import (
    Reason,
    RoutingProblem,
    RoutingTableHead,
    RoutingTableShown,
    RoutingTableWish,
    problem_shown,
    table_shown,
    table_wished,
)
from waihu.routing.rules_dmn_write import write_dmn
from waihu.store import routing_tables as stored
from waihu_models.access import Right
from waihu_models.routing_rule import FACT_KINDS, TableState

routes = Routes("routing rules")


class GoLive(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a table shall decide from now on; empty: as the table itself says."""

    reason: Reason = ""


class DmnQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``columns``: fields shown as columns although no rule asks for them yet."""

    columns: Annotated[list[Annotated[str, Meta(max_length=32)]], Meta(max_length=30)] = []


@routes.get("/routing-tables", right=Right.ROUTING)
async def list_routing_tables(ask: Ask) -> list[RoutingTableHead]:
    """Return the newest versions of the routing rules, newest first."""
    return [
        RoutingTableHead(
            number=row["number"], state=TableState(row["state"]), rule_count=row["rule_count"],
            default=row["default_queue"], author=row["author"], reason=row["reason"], made_at=row["made_at"],
            live_at=row["live_at"], version=row["version"],
        )
        for row in await stored.routing_tables(ask.house.store)
    ]  # fmt: skip


@routes.post("/routing-tables", right=Right.ROUTING, status=201, idempotent=True)
async def create_routing_table(ask: Ask, body: RoutingTableWish) -> RoutingTableShown:
    """Keep a draft of the routing rules; it decides nothing before it goes live, and may have problems until then."""
    return table_shown(await ask.house.office.routing.draft(table_wished(body), ask.by))


@routes.get("/routing-tables/{number}", right=Right.ROUTING)
async def read_routing_table(ask: Ask, number: int) -> RoutingTableShown:
    """Return one version of the routing rules."""
    return table_shown(await stored.routing_table(ask.house.store, number))


@routes.put("/routing-tables/{number}", right=Right.ROUTING)
async def replace_routing_table(ask: Ask, number: int, body: RoutingTableWish) -> RoutingTableShown:
    """Put a draft in the place of what it was; what is or was live cannot be changed."""
    return table_shown(await ask.house.office.routing.change(table_wished(body, number, ask.if_match()), ask.by))


@routes.delete("/routing-tables/{number}", right=Right.ROUTING)
async def delete_routing_table(ask: Ask, number: int) -> None:
    """Throw a draft away."""
    await stored.drop_draft(ask.house.store, number, ask.if_match(), ask.by)


@routes.post("/routing-tables/{number}/live", right=Right.ROUTING)
async def make_routing_table_live(ask: Ask, number: int, body: GoLive) -> RoutingTableShown:
    """Let a draft decide from the next call on, or go back to a version that was live; refused while it has problems.

    The version that was live stays, so that it can be gone back to.
    """
    return table_shown(await ask.house.office.routing.go_live(number, ask.if_match(), body.reason, ask.by))


@routes.get("/routing-tables/{number}/dmn", right=Right.ROUTING, media_type="application/xml")
async def export_routing_table(ask: Ask, number: int, query: DmnQuery) -> web.Response:
    """Return a version as a DMN 1.3 document, for editors of decision tables."""
    table = await stored.routing_table(ask.house.store, number)
    text = write_dmn(table, [name for name in query.columns if name in FACT_KINDS])
    name = {"Content-Disposition": f'attachment; filename="routing-{number}.dmn"'}
    return web.Response(text=text, content_type="application/xml", headers=name)


@routes.post("/routing-checks", right=Right.ROUTING)
async def check_routing_table(ask: Ask, body: RoutingTableWish) -> list[RoutingProblem]:
    """Say what is wrong with a table that is not kept yet, and (``warning``) what is odd about it."""
    return [problem_shown(one) for one in await ask.house.office.routing.check(table_wished(body))]
