"""A database with the schema, made once and copied for each test."""

import shutil
from pathlib import Path

import pytest

from waihu.store.migrate import migrate_sync


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("schema") / "waihu.db"
    migrate_sync(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated, tmp_path / "waihu.db"))
