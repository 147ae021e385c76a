"""How an ear sees that it is too busy, and which stream gets less; what it reports when nobody reads."""

import asyncio
import os

import msgspec
import pytest

from waihu.speech.admission import BEHIND_S, Load, Stage, Steps, takes_more
from waihu.speech.ear_words import Began, Ended, FinalSaid, PartialSaid, Said
from waihu.speech.port import Heard
from waihu.speech.reports import MOST_PASSING, MOST_WAITING, Reports
from waihu.speech.timeline import Timeline
from waihu.speech.utterances import Utterances
from waihu.testing.factories import NOON
from waihu.testing.waiting import until
from waihu_models.transcript import Word


class Stream:
    def __init__(self, behind_s: float) -> None:
        self.behind_s = behind_s
        self.stage = Stage.FULL

    def to_stage(self, stage: Stage) -> None:
        self.stage = stage


def test_a_stream_that_stays_behind_goes_down_step_by_step_and_comes_up_when_it_has_caught_up() -> None:
    steps, stream, stages = Steps(), Stream(BEHIND_S), list[Stage]()
    for now in range(0, 20):
        stream.behind_s = BEHIND_S if now < 4 else 0.1
        steps.look([stream], now / 2)
        stages.append(stream.stage)
    assert stages[:4] == [Stage.NO_PARTIALS, Stage.NO_PARTIALS, Stage.GATED, Stage.GATED]
    assert stages[-1] is Stage.NO_PARTIALS
    for now in range(20, 40):
        steps.look([stream], now / 2)
    assert stream.stage is Stage.FULL


def test_of_many_streams_that_are_behind_only_one_is_given_up_at_a_time_the_worst_first() -> None:
    steps, streams = Steps(), [Stream(3.0 + n / 10) for n in range(5)]
    for now in range(4):
        steps.look(streams, float(now))
    given_up = [stream for stream in streams if stream.stage is Stage.DEFERRED]
    assert given_up == streams[-len(given_up) :]
    assert 1 <= len(given_up) <= 2


def test_a_stream_that_is_given_up_stays_so() -> None:
    steps, stream = Steps(), Stream(9.0)
    for now in range(4):
        steps.look([stream], float(now))
    stream.behind_s = 0.0
    for now in range(4, 60):
        steps.look([stream], float(now))
    assert stream.stage is Stage.DEFERRED


def test_the_load_is_the_work_of_the_last_seconds_over_the_share_of_the_machine() -> None:
    now_s, used_s = 0.0, 0.0
    load = Load(2.0, lambda: now_s, lambda: used_s)
    for _ in range(20):
        now_s, used_s = now_s + 1.0, used_s + 1.0
        ratio = load.ratio()
    assert ratio == pytest.approx(0.5)
    for _ in range(6):
        now_s += 1.0
        ratio = load.ratio()
    assert ratio < 0.01


def test_no_more_is_taken_when_busy_or_behind() -> None:
    assert takes_more(0.7, [Stream(0.5)])
    assert not takes_more(0.71, [])
    assert not takes_more(0.1, [Stream(0.0), Stream(1.5)])


# ---- utterances ------------------------------------------------------------------------------------------------------


def utterances(timeline: Timeline) -> Utterances:
    return Utterances("a" * 32, 8000, timeline, partials=True)


def test_words_are_told_with_the_times_at_which_they_came() -> None:
    timeline = Timeline()
    timeline.give(8000, 8000)
    timeline.give(80_000, 8000)
    said = utterances(timeline)
    heard = Heard(final=True, text="too expensive", words=(Word("too", 0.2, 0.5), Word("expensive", 1.1, 1.9)))
    report = said.report(heard, 50.0, lambda second_s: 38.0 + second_s)
    assert isinstance(report, FinalSaid)
    assert [(word.start_s, word.end_s) for word in report.words] == [(1.2, 1.5), (10.1, 10.9)]
    assert (report.n, report.start_s, report.end_s) == (0, 1.2, 10.9)
    assert report.late_s == pytest.approx(1.1)


def test_partials_come_when_they_change_and_not_more_than_four_a_second() -> None:
    said, shown = utterances(Timeline()), list[Said]()
    for now in range(20):
        report = said.report(Heard(final=False, text=f"word {now // 2}"), now / 10, lambda _: 0.0)
        shown += [report] if report else []
    assert 6 <= len(shown) <= 8
    assert all(isinstance(one, PartialSaid) and one.n == 0 for one in shown)


def test_an_utterance_that_turns_out_to_be_nothing_is_taken_back_and_not_counted() -> None:
    said = utterances(Timeline())
    assert said.report(Heard(final=False, text="hm"), 1.0, lambda _: 0.0)
    assert said.report(Heard(final=True, text=""), 1.1, lambda _: 0.0) == PartialSaid(stream_id="a" * 32, n=0, text="")
    final = said.report(Heard(final=True, text="yes"), 2.0, lambda _: 0.0)
    assert isinstance(final, FinalSaid)
    assert final.n == 0


# ---- reports ---------------------------------------------------------------------------------------------------------


def final(stream_id: str, n: int) -> FinalSaid:
    return FinalSaid(stream_id=stream_id, n=n, text="word " * 10, words=(), start_s=0.0, end_s=1.0)


async def test_when_nobody_reads_partials_go_first_then_finals_whose_stream_is_not_whole() -> None:
    reader, writer = os.pipe()
    reports = Reports()
    await reports.open(writer)
    for n in range(MOST_PASSING * 4):
        reports.say(PartialSaid(stream_id="a", n=n, text="word " * 20))
    assert reports.waiting == MOST_PASSING
    dropped = reports.dropped
    for n in range(MOST_WAITING):
        reports.say(final("b", n))
    assert reports.dropped > dropped  # bounded
    reports.say(Ended(stream_id="b", heard_s=9.0, lost_s=0.0, whole=True))
    reports.say(Ended(stream_id="a", heard_s=9.0, lost_s=0.0, whole=True))
    lines = await read_all(reader, reports)
    ends = {said.stream_id: said.whole for said in lines if isinstance(said, Ended)}
    assert ends == {"b": False, "a": True}
    order = [said.n for said in lines if isinstance(said, FinalSaid)]
    assert order == sorted(order)


async def read_all(descriptor: int, reports: Reports) -> list[Said]:
    """Read until nothing waits, as a controller that has come to itself does."""
    stream = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(descriptor, "rb", buffering=0)
    )
    lines: list[Said] = []
    while True:
        lines.append(msgspec.json.decode(await stream.readline(), type=Said))
        if isinstance(lines[-1], Ended) and lines[-1].stream_id == "a":
            break
    transport.close()
    await asyncio.wait_for(reports.broken.wait(), 5.0)
    return lines


async def test_a_reader_that_is_gone_is_noticed_and_no_error() -> None:
    reader, writer = os.pipe()
    reports = Reports()
    await reports.open(writer)
    os.close(reader)
    await until(reports.broken.is_set)
    reports.say(Began(stream_id="a", at=NOON))
    await reports.flush(0.1)
