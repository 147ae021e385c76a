"""Queues on the wall: who waits, who could take them, how the day went, and who may see it."""

from datetime import timedelta
from pathlib import Path

from tests.services.queue_world import CARE, calls_in, queue, queue_world, set_queue, takes
from tests.services.test_wallboard import EVERYBODY, fresh_board
from tests.services.world import FIRST, SECOND, World

from waihu.services.wallboard_queues import NOTHING, QueueCount, Stay, count_of
from waihu.services.wallboard_view import Walls, WallScope
from waihu.store.agents import set_agent_team
from waihu.store.audit import By
from waihu.testing.factories import NOON
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.agent import AgentState
from waihu_models.live import LiveQueue, LiveState
from waihu_models.live_events import encode
from waihu_models.queue import Abilities


def stay(wait_s: float | None, *, over: bool = False) -> Stay:
    return Stay("care", NOON, None if wait_s is None else NOON + timedelta(seconds=wait_s), over)


def test_a_caller_counts_as_answered_in_time_answered_late_or_abandoned() -> None:
    assert count_of(stay(20.0), 20.0) == QueueCount(answered=1, in_time=1)
    assert count_of(stay(20.1), 20.0) == QueueCount(answered=1)
    assert count_of(stay(None, over=True), 20.0) == QueueCount(abandoned=1)
    assert count_of(stay(None), 20.0) == NOTHING, "still waits"
    assert count_of(stay(-5.0), 20.0) == NOTHING, "was passed on by an agent"
    assert count_of(Stay("", None, NOON, over=True), 20.0) == NOTHING


def wall(w: World, scope: WallScope = EVERYBODY) -> LiveState:
    w.app.live.board.refresh()
    return Walls(w.app.live.board).picture(scope)


def care(w: World) -> LiveQueue:
    return wall(w).queues["care"]


async def free_again(w: World) -> None:
    await w.until(lambda: w.agent().state is AgentState.AVAILABLE, 60.0)


@in_virtual_time
async def test_who_waits_and_who_could_take_them_is_shown_now(database: Path) -> None:
    async with queue_world(database, agents=2) as w:
        assert (care(w).able, care(w).free, care(w).waiting) == (0, 0, 0)
        await w.log_in()
        assert (care(w).able, care(w).free) == (2, 2)
        w.app.agents.pause(SECOND, "lunch")
        await w.until(lambda: w.agent(SECOND).state is AgentState.PAUSED)
        assert (care(w).able, care(w).free) == (1, 1), "who pauses takes nobody"
        await calls_in(w, 1)
        await w.connected()
        second = await calls_in(w, 2)
        await w.after(4.0)
        await calls_in(w, 3)
        row = care(w)
        assert (row.waiting, row.waits_since, row.able, row.free) == (2, second.queue_since, 1, 0)
        assert b"44163296" not in encode(wall(w).queues), "no caller can be told"
        await set_queue(w, "care", enabled=False, title="Care desk")
        assert (care(w).open, care(w).title) == (False, "Care desk")


@in_virtual_time
async def test_the_day_of_a_queue_is_counted_and_a_fresh_wall_reads_the_same(database: Path) -> None:
    late_in_the_day = NOON + timedelta(hours=11, minutes=57)
    care_desk = queue("care", service_level_s=10.0)
    async with queue_world(database, [care_desk], agents=1, start=late_in_the_day) as w:
        await w.log_in()
        await calls_in(w, 1, talks_s=30.0)  # is taken at once
        await w.connected()
        await calls_in(w, 2, talks_s=60.0)  # is taken too late
        await calls_in(w, 3, talks_s=3.0)  # gives up
        await w.until(lambda: len(w.ended) == 3, 200.0)
        await free_again(w)
        row = care(w)
        assert (row.answered, row.in_time, row.abandoned, row.waiting) == (2, 1, 1, 0)
        assert row.in_time_ratio == 1 / 3
        fresh = await fresh_board(w)
        assert fresh.queues.rows["care"] == row
        await w.after(180.0)
        assert (care(w).answered, care(w).in_time_ratio) == (0, None), "a new day has begun"


@in_virtual_time
async def test_supervisors_see_the_queues_their_agents_belong_to(database: Path) -> None:
    async with queue_world(database, [CARE, queue("sales"), queue("nobodys")], agents=2) as w:
        await takes(w, FIRST, Abilities(queues=frozenset({"care"})))
        await takes(w, SECOND, Abilities(queues=frozenset({"sales"})))
        await set_agent_team(w.app.store, FIRST, "north")
        await set_agent_team(w.app.store, SECOND, "south")
        await w.app.live.board.teams.refresh()
        assert set(wall(w).queues) == {"care", "sales", "nobodys"}
        assert set(wall(w, WallScope(team_id="north")).queues) == {"care"}
        assert set(wall(w, WallScope(team_id="south")).queues) == {"sales"}
        await w.app.queues.shelf.remove("nobodys", 1, By("test", w.now))
        assert set(wall(w).queues) == {"care", "sales"}
