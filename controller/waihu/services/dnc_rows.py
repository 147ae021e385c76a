"""Numbers of a do-not-call file: bare ones, one or more to a row, or the phone columns of a list with a header."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import phonenumbers

from waihu.services.import_file import FileRow, read_rows
from waihu.services.import_rows import NumberRules, find_columns
from waihu.services.plain_numbers import Country, country_of, plain_number
from waihu_models.errors import BadInput, BadNumber
from waihu_models.list_entry import BadRow
from waihu_models.phone import E164


@dataclass(frozen=True, slots=True)
class DncFile:
    """An opened file: how its cells are read, and its rows without the header."""

    header: tuple[str, ...]
    phones: tuple[int, ...]  # where numbers stand; empty: in every cell
    numbers: NumberRules
    rows: Iterator[FileRow]
    home: Country | None = None  # of national numbers

    def read(self, row: FileRow) -> list[E164] | BadRow:
        """Return the numbers of a row, or why it cannot be taken."""
        if row.problem:
            return BadRow(row.line, row.cells, "unreadable", row.problem)
        places = self.phones or range(len(row.cells))
        found: list[E164] = []
        for place in places:
            cell = row.cells[place].strip() if place < len(row.cells) else ""
            if cell:
                try:
                    found.append(plain_number(cell, self.home) or self.numbers.read(cell))
                except BadNumber as error:
                    return BadRow(row.line, row.cells, "bad_number", f"column {self._column(place)}: {error}")
        return found or BadRow(row.line, row.cells, "no_number", f"column {self._column(places[0])}: no phone number")

    def _column(self, place: int) -> str:
        return f"{place + 1} ({self.header[place]})" if place < len(self.header) else str(place + 1)


def open_dnc_file(path: Path, region: str | None, mapping: Mapping[str, str]) -> DncFile:
    """Open a file; what its first row is decides whether it has a header.

    Numbers in no range that is in use are taken like others: on such a list they can do no harm.

    Args:
        path: CSV, XLSX or XLS.
        region: ISO country in which national numbers are read; None: they must begin with +.
        mapping: ``phone`` -> name of its column, where the header does not say it by itself.
    Raises:
        BadInput: it cannot be read, is empty, or its header has no column of phone numbers.
    """
    rows = read_rows(path)
    numbers, home = NumberRules(region, allow_fictional=True), country_of(region)
    first = next(rows, None)
    if first is None:
        raise BadInput(f"{path} is empty")
    if not mapping and _split(first.cells, region):
        return DncFile((), (), numbers, (_joined(row, region) for row in chain([first], rows)), home)
    if not mapping and any(_is_number(cell, numbers) for cell in first.cells):
        return DncFile((), (), numbers, chain([first], rows), home)
    if first.problem:
        raise BadInput(f"{path}: the first row {first.problem}")
    columns = find_columns(first.cells, mapping)
    return DncFile(columns.header, columns.phones, numbers, rows, home)


def _is_number(cell: str, numbers: NumberRules) -> bool:
    try:
        return bool(cell.strip() and numbers.read(cell))
    except BadNumber:
        return False


def _split(cells: Sequence[str], region: str | None) -> bool:
    """Say whether a row is area code and number, as the national list of the United States is given out."""
    return (
        region is not None
        and phonenumbers.country_code_for_region(region) == 1
        and [len(cell.strip()) for cell in cells] == [3, 7]
        and all(cell.strip().isdecimal() for cell in cells)
    )


def _joined(row: FileRow, region: str | None) -> FileRow:
    cells = ["".join(cell.strip() for cell in row.cells)] if _split(row.cells, region) else row.cells
    return FileRow(row.line, cells, row.problem, row.bytes_done)
