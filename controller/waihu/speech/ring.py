"""The ring: a few seconds of sound between the exchange, which does not wait, and the recogniser, which may be slow."""

RING_S = 5.0
_SAMPLE_BYTES = 2


class Ring:
    """Sound of one stream on its way. When it is full the oldest goes, and is counted.

    Samples are numbered from the first that came, lost ones included: the number is the time.

    Attributes:
        received: Samples that were put in.
        lost: Of these, those nobody took.
    """

    def __init__(self, rate_hz: int, limit_s: float = RING_S) -> None:
        self._most = int(rate_hz * limit_s)
        self._kept = bytearray()
        self.received = 0
        self.lost = 0

    @property
    def waiting(self) -> int:
        """Return how many samples nobody took yet."""
        return len(self._kept) // _SAMPLE_BYTES

    def put(self, pcm: bytes) -> int:
        """Add whole samples; returns how many older ones were lost by it."""
        self._kept += pcm
        self.received += len(pcm) // _SAMPLE_BYTES
        return self._lose(self.waiting - self._most)

    def take(self, most: int) -> tuple[int, bytes]:
        """Return the next samples, at most so many, and the number of the first."""
        first = self.received - self.waiting
        pcm = bytes(self._kept[: most * _SAMPLE_BYTES])
        del self._kept[: len(pcm)]
        return first, pcm

    def clear(self) -> int:
        """Lose all that waits; returns how many samples that were."""
        return self._lose(self.waiting)

    def _lose(self, count: int) -> int:
        if count <= 0:
            return 0
        del self._kept[: count * _SAMPLE_BYTES]
        self.lost += count
        return count
