"""Recordings: from the raw file the exchange leaves behind to a checked WAV with a row that links it to its call.

The exchange writes headerless stereo, which loses nothing but the last second or two when it crashes. Conversion runs
in a thread, off the call path, one file at a time; what a crash left behind is found again at the next start.
"""

import asyncio
import hashlib
import os
import wave
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.store.recordings import unfinished_recordings
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu_models.errors import StoreError
from waihu_models.events import CallChanged, RecordingChanged
from waihu_models.ids import CallId
from waihu_models.recording import Recording, RecordingState

log = structlog.get_logger()

RATE_HZ = 8000
CHANNELS = 2
SAMPLE_BYTES = 2
SETTLE_S = 1.0
"""The exchange closes its file some milliseconds after the leg is gone; it is left alone this long."""
QUEUE_SIZE = 10_000


class Recordings:
    """Finishes recordings of ended calls."""

    def __init__(self, folder: Path, store: Store, bus: Bus, clock: Clock, alert: Callable[[str, str], None]) -> None:
        self._folder = folder
        self._store = store
        self._bus = bus
        self._clock = clock
        self._alert = alert
        self._queue: asyncio.Queue[tuple[float, Recording, RecordingState]] = asyncio.Queue(QUEUE_SIZE)
        bus.subscribe(CallChanged, self._call_changed)

    @property
    def waiting(self) -> int:
        """How many recordings are still to be finished."""
        return self._queue.qsize()

    def _call_changed(self, change: CallChanged) -> None:
        call, was = change.call, change.was
        if call.recording_id is None or call.connected_at is None or was is None or call.live or not was.live:
            return
        recording = Recording(
            id=call.recording_id, call_id=call.id, state=RecordingState.RECORDING, started_at=call.connected_at
        )
        self._offer(recording, RecordingState.STORED)

    def _offer(self, recording: Recording, state: RecordingState) -> None:
        try:
            self._queue.put_nowait((self._clock.monotonic() + SETTLE_S, recording, state))
        except asyncio.QueueFull:
            log.error("recording_queue_full", recording_id=recording.id)  # found again at the next start

    async def recover(self, still_live: Callable[[CallId], bool]) -> None:
        """Queue what earlier runs left unfinished, but for calls that go on."""
        for recording in await unfinished_recordings(self._store):
            if not still_live(recording.call_id):
                self._offer(recording, RecordingState.REPAIRED)

    async def run(self) -> None:
        """Finish recordings until cancelled."""
        while True:
            due_s, recording, state = await self._queue.get()
            await asyncio.sleep(max(0.0, due_s - self._clock.monotonic()))
            await self.finish(recording, state)
            self._queue.task_done()

    async def drain(self, limit_s: float) -> None:
        """Wait until what is queued is finished; what is not done then is found at the next start."""
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await self._queue.join()

    async def finish(self, recording: Recording, state: RecordingState) -> None:
        """Convert one recording and store what became of it; never raises for a single bad file."""
        try:
            done = await asyncio.to_thread(convert, self._folder, recording, state)
        except OSError as error:
            done = replace(recording, state=RecordingState.FAILED, error=str(error.strerror or error))
            self._alert("recording_failed", f"recording {recording.id} could not be kept: {error.strerror or error}")
        if done.state is RecordingState.EMPTY:
            self._alert("recording_empty", f"nothing was recorded of call {recording.call_id}: is the disk full?")
        unit = Unit()
        unit.save_recording(done)
        unit.add_outbox(
            "recording.stored",
            done.call_id,
            {"recording_id": done.id, "call_id": done.call_id, "state": str(done.state), "duration_s": done.duration_s},
            self._clock.now(),
        )
        try:
            await self._store.commit(unit)
        except StoreError as error:
            log.error("recording_not_stored", recording_id=done.id, problem=str(error))
            return
        self._bus.publish(RecordingChanged(done))


def raw_path(folder: Path, recording_id: str) -> Path:
    """Return where the exchange writes a recording."""
    return folder / f"{recording_id}.raw"


def convert(folder: Path, recording: Recording, state: RecordingState) -> Recording:
    """Turn the raw file of a recording into a WAV beside it, by day of the month, and describe it.

    The WAV appears under its name only when it is complete and on the disk; then the raw file is removed.

    Raises:
        OSError: disk full, file unreadable. The raw file stays.
    """
    raw = raw_path(folder, recording.id)
    path = Path(f"{recording.started_at:%Y/%m/%d}") / f"{recording.id}.wav"
    target = folder / path
    if not raw.exists() and target.exists():  # converted, but the row was not written any more
        return _describe(target, replace(recording, state=state, path=str(path)))
    if not raw.exists() or raw.stat().st_size < CHANNELS * SAMPLE_BYTES:
        return replace(recording, state=RecordingState.EMPTY, error="no sound was written")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".part")
    try:
        _write_wav(raw, partial)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    partial.replace(target)
    raw.unlink()
    return _describe(target, replace(recording, state=state, path=str(path)))


def _write_wav(raw: Path, target: Path) -> None:
    frame_bytes = CHANNELS * SAMPLE_BYTES
    with raw.open("rb") as source, target.open("wb") as out:
        with wave.open(out, "wb") as sink:
            sink.setnchannels(CHANNELS)
            sink.setsampwidth(SAMPLE_BYTES)
            sink.setframerate(RATE_HZ)
            sink.setnframes(raw.stat().st_size // frame_bytes)
            while chunk := source.read(1 << 16):
                sink.writeframesraw(chunk[: len(chunk) - len(chunk) % frame_bytes])
        out.flush()
        os.fsync(out.fileno())


def _describe(path: Path, recording: Recording) -> Recording:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with wave.open(str(path)) as sound:
        duration_s = sound.getnframes() / sound.getframerate()
    return replace(recording, duration_s=duration_s, size_bytes=path.stat().st_size, sha256=digest)
