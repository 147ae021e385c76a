"""The way out: events from the outbox to every receiver that wants them, at least once, those of one key in order.

Each receiver has a lane of its own, so that one who is slow or away holds up nobody else, and dialling least of all.
What a receiver does not take is tried again later and later; after ``ATTEMPTS`` it is set aside for a person.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import Protocol, TypeAlias

import structlog

from waihu.clock import Clock
from waihu.metrics import Metrics
from waihu.services.back_off import delay_s
from waihu.store.deliveries import Delivery, Failure, Lane, due_deliveries, due_lanes, glance, settle, spread
from waihu.store.store import Store
from waihu.store.webhooks import webhooks
from waihu_models.errors import DeliveryFailed, StoreError, WaihuError
from waihu_models.outward import CALL_TASKS, OutwardEvent

log = structlog.get_logger()

LOOK_S = 0.5
IDLE_S = 5.0
"""The same while nobody wants to be told anything."""
WINDOW = 500
"""Events that may be on their way to one receiver; the others wait in the outbox."""
ROUND = 100
"""Events that are read for one receiver at once."""
PARALLEL = 4
"""Requests to one receiver at once."""
MAX_LANES = 32
"""Receivers that are told something at once."""
DELIVERY_LIMIT_S = 15.0
ATTEMPTS = 12
"""Failures after which a delivery is set aside: about five hours."""
TROUBLE = 3
"""Failures in a row after which a receiver counts as away, and is asked now and then with one event."""
LONGEST_REST_S = 60.0
SETTLED_AT_ONCE = 20
SETTLED_WITHIN_S = 0.5
STORE_REST_S = 5.0
LAST_WRITE_S = 2.0
FORGOTTEN_S = 3600.0


class Sink(Protocol):
    """The fifth extension point: something outside that takes events."""

    async def deliver(self, event: OutwardEvent) -> None:
        """Hand one event over; coming back means that it was taken.

        An event may come twice, with the same ``id``.

        Raises:
            DeliveryFailed: it was not taken, or nobody knows.
        """
        ...


FindSink: TypeAlias = Callable[[str], Awaitable[Sink]]
"""Webhook id -> where its events go now."""


@dataclass(slots=True)
class _Rest:
    """A receiver that is away."""

    failures: int = 0
    until_s: float = 0.0  # monotonic


@dataclass(slots=True)
class _Round:
    """One turn of a lane: chains of events, those of one key in each."""

    sink: Sink
    chains: deque[list[Delivery]]
    probing: bool
    in_a_row: int = 0  # failures of the receiver itself
    taken: int = 0
    alive: bool = False
    not_written: bool = False

    @property
    def away(self) -> bool:
        return self.in_a_row >= (1 if self.probing else TROUBLE)


@dataclass(slots=True)
class _Results:
    """What became of deliveries, not written down yet."""

    taken: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.taken) + len(self.failed)


class Outward:
    """Delivers until cancelled."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        metrics: Metrics,
        find_sink: FindSink,
        lane_of: Callable[[str], str],
        alert: Callable[[str, str], None] = lambda _code, _text: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._find_sink = find_sink
        self._lane_of = lane_of
        self._alert = alert
        self._poke = asyncio.Event()
        self._wanted = True
        self._newest = -1
        self._hooks_again_s = 0.0
        self._busy: set[str] = set()
        self._resting: dict[str, _Rest] = {}
        self._troubled: set[str] = set()  # webhooks of which something was set aside since they last took anything
        self._results = _Results()
        self._writing = asyncio.Lock()
        self._written_s = clock.monotonic()

    def poke(self) -> None:
        """Look at once: something is to be told, or may be tried again."""
        self._hooks_again_s = 0.0
        self._poke.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            async with asyncio.TaskGroup() as rounds:
                while True:
                    self._poke.clear()
                    try:
                        await self._turn(rounds)
                    except StoreError as error:
                        log.warning("outbox_not_read", problem=str(error))
                        await asyncio.sleep(STORE_REST_S)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_S if self._wanted else IDLE_S):
                            await self._poke.wait()
        finally:
            self._busy.clear()
            with suppress(StoreError, TimeoutError):
                async with asyncio.timeout(LAST_WRITE_S):
                    await self._write()

    async def _turn(self, rounds: asyncio.TaskGroup) -> None:
        if self._results:  # what could not be written must not be sent again for that alone
            await self._write()
        now, now_s = self._clock.now(), self._clock.monotonic()
        seen = await glance(self._store)
        news, due = seen.newest != self._newest, seen.due_at is not None and seen.due_at <= now
        if not (news or due or now_s >= self._hooks_again_s):
            return
        self._hooks_again_s = now_s + IDLE_S
        hooks = [hook for hook in await webhooks(self._store) if not hook.paused]
        self._wanted = bool(hooks)
        if not hooks:
            return
        for hook in hooks:
            window = 0 if hook.id == CALL_TASKS else WINDOW
            if await spread(self._store, hook, window, now, self._lane_of):
                self._poke.set()  # there may be more
                self._hooks_again_s = now_s
        self._newest = seen.newest
        self._resting = {name: rest for name, rest in self._resting.items() if rest.until_s > now_s - FORGOTTEN_S}
        resting = {name for name, rest in self._resting.items() if rest.until_s > now_s}
        room = MAX_LANES - len(self._busy)
        lanes = await due_lanes(self._store, now, self._busy | resting, room) if room > 0 else []
        for lane in lanes:
            self._busy.add(lane.name)
            rounds.create_task(self._round(lane), name=f"deliver to {lane.name}")

    # ---- one receiver ----------------------------------------------------------------------------------------------

    async def _round(self, lane: Lane) -> None:
        try:
            await self._serve(lane)
        except WaihuError as error:
            log.warning("lane_not_served", lane=lane.name, problem=str(error))
            self._rest(lane.name, STORE_REST_S)
        except Exception:
            log.exception("lane_broke", lane=lane.name)
            self._rest(lane.name, LONGEST_REST_S)
        finally:
            self._busy.discard(lane.name)

    async def _serve(self, lane: Lane) -> None:
        sink = await self._find_sink(lane.webhook_id)
        due = await due_deliveries(self._store, lane.name, self._clock.now(), ROUND)
        probing = lane.name in self._resting
        this = _Round(sink, _chains(due, probing), probing)
        await asyncio.gather(*(self._work(this) for _ in range(min(PARALLEL, len(this.chains)))))
        await self._write()
        if this.away:
            self._rest(lane.name)
        elif this.alive:
            self._resting.pop(lane.name, None)
        if this.taken:
            self._troubled.discard(lane.webhook_id)
            self.poke()  # there may be more

    def _rest(self, lane: str, at_least_s: float = 0.0) -> None:
        rest = self._resting.setdefault(lane, _Rest())
        rest.failures += 1
        wait_s = max(at_least_s, delay_s(rest.failures, LONGEST_REST_S, 2.0))
        rest.until_s = self._clock.monotonic() + wait_s
        log.warning("receiver_away", lane=lane, failures=rest.failures, again_in_s=round(wait_s, 1))

    async def _work(self, this: _Round) -> None:
        while this.chains:
            for delivery in this.chains.popleft():
                if this.away or this.not_written:
                    return
                if not await self._deliver(this, delivery):
                    break  # what follows in the same key waits with it
                await self._write_now_and_then(this)

    async def _write_now_and_then(self, this: _Round) -> None:
        late_s = self._clock.monotonic() - self._written_s
        if len(self._results) >= SETTLED_AT_ONCE or late_s > SETTLED_WITHIN_S:
            try:
                await self._write()
            except StoreError:
                this.not_written = True  # the end of the round tries again, and says so

    async def _deliver(self, this: _Round, delivery: Delivery) -> bool:
        try:
            async with asyncio.timeout(DELIVERY_LIMIT_S):
                await this.sink.deliver(delivery.event)
        except (DeliveryFailed, TimeoutError) as error:
            self._failed(this, delivery, error)
            return False
        this.taken, this.in_a_row, this.alive = this.taken + 1, 0, True
        self._results.taken.append(delivery.event.id)
        self._metrics.deliveries.labels("taken").inc()
        self._metrics.delivery_lag.observe(max(0.0, (self._clock.now() - delivery.event.at).total_seconds()))
        return True

    def _failed(self, this: _Round, delivery: Delivery, error: DeliveryFailed | TimeoutError) -> None:
        answered = isinstance(error, DeliveryFailed) and error.answered
        this.in_a_row = 0 if answered else this.in_a_row + 1
        this.alive = this.alive or answered
        attempts, now = delivery.attempts + 1, self._clock.now()
        reason = str(error) or f"no answer within {DELIVERY_LIMIT_S:.0f} s"
        again = now + timedelta(seconds=delay_s(attempts)) if attempts < ATTEMPTS else None
        event = delivery.event
        self._results.failed.append(Failure(id=event.id, attempts=attempts, reason=reason, at=now, next_at=again))
        self._metrics.deliveries.labels("failed" if again else "set_aside").inc()
        log.info("delivery_failed", delivery_id=event.id, lane=delivery.lane, attempts=attempts, problem=reason)
        if again is None:
            self._set_aside(delivery, reason)

    def _set_aside(self, delivery: Delivery, reason: str) -> None:
        log.error("delivery_set_aside", delivery_id=delivery.event.id, lane=delivery.lane, problem=reason)
        if delivery.webhook_id not in self._troubled:  # said once until something is taken again
            self._troubled.add(delivery.webhook_id)
            self._alert(
                "delivery_set_aside",
                f"webhook {delivery.webhook_id} did not take an event in {ATTEMPTS} attempts ({reason}): mend the "
                f"receiver, then run `waihu webhook again {delivery.webhook_id}`",
            )

    # ---- what became of them ---------------------------------------------------------------------------------------

    async def _write(self) -> None:
        """Write results down; those that come while a transaction is under way share the next one."""
        async with self._writing:
            results, self._results = self._results, _Results()
            if not results:
                return
            try:
                await settle(self._store, results.taken, results.failed)
            except StoreError:
                self._results.taken += results.taken
                self._results.failed += results.failed
                raise
            finally:
                self._written_s = self._clock.monotonic()


def _chains(due: list[Delivery], probing: bool) -> deque[list[Delivery]]:
    """Return what is due, by key; of a receiver that was away, the one event that has failed least."""
    chains = [list(those) for _, those in groupby(sorted(due, key=_key_and_seq), key=_key)]
    if probing and chains:
        fewest = min(chains, key=_failures)
        return deque([fewest[:1]])
    return deque(sorted(chains, key=_first))


def _key(delivery: Delivery) -> str:
    return delivery.event.key


def _key_and_seq(delivery: Delivery) -> tuple[str, int]:
    return delivery.event.key, delivery.seq


def _failures(chain: list[Delivery]) -> tuple[int, int]:
    return chain[0].attempts, chain[0].seq


def _first(chain: list[Delivery]) -> int:
    return chain[0].seq
