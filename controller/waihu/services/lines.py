"""Lines: how many calls each trunk may still carry, how fast calls may be started, and how numbers are spelt for it."""

from dataclasses import dataclass

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.dialer.rate_limit import TokenBucket
from waihu_models.campaign import Campaign
from waihu_models.events import CallChanged
from waihu_models.phone import E164


@dataclass(frozen=True, slots=True)
class Trunk:
    """What dialling needs to know of a carrier."""

    name: str
    max_lines: int = 30
    calls_per_s: float = 5.0
    caller_id: str = ""
    strip_plus: bool = False
    dial_prefix: str = ""

    def spell(self, number: E164) -> str:
        """Write a number as this carrier wants it."""
        return self.dial_prefix + (number.removeprefix("+") if self.strip_plus else number)


class Lines:
    """Counts the calls on every trunk and meters new ones."""

    def __init__(self, trunks: tuple[Trunk, ...], bus: Bus, clock: Clock) -> None:
        self._trunks = {trunk.name: trunk for trunk in trunks}
        self._used = dict.fromkeys(self._trunks, 0)
        self._clock = clock
        now = clock.monotonic()
        self._buckets = {t.name: TokenBucket(t.calls_per_s, _burst(t.calls_per_s), now) for t in trunks}
        bus.subscribe(CallChanged, self._call_changed)

    def get(self, name: str) -> Trunk | None:
        """Return a trunk by name."""
        return self._trunks.get(name)

    def free(self, campaign: Campaign) -> int:
        """Return how many calls the trunks open to a campaign can still carry."""
        return sum(t.max_lines - self._used[t.name] for t in self._open_to(campaign))

    def budget(self, campaign: Campaign) -> int:
        """Return how many calls may be started at this moment."""
        now = self._clock.monotonic()
        return sum(int(self._buckets[t.name].available(now)) for t in self._open_to(campaign))

    def take(self, campaign: Campaign) -> Trunk | None:
        """Choose the idlest open trunk that may start a call now, and count the start."""
        now = self._clock.monotonic()
        able = [
            t
            for t in self._open_to(campaign)
            if self._used[t.name] < t.max_lines and self._buckets[t.name].available(now) >= 1
        ]
        if not able:
            return None
        trunk = max(able, key=self._idle_ratio)
        self._buckets[trunk.name].take(now)
        return trunk

    def _idle_ratio(self, trunk: Trunk) -> float:
        return 1 - self._used[trunk.name] / trunk.max_lines

    def _open_to(self, campaign: Campaign) -> list[Trunk]:
        return [t for t in self._trunks.values() if campaign.trunk in {"", t.name}]

    def _call_changed(self, change: CallChanged) -> None:
        call, was = change.call, change.was
        if call.trunk not in self._used:
            return
        if was is None and call.live:
            self._used[call.trunk] += 1
        elif was is not None and was.live and not call.live:
            self._used[call.trunk] -= 1


def _burst(calls_per_s: float) -> float:
    # A tenth of a second's worth, at least one call: carriers count calls per second, not per instant.
    return max(1.0, calls_per_s / 10)
