"""The intake of a stream: sound as it comes, kept for a moment, and the clock that its samples are.

Where the exchange sends nothing (a far end that is silent may send no packets), silence is put in its place: the clock
keeps up with the wall's, and what was said before is known to have ended.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from waihu.clock import Clock
from waihu.speech.ring import Ring

QUIET_S = 0.5
"""Nothing came for so long, or nobody speaks and so much is missing: silence is put in its place."""
GAP_LEFT_S = 0.2
"""Left missing: sound that is only late still fits in."""
MOST_FILL_S = 1.0


class Intake:
    """What comes of one stream.

    Attributes:
        ring: What nobody took yet.
        muted: Whether silence is heard instead of what comes.
        filled: Samples that were put in where nothing came.
        began_at: Of the first sample; None before it.
    """

    def __init__(self, rate_hz: int, clock: Clock) -> None:
        self._rate_hz = rate_hz
        self._clock = clock
        self._began_s = 0.0
        self._last_s = 0.0
        self._done = 0
        self._forfeited = 0
        self.ring = Ring(rate_hz)
        self.muted = False
        self.filled = 0
        self.began_at: datetime | None = None

    def put(self, pcm: bytes) -> None:
        """Take samples as they come."""
        self._last_s = self._clock.monotonic()
        if self.began_at is None:
            length_s = len(pcm) / 2 / self._rate_hz
            self._began_s = self._last_s - length_s
            self.began_at = self._clock.now() - timedelta(seconds=length_s)
        self.ring.put(bytes(len(pcm)) if self.muted else pcm)

    def done(self, count: int) -> None:
        """Note that so many samples are recognised, or left out as silence."""
        self._done += count

    def lose_since(self, second_s: float) -> None:
        """Note that a recogniser was given more, and will not say what it was; what waits is lost too."""
        taken = self.ring.received - self.ring.lost - self.ring.waiting
        self._done = min(self._done, int(second_s * self._rate_hz))
        self._forfeited = taken - self._done
        self.ring.clear()

    @property
    def silent_s(self) -> float:
        """Return for how long nothing has come."""
        return self._clock.monotonic() - self._last_s if self.began_at else 0.0

    @property
    def behind_s(self) -> float:
        """Return how much of what came is neither recognised nor lost."""
        return (self.ring.received - self.ring.lost - self._done - self._forfeited) / self._rate_hz

    @property
    def heard_s(self) -> float:
        """Return how much of what came was recognised."""
        return max(0, self._done - self.filled) / self._rate_hz

    @property
    def lost_s(self) -> float:
        """Return how much of what came was not recognised."""
        return (self.ring.lost + self._forfeited) / self._rate_hz

    def came_at_s(self, second_s: float) -> float:
        """Return when, by the monotonic clock, the sound of a second of the stream came."""
        return self._began_s + second_s

    def fill(self, quiet: Callable[[], bool]) -> bool:
        """Put silence where nothing came; returns whether there was need.

        Args:
            quiet: Whether nobody was speaking at the end of what came.
        """
        if self.began_at is None:
            return False
        missing_s = self._clock.monotonic() - self._began_s - self.ring.received / self._rate_hz
        if missing_s <= QUIET_S or self.behind_s > QUIET_S or not (self.silent_s > QUIET_S or quiet()):
            return False
        count = int(min(missing_s - GAP_LEFT_S, MOST_FILL_S) * self._rate_hz)
        self.filled += count
        self.ring.put(bytes(2 * count))
        return True
