"""Engines: one that reads without blocking the loop, one for the single writer thread, one for migrations."""

import math
import time
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

READERS = 4
READ_LIMIT_S = 30.0
_LOOK_EVERY = 100_000  # steps of SQLite's machine, a few milliseconds


def sync_url(url: str) -> str:
    """Return the URL for a driver that blocks."""
    return url.replace("+aiosqlite", "").replace("+asyncpg", "+psycopg")


def reading_engine(url: str, busy_timeout_s: float, read_limit_s: float = READ_LIMIT_S) -> AsyncEngine:
    """Return the engine for reads; SQLite connections are made read-only, and a read that takes too long is broken off.

    Raises:
        SQLAlchemyError: no connection became free within the limit (when it is used).
    """
    engine = create_async_engine(url, pool_size=READERS, max_overflow=0, pool_timeout=read_limit_s)
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _tuned(busy_timeout_s, "foreign_keys=ON", "query_only=ON"))
        event.listen(engine.sync_engine, "connect", _watch)
        event.listen(engine.sync_engine, "checkout", lambda _c, record, _p: record.info["limit"].begin(read_limit_s))
    return engine


def quick_reading_engine(url: str, busy_timeout_s: float, read_limit_s: float = READ_LIMIT_S) -> Engine:
    """Return the engine for reads that are short and frequent: they run in a thread of ours, as one piece of work."""
    engine = create_engine(sync_url(url), pool_size=READERS, max_overflow=0, pool_timeout=read_limit_s)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tuned(busy_timeout_s, "query_only=ON"))
    return engine


class _Limit:
    """How long a connection may be used for what it was taken for."""

    def __init__(self) -> None:
        self._ends_at = math.inf

    def begin(self, limit_s: float) -> None:
        self._ends_at = time.monotonic() + limit_s

    def over(self) -> bool:
        return time.monotonic() > self._ends_at


def _watch(connection: Any, record: Any) -> None:
    # Giving up the wait for a query would leave it running in its thread; only SQLite itself can end it.
    record.info["limit"] = limit = _Limit()
    connection.run_async(lambda driver: driver.set_progress_handler(limit.over, _LOOK_EVERY))


def writing_engine(url: str, busy_timeout_s: float) -> Engine:
    """Return the engine of the writer thread."""
    engine = create_engine(sync_url(url), pool_size=1, max_overflow=0)
    _transactional(engine, busy_timeout_s, "foreign_keys=ON")
    return engine


def migrating_engine(url: str, busy_timeout_s: float = 5.0) -> Engine:
    """Return the engine for migrations: those that copy a table need SQLite's foreign keys off."""
    engine = create_engine(sync_url(url), poolclass=NullPool)
    _transactional(engine, busy_timeout_s)
    return engine


def _transactional(engine: Engine, busy_timeout_s: float, *pragmas: str) -> None:
    """Make SQLite's transactions whole: begun at once and for everything, changes of tables included."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tuned(busy_timeout_s, *pragmas))
        event.listen(engine, "begin", _begin_immediate)


def _tuned(busy_timeout_s: float, *pragmas: str) -> Any:
    def tune(connection: Any, _record: Any) -> None:
        # With the driver's own transactions off, BEGIN IMMEDIATE is the only one: a lock held by somebody else is met
        # at the start of a batch, never in its middle.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={int(busy_timeout_s * 1000)}", "journal_mode=WAL", "synchronous=NORMAL", *pragmas
        ):  # fmt: skip
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return tune


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
