"""A table that decides."""

from waihu.routing.rules_check import read_table
from waihu.routing.rules_index import ReadRule
from waihu.routing.rules_words import held_by, in_words
from waihu_models.call_facts import CallFacts, RouteDecision, RouteKind
from waihu_models.routing_rule import LAST_AGENT, RuleTable


class Router:
    """Answers where a call goes; in memory, in microseconds, whatever the size of the table.

    Args:
        table: One without problems.

    Raises:
        BadCell: it has some.
    """

    def __init__(self, table: RuleTable) -> None:
        self.table = table
        self.index = read_table(table)
        self._by_name = {rule.name: rule for rule in self.index.rules}
        self.chooses_lines = any(rule.target.kind is RouteKind.LINE_GROUP for rule in self.index.rules)

    def decide(self, facts: CallFacts) -> RouteDecision:
        """Return where a call goes; for an outbound one for which no rule holds the answer means nothing."""
        rule = self.index.first(facts)
        if rule is None:
            return RouteDecision(kind=RouteKind.QUEUE, target=self.table.default, table_version=self.table.number)
        return RouteDecision(
            kind=rule.target.kind, target=_target(rule, facts), priority=rule.priority, rule=rule.name,
            why=in_words(held_by(rule, facts)), table_version=self.table.number,
        )  # fmt: skip

    def rule(self, name: str) -> ReadRule | None:
        """Return a rule that is switched on, by name."""
        return self._by_name.get(name)


def _target(rule: ReadRule, facts: CallFacts) -> str:
    return facts.last_agent if rule.target.name == LAST_AGENT else rule.target.name


NO_TABLE = Router(RuleTable(rules=()))
"""Decides nothing: callers go to the queue they came for."""
