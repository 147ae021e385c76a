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


class Language(StrEnum):
    """Language of the labels."""

    EN = "en"
    ZH = "zh"


def language() -> Language:
    """Return the language people read here, by LANG."""
    return Language.ZH if os.environ.get("LANG", "").lower().startswith("zh") else Language.EN
