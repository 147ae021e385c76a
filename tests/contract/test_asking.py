"""Somebody is asked for a key, on the fake and on Asterisk alike."""

import asyncio
from pathlib import Path

import pytest
from tests.contract.bench import LONG, MACHINE, Bench, contract

from waihu.telephony import tones
from waihu.testing.waiting import until
from waihu_models import commands as do
from waihu_models import signals as sig
from waihu_models.errors import BadInput, LegGone
from waihu_models.ids import LegId, PlaybackId


def sound(bench: Bench, length_s: float = 1.0) -> str:
    path: Path = bench.recordings / f"prompt-{round(1000 * length_s)}"
    tones.write_wav(path.with_suffix(".wav"), tones.tone([600.0], length_s))
    return str(path)


async def chosen(bench: Bench, leg: LegId, times: int = 1) -> list[str]:
    await until(lambda: len(bench.all(sig.LegChose, leg)) == times, 30.0, f"{times} answers")
    return [said.key for said in bench.all(sig.LegChose, leg)]


@contract
async def test_a_key_cuts_the_prompt_short_and_is_told(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    await bench.do(do.Ask(leg_id=leg, sound=sound(bench, 20.0), keys="12*"))
    await bench.press(leg, "2")
    assert await chosen(bench, leg) == ["2"]
    await bench.do(do.Ask(leg_id=leg, sound=sound(bench), keys="12*"))
    await bench.press(leg, "*")
    assert await chosen(bench, leg, 2) == ["2", "*"]


@contract
async def test_who_presses_nothing_is_asked_as_often_as_wished_and_then_given_up(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    await bench.do(do.Ask(leg_id=leg, sound=sound(bench), keys="1", tries=2, wait_s=1))
    assert await chosen(bench, leg) == [""]
    asked_s = (bench.all(sig.LegChose, leg)[0].at - bench.all(sig.LegEntered, leg)[0].at).total_seconds()
    assert asked_s >= 3.5


@contract
async def test_wrong_keys_are_counted_and_a_right_one_still_answers(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    ask = do.Ask(leg_id=leg, sound=sound(bench, 5.0), keys="1", tries=2, wrong=sound(bench, 0.5))
    await bench.do(ask)
    await bench.press(leg, "7")
    async with asyncio.timeout(30.0):
        while not bench.all(sig.LegChose, leg):  # what is pressed while "wrong key" is said counts for nothing
            await bench.press(leg, "1")
            await asyncio.sleep(0.3)
    assert await chosen(bench, leg) == ["1"]


@contract
async def test_nothing_but_wrong_keys_is_no_answer(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    await bench.do(do.Ask(leg_id=leg, sound=sound(bench, 5.0), keys="1", tries=1))
    await bench.press(leg, "7")
    assert await chosen(bench, leg) == [""]


@contract
async def test_without_keys_the_sound_is_played_and_nothing_waited_for(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    await bench.do(do.Ask(leg_id=leg, sound=sound(bench)))
    assert await chosen(bench, leg) == [""]


@contract
async def test_a_leg_that_is_asked_is_in_nobodys_hands_and_comes_back(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    assert (await bench.switch.view()).legs[leg].in_app
    await bench.do(do.Ask(leg_id=leg, sound=sound(bench, 10.0), keys="1"))
    await bench.viewed(lambda view: not view.legs[leg].in_app)
    with pytest.raises(LegGone):
        await bench.do(do.Play(leg, "safe-harbour", PlaybackId("p-1")))
    await bench.press(leg, "1")
    await chosen(bench, leg)
    await bench.bridge(leg)


@contract
async def test_who_hangs_up_while_being_asked_has_ended(bench: Bench) -> None:
    leg = await bench.talking_to(LONG)
    await bench.do(do.Ask(leg_id=leg, sound=sound(bench, 10.0), keys="1"))
    await bench.far_end_hangs_up(leg)
    await bench.told(sig.LegEnded, leg)


@contract
async def test_a_caller_can_be_asked_and_hung_up_while_being_asked(bench: Bench) -> None:
    leg = await bench.call_in()
    await bench.do(do.Answer(leg))
    await bench.do(do.Ask(leg_id=leg, sound=sound(bench, 10.0), keys="1"))
    await bench.press(leg, "1")
    assert await chosen(bench, leg) == ["1"]
    await bench.do(do.Ask(leg_id=leg, sound=sound(bench, 10.0), keys="1"))
    await bench.do(do.HangUp(leg))
    await bench.told(sig.LegEnded, leg)


@contract
async def test_a_message_is_left_once_the_far_end_is_silent(bench: Bench) -> None:
    leg = await bench.talking_to(MACHINE)
    await bench.do(do.LeaveMessage(leg, sound(bench)))
    left = (await until(lambda: bench.all(sig.MessageLeft, leg), 60.0, "the message is left"))[0]
    assert left.left
    assert (left.at - bench.all(sig.LegEntered, leg)[0].at).total_seconds() > 5.0
    await bench.bridge(leg)


@contract
async def test_a_message_without_a_sound_is_not_left(bench: Bench) -> None:
    leg = await bench.talking_to(MACHINE)
    await bench.do(do.LeaveMessage(leg, str(bench.recordings / "nothing")))
    left = (await until(lambda: bench.all(sig.MessageLeft, leg), 60.0, "it is told"))[0]
    assert not left.left


@pytest.mark.parametrize(
    "wrong",
    [{"keys": "#"}, {"keys": "11"}, {"keys": "1,2"}, {"tries": 0}, {"tries": 6}, {"wait_s": 0}, {"wait_s": 31},
     {"sound": "relative"}, {"wrong": "/a)b"}],
)  # fmt: skip
@contract
async def test_what_cannot_be_asked_is_refused(bench: Bench, wrong: dict[str, object]) -> None:
    leg = await bench.talking_to(LONG)
    with pytest.raises(BadInput):
        await bench.do(do.Ask(**{"leg_id": leg, "sound": sound(bench), "keys": "1", **wrong}))  # type: ignore[arg-type]
