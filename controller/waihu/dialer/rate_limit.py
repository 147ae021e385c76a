"""A token bucket: how many calls may be started now. Time is handed in."""


class TokenBucket:
    """Allows ``rate_per_s`` on average and ``burst`` at once; over any span dt at most ``rate_per_s * dt + burst``."""

    def __init__(self, rate_per_s: float, burst: float, now_s: float) -> None:
        self._rate_per_s = rate_per_s
        self._burst = max(1.0, burst)
        self._tokens = self._burst
        self._at_s = now_s

    def available(self, now_s: float) -> float:
        """Return how many may be taken now."""
        self._tokens = min(self._burst, self._tokens + max(0.0, now_s - self._at_s) * self._rate_per_s)
        self._at_s = max(self._at_s, now_s)
        return self._tokens

    def owe(self, now_s: float) -> None:
        """Take one whether there is one or not; what is owed has to come in before anything is available again."""
        self.available(now_s)
        self._tokens -= 1.0

    def take(self, now_s: float) -> bool:
        """Take one if there is one."""
        if self.available(now_s) < 1.0:
            return False
        self._tokens -= 1.0
        return True
