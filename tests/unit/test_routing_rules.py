"""Tables of routing rules: what they decide, what is wrong with them, and a second opinion on both."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from waihu.routing.rules_cells import BadCell, read_cell, write_cell
from waihu.routing.rules_check import Places, problems_of, read_rule
from waihu.routing.rules_decide import NO_TABLE, Router
from waihu.routing.rules_trial import try_out
from waihu.testing.zen_opinion import ZenOpinion
from waihu_models.call_facts import CallFacts, RouteKind
from waihu_models.routing_rule import FACT_KINDS, LAST_AGENT, FactKind, Rule, RuleTable, Target

EXPERT, QUALITY = Target(RouteKind.QUEUE, "expert"), Target(RouteKind.QUEUE, "quality")
MOBILE = Target(RouteKind.LINE_GROUP, "4g")
SAME = Target(RouteKind.AGENT, LAST_AGENT)


def rule(name: str, target: Target = EXPERT, priority: int = 100, **conditions: str) -> Rule:
    return Rule(name=name, target=target, priority=priority, conditions=tuple(conditions.items()))


def table(*rules: Rule, default: str = "general") -> RuleTable:
    return RuleTable(rules=rules, default=default, number=7)


GIVEN = table(
    rule("complaint", QUALITY, 3, business_type='"complaint"'),
    rule("unresolved", SAME, 2, last_resolved="false"),
    rule("platinum", EXPERT, 1, level='"platinum"'),
    rule("A after a week", MOBILE, 4, level='"A"', days_since_contact="> 7"),
)


def caller(**known: Any) -> CallFacts:
    return CallFacts(direction="inbound", **known)


def where(facts: CallFacts, rules: RuleTable = GIVEN) -> tuple[str, str]:
    decision = Router(rules).decide(facts)
    return str(decision.kind), decision.target


# ---- the given rules -----------------------------------------------------------------------------------------------


def test_a_platinum_customer_goes_to_the_expert_queue_whatever_else_holds() -> None:
    assert where(caller(level="platinum")) == ("queue", "expert")
    facts = caller(level="platinum", last_resolved=False, last_agent="ann", business_type="complaint")
    decision = Router(GIVEN).decide(facts)
    assert (decision.rule, decision.priority, decision.table_version) == ("platinum", 1, 7)
    assert decision.why == 'level "platinum"'


def test_whose_last_call_was_not_resolved_comes_back_to_the_same_agent() -> None:
    facts = caller(last_resolved=False, last_agent="ann", business_type="complaint")
    assert where(facts) == ("agent", "ann")
    assert Router(GIVEN).decide(facts).why == "last call resolved false"
    assert where(caller(last_resolved=True, last_agent="ann")) == ("queue", "general")


def test_where_nobody_spoke_with_the_customer_the_next_rule_decides() -> None:
    assert where(caller(last_resolved=False, business_type="complaint")) == ("queue", "quality")


def test_a_complaint_goes_to_the_quality_queue() -> None:
    assert where(caller(business_type="complaint")) == ("queue", "quality")


def test_level_a_with_the_last_contact_more_than_a_week_ago_goes_out_over_4g() -> None:
    facts = CallFacts(direction="outbound", level="A", days_since_contact=7.5)
    assert where(facts) == ("line_group", "4g")
    assert Router(GIVEN).decide(facts).why == 'level "A"; days since contact 7.5 (> 7)'
    for other in (replace(facts, days_since_contact=7.0), replace(facts, days_since_contact=None)):
        assert Router(GIVEN).decide(other).rule == "", "not more than a week, or nobody knows"
    assert where(replace(facts, direction="inbound")) == ("queue", "general"), "callers have no line chosen"


def test_no_rule_holds_and_the_default_takes_the_caller() -> None:
    decision = Router(GIVEN).decide(caller())
    assert (decision.target, decision.rule, decision.why) == ("general", "", "")
    assert NO_TABLE.decide(caller(level="platinum")).target == "", "the queue the caller came for"


def test_of_equal_priorities_the_upper_rule_decides_and_one_that_is_off_never() -> None:
    two = table(rule("first", QUALITY), rule("second", EXPERT))
    assert where(caller(), two) == ("queue", "quality")
    off = table(replace(two.rules[0], enabled=False), two.rules[1])
    assert where(caller(), off) == ("queue", "expert")


# ---- cells ---------------------------------------------------------------------------------------------------------

HOLDS: list[tuple[str, str, Any, bool]] = [
    ("level", '"A","B"', "B", True),
    ("level", 'not("A", "B")', "C", True),
    ("level", 'not("A")', "", False),
    ("number", 'starts with(?, "+44")', "+441632960001", True),
    ("number", 'not(starts with(?, "+44"))', "+861", True),
    ("tags", 'list contains(?, "vip")', ("old", "vip"), True),
    ("tags", 'not(list contains(?, "vip"))', (), True),
    ("tags", 'list contains(?, "a"), list contains(?,"b")', ("b",), True),
    ("hour", "[9..18)", 18.0, False),
    ("hour", "]9..18[", 9.0, False),
    ("hour", "(9..18]", 18.0, True),
    ("weekday", "1, 3, [5..6]", 3, True),
    ("weekday", "not(6,7)", 7, False),
    ("value", "<= -1.5", -1.5, True),
    ("value", "> 7", None, False),
    ("open_ticket", "true", True, True),
    ("last_resolved", "false", None, False),
    ("level", r'"say \"A\""', 'say "A"', True),
    ("level", '"钻石"', "钻石", True),
]


@pytest.mark.parametrize(("name", "cell", "value", "holds"), HOLDS)
def test_a_cell_holds_as_feel_says(name: str, cell: str, value: Any, holds: bool) -> None:
    read = read_cell(FACT_KINDS[name], cell)
    assert read is not None
    assert read.holds(value) is holds
    assert read_cell(FACT_KINDS[name], write_cell(read)) == read


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (FactKind.TEXT, "platinum"), (FactKind.TEXT, "> 7"), (FactKind.TEXT, '"A"; "B"'), (FactKind.TEXT, '"A",'),
        (FactKind.TEXT, '""'), (FactKind.TEXT, 'not "A"'), (FactKind.TEXT, '"\\n"'), (FactKind.TEXT, "x" * 501),
        (FactKind.NUMBER, '"7"'), (FactKind.NUMBER, "seven"), (FactKind.NUMBER, "[9..3]"), (FactKind.NUMBER, "(3..3]"),
        (FactKind.NUMBER, "> 1e9"), (FactKind.NUMBER, "date(1)"), (FactKind.FLAG, "not(true)"),
        (FactKind.FLAG, "true, false"), (FactKind.FLAG, "yes"), (FactKind.TAGS, '"vip"'), (FactKind.TAGS, "vip"),
    ],
)  # fmt: skip
def test_a_cell_that_is_not_understood_is_refused(kind: FactKind, cell: str) -> None:
    with pytest.raises(BadCell):
        read_cell(kind, cell)


def test_every_fact_of_a_call_can_be_asked() -> None:
    assert set(FACT_KINDS) == {field.name for field in fields(CallFacts)}


# ---- tables that are refused ---------------------------------------------------------------------------------------

HERE = Places(
    queues={"general": "", "expert": "general", "a": "b", "b": "c", "c": "b"}, agents={"ann"}, line_groups={"4g"}
)


def found(*rules: Rule, default: str = "general") -> list[tuple[str, str]]:
    return [(one.path, one.problem) for one in problems_of(table(*rules, default=default), HERE) if not one.warning]


def test_a_table_without_a_default_is_refused() -> None:
    assert found(default="") == [("$.default", "a table needs a queue for callers for whom no rule holds")]


def test_a_table_that_leads_in_a_circle_is_refused_with_the_rule_and_the_queues() -> None:
    wrong = [("$.rules[0].target", "callers would go in a circle: b → c → b")]
    assert found(rule("round", Target(RouteKind.QUEUE, "a"))) == wrong
    assert found(default="c") == [("$.default", "callers would go in a circle: c → b → c")]
    assert found(rule("ends", EXPERT)) == []


def test_each_fault_is_named_with_its_place() -> None:
    faults = found(
        rule("same", mood='"good"'),
        rule("same", level="> 7"),
        rule("", Target(RouteKind.QUEUE, "nowhere")),
        rule("line", MOBILE, direction='"inbound"'),
        rule("default", Target(RouteKind.AGENT, "bob")),
        rule("late", Target(RouteKind.QUEUE, LAST_AGENT), priority=-1),
        Rule(name="twice", target=EXPERT, conditions=(("level", '"A"'), ("level", '"B"'))),
    )
    assert {path for path, _ in faults} == {
        "$.rules[0].conditions.mood", "$.rules[1].name", "$.rules[1].conditions.level", "$.rules[2].name",
        "$.rules[2].target", "$.rules[3].conditions.direction", "$.rules[4].name", "$.rules[4].target",
        "$.rules[5].target", "$.rules[5].priority", "$.rules[6].conditions.level",
    }  # fmt: skip


def test_a_rule_that_is_never_reached_is_named_with_the_one_that_takes_its_calls() -> None:
    wide = rule("evening", QUALITY, 1, hour=">= 18", level='not("C")')
    hidden = rule("late A", EXPERT, 2, hour="[20..22]", level='"A","B"')
    (warning,) = problems_of(table(hidden, wide), Places())
    assert (warning.path, warning.warning) == ("$.rules[0]", True)
    assert "'evening'" in warning.problem
    reached = replace(hidden, conditions=(("hour", "[17..22]"), ("level", '"A"')))
    assert problems_of(table(reached, wide)) == []


# ---- second opinion ------------------------------------------------------------------------------------------------

TEXTS = ["A", "B", "AB", "a b", '"', "\\", "钻石"]
NUMBERS = [-1.5, 0.0, 1.0, 6.5, 7.0, 8.0]
_text = some.sampled_from(TEXTS).map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
_number = some.sampled_from(NUMBERS).map(lambda number: f"{number:g}")


def _several(atom: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
    listed = some.lists(atom, min_size=1, max_size=3).map(", ".join)
    return listed | listed.map(lambda said: f"not({said})")


CELLS = {
    FactKind.TEXT: _several(_text | _text.map(lambda text: f"starts with(?, {text})")),
    FactKind.NUMBER: _several(
        _number
        | some.tuples(some.sampled_from(["<", "<=", ">", ">="]), _number).map(" ".join)
        | some.tuples(some.sampled_from("[("), some.sampled_from("])")).map(lambda ends: f"{ends[0]}0..7{ends[1]}")
    ),
    FactKind.FLAG: some.sampled_from(["true", "false"]),
    FactKind.TAGS: _several(_text.map(lambda text: f"list contains(?, {text})")),
}
VALUES: dict[FactKind, some.SearchStrategy[Any]] = {
    FactKind.TEXT: some.sampled_from(["", "C", "ABC", *TEXTS]),
    FactKind.NUMBER: some.none() | some.sampled_from([*NUMBERS, 3.0, 100.0]),
    FactKind.FLAG: some.none() | some.booleans(),
    FactKind.TAGS: some.lists(some.sampled_from(TEXTS), max_size=3, unique=True).map(tuple),
}
ASKED = ["level", "number", "tags", "value", "hour", "last_resolved"]
_conditions = some.fixed_dictionaries({}, optional={name: CELLS[FACT_KINDS[name]] for name in ASKED})
_facts = some.builds(
    CallFacts, direction=some.sampled_from(["inbound", "outbound", ""]), last_agent=some.sampled_from(["", "ann"]),
    **{name: VALUES[FACT_KINDS[name]] for name in ASKED},
)  # fmt: skip
_tables = some.lists(
    some.tuples(_conditions, some.sampled_from([EXPERT, SAME, MOBILE]), some.integers(1, 3)), max_size=6
).map(lambda rows: table(*(rule(f"r{n}", target, at, **asked) for n, (asked, target, at) in enumerate(rows))))


@settings(max_examples=150, deadline=None)
@given(_tables, some.lists(_facts, min_size=1, max_size=8))
def test_zen_engine_decides_every_call_by_the_same_rule(rules: RuleTable, calls: list[CallFacts]) -> None:
    router, opinion = Router(rules), ZenOpinion(rules)
    for facts in calls:
        assert router.decide(facts).rule == opinion.rule(facts)


@settings(max_examples=300, deadline=None)
@given(_tables, _facts)
def test_the_index_finds_the_first_rule_that_holds(rules: RuleTable, facts: CallFacts) -> None:
    slow = next((one.name for one in map(read_rule, rules.in_order) if one.holds(facts)), "")
    assert Router(rules).decide(facts).rule == slow


@settings(max_examples=300, deadline=None)
@given(_tables, some.lists(_facts, max_size=20))
def test_a_rule_that_is_said_to_be_never_reached_never_decides(rules: RuleTable, calls: list[CallFacts]) -> None:
    never = {rules.rules[int(one.path[8:-1])].name for one in problems_of(rules) if one.warning}
    assert never.isdisjoint({Router(rules).decide(facts).rule for facts in calls})


# ---- trial ---------------------------------------------------------------------------------------------------------


def test_a_trial_counts_hits_and_names_the_calls_that_would_go_elsewhere() -> None:
    draft = table(*GIVEN.rules[1:], rule("gold", QUALITY, 9, level='"gold"'))
    sample = [
        caller(level="platinum"), caller(business_type="complaint"), caller(level="gold"), caller(),
        CallFacts(direction="outbound", level="gold"),
    ]  # fmt: skip
    trial = try_out(Router(draft), Router(GIVEN), sample)
    assert trial.hits == {"platinum": 1, "unresolved": 0, "A after a week": 0, "gold": 1, "": 3}
    assert (trial.live_hits["complaint"], trial.calls, trial.moved) == (1, 5, 2)
    assert [(one.place, one.live.target, one.draft.target) for one in trial.shown] == [
        (1, "quality", "general"), (2, "general", "quality"),
    ]  # fmt: skip
