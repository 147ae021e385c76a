"""``waihu check``: read settings and say what is wrong with them, or what they come to."""

import msgspec
import typer

from waihu import settings
from waihu.cli.options import SettingsFile


def check(settings_file: SettingsFile = None) -> None:
    """Check the settings and print them as they come out, secrets hidden."""
    chosen = settings.load(settings_file)
    shown = msgspec.to_builtins(chosen)
    typer.echo(msgspec.json.format(msgspec.json.encode(_hidden(shown)), indent=2).decode())


def _hidden(value: object) -> object:
    if isinstance(value, dict):
        return {key: "(set)" if "password" in key and inner else _hidden(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(inner) for inner in value]
    return value
