"""Imports of files that people send: looked at first, then run in the background, one at a time for each campaign.

An import that the program's end cut off is shown as interrupted. Beginning it again makes a new job on the same file:
rows that are on the list already are passed over and counted as such.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import RowMapping

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.import_preview import Preview, preview
from waihu.services.import_rows import NumberRules
from waihu.services.importer import ImportOptions, ImportProgress, digest, import_leads
from waihu.services.tasks import Tasks
from waihu.services.uploads import Uploads
from waihu.store import import_jobs as stored
from waihu.store.audit import By
from waihu.store.import_jobs import AGAIN, UNDER_WAY, ImportState
from waihu.store.store import Store
from waihu_models.campaign import Campaign
from waihu_models.errors import BadInput, Conflict, NotFound, StoreError, WaihuError
from waihu_models.events import ImportMoved
from waihu_models.ids import CampaignId
from waihu_models.lead import Consent

log = structlog.get_logger()

MOST_WAITING = 20
AT_ONCE = 2
"""Imports of different campaigns that run together: they share one writer with the calls."""
SAVED_EVERY_S = 1.0
KEPT = timedelta(days=7)
CLEANED_EVERY_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportWish:
    """How a file is to be imported. ``mapping``: field -> column, "" for a field no column has."""

    mapping: dict[str, str] = field(default_factory=dict)
    region: str | None = None
    list_name: str = ""
    call_consent: Consent = Consent.UNKNOWN
    recording_consent: Consent = Consent.UNKNOWN
    allow_fictional: bool = False


@dataclass(slots=True)
class _Job:
    """One that waits or runs."""

    id: str
    kept_as: str
    campaign: Campaign
    wish: ImportWish
    total: int
    by: By
    cancelled: bool = False
    saved_s: float = 0.0
    rows: int = 0
    rejected: int = 0


class _Cancelled(Exception):
    """Somebody wants a running import to end."""


class ImportJobs:
    """Everything that is done with the files of lists."""

    def __init__(self, store: Store, uploads: Uploads, bus: Bus, clock: Clock, tasks: Tasks) -> None:
        self._store = store
        self._uploads = uploads
        self._bus = bus
        self._clock = clock
        self._tasks = tasks
        self._waiting: deque[_Job] = deque()
        self._running: dict[CampaignId, _Job] = {}
        self.on_leads: Callable[[CampaignId], None] = lambda _: None  # told that a list has grown

    async def load(self) -> None:
        """At the start: say of what was under way that it was cut off."""
        text = "the program ended before the import did; begin it again: what is on the list already stays once"
        for row in await stored.interrupt_all(self._store, text, self._clock.now()):
            log.warning("import_interrupted", import_id=row["id"], rows=row["rows"])

    # ---- looking ---------------------------------------------------------------------------------------------------

    async def receive(
        self, file_name: str, chunks: AsyncIterator[bytes], limit_bytes: int, campaign: Campaign, by: By
    ) -> tuple[str, Preview]:
        """Keep a file and look at it; return the id of its job and what was seen.

        Raises:
            BadInput: it is too large, or no list.
            Conflict: too many files are waiting.
        """
        kept_as = await self._uploads.keep(file_name, chunks, limit_bytes)
        try:
            seen = await self._look(kept_as, campaign, ImportWish())
            sha256 = await asyncio.to_thread(digest, self._uploads.path(kept_as))
            row = {
                "campaign_id": campaign.id, "file_name": file_name[:200], "sha256": sha256, "kept_as": kept_as,
                "state": str(ImportState.ANALYSED), "total": seen.total, "wishes": {},
            }  # fmt: skip
            return await stored.add_job(self._store, row, by), seen
        except BaseException:
            await asyncio.shield(self._uploads.remove(kept_as))
            raise

    async def preview(self, row: RowMapping, campaign: Campaign, wish: ImportWish) -> Preview:
        """Look at a kept file again, with another mapping or region.

        Raises:
            NotFound: the file is no longer kept.
            BadInput: the mapping names what is not there.
        """
        return await self._look(self._kept(row), campaign, wish)

    async def _look(self, kept_as: str, campaign: Campaign, wish: ImportWish) -> Preview:
        rules = NumberRules(wish.region or campaign.region, wish.allow_fictional)
        path = self._uploads.path(kept_as)
        try:
            return await asyncio.to_thread(preview, path, wish.mapping, rules, campaign.order)
        except BadInput as error:
            raise BadInput(str(error).replace(str(path), "the file")) from error

    def _kept(self, row: RowMapping) -> str:
        if not row["kept_as"] or not self._uploads.path(row["kept_as"]).is_file():
            raise NotFound("the file is no longer kept: send it again")
        return str(row["kept_as"])

    async def before(self, campaign_id: str, sha256: str) -> list[RowMapping]:
        """Return earlier imports of the same file into a campaign."""
        return await stored.same_file(self._store, campaign_id, sha256)

    # ---- running ---------------------------------------------------------------------------------------------------

    async def start(self, row: RowMapping, campaign: Campaign, wish: ImportWish, by: By) -> None:
        """Let an import that was looked at run, as soon as no other one of its campaign does.

        Raises:
            NotFound: its file is no longer kept.
            Conflict: it was started before, or too many are waiting.
            BadInput: the mapping names what is not there.
        """
        self._room()
        seen = await self.preview(row, campaign, wish)
        if "phone" not in seen.fields:
            raise BadInput("no column is mapped to phone")
        values = {"wishes": _plain(wish), "total": seen.total}
        await stored.move_job(self._store, row["id"], ImportState.QUEUED, (ImportState.ANALYSED,), by, **values)
        self._enqueue(_Job(row["id"], row["kept_as"], campaign, wish, seen.total, by))

    async def again(self, row: RowMapping, campaign: Campaign, by: By) -> str:
        """Begin anew an import that failed, was cancelled or cut off; return the id of the new job.

        Raises:
            NotFound: its file is no longer kept.
            Conflict: there is nothing to begin again, or too many are waiting.
        """
        if row["state"] not in AGAIN:
            raise Conflict(f"the import is {row['state']}: there is nothing to begin again")
        self._room()
        kept_as = self._kept(row)
        if any(job.kept_as == kept_as for job in (*self._running.values(), *self._waiting)):
            raise Conflict("this file is being imported already")
        copied = {name: row[name] for name in ("campaign_id", "file_name", "sha256", "kept_as", "total", "wishes")}
        job_id = await stored.add_job(self._store, {**copied, "state": str(ImportState.QUEUED)}, by)
        self._enqueue(_Job(job_id, kept_as, campaign, wish_of(row["wishes"]), row["total"], by))
        return job_id

    async def cancel(self, row: RowMapping, by: By) -> None:
        """End an import that waits or runs; what is on the list already stays.

        Raises:
            Conflict: it is over.
        """
        if row["state"] not in {ImportState.ANALYSED, *UNDER_WAY}:
            raise Conflict(f"the import is {row['state']}")
        running = self._running.get(row["campaign_id"])
        if running is not None and running.id == row["id"]:
            running.cancelled = True
            return
        self._waiting = deque(job for job in self._waiting if job.id != row["id"])
        known = (ImportState.ANALYSED, ImportState.QUEUED)
        ended_at = self._clock.now()
        await stored.move_job(self._store, row["id"], ImportState.CANCELLED, known, by, ended_at=ended_at)

    def _room(self) -> None:
        if len(self._waiting) >= MOST_WAITING:
            raise Conflict(f"{MOST_WAITING} imports are waiting already: try again when some are done")

    def _enqueue(self, job: _Job) -> None:
        self._waiting.append(job)
        self._told(job, ImportState.QUEUED)
        self._launch()

    def _launch(self) -> None:
        """Start what may run now, in the order in which it came."""
        for job in list(self._waiting):
            if len(self._running) < AT_ONCE and job.campaign.id not in self._running:
                self._waiting.remove(job)
                self._running[job.campaign.id] = job
                self._tasks.start(self._run(job), f"import {job.id}")

    async def _run(self, job: _Job) -> None:
        try:
            await stored.move_job(self._store, job.id, ImportState.RUNNING, (ImportState.QUEUED,))
            self._told(job, ImportState.RUNNING)
            await self._import(job)
        finally:
            del self._running[job.campaign.id]
            self._launch()

    async def _import(self, job: _Job) -> None:
        state, problem = ImportState.DONE, ""
        try:
            await import_leads(
                self._store, self._uploads.path(job.kept_as), job.campaign, self._options(job),
                clock=self._clock, on_progress=lambda progress: self._progress(job, progress),
            )  # fmt: skip
        except _Cancelled:
            state = ImportState.CANCELLED
        except (WaihuError, OSError) as error:
            state = ImportState.FAILED
            problem = str(error).replace(str(self._uploads.path(job.kept_as)), "the file")
            log.error("import_failed", import_id=job.id, problem=problem)
        if state is not ImportState.DONE:
            values = {"problem": problem, "ended_at": self._clock.now()}
            by = job.by if state is ImportState.CANCELLED else None
            await stored.move_job(self._store, job.id, state, UNDER_WAY, by, **values)
        self.on_leads(job.campaign.id)
        self._told(job, state)

    def _options(self, job: _Job) -> ImportOptions:
        wish = job.wish
        return ImportOptions(
            mapping=wish.mapping, region=wish.region, list_name=wish.list_name, by=job.by, job_id=job.id,
            allow_fictional=wish.allow_fictional, error_file=self._uploads.errors(job.kept_as),
            call_consent=wish.call_consent, recording_consent=wish.recording_consent,
        )  # fmt: skip

    def _progress(self, job: _Job, progress: ImportProgress) -> None:
        job.rows, job.rejected = progress.rows, progress.rejected
        if job.cancelled:
            raise _Cancelled
        now_s = self._clock.monotonic()
        if now_s - job.saved_s >= SAVED_EVERY_S:
            job.saved_s = now_s
            counts = {"rows": progress.rows, "imported": progress.imported, "rejected": progress.rejected}
            self._tasks.start(self._save(job, counts), f"progress of import {job.id}")

    async def _save(self, job: _Job, counts: dict[str, int]) -> None:
        try:
            await stored.save_progress(self._store, job.id, counts)
        except StoreError as error:
            log.warning("import_progress_lost", import_id=job.id, problem=str(error))
        self._told(job, ImportState.RUNNING)

    def _told(self, job: _Job, state: ImportState) -> None:
        total = max(job.total, job.rows)
        self._bus.publish(ImportMoved(job.id, job.campaign.id, str(state), job.rows, total, job.rejected))

    # ---- cleaning --------------------------------------------------------------------------------------------------

    async def clean_for_ever(self) -> None:
        """Take away files that nobody needs any more, every hour until cancelled."""
        while True:
            await self.clean()
            await asyncio.sleep(CLEANED_EVERY_S)

    async def clean(self) -> None:
        """Take away the files of imports that were begun long ago and are not under way."""
        rows = await stored.kept_files(self._store)
        since = self._clock.now() - KEPT
        needed = {row["kept_as"] for row in rows if row["state"] in UNDER_WAY or row["started_at"] >= since}
        for kept_as in {row["kept_as"] for row in rows} - needed:
            await self._uploads.remove(kept_as)
            await stored.file_gone(self._store, kept_as)


def _plain(wish: ImportWish) -> dict[str, Any]:
    plain = {name: getattr(wish, name) for name in ImportWish.__dataclass_fields__}
    return {**plain, "call_consent": str(wish.call_consent), "recording_consent": str(wish.recording_consent)}


def wish_of(plain: dict[str, Any]) -> ImportWish:
    """Return the wish that was kept with a job."""
    known = {name: plain[name] for name in ImportWish.__dataclass_fields__ if name in plain}
    for name in {"call_consent", "recording_consent"} & known.keys():
        known[name] = Consent(known[name])
    return ImportWish(**known)
