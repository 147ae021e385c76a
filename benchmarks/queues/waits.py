"""Announced waits beside real ones, on simulated queues.

Each case is some days of a queue. Callers come at random, as many as keep the agents busy for the load given, in waves
(an hour of more, an hour of less), or fifty of them in one moment. A caller keeps an agent for a length drawn from one
kind of calls. Callers are announced a wait at once and every 45 s, by three rules: ours; the place times the mean
length per agent; and the wait of whoever was answered last. Each is held against how long that caller really waited
from that moment on. Printed is by how much the mean announced wait is off, and the mean error of one announcement,
both as shares of the mean real wait; of callers who gave up nobody knows.
"""

import argparse
import heapq
import random
import statistics
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import log, sqrt

from waihu.routing.wait_estimate import NEWEST, estimate_wait_s

EVERY_S = 45.0
MEAN_S = 240.0
HISTORY = 60  # calls that are over before fifty come at once
RULES = ("ours", "place", "last")

Length = Callable[[random.Random], float]
Pairs = dict[str, list[tuple[float, float]]]


def _lognormal(cv: float) -> Length:
    sigma = sqrt(log(1 + cv * cv))
    return lambda chance: chance.lognormvariate(log(MEAN_S) - sigma * sigma / 2, sigma)


KINDS: dict[str, Length] = {
    "exponential": lambda chance: chance.expovariate(1 / MEAN_S),
    "nearly equal (cv 0.2)": _lognormal(0.2),
    "lognormal, cv 1.2": _lognormal(1.2),
    "heavy tail, cv 2.5": _lognormal(2.5),
    "two kinds (60 s, 600 s)": lambda chance: chance.gauss(60, 6) if chance.random() < 2 / 3 else chance.gauss(600, 60),
}


@dataclass
class Caller:
    """Somebody who waits, and what was announced to them at which moments."""

    came_at: float
    leaves_at: float
    told: list[tuple[float, dict[str, float]]] = field(default_factory=list)


@dataclass
class Day:
    """One queue, from its opening on."""

    agents: int
    length: Length
    chance: random.Random
    patience_s: float | None
    now: float = 0.0
    busy: list[tuple[float, float]] = field(default_factory=list)  # ends at, began at
    waiting: list[Caller] = field(default_factory=list)
    kept: deque[float] = field(default_factory=lambda: deque(maxlen=NEWEST))
    last_wait_s: float | None = None
    gave_up: int = 0
    waited_s: float = 0.0

    def come(self) -> Caller:
        """Let somebody begin to wait."""
        patience_s = self.chance.expovariate(1 / self.patience_s) if self.patience_s else 1e12
        self.waiting.append(Caller(self.now, self.now + patience_s))
        return self.waiting[-1]

    def announce(self, caller: Caller) -> None:
        """Say to a caller how long it will be, by each rule that can tell."""
        place = self.waiting.index(caller) + 1
        so_far = [self.now - began for _, began in self.busy]
        leave_per_s = self.gave_up / self.waited_s if self.waited_s else 0.0
        ours = estimate_wait_s(place, self.agents, list(self.kept), so_far, leave_per_s)
        said = {} if ours is None else {"ours": ours}
        if self.kept:
            said["place"] = place * sum(self.kept) / len(self.kept) / self.agents
        if self.last_wait_s is not None:
            said["last"] = max(0.0, self.last_wait_s - (self.now - caller.came_at))
        caller.told.append((self.now, said))

    def leave(self) -> None:
        """Let go whose patience is over."""
        for caller in self.waiting:
            if caller.leaves_at <= self.now:
                self.gave_up += 1
                self.waited_s += caller.leaves_at - caller.came_at
        self.waiting = [caller for caller in self.waiting if caller.leaves_at > self.now]

    def take(self) -> Iterator[tuple[Caller, float]]:
        """Give waiting callers to free agents; tell when each is done."""
        while self.waiting and len(self.busy) < self.agents:
            caller = self.waiting.pop(0)
            ends_at = self.now + max(1.0, self.length(self.chance))
            heapq.heappush(self.busy, (ends_at, self.now))
            self.last_wait_s = self.now - caller.came_at
            self.waited_s += self.last_wait_s
            yield caller, ends_at

    def end(self) -> None:
        """Let the call that is over first be over."""
        _, began = heapq.heappop(self.busy)
        self.kept.append(self.now - began)


