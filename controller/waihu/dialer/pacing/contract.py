"""The pacer's contract: what it is told, what it sees, what it decides.

Pure: no input or output, no clock of its own. Times are float seconds on one monotonic clock owned by the caller. The
same pacer runs in production, in simulations and in benchmarks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

# Agent states.
OFFLINE, PAUSE, READY, TALK, WRAP = "offline", "pause", "ready", "talk", "wrap"
# States of a call without an agent. SCREEN: answered, machine detection still deciding.
RINGING, SCREEN, WAITING = "ringing", "screen", "waiting"
# Outcomes.
HUMAN, MACHINE, BUSY, NOANSWER = "human", "machine", "busy", "noanswer"
INVALID, CONGESTION, CANCELLED = "invalid", "congestion", "cancelled"


@dataclass(frozen=True, slots=True)
class PacerConfig:
    """The limits a pacer keeps to and the prior means it starts from.

    Attributes:
        target_drop: Allowed dropped to live answers over the compliance window; 0 = never overdial.
        ring_timeout_s: An attempt is given up after this.
        patience_s: From the answer (after machine detection) to an agent; later is a drop.
        amd: Calls pass SCREEN after the answer, machines never reach agents.
        min_ring_s: Ringing calls older than this may be cancelled; 1e9 = never.
        max_channels: Calls at once.
        max_cps: Calls started per second.
        talk_hint_s: Prior mean talk time.
        wrap_hint_s: Prior mean wrap-up time.
        answer_hint: Prior probability that a person answers.
        clock_of_day_s: Time of day at ``now == 0``.
    """

    target_drop: float = 0.03
    ring_timeout_s: float = 27.0
    patience_s: float = 2.0
    amd: bool = False
    min_ring_s: float = 1e9
    max_channels: int = 1000
    max_cps: float = 50.0
    talk_hint_s: float = 120.0
    wrap_hint_s: float = 20.0
    answer_hint: float = 0.3
    clock_of_day_s: float = 32400.0


class AgentEvent(NamedTuple):
    """An agent entered ``state`` after ``prev_s`` seconds in ``prev``."""

    t: float
    agent: int
    state: str
    prev: str
    prev_s: float


class CallEvent(NamedTuple):
    """A call moved. ``kind``: dialed, answered, connected, dropped, ended.

    ``outcome`` is set on "ended"; HUMAN only after talk began or after a drop. ``p`` is the answer-probability hint the
    call was dialled with, ``age`` the seconds since dialling.
    """

    t: float
    call: int
    kind: str
    outcome: str = ""
    agent: int = -1
    p: float = 0.0
    age: float = 0.0


@dataclass(slots=True)
class AgentView:
    """An agent who is logged in. ``phase``: optional hint inside TALK, e.g. "closing" from speech."""

    id: int
    state: str
    since: float
    phase: str = ""


@dataclass(slots=True)
class CallView:
    """An attempt without an agent; ``answered_at`` is negative before the answer."""

    id: int
    dialed_at: float
    p: float
    state: str = RINGING
    answered_at: float = -1.0


@dataclass(slots=True)
class Snapshot:
    """The picture a decision is made on.

    Attributes:
        now: This moment.
        agents: Logged-in agents only; read-only for the pacer.
        calls: Attempts without an agent: ringing, screening, waiting.
        ready: Agents in READY.
        channels_free: Calls the lines can still carry.
        dial_budget: Calls the rate limiter allows right now.
        next_p: Hints of the next leads, in hopper order; may be biased.
        live_answers: So far in the compliance window: humans, plus unknown dropped ones.
        drops: So far in the compliance window.
        ends_at: Planned end of dialling.
    """

    now: float
    agents: Mapping[int, AgentView]
    calls: Mapping[int, CallView]
    ready: int
    channels_free: int
    dial_budget: int
    next_p: Sequence[float]
    live_answers: int
    drops: int
    ends_at: float = 1e18


@dataclass(slots=True)
class Decision:
    """Calls to start now, ringing calls to cancel, and when to be asked again at the latest."""

    dial: int = 0
    cancel: list[int] = field(default_factory=list)
    wake_s: float | None = None


class Pacer(Protocol):
    """Decides how many lines to dial."""

    def __init__(self, config: PacerConfig) -> None: ...

    def on_event(self, event: AgentEvent | CallEvent) -> None:
        """Learn from one event."""
        ...

    def decide(self, now: float, snapshot: Snapshot) -> Decision:
        """Say what to do now; called at each event and at least four times a second."""
        ...
