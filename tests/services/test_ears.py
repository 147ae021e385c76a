"""Ears as processes: sound goes in over real sockets, words come out; what is not as it should be harms no other."""

import asyncio
import os
import signal

import pytest
from tests.services.hearing_bench import Bench, Line, hearing, spoken

from waihu.clock import SystemClock
from waihu.metrics import Metrics
from waihu.services import ear_keeper
from waihu.services.ears import Ears
from waihu.speech.ear_words import Began, Expect, Measured, Setup
from waihu.testing.waiting import until
from waihu_models.errors import SpeechUnreachable

EXPECT = Expect(stream_id="ab" * 16, language="en")
UTTERANCE = spoken((1.0, 2.0), length_s=3.5)


async def test_what_is_said_comes_with_its_times_and_the_stream_ends_whole() -> None:
    async with hearing() as bench:
        line = await bench.line(measures=True)
        sound = spoken((1.0, 2.0), (4.0, 6.0), length_s=8.0)
        line.send(sound[:64_000])  # 4 s: no more at once than an ear keeps
        await until(lambda: bench.finals(line), 10.0, "the first words are heard")
        line.send(sound[64_000:])
        line.hang_up()
        ended = await bench.end(line)
        assert (ended.whole, ended.heard_s, ended.lost_s) == (True, 8.0, 0.0)
        assert [said.text for said in bench.finals(line)] == ["hello", "the price is too high"]
        assert [said.n for said in bench.finals(line)] == [0, 1]
        times = [(said.start_s, said.end_s) for said in bench.finals(line)]
        assert times == [(pytest.approx(1.0, abs=0.05), pytest.approx(2.0, abs=0.05)),
                         (pytest.approx(4.0, abs=0.05), pytest.approx(6.0, abs=0.05))]  # fmt: skip
        assert bench.finals(line)[1].words[-1].end_s == pytest.approx(6.0, abs=0.05)
        began = await bench.began(line)
        assert (began.engine, began.model, began.language) == ("fake", "fake-en", "en")
        measured = [said for said in bench.said[line.stream_id] if isinstance(said, Measured)]
        assert max(said.speech_s for said in measured) > 0.8


async def test_where_the_far_end_sends_nothing_while_it_is_silent_the_times_still_fit() -> None:
    async with hearing() as bench:
        line = await bench.line()
        await line.play(spoken((0.2, 1.0), length_s=1.1))
        await until(lambda: len(bench.finals(line)) == 1)  # though no silence came after it
        await asyncio.sleep(1.0)
        gone_s = asyncio.get_running_loop().time()
        began_s = gone_s - (await _age_s(bench, line))
        await line.play(spoken((0.0, 1.0), length_s=1.0))
        line.hang_up()
        assert (await bench.end(line)).heard_s == pytest.approx(line.sent_s)
        assert bench.finals(line)[1].start_s == pytest.approx(gone_s - began_s, abs=0.6)


async def _age_s(bench: Bench, line: Line) -> float:
    """Return how long ago a stream began."""
    return (SystemClock().now() - (await bench.began(line)).at).total_seconds()


async def test_a_language_without_a_model_is_said_and_nothing_is_made_up() -> None:
    async with hearing() as bench:
        line = await bench.line("fr")
        line.send(UTTERANCE)
        ended = await bench.end(line)
        assert not ended.whole
        first = bench.said[line.stream_id][0]
        assert isinstance(first, Began)
        assert first.engine == ""
        assert "fr" in first.reason
        assert bench.finals(line) == []
        await line.hung_up()  # the exchange need not go on sending


async def test_a_recogniser_that_fails_ends_its_stream_at_once_and_no_other() -> None:
    async with hearing() as bench:
        broken, good = await bench.line(model="fails"), await bench.line()
        broken.send(UTTERANCE)
        good.send(UTTERANCE)
        ended = await bench.end(broken)
        assert (ended.whole, ended.heard_s, ended.reason) == (False, 0.0, "the recogniser broke")
        assert 0 < ended.lost_s <= broken.sent_s
        good.hang_up()
        assert (await bench.end(good)).whole


