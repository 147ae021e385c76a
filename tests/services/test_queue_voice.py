"""What callers hear while they wait, and how true it is."""

from asyncio import get_running_loop
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from tests.services.queue_world import CARE, OURS, calls_in, number, queue_world, talking_with
from tests.services.world import FIRST, some_agents

from waihu.testing.fake_speaker import FakeSpeaker
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import commands as do
from waihu_models.call import CallState
from waihu_models.errors import NotSpoken, SwitchRefused
from waihu_models.events import CallChanged
from waihu_models.outcome import Outcome

TOLD = replace(CARE, announce_every_s=30.0, patience_s=7200.0)


def said(speaker: FakeSpeaker) -> list[str]:
    return [saying.text for saying in speaker.spoken]


@in_virtual_time
async def test_place_and_wait_are_said_at_once_and_then_at_intervals_with_music_between(database: Path) -> None:
    speaker = FakeSpeaker()
    async with queue_world(database, [TOLD], speaker=speaker) as w:
        await w.log_in()
        w.app.agents.pause(FIRST, "break")
        await w.after(1.0)
        first = await calls_in(w, 1)
        second = await calls_in(w, 2)
        await w.after(8.0)
        assert said(speaker) == ["You are next in line.", "You are number 2 in line."]
        w.switch.far_end_hangs_up(first.leg_id)
        await w.after(30.0)
        heard = [
            type(command).__name__
            for _, command in w.switch.given
            if getattr(command, "leg_id", None) == second.leg_id and isinstance(command, do.Play | do.StartMusic)
        ]
        assert heard == ["StartMusic", "Play", "StartMusic", "Play", "StartMusic"]
        plays = [command.media for _, command in w.switch.given if isinstance(command, do.Play)]
        assert plays.count(plays[0]) == 2, "who has moved up is told so"


@in_virtual_time
async def test_a_welcome_comes_before_the_place_and_in_the_language_of_the_queue(database: Path) -> None:
    speaker = FakeSpeaker()
    chinese = replace(TOLD, welcome="欢迎致电。", language="zh")
    async with queue_world(database, [chinese], speaker=speaker) as w:
        await w.log_in()
        w.app.agents.pause(FIRST, "break")
        await w.after(1.0)
        call = await calls_in(w, 1)
        await w.after(8.0)
        assert said(speaker)[0] == "欢迎致电。"
        assert len(said(speaker)) == 2
        assert {saying.language for saying in speaker.spoken} == {"zh"}
        assert call.language == "zh"


@in_virtual_time
async def test_an_agent_who_comes_during_an_announcement_is_heard_at_once(database: Path) -> None:
    async with queue_world(database, [replace(TOLD, welcome="W" * 300)]) as w:  # takes twenty seconds
        await w.log_in()
        w.app.agents.pause(FIRST, "break")
        await w.after(1.0)
        call = await calls_in(w, 1)
        await w.until(lambda: w.calls[call.id].announcement, 5.0)
        await w.after(1.0)
        w.app.agents.available(FIRST)
        await w.until(lambda: talking_with(w, FIRST) == number(1), 0.2)
        kinds = [type(c).__name__ for _, c in w.switch.given if getattr(c, "leg_id", None) == call.leg_id]
        assert kinds[-4:-1] == ["StopPlaying", "StopMusic", "Join"]


@in_virtual_time
async def test_what_cannot_be_spoken_or_played_costs_nobody_their_place(database: Path) -> None:
    speaker = FakeSpeaker()
    speaker.failure = NotSpoken("no voice")
    async with queue_world(database, [TOLD], speaker=speaker) as w:
        await w.log_in()
        w.app.agents.pause(FIRST, "break")
        await w.after(1.0)
        silent = await calls_in(w, 1)
        await w.after(40.0)
        assert w.calls[silent.id].state is CallState.WAITING
        speaker.failure = None
        w.switch.fail_next(do.Play, SwitchRefused("no"))
        refused = await calls_in(w, 2)
        await w.after(5.0)
        assert w.calls[refused.id].state is CallState.WAITING
        w.app.agents.available(FIRST)
        await w.until(lambda: talking_with(w, FIRST) == number(1), 2.0)


@in_virtual_time
async def test_announced_waits_are_within_thirty_percent_of_real_ones_on_average(database: Path) -> None:
    """Fifty callers at once for five agents, with calls of differing lengths, after a morning of ordinary calls."""
    dice = Random(4)
    async with queue_world(database, [TOLD], agents=some_agents(5, wrap_limit_s=10.0)) as w:
        waits: dict[str, tuple[float | None, float]] = {}

        def talks(change: CallChanged) -> None:
            call = change.call
            if change.entered is CallState.CONNECTED:
                assert call.connected_at is not None
                assert call.queue_since is not None
                waits[call.number_e164] = call.announced_wait_s, (call.connected_at - call.queue_since).total_seconds()
                get_running_loop().call_later(dice.uniform(60.0, 240.0), w.switch.far_end_hangs_up, call.leg_id)

        w.app.bus.subscribe(CallChanged, talks)
        await w.log_in()
        for index in range(100, 140):
            w.switch.call_in(OURS, number(index))
            await w.after(30.0)
        await w.until(lambda: len(waits) == 40, 2000.0)
        for index in range(50):
            w.switch.call_in(OURS, number(index))
        await w.until(lambda: len(w.ended) == 90, 4000.0)
        assert {call.outcome for call in w.ended} == {Outcome.ANSWERED}, "none is lost"
        told = [(told, real) for who, (told, real) in waits.items() if int(who[-4:]) < 50 and told is not None]
        assert len(told) > 40
        errors = [abs(announced - real) / real for announced, real in told]
        assert sum(errors) / len(errors) < 0.3


@in_virtual_time
async def test_callers_who_give_up_shorten_the_wait_that_is_expected_of_the_others(database: Path) -> None:
    async with queue_world(database, agents=some_agents(1, wrap_limit_s=5.0)) as w:
        await w.log_in()
        figures = w.app.queues.desk.figures
        for index in range(3):
            await calls_in(w, index)
        await w.after(40.0)
        assert figures.leave_per_s("care") == 0.0, "nobody has given up"
        waiting = w.in_state(CallState.WAITING)
        assert len(waiting) == 2
        w.switch.far_end_hangs_up(waiting[0].leg_id)
        await w.after(1.0)
        (served,) = w.in_state(CallState.CONNECTED)
        first_s = (served.connected_at - served.queue_since).total_seconds()
        assert figures.leave_per_s("care") == pytest.approx(1 / (first_s + 40.0), rel=0.1)
