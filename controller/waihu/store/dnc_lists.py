"""Do-not-call lists as wholes: a file is written beside the list of its name, then takes its place in one step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, select, update

from waihu.store.audit import By, note
from waihu.store.dnc import list_of
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu_models.do_not_call import DoNotCallList, ListKind, ListState
from waihu_models.errors import BadInput, Conflict, NotFound
from waihu_models.ids import CampaignId
from waihu_models.tables import DoNotCallListRow, DoNotCallNumberRow

_LIST, _NUMBER = table(DoNotCallListRow), table(DoNotCallNumberRow)
_IN_FORCE = _LIST.c.state == ListState.IN_FORCE.value
TAKEN_AWAY_AT_ONCE = 20_000
# In the drivers' own words: going through names costs more than writing millions of rows does.
_INSERT = {
    "sqlite": "INSERT INTO dnc_number (list_id, number_hash) VALUES (?, ?)",
    "postgresql": "INSERT INTO dnc_number (list_id, number_hash) VALUES (%s, %s)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewList:
    """What is said of a file before its numbers are read."""

    name: str
    source: str
    obtained_on: date
    max_age_days: int | None = None
    campaign_id: CampaignId | None = None
    prefix: str = ""
    sha256: str = ""


async def lists_in_force(store: Store) -> list[DoNotCallList]:
    """Return the lists in force, the internal one first; numbers of those that grow one by one are counted."""
    numbers = select(func.count()).where(_NUMBER.c.list_id == _LIST.c.id, _NUMBER.c.removed_at.is_(None))
    grows = _LIST.c.imported_at.is_(None)
    counted = select(_LIST.c.id, numbers.scalar_subquery().label("count")).where(_IN_FORCE, grows)
    counts = {row["id"]: row["count"] for row in await store.rows(counted)}
    rows = await store.rows(select(_LIST).where(_IN_FORCE).order_by(_LIST.c.id))
    return [list_of({**row, "numbers": counts.get(row["id"], row["numbers"])}) for row in rows]


async def list_named(store: Store, name: str) -> DoNotCallList | None:
    """Return the list in force of a name."""
    rows = await store.rows(select(_LIST).where(_IN_FORCE, _LIST.c.name == name))
    return list_of(rows[0]) if rows else None


def replaceable(known: DoNotCallList | None, new: NewList) -> None:
    """Check that a file may take the place of the list of its name.

    Raises:
        BadInput: it would lose numbers that stand in no file, is another campaign's, or is older.
    """
    if new.name == ListKind.INTERNAL or (known is not None and known.imported_at is None):
        raise BadInput(f"list {new.name!r} grows one by one and is not replaced by a file: choose another --name")
    if known is None:
        return
    if known.campaign_id != new.campaign_id:
        raise BadInput(f"there is a list {new.name!r} of another campaign, or of all: choose another --name")
    if known.obtained_on is not None and new.obtained_on < known.obtained_on:
        raise BadInput(
            f"list {new.name!r} in force is of {known.obtained_on}, this file of {new.obtained_on}: "
            "an older file does not replace it. To go back, first: waihu dnc forget"
        )


# ---- writing a file ------------------------------------------------------------------------------------------------


async def begin_list(store: Store, new: NewList, by: By) -> int:
    """Make a list that is not in force yet; return its id."""
    kind = ListKind.CAMPAIGN if new.campaign_id else ListKind.IMPORTED
    row = {name: getattr(new, name) for name in NewList.__dataclass_fields__}
    row |= {"kind": str(kind), "state": str(ListState.LOADING), "started_at": by.at}

    def work(connection: Connection) -> int:
        connection.execute(_ended(by.at, _LIST.c.name == new.name, _LIST.c.state == ListState.LOADING.value))
        made = connection.execute(insert(_LIST).values(row)).inserted_primary_key
        assert made is not None
        return int(made[0])

    return await store.write(work)


async def write_numbers(store: Store, list_id: int, hashes: Sequence[bytes]) -> None:
    """Write some numbers of a list; those of one list in ascending order, each once.

    Raises:
        StoreError: the database failed; none of them was written.
    """
    rows = [(list_id, number_hash) for number_hash in hashes]

    def work(connection: Connection) -> None:
        connection.exec_driver_sql(_INSERT[connection.dialect.name], rows)

    await store.write(work)


async def put_in_force(store: Store, list_id: int, new: NewList, numbers: int, by: By) -> None:
    """Let a list that is completely written take the place of that of its name.

    Raises:
        Conflict: another import of the same name came in between.
        BadInput: the list in force is newer by now.
    """
    in_force = {"state": str(ListState.IN_FORCE), "numbers": numbers, "imported_at": by.at}

    def work(connection: Connection) -> None:
        known = connection.execute(select(_LIST).where(_IN_FORCE, _LIST.c.name == new.name)).mappings().first()
        replaceable(list_of(known) if known else None, new)
        connection.execute(_ended(by.at, _IN_FORCE, _LIST.c.name == new.name))
        mine = (_LIST.c.id == list_id) & (_LIST.c.state == ListState.LOADING.value)
        if connection.execute(update(_LIST).where(mine).values(in_force)).rowcount == 0:
            raise Conflict(f"another import of list {new.name!r} began in the meantime: this one is given up")
        note(connection, by, "dnc.import", new.name, f"{numbers} numbers of {new.obtained_on}, SHA-256 {new.sha256}")

    await store.write(work)
    await _tell(store, list_id, new.name, by)


async def give_up(store: Store, list_id: int, at: datetime) -> None:
    """End a list that never came into force."""
    mine = (_LIST.c.id == list_id, _LIST.c.state == ListState.LOADING.value)
    await store.write(lambda connection: connection.execute(_ended(at, *mine)) and None)


async def forget(store: Store, name: str, by: By) -> None:
    """End a list that was imported, or made for a campaign; that it was in force stays on record.

    Raises:
        NotFound: there is no such list.
        BadInput: it is that of people who asked us.
    """
    if name == ListKind.INTERNAL:
        raise BadInput("the list of people who asked us is never forgotten; waihu dnc allow-again takes one number off")
    known = await list_named(store, name)

    def work(connection: Connection) -> None:
        still_there = (_LIST.c.state != ListState.ENDED.value, _LIST.c.name == name)
        if connection.execute(_ended(by.at, *still_there)).rowcount == 0:
            raise NotFound(f"there is no do-not-call list {name!r}; waihu dnc list shows those there are")
        note(connection, by, "dnc.forget", name)

    await store.write(work)
    if known is not None:
        await _tell(store, known.id, name, by)


async def take_away(store: Store) -> None:
    """Delete the numbers of lists that have ended, some at a time: what a replaced file or a crash left behind."""
    left = exists().where(_NUMBER.c.list_id == _LIST.c.id)
    for row in await store.rows(select(_LIST.c.id).where(_LIST.c.state == ListState.ENDED.value, left)):
        of_list = _NUMBER.c.list_id == row["id"]
        some = select(_NUMBER.c.number_hash).where(of_list).limit(TAKEN_AWAY_AT_ONCE)
        some_of_list = delete(_NUMBER).where(of_list, _NUMBER.c.number_hash.in_(some))
        while await store.write(lambda connection, some=some_of_list: connection.execute(some).rowcount):  # type: ignore[misc]
            pass


def _ended(at: datetime, *which: ColumnElement[bool]) -> Any:
    return update(_LIST).where(*which).values(state=str(ListState.ENDED), ended_at=at)


async def _tell(store: Store, list_id: int, name: str, by: By) -> None:
    unit = Unit()
    unit.add_outbox("do_not_call.list_changed", str(list_id), {"name": name}, by.at)
    await store.commit(unit)
