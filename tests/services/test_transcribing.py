"""Transcribing after the call: each recording once, whatever fails, and what nobody may hear is silent."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.services.recorded_calls import Bench, a_bench, a_recorded_call

from waihu.services.findings import State
from waihu.services.tasks import Tasks
from waihu.store import transcription_jobs as jobs
from waihu.store.audit import By
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.transcripts import save_transcript, sides_of, transcripts_of, utterances_of
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, a_transcript, an_utterance
from waihu.testing.waiting import until
from waihu_models.call import CallState
from waihu_models.errors import BadModel, Conflict, SpeechBusy, SpeechUnreachable, Stale
from waihu_models.events import RecordingChanged, TranscriptChanged
from waihu_models.recording import RecordingState
from waihu_models.tables import OutboxRow, TranscriptionJobRow
from waihu_models.transcript import Route, Side, TranscriptState
from waihu_models.transcription import JobState

DONE, DEFERRED, FAILED = TranscriptState.DONE, TranscriptState.DEFERRED, TranscriptState.FAILED


@pytest.fixture
async def store(database: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite+aiosqlite:///{database}")
    yield opened
    await opened.close()


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    made = Tasks()
    yield made
    await made.cancel()
    assert made.failures == 0


@pytest.fixture
def bench(store: Store, tmp_path: Path, tasks: Tasks) -> Bench:
    return a_bench(store, tmp_path / "recordings", tasks)


async def job_of(store: Store, call_id: str) -> Any:
    jobs_table = table(TranscriptionJobRow)
    rows = await store.rows(select(jobs_table).where(jobs_table.c.call_id == call_id))
    return rows[0] if rows else None


async def told(store: Store, topic: str) -> list[Any]:
    outbox = table(OutboxRow)
    return [row["payload"] for row in await store.rows(select(outbox).where(outbox.c.topic == topic))]


async def states(store: Store, call_id: str) -> list[TranscriptState]:
    return [one.state for one in await transcripts_of(store, call_id)]


# ---- what becomes of a recording -----------------------------------------------------------------------------------


async def test_both_sides_are_recognised_from_their_channel_and_placed_in_the_recording(bench: Bench) -> None:
    kept = await a_recorded_call(bench.store, bench.folder)
    changed: list[TranscriptChanged] = []
    bench.bus.subscribe(TranscriptChanged, changed.append)
    bench.bus.publish(RecordingChanged(kept.recording))
    await until(bench.transcribing._poke.is_set)
    assert await bench.transcribing.step()
    said = await utterances_of(bench.store, kept.call.id)
    assert [(one.side, one.text_display) for one in said] == [
        (Side.CUSTOMER, "it is too expensive"),
        (Side.AGENT, "it is too expensive"),
        (Side.CUSTOMER, "no thank you"),
    ]
    assert [round(one.start_s, 1) for one in said] == [0.5, 2.0, 4.0]
    assert all(one.at == kept.recording.started_at + timedelta(seconds=one.start_s) for one in said)
    assert all(one.route is Route.POST_CALL and one.model == "fake-en" and len(one.words) >= 3 for one in said)
    for transcript in await transcripts_of(bench.store, kept.call.id):
        assert (transcript.state, transcript.route, transcript.heard_s) == (DONE, Route.POST_CALL, 6.0)
    assert [one.transcript.state for one in changed] == [DONE, DONE]
    assert [(one["side"], one["utterances"]) for one in await told(bench.store, "transcript.done")] == [
        ("customer", 2),
        ("agent", 1),
    ]
    assert (await job_of(bench.store, kept.call.id))["state"] == JobState.DONE


async def test_each_recording_is_transcribed_once(bench: Bench) -> None:
    kept = await a_recorded_call(bench.store, bench.folder)
    for _ in range(3):
        await bench.transcribing.enqueue(kept.call.id)
    assert await bench.transcribing.step()
    assert not await bench.transcribing.step()
    await bench.transcribing.enqueue(kept.call.id)
    assert not await bench.transcribing.step()
    assert len(bench.recognizer.plans) == 2


async def test_only_the_side_that_was_put_off_is_replaced(bench: Bench) -> None:
    kept = await a_recorded_call(bench.store, bench.folder)
    live = an_utterance(kept.call.id, "heard live", side=Side.AGENT)
    mumbled = an_utterance(kept.call.id, "mumbled")
    unit = Unit()
    unit.save_transcript(a_transcript(kept.call.id, side=Side.AGENT))
    unit.add_utterance(live)
    unit.add_utterance(mumbled)
    await bench.store.commit(unit)
    await bench.transcribing.enqueue(kept.call.id)
    await bench.transcribing.step()
    texts = {one.text_display for one in await utterances_of(bench.store, kept.call.id)}
    assert texts == {"heard live", "it is too expensive", "no thank you"}


async def test_chinese_is_transcribed_in_its_language_and_shown_without_spaces(bench: Bench) -> None:
    kept = await a_recorded_call(bench.store, bench.folder, language="zh")
    await bench.transcribing.enqueue(kept.call.id)
    await bench.transcribing.step()
    assert {one.text_display for one in await utterances_of(bench.store, kept.call.id)} == {"太贵了", "不需要"}


async def test_without_a_model_nothing_is_invented_and_nothing_is_set_aside(bench: Bench) -> None:
    kept = await a_recorded_call(bench.store, bench.folder, language="fr")
    await bench.transcribing.enqueue(kept.call.id)
    await bench.transcribing.step()
    transcripts = await transcripts_of(bench.store, kept.call.id)
    assert [(one.state, one.reason) for one in transcripts] == [
        (TranscriptState.NO_MODEL, "there is no model for fr")
    ] * 2
    assert await utterances_of(bench.store, kept.call.id) == []
    assert (await job_of(bench.store, kept.call.id))["state"] == JobState.DONE


async def test_a_side_that_is_still_heard_is_waited_for_a_while(bench: Bench) -> None:
    kept = await a_recorded_call(bench.store, bench.folder, transcribed=TranscriptState.LISTENING)
    await bench.transcribing.enqueue(kept.call.id)
    await bench.transcribing.step()
    assert bench.recognizer.plans == []
    job = await job_of(bench.store, kept.call.id)
    assert (job["state"], job["attempts"]) == (JobState.WAITING, 0)
    bench.clock.ahead_s = 180  # whoever heard it is gone
    await bench.transcribing.step()
    assert await states(bench.store, kept.call.id) == [DONE, DONE]


# ---- what cannot be transcribed ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "harm", "reason"),
    [
        ({"state": RecordingState.EMPTY, "error": "no sound was written"}, "", "the recording is empty: no sound"),
        ({"state": RecordingState.DELETED, "path": ""}, "", "the recording is deleted"),
        ({}, "missing", "the recording's file is missing"),
        ({}, "cut", "the recording's file is cut: it has 1000 of 192044 bytes"),
        ({"size_bytes": 0}, "cut", "the recording's file is cut"),
        ({"size_bytes": 0}, "garbage", "the recording's file cannot be read"),
        ({"path": "../elsewhere.wav"}, "", "the recording's file is missing"),
    ],
)
async def test_a_recording_that_cannot_be_read_fails_with_a_clear_reason(
    bench: Bench, changes: dict[str, Any], harm: str, reason: str
) -> None:
    kept = await a_recorded_call(bench.store, bench.folder, **changes)
    if harm == "missing":
        kept.file.unlink()
    elif harm == "cut":
        kept.file.write_bytes(kept.file.read_bytes()[:1000])
    elif harm == "garbage":
        kept.file.write_bytes(b"nothing of a wave file")
    await bench.transcribing.enqueue(kept.call.id)
    await bench.transcribing.step()
    transcripts = await transcripts_of(bench.store, kept.call.id)
    assert [one.state for one in transcripts] == [FAILED, FAILED]
    assert transcripts[0].reason.startswith(reason)
    assert (await job_of(bench.store, kept.call.id))["state"] == JobState.SET_ASIDE
    assert [code for code, _ in bench.alerts] == ["transcription_set_aside"]
    assert bench.recognizer.plans == []


async def test_a_call_that_was_not_recorded_fails_at_once(bench: Bench) -> None:
    call = a_call()
    unit = Unit()
    unit.save_call(call)
    deferred = a_transcript(call.id, state=DEFERRED)
    unit.save_transcript(deferred)
    await bench.store.commit(unit)
    seen: list[TranscriptChanged] = []
    bench.bus.subscribe(TranscriptChanged, seen.append)
    bench.bus.publish(TranscriptChanged(deferred))
    await until(lambda: len(seen) == 2)
    assert (seen[1].transcript.state, seen[1].transcript.reason) == (FAILED, "the call was not recorded")
    assert await states(bench.store, call.id) == [FAILED]


async def test_what_fails_again_and_again_is_set_aside_and_may_be_tried_again(bench: Bench) -> None:
    kept = await a_recorded_call(bench.store, bench.folder)
    await bench.transcribing.enqueue(kept.call.id)
    waits = []
    for _ in range(5):
        bench.recognizer.fails = [BadModel("the model is truncated")]
        assert await bench.transcribing.step()
        job = await job_of(bench.store, kept.call.id)
        waits.append((job["next_at"] - bench.clock.now()).total_seconds())
        assert not await bench.transcribing.step()  # not before its time
        bench.clock.ahead_s += 700
    assert waits[0] < 11 < waits[2] < waits[3] < 601
    assert (job["state"], job["reason"], job["attempts"]) == (JobState.SET_ASIDE, "the model is truncated", 5)
    assert await states(bench.store, kept.call.id) == [FAILED, FAILED]
    await bench.transcribing.load()
    finding = bench.transcribing.finding()
    assert (finding.state, finding.seen.en) == (State.WARNING, "0 wait, 1 set aside")
    with pytest.raises(Stale):
        await jobs.retry(bench.store, kept.call.id, job["version"] - 1, By("test", NOON))
    await jobs.retry(bench.store, kept.call.id, job["version"], By("test", NOON))
    assert await states(bench.store, kept.call.id) == [DEFERRED, DEFERRED]
    assert await bench.transcribing.step()
    assert await states(bench.store, kept.call.id) == [DONE, DONE]
    with pytest.raises(Conflict):
        await jobs.retry(bench.store, kept.call.id, (await job_of(bench.store, kept.call.id))["version"], By("t", NOON))


@pytest.mark.parametrize("error", [SpeechBusy("no room"), SpeechUnreachable("no server answers")])
async def test_when_no_recogniser_can_be_had_no_recording_is_to_blame(bench: Bench, error: Any) -> None:
    kept = await a_recorded_call(bench.store, bench.folder)
    await bench.transcribing.enqueue(kept.call.id)
    for _ in range(8):
        bench.recognizer.fails = [error]
        assert await bench.transcribing.step()
        bench.clock.ahead_s += 700
    job = await job_of(bench.store, kept.call.id)
    assert (job["state"], job["attempts"]) == (JobState.WAITING, 0)
    assert await bench.transcribing.step()
    assert await states(bench.store, kept.call.id) == [DONE, DONE]


async def test_a_stream_that_is_lost_in_the_middle_keeps_what_was_there_and_is_tried_again(bench: Bench) -> None:
    kept = await a_recorded_call(bench.store, bench.folder)
    unit = Unit()
    unit.add_utterance(an_utterance(kept.call.id, "heard live"))
    await bench.store.commit(unit)
    await bench.transcribing.enqueue(kept.call.id)
    bench.recognizer.go_on.clear()
    step = asyncio.create_task(bench.transcribing.step())
    await until(lambda: bench.recognizer.streams)
    bench.recognizer.streams[0].lose(SpeechUnreachable("gone"))
    bench.recognizer.go_on.set()
    await step
    assert [one.text_raw for one in await utterances_of(bench.store, kept.call.id)] == ["heard live"]
    assert bench.recognizer.streams[0].closed
    bench.clock.ahead_s += 700
    await bench.transcribing.step()
    assert len(await utterances_of(bench.store, kept.call.id)) == 3


async def test_while_calls_need_the_recognisers_recordings_wait(
    store: Store, tmp_path: Path, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("waihu.services.transcribing.BUSY_LOOK_S", 0.01)
    monkeypatch.setattr("waihu.services.transcribing.BUSY_LIMIT_S", 0.3)
    monkeypatch.setattr("waihu.services.transcribing.LOOK_S", 0.02)
    live = [True]
    looks: list[bool] = []

    def busy() -> bool:
        looks.append(live[0])
        return live[0]

    bench = a_bench(store, tmp_path / "recordings", tasks, busy=busy)
    kept = await a_recorded_call(store, bench.folder)
    await bench.transcribing.enqueue(kept.call.id)
    tasks.forever(bench.transcribing.run, "transcribing")
    await until(lambda: len(looks) > 5)
    assert bench.recognizer.plans == []
    live[0] = False
    bench.recognizer.go_on.clear()
    await until(lambda: bench.recognizer.streams)
    live[0] = True  # in the middle of it
    bench.recognizer.go_on.set()
    await until(lambda: bench.recognizer.streams[0].closed)  # given back after a while
    assert bench.recognizer.streams[0].sent <= 1600
    job = await job_of(store, kept.call.id)
    assert job["attempts"] == 0
    live[0] = False
    bench.clock.ahead_s += 700
    await until(lambda: len(bench.recognizer.streams) == 3)
    await until(lambda: bench.recognizer.streams[2].closed)


# ---- crashes -------------------------------------------------------------------------------------------------------


async def test_a_program_killed_in_the_middle_leaves_the_recording_to_the_next_one(
    bench: Bench, database: Path
) -> None:
    kept = await a_recorded_call(bench.store, bench.folder)
    await bench.transcribing.enqueue(kept.call.id)
    program = Path(__file__).with_name("transcribing_program.py")
    killed = await asyncio.create_subprocess_exec(
        sys.executable, str(program), f"sqlite+aiosqlite:///{database}", str(bench.folder),
        stdout=asyncio.subprocess.PIPE, env={"PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    try:
        assert killed.stdout is not None
        async with asyncio.timeout(30):
            assert await killed.stdout.readline() == b"working\n"
    finally:
        killed.kill()
        await killed.wait()
    job = await job_of(bench.store, kept.call.id)
    assert (job["state"], job["attempts"]) == (JobState.RUNNING, 1)
    assert not await bench.transcribing.step()  # the dead one's lease still holds it
    bench.clock.ahead_s = 61
    assert await bench.transcribing.step()
    job = await job_of(bench.store, kept.call.id)
    assert (job["state"], job["attempts"]) == (JobState.DONE, 2)
    assert len(await utterances_of(bench.store, kept.call.id)) == 3
    assert len(await told(bench.store, "transcript.done")) == 2


async def test_a_recording_that_kills_the_program_each_time_is_set_aside(bench: Bench) -> None:
    kept = await a_recorded_call(bench.store, bench.folder)
    await bench.transcribing.enqueue(kept.call.id)
    for _ in range(5):
        now = bench.clock.now()
        assert await jobs.claim(bench.store, "killed", now, now + timedelta(seconds=60))
        bench.clock.ahead_s += 61
    await bench.transcribing.step()
    job = await job_of(bench.store, kept.call.id)
    assert (job["state"], job["reason"]) == (JobState.SET_ASIDE, jobs.CUT_OFF)
    assert bench.recognizer.plans == []


async def test_who_lost_the_lease_keeps_nothing(bench: Bench, store: Store) -> None:
    kept = await a_recorded_call(store, bench.folder)
    await bench.transcribing.enqueue(kept.call.id)
    bench.recognizer.go_on.clear()
    slow = asyncio.create_task(bench.transcribing.step())
    await until(lambda: bench.recognizer.streams)
    later = bench.clock.now() + timedelta(seconds=61)
    other = await jobs.claim(store, "other", later, later + timedelta(seconds=60))
    assert other is not None
    bench.recognizer.go_on.set()
    await slow
    assert await utterances_of(store, kept.call.id) == []
    assert (await job_of(store, kept.call.id))["holder"] == "other"


async def test_a_program_that_ends_orderly_gives_its_recording_back(bench: Bench) -> None:
    kept = await a_recorded_call(bench.store, bench.folder)
    await bench.transcribing.enqueue(kept.call.id)
    bench.recognizer.go_on.clear()
    step = asyncio.create_task(bench.transcribing.step())
    await until(lambda: bench.recognizer.streams)
    step.cancel()
    await asyncio.gather(step, return_exceptions=True)
    job = await job_of(bench.store, kept.call.id)
    assert (job["state"], job["attempts"]) == (JobState.WAITING, 0)


async def test_what_an_earlier_run_left_without_a_job_is_found_at_the_start(bench: Bench) -> None:
    kept = await a_recorded_call(bench.store, bench.folder)
    silent = a_call(state=CallState.ENDED)
    unit = Unit()
    unit.save_call(silent)
    unit.save_call(replace(kept.call, dialled_at=bench.clock.now()))
    await bench.store.commit(unit)
    await save_transcript(bench.store, a_transcript(silent.id, state=TranscriptState.LISTENING))
    await bench.transcribing.load()
    assert (await job_of(bench.store, kept.call.id))["state"] == JobState.WAITING
    assert await states(bench.store, silent.id) == [FAILED]


async def test_a_recording_that_is_repaired_later_is_tried_again(bench: Bench) -> None:
    kept = await a_recorded_call(bench.store, bench.folder, size_bytes=5)
    await bench.transcribing.enqueue(kept.call.id)
    await bench.transcribing.step()
    assert await states(bench.store, kept.call.id) == [FAILED, FAILED]
    unit = Unit()
    repaired = replace(kept.recording, state=RecordingState.REPAIRED, size_bytes=kept.file.stat().st_size)
    unit.save_recording(repaired)
    await bench.store.commit(unit)
    bench.transcribing._poke.clear()
    bench.bus.publish(RecordingChanged(repaired))
    await until(bench.transcribing._poke.is_set)
    await bench.transcribing.step()
    assert [side.transcript.state for side in await sides_of(bench.store, kept.call.id)] == [DONE, DONE]
