"""Campaigns: whom to call, how fast, when, how often, and what to do with each outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from waihu_models.disposition import Category
from waihu_models.ids import CampaignId
from waihu_models.outcome import Outcome
from waihu_models.rule_pack import NO_RULES, Cap, Rules


class DialMode(StrEnum):
    """How lines and agents are brought together."""

    PREVIEW = "preview"  # the agent sees the lead first and starts the call
    PROGRESSIVE = "progressive"  # one line per free agent: nobody is ever abandoned
    RATIO = "ratio"  # a fixed number of lines per free agent
    PREDICTIVE = "predictive"  # the pacer decides


class Detection(StrEnum):
    """Who decides, where answers are screened, whether a machine answered."""

    AMD = "amd"  # the exchange alone
    COMBINED = "combined"  # the exchange, and an ear that hears the answer as well


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
        default_zone: IANA name used only where nothing says a zone; None: such leads are refused.
        closed_on: Days on which nobody is called.
    """

    windows: tuple[tuple[tuple[time, time], ...], ...] = (((time(8), time(21)),),) * 7
    default_zone: str | None = None
    closed_on: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class RetryRule:
    """What follows an outcome: another attempt after a delay, at most ``max_attempts`` of this outcome in a row.

    Attributes:
        delay_s: Before the second attempt.
        max_attempts: In one pass over the list.
        growth: Each further delay is so many times the one before.
        longest_delay_s: To which delays grow at most.
    """

    delay_s: float
    max_attempts: int
    growth: float = 1.0
    longest_delay_s: float = 604800.0


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
    Outcome.REJECTED: RetryRule(86400.0, 3),
}


@dataclass(frozen=True, slots=True)
class MixPart:
    """A share of the calls that goes to some lists; a part without names is of all lists that no other part names."""

    share: float
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOrder:
    """In which order a campaign calls its leads.

    Attributes:
        urgency_weight, value_weight: priority = urgency × the first + value × the second.
        levels: What a customer level is worth as a value; any vocabulary.
        tags: What a tag weighs; of a lead with several the heaviest counts.
        new_every: Each n-th lead is one never called before; 0: they are in the order of all.
        mix: Shares of the calls by list; empty: all lists are in one order.
        quotas: How many successes are wanted of a list; then it is called no more.
    """

    urgency_weight: float = 0.6
    value_weight: float = 0.4
    levels: Mapping[str, float] = field(default_factory=lambda: {"A": 10.0, "B": 6.0, "C": 3.0})
    tags: Mapping[str, float] = field(default_factory=lambda: {"high_intent": 1.0, "高意向": 1.0})
    new_every: int = 0
    mix: tuple[MixPart, ...] = ()
    quotas: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RefusalRule:
    """What a customer's refusals mean: a declined call, or what an agent judges to be one.

    Attributes:
        pause_after: So many in the life of a lead pause it until a person resumes it; 0: never.
        judged_final: The agent's word ends the lead at once; False: it is counted, and called again.
        again_s: Seconds until then.
    """

    pause_after: int = 3
    judged_final: bool = True
    again_s: float = 604800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One calling job and its rules. Numbers are limits that hold whatever the pacer wants."""

    id: CampaignId
    name: str
    mode: DialMode = DialMode.PREDICTIVE
    state: CampaignState = CampaignState.DRAFT
    trunk: str = ""  # "" = any trunk
    caller_id: str = ""  # E.164 the callee sees; "" = the trunk's own
    caller_id_set: str = ""  # name of the set whose numbers callees see; "" = the one above
    region: str | None = None  # ISO country in which national numbers of its lists are read
    lines_per_agent: float = 1.5  # ratio mode; start of predictive mode
    max_lines: int = 100
    calls_per_s: float = 5.0
    ring_timeout_s: int = 27
    patience_s: float = 2.0  # answered -> agent; later the call counts as abandoned
    target_drop_ratio: float = 0.03
    screening: bool = False  # machine detection
    detection: Detection = Detection.AMD  # how, where there is any
    person_cost: float = 10.0  # combined: a person sent away is as bad as so many machines passed on
    check_share: float = 0.0  # combined: of those taken for machines, passed on all the same to learn from, 0..1
    recording: bool = True
    recording_needs_consent: bool = False  # True: record only where consent was given; a refusal always counts
    drop_media: str = "safe-harbour"
    menu: str = ""  # people are led through this menu before an agent is looked for; "": they wait for one at once
    voicemail: str = ""  # left on machines that detection has heard, spoken in its language; "": they are hung up
    hours: CallingHours = field(default_factory=CallingHours)
    max_attempts: int = 6  # over the life of a lead
    max_attempts_per_day: int = 3  # to one number, across all campaigns, in any 24 hours
    number_caps: tuple[Cap, ...] = ()  # further such limits, over any span, ``LIFETIME_S`` for ever
    retries: dict[Outcome, RetryRule] = field(default_factory=lambda: dict(_RETRIES))
    passes: int = 1  # over the list: a lead whose attempts of an outcome are used up waits for the next one
    pass_delay_s: float = 86400.0  # until a lead takes part in its next pass
    refusals: RefusalRule = field(default_factory=RefusalRule)
    callback_own_s: float = 900.0  # a callback promised by an agent waits so long for that agent, then anyone calls
    order: ListOrder = field(default_factory=ListOrder)
    script: str = ""  # what agents read out: paragraphs, headings after #
    speech_language: str = ""  # spoken in its calls, where a customer has no other: en, zh-yue; "" = the settings'
    packs: tuple[str, ...] = ()  # names of the rule packs that hold beside its own limits
    law: Rules = NO_RULES  # what they come to; never stored, see ``lawful``
    version: int = 1


FINAL_CATEGORIES = frozenset({Category.SUCCESS, Category.REFUSED, Category.INVALID, Category.DO_NOT_CALL})
"""Dispositions after which a lead is not called again by its campaign."""
