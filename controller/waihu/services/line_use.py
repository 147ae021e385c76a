"""One trunk and one line group as they are used now: room, rate, hours, state. What ``Lines`` chooses among."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from waihu.dialer.line_health import LineHealth
from waihu.dialer.rate_limit import TokenBucket
from waihu_models.line_group import LineGroup
from waihu_models.phone import E164

_STARTS = 2000  # remembered of each trunk: ten seconds at the highest rate that can be set
HOURS_S = 1.0
"""How long it is trusted that a group is inside, or outside, its hours."""


@dataclass(frozen=True, slots=True)
class Trunk:
    """What dialling needs to know of a carrier; ``caller_id_set`` is that of the group it is in."""

    name: str
    max_lines: int = 30
    calls_per_s: float = 5.0
    caller_id: str = ""
    strip_plus: bool = False
    dial_prefix: str = ""
    caller_id_set: str = ""

    def spell(self, number: E164) -> str:
        """Write a number as this carrier wants it."""
        return self.dial_prefix + (number.removeprefix("+") if self.strip_plus else number)


class GroupUse:
    """A line group and how much of it is in use."""

    def __init__(self, group: LineGroup, lines: "Sequence[LineUse]", now_s: float) -> None:
        self.group = group
        self.lines = lines
        rate = group.calls_per_s
        self.bucket = TokenBucket(rate, burst_of(rate), now_s) if rate > 0 else None
        self._open = False
        self._looked_s = float("-inf")

    def room(self) -> int | None:
        """Return how many more calls it may carry; None: only its trunks' limits hold."""
        capacity = self.group.capacity
        return max(0, capacity - sum(line.used for line in self.lines)) if capacity else None

    def is_open(self, now_s: float, now: Callable[[], datetime]) -> bool:
        """Say whether it is switched on and inside its hours."""
        if now_s - self._looked_s >= HOURS_S:
            self._looked_s, self._open = now_s, self.group.open_at(now())
        return self._open

    def able(self, now_s: float) -> bool:
        """Say whether its own limits let one more call start."""
        if self.bucket is not None and self.bucket.available(now_s) < 1.0:
            return False
        room = self.room()
        return room is None or room > 0


class LineUse:
    """A trunk and how much of it is in use; one that was taken away stays for as long as calls are on it."""

    __slots__ = ("bucket", "group", "health", "present", "starts", "trunk", "used")

    def __init__(self, trunk: Trunk, health: LineHealth, now_s: float) -> None:
        self.trunk = trunk
        self.health = health
        self.used = 0
        self.present = True
        self.group: GroupUse | None = None
        self.starts: deque[float] = deque(maxlen=_STARTS)
        self.bucket = TokenBucket(trunk.calls_per_s, burst_of(trunk.calls_per_s), now_s)

    def adopt(self, trunk: Trunk, now_s: float) -> None:
        """Take other limits from now on."""
        if trunk.calls_per_s != self.trunk.calls_per_s:
            self.bucket = TokenBucket(trunk.calls_per_s, burst_of(trunk.calls_per_s), now_s)
        self.trunk, self.present = trunk, True

    @property
    def room(self) -> int:
        """How many more calls it may carry."""
        left = self.trunk.max_lines - self.used
        return left if left > 0 else 0

    def able(self, now_s: float) -> bool:
        """Say whether one more call may start now."""
        if self.used >= self.trunk.max_lines or self.bucket.available(now_s) < 1.0:
            return False
        return self.group is None or self.group.able(now_s)

    def better(self, other: "LineUse") -> bool:
        """Say whether a call would rather be here: more of it is idle; as much, and it is better; or cheaper."""
        mine, theirs = 1 - self.used / self.trunk.max_lines, 1 - other.used / other.trunk.max_lines
        if mine != theirs:
            return mine > theirs
        mine, theirs = self.health.quality, other.health.quality
        if mine != theirs:
            return mine > theirs
        return self.cost < other.cost

    @property
    def cost(self) -> float:
        """What a minute costs, as far as anybody said so."""
        return self.group.group.cost_per_min if self.group is not None else 0.0

    def start(self, now_s: float) -> None:
        """Count the start of a call."""
        self.bucket.take(now_s)
        if self.group is not None and self.group.bucket is not None:
            self.group.bucket.take(now_s)
        self.starts.append(now_s)


def burst_of(calls_per_s: float) -> float:
    """Return how many calls may be started at once: a tenth of a second's worth, at least one.

    Carriers count calls per second, not per instant.
    """
    return max(1.0, calls_per_s / 10)
