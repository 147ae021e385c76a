"""The store: reads that do not block, and the one writer."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, RowMapping
from sqlalchemy.exc import SQLAlchemyError

from waihu.store.engine import READ_LIMIT_S, READERS, quick_reading_engine, reading_engine, writing_engine
from waihu.store.migrate import schema_state
from waihu.store.number_key import NumberKey, key_file_of, settled_key
from waihu.store.unit import Unit
from waihu.store.writer import Writer, said
from waihu_models.errors import NumberKeyLost, StoreError, StoreTooOld

T = TypeVar("T")


class Store:
    """One open database. Reads for each aggregate are functions in the modules beside this one."""

    def __init__(self, url: str, busy_timeout_s: float, key_file: Path | None = None) -> None:
        self._key_file = key_file or key_file_of(url)
        self._key: NumberKey | None = None
        self._settling = asyncio.Lock()
        self._forbidden: set[bytes] = set()  # what a read under way may have missed
        self._reading = reading_engine(url, busy_timeout_s)
        self._quick = quick_reading_engine(url, busy_timeout_s)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store reader")
        self._writing = writing_engine(url, busy_timeout_s)
        self._writer = Writer(self._writing)

    @classmethod
    async def open(cls, url: str, *, busy_timeout_s: float = 5.0, key_file: Path | None = None) -> "Store":
        """Open a database whose schema is the one this program needs.

        Args:
            url: SQLAlchemy URL with an asyncio driver, e.g. ``sqlite+aiosqlite:///waihu.db``.
            busy_timeout_s: How long SQLite itself waits for a lock before the writer tries again.
            key_file: Key of the do-not-call lists; None: ``do-not-call.key`` beside the SQLite file.
        Raises:
            StoreTooOld: ``waihu migrate`` has to be run first.
            StoreError: the database cannot be reached.
        """
        current, needed = await schema_state(url)
        if current != needed:
            raise StoreTooOld(f"the database has schema {current or 'none'}, needed is {needed}: run `waihu migrate`")
        return cls(url, busy_timeout_s, key_file)

    async def number_key(self) -> NumberKey:
        """Return the key of the do-not-call lists.

        Raises:
            NumberKeyLost: it is missing, or another one than that of the numbers in the store.
        """
        async with self._settling:
            if self._key is None:
                self._key = await settled_key(self, self._key_file)
            return self._key

    async def close(self) -> None:
        """Write what is waiting and close."""
        await self._writer.close()
        await self._reading.dispose()
        self._readers.shutdown()
        self._quick.dispose()
        self._writing.dispose()

    @property
    def dialect(self) -> str:
        """Which database it is: ``sqlite``, ``postgresql``."""
        return self._writing.dialect.name

    @property
    def backlog(self) -> int:
        """Units not committed yet."""
        return self._writer.backlog

    def submit(self, unit: Unit, *, soon: bool = False) -> "asyncio.Future[None]":
        """Queue a unit; units are committed in the order of these calls, ``soon``: somebody waits for it.

        Raises:
            StoreBusy: too much is waiting already.
            NumberKeyLost: it puts a number on the do-not-call list, and nobody has asked for the key before.
        """
        forbidden = self._sealed(unit) if unit.forbids else []
        self._forbidden.update(forbidden)
        done = self._writer.offer(unit, soon=soon)
        if forbidden:
            done.add_done_callback(partial(self._forbidden_stored, forbidden))
        return done

    def _sealed(self, unit: Unit) -> list[bytes]:
        if self._key is None:
            raise NumberKeyLost("the key of the do-not-call lists has not been read")
        return unit.seal(self._key.hash)

    def _forbidden_stored(self, hashes: list[bytes], done: "asyncio.Future[None]") -> None:
        # What could not be stored stays forbidden for as long as this program runs.
        if not done.cancelled() and done.exception() is None:
            asyncio.get_running_loop().call_later(READ_LIMIT_S, self._forbidden.difference_update, hashes)

    def just_forbidden(self, number_hash: bytes) -> bool:
        """Say whether this program put a number on the do-not-call list a moment ago, committed or not."""
        return number_hash in self._forbidden

    def allowed_again(self, number_hash: bytes) -> None:
        """Forget that a number was just forbidden."""
        self._forbidden.discard(number_hash)

    async def commit(self, unit: Unit) -> None:
        """Write a unit and wait until it is committed.

        Raises:
            StoreBusy: too much is waiting, or the database stayed locked.
            StoreError: the unit cannot be written; nothing of it was.
        """
        if unit.forbids:
            await self.number_key()
        await self.submit(unit, soon=True)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run blocking work with the writer's connection, in a transaction of its own.

        Raises:
            StoreBusy, StoreError: as for ``commit``.
        """
        result: T = await self._writer.offer(work)
        return result

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run blocking reads, each of them short, off the loop: the way there and back costs more than they do.

        Raises:
            StoreError: the database cannot be read.
        """

        def reading() -> T:
            with self._quick.connect() as connection:
                return work(connection)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, reading)
        except SQLAlchemyError as error:
            raise StoreError(f"cannot read: {said(error)}") from error

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
