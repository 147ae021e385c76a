"""The compiled table: which of a thousand rules decides, in microseconds.

For each field and value there is a whole number whose bit n says that rule n agrees. The numbers of all fields are
AND-ed, and the lowest bit that is left is the first rule that holds: its place in the table does not matter.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from waihu.routing.rules_cells import Atom, Begins, Cell, Equals, Span, Value
from waihu_models.call_facts import CallFacts, RouteKind
from waihu_models.routing_rule import FACT_KINDS, LAST_AGENT, FactKind, Target

Bits: TypeAlias = int


@dataclass(frozen=True, slots=True)
class ReadRule:
    """A rule whose cells were read; fields that may be anything are left out."""

    name: str
    target: Target
    priority: int
    cells: dict[str, Cell]

    def holds(self, facts: CallFacts) -> bool:
        """Say whether every condition holds: the slow way, which the index is held against."""
        return all(cell.holds(getattr(facts, name)) for name, cell in self.asked().items())

    def asked(self) -> dict[str, Cell]:
        """Return all that is asked: the cells, and what the target asks by itself."""
        asked = dict(self.cells)
        asked["direction"] = Cell(FactKind.TEXT, (Equals(direction_of(self.target.kind)),))
        if self.target == Target(RouteKind.AGENT, LAST_AGENT) and "last_agent" not in asked:
            asked["last_agent"] = ANYBODY
        return asked


ANYBODY = Cell(FactKind.TEXT, (Begins(""),))


def direction_of(kind: RouteKind) -> str:
    """Return the direction of the calls that can go to a target of a kind."""
    return "outbound" if kind is RouteKind.LINE_GROUP else "inbound"


@dataclass(slots=True)
class _Column:
    """What all rules ask of one field."""

    free: Bits = 0  # rules that ask nothing
    positive: Bits = 0
    negated: Bits = 0
    equal: dict[str | float | bool, Bits] = field(default_factory=dict)
    prefixes: dict[int, dict[str, Bits]] = field(default_factory=dict)  # by their length
    edges: list[float] = field(default_factory=list)  # of intervals
    spans: list[Bits] = field(default_factory=list)  # between edges, and on them: see ``_place``

    def agree(self, value: Value) -> Bits:
        """Return which rules agree with a value."""
        if value is None or value == "":
            return self.free
        met = self._met(value)
        return self.free | (met & self.positive) | (self.negated & ~met)

    def _met(self, value: str | float | bool | tuple[str, ...]) -> Bits:
        if isinstance(value, tuple):
            met = 0
            for one in value:
                met |= self.equal.get(one, 0)
            return met
        met = self.equal.get(value, 0)
        if self.prefixes and isinstance(value, str):
            for length, known in self.prefixes.items():
                met |= known.get(value[:length], 0)
        if self.edges and not isinstance(value, str):
            met |= self.spans[_place(self.edges, value)]
        return met


def _place(edges: Sequence[float], value: float) -> int:
    """Return 2n for a value before edge n (and behind the one before it), 2n + 1 for edge n itself."""
    n = bisect_left(edges, value)
    return 2 * n + (n < len(edges) and edges[n] == value)


class RuleIndex:
    """Finds the first rule that holds, in the order in which the rules are given."""

    def __init__(self, rules: Sequence[ReadRule]) -> None:
        self.rules = tuple(rules)
        self._all: Bits = (1 << len(self.rules)) - 1
        self._columns = tuple(self._compiled())

    def _compiled(self) -> Iterator[tuple[str, _Column]]:
        asked = [rule.asked() for rule in self.rules]
        for name in FACT_KINDS:
            cells = [(1 << place, cells[name]) for place, cells in enumerate(asked) if name in cells]
            if cells:
                yield name, _column(cells, self._all)

    def first(self, facts: CallFacts) -> ReadRule | None:
        """Return the rule that decides, None where none holds."""
        left = self._all
        for name, column in self._columns:
            left &= column.agree(getattr(facts, name))
            if not left:
                return None
        return self.rules[(left & -left).bit_length() - 1] if left else None

    def covered(self) -> Iterator[tuple[int, int]]:
        """Yield the place of each rule that can never decide, with that of an earlier one that always holds as well.

        A field's values fall into few classes that its rules cannot tell apart. Whatever agrees with every class that
        a rule agrees with covers it in this field; what does so in all fields covers it.
        """
        covering = [self._all] * len(self.rules)
        for name, column in self._columns:
            agreed = [column.agree(value) for value in _classes(column, FACT_KINDS[name])]
            for place in range(len(self.rules)):
                bit = 1 << place
                if column.free & bit:
                    covering[place] &= column.free
                    continue
                for bits in agreed:
                    if bits & bit:
                        covering[place] &= bits
        for place, bits in enumerate(covering):
            earlier = bits & ((1 << place) - 1)
            if earlier:
                yield place, (earlier & -earlier).bit_length() - 1


def _classes(column: _Column, kind: FactKind) -> Iterator[Value]:
    """Yield a value of each class of known values that the rules of a column can tell apart."""
    if kind in {FactKind.NUMBER, FactKind.FLAG}:
        points = sorted({*column.edges, *(float(value) for value in column.equal)})
        yield from (*points, *((low + high) / 2 for low, high in pairwise(points)), points[0] - 1, points[-1] + 1)
        return
    texts = [str(value) for value in column.equal]
    if kind is FactKind.TAGS:
        yield from ((), ("\0",), *((text,) for text in texts), tuple(texts))
    else:
        begins = [prefix for known in column.prefixes.values() for prefix in known]
        yield from (*texts, "\0", *(f"{prefix}\0" for prefix in begins))


def _column(cells: Sequence[tuple[Bits, Cell]], everyone: Bits) -> _Column:
    made = _Column(free=everyone)
    spans: list[tuple[Bits, Span]] = []
    for bit, cell in cells:
        made.free &= ~bit
        if cell.negated:
            made.negated |= bit
        else:
            made.positive |= bit
        for atom in cell.atoms:
            _enter(made, bit, atom, spans)
    made.edges = sorted({edge for _, span in spans for edge in (span.low, span.high) if abs(edge) != float("inf")})
    made.spans = list(_swept(made.edges, spans))
    return made


def _enter(column: _Column, bit: Bits, atom: Atom, spans: list[tuple[Bits, Span]]) -> None:
    if isinstance(atom, Equals):
        column.equal[atom.value] = column.equal.get(atom.value, 0) | bit
    elif isinstance(atom, Begins):
        known = column.prefixes.setdefault(len(atom.prefix), {})
        known[atom.prefix] = known.get(atom.prefix, 0) | bit
    else:
        spans.append((bit, atom))


def _swept(edges: Sequence[float], spans: Sequence[tuple[Bits, Span]]) -> Iterator[Bits]:
    """Yield for each place (see ``_place``) which rules have a span over it."""
    comes, goes = defaultdict[int, list[Bits]](list), defaultdict[int, list[Bits]](list)
    for bit, span in spans:
        comes[_place(edges, span.low) + (not span.low_in and span.low != float("-inf"))].append(bit)
        goes[_place(edges, span.high) + (span.high_in or span.high == float("inf"))].append(bit)
    open_: Counter[Bits] = Counter()  # a rule may have several spans that overlap
    met = 0
    for place in range(2 * len(edges) + 1):
        for bit in comes[place]:
            open_[bit] += 1
            met |= bit
        for bit in goes[place]:
            open_[bit] -= 1
            if not open_[bit]:
                met &= ~bit
        yield met
