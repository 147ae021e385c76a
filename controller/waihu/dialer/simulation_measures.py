"""What a simulated shift came to: utilisation, drops, the worst half hour, waiting, attempts, lines."""

from collections import Counter, defaultdict

from waihu.dialer.pacing import PAUSE, READY, TALK, WRAP
from waihu.dialer.simulation_world import Scenario

WINDOW_S = 1800.0
STEP_S = 60.0


class Measures:
    """Counts while a shift runs; ratios afterwards."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self.attempts = 0
        self.connected_calls = 0
        self.machines_connected = 0
        self.drops = 0
        self.hang_ups = 0
        self.live_answers = 0
        self.screened_out = 0  # people taken for machines
        self.cancelled = 0
        self.over_limit = 0  # lines asked for beyond what the snapshot allowed
        self.wait_s = 0.0
        self.most_lines = 0
        self.outcomes: Counter[str] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._answers: list[tuple[float, bool]] = []  # time, dropped

    def dialled(self, now: float, lines: int) -> None:  # noqa: ARG002 -- for those who count by time
        """Count an attempt."""
        self.attempts += 1
        self.most_lines = max(self.most_lines, lines)

    def connected(self, now: float, wait_s: float, *, human: bool) -> None:
        """Count a call that reached an agent."""
        self.connected_calls += 1
        self.wait_s += wait_s
        if human:
            self._live(now, dropped=False)
        else:
            self.machines_connected += 1

    def dropped(self, now: float) -> None:
        """Count a drop; nobody knows whether it was a person, so it is a live answer."""
        self.drops += 1
        self._live(now, dropped=True)

    def hung_up(self, now: float) -> None:
        """Count a caller who left before the patience ended."""
        self.hang_ups += 1
        self._live(now, dropped=False)

    def _live(self, now: float, *, dropped: bool) -> None:
        self.live_answers += 1
        self._answers.append((now, dropped))

    def ended(self, outcome: str) -> None:
        """Count an outcome."""
        self.outcomes[outcome] += 1

    def stays(self, state: str, since: float, until: float) -> None:
        """Add an agent's stretch in a state."""
        self.seconds[state] += until - since

    @property
    def staffed_s(self) -> float:
        """Agent seconds logged in and not paused."""
        return self.seconds[READY] + self.seconds[TALK] + self.seconds[WRAP]

    @property
    def paused_s(self) -> float:
        """Agent seconds paused."""
        return self.seconds[PAUSE]

    @property
    def utilisation(self) -> float:
        """Talk and wrap-up per staffed, unpaused second."""
        return (self.seconds[TALK] + self.seconds[WRAP]) / self.staffed_s if self.staffed_s else 0.0

    @property
    def drop_ratio(self) -> float:
        """Drops per live answer."""
        return self.drops / self.live_answers if self.live_answers else 0.0

    @property
    def mean_wait_s(self) -> float:
        """Mean wait of the callers who reached an agent."""
        return self.wait_s / self.connected_calls if self.connected_calls else 0.0

    def worst_window(self) -> float:
        """Return the highest drop ratio of any whole half hour, to the minute."""
        answers, ends = self._answers, self._scenario.ends_s
        first = last = drops = 0
        worst, end = 0.0, WINDOW_S
        while end <= ends:
            while last < len(answers) and answers[last][0] <= end:
                drops += answers[last][1]
                last += 1
            while first < last and answers[first][0] <= end - WINDOW_S:
                drops -= answers[first][1]
                first += 1
            if last > first:
                worst = max(worst, drops / (last - first))
            end += STEP_S
        return worst
