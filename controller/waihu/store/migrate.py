"""Schema versions: where the database is, where it should be, and how it gets there."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

import waihu_models.migrations
from waihu_models.errors import StoreError


def sync_url(url: str) -> str:
    """Return the URL for a driver that blocks: migrations and the writer thread use one."""
    return url.replace("+aiosqlite", "").replace("+asyncpg", "+psycopg")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(waihu_models.migrations.__file__).parent))
    return config


def head() -> str | None:
    """Return the schema this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def migrate_sync(url: str, revision: str = "head") -> None:
    """Bring the database to a schema; makes an SQLite file that is missing.

    Raises:
        StoreError: the database cannot be reached, or a migration failed; what it had done is undone.
    """
    parsed = make_url(sync_url(url))
    if parsed.database and parsed.get_backend_name() == "sqlite":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            _go(connection, revision)
    except SQLAlchemyError as error:
        raise StoreError(f"the database could not be migrated: {error}") from error
    finally:
        engine.dispose()


def _go(connection: Connection, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    current = MigrationContext.configure(connection).get_current_revision()
    back = revision == "base" or (current is not None and revision not in {"head", current} and _older(revision))
    (command.downgrade if back else command.upgrade)(config, revision)


def _older(revision: str) -> bool:
    needed = head()
    return needed is not None and revision != needed


def schema_state_sync(url: str) -> tuple[str | None, str | None]:
    """Return the schema the database has (None: none yet) and the one this program needs.

    Raises:
        StoreError: the database cannot be reached.
    """
    parsed = make_url(sync_url(url))
    if parsed.get_backend_name() == "sqlite" and parsed.database and not Path(parsed.database).exists():
        return None, head()
    engine = create_engine(parsed, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision(), head()
    except SQLAlchemyError as error:
        raise StoreError(f"the database cannot be read: {error}") from error
    finally:
        engine.dispose()


async def migrate(url: str, revision: str = "head") -> None:
    """Bring the database to a schema, off the event loop."""
    await asyncio.to_thread(migrate_sync, url, revision)


async def schema_state(url: str) -> tuple[str | None, str | None]:
    """Return the schema the database has and the one needed, off the event loop."""
    return await asyncio.to_thread(schema_state_sync, url)
