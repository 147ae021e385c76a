"""The two sides of a recording: read apart, and silenced where nobody may hear what was said."""

import hashlib
import os
import wave
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from waihu.services.recordings import CHANNELS, SAMPLE_BYTES
from waihu_models.errors import BadRecording
from waihu_models.recording import Recording, RecordingState
from waihu_models.transcript import Side

_PLACE = {Side.CUSTOMER: 0, Side.AGENT: 1}
_FRAME_BYTES = CHANNELS * SAMPLE_BYTES
_BLOCK = 1 << 16
_KEPT = frozenset({RecordingState.STORED, RecordingState.REPAIRED})


@dataclass(frozen=True, slots=True)
class Sound:
    """A stereo file that can be read."""

    path: Path
    rate_hz: int
    frames: int

    @property
    def duration_s(self) -> float:
        """How long it is."""
        return self.frames / self.rate_hz


def find_sound(folder: Path, recording: Recording) -> Sound:
    """Return the sound of a recording.

    Raises:
        BadRecording: it was not kept, is missing, cut, or no stereo WAV of 16 bits.
    """
    if recording.state not in _KEPT:
        raise BadRecording(f"the recording is {recording.state}{': ' + recording.error if recording.error else ''}")
    root = folder.resolve()
    path = (root / recording.path).resolve()
    if not recording.path or not path.is_relative_to(root) or not path.is_file():
        raise BadRecording("the recording's file is missing")
    size = path.stat().st_size
    if recording.size_bytes and size != recording.size_bytes:
        raise BadRecording(f"the recording's file is cut: it has {size} of {recording.size_bytes} bytes")
    try:
        with wave.open(str(path)) as file:
            shape = (file.getnchannels(), file.getsampwidth())
            sound = Sound(path, file.getframerate(), file.getnframes())
    except (wave.Error, EOFError, OSError) as error:
        raise BadRecording(f"the recording's file cannot be read: {error or 'it is cut'}") from error
    if shape != (CHANNELS, SAMPLE_BYTES):
        raise BadRecording("only stereo recordings of 16 bits can be transcribed")
    if size < sound.frames * _FRAME_BYTES:
        raise BadRecording("the recording's file is cut: its end is missing")
    return sound


def read_side(sound: Sound, side: Side, first: int, count: int) -> bytes:
    """Return up to ``count`` samples of one side, from the ``first`` on; none at the end.

    Raises:
        BadRecording: the file became unreadable meanwhile.
    """
    try:
        with wave.open(str(sound.path)) as file:
            file.setpos(min(first, file.getnframes()))
            raw = file.readframes(count)
    except (wave.Error, EOFError, OSError) as error:
        raise BadRecording(f"the recording's file cannot be read: {error or 'it is cut'}") from error
    samples = array("h", raw[: len(raw) - len(raw) % _FRAME_BYTES])
    return samples[_PLACE[side] :: CHANNELS].tobytes()


def silence(folder: Path, recording: Recording, spans: Sequence[tuple[Side, float, float]]) -> Recording | None:
    """Put silence in the place of stretches of a recording; None: they were silent already.

    The new file has a name of its own: which of the two counts is decided where the row is changed. See ``tidy``.

    Args:
        folder: Of recordings.
        recording: Which.
        spans: Side, and from when to when in seconds of the recording.
    Raises:
        BadRecording: it cannot be read.
        OSError: it cannot be written; it is as it was.
    """
    sound = find_sound(folder, recording)
    partial = sound.path.with_name(f"{recording.id}.part")
    try:
        if not _write_silenced(sound, partial, [_in_frames(sound, span) for span in spans]):
            return None
        with partial.open("rb") as file:
            os.fsync(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        target = sound.path.with_name(f"{recording.id}-{digest[:8]}.wav")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    path = target.relative_to(folder.resolve())
    return replace(recording, path=str(path), sha256=digest, size_bytes=target.stat().st_size)


def tidy(folder: Path, recording: Recording) -> None:
    """Delete files of a recording that another one has taken the place of.

    Raises:
        OSError: one of them cannot be deleted.
    """
    present = folder / recording.path
    for file in present.parent.glob(f"{recording.id}*.wav"):
        if file.name != present.name:
            file.unlink(missing_ok=True)


def _in_frames(sound: Sound, span: tuple[Side, float, float]) -> tuple[int, int, int]:
    side, begin_s, end_s = span
    first, last = (max(0, round(at_s * sound.rate_hz)) for at_s in (begin_s, end_s))
    return _PLACE[side], min(first, sound.frames), min(last, sound.frames)


def _write_silenced(sound: Sound, target: Path, spans: Iterable[tuple[int, int, int]]) -> bool:
    """Copy a file with silence in it; return whether anything was to be heard there."""
    spans, changed = list(spans), False
    with wave.open(str(sound.path)) as source, wave.open(str(target), "wb") as sink:
        sink.setparams(source.getparams())
        for block in range(0, sound.frames, _BLOCK):
            samples = array("h", source.readframes(_BLOCK))
            for place, first, last in spans:
                begin, end = max(first - block, 0), min(last - block, len(samples) // CHANNELS)
                if begin < end:
                    here = slice(place + begin * CHANNELS, end * CHANNELS, CHANNELS)
                    changed = changed or any(samples[here])
                    samples[here] = array("h", bytes(SAMPLE_BYTES * len(samples[here])))
            sink.writeframesraw(samples.tobytes())
    return changed
