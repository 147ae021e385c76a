"""Options several commands share."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from waihu import paths, settings

SettingsFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        "-c",
        envvar="WAIHU_SETTINGS",
        help="TOML file with settings; WAIHU_<SECTION>__<KEY> variables override it.",
        dir_okay=False,
    ),
]


def store_url(chosen: settings.Settings) -> str:
    """Return where the store is: as set, else an SQLite file in the var folder."""
    if chosen.store.url:
        return chosen.store.url
    paths.var().mkdir(parents=True, exist_ok=True)
    return f"sqlite+aiosqlite:///{paths.var() / 'waihu.db'}"


def key_file(chosen: settings.Settings) -> Path:
    """Return where the key of the do-not-call lists is: as set, else beside the SQLite file or in the var folder."""
    from waihu.store.number_key import KEY_FILE, key_file_of

    if chosen.store.hash_key_file:
        return Path(chosen.store.hash_key_file)
    return key_file_of(store_url(chosen)) or paths.var() / KEY_FILE


def rule_folders(chosen: settings.Settings) -> tuple[Path, ...]:
    """Return where rule packs are: those that are shipped, and one's own folder."""
    own = (Path(chosen.rules.directory),) if chosen.rules.directory else ()
    return (paths.shipped("rules"), *own)


class Language(StrEnum):
    """Language of the labels."""

    EN = "en"
    ZH = "zh"


def language() -> Language:
    """Return the language people read here, by LANG."""
    return Language.ZH if os.environ.get("LANG", "").lower().startswith("zh") else Language.EN
