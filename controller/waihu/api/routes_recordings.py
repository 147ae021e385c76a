"""Recordings: listed, heard in pieces as players ask for them, drawn as a waveform."""

from datetime import datetime
from typing import Annotated

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web_request import BaseRequest
from msgspec import Meta, Struct
from sqlalchemy import RowMapping

from waihu.api.ask import Ask
from waihu.api.looking import moment
from waihu.api.paging import DEFAULT_LIMIT, Limit, Page, cursor, key_of
from waihu.api.routes import Routes
from waihu.store.audit import note
from waihu.store.recordings_list import find_recordings, recording_row
from waihu.store.visible import visible_calls
from waihu_models.access import Right
from waihu_models.recording import RecordingState

routes = Routes("recordings")


class RecordingQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of the list."""

    after: str | None = None
    limit: Limit = DEFAULT_LIMIT


class RecordingShown(Struct, frozen=True, kw_only=True):
    """A recording: stereo, the customer left, the agent right."""

    id: str
    call_id: str
    state: RecordingState
    started_at: datetime
    duration_s: float
    size_bytes: int
    sha256: str
    error: str
    agent_id: str | None
    campaign_id: str | None
    customer_id: str | None


class PeaksQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many peaks of each channel are wanted."""

    buckets: Annotated[int, Meta(ge=10, le=2000)] = 800


class PeaksShown(Struct, frozen=True, kw_only=True):
    """The waveform: for each channel the loudest sample of each of equal parts, 0 to 1."""

    duration_s: float
    channels: list[list[float]]


def _shown(row: RowMapping) -> RecordingShown:
    return RecordingShown(
        id=row["id"], call_id=row["call_id"], state=RecordingState(row["state"]), started_at=row["started_at"],
        duration_s=row["duration_s"], size_bytes=row["size_bytes"], sha256=row["sha256"], error=row["error"],
        agent_id=row["agent_id"], campaign_id=row["campaign_id"], customer_id=row["customer_id"],
    )  # fmt: skip


async def _row(ask: Ask, recording_id: str, right: Right = Right.RECORDINGS_HEAR) -> RowMapping:
    return await recording_row(ask.house.store, recording_id, visible_calls(ask.viewer, right))


@routes.get("/recordings", right=Right.RECORDINGS_HEAR)
async def list_recordings(ask: Ask, query: RecordingQuery) -> Page[RecordingShown]:
    """Return the recordings that may be heard, newest first."""
    key = key_of(query.after, str, str)
    after = (moment(key[0]), key[1]) if key is not None else None
    visible = visible_calls(ask.viewer, Right.RECORDINGS_HEAR)
    rows = await find_recordings(ask.house.store, visible, after, query.limit)
    shown, more = rows[: query.limit], len(rows) > query.limit
    next_page = cursor(shown[-1]["dialled_at"].isoformat(), shown[-1]["call_id"]) if more else None
    return Page(items=[_shown(row) for row in shown], next=next_page)


@routes.get("/recordings/{recording_id}", right=Right.RECORDINGS_HEAR)
async def read_recording(ask: Ask, recording_id: str) -> RecordingShown:
    """Return one recording."""
    return _shown(await _row(ask, recording_id))


class _Sound(web.FileResponse):
    """A file in pieces; a piece is given only of the file the player began with."""

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        """Send the head, and the file; the whole one if ``If-Range`` names another than this."""
        said = request.headers.get(hdrs.IF_RANGE, "")
        if said.startswith('"') or said.startswith("W/"):
            stat = self._path.stat()
            if said != f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"':
                kept = request.headers.copy()
                kept.popall(hdrs.RANGE, None)
                return await super().prepare(request.clone(headers=kept))
        return await super().prepare(request)


@routes.get("/recordings/{recording_id}/audio", right=Right.RECORDINGS_HEAR, media_type="audio/wav")
async def read_audio(ask: Ask, recording_id: str) -> web.FileResponse:
    """Return the sound, whole or the range asked for; that somebody listened is put on record."""
    row = await _row(ask, recording_id)
    files = ask.house.records.recording_files
    sound = await files.find(row)
    if ask.request.method != hdrs.METH_HEAD:
        await files.listened(recording_id, ask.viewer.user_id, ask.by)
    # Nobody's browser keeps it: who may no longer hear it finds nothing on the disk.
    return _Sound(sound.path, headers={hdrs.CONTENT_TYPE: sound.media_type, hdrs.CACHE_CONTROL: "private, no-store"})


@routes.get("/recordings/{recording_id}/file", right=Right.RECORDINGS_DOWNLOAD, media_type="audio/wav")
async def download_recording(ask: Ask, recording_id: str) -> web.FileResponse:
    """Return the sound as a file to be kept; each one is put on record."""
    row = await _row(ask, recording_id, Right.RECORDINGS_DOWNLOAD)
    sound = await ask.house.records.recording_files.find(row)
    if ask.request.method != hdrs.METH_HEAD:
        await ask.house.store.write(lambda connection: note(connection, ask.by, "recording.download", recording_id))
    name = f'attachment; filename="{row["started_at"]:%Y%m%d-%H%M%S}-{recording_id}{sound.path.suffix}"'
    headers = {hdrs.CONTENT_TYPE: sound.media_type, hdrs.CACHE_CONTROL: "private, no-store"}
    return _Sound(sound.path, headers={**headers, hdrs.CONTENT_DISPOSITION: name})


@routes.get("/recordings/{recording_id}/peaks", right=Right.RECORDINGS_HEAR)
async def read_peaks(ask: Ask, recording_id: str, query: PeaksQuery) -> PeaksShown:
    """Return the waveform of a recording."""
    row = await _row(ask, recording_id)
    files = ask.house.records.recording_files
    channels = await files.peaks(recording_id, await files.find(row), query.buckets)
    return PeaksShown(duration_s=row["duration_s"], channels=channels)
