"""One task and one bounded queue for one call or one agent: the only place where such a value moves.

Rule of the house: store, then act, then tell. A step is ``advance`` (pure), then the commit of what changed, then
commands to the exchange, then the event to subscribers.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

import structlog

from waihu.clock import Clock
from waihu.metrics import Metrics
from waihu.store.unit import Unit
from waihu.telephony.port import Switch
from waihu_models.commands import Command, Join, StopMusic
from waihu_models.errors import IllegalTransition, LegGone, StoreError, WaihuError
from waihu_models.signals import CommandFailed, LegEnded, LegVanished

log = structlog.get_logger()

T = TypeVar("T")

QUEUE_SIZE = 256
STORE_PATIENCE_S = 0.25
"""A live call goes on after this, its rows still queued in order: people are on the line while a database is locked."""


_URGENT = (Join, StopMusic)
"""Not kept waiting for the disk: a person listens into silence. A crash in these milliseconds leaves the leg in the
agent's bridge, which tells the next start whom it belongs to."""


class Writes(Protocol):
    """What a runner needs of the store."""

    def submit(self, unit: Unit, *, soon: bool = False) -> "asyncio.Future[None]":
        """Queue a unit of writes; ``soon``: somebody waits for it."""
        ...


class Runner(Generic[T]):
    """Moves one value. ``changed`` says what to store for a change and ``told`` is called once it has happened."""

    def __init__(
        self,
        value: T,
        *,
        kind: str,
        advance: Callable[[T, Any], tuple[T, tuple[Command, ...]]],
        changed: Callable[[T, T], Unit | None],
        told: Callable[[T, T], None],
        parts: "Parts",
    ) -> None:
        self.value = value
        self.key: str = getattr(value, "id")  # noqa: B009 -- T is a call or an agent, both have one
        self._kind = kind
        self._advance = advance
        self._changed = changed
        self._told = told
        self._parts = parts
        self._queue: asyncio.Queue[Any] = asyncio.Queue(QUEUE_SIZE)
        self._overflowed = False
        self._end: LegEnded | LegVanished | None = None  # the one signal that is kept when the queue is full

    def post(self, signal: Any) -> None:
        """Queue a signal; never blocks. When the queue is full it is counted and lost, but for the end of the leg."""
        try:
            self._queue.put_nowait(signal)
        except asyncio.QueueFull:
            self._parts.metrics.queue_full.inc()
            if not self._overflowed:
                log.error("queue_full", kind=self._kind, id=self.key, signal=type(signal).__name__)
            self._overflowed = True
            if isinstance(signal, LegEnded | LegVanished):
                self._end = signal

    async def _next(self) -> Any:
        if self._overflowed and self._queue.empty():
            self._overflowed = False
            self._parts.on_illegal(self._kind, self.key)  # something was missed: what does the exchange hold?
            if self._end is not None:
                end, self._end = self._end, None
                return end
        return await self._queue.get()

    async def run(self, done: Callable[[T], bool]) -> None:
        """Take signals until the value is done and nothing is queued."""
        while not (done(self.value) and self._queue.empty()):
            signal = await self._next()
            try:
                await self._step(signal)
            except Exception:
                self._parts.metrics.illegal.labels(self._kind).inc()
                log.exception("signal_failed", kind=self._kind, id=self.key, signal=type(signal).__name__)

    async def _step(self, signal: Any) -> None:
        was = self.value
        try:
            self.value, commands = self._advance(was, signal)
        except IllegalTransition as error:
            self._parts.metrics.illegal.labels(self._kind).inc()
            log.error("illegal_transition", kind=self._kind, id=self.key, problem=str(error))
            self._parts.on_illegal(self._kind, self.key)
            return
        if self.value is was and not commands:
            return
        unit = self._changed(was, self.value)
        if unit is not None:
            await self.keep(unit, wait=not all(isinstance(command, _URGENT) for command in commands))
        for command in commands:
            await self.act(command)
        if self.value is not was:
            self._told(was, self.value)

    async def keep(self, unit: Unit, *, wait: bool) -> None:
        """Store a unit, waiting for the commit when commands depend on it, but not for ever."""
        try:
            written = self._parts.store.submit(unit, soon=wait)
        except StoreError as error:
            log.error("unit_not_stored", kind=self._kind, id=self.key, problem=str(error))
            return
        written.add_done_callback(self._report)
        if wait:
            _, pending = await asyncio.wait({written}, timeout=STORE_PATIENCE_S)
            if pending:
                self._parts.metrics.store_slow.inc()
                log.warning("store_slow", kind=self._kind, id=self.key)

    def _report(self, written: "asyncio.Future[None]") -> None:
        if not written.cancelled() and (error := written.exception()) is not None:
            log.error("unit_not_stored", kind=self._kind, id=self.key, problem=str(error))

    async def act(self, command: Command) -> None:
        """Give one command; a failure comes back as a signal."""
        try:
            await self._parts.switch.execute(command)
        except WaihuError as error:
            name, gone = type(command).__name__, isinstance(error, LegGone)
            self._parts.metrics.commands_failed.labels(name).inc()
            log.warning("command_failed", kind=self._kind, id=self.key, command=name, problem=str(error))
            self.post(CommandFailed(name, f"{error.code}: {error}", self._parts.clock.now(), gone))


class Parts:
    """What every runner shares."""

    def __init__(self, store: Writes, switch: Switch, clock: Clock, metrics: Metrics) -> None:
        self.store = store
        self.switch = switch
        self.clock = clock
        self.metrics = metrics
        self.on_illegal: Callable[[str, str], None] = lambda _kind, _key: None
