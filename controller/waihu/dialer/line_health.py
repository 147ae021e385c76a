"""How well a trunk carries calls, by those of the last minutes, and when it is drained and tried again. Time is given.

A trunk moves between these states::

    open ──calls fail, sound is bad, it does not answer──▶ drained ──its time is over, or a person says so──▶ trying
      ▲                                                       ▲                                                │ │
      │                                                       └──────────────one of them fails─────────────────┘ │
      └──────────────────────────────a few calls of a small share of all get through─────────────────────────────┘
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum


class LineState(StrEnum):
    """Whether calls are started on a trunk."""

    OPEN = "open"
    DRAINED = "drained"  # none, as long as another trunk could carry them; calls under way go on
    TRYING = "trying"  # a small share of them


class DrainReason(StrEnum):
    """Why a trunk was drained; the codes are shown to people."""

    FAILING = "failing"  # several calls in a row were not carried
    INEFFECTIVE = "ineffective"  # too many of the last calls were not carried
    SOUND = "sound"  # those that were sound bad
    UNREACHABLE = "unreachable"  # the carrier does not answer
    REJECTED = "rejected"  # the carrier refuses our registration


class CallResult(StrEnum):
    """What a call says of the trunk that was to carry it."""

    ANSWERED = "answered"
    CARRIED = "carried"  # the far end was busy, did not answer, or does not exist
    FAILED = "failed"  # the carrier could not carry it


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRules:
    """When a trunk is drained, and how it comes back.

    Attributes:
        window_s: How far back calls count; ``most`` of them at most.
        row: So many failures in a row drain it.
        enough: Calls in the window from which on a ratio says something; ``enough_legs`` for their sound.
        least_carried: Network effectiveness ratio below which it is drained.
        least_mos: Mean estimate of the sound below which it is drained.
        drain_s: How long; each time again doubles it, up to ``longest_s``.
        share: While it is tried it gets one of so many calls.
        trials: So many in a row that get through open it again.
    """

    window_s: float = 600.0
    most: int = 200
    row: int = 5
    enough: int = 20
    enough_legs: int = 10
    least_carried: float = 0.5
    least_mos: float = 2.6
    drain_s: float = 60.0
    longest_s: float = 900.0
    share: int = 10
    trials: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFigures:
    """What the calls in the window say; None: there were too few to say anything.

    Attributes:
        answer_ratio: Answered calls per attempt: ASR, ITU-T E.411.
        carried_ratio: Attempts the network carried to a far end: NER, ITU-T E.425.
        first_sign_s: Mean post-dial delay, to ringing, early media or the answer.
    """

    attempts: int
    answer_ratio: float | None
    carried_ratio: float | None
    first_sign_s: float | None
    legs: int
    mos: float | None
    loss_ratio: float | None
    jitter_ms: float | None
    round_trip_ms: float | None


@dataclass(frozen=True, slots=True)
class LegHeard:
    """How a customer's leg on the trunk sounded."""

    mos: float
    loss_ratio: float
    jitter_ms: float
    round_trip_ms: float | None


