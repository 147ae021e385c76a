"""VICIdial's adaptive pacing as arithmetic, as a baseline to compare with and to run in shadow.

Its separate programs are clocks here, driven by the caller's ``decide``: a sample each second, the dial level each
15 s, the drop statistics each 60 s, lines placed each 2.5 s. The day's drops are those of the snapshot's compliance
window, trunks and calls per second those of the snapshot, and the patience is the caller's. The dial level is lines,
connected ones included, per agent who is ready or in a call; agents in wrap-up or paused do not count for lines, and
do count for the level.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from waihu.dialer.pacing.contract import READY, TALK, WAITING, AgentEvent, CallEvent, Decision, PacerConfig, Snapshot

SAMPLE_S, LEVEL_S, STATISTICS_S, LOOP_S = 1.0, 15.0, 60.0, 2.5
SAMPLES = 15
DAY_S = 86400.0


class AdaptMethod(StrEnum):
    """What is done to the level while the day's drop rate is over the limit."""

    HARD_LIMIT = "hard_limit"
    AVERAGE = "average"
    TAPERED = "tapered"


@dataclass(frozen=True, slots=True)
class VicidialSettings:
    """Campaign settings by VICIdial's names; the defaults are the factory's.

    Attributes:
        method: ADAPT_HARD_LIMIT, ADAPT_AVERAGE or ADAPT_TAPERED.
        maximum_level: adaptive_maximum_level.
        difference_target: adaptive_dl_diff_target.
        intensity: adaptive_intensity, per cent.
        latest_server_time: adaptive_latest_server_time, HHMM read as an integer.
    """

    method: AdaptMethod = AdaptMethod.HARD_LIMIT
    maximum_level: float = 3.0
    difference_target: float = 0.0
    intensity: float = 0.0
    latest_server_time: int = 2100


def next_level(level: float, difference: float, agents: float, settings: VicidialSettings) -> float:
    """Return the level after one update, before the drop rules; ``difference`` is mean ready minus mean waiting."""
    wanted = difference + settings.difference_target
    e = wanted / agents if wanted and agents else 0.0
    intensity = settings.intensity / 100.0
    g = e * abs(intensity - 1.0) if e < 0 else e * (1.0 + intensity)
    return max(1.0, min(round(level * (1.0 + g), 3), settings.maximum_level))


def level_after_drops(level: float, settings: VicidialSettings, clock_hhmm: int) -> float:
    """Return the level while the day's drop rate is over the limit."""
    match settings.method:
        case AdaptMethod.HARD_LIMIT:
            return 1.0
        case AdaptMethod.AVERAGE:
            return max(1.0, level / 2.0)
        case AdaptMethod.TAPERED:
            left = settings.latest_server_time - clock_hhmm
            return 1.0 if left < 0 else max(1.0, level * min(1.0, left / 1000.0))


def lines_to_place(level: float, counted: int, lines: int) -> int:
    """Return how many calls one loop places: ``level`` lines per counted agent, less the lines there are."""
    return max(0, int(level * counted + 0.5) - lines)


class VicidialPacer:
    """VICIdial's loops behind the pacer's contract."""

    def __init__(self, config: PacerConfig, settings: VicidialSettings | None = None) -> None:
        self._config = config
        self._settings = settings or VicidialSettings()
        self.level = 1.0
        self.drop_percent = 0.0
        self._samples: deque[tuple[int, int, int]] = deque(maxlen=SAMPLES)
        self._sample_at = self._level_at = self._statistics_at = self._loop_at = float("-inf")
        self._owed = 0
        self._calls_today = 0
        self._minute_calls: deque[float] = deque()
        self._minute_drops: deque[float] = deque()

    def on_event(self, event: AgentEvent | CallEvent) -> None:
        """Count calls and drops; nothing else is learned."""
        if isinstance(event, CallEvent):
            if event.kind == "dialed":
                self._calls_today += 1
                self._minute_calls.append(event.t)
            elif event.kind == "dropped":
                self._minute_drops.append(event.t)

    def decide(self, now: float, snapshot: Snapshot) -> Decision:
        """Run the clocks that are due and place what the last loop still owes."""
        if now - self._sample_at >= SAMPLE_S:
            self._sample_at = now
            self._sample(snapshot)
        if now - self._statistics_at >= STATISTICS_S:
            self._statistics_at = now
            live = snapshot.live_answers
            self.drop_percent = 100.0 * snapshot.drops / live if live else 0.0
        if now - self._level_at >= LEVEL_S:
            self._level_at = now
            self._update_level(now)
        if not snapshot.agents:
            self._owed = 0
            return Decision()
        if self._owed == 0 and now - self._loop_at >= LOOP_S:
            self._loop_at = now
            self._owed = self._missing(snapshot)
        room = min(snapshot.channels_free, snapshot.dial_budget, len(snapshot.next_p))
        dial = max(0, min(self._owed, room))
        # What trunks cannot carry is given up until the next loop; what the rate cannot carry is placed later.
        owed = self._owed - dial if dial < snapshot.channels_free and snapshot.next_p else 0
        if self._owed and not owed:
            self._loop_at = now  # the loop sleeps after its last call, not from its first
        self._owed = owed
        return Decision(dial=dial)

    def _sample(self, snapshot: Snapshot) -> None:
        waiting = sum(1 for call in snapshot.calls.values() if call.state == WAITING)
        self._samples.append((snapshot.ready, waiting, len(snapshot.agents)))

    def _update_level(self, now: float) -> None:
        number = len(self._samples)
        ready, waiting, agents = (sum(column) / number for column in zip(*self._samples, strict=True))
        if agents <= 0:
            return
        level = next_level(self.level, ready - waiting, agents, self._settings)
        if self._minute_of_drops(now):
            level /= 2.0
        if self._calls_today > 50 and self.drop_percent > 100.0 * self._config.target_drop:
            level = level_after_drops(level, self._settings, self._clock_hhmm(now))
        self.level = max(1.0, level)

    def _minute_of_drops(self, now: float) -> bool:
        for times in (self._minute_calls, self._minute_drops):
            while times and times[0] < now - 60.0:
                times.popleft()
        return len(self._minute_calls) > 20 and len(self._minute_drops) > 0.5 * len(self._minute_calls)

    def _clock_hhmm(self, now: float) -> int:
        minutes = int((self._config.clock_of_day_s + now) % DAY_S // 60.0)
        return minutes // 60 * 100 + minutes % 60

    def _missing(self, snapshot: Snapshot) -> int:
        talking = sum(1 for agent in snapshot.agents.values() if agent.state == TALK)
        ready = sum(1 for agent in snapshot.agents.values() if agent.state == READY)
        return lines_to_place(self.level, ready + talking, len(snapshot.calls) + talking)
