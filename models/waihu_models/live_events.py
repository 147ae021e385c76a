"""What happens to a live picture: wire events, and the messages they travel in; ``live_apply`` says what they do.

Everything is sent whole: an event carries the new row, never a change to be added. So an event that comes twice does
no harm, and ``apply_all(old, difference(old, new)) == new`` holds for any two pictures of the same view.
"""

from datetime import datetime
from typing import TypeAlias

import msgspec
from msgspec import Struct

from waihu_models.live import (
    AgentDay,
    DeskAgent,
    DeskCall,
    DeskCampaign,
    DeskPreview,
    Figure,
    LiveAgent,
    LiveAlert,
    LiveCall,
    LiveCampaign,
    LiveHint,
    LiveLine,
    LiveMinute,
    LiveQueue,
    LiveState,
    LiveSupervision,
    LiveSwitch,
)


def _tag(name: str) -> str:
    """``AgentChanged`` is called ``agent_changed`` on the wire."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


class _Event(Struct, frozen=True, kw_only=True, tag_field="type", tag=_tag):
    """Base of all wire events."""


class SwitchChanged(_Event, frozen=True, kw_only=True):
    """The exchange became reachable, or unreachable."""

    switch: LiveSwitch


class AgentChanged(_Event, frozen=True, kw_only=True):
    """An agent is new, or different."""

    agent: LiveAgent


class AgentGone(_Event, frozen=True, kw_only=True):
    """An agent is no longer to be seen."""

    agent_id: str


class CampaignChanged(_Event, frozen=True, kw_only=True):
    """A campaign is new, or different."""

    campaign: LiveCampaign


class CampaignGone(_Event, frozen=True, kw_only=True):
    """A campaign is no longer to be seen."""

    campaign_id: str


class QueueChanged(_Event, frozen=True, kw_only=True):
    """A queue is new, or different."""

    queue: LiveQueue


class QueueGone(_Event, frozen=True, kw_only=True):
    """A queue is no longer to be seen."""

    queue_id: str


class CallChanged(_Event, frozen=True, kw_only=True):
    """A call was answered, or is different."""

    call: LiveCall


class CallGone(_Event, frozen=True, kw_only=True):
    """A call is over."""

    call_id: str


class FiguresChanged(_Event, frozen=True, kw_only=True):
    """These figures are new; ``gone`` are no longer shown, and all others are as they were."""

    figures: dict[str, Figure]
    gone: tuple[str, ...] = ()


class MinutesChanged(_Event, frozen=True, kw_only=True):
    """These minutes are new; earlier ones than ``first_at`` (None: all others) are forgotten."""

    minutes: tuple[LiveMinute, ...]
    first_at: datetime | None


class AlertRaised(_Event, frozen=True, kw_only=True):
    """Something needs a person."""

    alert: LiveAlert


class AlertGone(_Event, frozen=True, kw_only=True):
    """An alert is no longer to be seen."""

    alert_id: str


class SupervisionChanged(_Event, frozen=True, kw_only=True):
    """A supervisor began to hear an agent, or another set of people hears the supervisor now."""

    supervision: LiveSupervision


class SupervisionEnded(_Event, frozen=True, kw_only=True):
    """A supervisor no longer hears an agent."""

    supervision_id: str


class LineHeard(_Event, frozen=True, kw_only=True):
    """A side says, or said, this; or its words raised an alert."""

    line: LiveLine


class LinesGone(_Event, frozen=True, kw_only=True):
    """These lines are no longer in sight."""

    line_ids: tuple[str, ...]


class HintShown(_Event, frozen=True, kw_only=True):
    """An answer is offered."""

    hint: LiveHint


class HintsGone(_Event, frozen=True, kw_only=True):
    """These hints are no longer in sight."""

    hint_ids: tuple[str, ...]


class DeskAgentChanged(_Event, frozen=True, kw_only=True):
    """The agent whose desk it is moved."""

    agent: DeskAgent


class DeskCallChanged(_Event, frozen=True, kw_only=True):
    """The agent's call began, moved, or (None) is over."""

    call: DeskCall | None


class DeskPreviewChanged(_Event, frozen=True, kw_only=True):
    """The agent is shown a lead, or (None) no longer."""

    preview: DeskPreview | None


class DeskCampaignChanged(_Event, frozen=True, kw_only=True):
    """The agent's work is for another campaign, or it was edited."""

    campaign: DeskCampaign | None


class DeskSummaryChanged(_Event, frozen=True, kw_only=True):
    """A drafted summary waits for the agent, or (None) none does."""

    summary_of: str | None


class DeskDayChanged(_Event, frozen=True, kw_only=True):
    """The agent's own figures are new."""

    day: AgentDay


LiveEvent: TypeAlias = (
    SwitchChanged
    | AgentChanged
    | AgentGone
    | CampaignChanged
    | CampaignGone
    | QueueChanged
    | QueueGone
    | CallChanged
    | CallGone
    | FiguresChanged
    | MinutesChanged
    | AlertRaised
    | AlertGone
    | SupervisionChanged
    | SupervisionEnded
    | DeskAgentChanged
    | DeskCallChanged
    | DeskPreviewChanged
    | DeskCampaignChanged
    | DeskDayChanged
    | DeskSummaryChanged
    | LineHeard
    | LinesGone
    | HintShown
    | HintsGone
)


# ---- on the wire ---------------------------------------------------------------------------------------------------


class Hello(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="hello"):
    """What a client says first, and again to go on after a loss: ``epoch`` and ``after`` are of the last message."""

    view: str
    call_id: str = ""  # of the view ``call``
    epoch: str = ""
    after: int = 0


class Snapshot(_Event, frozen=True, kw_only=True):
    """The whole picture as it is after message number ``seq``."""

    epoch: str
    seq: int
    at: datetime
    view: str
    state: LiveState


class Changes(_Event, frozen=True, kw_only=True):
    """Message number ``seq``: what happened since the one before."""

    epoch: str
    seq: int
    at: datetime
    events: list[LiveEvent]


class Resumed(_Event, frozen=True, kw_only=True):
    """The client has, or now gets, everything up to ``seq``: no picture is sent anew."""

    epoch: str
    seq: int
    at: datetime


LiveMessage: TypeAlias = Snapshot | Changes | Resumed
encode = msgspec.json.Encoder().encode
"""Write a message, an event or a picture as JSON."""
decode_changes = msgspec.json.Decoder(Changes).decode
"""Read a message of events."""
