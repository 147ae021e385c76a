"""The one writer: a thread that commits units in groups.

Everything waiting when it becomes free goes into one transaction, rows of one kind in one statement: the cost of a
commit is shared, and the busier it gets the more are shared. A unit that cannot be written fails alone.
"""

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from waihu.store.rows import utc_text
from waihu.store.statements import Kind, Params, statements
from waihu.store.unit import Unit
from waihu_models.errors import StoreBusy, StoreError, WaihuError
from waihu_models.tables import AuditRow

log = structlog.get_logger()

MAX_WAITING = 5000
MAX_BATCH = 500
LOCKED_LIMIT_S = 60.0
LOCKED_PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class _Item:
    """A unit, or a piece of work that gets the connection in a transaction of its own."""

    unit: Unit | None
    work: Callable[[Connection], Any] | None
    done: "asyncio.Future[Any]"


class Writer:
    """Takes units and pieces of work, in order."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statements = statements(engine.dialect.name)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store writer")
        self._waiting: deque[_Item] = deque()
        self._wake = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name="store writer")
        self._closing = False
        self._last_hash: str | None = None

    @property
    def backlog(self) -> int:
        """Units and pieces of work not committed yet."""
        return len(self._waiting)

    def submit(self, unit: Unit) -> "asyncio.Future[None]":
        """Queue a unit; the future is done when it is committed.

        Raises:
            StoreBusy: too much is waiting already, or the store is closing.
        """
        return self._offer(unit, None)

    async def run(self, work: Callable[[Connection], Any]) -> Any:
        """Run blocking work in the writer thread, in a transaction of its own; undone if it raises."""
        return await self._offer(None, work)

    def _offer(self, unit: Unit | None, work: Callable[[Connection], Any] | None) -> "asyncio.Future[Any]":
        if len(self._waiting) >= MAX_WAITING or self._closing:
            raise StoreBusy(f"{len(self._waiting)} writes are waiting for the database")
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Item(unit, work, done))
        self._wake.set()
        return done

    async def close(self) -> None:
        """Write what is waiting, then end."""
        self._closing = True
        self._wake.set()
        await self._task
        self._thread.shutdown()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while not (self._closing and not self._waiting):
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                batch = self._next_batch()
                results = await loop.run_in_executor(self._thread, self._write, batch)
                for item, result in zip(batch, results, strict=True):
                    self._waiting.popleft()
                    if item.done.done():
                        continue
                    if isinstance(result, BaseException):
                        item.done.set_exception(result)
                    else:
                        item.done.set_result(result)

    def _next_batch(self) -> list[_Item]:
        """Return what goes into one transaction: one piece of work, or all units up to the next piece of work."""
        if self._waiting[0].work is not None:
            return [self._waiting[0]]
        batch: list[_Item] = []
        for item in self._waiting:
            if item.work is not None or len(batch) >= MAX_BATCH:
                break
            batch.append(item)
        return batch

    # ---- in the thread ---------------------------------------------------------------------------------------------

    def _write(self, batch: list[_Item]) -> list[Any]:
        work = batch[0].work
        if work is not None:
            return [self._attempt(work)]
        units = [item.unit for item in batch if item.unit is not None]
        failed = self._attempt(lambda connection: self._apply(connection, units))
        if not isinstance(failed, BaseException):
            return [None] * len(batch)
        if len(batch) == 1 or isinstance(failed, StoreBusy):
            return [failed] * len(batch)
        # One of them is at fault: each for itself, so that it fails alone.
        return [self._alone(unit) for unit in units]

    def _alone(self, unit: Unit) -> Any:
        failed = self._attempt(lambda connection: self._apply(connection, [unit]))
        if isinstance(failed, BaseException):
            log.error("unit_refused", problem=str(failed), kinds=[kind.name for kind, _ in unit.writes])
        return failed

    def _attempt(self, work: Callable[[Connection], Any]) -> Any:
        """Run work in a transaction; a locked database is waited for. Returns the result or the error."""
        give_up_s = time.monotonic() + LOCKED_LIMIT_S
        while True:
            last_hash = self._last_hash
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except OperationalError as error:
                self._last_hash = last_hash
                if "locked" not in str(error) and "busy" not in str(error):
                    return StoreError(str(error.orig))
                if time.monotonic() > give_up_s:
                    return StoreBusy(f"the database has been locked for {LOCKED_LIMIT_S:.0f} s")
                log.warning("database_locked")
                time.sleep(LOCKED_PAUSE_S)
            except (SQLAlchemyError, ValueError) as error:
                self._last_hash = last_hash
                return StoreError(str(error.orig if isinstance(error, DBAPIError) else error))
            except WaihuError as error:
                self._last_hash = last_hash
                return error

    def _apply(self, connection: Connection, units: Iterable[Unit]) -> None:
        by_kind: dict[Kind, list[Params]] = {}
        for unit in units:
            for kind, params in unit.writes:
                by_kind.setdefault(kind, []).append(params)
        for kind in sorted(by_kind):
            rows = by_kind[kind]
            if kind is Kind.AUDIT:
                rows = self._chained(connection, rows)
            connection.execute(self._statements[kind], rows)

    def _chained(self, connection: Connection, rows: list[Params]) -> list[Params]:
        if self._last_hash is None:
            newest = select(AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)
            self._last_hash = connection.execute(newest).scalar() or ""
        chained = []
        for row in rows:
            link = chain(self._last_hash, row)
            chained.append({**row, "prev_hash": self._last_hash, "hash": link})
            self._last_hash = link
        return chained


def chain(prev_hash: str, row: Params) -> str:
    """Return the hash of an audit row: SHA-256 over the hash before it and everything it says."""
    said = "\x1f".join((prev_hash, row["actor"], row["action"], row["object_id"], row["detail"], utc_text(row["at"])))
    return hashlib.sha256(said.encode()).hexdigest()