def play(day: Day, arrivals: list[float], share: float) -> Pairs:
    """Play a day; return announced and real waits by rule, for a share of the announcements."""
    found: Pairs = {rule: [] for rule in RULES}
    dice = random.Random(len(arrivals))
    events: list[tuple[float, int, str, Caller | None]] = [(at, n, "come", None) for n, at in enumerate(arrivals)]
    heapq.heapify(events)
    count = len(events)
    while events:
        day.now, _, what, caller = heapq.heappop(events)
        day.leave()
        if what == "come":
            caller = day.come()
        elif what == "end":
            day.end()
        for answered, ends_at in day.take():
            count += 1
            heapq.heappush(events, (ends_at, count, "end", None))
            for at, said in answered.told:
                for rule, wait_s in said.items():
                    found[rule].append((wait_s, day.now - at))
        if caller is not None and caller in day.waiting:
            if dice.random() < share:
                day.announce(caller)
            count += 1
            heapq.heappush(events, (day.now + EVERY_S, count, "say", caller))
    return found


def in_waves(chance: random.Random, per_s: float, hours: float) -> list[float]:
    """Return when callers come."""
    at, found = 0.0, []
    while at < hours * 3600:
        wave = 1.15 if int(at // 3600) % 2 == 0 else 0.85
        at += chance.expovariate(per_s * wave)
        found.append(at)
    return found


def said_of(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Return by how much the mean announced wait is off, and the mean error, both as shares of the mean real wait."""
    real = statistics.fmean(real for _, real in pairs)
    announced = statistics.fmean(told for told, _ in pairs)
    return announced / real - 1, statistics.fmean(abs(told - real) for told, real in pairs) / real


def row(name: str, patience_s: float | None, agents: int, pairs: Pairs) -> str:
    """Return a line of the table."""
    off = {rule: "–" if not pairs[rule] else "{:+.0%}, {:.0%}".format(*said_of(pairs[rule])) for rule in RULES}
    real_s = statistics.fmean(real for _, real in pairs["ours"])
    patience = f"{patience_s:g} s" if patience_s else "endless"
    cells = (name, patience, str(agents), str(len(pairs["ours"])), f"{real_s:.0f} s", *off.values())
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=5.0, help="length of a day")
    parser.add_argument("--days", type=int, default=4, help="days of each case; five times as many with one agent")
    parser.add_argument("--load", type=float, default=1.0, help="work that comes, per agent")
    parser.add_argument("--agents", type=int, nargs="*", default=[1, 5, 20])
    parser.add_argument("--share", type=float, default=0.03, help="of announcements that are looked at")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    print("| calls | patience | agents | announced | mean real wait | ours | place × mean | last answered |")
    print("|---|---|---|---|---|---|---|---|")
    for kind, length in KINDS.items():
        for patience_s in (None, 600.0):
            for agents in wanted.agents:
                pairs: Pairs = {rule: [] for rule in RULES}
                for number in range(wanted.days * (5 if agents == 1 else 1)):
                    chance = random.Random(f"{wanted.seed} {kind} {agents} {number}")
                    arrivals = in_waves(chance, wanted.load * agents / MEAN_S, wanted.hours)
                    for rule, more in play(Day(agents, length, chance, patience_s), arrivals, wanted.share).items():
                        pairs[rule] += more
                print(row(kind, patience_s, agents, pairs), flush=True)
    for kind, length in KINDS.items():
        pairs = {rule: [] for rule in RULES}
        for number in range(10 * wanted.days):
            day = Day(5, length, random.Random(f"{wanted.seed} {kind} burst {number}"), None)
            day.kept.extend(max(1.0, length(day.chance)) for _ in range(HISTORY))
            for rule, more in play(day, [0.01 * n for n in range(50)], wanted.share).items():
                pairs[rule] += more
        print(row(f"{kind}; 50 at once", None, 5, pairs), flush=True)


if __name__ == "__main__":
    main()
