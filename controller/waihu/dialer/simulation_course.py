"""A simulated day by quarters of an hour: what forecasts show, and when the list ran dry."""

from dataclasses import dataclass, field

from waihu.dialer.pacing import READY, TALK, WRAP
from waihu.dialer.simulation_measures import Measures
from waihu.dialer.simulation_world import Scenario

BIN_S = 900.0


@dataclass(slots=True)
class Quarter:
    """A quarter of an hour, of one day or of several together."""

    attempts: int = 0
    live_answers: int = 0
    drops: int = 0
    connected: int = 0
    wait_s: float = 0.0
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys((READY, TALK, WRAP), 0.0))

    @property
    def staffed_s(self) -> float:
        """Agent seconds logged in and not paused."""
        return sum(self.seconds.values())

    def add(self, other: "Quarter") -> None:
        """Take in another quarter."""
        self.attempts += other.attempts
        self.live_answers += other.live_answers
        self.drops += other.drops
        self.connected += other.connected
        self.wait_s += other.wait_s
        for state, seconds in other.seconds.items():
            self.seconds[state] += seconds


class Course(Measures):
    """Measures that also count by quarters of an hour."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        self.quarters = [Quarter() for _ in range(max(1, round(scenario.ends_s / BIN_S + 0.49)))]

    def _at(self, now: float) -> Quarter:
        return self.quarters[min(len(self.quarters) - 1, int(now / BIN_S))]

    def dialled(self, now: float, lines: int) -> None:
        """Count an attempt."""
        super().dialled(now, lines)
        self._at(now).attempts += 1

    def connected(self, now: float, wait_s: float, *, human: bool) -> None:
        """Count a call that reached an agent."""
        super().connected(now, wait_s, human=human)
        quarter = self._at(now)
        quarter.connected += 1
        quarter.wait_s += wait_s

    def _live(self, now: float, *, dropped: bool) -> None:
        super()._live(now, dropped=dropped)
        quarter = self._at(now)
        quarter.live_answers += 1
        quarter.drops += dropped

    def stays(self, state: str, since: float, until: float) -> None:
        """Add an agent's stretch in a state to all quarters it touches."""
        super().stays(state, since, until)
        if state not in {READY, TALK, WRAP}:
            return
        for number in range(int(since / BIN_S), min(len(self.quarters), int(until / BIN_S) + 1)):
            begins = number * BIN_S
            spent = min(until, begins + BIN_S) - max(since, begins)
            self.quarters[number].seconds[state] += max(0.0, spent)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a shift comes to.

    Attributes:
        talk_min_per_h: Minutes of talk in an hour of an agent logged in and not paused.
        utilisation: Talk and wrap-up in that time.
        drop_ratio: Drops per live answer.
        wait_s: Mean wait of the callers who reached an agent.
        calls_per_h: Attempts in an hour.
        drops: How many.
        live_answers: How many.
    """

    talk_min_per_h: float
    utilisation: float
    drop_ratio: float
    wait_s: float
    calls_per_h: float
    drops: int
    live_answers: int


def figures(quarters: list[Quarter], hours: float) -> Figures:
    """Return the figures of some quarters that lasted so many hours."""
    whole = Quarter()
    for quarter in quarters:
        whole.add(quarter)
    staffed_s = whole.staffed_s or 1.0
    return Figures(
        talk_min_per_h=60.0 * whole.seconds[TALK] / staffed_s,
        utilisation=(whole.seconds[TALK] + whole.seconds[WRAP]) / staffed_s,
        drop_ratio=whole.drops / whole.live_answers if whole.live_answers else 0.0,
        wait_s=whole.wait_s / whole.connected if whole.connected else 0.0,
        calls_per_h=whole.attempts / hours if hours else 0.0,
        drops=whole.drops,
        live_answers=whole.live_answers,
    )
