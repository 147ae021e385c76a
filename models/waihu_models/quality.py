"""Quality checks: rules that every call is held against, with the evidence; people review samples of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from waihu_models.ids import AgentId, CallId, CampaignId


class RuleKind(StrEnum):
    """What a rule looks at; its parameters stand in ``QualityRule.parameters``."""

    SAID = "said"  # phrases, side, within_s of the start (0: anywhere), least_talk_s
    NOT_SAID = "not_said"  # phrases, side
    TALK_RATIO = "talk_ratio"  # agent's share between min and max
    DEAD_AIR = "dead_air"  # longest silence of both at most max_s
    INTERRUPTIONS = "interruptions"  # of the customer by the agent, at most max_per_min


class Finding(StrEnum):
    """How a rule came out. UNKNOWN: the call could not be heard well enough to tell."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Unjudged(StrEnum):
    """Why a rule, or a whole call, could not be judged."""

    WAITING = "waiting"  # the transcript is not finished
    NO_TRANSCRIPT = "no_transcript"  # of a side that the rule is about
    NO_MODEL = "no_model"  # nothing here recognises the language
    FAILED = "failed"  # the recording could not be transcribed
    LANGUAGE_UNKNOWN = "language_unknown"
    TOO_SHORT = "too_short"  # the call ended before the rule could be kept
    LITTLE_SPEECH = "little_speech"  # too little was said for a ratio
    HELD = "held"  # the customer was on hold: what was silence cannot be told from music
    NO_RULES = "no_rules"  # none is for this call


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
    """How one rule came out in one call, and where the evidence is.

    Attributes:
        evidence: The phrase that was said, as the rule has it.
        start_s: Of the evidence, seconds since customer and agent were connected; ``at`` is the same as a moment.
        value: What was measured, in the rule's unit: share, seconds, times a minute.
        why: Of UNKNOWN.
    """

    rule_id: str
    rule_name: str
    rule_version: int
    finding: Finding
    kind: RuleKind = RuleKind.SAID
    weight: float = 1.0
    fatal: bool = False
    evidence: str = ""
    start_s: float | None = None
    at: datetime | None = None
    utterance_id: str = ""
    value: float | None = None
    why: Unjudged | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityScore:
    """A call held against the rules.

    Attributes:
        score: 0..100 over rules that could be judged, None when none could, for which ``why`` gives the reason.
        why: Why there is no score. WAITING beside a score: some of the call was not heard yet, and it may change.
        sampled: It is one of those that people review.
    """

    call_id: CallId
    agent_id: AgentId | None
    campaign_id: CampaignId | None
    score: float | None
    findings: tuple[RuleFinding, ...]
    at: datetime
    why: Unjudged | None = None
    language: str = ""
    sampled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person says of one rule in one call; ``found`` is what the program had said by then."""

    rule_id: str
    rule_name: str
    verdict: Finding
    found: Finding | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One person's verdicts on a call."""

    call_id: CallId
    reviewer: str
    verdicts: tuple[Verdict, ...]
    at: datetime
    note: str = ""
