"""The timeline: which moment of a stream a recogniser means, when it was not given all of it.

A recogniser counts what it is given. Silence left out, sound that was lost, and silence that was made up to end
an utterance all shift its clock; here each stretch that was given is remembered by where it lies in the stream.
"""

from bisect import bisect_left, bisect_right

MOST_STRETCHES = 4096
"""Kept; a final never looks back further."""


class Timeline:
    """Maps numbers of samples as given to numbers of samples as they came."""

    def __init__(self) -> None:
        self._given: list[int] = [0]  # where each stretch begins, as given
        self._came: list[int] = [0]  # and as it came
        self._made_up: list[bool] = [True]
        self.given = 0
        """Samples the recogniser has got."""

    def give(self, first: int, count: int) -> None:
        """Note that the recogniser gets ``count`` samples, of which the first came as number ``first``."""
        if self._made_up[-1] or self._came[-1] + self.given - self._given[-1] != first:
            self._begin(first, made_up=False)
        self.given += count

    def make_up(self, count: int) -> None:
        """Note that it gets so many samples that never came."""
        if not self._made_up[-1]:
            self._begin(self.came(self.given, ending=True), made_up=True)
        self.given += count

    def came(self, given: int, *, ending: bool = False) -> int:
        """Return the number as it came.

        Args:
            given: The number as the recogniser counts.
            ending: Something ends there: at an edge, the stretch before it is meant.
        """
        bisect = bisect_left if ending else bisect_right
        place = max(0, bisect(self._given, given) - 1)
        if self._made_up[place]:
            return self._came[place]
        found = self._came[place] + given - self._given[place]
        # Words may end a little after the sound they lie in: not in the next stretch, which may be minutes later.
        return min(found, self._end(place))

    def _end(self, place: int) -> int:
        end = self._given[place + 1] if place + 1 < len(self._given) else self.given
        return self._came[place] + end - self._given[place]

    def _begin(self, came: int, *, made_up: bool) -> None:
        self._given.append(self.given)
        self._came.append(came)
        self._made_up.append(made_up)
        if len(self._given) > MOST_STRETCHES:
            half = MOST_STRETCHES // 2
            del self._given[:half], self._came[:half], self._made_up[:half]
