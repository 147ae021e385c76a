"""``waihu migrate``: bring the database to the schema this program needs."""

from typing import Annotated

import typer

from waihu import settings
from waihu.cli.options import SettingsFile, store_url


def migrate(
    settings_file: SettingsFile = None,
    revision: Annotated[str, typer.Option(help="Schema to go to; an older one undoes migrations.")] = "head",
) -> None:
    """Create or upgrade the database."""
    from waihu.store.migrate import migrate_sync, schema_state_sync

    url = store_url(settings.load(settings_file))
    migrate_sync(url, revision)
    current, _ = schema_state_sync(url)
    typer.echo(f"The database is at schema {current or 'none'}.")
