"""Menus in the store: each one a document, with a version."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from waihu.store.audit import By, note
from waihu.store.statements import table
from waihu.store.store import Store
from waihu_models.errors import Conflict, NotFound, Stale
from waihu_models.menu import Menu
from waihu_models.tables import MenuRow

_TABLE = table(MenuRow)


async def menus(store: Store) -> list[Menu]:
    """Return all menus, by name."""
    return [_menu(row) for row in await store.rows(select(_TABLE).order_by(_TABLE.c.name))]


async def add_menu(store: Store, menu: Menu, by: By) -> None:
    """Keep a new menu.

    Raises:
        Conflict: there is one of this name.
    """

    def work(connection: Connection) -> None:
        if _known(connection, menu.name) is not None:
            raise Conflict(f"there is a menu {menu.name!r} already")
        connection.execute(insert(_TABLE), {**_row(menu, by.at), "version": 1})
        note(connection, by, "menu.add", menu.name, _said(menu))

    await store.write(work)


async def change_menu(store: Store, menu: Menu, by: By) -> None:
    """Keep a menu that is changed; ``menu.version`` is the one it was read with.

    Raises:
        NotFound: it is not there any more.
        Stale: it was changed meanwhile.
    """

    def work(connection: Connection) -> None:
        _checked(_known(connection, menu.name), menu.name, menu.version)
        connection.execute(
            update(_TABLE).where(_TABLE.c.name == menu.name), {**_row(menu, by.at), "version": menu.version + 1}
        )
        note(connection, by, "menu.change", menu.name, _said(menu))

    await store.write(work)


async def drop_menu(store: Store, name: str, version: int, by: By) -> None:
    """Take a menu out of the store.

    Raises:
        NotFound: it is not there.
        Stale: it was changed meanwhile.
    """

    def work(connection: Connection) -> None:
        known = _checked(_known(connection, name), name, version)
        connection.execute(delete(_TABLE).where(_TABLE.c.name == name))
        note(connection, by, "menu.remove", name, _said(_menu(known)))

    await store.write(work)


def _known(connection: Connection, name: str) -> RowMapping | None:
    return connection.execute(select(_TABLE).where(_TABLE.c.name == name)).mappings().first()


def _checked(known: RowMapping | None, name: str, version: int) -> RowMapping:
    if known is None:
        raise NotFound(f"there is no menu {name!r}")
    if known["version"] != version:
        raise Stale(f"menu {name!r}", {}, known["version"])
    return known


def _said(menu: Menu) -> str:
    return msgspec.json.encode(replace(menu, version=1)).decode()


def _row(menu: Menu, at: datetime) -> dict[str, Any]:
    return {"name": menu.name, "definition": msgspec.to_builtins(menu), "changed_at": at}


def _menu(row: RowMapping) -> Menu:
    return replace(msgspec.convert(row["definition"], Menu), version=row["version"])