class LineHealth:
    """One trunk's window and state."""

    def __init__(self, rules: HealthRules = HealthRules()) -> None:
        self.rules = rules
        self.state = LineState.OPEN
        self.reason: DrainReason | None = None
        self.since_s = 0.0
        self.until_s = float("inf")  # of the drain; for ever where only the carrier itself can end it
        self._calls: deque[tuple[float, CallResult]] = deque(maxlen=rules.most)
        self._counts = dict.fromkeys(CallResult, 0)
        self._signs: deque[tuple[float, float]] = deque(maxlen=rules.most)
        self._legs: deque[tuple[float, LegHeard]] = deque()
        self._mos = 0.0  # of all these legs together
        self._row = 0  # failures in a row; while trying, successes
        self._drains = 0  # since it was well for a whole window
        self._passed = 0  # calls that went to others since the last trial
        self._trial_at_s = float("-inf")

    # ---- what is seen of it ----------------------------------------------------------------------------------------

    def first_sign(self, now_s: float, delay_s: float) -> None:
        """Take in that a far end was reached, so long after dialling."""
        self._signs.append((now_s, delay_s))
        if self.state is LineState.TRYING:
            self._got_through(now_s)
        else:
            self._row = 0

    def ended(self, now_s: float, result: CallResult) -> bool:
        """Take in what became of a call; return whether that changed the state."""
        if len(self._calls) == self.rules.most:
            self._forget_oldest()
        self._calls.append((now_s, result))
        self._counts[result] += 1
        self._expire(now_s)
        if result is not CallResult.FAILED:
            return False
        if self.state is LineState.TRYING:
            self.drain(now_s, self.reason or DrainReason.FAILING)
            return True
        if self.state is LineState.DRAINED:
            return False
        self._row += 1
        attempts = len(self._calls)
        ineffective = attempts >= self.rules.enough and self._carried_ratio() < self.rules.least_carried
        if self._row < self.rules.row and not ineffective:
            return False
        self.drain(now_s, DrainReason.INEFFECTIVE if ineffective else DrainReason.FAILING)
        return True

    def heard(self, now_s: float, leg: LegHeard) -> bool:
        """Take in how a leg sounded; return whether that changed the state."""
        self._legs.append((now_s, leg))
        self._mos += leg.mos
        self._expire(now_s)
        few = len(self._legs) < self.rules.enough_legs
        if few or self.state is not LineState.OPEN or self._mean_mos() >= self.rules.least_mos:
            return False
        self.drain(now_s, DrainReason.SOUND)
        return True

    def connection(self, now_s: float, problem: DrainReason | None) -> bool:
        """Take in whether the carrier can be reached; return whether that changed the state."""
        lasting = self.reason in {DrainReason.UNREACHABLE, DrainReason.REJECTED}
        if problem is not None:
            if self.state is LineState.DRAINED and lasting:
                return False
            self.drain(now_s, problem)
            self.until_s = float("inf")
            return True
        if self.state is LineState.DRAINED and lasting:
            self.try_again(now_s)
            return True
        return False

    # ---- what follows ----------------------------------------------------------------------------------------------

    def drain(self, now_s: float, reason: DrainReason) -> None:
        """Start no more calls for a while, longer each time."""
        if self.state is LineState.OPEN and now_s - self.since_s > self.rules.window_s:
            self._drains = 0
        self.state, self.reason, self.since_s = LineState.DRAINED, reason, now_s
        self.until_s = now_s + min(self.rules.longest_s, self.rules.drain_s * 2**self._drains)
        self._drains = min(self._drains + 1, 30)
        self._row = 0

    def try_again(self, now_s: float) -> None:
        """Give it a small share of the calls."""
        self.state, self.since_s, self.until_s = LineState.TRYING, now_s, float("inf")
        self._row, self._passed, self._trial_at_s = 0, self.rules.share, float("-inf")

    def state_at(self, now_s: float) -> LineState:
        """Return the state; a drain whose time is over has become a trial."""
        if self.state is LineState.DRAINED and now_s >= self.until_s:
            self.try_again(now_s)
        return self.state

    def is_turn(self, now_s: float) -> bool:
        """Say whether the next call may be the trial: one of a share of all, and one at a time for a while."""
        self._passed += 1
        return self._passed >= self.rules.share and now_s - self._trial_at_s >= 1.0

    def tried(self, now_s: float) -> None:
        """Count a trial that is started."""
        self._passed, self._trial_at_s = 0, now_s

    def _got_through(self, now_s: float) -> None:
        self._row += 1
        if self._row < self.rules.trials:
            return
        self.state, self.reason, self.since_s, self._row = LineState.OPEN, None, now_s, 0
        self._calls.clear()  # what was before has been answered for
        self._legs.clear()
        self._mos = 0.0
        self._counts = dict.fromkeys(CallResult, 0)

    # ---- figures ---------------------------------------------------------------------------------------------------

    @property
    def quality(self) -> float:
        """How good it is beside others, 0..1: the share of calls it carries; 1 while too little is known."""
        return self._carried_ratio() if len(self._calls) >= self.rules.enough else 1.0

    def figures(self, now_s: float) -> LineFigures:
        """Return what the window says."""
        self._expire(now_s)
        attempts = len(self._calls)
        legs = [leg for _, leg in self._legs]
        trips = [leg.round_trip_ms for leg in legs if leg.round_trip_ms is not None]
        return LineFigures(
            attempts=attempts,
            answer_ratio=self._counts[CallResult.ANSWERED] / attempts if attempts else None,
            carried_ratio=self._carried_ratio() if attempts else None,
            first_sign_s=_mean([delay_s for _, delay_s in self._signs]),
            legs=len(legs),
            mos=_mean([leg.mos for leg in legs]),
            loss_ratio=_mean([leg.loss_ratio for leg in legs]),
            jitter_ms=_mean([leg.jitter_ms for leg in legs]),
            round_trip_ms=_mean(trips),
        )

    def _carried_ratio(self) -> float:
        attempts = len(self._calls)
        return (attempts - self._counts[CallResult.FAILED]) / attempts if attempts else 1.0

    def _mean_mos(self) -> float:
        return self._mos / len(self._legs)

    def _forget_oldest(self) -> None:
        self._counts[self._calls.popleft()[1]] -= 1

    def _expire(self, now_s: float) -> None:
        since_s = now_s - self.rules.window_s
        while self._calls and self._calls[0][0] < since_s:
            self._forget_oldest()
        while self._signs and self._signs[0][0] < since_s:
            self._signs.popleft()
        while self._legs and (self._legs[0][0] < since_s or len(self._legs) > self.rules.most):
            self._mos -= self._legs.popleft()[1].mos


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
