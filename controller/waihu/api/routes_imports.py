"""Imports: send a list, look at what it seems to be, start it, follow it, fetch the rows that were not taken."""

import asyncio
import re
from datetime import datetime
from typing import Annotated

from aiohttp import hdrs, web
from msgspec import Meta, Struct
from sqlalchemy import RowMapping

from waihu.api.ask import Ask
from waihu.api.both import BothLanguages, both
from waihu.api.looking import campaign_seen
from waihu.api.routes import Routes
from waihu.api.uploading import sent_file
from waihu.services.import_jobs import ImportWish, wish_of
from waihu.services.import_preview import Preview
from waihu.services.import_rows import FIELDS
from waihu.store.audit import note
from waihu.store.import_jobs import ImportState, job_row, jobs_of
from waihu.store.visible import visible_campaigns
from waihu_models.access import Right
from waihu_models.errors import BadField, NotFound
from waihu_models.lead import Consent

routes = Routes("imports")

Mapping = Annotated[dict[str, Annotated[str, Meta(max_length=200)]], Meta(max_length=40)]


class ImportRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a file is to be imported.

    ``mapping``: field -> name of its column, where the header does not say it; "" for a field no column has.
    ``region``: the country in which national numbers are read, by default the campaign's.
    The consents are those of rows that say nothing.
    """

    mapping: Mapping = {}
    region: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | None = None
    list_name: Annotated[str, Meta(max_length=64)] = ""
    call_consent: Consent = Consent.UNKNOWN
    recording_consent: Consent = Consent.UNKNOWN
    allow_fictional: bool = False  # take numbers in no range that is in use, as demos do


class ImportShown(Struct, frozen=True, kw_only=True):
    """An import. ``rows`` of ``total`` have been read; ``kept``: the file is still here."""

    id: str
    campaign_id: str
    file_name: str
    sha256: str
    state: ImportState
    actor: str
    wish: ImportRequest
    total: int
    rows: int
    imported: int
    new_customers: int
    already_there: int
    duplicates: int
    rejected: int
    problem: str
    kept: bool
    has_errors: bool
    started_at: datetime
    ended_at: datetime | None


class PreviewRow(Struct, frozen=True, kw_only=True):
    """A row of the file as it is; ``problem``: it cannot be read."""

    line: int
    cells: list[str]
    problem: str


class PreviewColumn(Struct, frozen=True, kw_only=True):
    """A column; ``field`` is what it is taken for, null: it is kept under its own name."""

    name: str
    field: str | None


class PreviewFinding(Struct, frozen=True, kw_only=True):
    """Something wrong with the file; ``code`` is stable."""

    code: str
    text: BothLanguages
    rows: int


class ImportPreview(Struct, frozen=True, kw_only=True):
    """What a file seems to be; ``good`` of the first ``tried`` rows would be imported."""

    encoding: str
    delimiter: str
    columns: list[PreviewColumn]
    fields: list[str]  # everything a column can be taken for
    rows: list[PreviewRow]
    total: int
    tried: int
    good: int
    findings: list[PreviewFinding]


class ImportReceived(Struct, frozen=True, kw_only=True):
    """A file that was sent; ``before``: imports of the very same file into this campaign."""

    job: ImportShown
    preview: ImportPreview
    before: list[ImportShown]


def _shown(ask: Ask, row: RowMapping) -> ImportShown:
    wish = wish_of(row["wishes"])
    plain = (
        "id", "campaign_id", "file_name", "sha256", "actor", "total", "rows", "imported", "new_customers",
        "already_there", "duplicates", "rejected", "problem", "started_at", "ended_at",
    )  # fmt: skip
    uploads, kept_as = ask.house.records.uploads, row["kept_as"]
    return ImportShown(
        **{name: row[name] for name in plain},
        state=ImportState(row["state"]),
        wish=ImportRequest(**{name: getattr(wish, name) for name in ImportRequest.__struct_fields__}),
        kept=bool(kept_as),
        has_errors=bool(kept_as) and uploads.errors(kept_as).is_file(),
    )


def _preview(seen: Preview) -> ImportPreview:
    columns = zip(seen.header, seen.fields, strict=True)
    return ImportPreview(
        encoding=seen.encoding, delimiter=seen.delimiter,
        columns=[PreviewColumn(name=name, field=field) for name, field in columns], fields=list(FIELDS),
        rows=[PreviewRow(line=row.line, cells=row.cells, problem=row.problem) for row in seen.rows],
        total=seen.total, tried=seen.tried, good=seen.good,
        findings=[PreviewFinding(code=one.code, text=both(one.words), rows=one.rows) for one in seen.findings],
    )  # fmt: skip


def _wish(body: ImportRequest) -> ImportWish:
    return ImportWish(**{name: getattr(body, name) for name in ImportRequest.__struct_fields__})


async def _row(ask: Ask, import_id: str) -> RowMapping:
    return await job_row(ask.house.store, import_id, visible_campaigns(ask.viewer, Right.IMPORTS))


@routes.post("/campaigns/{campaign_id}/imports", right=Right.IMPORTS, status=201, upload=True)
async def create_import(ask: Ask, campaign_id: str) -> ImportReceived:
    """Send a list as CSV or a spreadsheet; it is looked at, and waits to be started."""
    campaign = await campaign_seen(ask, campaign_id, Right.IMPORTS)
    imports = ask.house.records.imports
    async with sent_file(ask) as sent:
        import_id, seen = await imports.receive(sent.name, sent.chunks, sent.limit_bytes, campaign, ask.by)
    row = await _row(ask, import_id)
    before = [_shown(ask, one) for one in await imports.before(campaign_id, row["sha256"])]
    return ImportReceived(job=_shown(ask, row), preview=_preview(seen), before=before)


@routes.get("/campaigns/{campaign_id}/imports", right=Right.IMPORTS)
async def list_imports(ask: Ask, campaign_id: str) -> list[ImportShown]:
    """Return the newest hundred imports of a campaign, newest first."""
    await campaign_seen(ask, campaign_id, Right.IMPORTS)
    return [_shown(ask, row) for row in await jobs_of(ask.house.store, campaign_id, 100)]


@routes.get("/imports/{import_id}", right=Right.IMPORTS)
async def read_import(ask: Ask, import_id: str) -> ImportShown:
    """Return one import, and how far it is."""
    return _shown(ask, await _row(ask, import_id))


@routes.post("/imports/{import_id}/preview", right=Right.IMPORTS)
async def preview_import(ask: Ask, import_id: str, body: ImportRequest) -> ImportPreview:
    """Look at a file again with another mapping or region."""
    row = await _row(ask, import_id)
    campaign = await campaign_seen(ask, row["campaign_id"], Right.IMPORTS)
    return _preview(await ask.house.records.imports.preview(row, campaign, _wish(body)))


@routes.post("/imports/{import_id}/start", right=Right.IMPORTS)
async def start_import(ask: Ask, import_id: str, body: ImportRequest) -> ImportShown:
    """Import a file that was looked at, in the background."""
    row = await _row(ask, import_id)
    campaign = await campaign_seen(ask, row["campaign_id"], Right.IMPORTS)
    await ask.house.records.imports.start(row, campaign, _wish(body), ask.by)
    return _shown(ask, await _row(ask, import_id))


@routes.post("/imports/{import_id}/again", right=Right.IMPORTS, status=201)
async def repeat_import(ask: Ask, import_id: str) -> ImportShown:
    """Begin anew, as a new import, one that failed, was cancelled or interrupted; nothing goes in twice."""
    row = await _row(ask, import_id)
    campaign = await campaign_seen(ask, row["campaign_id"], Right.IMPORTS)
    made = await ask.house.records.imports.again(row, campaign, ask.by)
    return _shown(ask, await _row(ask, made))


@routes.post("/imports/{import_id}/cancel", right=Right.IMPORTS)
async def cancel_import(ask: Ask, import_id: str) -> ImportShown:
    """End an import that waits or runs; what is on the list already stays."""
    await ask.house.records.imports.cancel(await _row(ask, import_id), ask.by)
    return _shown(ask, await _row(ask, import_id))


@routes.get("/imports/{import_id}/errors", right=Right.IMPORTS, media_type="text/csv")
async def read_import_errors(ask: Ask, import_id: str) -> web.FileResponse:
    """Return the rows that were not taken, each with its reason, as CSV."""
    row = await _row(ask, import_id)
    if ask.request.query:
        raise BadField("$", "this takes no parameters")
    path = ask.house.records.uploads.errors(row["kept_as"]) if row["kept_as"] else None
    if path is None or not await asyncio.to_thread(path.is_file):
        raise NotFound("there are no rows that were not taken, or the file is no longer kept")
    by = ask.by
    # The rows hold numbers in clear: that somebody took them is on record before they leave.
    await ask.house.store.write(lambda connection: note(connection, by, "import.errors", import_id))
    plain = re.sub(r"[^\w.-]+", "_", row["file_name"], flags=re.ASCII)
    said = f'attachment; filename="{plain}.errors.csv"'
    return web.FileResponse(
        path, headers={hdrs.CONTENT_TYPE: "text/csv; charset=utf-8", hdrs.CONTENT_DISPOSITION: said}
    )
