"""The live picture: what a screen shows that follows the contact centre, as one frozen value.

A screen gets the whole picture once and then events (``live_events``); both sides apply them by the same rules. There
are two views. The *wall* is what a supervisor may see; the *desk* is one agent's own. Numbers are masked before they
get here, and nothing here can tell the clear ones. Ratios are 0..1, None where there is nothing to divide by.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from waihu_models.agent import AgentState, PhoneMode
from waihu_models.assist import HintMark
from waihu_models.call import CallState, Direction
from waihu_models.campaign import CampaignState, DialMode
from waihu_models.supervision import SpyMode, SpyState
from waihu_models.transcript import Side
from waihu_models.word_alert import PhraseKind, Severity

MINUTES = 60
"""How far back the chart goes."""
ALERTS = 50
"""Alerts that are kept in sight."""
LINES = 60
"""Lines of a call that are kept in sight; all of them are in its transcript."""
HINTS = 5
"""Hints of a call that are kept in sight."""


class LiveView(StrEnum):
    """What is looked at."""

    DESK = "desk"
    WALL = "wall"
    CALL = "call"  # one call: what is said in it


class LiveSwitch(Struct, frozen=True, kw_only=True):
    """The connection to the exchange; ``since`` is None while it has not changed since the program began."""

    reachable: bool
    since: datetime | None = None
    reason: str = ""


class AgentDay(Struct, frozen=True, kw_only=True):
    """What an agent did today. Seconds are of stretches that have ended: the present one is added by who shows it.

    Attributes:
        calls: Connected with a customer.
        sales: Calls judged a success.
        handling_s: Average of talk and wrap-up for each call.
    """

    calls: int = 0
    sales: int = 0
    talk_s: float = 0.0
    wrap_up_s: float = 0.0
    idle_s: float = 0.0
    paused_s: float = 0.0
    logged_in_s: float = 0.0
    handling_s: float | None = None


class LiveAgent(Struct, frozen=True, kw_only=True):
    """An agent on the wall. ``campaign_id``: of the call they have, else the one they work for; None: for any."""

    id: str
    name: str
    state: AgentState
    state_since: datetime
    reason: str = ""
    campaign_id: str | None = None
    call_id: str | None = None
    customer: str = ""
    number: str = ""
    wrap_ends_at: datetime | None = None
    next_state: AgentState | None = None
    day: AgentDay = AgentDay()


class LiveCall(Struct, frozen=True, kw_only=True):
    """A call that was answered and is not over; those that still ring are counted with their campaign."""

    id: str
    direction: Direction
    state: CallState
    state_since: datetime
    campaign_id: str | None = None
    agent_id: str | None = None
    customer: str = ""
    number: str = ""
    waits_since: datetime | None = None  # for an agent, if it does


class LiveQueue(Struct, frozen=True, kw_only=True):
    """A queue, and those who wait in it now. What is counted is counted from the beginning of the day.

    Attributes:
        id: Its name, as rules and reports say it.
        open: Callers may wait in it now.
        waiting: Callers in it, those who hung up and keep their place left out.
        waits_since: Since when the one who waits longest does.
        able: Agents at work who take its callers; ``free`` of these could take one now.
        answered: Callers an agent spoke with; ``in_time`` of these within ``service_level_s``.
        abandoned: Callers who hung up, or were sent away, before an agent came.
        in_time_ratio: Those in time, of all who were answered or abandoned; ``wanted_ratio`` is the aim.
    """

    id: str
    title: str
    open: bool = True
    waiting: int = 0
    waits_since: datetime | None = None
    able: int = 0
    free: int = 0
    answered: int = 0
    in_time: int = 0
    abandoned: int = 0
    in_time_ratio: float | None = None
    service_level_s: float = 20.0
    wanted_ratio: float = 0.8


class Pace(Struct, frozen=True, kw_only=True):
    """Why a campaign dials as it does: the pacer's last word, in two languages."""

    at: datetime | None = None
    limited_by: str = ""
    en: str = ""
    zh: str = ""


class LiveDrops(Struct, frozen=True, kw_only=True):
    """Abandoned calls in that window of the law in which the fewest more may be abandoned."""

    window_s: float
    limit_ratio: float
    live_answers: int
    abandoned: int
    ratio: float | None


class LiveCampaign(Struct, frozen=True, kw_only=True):
    """A campaign. What is counted is counted from the beginning of the day, as ``waihu report`` does.

    Attributes:
        lines: Its calls under way.
        dialling: Of these, without an agent.
        ready: Agents who could take its next call.
        pace_ratio: Calls without an agent for each agent who is ready.
        left: Leads that may still be called.
        staged: Leads in its hopper.
        empties_in_s: How long ``left`` lasts at the rate of the last hour.
    """

    id: str
    name: str
    mode: DialMode
    state: CampaignState
    lines: int = 0
    dialling: int = 0
    ready: int = 0
    pace_ratio: float | None = None
    pace: Pace = Pace()
    left: int | None = None
    staged: int = 0
    empties_in_s: int | None = None
    attempts: int = 0
    live_answers: int = 0
    connect_ratio: float | None = None
    sales: int = 0
    drops: LiveDrops | None = None


