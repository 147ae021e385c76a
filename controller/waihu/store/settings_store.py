"""Settings in the store: a name, a value in JSON. What may be set stands in ``waihu.services.setting_table``."""

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from waihu.store.audit import By, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import Stale
from waihu_models.tables import SettingRow

_TABLE = table(SettingRow)


@dataclass(frozen=True, slots=True)
class Kept:
    """A value as it is stored. Version 0: it never was; not ``given``: it was taken back, and the default counts."""

    value: Any
    version: int
    given: bool = True


async def kept_settings(store: Store) -> dict[str, Kept]:
    """Return what is stored, by name."""
    rows = await store.rows(select(_TABLE))
    return {row["name"]: Kept(_value(row["value"]), row["version"], bool(row["value"])) for row in rows}


def _value(text: str) -> Any:
    return msgspec.json.decode(text) if text else None


async def keep_setting(store: Store, name: str, kept: Kept, by: By, was: Any) -> None:
    """Keep a value; ``kept.version`` is the one it was read with, ``was`` the value that counted before.

    Raises:
        Stale: it was changed meanwhile.
    """

    def work(connection: Connection) -> None:
        _check(connection, name, kept.version)
        row = {"value": msgspec.json.encode(kept.value).decode(), "changed_at": by.at, "version": kept.version + 1}
        if kept.version == 0:
            connection.execute(insert(_TABLE), {"name": name, **row})
        else:
            connection.execute(update(_TABLE).where(_TABLE.c.name == name).values(**row))
        note(connection, by, "setting.change", name, f"{was} → {kept.value}")

    await store.write(work)


async def forget_setting(store: Store, name: str, version: int, by: By) -> None:
    """Take a value back, so that its default counts; the row stays, so that its version never comes twice.

    Raises:
        Stale: it was changed meanwhile.
    """

    def work(connection: Connection) -> None:
        was = _check(connection, name, version)
        row = {"value": "", "changed_at": by.at, "version": version + 1}
        connection.execute(update(_TABLE).where(_TABLE.c.name == name).values(**row))
        note(connection, by, "setting.reset", name, f"was {was}")

    await store.write(work)


def _check(connection: Connection, name: str, version: int) -> Any:
    known = connection.execute(select(_TABLE).where(_TABLE.c.name == name)).mappings().first()
    present = known["version"] if known is not None else 0
    value = _value(known["value"]) if known is not None else None
    if present != version:
        raise Stale(f"setting {name}", {"value": value}, present)
    return value
