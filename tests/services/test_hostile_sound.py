"""Who connects to an ear may be anybody; and more may come than it can hear."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import msgspec
import pytest
from tests.services.hearing_bench import ARGV, HOME, Line, hearing, spoken

from waihu.speech.audio_socket import SOUND_8K, SOUND_16K, frame
from waihu.speech.connections import MOST_UNKNOWN
from waihu.speech.ear_words import Degraded, Ended, Expect, PartialSaid, Ready, Said, Setup
from waihu.testing.waiting import until
from waihu_models.errors import SpeechBusy

UTTERANCE = spoken((1.0, 2.0), length_s=3.5)


async def test_garbage_wrong_ids_and_silence_are_hung_up_on_and_the_ear_goes_on() -> None:
    async with hearing() as bench:
        good = await bench.line()
        where = good._where
        wrong = await Line("00" * 16, where).open()
        garbage = await Line("11" * 16, where).open()
        garbage.raw(b"GET / HTTP/1.1\r\n\r\n")
        silent_reader, silent_writer = await asyncio.open_connection(*where)
        in_the_middle = await bench.line()
        in_the_middle.send(UTTERANCE)
        in_the_middle.raw(b"\x77\x00\x01x")
        other_rate = await bench.line()
        other_rate.raw(frame(SOUND_16K, bytes(640)))
        for line in (wrong, garbage, in_the_middle, other_rate):
            await line.hung_up()
        assert (await bench.end(in_the_middle)).reason
        async with asyncio.timeout(6.0):
            assert await silent_reader.read() == b""  # after three seconds
        silent_writer.close()
        await until(lambda: bench.ears.state().dropped == 5)
        good.send(UTTERANCE)
        good.hang_up()
        assert (await bench.end(good)).whole


async def test_half_a_frame_is_waited_for_only_so_long_and_what_came_before_is_heard() -> None:
    async with hearing() as bench:
        line = await bench.line()
        line.send(spoken((0.5, 1.5), length_s=2.0))
        line.raw(frame(SOUND_8K, bytes(320))[:100])
        ended = await bench.end(line, 8.0)
        assert (ended.whole, ended.heard_s, ended.reason) == (True, 2.0, "half a frame")
        assert [said.text for said in bench.finals(line)] == ["hello"]
        await until(lambda: bench.ears.state().dropped == 1)


async def test_an_id_serves_once() -> None:
    async with hearing() as bench:
        line = await bench.line()
        line.send(UTTERANCE)
        await bench.began(line)
        twin = await Line(line.stream_id, line._where).open()
        await twin.hung_up()
        line.hang_up()
        assert (await bench.end(line)).whole


async def test_a_thousand_connections_that_say_nothing_keep_nobody_out() -> None:
    async with hearing() as bench:
        first = await bench.line()
        idle = await asyncio.gather(*(asyncio.open_connection(*first._where) for _ in range(1000)))
        line = await bench.line()
        line.send(UTTERANCE)
        line.hang_up()
        assert (await bench.end(line, 3.0)).whole  # at once, not after they have timed out
        await until(lambda: bench.ears.state().dropped >= 1000 - MOST_UNKNOWN)
        await until(lambda: bench.ears.state().dropped == 1000, 8.0)
        first.send(UTTERANCE)
        first.hang_up()
        assert (await bench.end(first)).whole
        for _, writer in idle:
            writer.close()


async def test_streams_that_come_all_at_once_while_the_ear_stands_still_are_all_heard() -> None:
    async with hearing() as bench:
        await until(lambda: bench.ears.state().ears[0].pid is not None)
        pid = bench.ears.state().ears[0].pid
        assert pid is not None
        expected = [Expect(stream_id=f"{number:032x}", language="en") for number in range(150)]
        where = [bench.ears.reserve(one) for one in expected]
        await asyncio.sleep(0.1)  # until it knows them
        os.kill(pid, signal.SIGSTOP)
        try:
            lines = [await Line(one.stream_id, there).open() for one, there in zip(expected, where, strict=True)]
            for line in lines:
                line.send(spoken((0.2, 0.5), length_s=0.6))
                line.hang_up()
        finally:
            os.kill(pid, signal.SIGCONT)
        ends = [await bench.end(line) for line in lines]
        assert [end.reason for end in ends if not end.whole] == []
        assert bench.ears.state().dropped == 0


# ---- too much --------------------------------------------------------------------------------------------------------


async def test_streams_that_cannot_be_followed_get_less_step_by_step_and_what_is_lost_is_counted() -> None:
    async with hearing(argv=[*ARGV, "0.25"]) as bench:  # four streams of speech are all it can do
        lines = [await bench.line() for _ in range(10)]
        talk = spoken(*((second + 0.1, second + 0.8) for second in range(12)), length_s=12.0)
        playing = asyncio.gather(*(line.play(talk) for line in lines))
        await until(lambda: not bench.ears.state().ears[0].takes_more, 10.0)
        with pytest.raises(SpeechBusy):
            await bench.line()
        await playing
        for line in lines:
            line.hang_up()
        kept = 0
        for line in lines:
            ended = await bench.end(line, 15.0)
            assert ended.heard_s + ended.lost_s == pytest.approx(line.sent_s, abs=0.01)
            stages = [said.stage for said in bench.said[line.stream_id] if isinstance(said, Degraded)]
            assert stages == ["no_partials", "gated", "deferred"][: len(stages)]
            assert ("deferred" in stages) == (not ended.whole)
            kept += ended.whole
        assert 2 <= kept <= 6  # giving up some saves the others
        metrics = bench.ears._metrics.registry
        assert metrics.get_sample_value("waihu_speech_lost_seconds_total") > 20.0


# ---- a controller that does not read, or is gone ---------------------------------------------------------------------


class RawEar:
    """An ear without the part that reads it."""

    def __init__(self, ear: asyncio.subprocess.Process) -> None:
        self.ear = ear
        assert ear.stdin is not None
        assert ear.stdout is not None
        self.tell, self.hear = ear.stdin, ear.stdout

    @classmethod
    async def start(cls) -> "RawEar":
        ear = cls(await asyncio.create_subprocess_exec(*ARGV, stdin=-1, stdout=-1, cwd=HOME))
        ear.say(Setup(nice=0))
        return ear

    def say(self, told: object) -> None:
        self.tell.write(msgspec.json.encode(told) + b"\n")

    async def next(self) -> Said:
        async with asyncio.timeout(10.0):
            return msgspec.json.decode(await self.hear.readline(), type=Said)

    async def ready(self) -> tuple[str, int]:
        ready = await self.next()
        assert isinstance(ready, Ready)
        return ready.host, ready.port


async def test_a_controller_that_does_not_read_does_not_stop_the_ear_from_hearing() -> None:
    ear = await RawEar.start()
    where = await ear.ready()
    lines = []
    for number in range(5):
        stream_id = f"{number:032x}"
        ear.say(Expect(stream_id=stream_id, language="en", model="mutters"))
        await asyncio.sleep(0.05)
        lines.append(await Line(stream_id, where).open())
    talk = spoken(*((second + 0.1, second + 0.8) for second in range(4)), length_s=4.0)
    await asyncio.gather(*(line.play(talk) for line in lines))  # it is heard while nobody reads
    for line in lines:
        line.hang_up()
    ends, partials = {}, 0
    while len(ends) < len(lines):
        said = await ear.next()
        partials += isinstance(said, PartialSaid)
        if isinstance(said, Ended):
            ends[said.stream_id] = said
    assert 0 < partials < 80
    assert all(end.lost_s == 0.0 for end in ends.values()), ends
    ear.tell.close()
    assert await asyncio.wait_for(ear.ear.wait(), 4.0) == 0


async def test_an_ear_ends_with_its_controller_even_when_that_was_killed(tmp_path: Path) -> None:
    program = tmp_path / "controller.py"
    program.write_text(
        "import asyncio, sys\n"
        "from waihu.metrics import Metrics\n"
        "from waihu.services.ears import Ears\n"
        "from waihu.speech.ear_words import Setup\n"
        "async def main():\n"
        f"    ears = Ears(Setup(), 1, Metrics(), {list(ARGV)!r})\n"
        "    task = asyncio.create_task(ears.run())\n"
        "    while not ears.state().ready: await asyncio.sleep(0.02)\n"
        "    print(ears.state().ears[0].pid, flush=True)\n"
        "    await task\n"
        "asyncio.run(main())\n"
    )
    paths = f"{HOME / 'controller'}:{HOME / 'models'}"
    controller = await asyncio.create_subprocess_exec(
        sys.executable, str(program), stdout=-1, cwd=HOME, env={**os.environ, "PYTHONPATH": paths}
    )
    assert controller.stdout is not None
    pid = int(await asyncio.wait_for(controller.stdout.readline(), 20.0))
    controller.kill()
    await controller.wait()
    await until(lambda: not Path(f"/proc/{pid}").exists() or _is_dead(pid), 4.0)


def _is_dead(pid: int) -> bool:
    """Whether it is a dead process nobody has buried yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize("line", [b"nonsense\n", b'{"type": "Expect"}\n', b"x" * 200_000 + b"\n"])
async def test_an_ear_that_is_told_nonsense_ends(line: bytes) -> None:
    ear = await RawEar.start()
    await ear.ready()
    ear.tell.write(line)
    assert await asyncio.wait_for(ear.ear.wait(), 5.0) == 2


async def test_an_ear_that_is_asked_to_end_does() -> None:
    ear = await RawEar.start()
    await ear.ready()
    ear.ear.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(ear.ear.wait(), 4.0) == 0
