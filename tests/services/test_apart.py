"""A recogniser in a process of its own: what it hears, and that its end is nobody else's."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest
from tests.services.apart_program import CANNOT_OPEN, DIES, FAILS, STANDS_STILL
from tests.services.ear_program import TEXTS
from tests.services.hearing_bench import RATE_HZ, spoken

from waihu.speech import apart
from waihu.speech.apart import DIED, Apart
from waihu.speech.ear_words import Setup
from waihu.speech.port import Heard, StreamPlan
from waihu.testing.waiting import until
from waihu_models.errors import NoModel, SpeechBusy, SpeechError, SpeechUnreachable
from waihu_models.ids import new_id

ARGV = (sys.executable, "-m", "tests.services.apart_program")
TWICE = spoken((0.5, 1.5), (2.5, 3.5), length_s=4.5)
PIECE = int(0.2 * RATE_HZ) * 2
pytestmark = pytest.mark.timeout(60)


def plan(model: str = "", language: str = "en") -> StreamPlan:
    return StreamPlan(stream_id=new_id(), language=language, model=model, partials=False)


async def heard(recognizer: Apart, sound: bytes, model: str = "") -> list[Heard]:
    """Let a stream be heard to its end."""
    stream = await recognizer.open(plan(model))
    try:
        async with asyncio.timeout(20.0):
            for place in range(0, len(sound), PIECE):
                await stream.send(sound[place : place + PIECE])
            await stream.finish()
            return [one async for one in stream.heard()]
    finally:
        await stream.close()


@pytest.fixture
async def recognizer() -> AsyncIterator[Apart]:
    made = Apart(Setup(nice=0), ARGV)
    yield made
    await made.close()
    assert made.pid is None


async def test_words_and_times_come_as_from_the_recogniser_itself_and_one_process_hears_many(recognizer: Apart) -> None:
    assert recognizer.pid is None, "it is started when it is needed"
    first = await heard(recognizer, TWICE)
    assert [one.text for one in first] == TEXTS["en"][:2]
    assert first[1].words[0].start_s == pytest.approx(2.5, abs=0.05)
    pid = recognizer.pid
    assert await heard(recognizer, TWICE) == first
    assert recognizer.pid == pid


async def test_another_stream_meanwhile_is_refused_and_an_unknown_language_is_told(recognizer: Apart) -> None:
    stream = await recognizer.open(plan())
    assert stream.voice.engine == "fake"
    with pytest.raises(SpeechBusy):
        await recognizer.open(plan())
    await stream.close()
    await stream.close()
    with pytest.raises(NoModel, match="xx"):
        await recognizer.open(plan(language="xx"))
    assert len(await heard(recognizer, TWICE)) == 2


async def test_a_crash_of_the_recogniser_is_an_error_of_that_stream_only(recognizer: Apart) -> None:
    with pytest.raises(SpeechError, match=DIED) as error:
        await heard(recognizer, TWICE, DIES)
    assert type(error.value) is SpeechError, "such an attempt counts, so that a recording cannot do it for ever"
    assert len(await heard(recognizer, TWICE)) == 2


async def test_an_error_of_the_recogniser_comes_through_and_its_process_stays(recognizer: Apart) -> None:
    await heard(recognizer, TWICE)
    pid = recognizer.pid
    with pytest.raises(SpeechError, match="the recogniser broke"):
        await heard(recognizer, TWICE, FAILS)
    assert len(await heard(recognizer, TWICE)) == 2
    assert recognizer.pid == pid


async def test_one_that_is_killed_in_the_middle_is_started_again(recognizer: Apart) -> None:
    stream = await recognizer.open(plan())
    await stream.send(TWICE[:PIECE])
    pid = recognizer.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(SpeechError, match=DIED):
        async for _ in stream.heard():
            pass
    await stream.close()
    assert len(await heard(recognizer, TWICE)) == 2
    assert recognizer.pid != pid


async def test_one_that_stands_still_takes_no_more_sound_and_ends_with_its_stream(recognizer: Apart) -> None:
    stream = await recognizer.open(plan(STANDS_STILL))
    for _ in range(apart.MOST_UNTAKEN):
        await stream.send(TWICE[:PIECE])
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(stream.send(TWICE[:PIECE]), 1.0)
    pid = recognizer.pid
    await stream.close()
    assert recognizer.pid is None
    assert len(await heard(recognizer, TWICE)) == 2
    assert recognizer.pid != pid


async def test_one_that_never_begins_is_not_waited_for(recognizer: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    await heard(recognizer, TWICE)
    monkeypatch.setattr(apart, "OPEN_LIMIT_S", 0.3)
    with pytest.raises(SpeechUnreachable):
        await recognizer.open(plan(CANNOT_OPEN))
    assert recognizer.pid is None


async def test_an_idle_one_is_ended(recognizer: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "IDLE_S", 0.1)
    await heard(recognizer, TWICE)
    await until(lambda: recognizer.pid is None, 5.0)
    assert len(await heard(recognizer, TWICE)) == 2


@pytest.mark.parametrize("argv", [("/nonexistent",), ("/bin/false",), ("/bin/echo", "this is no answer")])
async def test_a_program_that_is_none_is_an_error_and_nothing_hangs(argv: tuple[str, ...]) -> None:
    recognizer = Apart(Setup(), argv)
    with pytest.raises(SpeechError):
        async with asyncio.timeout(10.0):
            await recognizer.open(plan())
    await recognizer.close()
