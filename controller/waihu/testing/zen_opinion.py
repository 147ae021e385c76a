"""A second opinion on tables of rules: the same table, decided by zen-engine (GoRules), independently."""

import json
from typing import Any

import zen

from waihu.routing.rules_cells import Atom, Begins, Cell, Equals, plain
from waihu.routing.rules_check import read_rule
from waihu_models.call_facts import CallFacts
from waihu_models.routing_rule import FACT_KINDS, FactKind, RuleTable


class ZenOpinion:
    """Says by which rule a call is decided."""

    def __init__(self, table: RuleTable) -> None:
        self._decision = zen.ZenEngine().create_decision(json.dumps(_model(table)))

    def rule(self, facts: CallFacts) -> str:
        """Return the name of the rule that holds; "": none."""
        asked = {name: getattr(facts, name) for name in FACT_KINDS}
        answer: Any = self._decision.evaluate({**asked, "tags": list(facts.tags)})
        return str(answer["result"]["rule"])


def _model(table: RuleTable) -> dict[str, Any]:
    # A column without a field takes whole expressions; zen's unary tests know no brackets.
    rules = [
        {"_id": f"r{number}", "rule": quoted(rule.name)}
        | {name: _expression(name, cell) for name, cell in read_rule(rule).asked().items()}
        for number, rule in enumerate(table.in_order)
    ]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name} for name in FACT_KINDS],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": [{**dict.fromkeys(FACT_KINDS, ""), **rule} for rule in [*rules, {"_id": "none", "rule": '""'}]],
    }
    place = {"position": {"x": 0, "y": 0}}
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", **place},
            {"id": "table", "type": "decisionTableNode", "name": "table", "content": content, **place},
            {"id": "out", "type": "outputNode", "name": "out", **place},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }


def _expression(name: str, cell: Cell) -> str:
    """Write a cell in zen's own language; a comparison with what is unknown is an error there, so it is asked first."""
    said = " or ".join(_atom(name, atom, cell.kind) for atom in cell.atoms)
    said = f"not ({said})" if cell.negated else f"({said})"
    nothing = {FactKind.TEXT: "''", FactKind.NUMBER: "null", FactKind.FLAG: "null"}.get(cell.kind)
    return f"{name} != {nothing} and {said}" if nothing else said


def _atom(name: str, atom: Atom, kind: FactKind) -> str:
    if isinstance(atom, Begins):
        return f"startsWith({name}, {quoted(atom.prefix)})"
    if isinstance(atom, Equals):
        said = quoted(atom.value) if isinstance(atom.value, str) else plain(atom.value)
        return f"some({name}, # == {said})" if kind is FactKind.TAGS else f"{name} == {said}"
    if atom.high == float("inf"):
        return f"{name} {'>=' if atom.low_in else '>'} {plain(atom.low)}"
    if atom.low == float("-inf"):
        return f"{name} {'<=' if atom.high_in else '<'} {plain(atom.high)}"
    return f"{name} in {'(['[atom.low_in]}{plain(atom.low)}..{plain(atom.high)}{')]'[atom.high_in]}"


def quoted(text: str) -> str:
    """Return a text as zen reads it: in either kind of quotes, with nothing escaped."""
    quote = "'" if '"' in text else '"'
    assert quote not in text, "zen has no way to say this"
    return quote + text + quote
