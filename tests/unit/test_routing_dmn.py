"""Tables of rules as DMN: out and in again, and what is refused, with its cell."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from waihu.routing.rules_check import problems_of
from waihu.routing.rules_dmn_read import import_dmn, read_dmn
from waihu.routing.rules_dmn_write import write_dmn
from waihu.routing.rules_xml import read_xml
from waihu_models.call_facts import RouteKind
from waihu_models.errors import BadField
from waihu_models.routing_rule import FACT_KINDS, FactKind, Rule, RuleTable, Target

RULES = (
    Rule(name="platinum & co <1>", target=Target(RouteKind.QUEUE, "expert"), priority=1,
         conditions=(("level", '"platinum", "钻石"'),)),
    Rule(name="unresolved", target=Target(RouteKind.AGENT, "@last"), priority=2,
         conditions=(("tags", 'not(list contains(?, "do not"))'), ("last_resolved", "false"))),
    Rule(name="A after a week", target=Target(RouteKind.LINE_GROUP, "4g"), priority=2, enabled=False,
         conditions=(("number", 'starts with(?, "+44")'), ("level", '"A"'), ("days_since_contact", "> 7"))),
)  # fmt: skip
TABLE = RuleTable(rules=RULES, default="general")


def test_a_table_comes_back_as_it_was() -> None:
    assert import_dmn(write_dmn(TABLE).encode()) == TABLE
    shown = write_dmn(TABLE, columns=["hour", "campaign"])
    assert import_dmn(shown.encode()) == TABLE
    assert "<text>hour</text>" in shown
    assert "<text>hour</text>" not in write_dmn(TABLE)


_NAMES = some.text(some.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
_CELLS = {
    FactKind.TEXT: ['"a"', 'not("a", "<b>")', 'starts with(?, "&")'],
    FactKind.NUMBER: ["> 7", "[1..2)", "not(3)"],
    FactKind.FLAG: ["true", "false"],
    FactKind.TAGS: ['list contains(?, "x")'],
}
_RULES = some.lists(
    some.builds(
        Rule, name=_NAMES.filter(lambda name: name.lower() != "default"), priority=some.integers(0, 9),
        target=some.builds(Target, some.sampled_from(RouteKind), some.sampled_from(["a", "b-1", "c_2"])),
        enabled=some.booleans(),
        conditions=some.lists(some.sampled_from(sorted({*FACT_KINDS} - {"direction"})), unique=True).flatmap(
            lambda names: some.tuples(*(
                some.tuples(some.just(name), some.sampled_from(_CELLS[FACT_KINDS[name]]))
                for name in FACT_KINDS if name in names
            ))
        ),
    ),
    max_size=5, unique_by=lambda rule: rule.name,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(_RULES, some.sampled_from(["", "general"]))
def test_any_table_comes_back_in_the_order_in_which_it_is_asked(rules: list[Rule], default: str) -> None:
    table = RuleTable(rules=tuple(rules), default=default)
    back = import_dmn(write_dmn(table).encode())
    assert back == replace(table, rules=tuple(sorted(rules, key=lambda rule: rule.priority)))
    assert {one.path for one in problems_of(back) if not one.warning} <= {"$.default"}


def test_editors_find_what_they_look_for() -> None:
    root = read_xml(write_dmn(TABLE).encode())
    assert (root.tag, root.space) == ("definitions", "https://www.omg.org/spec/DMN/20191111/MODEL/")
    (decision,) = root.all("decision")
    (table,) = decision.all("decisionTable")
    assert table.attributes["hitPolicy"] == "FIRST"
    assert [one.attributes["label"] for one in table.all("input")] == [
        "direction", "number", "level", "tags", "last_resolved", "days_since_contact",
    ]  # fmt: skip
    shape = root.all("DMNDI")[0].all("DMNDiagram")[0].all("DMNShape")[0]
    assert shape.attributes["dmnElementRef"] == decision.attributes["id"]
    assert set(shape.all("Bounds")[0].attributes) == {"x", "y", "width", "height"}
    ids = [line.split('"')[0] for line in write_dmn(TABLE).split(' id="')[1:]]
    assert len(ids) == len(set(ids))
    direction = [one.all("inputEntry")[0].said("text") for one in table.all("rule")]
    assert direction == ['"inbound"', '"inbound"', '"outbound"', "-"], "other engines have to be told"


# ---- of other hands ------------------------------------------------------------------------------------------------

OTHER = """<?xml version="1.0"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="D" namespace="http://example.net">
 <inputData id="i" name="level"/>
 <decision id="x" name="x"><variable id="v" name="x"/>
  <decisionTable id="t" hitPolicy="{policy}">
   <input id="i1"><inputExpression id="e1"><text>{field}</text></inputExpression></input>
   <output id="o1" name="kind"/><output id="o2" name="target"/>{output}
   <annotation name="remarks"/>
   {rows}
  </decisionTable></decision></definitions>"""


def row(cell: str = '"A"', kind: str = '"queue"', target: str = '"x"', priority: str = "", name: str = "r") -> str:
    cells = [f"<inputEntry><text>{cell}</text></inputEntry>"]
    cells += [f"<outputEntry><text>{one}</text></outputEntry>" for one in (kind, target, priority)]
    return f"<rule>{''.join(cells)}<annotationEntry><text>{name}</text></annotationEntry></rule>"


def other(*rows: str, policy: str = "FIRST", field: str = "level", output: str = '<output name="priority"/>') -> bytes:
    return OTHER.format(policy=policy, field=field, output=output, rows="".join(rows)).encode()


def test_rows_of_another_editor_are_read_from_above() -> None:
    read = import_dmn(other(row(), row('"B"', name="s"), row("-", name="default")))
    assert [(one.name, one.priority) for one in read.in_order] == [("r", 100), ("s", 100)]
    assert read.default == "x"


def test_an_empty_priority_is_that_of_the_row_above() -> None:
    read = import_dmn(other(row(priority="1"), row('"B"', priority="7", name="s"), row("-", name="t")))
    assert [(one.name, one.priority) for one in read.rules] == [("r", 1), ("s", 7), ("t", 7)]


def test_with_hit_policy_priority_the_numbers_count() -> None:
    read = import_dmn(other(row(priority="9"), row("-", priority="1", name="s"), policy="PRIORITY"))
    assert [one.name for one in read.in_order] == ["s", "r"]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (other(row('"A" or "B"')), "$.rules[0].conditions.level"),
        (other(row(), row("&gt; 7", name="s")), "$.rules[1].conditions.level"),
        (other(row(kind="queue")), "$.rules[0].kind"),
        (other(row(kind='"trunk"')), "$.rules[0].kind"),
        (other(row(target="")), "$.rules[0].target"),
        (other(row(target='"a","b"')), "$.rules[0].target"),
        (other(row(priority="&gt; 1")), "$.rules[0].priority"),
        (other(row(priority="1.5")), "$.rules[0].priority"),
        (other(row(priority="7"), row("-", priority="3", name="s")), "$.rules[1].priority"),
        (other(row(), policy="PRIORITY"), "$.rules[0].priority"),
        (other(row(name="")), "$.rules[0].name"),
        (other(row(), row("-")), "$.rules[1].name"),
        (other(row(name="default"), row(name="s")), "$.rules[0]"),
        (other(row(name="s"), row(name="default")), "$.rules[1]"),
        (other(row("-", kind='"agent"', name="default")), "$.rules[0].kind"),
        (other(row(), field="mood"), "$.inputs[0]"),
        (other(row(), field="level + 1"), "$.inputs[0]"),
        (other(row(), output='<output name="colour"/>'), "$.outputs[2]"),
        (other(row(), output=""), "$.rules[0]"),
        (other(row(), policy="COLLECT"), "$.hitPolicy"),
        (other().replace(b'name="kind"', b'name="target"'), "$.outputs[1]"),
        (other().replace(b"decisionTable", b"literalExpression"), "$"),
        (b"<definitions/>", "$"),
        (b"<a>", "$"),
        (b"", "$"),
        (b"\xff\xfe\x00", "$"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "$"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "$"),
        (b"<a>" * 40 + b"</a>" * 40, "$"),
        (b"<a>" + b" " * 4_000_000 + b"</a>", "$"),
        (b"<a>" + b"<b/>" * 300_001 + b"</a>", "$"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_its_place(document: bytes, path: str) -> None:
    with pytest.raises(BadField) as refused:
        import_dmn(document)
    assert refused.value.path == path


def test_no_file_is_opened_for_a_document() -> None:
    outside = b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>'
    with pytest.raises(BadField, match="document type"):
        read_dmn(outside)


@settings(max_examples=200, deadline=None)
@given(some.binary(max_size=300) | some.integers(0, 2000).map(lambda at: write_dmn(TABLE).encode()[:at]))
def test_a_broken_document_is_refused_and_nothing_worse(document: bytes) -> None:
    with pytest.raises(BadField):
        import_dmn(document)
