"""Where a key stands in a TOML text: ``tomllib`` says what is written, not in which line."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_HEAD = re.compile(r"\s*(\[\[?)\s*([\w.\-\"' ]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w.\-]+)\s*=")
_LONG = re.compile(r'"""|\'\'\'')


def line_of(text: str, path: Path) -> int:
    """Return the line, counted from 1, of a key or of the nearest part above it that is written; 1 if none is."""
    known: dict[Path, int] = {}
    for at, line in _keys(text):
        known.setdefault(at, line)
    return next((known[path[:end]] for end in range(len(path), 0, -1) if path[:end] in known), 1)


def _keys(text: str) -> Iterator[tuple[Path, int]]:
    table: Path = ()
    counts: Counter[str] = Counter()
    inside_text = False
    for number, line in enumerate(text.splitlines(), 1):
        was_inside = inside_text
        inside_text ^= len(_LONG.findall(line)) % 2 == 1
        if was_inside:
            continue
        head, key = _HEAD.match(line), _KEY.match(line)
        if head:
            name = head[2]
            table = tuple(name.split("."))
            if head[1] == "[[":
                yield table, number
                table = (*table, counts[name])
                counts[name] += 1
            yield table, number
        elif key:
            yield (*table, *key[1].split(".")), number
