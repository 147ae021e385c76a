"""A table of rules from DMN, as an editor wrote it; what is not understood is refused with its place.

Rows are read from above: with hit policy FIRST their order counts, with PRIORITY the column ``priority``.
"""

from collections.abc import Sequence
from itertools import pairwise

from waihu.routing.rules_cells import BadCell, Equals, read_cell
from waihu.routing.rules_check import DEFAULT_ROW, problems_of
from waihu.routing.rules_xml import Element, read_xml
from waihu_models.call_facts import RouteKind
from waihu_models.errors import BadField
from waihu_models.routing_rule import FACT_KINDS, FactKind, Rule, RuleTable, Target

_SPACE = "omg.org/spec/DMN/"
_OUTPUTS = {"kind": FactKind.TEXT, "target": FactKind.TEXT, "priority": FactKind.NUMBER, "enabled": FactKind.FLAG}
USUAL_PRIORITY = 100


def import_dmn(document: bytes) -> RuleTable:
    """Return the table of a document, every cell of which is understood; it may still lack a default.

    Raises:
        BadField: with the first place that is not.
    """
    table = read_dmn(document)
    for found in problems_of(table):
        if not found.warning and found.path.startswith("$.rules"):
            raise BadField(found.path, found.problem)
    return table


def read_dmn(document: bytes) -> RuleTable:
    """Return the table of a document; what its conditions say is not looked at, see ``problems_of``.

    Raises:
        BadField: it is no DMN, or no decision table of the form of ours.
    """
    table = _table(read_xml(document))
    by_row = _hit_policy(table)
    fields = _fields(table.all("input"))
    outputs = _outputs(table.all("output"))
    rules: list[Rule] = []
    default = ""
    rows = table.all("rule")
    for place, row in enumerate(rows):
        conditions, said = _cells(row, place, fields, outputs)
        name = _name_of(row)
        if name.lower() == DEFAULT_ROW:
            default = _default(place, len(rows), conditions, said)
        else:
            before = rules[-1].priority if rules else USUAL_PRIORITY
            rules.append(_rule(place, name, conditions, said, before if by_row else None))
    if by_row:
        _refuse_falling(rules)
    return RuleTable(rules=tuple(rules), default=default)


def _table(root: Element) -> Element:
    if root.tag != "definitions" or _SPACE not in root.space:
        raise BadField("$", "this is no DMN document")
    tables = [table for decision in root.all("decision") for table in decision.all("decisionTable")]
    if len(tables) != 1:
        raise BadField("$", f"one decision table is wanted, and here are {len(tables)}")
    return tables[0]


def _hit_policy(table: Element) -> bool:
    """Return whether the order of rows counts."""
    said = table.attributes.get("hitPolicy", "UNIQUE")
    if said not in {"FIRST", "PRIORITY"} or "aggregation" in table.attributes:
        raise BadField("$.hitPolicy", "the hit policy has to be FIRST or PRIORITY")
    return said == "FIRST"


def _fields(inputs: Sequence[Element]) -> list[str]:
    fields: list[str] = []
    for place, one in enumerate(inputs):
        asked = next((child.said("text") for child in one.all("inputExpression")), "")
        if asked not in FACT_KINDS:
            raise BadField(f"$.inputs[{place}]", f"calls have no field {asked!r}")
        if asked in fields:
            raise BadField(f"$.inputs[{place}]", "the field is named twice")
        fields.append(asked)
    return fields


def _outputs(outputs: Sequence[Element]) -> list[str]:
    names = [one.attributes.get("name", "") for one in outputs]
    for place, name in enumerate(names):
        if name not in _OUTPUTS or name in names[:place]:
            raise BadField(f"$.outputs[{place}]", "the outputs are kind, target, priority and enabled, each once")
    if missing := {"kind", "target"} - set(names):
        raise BadField("$.outputs", f"there is no output {min(missing)}")
    return names


def _cells(
    row: Element, place: int, fields: Sequence[str], outputs: Sequence[str]
) -> tuple[list[tuple[str, str]], dict[str, str]]:
    asked = [one.said("text") for one in row.all("inputEntry")]
    given = [one.said("text") for one in row.all("outputEntry")]
    if len(asked) != len(fields) or len(given) != len(outputs):
        raise BadField(f"$.rules[{place}]", "the row has not as many cells as the table has columns")
    conditions = [(name, text) for name, text in zip(fields, asked, strict=True) if text not in {"", "-"}]
    return conditions, dict(zip(outputs, given, strict=True))


def _name_of(row: Element) -> str:
    return row.said("description") or next((one.said("text") for one in row.all("annotationEntry")), "")


def _default(place: int, rows: int, conditions: Sequence[tuple[str, str]], said: dict[str, str]) -> str:
    if place != rows - 1 or any(name != "direction" for name, _ in conditions):
        raise BadField(f"$.rules[{place}]", "the row named default comes last, and asks nothing")
    if _literal(said, "kind", place) != RouteKind.QUEUE:
        raise BadField(f"$.rules[{place}].kind", "the default is a queue")
    return str(_literal(said, "target", place))


def _rule(
    place: int, name: str, conditions: Sequence[tuple[str, str]], said: dict[str, str], above: int | None
) -> Rule:
    kind = str(_literal(said, "kind", place))
    if kind not in set(RouteKind):
        raise BadField(f"$.rules[{place}].kind", "queue, agent or line_group")
    if above is None and not said.get("priority", "-").strip("-"):
        raise BadField(f"$.rules[{place}].priority", "with hit policy PRIORITY every row says its priority")
    priority = float(_literal(said, "priority", place, float(USUAL_PRIORITY if above is None else above)))
    if not priority.is_integer():
        raise BadField(f"$.rules[{place}].priority", "a whole number")
    return Rule(
        name=name, target=Target(RouteKind(kind), str(_literal(said, "target", place))),
        conditions=_explicit(kind, conditions), priority=int(priority),
        enabled=bool(_literal(said, "enabled", place, True)),
    )  # fmt: skip


def _explicit(kind: str, conditions: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Leave the direction out where it says no more than the target does."""
    implied = '"outbound"' if kind == RouteKind.LINE_GROUP else '"inbound"'
    return tuple((name, text) for name, text in conditions if (name, text) != ("direction", implied))


def _literal(
    said: dict[str, str], name: str, place: int, usual: str | float | bool | None = None
) -> str | float | bool:
    """Return what an output says, or the usual where it says nothing."""
    path = f"$.rules[{place}].{name}"
    try:
        cell = read_cell(_OUTPUTS[name], said.get(name, ""))
    except BadCell as error:
        raise BadField(path, str(error)) from error
    if cell is None and usual is not None:
        return usual
    if cell is None or cell.negated or len(cell.atoms) != 1 or not isinstance(cell.atoms[0], Equals):
        raise BadField(path, "one value is wanted here")
    return cell.atoms[0].value


def _refuse_falling(rules: Sequence[Rule]) -> None:
    for place, (above, below) in enumerate(pairwise(rules), 1):
        if below.priority < above.priority:
            raise BadField(
                f"$.rules[{place}].priority",
                f"it is {below.priority}, below {above.priority} in the row above: with hit policy FIRST rows are "
                "asked from above",
            )
