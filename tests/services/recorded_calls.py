"""Ended calls with a recording in which both sides speak in turn, and transcripts that were not heard live."""

import math
import wave
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from waihu.bus import Bus
from waihu.clock import SystemClock
from waihu.services.tasks import Tasks
from waihu.services.transcribing import Around, Transcribing
from waihu.store.store import Store
from waihu.store.transcripts import save_transcript
from waihu.store.unit import Unit
from waihu.testing.factories import NOON, a_call, a_transcript
from waihu.testing.fake_recognizer import FakeRecognizer
from waihu_models.call import Call, CallState
from waihu_models.ids import RecordingId, new_id
from waihu_models.recording import Recording, RecordingState
from waihu_models.transcript import Side, TranscriptState

RATE_HZ = 8000
CUSTOMER_SPEAKS = ((0.5, 1.5), (4.0, 5.0))
AGENT_SPEAKS = ((2.0, 3.0),)
TEXTS = {"en": ("it is too expensive", "no thank you"), "zh": ("太 贵 了", "不 需要")}


def speak(file: Path, seconds: float, *sides: Sequence[tuple[float, float]]) -> None:
    """Write a stereo file with a tone where a side speaks: the customer left, the agent right."""
    frames = array("h")
    for frame in range(int(seconds * RATE_HZ)):
        at_s = frame / RATE_HZ
        for spoken in sides:
            loud = any(begin_s <= at_s < end_s for begin_s, end_s in spoken)
            frames.append(int(8000 * math.cos(frame / 4)) if loud else 0)
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(frames.tobytes())


@dataclass
class Kept:
    """A call, its recording and its file."""

    call: Call
    recording: Recording
    file: Path


async def a_recorded_call(
    store: Store,
    folder: Path,
    *,
    language: str = "en",
    transcribed: TranscriptState = TranscriptState.DEFERRED,
    **changes: Any,
) -> Kept:
    """Keep a recorded call; ``changes`` are those of the recording."""
    ended = {"connected_at": NOON, "hung_up_at": NOON, "ended_at": NOON, "state": CallState.ENDED}
    call = a_call(recording_id=RecordingId(new_id()), **ended)
    assert call.recording_id is not None
    file = folder / "2026" / f"{call.recording_id}.wav"
    speak(file, 6.0, CUSTOMER_SPEAKS, AGENT_SPEAKS)
    values: dict[str, Any] = {
        "id": call.recording_id, "call_id": call.id, "state": RecordingState.STORED,
        "started_at": NOON + timedelta(seconds=1), "path": f"2026/{file.name}", "duration_s": 6.0,
        "size_bytes": file.stat().st_size, "sha256": "old",
    }  # fmt: skip
    recording = Recording(**{**values, **changes})
    unit = Unit()
    unit.save_call(call)
    unit.save_recording(recording)
    await store.commit(unit)
    for side in Side:
        await save_transcript(
            store, a_transcript(call.id, side=side, state=transcribed, language=language, began_at=None)
        )
    return Kept(call, recording, file)


class MovableClock(SystemClock):
    """The machine's clock, moved by hand."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def now(self) -> Any:
        """Return the time of day."""
        return super().now() + timedelta(seconds=self.ahead_s)


@dataclass
class Bench:
    """Transcribing, with what it is told and what it tells."""

    store: Store
    folder: Path
    bus: Bus
    clock: MovableClock
    recognizer: FakeRecognizer
    alerts: list[tuple[str, str]]
    transcribing: Transcribing


def a_bench(store: Store, folder: Path, tasks: Tasks, **changes: Any) -> Bench:
    bus, clock, recognizer = Bus(), MovableClock(), FakeRecognizer(TEXTS)
    alerts: list[tuple[str, str]] = []
    around = Around(
        store=store, bus=bus, clock=clock, tasks=tasks, folder=folder, recognizer=recognizer,
        alert=lambda code, text: alerts.append((code, text)), **changes,
    )  # fmt: skip
    return Bench(store, folder, bus, clock, recognizer, alerts, Transcribing(around))