class Figure(Struct, frozen=True, kw_only=True):
    """One figure of the strip; what it means stands in its definition.

    Attributes:
        value: The figure itself.
        part: Its numerator, where it is a ratio.
        whole: Its denominator.
        limit: What it may be at most, or at least.
        since: Since when, for a figure that is a time that runs.
        campaign_id: Which campaign it is of, where it is the worst of several.
    """

    value: float | None = None
    part: int | None = None
    whole: int | None = None
    limit: float | None = None
    since: datetime | None = None
    campaign_id: str | None = None


class LiveMinute(Struct, frozen=True, kw_only=True):
    """What became, so far, of the calls that were dialled in one minute."""

    at: datetime
    dialled: int = 0
    answered: int = 0  # by a person
    abandoned: int = 0


class LiveAlert(Struct, frozen=True, kw_only=True):
    """Something that needs a person; ``agent_id``: it is for this agent."""

    id: str
    code: str
    text: str
    at: datetime
    agent_id: str | None = None
    call_id: str | None = None


class LiveLine(Struct, frozen=True, kw_only=True):
    """What one side of a call said, or (not ``final``) seems to be saying.

    Attributes:
        id: ``customer-3``: the side, and the number of the utterance.
        severity: Of the gravest alert its words raised; ``kind`` and ``phrase`` say which words they were.
    """

    id: str
    side: Side
    at: datetime
    text: str
    final: bool = True
    severity: Severity | None = None
    kind: PhraseKind | None = None
    phrase: str = ""


class LiveHint(Struct, frozen=True, kw_only=True):
    """An answer that is offered because of what the customer said.

    ``next_step`` names a step of the script, ``disposition`` the code of a judgement that is proposed. ``mark``: what
    the agent said of it, null so far.
    """

    id: str
    name: str
    answer: str
    next_step: str
    phrase: str
    at: datetime
    disposition: str = ""
    mark: HintMark | None = None


class LiveSupervision(Struct, frozen=True, kw_only=True):
    """A supervisor who hears an agent."""

    id: str
    supervisor: str
    agent_id: str
    mode: SpyMode
    state: SpyState
    since: datetime


class DeskAgent(Struct, frozen=True, kw_only=True):
    """The agent at their own desk. ``next_state``: what follows the call under way, with its reason."""

    id: str
    name: str
    phone: str
    mode: PhoneMode
    state: AgentState
    state_since: datetime
    reason: str = ""
    campaign_id: str | None = None
    wrap_ends_at: datetime | None = None
    next_state: AgentState | None = None
    next_reason: str = ""
    phone_up: bool = False  # a leg of the phone hears the agent's bridge


class DeskConsult(Struct, frozen=True, kw_only=True):
    """Who is asked about a call while the customer waits: ``to`` is a name, or a masked number.

    Attributes:
        mine: Whether it is this agent who asks; False: a colleague, ``by``, asks this agent.
        joined: They hear each other; until then who is asked is being rung.
        together: The customer hears both: a conference.
    """

    to: str
    by: str
    mine: bool = True
    joined: bool = False
    together: bool = False


class DeskCall(Struct, frozen=True, kw_only=True):
    """The call an agent has, or is asked about, wrap-up included. ``zone``: of the customer, for promising a time."""

    id: str
    direction: Direction
    state: CallState
    state_since: datetime
    dialled_at: datetime
    answered_at: datetime | None = None
    connected_at: datetime | None = None
    hung_up_at: datetime | None = None
    held_s: float = 0.0
    campaign_id: str | None = None
    lead_id: str | None = None
    customer_id: str | None = None
    customer: str = ""
    number: str = ""
    zone: str | None = None
    attempts: int = 0
    tags: tuple[str, ...] = ()
    recording: bool = False
    recording_paused: bool = False
    disposition: str | None = None
    note: str = ""
    callback_at: datetime | None = None
    consult: DeskConsult | None = None


class DeskPreview(Struct, frozen=True, kw_only=True):
    """The lead an agent is shown before it is dialled."""

    lead_id: str
    campaign_id: str
    customer_id: str | None = None
    customer: str = ""
    number: str = ""
    zone: str | None = None
    attempts: int = 0
    last_outcome: str = ""
    last_attempt_at: datetime | None = None
    level: str = ""
    tags: tuple[str, ...] = ()
    callback_at: datetime | None = None


class DeskCampaign(Struct, frozen=True, kw_only=True):
    """The campaign an agent's work is for now, with the text to read out."""

    id: str
    name: str
    mode: DialMode
    state: CampaignState
    script: str = ""


class Desk(Struct, frozen=True, kw_only=True):
    """One agent's own view."""

    agent: DeskAgent
    call: DeskCall | None = None
    preview: DeskPreview | None = None
    campaign: DeskCampaign | None = None
    day: AgentDay = AgentDay()
    summary_of: str | None = None  # the call whose drafted summary waits for the agent


class LiveState(Struct, frozen=True, kw_only=True):
    """One picture. ``desk`` is only at a desk, ``lines`` and ``hints`` there and in the view of a call."""

    switch: LiveSwitch
    agents: dict[str, LiveAgent] = {}
    campaigns: dict[str, LiveCampaign] = {}
    queues: dict[str, LiveQueue] = {}
    calls: dict[str, LiveCall] = {}
    figures: dict[str, Figure] = {}
    minutes: tuple[LiveMinute, ...] = ()
    alerts: dict[str, LiveAlert] = {}
    supervisions: dict[str, LiveSupervision] = {}
    lines: dict[str, LiveLine] = {}
    hints: dict[str, LiveHint] = {}
    desk: Desk | None = None
