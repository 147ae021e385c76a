"""Events: it happened, it is stored, and everybody who asked is told. Topics of the outbox are derived from them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from waihu_models.agent import Agent
from waihu_models.assist import Hint, HintMark, Summary
from waihu_models.call import Call, CallState
from waihu_models.ids import AgentId, CallId, CampaignId, LeadId
from waihu_models.lead import Lead, LeadStep, Refusal
from waihu_models.media import LegMedia, LegQuality
from waihu_models.phone import E164
from waihu_models.quality import QualityScore
from waihu_models.recording import Recording
from waihu_models.supervision import Spying
from waihu_models.tension import TensionMark
from waihu_models.transcript import Partial, Transcript, Utterance
from waihu_models.word_alert import WordAlert


@dataclass(frozen=True, slots=True)
class CallChanged:
    """A call moved; ``was`` is the value before (None for a new call)."""

    call: Call
    was: Call | None

    @property
    def entered(self) -> CallState | None:
        """The state entered by this change, None when only facts changed."""
        return self.call.state if self.was is None or self.was.state is not self.call.state else None


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """An agent moved."""

    agent: Agent
    was: Agent

    @property
    def was_s(self) -> float:
        """Seconds spent in the state left (0 when the state is the same)."""
        if self.agent.state is self.was.state:
            return 0.0
        return (self.agent.state_since - self.was.state_since).total_seconds()


@dataclass(frozen=True, slots=True)
class LeadStepped:
    """A lead got its next step."""

    lead_id: LeadId
    step: LeadStep


@dataclass(frozen=True, slots=True)
class LeadRefused:
    """A lead was not dialled, for this reason."""

    lead_id: LeadId
    refusal: Refusal
    at: datetime
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DoNotCallAdded:
    """A number was put on the do-not-call list; from this moment on the store refuses it, committed or not."""

    number: E164


@dataclass(frozen=True, slots=True)
class ListsChanged:
    """Leads (these), or do-not-call lists, were changed by a command or another program.

    What was read of them before counts no more.
    """

    lead_ids: frozenset[LeadId] = frozenset()


@dataclass(frozen=True, slots=True)
class CampaignChanged:
    """A campaign was started, paused, edited."""

    campaign_id: CampaignId


@dataclass(frozen=True, slots=True)
class RecordingChanged:
    """A recording was stored, repaired, or failed."""

    recording: Recording


@dataclass(frozen=True, slots=True)
class SwitchChanged:
    """The exchange became reachable or unreachable."""

    reachable: bool
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SupervisionChanged:
    """A supervisor began to listen, changed who hears them, or ended; ``was`` is None for a new one."""

    spying: Spying
    was: Spying | None


@dataclass(frozen=True, slots=True)
class PreviewShown:
    """An agent is shown a lead of a campaign before it is dialled, or (None) no longer."""

    agent_id: AgentId
    campaign_id: CampaignId
    lead: Lead | None


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """Something needs a person; ``text`` says how to mend it. ``code`` is stable (``disk_full`` …).

    ``agent_id``: it is for this agent alone.
    """

    code: str
    text: str
    at: datetime
    agent_id: AgentId | None = None


@dataclass(frozen=True, slots=True)
class ImportMoved:
    """An import went on; ``state`` is a value of ``ImportState``."""

    job_id: str
    campaign_id: CampaignId
    state: str
    rows: int = 0
    total: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class PartialHeard:
    """A side of a call seems to be saying this; told only, never stored."""

    partial: Partial


@dataclass(frozen=True, slots=True)
class UtteranceHeard:
    """A side of a call said this; told at once, stored with the next group of writes."""

    utterance: Utterance


@dataclass(frozen=True, slots=True)
class TranscriptChanged:
    """The transcript of one side of a call began, ended, or was put off."""

    transcript: Transcript


@dataclass(frozen=True, slots=True)
class WordsAlerted:
    """A phrase of a list was said."""

    alert: WordAlert


@dataclass(frozen=True, slots=True)
class TensionMarked:
    """A tension indicator has changed markedly."""

    mark: TensionMark


@dataclass(frozen=True, slots=True)
class HintOffered:
    """An agent is offered an answer."""

    hint: Hint


@dataclass(frozen=True, slots=True)
class HintMarked:
    """An agent said of a hint that it was used, or of no use."""

    call_id: CallId
    hint_id: str
    mark: HintMark


@dataclass(frozen=True, slots=True)
class SummaryDrafted:
    """A draft of what a call was about waits for its agent."""

    summary: Summary
    agent_id: AgentId | None


@dataclass(frozen=True, slots=True)
class CallScored:
    """A call was held against the quality rules."""

    score: QualityScore


@dataclass(frozen=True, slots=True)
class LegMeasured:
    """A leg of a call was looked at while people talk; told only."""

    media: LegMedia


@dataclass(frozen=True, slots=True)
class LegRated:
    """A leg of a call that is over: how it sounded as a whole."""

    quality: LegQuality


Event: TypeAlias = (
    CallChanged
    | AgentChanged
    | LeadStepped
    | LeadRefused
    | DoNotCallAdded
    | ListsChanged
    | CampaignChanged
    | RecordingChanged
    | SwitchChanged
    | SupervisionChanged
    | PreviewShown
    | AlertRaised
    | ImportMoved
    | PartialHeard
    | UtteranceHeard
    | TranscriptChanged
    | WordsAlerted
    | TensionMarked
    | HintOffered
    | HintMarked
    | SummaryDrafted
    | CallScored
    | LegMeasured
    | LegRated
)
