"""Files that people send: kept in a folder of our own under names of our own, bounded, and cleaned after a time."""

import asyncio
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

from waihu_models.errors import BadInput, Conflict
from waihu_models.ids import new_id

MOST_KEPT = 200
"""Files in the folder; more are refused until some are cleaned away."""
UNPACKED_LIMIT_BYTES = 1_500_000_000
"""A spreadsheet is a packed file that may be a thousand times as large inside."""
_KINDS = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
_OUR_NAME = re.compile(r"[0-9a-f]{32}\.[a-z]{3,4}(\.errors\.csv)?")
_PACKED = frozenset({".xlsx", ".xlsm", ".xlsb", ".ods"})


class Uploads:
    """The folder of uploads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, kept_as: str) -> Path:
        """Return where a file lies."""
        assert _OUR_NAME.fullmatch(kept_as), kept_as  # names are ours: nothing from outside reaches the file system
        return self._folder / kept_as

    def errors(self, kept_as: str) -> Path:
        """Return where the bad rows of a file lie, if it has any."""
        return self.path(f"{kept_as}.errors.csv")

    async def keep(self, file_name: str, chunks: AsyncIterator[bytes], limit_bytes: int) -> str:
        """Keep a file as it comes in; return our name for it.

        Raises:
            BadInput: it is too large, or no kind of list we read.
            Conflict: too many files are waiting here.
        """
        suffix = Path(file_name).suffix.lower()
        if suffix not in _KINDS:
            raise BadInput(f"{file_name[:80]!r} is no list we can read: save it as CSV or XLSX")
        if len(await asyncio.to_thread(self._names)) >= MOST_KEPT:
            raise Conflict(f"{MOST_KEPT} files are kept already: start or cancel those that wait")
        kept_as = new_id() + suffix
        path = self.path(kept_as)
        try:
            await self._write(path, chunks, limit_bytes)
            await asyncio.to_thread(_check_packed, path)
        except BaseException:
            await asyncio.shield(asyncio.to_thread(path.unlink, missing_ok=True))
            raise
        return kept_as

    async def _write(self, path: Path, chunks: AsyncIterator[bytes], limit_bytes: int) -> None:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True, mode=0o700)
        await asyncio.to_thread(path.touch, mode=0o600)
        written = 0
        async for chunk in chunks:
            written += len(chunk)
            if written > limit_bytes:
                raise BadInput(f"the file is larger than {limit_bytes // 1_000_000} MB (web.upload_limit_mb)")
            await asyncio.to_thread(_append, path, chunk)
        if written == 0:
            raise BadInput("the file is empty")

    async def remove(self, kept_as: str) -> None:
        """Take a file and its bad rows away."""
        for path in (self.path(kept_as), self.errors(kept_as)):
            await asyncio.to_thread(path.unlink, missing_ok=True)

    def _names(self) -> list[str]:
        return [path.name for path in self._folder.glob("*") if not path.name.endswith(".errors.csv")]


def _append(path: Path, chunk: bytes) -> None:
    with path.open("ab") as file:
        file.write(chunk)


def _check_packed(path: Path) -> None:
    if path.suffix not in _PACKED:
        return
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(one.file_size for one in packed.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise BadInput(f"this is no {path.suffix[1:].upper()} file: {error}") from error
    if size > UNPACKED_LIMIT_BYTES:
        raise BadInput(f"unpacked the spreadsheet is {size // 1_000_000} MB large: save it as CSV")
