"""Quality rules and scores to rows and back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import RowMapping

from waihu_models.ids import AgentId, CallId, CampaignId
from waihu_models.quality import Finding, QualityRule, QualityScore, RuleFinding, RuleKind, Unjudged

Row: TypeAlias = Mapping[str, Any] | RowMapping
_PLAIN = ("id", "name", "language", "campaign_id", "weight", "fatal", "active")


def rule_row(rule: QualityRule) -> dict[str, Any]:
    """Return the row of a rule, without its version, which the store counts."""
    parameters = {name: value for name, value in rule.parameters.items() if name != "phrases"}
    plain = {name: getattr(rule, name) for name in _PLAIN}
    phrases = [*rule.parameters.get("phrases", ())]
    return {**plain, "kind": str(rule.kind), "parameters": parameters, "phrases": phrases}


def rule_of(row: Row) -> QualityRule:
    """Return the rule of a row."""
    plain = {name: row[name] for name in _PLAIN}
    phrases = {"phrases": list(row["phrases"])} if row["phrases"] else {}
    return QualityRule(
        **plain, kind=RuleKind(row["kind"]), parameters={**row["parameters"], **phrases}, version=row["version"]
    )


def score_row(score: QualityScore, talked_at: datetime) -> dict[str, Any]:
    """Return the row of a score; ``talked_at``: when the call's people were connected."""
    return {
        "call_id": score.call_id, "agent_id": score.agent_id, "campaign_id": score.campaign_id, "score": score.score,
        "why": str(score.why or ""), "language": score.language, "sampled": score.sampled, "talked_at": talked_at,
        "findings": [msgspec.to_builtins(one, str_keys=True) for one in score.findings], "at": score.at,
        "failed": sum(one.finding is Finding.FAILED for one in score.findings),
    }  # fmt: skip


def score_of(row: Row) -> QualityScore:
    """Return the score of a row."""
    return QualityScore(
        call_id=CallId(row["call_id"]), agent_id=AgentId(row["agent_id"]) if row["agent_id"] else None,
        campaign_id=CampaignId(row["campaign_id"]) if row["campaign_id"] else None, score=row["score"],
        findings=tuple(msgspec.convert(one, RuleFinding) for one in row["findings"]), at=row["at"],
        why=Unjudged(row["why"]) if row["why"] else None, language=row["language"], sampled=row["sampled"],
    )  # fmt: skip
