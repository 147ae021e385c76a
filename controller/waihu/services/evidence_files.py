"""The files of an export of evidence: one chain of JSON lines, and a CSV file for each kind of record."""

import csv
import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

from waihu.services.evidence_chain import Chain
from waihu_models.errors import BadInput

EVIDENCE = "evidence.jsonl"
_PLAIN = frozenset({str, int, float, bool, type(None)})
_FORMULA = ("=", "@", "\t", "\r", "-", "+")


class EvidenceFiles:
    """Writes records as they come; every file can be read by its owner only, and none is ever overwritten."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._chain = Chain()
        self._tables: dict[str, tuple[TextIO, csv.DictWriter[str]]] = {}
        self._made: list[Path] = []
        self.counts: Counter[str] = Counter()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lines = self._open(EVIDENCE)
        except FileExistsError as error:
            raise BadInput(f"{folder} holds evidence already: name another folder") from error
        except OSError as error:
            raise BadInput(f"evidence cannot be written to {folder}: {error}") from error

    def _open(self, name: str) -> TextIO:
        path = self._folder / name
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._made.append(path)
        return os.fdopen(descriptor, "w", encoding="utf-8", newline="")

    def write(self, kind: str, records: Iterable[Mapping[str, Any]]) -> None:
        """Write records of one kind, which all have the same fields."""
        for record in records:
            plain = {name: _plain(value) for name, value in record.items()}
            self._line(self._chain.link(kind, {"record": plain}))
            self._table(kind, list(plain)).writerow({name: _cell(value) for name, value in plain.items()})
            self.counts[kind] += 1

    def _line(self, line: bytes) -> None:
        self._lines.write(line.decode() + "\n")

    def _table(self, kind: str, columns: list[str]) -> "csv.DictWriter[str]":
        if kind not in self._tables:
            file = self._open(f"{kind}.csv")
            self._tables[kind] = file, csv.DictWriter(file, columns)
            self._tables[kind][1].writeheader()
        return self._tables[kind][1]

    def close(self) -> tuple[int, str]:
        """Write the last line and see everything onto the disk; return the number of lines and the last one's hash."""
        for file, _ in self._tables.values():
            _settle(file)
        self._line(self._chain.end({f"{kind}.csv": hash_of(self._folder / f"{kind}.csv") for kind in self._tables}))
        _settle(self._lines)
        return self._chain.lines, self._chain.head

    def discard(self) -> None:
        """Remove what was begun."""
        for file in (self._lines, *(file for file, _ in self._tables.values())):
            file.close()
        for path in self._made:
            path.unlink(missing_ok=True)


def _settle(file: TextIO) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()


def hash_of(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _plain(value: Any) -> Any:
    if type(value) in _PLAIN:  # nearly all of them: a day has millions
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value


def _cell(value: Any) -> Any:
    """Return a value for a table: a spreadsheet must not take a customer's text for a formula."""
    if type(value) is str:
        return f"'{value}" if value.startswith(_FORMULA) and not value[1:].isdigit() else value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
