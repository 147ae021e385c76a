"""``waihu menu``: what callers are asked by keys. A running controller follows changes within two seconds."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from waihu.cli.opened import by_shell, with_store
from waihu.cli.options import SettingsFile
from waihu.services.menus import check_menu, check_unused
from waihu.store import menus as stored
from waihu.store.store import Store
from waihu_models.errors import BadInput, NotFound
from waihu_models.menu import Menu

app = typer.Typer(help="Keep the menus callers are led through.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the menu.")]


@app.command("list")
def list_(settings_file: SettingsFile = None) -> None:
    """Show the menus, with the numbers whose callers begin in them."""
    table = Table("menu", "title", "numbers", "keys", "hours")
    for one in with_store(settings_file, stored.menus):
        keys = ", ".join(f"{key}: {choice.action} {choice.to}".strip() for key, choice in sorted(one.keys.items()))
        hours = f"{len(one.windows)} windows, {one.zone}" if one.windows else "always"
        name = one.name if one.enabled else f"{one.name} (off)"
        table.add_row(name, one.title, " ".join(one.numbers) or "–", keys or "–", hours)
    Console().print(table)


@app.command("put")
def put(
    file: Annotated[Path, typer.Argument(help="TOML: the fields of a menu.", exists=True, dir_okay=False)],
    settings_file: SettingsFile = None,
) -> None:
    """Make a menu of a file, or change the one of its name to what the file says."""
    menu = read_menu(file)

    async def work(store: Store) -> str:
        known = {one.name: one for one in await stored.menus(store)}
        was = known.pop(menu.name, None)
        check_menu(menu, known)
        if was is not None and was.enabled and not menu.enabled:
            await check_unused(store, menu.name)
        if was is None:
            await stored.add_menu(store, menu, by_shell())
            return "made"
        await stored.change_menu(store, replace(menu, version=was.version), by_shell())
        return "changed"

    typer.echo(f"menu {menu.name} was {with_store(settings_file, work)}")


def read_menu(file: Path) -> Menu:
    """Read a menu from a TOML file.

    Raises:
        BadInput: it cannot be read, or holds what is no field of a menu; the message names the place.
    """
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
        if unknown := set(raw) - set(Menu.__dataclass_fields__):
            raise BadInput(f"{file}: a menu has no {min(unknown)!r}")
        return msgspec.convert(raw, Menu)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadInput(f"{file}: {error}") from error


@app.command("remove")
def remove(name: Name, settings_file: SettingsFile = None) -> None:
    """Take a menu away; callers of its numbers wait for an agent at once."""

    async def work(store: Store) -> None:
        known = {one.name: one for one in await stored.menus(store)}
        if name not in known:
            raise NotFound(f"there is no menu {name!r}")
        users = [one.name for one in known.values() if one.name != name and any(c.to == name for c in one.choices())]
        if users:
            raise BadInput(f"menu {name!r} is led to by {', '.join(users)}: change those first")
        await check_unused(store, name)
        await stored.drop_menu(store, name, known[name].version, by_shell())

    with_store(settings_file, work)
    typer.echo(f"menu {name} is gone")