async def test_a_muted_stream_is_not_heard_and_its_clock_goes_on() -> None:
    async with hearing() as bench:
        line = await bench.line()
        line.send(UTTERANCE)
        await until(lambda: bench.finals(line))
        bench.ears.mute(line.stream_id, on=True)
        await asyncio.sleep(0.2)
        line.send(UTTERANCE)
        await asyncio.sleep(0.2)
        bench.ears.mute(line.stream_id, on=False)
        await asyncio.sleep(0.2)
        line.send(UTTERANCE)
        line.hang_up()
        assert (await bench.end(line)).whole
        assert [round(said.start_s) for said in bench.finals(line)] == [1, 8]


async def test_a_stream_that_is_forgotten_is_hung_up_on_and_what_came_is_recognised() -> None:
    async with hearing() as bench:
        line = await bench.line()
        await line.play(spoken((0.2, 1.0), length_s=1.4))
        bench.ears.forget(line.stream_id)
        ended = await bench.end(line)
        assert ended.whole
        assert [said.text for said in bench.finals(line)] == ["hello"]


async def test_a_stream_that_does_not_come_is_given_up() -> None:
    async with hearing() as bench:
        bench.ears.reserve(Expect(stream_id="ab" * 16, language="en", within_s=0.3))
        bench.ears.reserve(Expect(stream_id="cd" * 16, language="en"))
        bench.ears.forget("cd" * 16)
        for name in ("ab", "cd"):
            assert (await bench.end(name * 16)).reason == "no sound came"
        assert bench.ears.state().streams == 0


@pytest.mark.parametrize("model", ["told", "not told"])
async def test_an_utterance_is_final_soon_after_its_speaker_pauses_though_the_recogniser_waits_longer(
    model: str,
) -> None:
    async with hearing() as bench:
        line = await bench.line(model=model)
        await line.play(spoken((0.4, 1.2), (2.4, 3.2), (4.4, 5.4), length_s=7.0))
        finals = bench.finals(line)
        assert [(round(said.start_s, 1), round(said.end_s, 1)) for said in finals] == [
            (0.4, 1.2),
            (2.4, 3.2),
            (4.4, 5.4),
        ]
        assert max(said.late_s for said in finals) < 0.9  # by itself: after 1 s


# ---- faults ---------------------------------------------------------------------------------------------------------


async def test_an_ear_that_is_killed_ends_its_streams_and_no_others_and_a_new_one_comes() -> None:
    async with hearing(2) as bench:
        lines = [await bench.line() for _ in range(50)]
        for line in lines:
            line.send(UTTERANCE)
        await asyncio.gather(*(bench.began(line) for line in lines))
        victim = bench.ears._keepers[0]
        theirs = set(victim.streams)
        assert 20 <= len(theirs) <= 30  # spread over both
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        for stream_id in theirs:
            ended = await bench.end(stream_id)
            assert (ended.whole, ended.reason) == (False, "the ear died")
        for line in lines:
            if line.stream_id not in theirs:
                line.hang_up()
                assert (await bench.end(line)).whole
        again = await bench.line()  # the other one has room
        again.send(UTTERANCE)
        again.hang_up()
        assert (await bench.end(again)).whole
        await until(lambda: bench.ears.state().ready == 2, 15.0)
        assert bench.ears.state().restarts == 1


async def test_an_ear_that_stands_still_is_taken_for_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ear_keeper, "SILENT_LIMIT_S", 2.0)
    async with hearing() as bench:
        line = await bench.line()
        await line.play(spoken((0.1, 0.5), length_s=1.2))
        pid = bench.ears.state().ears[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        assert (await bench.end(line, 6.0)).reason == "the ear died"
        await until(lambda: bench.ears.state().ears[0].pid not in {None, pid}, 10.0)
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_ears_that_cannot_start_are_tried_again_and_calls_are_told_so() -> None:
    ears = Ears(Setup(), 1, Metrics(), ["/nonexistent/ear"])
    task = asyncio.create_task(ears.run())
    with pytest.raises(SpeechUnreachable):
        ears.reserve(EXPECT)
    await until(lambda: ears.state().restarts >= 1, 5.0)
    await ears.close()
    await asyncio.wait_for(task, 5.0)


async def test_what_an_ear_has_received_is_recognised_before_it_is_ended() -> None:
    async with hearing() as bench:
        line = await bench.line()
        await line.play(spoken((0.2, 1.0), length_s=1.2))
        await bench.ears.close()
        ended = await bench.end(line)
        assert ended.whole
        assert [said.text for said in bench.finals(line)] == ["hello"]
