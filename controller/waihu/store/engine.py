"""Engines: one that reads without blocking the loop, one for the single writer thread."""

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from waihu.store.migrate import sync_url


def reading_engine(url: str, busy_timeout_s: float) -> AsyncEngine:
    """Return the engine for reads; SQLite connections are made read-only."""
    engine = create_async_engine(url, pool_size=4)
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _tuned(busy_timeout_s, reading=True))
    return engine


def writing_engine(url: str, busy_timeout_s: float) -> Engine:
    """Return the engine of the writer thread."""
    engine = create_engine(sync_url(url), pool_size=1, max_overflow=0)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tuned(busy_timeout_s, reading=False))
        event.listen(engine, "begin", _begin_immediate)
    return engine


def _tuned(busy_timeout_s: float, *, reading: bool) -> Any:
    def tune(connection: Any, _record: Any) -> None:
        # With the driver's own transactions off, the writer's BEGIN IMMEDIATE below is the only one: a lock held by
        # somebody else is met at the start of a batch, never in its middle.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={int(busy_timeout_s * 1000)}")
        if reading:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    return tune


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
