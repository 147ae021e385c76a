"""Retention: recordings and transcripts are deleted when they are older than the installation keeps them."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import structlog

from waihu.clock import Clock
from waihu.store.audit import By
from waihu.store.old_recordings import OldRecording, mark_deleted, recordings_before
from waihu.store.store import Store
from waihu.store.transcripts import delete_before, note_deleted
from waihu_models.errors import StoreError

log = structlog.get_logger()

EVERY_S = 3600.0
AT_ONCE = 200
TURNS = 250
"""Lots deleted in one look: 50,000 recordings an hour at most, so that the disk has calls to serve as well."""
UTTERANCES_AT_ONCE = 500
PAUSE_S = 0.5
BY = "program:retention"


class Retention:
    """Deletes files first and notes it then, so that a crash in between leaves no file that nobody knows of."""

    def __init__(self, folder: Path, store: Store, days: Callable[[], int], clock: Clock) -> None:
        self._folder = folder
        self._store = store
        self._days = days
        self._clock = clock

    async def run(self) -> None:
        """Look every hour until cancelled."""
        while True:
            try:
                await self.look()
            except StoreError as error:
                log.warning("old_recordings_not_looked_for", problem=str(error))
            await asyncio.sleep(EVERY_S)

    async def look(self) -> int:
        """Delete what is too old now; return how many recordings that were.

        Raises:
            StoreError: the database cannot be read or written.
        """
        deleted = 0
        for _ in range(TURNS):
            days = self._days()  # it may have been changed meanwhile
            if days == 0:
                break
            now = self._clock.now()
            old = await recordings_before(self._store, now - timedelta(days=days), AT_ONCE)
            gone = await asyncio.to_thread(_delete, self._folder, old)
            if gone:
                await mark_deleted(self._store, gone, By(BY, now), f"older than {days} days")
                deleted += len(gone)
            if len(old) < AT_ONCE or not gone:
                break
            await asyncio.sleep(PAUSE_S)
        if deleted:
            log.info("old_recordings_deleted", count=deleted)
        return deleted


class TranscriptRetention:
    """Deletes what was said, together with what it is found by."""

    def __init__(self, store: Store, days: Callable[[], int], clock: Clock) -> None:
        self._store = store
        self._days = days
        self._clock = clock

    async def run(self) -> None:
        """Look every hour until cancelled."""
        while True:
            try:
                await self.look()
            except StoreError as error:
                log.warning("old_transcripts_not_looked_for", problem=str(error))
            await asyncio.sleep(EVERY_S)

    async def look(self) -> int:
        """Delete what is too old now; return how many rows that were.

        Raises:
            StoreError: the database cannot be written.
        """
        deleted = 0
        for _ in range(TURNS):
            days = self._days()
            if days == 0:
                break
            count = await delete_before(self._store, self._clock.now() - timedelta(days=days), UTTERANCES_AT_ONCE)
            deleted += count
            if count < UTTERANCES_AT_ONCE:
                break
            await asyncio.sleep(PAUSE_S)
        if deleted:
            await note_deleted(self._store, deleted, By(BY, self._clock.now()), f"older than {days} days")
            log.info("old_transcripts_deleted", count=deleted)
        return deleted


def _delete(folder: Path, old: list[OldRecording]) -> list[str]:
    """Delete files; return the ids of those that are gone now."""
    root = folder.resolve()
    gone = []
    for recording in old:
        file = (root / recording.path).resolve()
        if not recording.path or not file.is_relative_to(root):
            log.error("old_recording_has_no_file_here", recording_id=recording.id)
            continue
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            log.error("old_recording_not_deleted", recording_id=recording.id, problem=str(error))
            continue
        gone.append(recording.id)
        with suppress(OSError):  # the day's folder, when nothing is left in it
            file.parent.rmdir()
    return gone
