"""Sounds of texts: made once, kept, given up in the right order; an engine that fails never holds a caller up."""

import asyncio
import os
import stat
import wave
from pathlib import Path

import pytest
import structlog

from waihu.telephony import espeak
from waihu.telephony.espeak import Espeak
from waihu.telephony.speaking import Saying
from waihu.telephony.spoken_sounds import AT_ONCE, IN_USE_S, MOST_WAITING, SOON_S, SpeakingPlan, SpokenSounds
from waihu.testing.fake_speaker import FakeSpeaker
from waihu.testing.virtual_loop import VirtualClock, run_virtual
from waihu.testing.waiting import until
from waihu_models.errors import BadInput, NotSpoken

NUMBER = "+441632960123"


def sounds_of(speaker: FakeSpeaker, folder: Path, clock: VirtualClock | None = None, **changes: int) -> SpokenSounds:
    return SpokenSounds(SpeakingPlan(speaker=speaker, folder=folder, **changes), clock or VirtualClock())


def files(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_sound_is_a_file_the_exchange_can_play_and_read(tmp_path: Path) -> None:
    async def scenario() -> None:
        sound = await sounds_of(FakeSpeaker(), tmp_path / "spoken").sound("hello", "en")
        assert sound.is_absolute()
        assert not sound.suffix
        with wave.open(f"{sound}.wav") as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
            assert file.getnframes() > 1000
        assert stat.S_IMODE(os.stat(f"{sound}.wav").st_mode) == 0o644
        assert files(tmp_path / "spoken") == [f"{sound.name}.wav"]

    run_virtual(scenario())


def test_numbers_are_given_to_the_engine_as_they_are_said(tmp_path: Path) -> None:
    async def scenario() -> None:
        speaker = FakeSpeaker()
        await sounds_of(speaker, tmp_path).sound("预计等待2分钟", "zh")
        assert speaker.spoken == [Saying("预计等待两分钟", "zh")]

    run_virtual(scenario())


def test_the_same_text_is_made_once_also_after_a_restart_and_again_by_another_version(tmp_path: Path) -> None:
    async def scenario() -> None:
        speaker = FakeSpeaker()
        first = await sounds_of(speaker, tmp_path).sound("hello", "en")
        assert await sounds_of(speaker, tmp_path).sound(" hello\n", "en") == first
        assert len(speaker.spoken) == 1
        others = [("hello", "zh", ""), ("hello", "en", "en-gb"), ("hello!", "en", "")]
        made = {await sounds_of(speaker, tmp_path).sound(*other) for other in others}
        speaker.version = "2"
        made.add(await sounds_of(speaker, tmp_path).sound("hello", "en"))
        assert len(made | {first}) == 5

    run_virtual(scenario())


def test_who_asks_for_the_same_text_meanwhile_waits_for_the_one_that_is_made(tmp_path: Path) -> None:
    async def scenario() -> None:
        speaker = FakeSpeaker(takes_s=1.0)
        sounds = sounds_of(speaker, tmp_path)
        made = await asyncio.gather(*(sounds.sound("hello", "en") for _ in range(20)))
        assert len(set(made)) == 1
        assert len(speaker.spoken) == 1

    run_virtual(scenario())


def test_few_texts_are_made_at_once_and_too_many_are_refused(tmp_path: Path) -> None:
    async def scenario() -> None:
        speaker = FakeSpeaker(takes_s=1.0)
        sounds = sounds_of(speaker, tmp_path)
        wanted = [sounds.sound(f"caller {number}", "en") for number in range(MOST_WAITING + 3)]
        done = await asyncio.gather(*wanted, return_exceptions=True)
        assert sum(isinstance(one, NotSpoken) for one in done) == 3
        assert speaker.most_at_once == AT_ONCE

    run_virtual(scenario())


def test_who_will_not_wait_gets_nothing_in_time_and_the_next_one_has_the_sound(tmp_path: Path) -> None:
    async def scenario() -> None:
        speaker, clock = FakeSpeaker(takes_s=SOON_S + 1.0), VirtualClock()
        sounds = sounds_of(speaker, tmp_path, clock)
        began_s = clock.monotonic()
        assert await sounds.or_none("hello", "en") is None
        assert clock.monotonic() - began_s == pytest.approx(SOON_S)
        await asyncio.sleep(2.0)
        assert await sounds.or_none("hello", "en") is not None
        assert len(speaker.spoken) == 1

    run_virtual(scenario())


@pytest.mark.parametrize("failure", [NotSpoken("it crashed"), BadInput("there is no such voice")])
def test_an_engine_that_fails_is_an_error_silence_for_who_cannot_use_it_and_asked_again(
    tmp_path: Path, failure: Exception
) -> None:
    async def scenario() -> None:
        speaker = FakeSpeaker()
        sounds = sounds_of(speaker, tmp_path)
        speaker.failure = failure
        with pytest.raises(type(failure), match=str(failure)):
            await sounds.sound("hello", "en")
        assert await sounds.or_none("hello", "en") is None
        assert files(tmp_path) == []
        speaker.failure = None
        assert await sounds.or_none("hello", "en") is not None

    run_virtual(scenario())


def test_without_an_engine_texts_are_not_spoken(tmp_path: Path) -> None:
    async def scenario() -> None:
        for sounds in (SpokenSounds(None, VirtualClock()),
                       SpokenSounds(SpeakingPlan(speaker=None, folder=tmp_path), VirtualClock())):  # fmt: skip
            with pytest.raises(NotSpoken, match=r"speaking\.engine"):
                await sounds.sound("hello", "en")
            assert await sounds.or_none("hello", "en") is None

    run_virtual(scenario())


def test_a_text_is_in_no_log_but_under_a_personal_key(tmp_path: Path) -> None:
    async def scenario() -> None:
        speaker = FakeSpeaker()
        speaker.failure = NotSpoken("it crashed")
        with structlog.testing.capture_logs() as said:
            await sounds_of(speaker, tmp_path).or_none(f"Call Ada on {NUMBER}", "en")
        (event,) = said
        assert event.pop("pii_text") == f"Call Ada on {NUMBER}"
        assert "Ada" not in repr(event)

    run_virtual(scenario())


def test_those_go_first_that_were_not_handed_out_for_longest(tmp_path: Path) -> None:
    async def scenario() -> None:
        sounds = sounds_of(FakeSpeaker(), tmp_path, most_bytes=3 * 4300)  # three short ones
        kept = [await sounds.sound(text, "en") for text in ("a", "b", "c")]
        await asyncio.sleep(IN_USE_S)
        assert await sounds.sound("a", "en") == kept[0]
        new = await sounds.sound("d", "en")
        there = set(files(tmp_path))
        assert {f"{kept[0].name}.wav", f"{new.name}.wav"} <= there
        assert len(there) == 3
        assert len(there & {f"{kept[1].name}.wav", f"{kept[2].name}.wav"}) == 1

    run_virtual(scenario())


def test_a_sound_that_may_still_be_playing_is_never_taken_away(tmp_path: Path) -> None:
    async def scenario() -> None:
        sounds = sounds_of(FakeSpeaker(), tmp_path, most_bytes=3 * 4300)
        kept = [await sounds.sound(text, "en") for text in ("a", "b", "c")]
        await asyncio.sleep(IN_USE_S - 1.0)
        again = await sounds.sound("b", "en")
        with pytest.raises(NotSpoken, match="no room"):
            await sounds.sound("x" * 200, "en")
        assert f"{again.name}.wav" in files(tmp_path)
        await asyncio.sleep(2.0)
        await sounds.sound("d", "en")
        there = set(files(tmp_path))
        assert f"{again.name}.wav" in there
        assert not {f"{one.name}.wav" for one in kept} <= there

    run_virtual(scenario())


# ---- espeak-ng that is not as it should be -------------------------------------------------------------------------


def program(folder: Path, text: str) -> str:
    file = folder / "engine"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return str(file)


async def test_an_engine_that_is_missing_is_said_to_be(tmp_path: Path) -> None:
    engine = Espeak(program=str(tmp_path / "no-such-program"))
    with pytest.raises(NotSpoken, match="cannot be run"):
        await engine.speak(Saying("hello"))
    with pytest.raises(NotSpoken, match="cannot be run"):
        await SpokenSounds(SpeakingPlan(speaker=engine, folder=tmp_path), VirtualClock()).sound("hello", "en")


async def test_an_engine_that_hangs_is_killed(tmp_path: Path) -> None:
    left = tmp_path / "pid"
    engine = Espeak(program=program(tmp_path, f"echo $$ > {left}; exec sleep 1000"), limit_s=1.0)
    with pytest.raises(NotSpoken, match="took longer than 1 s"):
        await engine.speak(Saying("hello"))
    with pytest.raises(ProcessLookupError):
        os.kill(int(left.read_text()), 0)


async def test_what_an_engine_started_is_killed_with_it(tmp_path: Path) -> None:
    left = tmp_path / "pid"
    engine = Espeak(program=program(tmp_path, f"sleep 1000 & echo $! > {left}; exec cat /dev/zero"), limit_s=2.0)
    with pytest.raises(NotSpoken):
        await engine.speak(Saying("hello"))

    def gone() -> bool:
        try:
            state = Path(f"/proc/{left.read_text().strip()}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        return state == "Z"  # waits for whoever adopted it

    await until(gone, 10.0, "nothing of it still runs")


async def test_an_engine_that_crashes_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(NotSpoken, match="status 3: out of order"):
        await Espeak(program=program(tmp_path, "echo out of order >&2; exit 3")).speak(Saying("hello"))


async def test_an_engine_that_does_not_end_is_stopped_before_memory_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(espeak, "MOST_BYTES", 100_000)
    with pytest.raises(NotSpoken, match="more than 100000 bytes"):
        await Espeak(program=program(tmp_path, "exec cat /dev/zero"), limit_s=60.0).speak(Saying("hello"))


async def test_something_else_is_no_espeak(tmp_path: Path) -> None:
    with pytest.raises(NotSpoken, match="is it espeak-ng"):
        await Espeak(program=program(tmp_path, "echo hello")).edition()
