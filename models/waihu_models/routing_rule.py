"""Routing rules as data: a decision table whose rules say under which conditions a call goes where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from waihu_models.call_facts import RouteKind

LAST_AGENT = "@last"
"""As the target of a rule: the agent who spoke with the customer last; where nobody did, the rule does not hold."""


class FactKind(StrEnum):
    """What a fact of a call is, and so what may be asked of it."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    TAGS = "tags"


FACT_KINDS: Mapping[str, FactKind] = MappingProxyType(
    {
        "direction": FactKind.TEXT,
        "number": FactKind.TEXT,
        "line": FactKind.TEXT,
        "campaign": FactKind.TEXT,
        "business_type": FactKind.TEXT,
        "language": FactKind.TEXT,
        "customer_known": FactKind.FLAG,
        "level": FactKind.TEXT,
        "value": FactKind.NUMBER,
        "tags": FactKind.TAGS,
        "last_outcome": FactKind.TEXT,
        "last_resolved": FactKind.FLAG,
        "last_agent": FactKind.TEXT,
        "days_since_contact": FactKind.NUMBER,
        "open_ticket": FactKind.FLAG,
        "hour": FactKind.NUMBER,
        "weekday": FactKind.NUMBER,
        "probability": FactKind.NUMBER,
    }
)
"""Every field of ``CallFacts`` -> what it is. Rules and editors show them in this order."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call may go."""

    kind: RouteKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table. A rule for a line group is asked of outbound calls, every other one of inbound ones.

    Attributes:
        name: Unique in its table; hits are counted by it.
        conditions: Field of ``CallFacts`` and what has to hold of it, as a FEEL unary test: ``"platinum"``, ``> 7``,
            ``[9..18)``, ``not("en")``, ``list contains(?, "vip")``, ``starts with(?, "+44")``, ``true``. All have to
            hold; a field that is not named may be anything.
        priority: The rule with the lowest number that holds decides; of equal ones the upper.
    """

    name: str
    target: Target
    conditions: tuple[tuple[str, str], ...] = ()
    priority: int = 100
    enabled: bool = True


class TableState(StrEnum):
    """What a version of the table is."""

    DRAFT = "draft"  # may be changed
    LIVE = "live"  # decides; one at most
    PAST = "past"  # was live


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTable:
    """A version of the routing rules.

    Attributes:
        number: 1, 2 … in the order in which they were made.
        default: The queue of callers for whom no rule holds; "": nobody has said, and the table cannot go live.
            Outbound calls for which none holds take any line of their campaign.
        author, reason: Who made it, and why.
        version: Of this draft; another one after each change of it.
    """

    rules: tuple[Rule, ...]
    default: str = ""
    number: int = 0
    author: str = ""
    reason: str = ""
    state: TableState = TableState.DRAFT
    made_at: datetime | None = None
    live_at: datetime | None = None
    version: int = 1

    @property
    def in_order(self) -> tuple[Rule, ...]:
        """The rules that are switched on, as they are asked."""
        return tuple(sorted((rule for rule in self.rules if rule.enabled), key=lambda rule: rule.priority))


@dataclass(frozen=True, slots=True)
class TableProblem:
    """Something about a table that has to be mended, or (``warning``) may be meant.

    Attributes:
        path: Where, as a JSON path: ``$.rules[2].conditions.level``.
    """

    path: str
    problem: str
    warning: bool = False
