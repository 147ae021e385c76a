"""A chain of lines: each carries its number and the SHA-256 of the line before, so that none can be changed unseen.

Who can write the whole file anew can make another chain: its head, kept elsewhere, tells the two apart.
"""

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

END = "end"
REMEMBERED = 100_000
"""Lines whose hashes are kept in memory, to find where lines put in between begin."""


class Chain:
    """Makes lines."""

    def __init__(self) -> None:
        self.lines = 0
        self.head = ""  # SHA-256 of the last line, in hexadecimal

    def link(self, kind: str, record: Mapping[str, Any]) -> bytes:
        """Return the next line, without its line break."""
        self.lines += 1
        said = {"seq": self.lines, "prev": self.head, "kind": kind, **record}
        line = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        self.head = _hash(line)
        return line

    def end(self, files: Mapping[str, str]) -> bytes:
        """Return the last line: how many there are before it, the last hash, and the hashes of the files beside."""
        return self.link(END, {"lines": self.lines, "head": self.head, "files": dict(files)})


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: the first ``fault``, "" when the chain is whole; ``head`` is the SHA-256 of its last line."""

    lines: int
    head: str
    fault: str = ""
    files: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it was read; one that cannot be read has number 0."""

    hash: str
    seq: int = 0
    prev: str = ""
    said: Mapping[str, Any] | None = None

    @property
    def ends(self) -> bool:
        return self.said is not None and self.said.get("kind") == END


def _read(line: bytes) -> _Line:
    try:
        said = json.loads(line)
        return _Line(_hash(line), int(said["seq"]), str(said["prev"]), said)
    except (ValueError, KeyError, TypeError):
        return _Line(_hash(line))


def verify(lines: Iterable[bytes]) -> Verdict:
    """Return the first line that was changed, removed or inserted, or that the chain is whole."""
    hashes: deque[str] = deque([""], REMEMBERED)
    position, last = 0, _Line("")
    for position, (line, following) in enumerate(_pairs(lines), 1):
        fault = _fault(line, following, position, hashes) if not last.ends else f"line {position} was inserted"
        if fault:
            return Verdict(position - 1, last.hash, fault)
        hashes.append(line.hash)
        last = line
    if not last.ends:
        return Verdict(position, last.hash, f"line {position + 1} was removed: the file is cut off")
    said = last.said or {}
    return Verdict(position, last.hash, files=said.get("files") or {})


def _pairs(lines: Iterable[bytes]) -> Iterator[tuple[_Line, _Line | None]]:
    """Yield each line with the one after it."""
    before: _Line | None = None
    for raw in lines:
        line = _read(raw.rstrip(b"\r\n"))
        if before is not None:
            yield before, line
        before = line
    if before is not None:
        yield before, None


def _fault(line: _Line, following: _Line | None, position: int, hashes: deque[str]) -> str:
    """Say what is wrong with a line, "" if nothing; the lines before it were found to hold."""
    if _fits(line, position, hashes[-1]):
        torn = line.ends and (line.said or {}).get("head") != line.prev
        return f"line {position} was changed" if torn else ""
    if following is not None and _fits(following, position, hashes[-1]):
        return f"line {position} was inserted"
    if line.seq > position and line.prev != hashes[-1]:
        last = line.seq - 1
        return f"line {position} was removed" if last == position else f"lines {position} to {last} were removed"
    if 0 < line.seq < position and line.prev == _hash_before(line.seq, position, hashes):
        return f"line {line.seq} was inserted"
    intact = following is None or following.prev == line.hash
    # It says rightly which line it is, and the next one speaks for it: then the one before is not what it was.
    return f"line {position - 1 if intact and line.seq == position > 1 else position} was changed"


def _fits(line: _Line, position: int, last_hash: str) -> bool:
    return line.seq == position and line.prev == last_hash


def _hash_before(seq: int, position: int, hashes: deque[str]) -> str | None:
    """Return the hash of line ``seq - 1``; the last one kept is that of line ``position - 1``."""
    back = position - seq + 1
    return hashes[-back] if back <= len(hashes) else None
