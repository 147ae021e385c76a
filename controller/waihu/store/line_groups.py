"""Line groups in the store."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from waihu.store.audit import By, difference, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.windows import windows_of, written_windows
from waihu_models.errors import Conflict, NotFound, Stale
from waihu_models.line_group import LineGroup, LineKind
from waihu_models.tables import LineGroupRow

_TABLE = table(LineGroupRow)
_PLAIN = ("name", "capacity", "calls_per_s", "cost_per_min", "zone", "caller_id_set", "enabled")


async def line_groups(store: Store) -> list[LineGroup]:
    """Return all line groups, by name."""
    return [_group(row) for row in await store.rows(select(_TABLE).order_by(_TABLE.c.name))]


async def add_line_group(store: Store, group: LineGroup, by: By) -> None:
    """Keep a new line group.

    Raises:
        Conflict: there is one of this name.
    """

    def work(connection: Connection) -> None:
        if _known(connection, group.name) is not None:
            raise Conflict(f"there is a line group {group.name!r} already")
        connection.execute(insert(_TABLE), {**_row(group, by.at), "version": 1})
        note(connection, by, "line_group.add", group.name, _said(group))

    await store.write(work)


async def change_line_group(store: Store, group: LineGroup, by: By) -> None:
    """Keep a line group that is changed; ``group.version`` is the one it was read with.

    Raises:
        NotFound: it is not there any more.
        Stale: it was changed meanwhile.
    """

    def work(connection: Connection) -> None:
        known = _checked(_known(connection, group.name), group.name, group.version)
        row = _row(group, by.at)
        told = [name for name in row if name != "changed_at"]
        said = difference({name: known[name] for name in told}, {name: row[name] for name in told})
        here = _TABLE.c.name == group.name
        connection.execute(update(_TABLE).where(here).values(**row, version=group.version + 1))
        note(connection, by, "line_group.change", group.name, said)

    await store.write(work)


async def drop_line_group(store: Store, name: str, version: int, by: By) -> None:
    """Take a line group out of the store.

    Raises:
        NotFound: it is not there.
        Stale: it was changed meanwhile.
    """

    def work(connection: Connection) -> None:
        known = _checked(_known(connection, name), name, version)
        connection.execute(delete(_TABLE).where(_TABLE.c.name == name))
        note(connection, by, "line_group.remove", name, _said(_group(known)))

    await store.write(work)


def _known(connection: Connection, name: str) -> RowMapping | None:
    return connection.execute(select(_TABLE).where(_TABLE.c.name == name)).mappings().first()


def _checked(known: RowMapping | None, name: str, version: int) -> RowMapping:
    if known is None:
        raise NotFound(f"there is no line group {name!r}")
    if known["version"] != version:
        raise Stale(f"line group {name!r}", {}, known["version"])
    return known


def _said(group: LineGroup) -> str:
    fields = asdict(group)
    return ", ".join(f"{name}: {fields[name]}" for name in ("kind", "trunks", *_PLAIN[1:]))


def _row(group: LineGroup, at: datetime) -> dict[str, Any]:
    return {
        **{name: getattr(group, name) for name in _PLAIN},
        "kind": str(group.kind),
        "trunks": list(group.trunks),
        "prefixes": list(group.prefixes),
        "windows": written_windows(group.windows),
        "changed_at": at,
    }


def _group(row: RowMapping) -> LineGroup:
    return LineGroup(
        **{name: row[name] for name in _PLAIN}, kind=LineKind(row["kind"]), trunks=tuple(row["trunks"]),
        prefixes=tuple(row["prefixes"]), windows=windows_of(row["windows"]), version=row["version"],
    )  # fmt: skip
