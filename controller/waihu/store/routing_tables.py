"""Versions of the routing rules in the store. One is live at most; those that were stay, so that they can be again."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Text, cast, delete, func, insert, select, update

from waihu.store.audit import By, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.call_facts import RouteKind
from waihu_models.errors import Conflict, NotFound, Stale, StoreError
from waihu_models.routing_rule import Rule, RuleTable, TableState, Target
from waihu_models.tables import RoutingTableRow

_TABLE = table(RoutingTableRow)
_HEADS = [column for column in _TABLE.c if column.name != "rules"]
_WHOLE = [*_HEADS, cast(_TABLE.c.rules, Text).label("rules_text")]
"""The rules as text: a row whose rules are no JSON must not keep the others from being read."""
MOST_SHOWN = 200
MOST_DRAFTS = 50
_LAST_GOOD = 20
"""Versions that were live and are tried where the live one cannot be read."""


class BrokenTable(StoreError):
    """A row holds no table of rules."""

    code = "broken_table"


async def routing_tables(store: Store) -> list[RowMapping]:
    """Return the newest versions, newest first: their rows without the rules."""
    query = select(*_HEADS).order_by(_TABLE.c.number.desc()).limit(MOST_SHOWN)
    return await store.rows(query)


async def routing_table(store: Store, number: int) -> RuleTable:
    """Return one version.

    Raises:
        NotFound: there is none of this number.
        BrokenTable: it cannot be read.
    """
    found = await store.rows(select(*_WHOLE).where(_TABLE.c.number == number))
    if not found:
        raise NotFound(f"there is no routing table {number}")
    return table_of(found[0])


async def live_candidates(store: Store) -> list[RowMapping]:
    """Return the row of the live version, if there is one, and then those that were live, the last one first."""
    live = (_TABLE.c.state == TableState.LIVE.value).desc()
    query = select(*_WHOLE).where(_TABLE.c.state != TableState.DRAFT.value)
    return await store.rows(query.order_by(live, _TABLE.c.live_at.desc()).limit(_LAST_GOOD))


async def live_sign(store: Store) -> tuple[int, int, datetime | None] | None:
    """Return what is another value after the live version has become another one; None: there is none."""
    columns = (_TABLE.c.number, _TABLE.c.version, _TABLE.c.live_at)
    found = await store.rows(select(*columns).where(_TABLE.c.state == TableState.LIVE.value))
    return (found[0]["number"], found[0]["version"], found[0]["live_at"]) if found else None


async def add_draft(store: Store, drafted: RuleTable, by: By) -> int:
    """Keep a new draft; return its number.

    Raises:
        Conflict: there are too many drafts.
    """

    def work(connection: Connection) -> int:
        drafts = select(func.count()).where(_TABLE.c.state == TableState.DRAFT.value)
        if (connection.execute(drafts).scalar() or 0) >= MOST_DRAFTS:
            raise Conflict(f"there may be {MOST_DRAFTS} drafts of routing rules: throw some away first")
        number = int(connection.execute(select(func.coalesce(func.max(_TABLE.c.number), 0))).scalar() or 0) + 1
        row = {**_row(drafted), "number": number, "state": TableState.DRAFT.value, "made_at": by.at, "version": 1}
        connection.execute(insert(_TABLE), {**row, "author": by.actor})
        note(connection, by, "routing.draft", str(number), _said(drafted))
        return number

    return await store.write(work)


async def change_draft(store: Store, drafted: RuleTable, by: By) -> None:
    """Put a draft in the place of the one of its number and version.

    Raises:
        NotFound: there is none.
        Conflict: it is no draft any more.
        Stale: it was changed since that version.
    """

    def work(connection: Connection) -> None:
        _draft(connection, drafted.number, drafted.version)
        values = {**_row(drafted), "author": by.actor, "made_at": by.at, "version": drafted.version + 1}
        connection.execute(update(_TABLE).where(_TABLE.c.number == drafted.number).values(**values))
        note(connection, by, "routing.change", str(drafted.number), _said(drafted))

    await store.write(work)


async def drop_draft(store: Store, number: int, version: int, by: By) -> None:
    """Throw a draft away.

    Raises:
        NotFound, Conflict, Stale: as for ``change_draft``.
    """

    def work(connection: Connection) -> None:
        _draft(connection, number, version)
        connection.execute(delete(_TABLE).where(_TABLE.c.number == number))
        note(connection, by, "routing.remove", str(number))

    await store.write(work)


async def make_live(store: Store, number: int, version: int, reason: str, by: By) -> None:
    """Let a version decide, a draft or one that was live before; the one that was live becomes a past one.

    ``reason`` says why; "": as the version itself does.

    Raises:
        NotFound: there is none.
        Conflict: it is live already.
        Stale: it was changed since that version.
    """

    def work(connection: Connection) -> None:
        row = _current(connection, number, version)
        if row["state"] == TableState.LIVE.value:
            raise Conflict(f"routing table {number} is live already")
        live = _TABLE.c.state == TableState.LIVE.value
        before = connection.execute(select(_TABLE.c.number).where(live)).scalar()
        connection.execute(update(_TABLE).where(live).values(state=TableState.PAST.value))
        values = {"state": TableState.LIVE.value, "live_at": by.at, "reason": reason or row["reason"]}
        connection.execute(update(_TABLE).where(_TABLE.c.number == number).values(**values, version=version + 1))
        note(connection, by, "routing.live", str(number), f"instead of {before or 'none'}: {values['reason']}")

    await store.write(work)


def _draft(connection: Connection, number: int, version: int) -> RowMapping:
    row = _current(connection, number, version)
    if row["state"] != TableState.DRAFT.value:
        raise Conflict(f"routing table {number} is no draft: it stays as it is")
    return row


def _current(connection: Connection, number: int, version: int) -> RowMapping:
    row = connection.execute(select(*_HEADS).where(_TABLE.c.number == number)).mappings().first()
    if row is None:
        raise NotFound(f"there is no routing table {number}")
    if row["version"] != version:
        raise Stale(f"routing table {number}", {}, row["version"])
    return row


def _said(drafted: RuleTable) -> str:
    return f"{len(drafted.rules)} rules, default {drafted.default or 'none'}: {drafted.reason}"


def _row(drafted: RuleTable) -> dict[str, Any]:
    rules = [
        {
            "name": rule.name, "kind": str(rule.target.kind), "target": rule.target.name, "priority": rule.priority,
            "enabled": rule.enabled, "conditions": [list(one) for one in rule.conditions],
        }
        for rule in drafted.rules
    ]  # fmt: skip
    return {"rules": rules, "rule_count": len(rules), "default_queue": drafted.default, "reason": drafted.reason}


def table_of(row: RowMapping) -> RuleTable:
    """Return the table of a row.

    Raises:
        BrokenTable: it holds none.
    """
    try:
        rules = tuple(_rule(one) for one in json.loads(row["rules_text"]))
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenTable(f"routing table {row['number']} cannot be read: {error!r}") from error
    return RuleTable(
        rules=rules, default=row["default_queue"], number=row["number"], author=row["author"], reason=row["reason"],
        state=TableState(row["state"]), made_at=row["made_at"], live_at=row["live_at"], version=row["version"],
    )  # fmt: skip


def _rule(kept: Mapping[str, Any]) -> Rule:
    return Rule(
        name=str(kept["name"]), target=Target(RouteKind(kept["kind"]), str(kept["target"])),
        priority=int(kept["priority"]), enabled=bool(kept["enabled"]),
        conditions=tuple((str(name), str(cell)) for name, cell in kept["conditions"]),
    )  # fmt: skip
