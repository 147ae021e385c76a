"""The store: reads that do not block, and the one writer."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, RowMapping
from sqlalchemy.exc import SQLAlchemyError

from waihu.store.engine import reading_engine, writing_engine
from waihu.store.migrate import schema_state
from waihu.store.unit import Unit
from waihu.store.writer import Writer, said
from waihu_models.errors import StoreError, StoreTooOld

T = TypeVar("T")


class Store:
    """One open database. Reads for each aggregate are functions in the modules beside this one."""

    def __init__(self, url: str, busy_timeout_s: float) -> None:
        self._reading = reading_engine(url, busy_timeout_s)
        self._writing = writing_engine(url, busy_timeout_s)
        self._writer = Writer(self._writing)

    @classmethod
    async def open(cls, url: str, *, busy_timeout_s: float = 5.0) -> "Store":
        """Open a database whose schema is the one this program needs.

        Args:
            url: SQLAlchemy URL with an asyncio driver, e.g. ``sqlite+aiosqlite:///waihu.db``.
            busy_timeout_s: How long SQLite itself waits for a lock before the writer tries again.
        Raises:
            StoreTooOld: ``waihu migrate`` has to be run first.
            StoreError: the database cannot be reached.
        """
        current, needed = await schema_state(url)
        if current != needed:
            raise StoreTooOld(f"the database has schema {current or 'none'}, needed is {needed}: run `waihu migrate`")
        return cls(url, busy_timeout_s)

    async def close(self) -> None:
        """Write what is waiting and close."""
        await self._writer.close()
        await self._reading.dispose()
        self._writing.dispose()

    @property
    def backlog(self) -> int:
        """Units not committed yet."""
        return self._writer.backlog

    def submit(self, unit: Unit) -> "asyncio.Future[None]":
        """Queue a unit; units are committed in the order of these calls.

        Raises:
            StoreBusy: too much is waiting already.
        """
        return self._writer.offer(unit)

    async def commit(self, unit: Unit) -> None:
        """Write a unit and wait until it is committed.

        Raises:
            StoreBusy: too much is waiting, or the database stayed locked.
            StoreError: the unit cannot be written; nothing of it was.
        """
        await self._writer.offer(unit)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run blocking work with the writer's connection, in a transaction of its own.

        Raises:
            StoreBusy, StoreError: as for ``commit``.
        """
        result: T = await self._writer.offer(work)
        return result

    async def rows(self, query: Executable, params: dict[str, Any] | None = None) -> list[RowMapping]:
        """Read rows.

        Raises:
            StoreError: the database cannot be read, or the read took too long.
        """
        try:
            async with self._reading.connect() as connection:
                return list((await connection.execute(query, params or {})).mappings())
        except SQLAlchemyError as error:
            raise StoreError(f"cannot read: {said(error)}") from error
