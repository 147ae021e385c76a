"""What a list file seems to be, before anything of it is imported."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from waihu.services.import_file import FileRow, read_rows, text_form
from waihu.services.import_rows import Columns, NumberRules, find_columns, read_entry, recognised
from waihu.services.words import Words
from waihu_models.campaign import ListOrder
from waihu_models.errors import BadInput
from waihu_models.list_entry import BadRow

SHOWN_ROWS = 20
TRIED_ROWS = 1000
CELL_CHARS = 200
_REASONS = {
    "no_phone_column": Words(
        "no column looks like phone numbers: say which one it is", "没有识别到电话号码列：请指定"
    ),
    "no_rows": Words("the file has a header and nothing below it", "文件只有表头，没有数据"),
    "bad_number": Words("{n} of the first {of} rows have a number that cannot be read, e.g. line {line}: {text}",
                        "前 {of} 行中有 {n} 行号码无法识别，例如第 {line} 行：{text}"),
    "no_number": Words("{n} of the first {of} rows have no number, e.g. line {line}",
                       "前 {of} 行中有 {n} 行没有号码，例如第 {line} 行"),
    "bad_value": Words("{n} of the first {of} rows have a value that does not fit, e.g. line {line}: {text}",
                       "前 {of} 行中有 {n} 行的值不合要求，例如第 {line} 行：{text}"),
    "consent_denied": Words("{n} of the first {of} rows say that the customer may not be called",
                            "前 {of} 行中有 {n} 行注明不允许呼叫"),
    "unreadable": Words("{n} of the first {of} rows cannot be read, e.g. line {line}: {text}",
                        "前 {of} 行中有 {n} 行无法读取，例如第 {line} 行：{text}"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a file; ``code`` is stable."""

    code: str
    words: Words
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A file as it would be read.

    Attributes:
        encoding, delimiter: Of a text; "" of a spreadsheet.
        fields: What each column of the header is taken for; None: kept under its own name.
        rows: The first ones, as they are.
        total: Rows below the header.
        good: How many of the first ``tried`` rows would be imported.
    """

    encoding: str
    delimiter: str
    header: list[str]
    fields: list[str | None]
    rows: list[FileRow]
    total: int
    tried: int
    good: int
    findings: list[Finding] = field(default_factory=list)


def preview(path: Path, mapping: Mapping[str, str], rules: NumberRules, order: ListOrder) -> Preview:
    """Read a file through, in a thread.

    Raises:
        BadInput: it is not a list at all, or the mapping names what is not there.
    """
    encoding, delimiter = text_form(path)
    rows = read_rows(path)
    header = next(rows, None)
    if header is None or header.problem:
        raise BadInput(f"the first row {header.problem}" if header else "the file is empty")
    columns = _columns(header.cells, mapping)
    tried = [row for row, _ in zip(rows, range(TRIED_ROWS), strict=False)]
    total = sum(1 for _ in chain(tried, rows))
    good, findings = _try(tried, columns, rules, order)
    return Preview(
        encoding=encoding,
        delimiter=delimiter,
        header=[cell[:CELL_CHARS] for cell in header.cells],
        fields=_fields(header.cells, columns),
        rows=[_cut(row) for row in tried[:SHOWN_ROWS]],
        total=total,
        tried=len(tried),
        good=good,
        findings=findings,
    )


def _cut(row: FileRow) -> FileRow:
    # Bytes that fit no encoding come as lone surrogates, which no JSON can carry.
    cells = [cell[:CELL_CHARS].encode("utf-8", "replace").decode() for cell in row.cells]
    return FileRow(row.line, cells, row.problem)


def _columns(header: list[str], mapping: Mapping[str, str]) -> Columns | None:
    try:
        return find_columns(header, mapping)
    except BadInput:
        if mapping:
            raise
        return None


def _fields(header: list[str], columns: Columns | None) -> list[str | None]:
    if columns is None:
        return recognised(header)
    known = {place: name for name, place in columns.places.items()} | dict.fromkeys(columns.phones, "phone")
    return [known.get(place) for place in range(len(header))]


def _try(
    rows: list[FileRow], columns: Columns | None, rules: NumberRules, order: ListOrder
) -> tuple[int, list[Finding]]:
    if not rows:
        return 0, [Finding("no_rows", _REASONS["no_rows"])]
    if columns is None:
        return 0, [Finding("no_phone_column", _REASONS["no_phone_column"])]
    first: dict[str, BadRow] = {}
    counts: Counter[str] = Counter()
    for row in rows:
        bad = _bad(row, columns, rules, order)
        if bad is not None:
            counts[bad.reason] += 1
            first.setdefault(bad.reason, bad)
    found = [_finding(reason, n, len(rows), first[reason]) for reason, n in counts.most_common()]
    return len(rows) - counts.total(), found


def _bad(row: FileRow, columns: Columns, rules: NumberRules, order: ListOrder) -> BadRow | None:
    if row.problem:
        return BadRow(row.line, row.cells, "unreadable", row.problem)
    entry = read_entry(row.line, row.cells, columns, rules, order)
    return entry if isinstance(entry, BadRow) else None


def _finding(reason: str, n: int, of: int, bad: BadRow) -> Finding:
    words = _REASONS.get(reason, Words("{n} of the first {of} rows: {text}", "前 {of} 行中有 {n} 行：{text}"))
    return Finding(reason, words.filled(n=n, of=of, line=bad.line, text=bad.text), n)
