"""A marked change of how somebody speaks is told at once, kept with its place, and shown to supervisors."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.services.test_live_feed import ADMIN, AGENT, Screen, feed_of
from tests.services.words_bench import Watched, watched
from tests.services.world import numbers, world

from waihu.services import tension_watch
from waihu.services.tension_watch import KEPT_S, TensionWatch
from waihu.speech.ear_words import Measured
from waihu.store.tension import marks_of, measures_of
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models.events import TensionMarked
from waihu_models.ids import CallId
from waihu_models.tension import Measure, SideMeasure, TensionMark
from waihu_models.transcript import Side


def customers_only(side: Side) -> bool:
    return side is Side.CUSTOMER


class Sounds:
    """A watch on the calls of a world, and ears that say how they sound."""

    def __init__(self, made: Watched, counts: Callable[[Side], bool] = customers_only) -> None:
        app = made.w.app
        self._of = made
        self.watch = TensionWatch(
            tension_watch.Around(bus=app.bus, clock=app.clock, calls=app.calls, writes=made.words.writes, counts=counts)
        )
        made.heard.listening.on_measured.append(self.watch.measured)
        self.marks: list[TensionMark] = []
        app.bus.subscribe(TensionMarked, lambda event: self.marks.append(event.mark))

    async def sound(self, stream: str, level_db: float, seconds: int, from_s: int = 0) -> None:
        for second in range(from_s + 1, from_s + seconds + 1):
            self._of.heard.ears.on_said(
                Measured(stream_id=stream, end_s=float(second), speech_s=0.8, level_db=level_db, pitch_hz=180.0)
            )
            await self._of.w.after(1.0)


@in_virtual_time
async def test_a_customer_who_gets_loud_is_marked_told_and_kept_with_the_place(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        sounds = Sounds(made)
        call, customer, _ = await made.talk()
        await sounds.sound(customer, -30.0, 20)
        assert sounds.marks == []
        await sounds.sound(customer, -15.0, 8, from_s=20)
        (mark,) = sounds.marks
        assert (mark.call_id, mark.agent_id, mark.side, mark.measure) == (
            call.id, call.agent_id, Side.CUSTOMER, Measure.LEVEL,
        )  # fmt: skip
        assert (mark.value, mark.baseline) == (-15.0, -30.0)
        assert 22.0 < mark.start_s <= 28.0
        await w.written()
        assert await marks_of(w.app.store, call.id) == [mark]


@in_virtual_time
async def test_a_mark_is_an_alert_of_supervisors_and_nothing_an_agent_sees(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        sounds = Sounds(made)
        feed = await feed_of(w)
        wall, desk = Screen(feed, ADMIN, "wall"), Screen(feed, AGENT, "desk")
        _, customer, _ = await made.talk()
        await sounds.sound(customer, -30.0, 20)
        await sounds.sound(customer, -15.0, 8, from_s=20)
        await w.after(1.0)
        await wall.take()
        await desk.take()
        assert "level -30 → -15" in str(wall.state)
        assert "level -30" not in str(desk.state)


@pytest.mark.parametrize("wanted", [False, True])
@in_virtual_time
async def test_agents_are_measured_only_where_that_is_wanted(database: Path, wanted: bool) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        sounds = Sounds(made, lambda side: wanted or customers_only(side))
        _, _, agent = await made.talk()
        await sounds.sound(agent, -30.0, 20)
        await sounds.sound(agent, -15.0, 8, from_s=20)
        assert bool(sounds.marks) is wanted


@in_virtual_time
async def test_figures_are_kept_once_a_call_is_over_and_nothing_of_it_stays_in_memory(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        sounds = Sounds(made)
        call, customer, agent = await made.talk()
        await sounds.sound(customer, -30.0, 20)
        await made.say(customer, "I want a refund", "no", start_s=2.0, gap_s=5.0)
        await made.say(agent, "good morning to you", start_s=0.0)
        await made.hang_up(call)
        await w.after(60.0)
        await w.written()
        found = {(one.side, one.measure): one for one in await measures_of(w.app.store, call.id)}
        assert {side for side, _ in found} == {Side.CUSTOMER}
        level = found[Side.CUSTOMER, Measure.LEVEL]
        assert level == SideMeasure(
            call_id=call.id, side=Side.CUSTOMER, measure=Measure.LEVEL, value=-30.0, baseline=-30.0, samples=20
        )
        assert 0 < found[Side.CUSTOMER, Measure.TALK_RATIO].value < 1
        assert len(sounds.watch) == 0


@in_virtual_time
async def test_figures_of_a_call_that_has_just_ended_are_kept_when_the_program_ends(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        sounds = Sounds(made)
        call, customer, _ = await made.talk()
        await sounds.sound(customer, -30.0, 5)
        await made.hang_up(call)
        await w.until(lambda: w.app.calls.get(call.id) is None, 60.0)
        sounds.watch.close()
        await w.written()
        assert [one.measure for one in await measures_of(w.app.store, call.id)] == [Measure.LEVEL, Measure.PITCH]
        await w.after(2 * KEPT_S)
        assert len(sounds.watch) == 0


@in_virtual_time
async def test_what_is_measured_of_a_call_nobody_knows_is_left_alone(database: Path) -> None:
    async with world(database, numbers(1)) as w:
        made = await watched(w)
        sounds = Sounds(made)
        said = Measured(stream_id="0" * 32, end_s=1.0, speech_s=1.0, level_db=-3.0, pitch_hz=100.0)
        await w.after(1.0)
        sounds.watch.measured(CallId("nobody"), Side.CUSTOMER, said)
        assert len(sounds.watch) == 0
