"""Machines are left their campaign's message, once; people never are."""

from pathlib import Path
from typing import Any

import pytest
from tests.services.world import World, numbers, world

from waihu.services.voicemail import SOUND_LIMIT_S
from waihu.testing.fake_speaker import FakeSpeaker
from waihu.testing.virtual_loop import in_virtual_time
from waihu_models import commands as do
from waihu_models.call import CallState, Voicemail
from waihu_models.errors import LegGone, NotSpoken, SwitchRefused, SwitchTimeout
from waihu_models.outcome import Outcome

TEXT = "This is Example Limited. Please call us back."


def rules(**changes: Any) -> dict[str, Any]:
    return {"screening": True, "voicemail": TEXT, **changes}


def messages(w: World) -> list[do.LeaveMessage]:
    return [command for _, command in w.switch.given if isinstance(command, do.LeaveMessage)]


async def over(w: World) -> None:
    await w.log_in()
    await w.dial()
    await w.until(lambda: w.calls and w.call.state is CallState.ENDED, 120.0, "the call is over")


@in_virtual_time
async def test_a_machine_is_left_the_message_and_hung_up(database: Path) -> None:
    speaker = FakeSpeaker()
    async with world(database, numbers(1, "01"), speaker=speaker, **rules(speech_language="zh-cn")) as w:
        await over(w)
        assert (w.call.outcome, w.call.voicemail) == (Outcome.MACHINE, Voicemail.LEFT)
        assert (await w.stored(w.call)).voicemail is Voicemail.LEFT
        assert len(messages(w)) == 1
        assert [(one.text, one.language) for one in speaker.spoken] == [(TEXT, "zh")]
        assert w.count(w.app.metrics.illegal) == 0
        assert w.count(w.app.metrics.stuck) == 0


@in_virtual_time
async def test_a_person_gets_an_agent_and_no_message(database: Path) -> None:
    async with world(database, numbers(1, "00"), **rules()) as w:
        await w.log_in()
        await w.dial()
        await w.connected()
        assert not messages(w)


@pytest.mark.parametrize("changes", [{"voicemail": ""}, {"screening": False}])
@in_virtual_time
async def test_without_a_message_or_detection_nothing_is_left(database: Path, changes: dict[str, Any]) -> None:
    async with world(database, numbers(1, "01"), **rules(**changes)) as w:
        await over(w)
        assert not messages(w)
        assert w.call.voicemail is Voicemail.NONE


@in_virtual_time
async def test_a_machine_is_hung_up_where_nothing_can_be_said_in_time(database: Path) -> None:
    speaker = FakeSpeaker()
    speaker.failure = NotSpoken("out of order")
    async with world(database, numbers(1, "01"), speaker=speaker, **rules()) as w:
        await over(w)
        assert (w.call.outcome, w.call.voicemail) == (Outcome.MACHINE, Voicemail.FAILED)
        assert not messages(w)


@in_virtual_time
async def test_a_machine_waits_for_no_slow_engine(database: Path) -> None:
    async with world(database, numbers(1, "01"), speaker=FakeSpeaker(takes_s=SOUND_LIMIT_S + 6.0), **rules()) as w:
        await over(w)
        assert w.call.voicemail is Voicemail.FAILED


@pytest.mark.parametrize("error", [SwitchRefused("no"), SwitchTimeout("late"), LegGone("gone")])
@in_virtual_time
async def test_a_message_the_exchange_does_not_take_ends_the_call(database: Path, error: Exception) -> None:
    async with world(database, numbers(1, "01"), **rules()) as w:
        w.switch.fail_next(do.LeaveMessage, error)  # type: ignore[arg-type]
        await over(w)
        assert (w.call.outcome, w.call.voicemail) == (Outcome.MACHINE, Voicemail.FAILED)


@in_virtual_time
async def test_a_machine_that_hangs_up_meanwhile_was_left_nothing(database: Path) -> None:
    async with world(database, numbers(1, "09"), **rules()) as w:  # it talks for 9 s
        await over(w)
        assert (w.call.outcome, w.call.voicemail) == (Outcome.MACHINE, Voicemail.WANTED)
