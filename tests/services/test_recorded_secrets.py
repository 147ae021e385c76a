"""Card numbers that were said are left out of transcripts, silenced in the recording, and in no line of the log."""

import hashlib
import json
import wave
from array import array
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from tests.services.recorded_calls import RATE_HZ, Bench, Kept, a_bench, a_recorded_call, speak

from waihu.services import recorded_secrets, recorded_sides
from waihu.services.tasks import Tasks
from waihu.speech.redaction import HIDDEN, redact
from waihu.store.audit import latest
from waihu.store.recordings import recording_of_call
from waihu.store.store import Store
from waihu.store.transcripts import add_utterance, save_transcript, utterances_of
from waihu.testing.factories import NOON, a_transcript, an_utterance
from waihu_models.recording import Recording
from waihu_models.transcript import Side, TranscriptState

ONE = "one one one one"
PIECES = ((0.5, 1.5), (2.0, 3.0), (3.5, 4.5), (5.0, 6.0), (7.0, 8.0))
SECRET = {"en": ("four one one one", ONE, ONE, ONE, "thank you"), "zh": ("四 一 一 一", "一 一 一 一")}


@pytest.fixture
async def store(database: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite+aiosqlite:///{database}")
    yield opened
    await opened.close()


@pytest.fixture
async def bench(store: Store, tmp_path: Path) -> AsyncIterator[Bench]:
    tasks = Tasks()
    made = a_bench(store, tmp_path / "recordings", tasks)
    made.recognizer._texts = SECRET
    yield made
    await tasks.cancel()


async def a_call_with_secrets(bench: Bench, **wishes: Any) -> Kept:
    """A call in which the customer says a card number in four pieces, and the agent speaks over the second one."""
    kept = await a_recorded_call(bench.store, bench.folder, size_bytes=0, **wishes)
    speak(kept.file, 9.0, PIECES, ((2.2, 3.4),))
    return kept


def loudest(file: Path, side: int, begin_s: float, end_s: float) -> int:
    with wave.open(str(file)) as sound:
        samples = array("h", sound.readframes(sound.getnframes()))
    return max(abs(one) for one in samples[side::2][int(begin_s * RATE_HZ) : int(end_s * RATE_HZ)])


async def present(bench: Bench, kept: Kept) -> tuple[Recording, Path]:
    recording = await recording_of_call(bench.store, kept.call.id)
    assert recording is not None
    return recording, bench.folder / recording.path


async def silenced(bench: Bench) -> list[Any]:
    return [row for row in await latest(bench.store, 50) if row["action"] == "recording.silence"]


async def test_a_card_number_is_silent_in_the_recording_and_nothing_else_is(bench: Bench) -> None:
    kept = await a_call_with_secrets(bench)
    await bench.transcribing.enqueue(kept.call.id)
    await bench.transcribing.step()
    customer = [one for one in await utterances_of(bench.store, kept.call.id) if one.side is Side.CUSTOMER]
    assert [one.text_display for one in customer] == [HIDDEN] * 4 + ["thank you"]
    recording, file = await present(bench, kept)
    assert not kept.file.exists()
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert recording.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert recording.size_bytes == file.stat().st_size
    for begin_s, end_s in PIECES[:4]:
        assert loudest(file, 0, begin_s, end_s) == 0
    assert loudest(file, 0, *PIECES[4]) > 5000  # thank you
    assert loudest(file, 1, 2.25, 3.35) > 5000  # the agent
    (row,) = await silenced(bench)
    assert (row["actor"], row["object_id"]) == ("program:redaction", recording.id)
    assert recording.sha256 in row["detail"]


async def test_numbers_that_were_left_out_live_are_silenced_too(bench: Bench) -> None:
    """A stream that began before the recording: its times are moved."""
    kept = await a_call_with_secrets(bench, transcribed=TranscriptState.DONE)
    began_at = NOON  # the recording began a second later
    text = " ".join(["four", *["one"] * 15, "thanks"])
    said = an_utterance(kept.call.id, text, at=began_at, start_s=1.5, end_s=7.2)
    (shown,) = redact([said])
    assert shown.text_display == f"{HIDDEN} thanks"
    await save_transcript(bench.store, a_transcript(kept.call.id, began_at=began_at))
    await add_utterance(bench.store, shown)
    kept.file.unlink()
    speak(kept.file, 9.0, ((0.0, 9.0),), ((0.0, 9.0),))
    await bench.transcribing.enqueue(kept.call.id)
    await bench.transcribing.step()
    assert bench.recognizer.plans == []
    _, file = await present(bench, kept)
    hidden = [word for word in shown.words if word.text == HIDDEN]
    begin_s, end_s = hidden[0].start_s - 1.0, hidden[-1].end_s - 1.0
    assert loudest(file, 0, max(0, begin_s), end_s) == 0
    assert loudest(file, 0, end_s + 0.2, end_s + 0.5) > 5000
    assert loudest(file, 1, max(0, begin_s), end_s) > 5000


@pytest.mark.parametrize("moment", ["before the row", "before the old file is gone"])
async def test_what_a_crash_cut_off_is_ended_by_the_next_try(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    kept = await a_call_with_secrets(bench)
    await bench.transcribing.enqueue(kept.call.id)
    name = "change_file" if moment == "before the row" else "tidy"
    monkeypatch.setattr(recorded_secrets, name, _crash)
    await bench.transcribing.step()
    assert kept.file.exists()
    monkeypatch.undo()
    bench.clock.ahead_s += 700
    await bench.transcribing.step()
    recording, file = await present(bench, kept)
    assert not kept.file.exists()
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert recording.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert loudest(file, 0, *PIECES[0]) == 0
    assert len(await silenced(bench)) == 1
    assert len(bench.recognizer.plans) == 2  # it was recognised once


def _crash(*_: Any) -> None:
    raise OSError(5, "as if it ended here")


async def test_a_full_disk_leaves_the_recording_as_it_is(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = await a_call_with_secrets(bench)
    before = kept.file.read_bytes()
    monkeypatch.setattr(recorded_sides.os, "fsync", _crash)
    await bench.transcribing.enqueue(kept.call.id)
    await bench.transcribing.step()
    assert [one.name for one in kept.file.parent.iterdir()] == [kept.file.name]
    assert kept.file.read_bytes() == before


async def test_where_nothing_is_redacted_all_stays(store: Store, tmp_path: Path) -> None:
    bench = a_bench(store, tmp_path / "recordings", Tasks(), redacts=lambda: False)
    bench.recognizer._texts = SECRET
    kept = await a_call_with_secrets(bench)
    await bench.transcribing.enqueue(kept.call.id)
    await bench.transcribing.step()
    assert (await utterances_of(store, kept.call.id))[0].text_display == "four one one one"
    assert kept.file.exists()
    assert await silenced(bench) == []


async def test_no_line_of_the_log_says_what_was_said(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole path, with failures: recognised, redacted, silenced, refused, set aside."""
    kept = await a_call_with_secrets(bench)
    with structlog.testing.capture_logs() as lines:
        await bench.transcribing.enqueue(kept.call.id)
        await bench.transcribing.step()
        refused = an_utterance(kept.call.id, "whispered words", side="nobody")  # the database refuses it
        with pytest.raises(Exception, match="CHECK"):
            await add_utterance(bench.store, refused)
        kept.file.unlink(missing_ok=True)
        other = await a_call_with_secrets(bench)
        other.file.unlink()
        await bench.transcribing.enqueue(other.call.id)
        await bench.transcribing.step()
    assert {"recording_silenced", "unit_refused", "transcription_set_aside"} <= {line["event"] for line in lines}
    written = json.dumps(lines, default=str) + "".join(capsys.readouterr())
    for word in ("four one", ONE, "thank you", "whispered", "四"):
        assert word not in written
