"""A table of rules as DMN 1.3, the way common editors open it: one decision, one decision table, one shape."""

import re
from collections.abc import Collection, Iterator
from xml.sax.saxutils import escape, quoteattr

from waihu.routing.rules_cells import quoted
from waihu.routing.rules_check import DEFAULT_ROW
from waihu.routing.rules_index import direction_of
from waihu_models.routing_rule import FACT_KINDS, FactKind, Rule, RuleTable

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_TYPES = {FactKind.TEXT: "string", FactKind.NUMBER: "number", FactKind.FLAG: "boolean", FactKind.TAGS: "Any"}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{MODEL}" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" \
xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="waihu_routing" name="Waihu routing rules" \
namespace="urn:waihu:routing" exporter="Waihu">
  <decision id="routing" name="Routing rules">
    <decisionTable id="rules" hitPolicy="FIRST">"""
_FOOT = """    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="diagram">
      <dmndi:DMNShape id="shape" dmnElementRef="routing">
        <dc:Bounds height="80" width="180" x="160" y="100"/>
      </dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""


def write_dmn(table: RuleTable, columns: Collection[str] = ()) -> str:
    """Return a table as DMN; ``columns`` are fields that are shown although no rule asks for them.

    Rows stand in the order in which they are asked. The direction of a rule's calls, which its target says, is written
    out, so that other engines come to the same end.
    """
    return "\n".join([_HEAD, *_lines(table, columns), _FOOT])


def _lines(table: RuleTable, columns: Collection[str]) -> Iterator[str]:
    asked = {name for rule in table.rules for name, _ in rule.conditions}
    fields = ["direction", *(name for name in FACT_KINDS if name in {*asked, *columns} - {"direction"})]
    some_off = any(not rule.enabled for rule in table.rules)
    yield from (_input(name) for name in fields)
    yield _output("kind", "string", '"queue","agent","line_group"')
    yield _output("target", "string")
    yield _output("priority", "number")
    if some_off:
        yield _output("enabled", "boolean")
    rows = sorted(table.rules, key=lambda rule: rule.priority)
    for number, rule in enumerate(rows, 1):
        said = dict(rule.conditions)
        said["direction"] = quoted(direction_of(rule.target.kind))
        outputs = [quoted(rule.target.kind), quoted(rule.target.name), str(rule.priority), *_enabled(rule, some_off)]
        yield _row(f"row_{number}", rule.name, [said.get(name, "-") for name in fields], outputs)
    if table.default:
        last = str(max((rule.priority for rule in rows), default=100))
        outputs = ['"queue"', quoted(table.default), last, *(["true"] if some_off else [])]
        yield _row("row_default", DEFAULT_ROW, ["-"] * len(fields), outputs)


def _enabled(rule: Rule, some_off: bool) -> list[str]:
    return [("false", "true")[rule.enabled]] if some_off else []


def _input(name: str) -> str:
    kind = _TYPES[FACT_KINDS[name]]
    return (
        f'      <input id="in_{name}" label="{name}"><inputExpression id="in_{name}_text" typeRef="{kind}">'
        f"<text>{name}</text></inputExpression></input>"
    )


def _output(name: str, kind: str, values: str = "") -> str:
    listed = f'<outputValues id="out_{name}_values"><text>{escape(values)}</text></outputValues>' if values else ""
    return f'      <output id="out_{name}" label="{name}" name="{name}" typeRef="{kind}">{listed}</output>'


def _row(row: str, name: str, inputs: list[str], outputs: list[str]) -> str:
    entries = [f'<inputEntry id="{row}_in_{n}">{_text(cell)}</inputEntry>' for n, cell in enumerate(inputs, 1)]
    entries += [f'<outputEntry id="{row}_out_{n}">{_text(cell)}</outputEntry>' for n, cell in enumerate(outputs, 1)]
    return f"      <rule id={quoteattr(row)}><description>{_said(name)}</description>{''.join(entries)}</rule>"


def _text(cell: str) -> str:
    return f"<text>{_said(cell)}</text>"


def _said(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text))
