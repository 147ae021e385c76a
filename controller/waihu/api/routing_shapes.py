"""Tables of routing rules as they are sent, and read."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from waihu.api.both import BothLanguages
from waihu.api.problem_words import in_chinese
from waihu.routing.rules_cells import LONGEST_CELL
from waihu.routing.rules_dmn_read import read_dmn
from waihu.routing.rules_words import CHINESE, ENGLISH, Held, in_words
from waihu_models.call_facts import CallFacts, RouteDecision, RouteKind
from waihu_models.errors import BadField
from waihu_models.routing_rule import Rule, RuleTable, TableProblem, TableState, Target

MOST_RULES_SENT = 2000
RuleTitle = Annotated[str, Meta(max_length=80)]
TargetName = Annotated[str, Meta(max_length=64)]
RulePriority = Annotated[int, Meta(ge=0, le=100_000)]
FactName = Annotated[str, Meta(max_length=32)]
RuleCell = Annotated[str, Meta(max_length=LONGEST_CELL)]
Reason = Annotated[str, Meta(max_length=500)]
DmnDocument = Annotated[str, Meta(max_length=900_000)]
FactText = Annotated[str, Meta(max_length=200)]


class RoutingRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule: all conditions (field of a call -> FEEL unary test) have to hold.

    The rule with the lowest ``priority`` that holds decides. ``target``: the name of a queue or a line group, the id of
    an agent, or ``@last``: who spoke with the customer last.
    """

    name: RuleTitle
    kind: RouteKind = RouteKind.QUEUE
    target: TargetName
    conditions: Annotated[dict[FactName, RuleCell], Meta(max_length=30)] = {}
    priority: RulePriority = 100
    enabled: bool = True


RoutingRuleList = Annotated[list[RoutingRule], Meta(max_length=MOST_RULES_SENT)]


class RoutingTableWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of a table: rules and default, or a DMN document in their place."""

    rules: RoutingRuleList = []
    default: TargetName = ""
    dmn: DmnDocument | None = None
    reason: Reason = ""


class RoutingTableHead(Struct, frozen=True, kw_only=True):
    """A version of the table. ``version`` counts changes of it, for If-Match."""

    number: int
    state: TableState
    rule_count: int
    default: str
    author: str
    reason: str
    made_at: datetime
    live_at: datetime | None
    version: int


class RoutingTableShown(Struct, frozen=True, kw_only=True):
    """A version of the table with its rules, as they were written."""

    number: int
    state: TableState
    rules: list[RoutingRule]
    default: str
    author: str
    reason: str
    made_at: datetime | None
    live_at: datetime | None
    version: int


class RoutingProblem(Struct, frozen=True, kw_only=True):
    """What is wrong at a place of a table (``warning``: or may be meant)."""

    path: str
    problem: BothLanguages
    warning: bool


class RoutingFacts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of a call; what is left out is not known."""

    direction: Literal["inbound", "outbound"] = "inbound"
    number: FactText = ""
    line: FactText = ""
    campaign: FactText = ""
    business_type: FactText = ""
    language: FactText = ""
    customer_known: bool = False
    level: FactText = ""
    value: float | None = None
    tags: Annotated[list[FactText], Meta(max_length=50)] = []
    last_outcome: FactText = ""
    last_resolved: bool | None = None
    last_agent: FactText = ""
    days_since_contact: float | None = None
    open_ticket: bool = False
    hour: Annotated[float, Meta(ge=0, le=24)] = 12.0
    weekday: Annotated[int, Meta(ge=1, le=7)] = 1
    probability: Annotated[float, Meta(ge=0, le=1)] | None = None


class RoutingDecision(Struct, frozen=True, kw_only=True):
    """Where a call goes. ``rule`` "": none held; ``target`` "": where it would go without any rules."""

    kind: RouteKind
    target: str
    priority: int
    rule: str
    why: BothLanguages
    table_number: int


def table_wished(body: RoutingTableWish, number: int = 0, version: int = 1) -> RuleTable:
    """Return the table of a wish.

    Raises:
        BadField: its DMN document is none of ours; names the place.
    """
    if body.dmn is None:
        rules = tuple(rule_given(one) for one in body.rules)
        return RuleTable(rules=rules, default=body.default, number=number, reason=body.reason, version=version)
    if body.rules or body.default:
        raise BadField("$.dmn", "either a DMN document or rules")
    read = read_dmn(body.dmn.encode())
    return RuleTable(
        rules=read.rules, default=read.default, number=number, reason=body.reason, version=version
    )  # fmt: skip


def rule_given(rule: RoutingRule) -> Rule:
    """Return a rule as it was sent."""
    return Rule(
        name=rule.name, target=Target(rule.kind, rule.target), conditions=tuple(rule.conditions.items()),
        priority=rule.priority, enabled=rule.enabled,
    )  # fmt: skip


def table_shown(table: RuleTable) -> RoutingTableShown:
    """Return a table as it is sent."""
    return RoutingTableShown(
        number=table.number, state=table.state, default=table.default, author=table.author, reason=table.reason,
        made_at=table.made_at, live_at=table.live_at, version=table.version,
        rules=[
            RoutingRule(
                name=rule.name, kind=rule.target.kind, target=rule.target.name, conditions=dict(rule.conditions),
                priority=rule.priority, enabled=rule.enabled,
            )
            for rule in table.rules
        ],
    )  # fmt: skip


def problem_shown(found: TableProblem) -> RoutingProblem:
    """Return a problem as it is sent."""
    said = BothLanguages(en=found.problem, zh=in_chinese(found.problem))
    return RoutingProblem(path=found.path, problem=said, warning=found.warning)


def facts_given(body: RoutingFacts) -> CallFacts:
    """Return facts as they were sent."""
    given = {name: getattr(body, name) for name in body.__struct_fields__}
    return CallFacts(**{**given, "tags": tuple(given["tags"])})


def decision_shown(decision: RouteDecision, held: tuple[Held, ...]) -> RoutingDecision:
    """Return a decision as it is sent."""
    return RoutingDecision(
        kind=decision.kind, target=decision.target, priority=decision.priority, rule=decision.rule,
        why=BothLanguages(en=in_words(held, ENGLISH), zh=in_words(held, CHINESE)),
        table_number=decision.table_version,
    )  # fmt: skip
