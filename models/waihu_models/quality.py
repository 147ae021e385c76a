"""Quality checks: rules that every call is held against, with the evidence; people review samples of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from waihu_models.ids import AgentId, CallId, CampaignId


class RuleKind(StrEnum):
    """What a rule looks at; its parameters stand in ``QualityRule.parameters``."""

    SAID = "said"  # phrases, side, within_s of the start (0: anywhere)
    NOT_SAID = "not_said"  # phrases, side
    TALK_RATIO = "talk_ratio"  # agent's share between min and max
    DEAD_AIR = "dead_air"  # longest silence of both at most max_s
    INTERRUPTIONS = "interruptions"  # of the customer by the agent, at most max_per_min


class Finding(StrEnum):
    """How a rule came out. UNKNOWN: the call could not be heard well enough to tell."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRule:
    """One rule; ``weight`` is its share of the score, ``fatal`` makes the score 0 when it fails."""

    id: str
    name: str
    kind: RuleKind
    parameters: dict[str, Any]
    language: str = ""  # empty: all
    campaign_id: CampaignId | None = None
    weight: float = 1.0
    fatal: bool = False
    active: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFinding:
    """How one rule came out in one call, and where in the recording the evidence is."""

    rule_id: str
    rule_name: str
    rule_version: int
    finding: Finding
    evidence: str = ""
    start_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityScore:
    """A call held against the rules. ``score`` is 0..100 over rules that could be judged, None when none could."""

    call_id: CallId
    agent_id: AgentId | None
    campaign_id: CampaignId | None
    score: float | None
    findings: tuple[RuleFinding, ...]
    at: datetime
