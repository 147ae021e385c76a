import re
import sqlite3
import warnings
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from waihu.store.engine import migrating_engine
from waihu.store.migrate import head, migrate, migrate_sync, schema_state
from waihu.store.store import Store
from waihu_models.errors import StoreError, StoreTooOld
from waihu_models.tables import Base


def schema_of(file: Path) -> dict[str, str]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'"
        )
        return {name: " ".join(sql.split()) for name, sql in rows}


def details_of(file: Path) -> dict[str, Any]:
    """Columns with their defaults, references, indexes with their directions, and named constraints of each table."""
    schema = schema_of(file)
    with closing(sqlite3.connect(file)) as connection:

        def pragma(name: str, of: str) -> list[Any]:
            return sorted(row[1:] for row in connection.execute(f"PRAGMA {name}({of})"))

        return {
            name: (
                pragma("table_info", name),
                pragma("index_xinfo", name),
                pragma("foreign_key_list", name),
                set(re.findall(r"CONSTRAINT (\w+)", sql)),
                set(re.findall(r"CHECK \((\w+ IN \([^)]*\))", sql)),
                "AUTOINCREMENT" in sql,
                sql.partition(" WHERE ")[2],
            )
            for name, sql in schema.items()
            if name != "alembic_version"
        }


def made_from_the_rows(file: Path) -> Path:
    engine = create_engine(f"sqlite:///{file}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return file


def differences(url: str) -> list[Any]:
    engine = migrating_engine(url)
    try:
        with engine.connect() as connection, warnings.catch_warnings():
            # The index with a descending column cannot be compared in this way; its details are compared above.
            warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression-based index")
            # Of the search index, only what SQLite itself makes is there to be compared; it is, in details_of.
            opts = {"compare_type": True, "include_name": lambda name, *_: not str(name).startswith("utterance_fts")}
            context = MigrationContext.configure(connection, opts=opts)
            return [found for found in compare_metadata(context, Base.metadata) if "ix_lead_due" not in repr(found)]
    finally:
        engine.dispose()


async def test_from_nothing_to_the_newest_schema_makes_exactly_the_tables_of_the_rows(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "folder" / "waihu.db"
    url = f"sqlite+aiosqlite:///{file}"
    assert await schema_state(url) == (None, head())
    await migrate(url)
    assert await schema_state(url) == (head(), head())
    assert differences(url) == []
    assert details_of(file) == details_of(made_from_the_rows(tmp_path / "other.db"))


def test_down_and_up_again_gives_the_same_schema(file: Path, url: str) -> None:
    before = schema_of(file)
    migrate_sync(url, "base")
    assert set(schema_of(file)) == {"alembic_version"}
    migrate_sync(url)
    assert schema_of(file) == before


def test_migrating_twice_changes_nothing(file: Path, url: str) -> None:
    before = schema_of(file)
    migrate_sync(url)
    migrate_sync(url, head() or "")
    assert schema_of(file) == before


async def test_a_database_without_or_with_an_old_schema_is_not_opened(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreTooOld, match=r"schema none, needed is .*: run `waihu migrate`"):
        await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'nosuch.db'}")
    assert not (tmp_path / "nosuch.db").exists()
    await migrate(url, "base")
    with pytest.raises(StoreTooOld):
        await Store.open(url)


async def test_a_database_of_a_newer_program_is_not_opened(file: Path, url: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(StoreTooOld, match="schema 9999"):
        await Store.open(url)


async def test_what_is_no_database_is_an_error_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "waihu.db"
    path.write_text("this is not a database, only a text that is long enough to be looked at" * 20, "utf-8")
    with pytest.raises(StoreError, match="the database cannot be read"):
        await Store.open(f"sqlite+aiosqlite:///{path}")
    with pytest.raises(StoreError, match="could not be migrated"):
        await migrate(f"sqlite+aiosqlite:///{path}")


def test_a_schema_that_does_not_exist_is_an_error_of_ours(file: Path, url: str) -> None:
    before = schema_of(file)
    with pytest.raises(StoreError, match="could not be migrated"):
        migrate_sync(url, "nosuch")
    assert schema_of(file) == before
