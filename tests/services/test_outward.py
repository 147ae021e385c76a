"""Deliveries: at least once, in order by key, and no receiver holds up another one."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from waihu.metrics import Metrics
from waihu.services import outward
from waihu.services.back_off import delay_s
from waihu.services.outbox_upkeep import Keep, OutboxUpkeep
from waihu.services.outward import LONGEST_REST_S, WINDOW, Outward, Sink
from waihu.store.audit import By
from waihu.store.deliveries import deliveries_of, send_again, waiting
from waihu.store.outbox import span
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.store.webhooks import add_webhook, change_webhook, remove_webhook, webhook, webhooks
from waihu.testing.factories import NOON
from waihu.testing.fake_sink import FakeSink
from waihu.testing.virtual_loop import VirtualClock, in_virtual_time
from waihu.testing.waiting import until
from waihu_models.errors import DeliveryFailed
from waihu_models.ids import new_id
from waihu_models.outward import DeliveryState, OutwardEvent, Webhook

from .receiver import receiver

BY = By("test", NOON)
AWAY, REFUSED = DeliveryFailed("status 503"), DeliveryFailed("status 400", answered=True)


@dataclass
class Post:
    """A store, receivers by webhook id, and what delivers between them."""

    store: Store
    clock: VirtualClock
    sinks: dict[str, Sink] = field(default_factory=dict)
    alerts: list[tuple[str, str]] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)
    running: "asyncio.Task[None] | None" = None

    async def wants(self, *topics: str, sink: FakeSink | None = None) -> FakeSink:
        sink = sink or FakeSink()
        hook = Webhook(id=new_id(), name="crm", url="https://crm.test/", topics=topics or ("*",), created_at=NOON)
        await add_webhook(self.store, hook, "secret", BY)
        self.sinks[hook.id] = sink
        return sink

    def id_of(self, sink: FakeSink) -> str:
        return next(name for name, one in self.sinks.items() if one is sink)

    async def happens(self, keys: Collection[str], topic: str = "call.ended", **payload: Any) -> None:
        unit = Unit()
        for number, key in enumerate(keys):
            unit.add_outbox(topic, key, {"n": number, **payload}, self.clock.now())
        await self.store.commit(unit)

    async def find(self, webhook_id: str) -> Sink:
        return self.sinks[webhook_id]

    def start(self) -> None:
        made = Outward(
            self.store, self.clock, self.metrics, self.find, str, lambda code, text: self.alerts.append((code, text))
        )
        self.running = asyncio.create_task(made.run())

    async def stop(self) -> None:
        if self.running is not None:
            self.running.cancel()
            await asyncio.wait({self.running})
            self.running = None

    async def until(self, reached: Callable[[], Any], limit_s: float = 30.0) -> None:
        """Look now and then; rarely where it may take hours."""
        for _ in range(300):
            if reached():
                return
            await asyncio.sleep(limit_s / 300)
        assert reached(), f"not within {limit_s} s"


@asynccontextmanager
async def post(database: Path) -> AsyncIterator[Post]:
    store = await Store.open(f"sqlite+aiosqlite:///{database}")
    made = Post(store, VirtualClock())
    try:
        yield made
    finally:
        await made.stop()
        await store.close()


def keys(sink: FakeSink) -> list[str]:
    return [event.key for event in sink.taken]


# ---- what arrives --------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_each_receiver_gets_what_it_wants_from_when_it_wanted_it(database: Path) -> None:
    async with post(database) as made:
        await made.happens(["before"])
        all_, ended = await made.wants("*"), await made.wants("call.ended", "lead.*")
        made.start()
        await made.happens(["c1"], "call.ended")
        await made.happens(["c1"], "call.wrap_up")
        await made.happens(["l1"], "lead.stepped")
        await made.until(lambda: len(all_.taken) == 3 and len(ended.taken) == 2)
        late = await made.wants("*")
        await made.happens(["c2"], "call.ended")
        await made.until(lambda: len(late.taken) == 1 and len(all_.taken) == 4 and len(ended.taken) == 3)
        assert keys(ended) == ["c1", "l1", "c2"]
        assert keys(late) == ["c2"]
        assert await waiting(made.store) == {}


@in_virtual_time
async def test_a_like_topic_is_another_topic(database: Path) -> None:
    async with post(database) as made:
        sink = await made.wants("do_not_call.*", "call.*")
        made.start()
        for topic in ("doXnot_call.added", "call_task.done", "do_not_call.added"):
            await made.happens([topic], topic)
        await made.until(lambda: sink.taken)
        assert keys(sink) == ["do_not_call.added"]


@in_virtual_time
async def test_events_of_one_key_arrive_in_order_whatever_fails(database: Path) -> None:
    tried: Counter[str] = Counter()

    def every_third_time(event: OutwardEvent) -> DeliveryFailed | None:
        tried[event.id] += 1
        return REFUSED if tried[event.id] < 3 and event.payload["n"] % 4 == 0 else None

    async with post(database) as made:
        sink = await made.wants(sink=FakeSink(every_third_time))
        made.start()
        await made.happens([f"c{n % 7}" for n in range(300)])
        await made.until(lambda: len(sink.taken) == 300, 600.0)
        for key in set(keys(sink)):
            order = [event.payload["n"] for event in sink.taken if event.key == key]
            assert order == sorted(order)
        assert len({event.id for event in sink.taken}) == 300


@in_virtual_time
async def test_what_is_tried_again_has_the_same_id_and_comes_later_and_later(database: Path) -> None:
    async with post(database) as made:
        at: list[float] = []

        def not_yet(event: OutwardEvent) -> DeliveryFailed | None:
            at.append(made.clock.monotonic())
            return REFUSED if len(at) < 6 else None

        sink = await made.wants(sink=FakeSink(not_yet))
        made.start()
        await made.happens(["c1"])
        await made.until(lambda: sink.taken, 3600.0)
        assert len({event.id for event in sink.asked}) == 1
        waits = [later - sooner for sooner, later in pairwise(at)]
        assert waits == sorted(waits)
        assert 60 < waits[-1] < 300


def test_waits_grow_up_to_a_limit_and_half_of_them_is_chance() -> None:
    assert [delay_s(n, chance=lambda: 1.0) for n in (1, 2, 3, 7, 1000)] == [1, 4, 16, 3600, 3600]
    assert delay_s(3, chance=lambda: 0.0) == 8
    assert delay_s(40, 60.0, 2.0, lambda: 1.0) == 60


# ---- poison --------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_what_is_never_taken_is_set_aside_with_the_reason_and_the_others_go_on(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outward, "ATTEMPTS", 4)  # the hours until the twelfth tell nothing more
    async with post(database) as made:
        sink = await made.wants(sink=FakeSink(lambda event: REFUSED if event.key == "bad" else None))
        made.start()
        await made.happens(["bad", "good", "bad", "fine"])
        await made.until(lambda: len(sink.taken) == 2, 5.0)  # nothing waits for the bad one
        assert sorted(keys(sink)) == ["fine", "good"]
        webhook_id = made.id_of(sink)

        def set_aside() -> float:
            return float(made.metrics.deliveries.labels("set_aside")._value.get())

        await made.until(lambda: set_aside() == 2, 600.0)
        await asyncio.sleep(2.0)
        found = await deliveries_of(made.store, webhook_id, DeliveryState.SET_ASIDE, 0, 10)
        assert [(one.event.payload["n"], one.attempts, one.reason) for one in found] == [
            (0, 4, "status 400"),
            (2, 4, "status 400"),
        ]
        assert [code for code, _ in made.alerts] == ["delivery_set_aside"]  # once, not for each of them
        assert webhook_id in made.alerts[0][1]
        sink.behaviour = lambda _: None
        assert await send_again(made.store, webhook_id, None, made.clock.now()) == 2
        await made.until(lambda: len(sink.taken) == 4)
        assert [event.payload["n"] for event in sink.taken if event.key == "bad"] == [0, 2]


# ---- receivers that are away ---------------------------------------------------------------------------------------


@in_virtual_time
async def test_one_who_is_away_is_asked_now_and_then_and_gets_everything_when_back(database: Path) -> None:
    async with post(database) as made:
        sink = await made.wants(sink=FakeSink(lambda _: AWAY))
        made.start()
        await made.happens([f"c{n}" for n in range(800)])
        await asyncio.sleep(600.0)
        assert len(sink.asked) < 600 / (LONGEST_REST_S / 2) + 20  # asked with one event, not with eight hundred
        found = (await waiting(made.store))[made.id_of(sink)]
        assert (found.pending, found.set_aside) == (WINDOW, 0)  # the others are still in the outbox
        sink.behaviour = lambda _: None
        await made.until(lambda: len(sink.taken) == 800, 2 * LONGEST_REST_S)
        await made.until(lambda: len(set(keys(sink))) == 800)


class Hanging(FakeSink):
    async def deliver(self, event: OutwardEvent) -> None:
        self.asked.append(event)
        await asyncio.Event().wait()


@in_virtual_time
async def test_one_who_hangs_holds_up_nobody_else(database: Path) -> None:
    async with post(database) as made:
        stuck, quick = await made.wants(sink=Hanging()), await made.wants()
        made.start()
        await made.happens([f"c{n}" for n in range(50)])
        await made.until(lambda: len(quick.taken) == 50, 2.0)
        assert stuck.taken == []
        await asyncio.sleep(120.0)
        found = await deliveries_of(made.store, made.id_of(stuck), DeliveryState.PENDING, 0, 100)
        assert len(found) == 50
        assert any(one.reason == "no answer within 15 s" for one in found)


@in_virtual_time
async def test_one_that_is_paused_hears_nothing_and_then_what_it_missed(database: Path) -> None:
    async with post(database) as made:
        sink = await made.wants()
        webhook_id = made.id_of(sink)
        await change_webhook(made.store, webhook_id, 1, {"paused": True}, BY)
        made.start()
        await made.happens(["c1", "c2"])
        await asyncio.sleep(60.0)
        assert sink.asked == []
        await change_webhook(made.store, webhook_id, 2, {"paused": False}, BY)
        await made.until(lambda: keys(sink) == ["c1", "c2"], 10.0)


@in_virtual_time
async def test_one_that_is_taken_away_leaves_nothing_behind(database: Path) -> None:
    async with post(database) as made:
        sink = await made.wants(sink=FakeSink(lambda _: AWAY))
        made.start()
        await made.happens(["c1", "c2"])
        await made.until(lambda: sink.asked)
        await remove_webhook(made.store, made.id_of(sink), 1, BY)
        await asyncio.sleep(600.0)
        assert await waiting(made.store) == {}
        assert await webhooks(made.store) == []


# ---- restarts ------------------------------------------------------------------------------------------------------


@in_virtual_time
async def test_after_a_restart_everything_that_was_not_taken_comes(database: Path) -> None:
    async with post(database) as made:
        sink = await made.wants(sink=FakeSink(lambda event: None if event.payload["n"] < 10 else AWAY))
        made.start()
        await made.happens([f"c{n}" for n in range(40)])
        await made.until(lambda: len(sink.taken) == 10)
        await made.stop()
        await made.happens(["while it was down"])
        sink.behaviour = lambda _: None
        made.start()
        await made.until(lambda: len(set(keys(sink))) == 41, 120.0)
        assert len(sink.taken) == 41  # what was taken was written down at the end


@pytest.mark.timeout(60)
async def test_killed_in_the_middle_of_deliveries_nothing_is_lost(database: Path) -> None:
    """Three times a real program is killed while it delivers to a real server."""
    url, count = f"sqlite+aiosqlite:///{database}", 400
    async with receiver() as server:

        async def takes_its_time(_: Any) -> Any:
            await asyncio.sleep(0.01)
            return server_answer()

        def server_answer() -> Any:
            from aiohttp import web

            return web.Response(status=204)

        server.behaviours["/hook"] = takes_its_time
        store = await Store.open(url)
        hook = Webhook(id="hook", name="crm", url=server.url + "/hook", topics=("*",), created_at=NOON)
        await add_webhook(store, hook, "secret", BY)
        unit = Unit()
        for number in range(count):
            unit.add_outbox("call.ended", f"c{number % 20}", {"n": number}, NOON)
        await store.commit(unit)
        await store.close()
        for kills in range(1, 5):
            program = subprocess.Popen(  # noqa: ASYNC220
                [sys.executable, str(Path(__file__).with_name("delivering_program.py")), url]
            )
            try:
                enough = count if kills == 4 else kills * 60
                await until(lambda: len({one.told["id"] for one in server.requests}) >= enough, 30.0)  # noqa: B023
            finally:
                os.kill(program.pid, signal.SIGKILL)
                program.wait()
        numbers = [one.told["data"]["n"] for one in server.requests]
        assert set(numbers) == set(range(count))
        firsts = list(dict.fromkeys(numbers))
        for key in range(20):
            mine = [number for number in firsts if number % 20 == key]
            assert mine == sorted(mine)
        ids = {one.told["id"]: one.told["data"]["n"] for one in server.requests}
        assert len(ids) == count  # what came twice came under the same id
        assert len(numbers) < count * 1.5


# ---- the outbox stays short ----------------------------------------------------------------------------------------


def upkeep(made: Post, days: float = 7.0, most: int = 1000) -> OutboxUpkeep:
    alert = made.alerts.append
    return OutboxUpkeep(made.store, made.clock, made.metrics, Keep(days, most), lambda *said: alert(said))


@in_virtual_time
async def test_without_anybody_who_wants_it_the_outbox_is_pruned_by_age_alone(database: Path) -> None:
    async with post(database) as made:
        await made.happens([f"old{n}" for n in range(700)])
        await asyncio.sleep(timedelta(days=5).total_seconds())
        await made.happens(["young"])
        assert await upkeep(made).prune() == 0
        await asyncio.sleep(timedelta(days=3).total_seconds())
        keeper = upkeep(made)
        assert await keeper.prune() == 700
        await keeper.measure()
        assert (await span(made.store)).events == made.metrics.outbox_events._value.get() == 1


@in_virtual_time
async def test_what_somebody_was_not_told_of_stays_until_there_is_too_much(database: Path) -> None:
    async with post(database) as made:
        sink = await made.wants(sink=FakeSink(lambda _: AWAY))
        await made.happens([f"c{n}" for n in range(900)])
        await asyncio.sleep(timedelta(days=8).total_seconds())
        assert await upkeep(made).prune() == 0
        assert (await span(made.store)).waiting == 900
        await made.happens([f"d{n}" for n in range(900)])
        assert await upkeep(made).prune() == 800
        assert [code for code, _ in made.alerts] == ["events_missed"]
        assert (await span(made.store)).events == 1000
        sink.behaviour = lambda _: None
        made.start()
        await made.until(lambda: len(sink.taken) == 1000, 120.0)
        assert (await webhook(made.store, made.id_of(sink))).position == 1800


@in_virtual_time
async def test_after_everything_was_pruned_a_newcomer_starts_from_now(database: Path) -> None:
    async with post(database) as made:
        await made.happens(["old"])
        await asyncio.sleep(timedelta(days=8).total_seconds())
        assert await upkeep(made).prune() == 1
        sink = await made.wants()
        made.start()
        await made.happens(["new"])
        await made.until(lambda: sink.taken)
        assert keys(sink) == ["new"]
