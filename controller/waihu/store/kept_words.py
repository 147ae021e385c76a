"""What lists of phrases and objections have in common in the store: shipped ones, versions, deleted ones that stay."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, func, insert, select, true, update

from waihu.store.audit import By, difference, note
from waihu.store.store import Store
from waihu_models.errors import NotFound, Stale

Row = Mapping[str, Any]
MOST_TOLD = 50
"""Phrases that the audit log names of one change."""


async def kept_rows(store: Store, rows: Table, visible: ColumnElement[bool] | None = None) -> list[RowMapping]:
    """Return those that were not deleted, by name."""
    wanted = visible if visible is not None else true()
    return await store.rows(select(rows).where(~rows.c.deleted, wanted).order_by(rows.c.name, rows.c.id))


async def kept_row(store: Store, rows: Table, key: str, visible: ColumnElement[bool] | None = None) -> RowMapping:
    """Return one that was not deleted.

    Raises:
        NotFound: there is none that may be seen.
    """
    wanted = visible if visible is not None else true()
    found = await store.rows(select(rows).where(rows.c.id == key, ~rows.c.deleted, wanted))
    if not found:
        raise _unknown(rows, key)
    return found[0]


def _unknown(rows: Table, key: str) -> NotFound:
    if rows.name == "phrase_list":
        return NotFound(f"there is no phrase list {key!r}")
    if rows.name == "quality_rule":
        return NotFound(f"there is no quality rule {key!r}")
    return NotFound(f"there is no objection {key!r}")


async def add_kept(store: Store, rows: Table, row: Row, by: By) -> None:
    """Add one."""

    def work(connection: Connection) -> None:
        connection.execute(insert(rows).values(**row, changed_at=by.at))
        note(connection, by, f"{rows.name}.add", row["id"], f"{row['name']}: {len(row['phrases'])} phrases")

    await store.write(work)


async def change_kept(store: Store, rows: Table, key: str, version: int, values: Row, by: By) -> None:
    """Put values in the place of those it has.

    Raises:
        NotFound: there is none, or it was deleted.
        Stale: it was changed since this version.
    """

    def work(connection: Connection) -> None:
        old = _as_looked_at(connection, rows, key, version, values)
        told = ", ".join(filter(None, (difference(_plain(old), _plain(values)), _phrases(old, values))))
        connection.execute(update(rows).where(rows.c.id == key).values(**values, changed_at=by.at, version=version + 1))
        note(connection, by, f"{rows.name}.change", key, told)

    await store.write(work)


def _plain(row: Row | RowMapping) -> dict[str, Any]:
    return {name: row[name] for name in row if name != "phrases"}


def _phrases(old: RowMapping, new: Row) -> str:
    before, now = set(old["phrases"]), set(new["phrases"])
    changes = [f"+{one}" for one in sorted(now - before)] + [f"-{one}" for one in sorted(before - now)]
    more = f" and {len(changes) - MOST_TOLD} more" if len(changes) > MOST_TOLD else ""
    return f"phrases: {', '.join(changes[:MOST_TOLD])}{more}" if changes else ""


async def delete_kept(store: Store, rows: Table, key: str, version: int, by: By) -> None:
    """Delete one; its row stays, so that a shipped one does not come back.

    Raises:
        NotFound: there is none, or it was deleted.
        Stale: it was changed since this version.
    """
    gone = {"deleted": True, "active": False, "phrases": []}

    def work(connection: Connection) -> None:
        old = _as_looked_at(connection, rows, key, version, {})
        connection.execute(update(rows).where(rows.c.id == key).values(**gone, changed_at=by.at, version=version + 1))
        note(connection, by, f"{rows.name}.delete", key, old["name"])

    await store.write(work)


def _as_looked_at(connection: Connection, rows: Table, key: str, version: int, values: Row) -> RowMapping:
    row = connection.execute(select(rows).where(rows.c.id == key, ~rows.c.deleted)).mappings().first()
    if row is None:
        raise _unknown(rows, key)
    if row["version"] != version:
        different = {name: row[name] for name in values if row[name] != values[name]}
        raise Stale(f"this {rows.name.replace('_', ' ')}", different, row["version"])
    return row


async def add_missing(store: Store, rows: Table, shipped: Sequence[Row], at: datetime) -> list[str]:
    """Add those whose id was never there; return the ids. What people changed or deleted stays as it is."""

    def work(connection: Connection) -> list[str]:
        known = set(connection.execute(select(rows.c.id)).scalars())
        new = [{**row, "changed_at": at} for row in shipped if row["id"] not in known]
        if new:
            connection.execute(insert(rows), new)
        return [row["id"] for row in new]

    return await store.write(work)


async def sign_of_change(store: Store, tables: Sequence[Table]) -> tuple[Any, ...]:
    """Return what is another value after any change of these tables."""
    signs = []
    for rows in tables:
        query = select(func.count(), func.sum(rows.c.version), func.max(rows.c.changed_at)).select_from(rows)
        signs += [tuple((await store.rows(query))[0].values())]
    return tuple(signs)
