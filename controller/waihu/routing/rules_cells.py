"""Cells of a decision table: FEEL unary tests, read and asked.

What is understood is a small part of FEEL (DMN 1.3, chapter 10): literals, comparisons, intervals, ``not``, and for
lists and prefixes ``list contains(?, "vip")`` and ``starts with(?, "+44")``. A comma means "or".
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from waihu_models.errors import BadInput
from waihu_models.routing_rule import FactKind

LONGEST_CELL = 500
Value: TypeAlias = str | float | bool | tuple[str, ...] | None

_TEXT = r'"(?:[^"\\]|\\.)*"'
_NUMBER = r"-?\d{1,15}(?:\.\d{1,9})?"
_ATOMS = re.compile(
    rf"""\s*(?:
      (?P<has>list\s+contains\s*\(\s*\?\s*,\s*(?P<tag>{_TEXT})\s*\))
    | (?P<begins>starts\s+with\s*\(\s*\?\s*,\s*(?P<prefix>{_TEXT})\s*\))
    | (?P<text>{_TEXT})
    | (?P<span>(?P<open>[\[(\]])\s*(?P<low>{_NUMBER})\s*\.\.\s*(?P<high>{_NUMBER})\s*(?P<close>[\])\[]))
    | (?P<compare>(?P<sign><=|>=|<|>)\s*(?P<limit>{_NUMBER}))
    | (?P<number>{_NUMBER})
    | (?P<flag>true|false)\b
    )\s*""",
    re.VERBOSE | re.ASCII,
)
_NOT = re.compile(r"not\s*\((?P<inside>.*)\)", re.DOTALL)


class BadCell(BadInput):
    """A cell of a table cannot be understood, or cannot hold."""

    code = "bad_cell"


@dataclass(frozen=True, slots=True)
class Equals:
    """It is this; of tags: this is one of them."""

    value: str | float | bool


@dataclass(frozen=True, slots=True)
class Begins:
    """It begins so."""

    prefix: str


@dataclass(frozen=True, slots=True)
class Span:
    """It lies between two numbers."""

    low: float
    high: float
    low_in: bool = True
    high_in: bool = True

    def holds(self, value: float) -> bool:
        """Say whether a number lies inside."""
        above = value >= self.low if self.low_in else value > self.low
        return above and (value <= self.high if self.high_in else value < self.high)


Atom: TypeAlias = Equals | Begins | Span


@dataclass(frozen=True, slots=True)
class Cell:
    """What has to hold of one fact: one of the atoms; with ``negated`` none of them."""

    kind: FactKind
    atoms: tuple[Atom, ...]
    negated: bool = False

    def holds(self, value: Value) -> bool:
        """Say whether a fact is as asked; what is unknown never is."""
        if value is None or value == "":
            return False
        return any(_is(atom, value) for atom in self.atoms) is not self.negated


def _is(atom: Atom, value: str | float | bool | tuple[str, ...]) -> bool:
    if isinstance(value, tuple):
        return isinstance(atom, Equals) and atom.value in value
    if isinstance(value, str):
        return value.startswith(atom.prefix) if isinstance(atom, Begins) else atom == Equals(value)
    return atom.holds(value) if isinstance(atom, Span) else atom == Equals(value)


def read_cell(kind: FactKind, text: str) -> Cell | None:
    """Read a cell; None: anything is welcome.

    Raises:
        BadCell: it cannot be understood, asks what such a fact cannot be, or nothing can be as it asks.
    """
    said = text.strip()
    if said in {"", "-"}:
        return None
    if len(said) > LONGEST_CELL:
        raise BadCell("a cell has 500 characters at most")
    inside = _NOT.fullmatch(said)
    atoms = _atoms(inside["inside"] if inside else said, kind)
    if kind is FactKind.FLAG and (inside is not None or len(atoms) > 1):
        raise BadCell("true, false or - is all that can be asked of this")
    return Cell(kind, atoms, inside is not None)


def _atoms(text: str, kind: FactKind) -> tuple[Atom, ...]:
    found: list[Atom] = []
    place = 0
    while True:
        match = _ATOMS.match(text, place)
        if match is None:
            raise BadCell(f"{_shown(text, place)} is not understood here: {_EXPECTED[kind]}")
        atom = _atom(match, kind)
        if atom not in found:
            found.append(atom)
        place = match.end()
        if place == len(text):
            return tuple(found)
        if text[place] != ",":
            raise BadCell(f"{_shown(text, place)} is not understood here: {_EXPECTED[kind]}")
        place += 1


_EXPECTED = {
    FactKind.TEXT: '"a", "b" or not("a") or starts with(?, "a")',
    FactKind.NUMBER: "7, > 7, [9..18), not(7)",
    FactKind.FLAG: "true, false",
    FactKind.TAGS: 'list contains(?, "a"), not(list contains(?, "a"))',
}


def _shown(text: str, place: int) -> str:
    return repr(text[place : place + 20].strip() or text[:20])


def _atom(match: re.Match[str], kind: FactKind) -> Atom:
    atom, fits = _read(match)
    if fits is not kind:
        raise BadCell(f"{match.group().strip()!r} cannot be asked of this: {_EXPECTED[kind]}")
    return atom


def _read(match: re.Match[str]) -> tuple[Atom, FactKind]:
    if match["has"]:
        return Equals(_literal(match["tag"])), FactKind.TAGS
    if match["begins"]:
        return Begins(_literal(match["prefix"])), FactKind.TEXT
    if match["text"]:
        return Equals(_literal(match["text"])), FactKind.TEXT
    if match["flag"]:
        return Equals(match["flag"] == "true"), FactKind.FLAG
    if match["number"]:
        return Equals(float(match["number"])), FactKind.NUMBER
    return _span(match), FactKind.NUMBER


def _span(match: re.Match[str]) -> Span:
    if match["compare"]:
        limit, sign = float(match["limit"]), match["sign"]
        if sign[0] == ">":
            return Span(limit, float("inf"), sign == ">=", False)
        return Span(float("-inf"), limit, False, sign == "<=")
    made = Span(float(match["low"]), float(match["high"]), match["open"] == "[", match["close"] == "]")
    if made.low > made.high or (made.low == made.high and not (made.low_in and made.high_in)):
        raise BadCell(f"no number lies in {match['span']}")
    return made


def _literal(quoted: str) -> str:
    """Return what stands between quotes.

    Raises:
        BadCell: it is empty, or holds what is no text.
    """
    text = re.sub(r"\\(.)", _unescaped, quoted[1:-1])
    if not text or not text.isprintable():
        raise BadCell("a text has a character at least, and only such as can be read")
    return text


def _unescaped(match: re.Match[str]) -> str:
    if match[1] not in {'"', "\\"}:
        raise BadCell('of escapes \\" and \\\\ are understood')
    return match[1]


def write_cell(cell: Cell | None) -> str:
    """Write a cell the way it is kept: what means the same reads the same."""
    if cell is None:
        return "-"
    said = ", ".join(_written(atom, cell.kind) for atom in cell.atoms)
    return f"not({said})" if cell.negated else said


def _written(atom: Atom, kind: FactKind) -> str:
    if isinstance(atom, Begins):
        return f"starts with(?, {quoted(atom.prefix)})"
    if isinstance(atom, Equals):
        if kind is FactKind.TAGS:
            return f"list contains(?, {quoted(str(atom.value))})"
        return plain(atom.value) if kind is not FactKind.TEXT else quoted(str(atom.value))
    if atom.high == float("inf"):
        return f"{'>=' if atom.low_in else '>'} {plain(atom.low)}"
    if atom.low == float("-inf"):
        return f"{'<=' if atom.high_in else '<'} {plain(atom.high)}"
    return f"{'(['[atom.low_in]}{plain(atom.low)}..{plain(atom.high)}{')]'[atom.high_in]}"


def quoted(text: str) -> str:
    """Return a text as FEEL writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def plain(value: str | float | bool) -> str:
    """Return a value as FEEL writes it, but for the quotes of texts."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return f"{value:.9f}".rstrip("0") if isinstance(value, float) else str(value)
