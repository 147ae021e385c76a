"""A real SQLite database for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from waihu.store.campaigns import save_campaign
from waihu.store.migrate import migrate_sync
from waihu.store.store import Store
from waihu.testing.factories import a_campaign
from waihu_models.campaign import Campaign


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A migrated database without rows: copying is faster than migrating."""
    file = tmp_path_factory.mktemp("template") / "waihu.db"
    migrate_sync(f"sqlite+aiosqlite:///{file}")
    assert not file.with_name("waihu.db-wal").exists() or not file.with_name("waihu.db-wal").stat().st_size
    return file.read_bytes()


@pytest.fixture
def file(tmp_path: Path, template: bytes) -> Path:
    path = tmp_path / "waihu.db"
    path.write_bytes(template)
    return path


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    opened = await Store.open(url, busy_timeout_s=0.05)
    yield opened
    await opened.close()


@pytest.fixture
async def campaign(store: Store) -> Campaign:
    made = a_campaign()
    await save_campaign(store, made)
    return made
