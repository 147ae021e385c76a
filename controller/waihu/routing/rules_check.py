"""What is wrong with a table of rules, each with its place; and the table as it is asked."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from waihu.routing.rules_cells import BadCell, Cell, read_cell
from waihu.routing.rules_index import ReadRule, RuleIndex, direction_of
from waihu_models.call_facts import RouteKind
from waihu_models.routing_rule import FACT_KINDS, LAST_AGENT, Rule, RuleTable, TableProblem

MOST_RULES = 2000
DEFAULT_ROW = "default"
"""The name of the last row, which asks nothing, where a table is shown: where callers go for whom no rule holds."""
MOST_PRIORITY = 100_000
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,80}")
_TARGET = re.compile(r"[A-Za-z0-9@][A-Za-z0-9_.@-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Places:
    """Where calls can go here. None: nobody can tell, and nothing is refused for its name.

    Attributes:
        queues: Name of each queue -> the name of the one it overflows to; "": none.
    """

    queues: Mapping[str, str] | None = None
    agents: Collection[str] | None = None
    line_groups: Collection[str] | None = None


ANYWHERE = Places()


def problems_of(table: RuleTable, places: Places = ANYWHERE) -> list[TableProblem]:
    """Return what has to be mended before a table can go live, then (``warning``) what is odd about it."""
    found = [*_of_whole(table), *_of_rules(table), *_of_places(table, places)]
    if not any(one.path.startswith("$.rules") for one in found):
        found += _never_reached(table)
    return sorted(found, key=lambda one: one.warning)


def read_table(table: RuleTable) -> RuleIndex:
    """Return a table as it is asked.

    Raises:
        BadCell: a cell of a rule that is switched on cannot be read; ``problems_of`` says which.
    """
    return RuleIndex([read_rule(rule) for rule in table.in_order])


def read_rule(rule: Rule) -> ReadRule:
    """Return a rule as it is asked.

    Raises:
        BadCell: a cell cannot be read, or there is no such field.
    """
    cells: dict[str, Cell] = {}
    for name, text in rule.conditions:
        if name not in FACT_KINDS:
            raise BadCell(f"there is no field {name!r}")
        cell = read_cell(FACT_KINDS[name], text)
        if cell is not None:
            cells[name] = cell
    if "direction" in cells and not cells.pop("direction").holds(wanted := direction_of(rule.target.kind)):
        raise BadCell(f"only {wanted} calls can go to its target")
    return ReadRule(rule.name, rule.target, rule.priority, cells)


def _of_whole(table: RuleTable) -> Iterator[TableProblem]:
    if not table.default:
        yield TableProblem("$.default", "a table needs a queue for callers for whom no rule holds")
    if len(table.rules) > MOST_RULES:
        yield TableProblem("$.rules", "a table has 2000 rules at most")


def _of_rules(table: RuleTable) -> Iterator[TableProblem]:
    first: dict[str, int] = {}
    for place, rule in enumerate(table.rules):
        here = f"$.rules[{place}]"
        if not _NAME.fullmatch(rule.name) or rule.name != rule.name.strip():
            yield TableProblem(f"{here}.name", "a rule has a name, of 80 characters at most")
        elif rule.name.lower() == DEFAULT_ROW:
            yield TableProblem(f"{here}.name", "the name default is that of the table's last row")
        elif first.setdefault(rule.name, place) != place:
            yield TableProblem(f"{here}.name", f"rule {first[rule.name] + 1} has this name already")
        if not 0 <= rule.priority <= MOST_PRIORITY:
            yield TableProblem(f"{here}.priority", "it has to lie in 0..100000")
        yield from _of_target(rule, f"{here}.target")
        yield from _of_conditions(rule, f"{here}.conditions")


def _of_target(rule: Rule, path: str) -> Iterator[TableProblem]:
    if not _TARGET.fullmatch(rule.target.name):
        yield TableProblem(path, "the name of a queue or a line group, the id of an agent, or @last")
    elif rule.target.name == LAST_AGENT and rule.target.kind is not RouteKind.AGENT:
        yield TableProblem(path, "@last is an agent")


def _of_conditions(rule: Rule, path: str) -> Iterator[TableProblem]:
    seen: set[str] = set()
    for name, text in rule.conditions:
        here = f"{path}.{name}"
        if name not in FACT_KINDS:
            yield TableProblem(here, "calls have no such field")
            continue
        if name in seen:
            yield TableProblem(here, "the field is named twice")
        seen.add(name)
        try:
            cell = read_cell(FACT_KINDS[name], text)
        except BadCell as error:
            yield TableProblem(here, str(error))
            continue
        wanted = direction_of(rule.target.kind)
        if name == "direction" and cell is not None and not cell.holds(wanted):
            yield TableProblem(here, f"only {wanted} calls can go to its target")


# ---- where they lead -----------------------------------------------------------------------------------------------


def _of_places(table: RuleTable, places: Places) -> Iterator[TableProblem]:
    known = {
        RouteKind.QUEUE: places.queues,
        RouteKind.AGENT: None if places.agents is None else {*places.agents, LAST_AGENT},
        RouteKind.LINE_GROUP: places.line_groups,
    }
    targets = [(f"$.rules[{place}].target", rule.target.kind, rule.target.name)
               for place, rule in enumerate(table.rules) if rule.enabled]  # fmt: skip
    if table.default:
        targets.append(("$.default", RouteKind.QUEUE, table.default))
    for path, kind, name in targets:
        here = known[kind]
        if not _TARGET.fullmatch(name):
            continue  # told already
        if here is not None and name not in here:
            yield TableProblem(path, f"there is no {_SAID[kind]} {name!r}")
        elif kind is RouteKind.QUEUE and places.queues is not None and (round_ := _circle(name, places.queues)):
            yield TableProblem(path, f"callers would go in a circle: {' → '.join(round_)}")


_SAID = {RouteKind.QUEUE: "queue", RouteKind.AGENT: "agent", RouteKind.LINE_GROUP: "line group"}


def _circle(start: str, overflow: Mapping[str, str]) -> list[str]:
    """Return the queues a caller passes until one comes again; none: it ends somewhere."""
    passed: list[str] = []
    at = start
    while at:
        if at in passed:
            return [*passed[passed.index(at) :], at]
        passed.append(at)
        at = overflow.get(at, "")
    return []


def _never_reached(table: RuleTable) -> Iterator[TableProblem]:
    place_of = {rule.name: place for place, rule in enumerate(table.rules)}
    index = read_table(table)
    for place, earlier in index.covered():
        name, by = index.rules[place].name, index.rules[earlier].name
        yield TableProblem(f"$.rules[{place_of[name]}]", f"it is never reached: {by!r} holds whenever it does", True)
