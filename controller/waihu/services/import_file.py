"""Rows of a list file: CSV in any common encoding and delimiter, XLSX and XLS. Nothing here knows what a lead is."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import python_calamine
from charset_normalizer import from_bytes

from waihu_models.errors import BadInput

SAMPLE_BYTES = 256 * 1024
MAX_FIELD_CHARS = 100_000
_SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
_DELIMITERS = (",", ";", "\t", "|")
_ENCODINGS = ["gb18030", "big5", "cp1252", "shift_jis", "euc_kr"]
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row; ``line`` is where it begins, from 1. ``problem``: it could not be read, ``cells`` are what could."""

    line: int
    cells: list[str]
    problem: str = ""
    bytes_done: int = 0


def read_rows(path: Path) -> Iterator[FileRow]:
    """Yield every row that is not empty, the header first.

    Raises:
        BadInput: the file is not a list at all; says what is wrong with it.
    """
    try:
        yield from _spreadsheet(path) if path.suffix.lower() in _SPREADSHEETS else _csv(path)
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from error
    except UnicodeError as error:
        raise BadInput(f"{path}: it ends, or goes on, in the middle of a character: {error}") from error


def text_form(path: Path) -> tuple[str, str]:
    """Return encoding and delimiter of a text; both empty for a spreadsheet.

    Raises:
        BadInput: it is neither.
    """
    if path.suffix.lower() in _SPREADSHEETS:
        return "", ""
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    encoding = _encoding(path, sample)
    return encoding, _delimiter(sample.decode(encoding, "replace"))


# ---- CSV -----------------------------------------------------------------------------------------------------------


def _csv(path: Path) -> Iterator[FileRow]:
    encoding, delimiter = text_form(path)
    csv.field_size_limit(MAX_FIELD_CHARS)
    # Bytes that do not fit the encoding come through as lone surrogates and are found row by row.
    with path.open("rb") as raw, TextIOWrapper(raw, encoding, "surrogateescape", newline="") as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            lines.begin_row()
            problem = ""
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                cells, problem = _salvaged(lines, delimiter, error)
                reader = csv.reader(lines, delimiter=delimiter, strict=True)
            if problem or any(cell.strip() for cell in cells):
                yield FileRow(lines.row_at, cells, problem or _damage(cells, encoding), raw.tell())


class _Lines:
    """Lines of a file, of which those of the present row can be given back."""

    def __init__(self, file: Iterator[str]) -> None:
        self._file = file
        self._again: list[str] = []  # last one first
        self._next_at = 1
        self.row_at = 1
        self.row: list[str] = []

    def begin_row(self) -> None:
        self.row_at, self.row = self._next_at, []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._file)
        self._next_at += 1
        self.row.append(line)
        return line

    def give_back(self) -> None:
        """Give all but the first line of the row back."""
        again = self.row[1:]
        self._again.extend(reversed(again))
        self._next_at -= len(again)


def _salvaged(lines: _Lines, delimiter: str, error: csv.Error) -> tuple[list[str], str]:
    """Return what a row that is not CSV amounts to; a quote that nobody closes spoils its own line, not those below."""
    if len(lines.row) > 1:
        lines.give_back()
        return [], 'has a quote (") that is not closed'
    try:
        return next(csv.reader(lines.row, delimiter=delimiter)), ""  # a quote in the middle of a cell, as people write
    except csv.Error:
        return [], f"not readable: {error}"


def _damage(cells: list[str], encoding: str) -> str:
    damaged = any("\udc80" <= sign <= "\udcff" for cell in cells for sign in cell)
    return f"has bytes that are no {encoding} text" if damaged else ""


def _encoding(path: Path, sample: bytes) -> str:
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    if _is_utf8(sample) or _mostly_utf8(sample):
        return "utf-8"
    if b"\0" in sample:
        raise BadInput(f"{path} is not a text file; save the list as CSV or XLSX")
    best = from_bytes(sample, cp_isolation=_ENCODINGS).best()
    if best is None:
        raise BadInput(f"{path}: the encoding could not be recognised; save the list as UTF-8")
    return best.encoding


def _is_utf8(sample: bytes) -> bool:
    try:
        # A character cut by the end of the sample is no fault.
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=len(sample) < SAMPLE_BYTES)
    except UnicodeDecodeError:
        return False
    return b"\0" not in sample


def _mostly_utf8(sample: bytes) -> bool:
    """Say whether this is UTF-8 with a few damaged places: in any other encoding hardly a character would fit."""
    text = sample.decode("utf-8", "surrogateescape")
    damaged = sum("\udc80" <= sign <= "\udcff" for sign in text)
    good = sum(sign > "\x7f" for sign in text) - damaged
    return good >= 4 * damaged and b"\0" not in sample


def _delimiter(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip()), "")
    quoted = False
    counts = dict.fromkeys(_DELIMITERS, 0)
    for sign in header:
        quoted ^= sign == '"'
        if sign in counts and not quoted:
            counts[sign] += 1
    return max(_DELIMITERS, key=counts.__getitem__)


# ---- spreadsheets --------------------------------------------------------------------------------------------------


def _spreadsheet(path: Path) -> Iterator[FileRow]:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        rows = book.get_sheet_by_index(0).iter_rows()
    except (python_calamine.CalamineError, IndexError) as error:
        raise BadInput(f"{path} is not a spreadsheet that can be read: {error}") from error
    size = path.stat().st_size
    for line, cells in enumerate(rows, start=1):
        texts = [_text(cell) for cell in cells]
        if any(text.strip() for text in texts):
            yield FileRow(line, texts, "", size)


def _text(cell: Any) -> str:
    """Return what a person sees in a cell; a number kept as 1.38E+10 is its digits."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)
