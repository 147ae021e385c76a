"""The one writer: a thread that commits units in groups.

Everything waiting when it becomes free goes into one transaction, rows of one kind in one statement: the cost of a
commit is shared, and the busier it gets the more are shared. A unit that cannot be written fails alone.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError, StatementError

from waihu.store import batch
from waihu.store.statements import statements
from waihu.store.unit import Unit
from waihu_models.errors import StoreBusy, StoreError

log = structlog.get_logger()

T = TypeVar("T")
Work = Callable[[Connection], T]

MAX_WAITING = 5000
MAX_BATCH = 500
LINGER_S = 0.06
SOON_S = 0.02
"""How long a unit waits for others, the second where somebody waits for it: a transaction costs ten times what a unit
in it does."""
LOCKED_LIMIT_S = 60.0
LOCKED_PAUSE_S = 0.2
_BUSY, _LOCKED = 5, 6  # SQLite's primary result codes


@dataclass(frozen=True, slots=True)
class _Item:
    """A unit, or a piece of work that gets the connection in a transaction of its own."""

    wanted: "Unit | Work[Any]"
    done: "asyncio.Future[Any]"


class Writer:
    """Takes units and pieces of work; they are committed in the order in which they came."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statements = statements(engine.dialect)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store writer")
        self._waiting: deque[_Item] = deque()
        self._wake = asyncio.Event()
        self._due_s = math.inf  # by the loop's clock: when what waits is written
        self._task = asyncio.create_task(self._run(), name="store writer")
        self._give_up_at = math.inf  # monotonic; once closing, all that is left shares one limit

    @property
    def backlog(self) -> int:
        """Units and pieces of work not committed yet."""
        return len(self._waiting)

    def offer(self, wanted: "Unit | Work[Any]", *, soon: bool = True) -> "asyncio.Future[Any]":
        """Queue a unit, or work to be run in the writer's thread and in a transaction of its own.

        ``soon``: somebody waits for a unit; for work, somebody always does. The future is done when all is committed;
        it holds what the work returned, or raised.

        Raises:
            StoreBusy: too much is waiting already.
            StoreError: the store is closed.
        """
        if self._closing:
            raise StoreError("the store is closed")
        if len(self._waiting) >= MAX_WAITING:
            raise StoreBusy(f"{len(self._waiting)} writes are waiting for the database")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Any] = loop.create_future()
        done.add_done_callback(_seen)
        self._waiting.append(_Item(wanted, done))
        due_s = loop.time() + (LINGER_S if not soon else SOON_S if isinstance(wanted, Unit) else 0.0)
        if due_s < self._due_s:
            self._due_s = due_s
            self._wake.set()
        return done

    async def close(self) -> None:
        """Write what is waiting, then end; a database that stays locked is waited for once, not for each batch."""
        if not self._closing:
            self._give_up_at = time.monotonic() + LOCKED_LIMIT_S
            self._wake.set()
        await self._task
        self._thread.shutdown()

    @property
    def _closing(self) -> bool:
        return self._give_up_at < math.inf

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting or not self._closing:
            if not self._closing and (rest_s := self._due_s - loop.time()) > 0:
                self._wake.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(rest_s if self._waiting else None):
                        await self._wake.wait()
                continue
            if len(items := self._next_batch()) == len(self._waiting):
                self._due_s = math.inf
            written = loop.run_in_executor(self._thread, self._write, [item.wanted for item in items])
            await asyncio.wait({written})
            error = written.exception()
            results = written.result() if error is None else [error] * len(items)
            for item, result in zip(items, results, strict=True):
                self._waiting.popleft()
                _settle(item.done, result)

    def _next_batch(self) -> list[_Item]:
        """Return what goes into one transaction: one piece of work, or the units up to the next piece of work."""
        first = self._waiting[0]
        if not isinstance(first.wanted, Unit):
            return [first]
        items: list[_Item] = []
        for item in self._waiting:
            if not isinstance(item.wanted, Unit) or len(items) == MAX_BATCH:
                break
            items.append(item)
        return items

    # ---- in the thread ---------------------------------------------------------------------------------------------

    def _write(self, wanted: "list[Unit | Work[Any]]") -> list[Any]:
        """Return for each wanted its result, or the error it failed with."""
        units = [unit for unit in wanted if isinstance(unit, Unit)]
        if not units:
            return [self._transaction(work) for work in wanted if not isinstance(work, Unit)]
        try:
            self._transaction(partial(self._put, units))
        except StoreBusy as error:
            log.error("units_lost", units=len(units), problem=str(error))
            return [error] * len(units)
        except StoreError as error:
            # One of them is at fault: each for itself, so that it fails alone.
            return [self._alone(unit) for unit in units] if len(units) > 1 else [_refused(units[0], error)]
        return [None] * len(units)

    def _alone(self, unit: Unit) -> StoreError | None:
        try:
            self._transaction(partial(self._put, [unit]))
        except StoreError as error:
            return _refused(unit, error)
        return None

    def _put(self, units: "list[Unit]", connection: Connection) -> None:
        try:
            batch.write(connection, self._statements, units)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # A value the database cannot hold: no reason to lose the units beside it.
            raise StoreError(f"a value cannot be written: {type(error).__name__}") from error

    def _transaction(self, work: "Work[T]") -> T:
        """Run work in a transaction; a database locked by somebody else is waited for.

        Raises:
            StoreBusy: it stayed locked.
            StoreError: the database refused; nothing was done.
        """
        give_up_at = min(time.monotonic() + LOCKED_LIMIT_S, self._give_up_at)
        while True:
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except OperationalError as error:
                if not _is_lock(error):
                    raise StoreError(said(error)) from error
                if time.monotonic() >= give_up_at:
                    raise StoreBusy(f"the database has been locked for {LOCKED_LIMIT_S:.0f} s") from error
            except SQLAlchemyError as error:
                raise StoreError(said(error)) from error
            log.warning("database_locked", waited_limit_s=LOCKED_LIMIT_S)
            time.sleep(LOCKED_PAUSE_S)


def _settle(done: "asyncio.Future[Any]", result: Any) -> None:
    if done.done():  # whoever waited has been cancelled
        return
    if isinstance(result, BaseException):
        done.set_exception(result)
    else:
        done.set_result(result)


def _seen(done: "asyncio.Future[Any]") -> None:
    """Mark an error as seen: it is in the log already, and not everybody waits for the end of what they submit."""
    if not done.cancelled():
        done.exception()


def _refused(unit: Unit, error: StoreError) -> StoreError:
    log.error("unit_refused", problem=str(error), kinds=[kind.name for kind, _ in unit.writes])
    return error


def _is_lock(error: OperationalError) -> bool:
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in {_BUSY, _LOCKED}


def said(error: SQLAlchemyError) -> str:
    """Return what the database said, without the values that were written: there are phone numbers among them."""
    said = str(error.orig if isinstance(error, StatementError) and error.orig is not None else error)
    return said.partition("\n")[0]
