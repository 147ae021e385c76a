"""The price of a drop: the risk at which one more line is still dialled, fed back from the drops there were.

What is left of the allowance is spread evenly over the answers still expected, so the price is nearly constant.
Dialling hard until the allowance is gone and then stopping costs much more work for the same drops, because risk grows
faster than work. The predicted risk of the lines dialled is compared with the drops that came of them: a model that is
wrong by a factor is corrected by it.
"""

import math
from collections import deque

from waihu.dialer.pacing.contract import Snapshot

MARGIN = 0.88  # of the target is aimed at: what is counted late must still fit in
START_CAUTION = 0.4  # of that is kept back at first: before much is learned the model promises too much
START_ANSWERS = 60.0  # live answers, and more by
START_ANSWERS_PER_AGENT = 6.0  # after which a third of it is still kept back
FEWEST_AHEAD = 150.0  # live answers the rest of the allowance is spread over, at least
MOST_AHEAD = 1000.0
AHEAD_S = 3600.0
BOOST = 1.5  # of the target is the most that saved allowance is spent at
TRUST = 25.0  # drops the model's own risk counts for against those observed
FORGET = 120.0  # drops after which observed and predicted are halved
USE_PRIOR = 40.0  # lines the prior use of the threshold counts for
USE_MEMORY = 4000.0  # lines after which the use of the threshold has forgotten half
MOST_UNCOUNTED = 50
SETTLED = 3000  # live answers from which on the limit itself must not be broken by one more drop
MINUTE_S = 60.0
HALF_HOUR = 30


class DropPrice:
    """Gives the threshold of risk for the next line."""

    def __init__(self, target: float) -> None:
        self._target = target
        self._live = self._drops = 0  # in the window when last looked at
        self._begun = False  # what is in the window at the first look is not new
        self._uncounted = 0  # answers that the window does not hold yet
        self._needs = 0.0  # answers that needed an agent, as far as told
        self._live_of_needs, self._needs_seen = 20.0, 20.0
        self._predicted = self._observed = 0.0  # drops
        self._agents = 1
        self._spent, self._allowed = 0.6 * USE_PRIOR, USE_PRIOR  # mean risk of a line, in thresholds
        self._rate, self._rate_at = 0.0, -1.0  # live answers per second
        self._minutes: deque[list[float]] = deque([[0.0, 0.0, 0.0]], HALF_HOUR)  # minute, live answers, drops
        self.rate = MARGIN * target  # drops per live answer aimed at now
        self.threshold = self._threshold()

    @property
    def frozen(self) -> bool:
        """Whether the allowance is used up: one line per ready agent, no more."""
        return self.rate <= 0.0

    def dialled(self, p: float, risk: float) -> None:
        """Count a line that was dialled: ``p`` that it will need an agent, ``risk`` that it then finds none."""
        self._predicted += p * risk
        if 0.0 < risk <= self.threshold:
            self._spent += risk / self.threshold
            self._allowed += 1.0
        if self._allowed > USE_MEMORY:
            self._spent, self._allowed = self._spent / 2, self._allowed / 2

    def update(self, now: float, snapshot: Snapshot, needs: int, drops: int) -> None:
        """Follow what was counted.

        The window of the snapshot may become another one, so what is new is not the difference of its totals.

        Args:
            now: Seconds on the caller's clock.
            snapshot: What the compliance window holds.
            needs: Answers that needed an agent since this was last called.
            drops: Drops since then.
        """
        if not self._begun:
            self._begun, self._live = True, snapshot.live_answers
        self._uncounted = min(MOST_UNCOUNTED, self._uncounted + needs)
        new_live = min(self._uncounted, max(0, snapshot.live_answers - self._live))
        self._uncounted -= new_live
        self._live, self._drops, new_drops = snapshot.live_answers, snapshot.drops, drops
        self._agents = len(snapshot.agents)
        self._needs_seen += needs
        self._live_of_needs += new_live
        if self._needs_seen > 400.0:
            self._needs_seen, self._live_of_needs = self._needs_seen / 2, self._live_of_needs / 2
        self._observed += new_drops
        if self._observed > FORGET:
            self._observed, self._predicted = self._observed / 2, self._predicted / 2
        self._follow_minutes(now, new_live, new_drops)
        self.rate = self._wanted_rate(now, snapshot.ends_at)
        self.threshold = self._threshold()

    def _follow_minutes(self, now: float, live: int, drops: int) -> None:
        if self._rate_at < 0:
            self._rate_at = now
        seconds = now - self._rate_at
        if seconds > 0:
            keep = math.exp(-seconds / 600.0)
            self._rate = self._rate * keep + live / 600.0
            self._rate_at = now
        minute = now // MINUTE_S
        if minute != self._minutes[-1][0]:
            self._minutes.append([minute, 0.0, 0.0])
        self._minutes[-1][1] += live
        self._minutes[-1][2] += drops

    def _wanted_rate(self, now: float, ends_at: float) -> float:
        if self._live >= SETTLED and self._drops + 1 > self._target * (self._live + 1):
            return 0.0
        ahead_s = max(60.0, min(AHEAD_S, ends_at - now))
        ahead = min(MOST_AHEAD, max(FEWEST_AHEAD, self._rate * ahead_s))
        start = START_ANSWERS + START_ANSWERS_PER_AGENT * self._agents
        aim = MARGIN * self._target * (1.0 - START_CAUTION * math.exp(-self._live / start))
        wanted = (aim * (self._live + ahead) - self._drops) / ahead
        since = now // MINUTE_S - HALF_HOUR
        recent_live = sum(row[1] for row in self._minutes if row[0] > since)
        recent_drops = sum(row[2] for row in self._minutes if row[0] > since)
        soon = max(25.0, ahead / 4)
        brake = (1.7 * self._target * (recent_live + soon) - recent_drops) / soon
        return max(0.0, min(BOOST * aim, wanted, brake))

    def _threshold(self) -> float:
        if self.rate <= 0.0:
            return 0.0
        doubt = (TRUST * _first_doubt(self._agents) + self._observed) / (TRUST + self._predicted)
        use = min(1.0, max(0.25, self._spent / self._allowed))
        per_need = self.rate * min(1.0, self._live_of_needs / self._needs_seen)
        return min(0.5, max(0.1 * self._target, per_need / (doubt * use)))


def _first_doubt(agents: int) -> float:
    """Return the drops to expect per predicted one before any was seen: large teams err together (measured)."""
    return 0.6 + 0.55 * math.log10(max(1, agents))
