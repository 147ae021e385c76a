"""Recordings as files: where they are, what they sound like as a picture, and that listening is put on record."""

import asyncio
import wave
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import RowMapping

from waihu.services.recordings import CHANNELS, SAMPLE_BYTES
from waihu.store.audit import By, note
from waihu.store.store import Store
from waihu_models.errors import Conflict, NotFound, StoreBusy
from waihu_models.recording import RecordingState

MEDIA = {".wav": "audio/wav", ".ogg": "audio/ogg", ".opus": "audio/ogg"}
LOOKED_AT = 1_000_000
"""Samples of each channel looked at: of longer recordings every second one, every third …"""
KEPT_PICTURES = 200
PICTURES_AT_ONCE = 2
PICTURE_LIMIT_S = 20.0
REMEMBERED_LISTENERS = 5000
_FULL_SCALE = 32768.0
_THERE = frozenset({RecordingState.STORED.value, RecordingState.REPAIRED.value})


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A file that can be heard."""

    path: Path
    media_type: str


class RecordingFiles:
    """The folder of recordings, for reading."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._pictures: OrderedDict[tuple[str, int], list[list[float]]] = OrderedDict()
        self._drawing = asyncio.Semaphore(PICTURES_AT_ONCE)
        self._noting = asyncio.Lock()
        self._listened: OrderedDict[tuple[str, str, str], None] = OrderedDict()

    async def find(self, row: RowMapping) -> SoundFile:
        """Return the file of a recording.

        Raises:
            Conflict: it is not finished, holds nothing, was deleted, or is cut.
            NotFound: it should be there and is not.
        """
        if row["state"] not in _THERE:
            raise Conflict(f"the recording is {row['state']}{': ' + row['error'] if row['error'] else ''}")
        return await asyncio.to_thread(self._find, row)

    def _find(self, row: RowMapping) -> SoundFile:
        root = self._folder.resolve()
        path = (root / row["path"]).resolve()
        media_type = MEDIA.get(path.suffix.lower())
        if not row["path"] or not path.is_relative_to(root) or media_type is None:
            raise NotFound("the recording's file is not where recordings are kept")
        if not path.is_file():
            raise NotFound("the recording's file is missing: somebody took it away, or the disk is not there")
        size = path.stat().st_size
        if row["size_bytes"] and size != row["size_bytes"]:
            raise Conflict(f"the recording's file is cut: it has {size} of {row['size_bytes']} bytes")
        return SoundFile(path, media_type)

    async def listened(self, recording_id: str, user_id: str, by: By) -> None:
        """Put on record that somebody listens; once an hour for each person and recording."""
        key = (recording_id, user_id, f"{by.at:%Y-%m-%d %H}")
        async with self._noting:  # a player asks for several pieces at once
            if key in self._listened:
                return
            await self._store.write(lambda connection: note(connection, by, "recording.listen", recording_id))
            self._listened[key] = None
        while len(self._listened) > REMEMBERED_LISTENERS:
            self._listened.popitem(last=False)

    async def peaks(self, recording_id: str, sound: SoundFile, buckets: int) -> list[list[float]]:
        """Return for each channel the loudest sample of each of ``buckets`` equal parts, 0 to 1.

        Raises:
            Conflict: the file is no WAV of 16 bits, or is cut.
            StoreBusy: too many pictures are being drawn.
        """
        key = (recording_id, buckets)
        if key not in self._pictures:
            try:
                async with asyncio.timeout(PICTURE_LIMIT_S), self._drawing:
                    if key not in self._pictures:
                        self._pictures[key] = await asyncio.to_thread(draw, sound.path, buckets)
            except TimeoutError as error:
                raise StoreBusy("too many waveforms are being drawn: try again") from error
        self._pictures.move_to_end(key)
        while len(self._pictures) > KEPT_PICTURES:
            self._pictures.popitem(last=False)
        return self._pictures[key]


# ---- in a thread ---------------------------------------------------------------------------------------------------


def draw(path: Path, buckets: int) -> list[list[float]]:
    """Return the peaks of each channel of a WAV.

    Raises:
        Conflict: it is none of 16 bits, or cut.
    """
    try:
        with wave.open(str(path)) as sound:
            if sound.getsampwidth() != SAMPLE_BYTES or sound.getnchannels() > CHANNELS:
                raise Conflict("only recordings of 16 bits and at most two channels have a waveform")
            return _peaks(sound, buckets)
    except (wave.Error, EOFError, OSError) as error:
        raise Conflict(f"the recording's file cannot be read: {error or 'it is cut'}") from error


def _peaks(sound: wave.Wave_read, buckets: int) -> list[list[float]]:
    channels, frames = sound.getnchannels(), sound.getnframes()
    stride = channels * max(1, frames // LOOKED_AT)
    found: list[list[float]] = [[] for _ in range(channels)]
    for bucket in range(buckets):
        start, end = frames * bucket // buckets, frames * (bucket + 1) // buckets
        sound.setpos(min(start, frames))
        raw = sound.readframes(end - start)
        samples = array("h", raw[: len(raw) - len(raw) % (channels * SAMPLE_BYTES)])
        for channel in range(channels):
            found[channel].append(_loudest(samples[channel::stride]))
    return found


def _loudest(samples: Sequence[int]) -> float:
    if not len(samples):
        return 0.0
    above, below = max(samples), -min(samples)
    return round(max(above, below) / _FULL_SCALE, 4)
