"""Schema versions: where the database is, where it should be, and how it gets there."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

import waihu_models.migrations
from waihu.store.engine import migrating_engine, sync_url
from waihu_models.errors import StoreError


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration; its scripts are found beside the package, installed or not."""
    made = Config()
    made.set_main_option("script_location", str(Path(waihu_models.migrations.__file__).parent).replace("%", "%%"))
    if connection is not None:
        made.attributes["connection"] = connection
    return made


def head() -> str | None:
    """Return the schema this program needs."""
    return ScriptDirectory.from_config(config()).get_current_head()


def migrate_sync(url: str, revision: str = "head") -> None:
    """Bring the database to a schema, newer or older; makes an SQLite file that is missing.

    Raises:
        StoreError: the database cannot be reached, or a migration failed; what it had done is undone.
    """
    file = _file(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)  # phone numbers of people: for nobody else to read; SQLite's own files follow suit
    engine = migrating_engine(url)
    try:
        with engine.begin() as connection:
            go = command.downgrade if revision in _behind(connection) else command.upgrade
            go(config(connection), revision)
    except (SQLAlchemyError, CommandError) as error:
        raise StoreError(f"the database could not be migrated: {error}") from error
    finally:
        engine.dispose()


def _behind(connection: Connection) -> set[str]:
    """Return the schemas older than the one the database has."""
    current = MigrationContext.configure(connection).get_current_revision()
    older = ScriptDirectory.from_config(config()).iterate_revisions(current, "base") if current else ()
    return {"base", *(script.revision for script in older)} - {current}


def schema_state_sync(url: str) -> tuple[str | None, str | None]:
    """Return the schema the database has (None: none yet) and the one this program needs.

    Raises:
        StoreError: the database cannot be reached.
    """
    file = _file(url)
    if file is not None and not file.exists():
        return None, head()
    engine = migrating_engine(url)
    try:
        with engine.connect() as connection:
            # Only reads, so it must not wait for the writer of another process.
            reading = connection.execution_options(isolation_level="AUTOCOMMIT")
            return MigrationContext.configure(reading).get_current_revision(), head()
    except SQLAlchemyError as error:
        raise StoreError(f"the database cannot be read: {error}") from error
    finally:
        engine.dispose()


def _file(url: str) -> Path | None:
    parsed = make_url(sync_url(url))
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


async def migrate(url: str, revision: str = "head") -> None:
    """Bring the database to a schema, off the event loop."""
    await asyncio.to_thread(migrate_sync, url, revision)


async def schema_state(url: str) -> tuple[str | None, str | None]:
    """Return the schema the database has and the one needed, off the event loop."""
    return await asyncio.to_thread(schema_state_sync, url)
