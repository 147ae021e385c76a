"""Import of lists: everything good goes in, everything else comes back with line and reason, nothing goes in twice.

Rows are read in a thread and written a thousand at a time, each thousand in one transaction: after a crash the same
file is imported again and goes on where it was cut off.
"""

import asyncio
import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TextIO

from waihu.clock import Clock
from waihu.services.import_file import FileRow, read_rows
from waihu.services.import_rows import Columns, NumberRules, find_columns, read_entry
from waihu.store.audit import By
from waihu.store.imports import Chunk, WrittenChunk, begin_import, end_import, write_chunk
from waihu.store.store import Store
from waihu_models.campaign import Campaign, ListOrder
from waihu_models.errors import BadInput
from waihu_models.lead import Consent
from waihu_models.list_entry import BadRow, ListEntry

CHUNK_ROWS = 1000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How a file is read. ``region``: for national numbers, default the campaign's; never guessed."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    region: str | None = None
    error_file: Path | None = None
    allow_fictional: bool = False
    list_name: str = ""  # of the list inside its campaign; empty: the file's name
    by: By | None = None  # who does it, for the audit log
    job_id: str = ""  # of an import that has begun already
    call_consent: Consent = Consent.UNKNOWN  # of rows that say nothing
    recording_consent: Consent = Consent.UNKNOWN


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is."""

    rows: int
    bytes_done: int
    bytes_total: int
    imported: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What became of the rows of a file: ``rows`` is the sum of the other counts but ``new_customers``."""

    rows: int = 0
    imported: int = 0
    new_customers: int = 0
    duplicates_in_file: int = 0
    already_there: int = 0
    rejected: int = 0
    error_file: Path | None = None

    def summary(self) -> str:
        """Say it in a line or two."""
        said = (
            f"{self.rows} rows: {self.imported} imported, {self.already_there} already on the list, "
            f"{self.duplicates_in_file} twice in the file, {self.rejected} rejected"
        )
        return f"{said}\nNot imported, with reasons: {self.error_file}" if self.error_file else said


async def import_leads(
    store: Store,
    path: Path,
    campaign: Campaign,
    options: ImportOptions,
    *,
    clock: Clock,
    on_progress: Callable[[ImportProgress], None] = lambda _: None,
) -> ImportResult:
    """Import a list into a campaign.

    Raises:
        BadInput: the file cannot be read, or has no column of phone numbers; nothing was imported.
        StoreError: the database failed; what was imported so far stays, run it again.
    """
    rules = NumberRules(options.region or campaign.region, options.allow_fictional)
    rows = read_rows(path)
    columns = await asyncio.to_thread(_columns, path, rows, options.mapping)
    size = (await asyncio.to_thread(path.stat)).st_size
    job = {"campaign_id": campaign.id, "file_name": path.name, "sha256": await asyncio.to_thread(digest, path)}
    list_name = (options.list_name or path.stem)[:64]
    job_id = options.job_id or await begin_import(store, job, clock.now(), options.by)
    result = ImportResult()
    with ErrorFile(options.error_file or error_file_of(path), columns.header) as errors:
        while chunk := await asyncio.to_thread(_next_chunk, rows, columns, rules, campaign.order):
            good = [_agreed(entry, options) for entry in chunk.entries if isinstance(entry, ListEntry)]
            bad = [entry for entry in chunk.entries if isinstance(entry, BadRow)]
            written = await write_chunk(store, Chunk(job_id, campaign.id, tuple(good), clock.now(), list_name))
            errors.write([*bad, *written.refused])
            result = _added(result, len(chunk.entries), len(bad), written)
            told = ImportProgress(result.rows, chunk.bytes_done, size, result.imported, result.rejected)
            on_progress(told)
    result = replace(result, error_file=errors.written)
    counts = {
        "rows": result.rows, "imported": result.imported, "rejected": result.rejected,
        "duplicates": result.duplicates_in_file, "already_there": result.already_there,
        "new_customers": result.new_customers,
    }  # fmt: skip
    await end_import(store, job_id, counts, clock.now())
    return result


def _agreed(entry: ListEntry, options: ImportOptions) -> ListEntry:
    """Give a row that says nothing of consent what is said of the whole list."""
    if options.call_consent is options.recording_consent is Consent.UNKNOWN:
        return entry
    call, recording = entry.call_consent, entry.recording_consent
    return replace(
        entry,
        call_consent=options.call_consent if call is Consent.UNKNOWN else call,
        recording_consent=options.recording_consent if recording is Consent.UNKNOWN else recording,
    )


def _added(result: ImportResult, rows: int, bad: int, written: WrittenChunk) -> ImportResult:
    return replace(
        result,
        rows=result.rows + rows,
        imported=result.imported + written.imported,
        new_customers=result.new_customers + written.new_customers,
        duplicates_in_file=result.duplicates_in_file + written.duplicates,
        already_there=result.already_there + written.already_there,
        rejected=result.rejected + bad + len(written.refused) - written.duplicates,
    )


# ---- in a thread ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _ReadChunk:
    entries: list[ListEntry | BadRow]
    bytes_done: int

    def __bool__(self) -> bool:
        return bool(self.entries)


def _columns(path: Path, rows: Iterator[FileRow], mapping: Mapping[str, str]) -> Columns:
    header = next(rows, None)
    if header is None:
        raise BadInput(f"{path} is empty")
    if header.problem:
        raise BadInput(f"{path}: the first row {header.problem}")
    return find_columns(header.cells, mapping)


def _next_chunk(rows: Iterator[FileRow], columns: Columns, rules: NumberRules, order: ListOrder) -> _ReadChunk:
    entries: list[ListEntry | BadRow] = []
    done = 0
    for row in islice(rows, CHUNK_ROWS):
        done = row.bytes_done
        if row.problem:
            entries.append(BadRow(row.line, row.cells, "unreadable", row.problem))
        else:
            entries.append(read_entry(row.line, row.cells, columns, rules, order))
    return _ReadChunk(entries, done)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def error_file_of(path: Path) -> Path:
    """Return where the bad rows of a file go unless told otherwise: beside it."""
    return path.with_name(f"{path.name}.errors.csv")


class ErrorFile:
    """The error file; it comes into being with the first bad row."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self._path = path
        self._header = ["line", "reason", "explanation", *_safe(header)]
        self._file: TextIO | None = None
        self.written: Path | None = None

    def __enter__(self) -> "ErrorFile":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, rows: Iterable[BadRow]) -> None:
        """Add bad rows."""
        for row in sorted(rows, key=_line):
            if self._file is None:
                self._file = self._path.open("w", encoding="utf-8-sig", newline="", errors="backslashreplace")
                csv.writer(self._file).writerow(self._header)
                self.written = self._path
            csv.writer(self._file).writerow([row.line, row.reason, row.text, *_safe(row.cells)])


def _line(row: BadRow) -> int:
    return row.line


def _safe(cells: Sequence[str]) -> list[str]:
    """Keep a spreadsheet from running what a cell says."""
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]
