"""SIP phones in the store."""

from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from waihu.store.audit import By, note
from waihu.store.number_key import NumberKey
from waihu.store.sealed import seal, unseal
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import Conflict, NotFound, Stale
from waihu_models.tables import PhoneRow
from waihu_models.trunk import DeskPhone, Source

_TABLE = table(PhoneRow)


async def phones(store: Store) -> list[DeskPhone]:
    """Return all phones of the store, by name, with their passwords.

    Raises:
        NumberKeyLost: a password cannot be opened.
    """
    rows = await store.rows(select(_TABLE).order_by(_TABLE.c.name))
    key = await store.number_key() if any(row["sealed_password"] for row in rows) else None
    return [_phone(row, key) for row in rows]


async def keep_phone(store: Store, phone: DeskPhone, by: By, *, new: bool) -> None:
    """Keep a phone: a new one, or one that is changed; ``phone.version`` is the one it was read with.

    Raises:
        Conflict: a new one has the name of one that is there.
        NotFound: it is not there any more.
        Stale: it was changed meanwhile.
    """
    key = await store.number_key()

    def work(connection: Connection) -> None:
        row: dict[str, Any] = {
            "name": phone.name,
            "contact": phone.contact,
            "sealed_password": seal(key, phone.password, _about(phone.name)),
            "changed_at": by.at,
        }
        known = connection.execute(select(_TABLE).where(_TABLE.c.name == phone.name)).mappings().first()
        if new:
            if known is not None:
                raise Conflict(f"there is a phone {phone.name!r} already")
            connection.execute(insert(_TABLE), {**row, "version": 1})
            note(connection, by, "phone.add", phone.name, phone.contact or "registers")
            return
        was = _current(known, phone.name, phone.version)
        values = {**row, "version": phone.version + 1}
        connection.execute(update(_TABLE).where(_TABLE.c.name == phone.name).values(**values))
        note(connection, by, "phone.change", phone.name, _change(was, phone, key))

    await store.write(work)


def _change(was: RowMapping, phone: DeskPhone, key: NumberKey) -> str:
    changed = [f"contact: {was['contact']} → {phone.contact}"] if was["contact"] != phone.contact else []
    if unseal(key, was["sealed_password"], _about(phone.name)) != phone.password:
        changed.append("password")
    return ", ".join(changed)


async def drop_phone(store: Store, name: str, version: int, by: By) -> None:
    """Take a phone out of the store.

    Raises:
        NotFound: it is not there.
        Stale: it was changed meanwhile.
    """

    def work(connection: Connection) -> None:
        known = connection.execute(select(_TABLE).where(_TABLE.c.name == name)).mappings().first()
        _current(known, name, version)
        connection.execute(delete(_TABLE).where(_TABLE.c.name == name))
        note(connection, by, "phone.remove", name)

    await store.write(work)


def _current(known: RowMapping | None, name: str, version: int) -> RowMapping:
    if known is None:
        raise NotFound(f"there is no phone {name!r}")
    if known["version"] != version:
        raise Stale(f"phone {name!r}", {"contact": known["contact"]}, known["version"])
    return known


def _about(name: str) -> str:
    return f"phone {name}"


def _phone(row: RowMapping, key: NumberKey | None) -> DeskPhone:
    password = unseal(key, row["sealed_password"], _about(row["name"])) if key is not None else ""
    return DeskPhone(
        name=row["name"], password=password, contact=row["contact"], version=row["version"], source=Source.STORE
    )
