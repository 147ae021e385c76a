"""Campaigns: whom to call, how fast, when, how often, and what to do with each outcome."""

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum

from waihu_models.disposition import Category
from waihu_models.ids import CampaignId
from waihu_models.outcome import Outcome


class DialMode(StrEnum):
    """How lines and agents are brought together."""

    PREVIEW = "preview"  # the agent sees the lead first and starts the call
    PROGRESSIVE = "progressive"  # one line per free agent: nobody is ever abandoned
    RATIO = "ratio"  # a fixed number of lines per free agent
    PREDICTIVE = "predictive"  # the pacer decides


class CampaignState(StrEnum):
    """What the dial loop does with it."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class CallingHours:
    """When the callee may be called, in the callee's own time. An empty weekday has no window.

    Attributes:
        windows: For each weekday (0 = Monday) the windows ``(start, end)``, end excluded.
        default_zone: IANA name used only where the number says nothing; None: such leads are refused.
    """

    windows: tuple[tuple[tuple[time, time], ...], ...] = (((time(8), time(21)),),) * 7
    default_zone: str | None = None


@dataclass(frozen=True, slots=True)
class RetryRule:
    """What follows an outcome: another attempt after ``delay_s``, at most ``max_attempts`` of this outcome."""

    delay_s: float
    max_attempts: int


_RETRIES = {
    Outcome.BUSY: RetryRule(300.0, 4),
    Outcome.NO_ANSWER: RetryRule(3600.0, 4),
    Outcome.UNREACHABLE: RetryRule(3600.0, 3),
    Outcome.MACHINE: RetryRule(7200.0, 3),
    Outcome.CONGESTION: RetryRule(120.0, 5),
    Outcome.ABANDONED: RetryRule(86400.0, 2),
    Outcome.HUNG_UP: RetryRule(14400.0, 2),
    Outcome.CANCELLED: RetryRule(60.0, 10),
    Outcome.FAILED: RetryRule(60.0, 5),
    Outcome.REJECTED: RetryRule(86400.0, 2),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One calling job and its rules. Numbers are limits that hold whatever the pacer wants."""

    id: CampaignId
    name: str
    mode: DialMode = DialMode.PREDICTIVE
    state: CampaignState = CampaignState.DRAFT
    trunk: str = ""  # "" = any trunk
    caller_id: str = ""  # E.164 the callee sees; "" = the trunk's own
    region: str | None = None  # ISO country in which national numbers of its lists are read
    lines_per_agent: float = 1.5  # ratio mode; start of predictive mode
    max_lines: int = 100
    calls_per_s: float = 5.0
    ring_timeout_s: int = 27
    patience_s: float = 2.0  # answered -> agent; later the call counts as abandoned
    target_drop_ratio: float = 0.03
    screening: bool = False  # machine detection
    recording: bool = True
    recording_needs_consent: bool = False  # True: record only where consent was given; a refusal always counts
    drop_media: str = "safe-harbour"
    hours: CallingHours = field(default_factory=CallingHours)
    max_attempts: int = 6  # over the life of a lead
    max_attempts_per_day: int = 3  # to one number, across all campaigns, in any 24 hours
    retries: dict[Outcome, RetryRule] = field(default_factory=lambda: dict(_RETRIES))
    version: int = 1


FINAL_CATEGORIES = frozenset({Category.SUCCESS, Category.REFUSED, Category.INVALID, Category.DO_NOT_CALL})
"""Dispositions after which a lead is not called again by its campaign."""
