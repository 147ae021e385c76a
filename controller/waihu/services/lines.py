"""Lines: how many calls each trunk may still carry, how fast calls may be started, and how numbers are spelt for it."""

from collections import defaultdict, deque
from dataclasses import dataclass

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.dialer.rate_limit import TokenBucket
from waihu_models.call import Call
from waihu_models.campaign import Campaign
from waihu_models.errors import Conflict, NotFound
from waihu_models.events import CallChanged
from waihu_models.phone import E164

_STARTS = 2000  # remembered of each trunk: ten seconds at the highest rate that can be set


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
        self._starts: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_STARTS))
        now = clock.monotonic()
        self._buckets = {t.name: TokenBucket(t.calls_per_s, _burst(t.calls_per_s), now) for t in trunks}
        bus.subscribe(CallChanged, self._call_changed)

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the trunks there are."""
        return frozenset(self._trunks)

    def adopt(self, trunks: tuple[Trunk, ...]) -> None:
        """Take other trunks, or other limits of the same, from this moment on.

        Calls on a trunk that is taken away go on and stay counted, so that it comes back with the right number.
        """
        now = self._clock.monotonic()
        for trunk in trunks:
            was = self._trunks.get(trunk.name)
            if was is None or was.calls_per_s != trunk.calls_per_s:
                self._buckets[trunk.name] = TokenBucket(trunk.calls_per_s, _burst(trunk.calls_per_s), now)
            self._used.setdefault(trunk.name, 0)
        self._trunks = {trunk.name: trunk for trunk in trunks}

    @property
    def trunks(self) -> tuple[Trunk, ...]:
        """The trunks that may be used now."""
        return tuple(self._trunks.values())

    def used(self, name: str) -> int:
        """Return how many calls are on a trunk now."""
        return self._used.get(name, 0)

    def started(self, name: str, span_s: float = 10.0) -> float:
        """Return how many calls a second were started on a trunk in the last seconds."""
        now = self._clock.monotonic()
        return sum(now - at <= span_s for at in self._starts.get(name, ())) / span_s

    def take_on(self, name: str) -> Trunk:
        """Count the start of a call on one trunk.

        Raises:
            NotFound: there is no such trunk, or it is switched off.
            Conflict: it carries as many calls as it may, or starts them as fast as it may.
        """
        trunk, now = self._trunks.get(name), self._clock.monotonic()
        if trunk is None:
            raise NotFound(f"there is no trunk {name!r} in use")
        if self._used[name] >= trunk.max_lines or not self._buckets[name].take(now):
            raise Conflict(f"trunk {name!r} is full: {self._used[name]} of {trunk.max_lines} lines are in use")
        self._starts[name].append(now)
        return trunk

    def get(self, name: str) -> Trunk | None:
        """Return a trunk by name."""
        return self._trunks.get(name)

    def free(self, campaign: Campaign) -> int:
        """Return how many calls the trunks open to a campaign can still carry."""
        return sum(max(0, t.max_lines - self._used[t.name]) for t in self._open_to(campaign))

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
        self._starts[trunk.name].append(now)
        return trunk

    def _idle_ratio(self, trunk: Trunk) -> float:
        return 1 - self._used[trunk.name] / trunk.max_lines

    def _open_to(self, campaign: Campaign) -> list[Trunk]:
        return [t for t in self._trunks.values() if campaign.trunk in {"", t.name}]

    def _call_changed(self, change: CallChanged) -> None:
        call, was = change.call, change.was
        if call.trunk not in self._used:
            return
        self._used[call.trunk] += _lines_of(call) - (_lines_of(was) if was is not None else 0)


def _lines_of(call: Call) -> int:
    """Return how many lines a call takes: a second one while it is passed on to a number, or its agent asks one."""
    if not call.live:
        return 0
    asked = call.consult is not None and call.consult.agent_id is None
    return 1 + (call.transfer_leg_id is not None and not call.transfer_to.startswith(_OUR_PHONE)) + asked


_OUR_PHONE = "supervisor:"  # who took a call over has a phone of ours


def _burst(calls_per_s: float) -> float:
    # A tenth of a second's worth, at least one call: carriers count calls per second, not per instant.
    return max(1.0, calls_per_s / 10)
