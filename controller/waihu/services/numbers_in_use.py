"""Numbers that must not be dialled at this moment, whatever the store said of them a second ago."""

from waihu.clock import Clock
from waihu_models.call import Call, CallState
from waihu_models.ids import CallId
from waihu_models.phone import E164

REST_S = 1.0
"""As long as hoppers trust what they read: after it a call that ended is counted wherever its number is staged."""


class NumbersInUse:
    """Numbers in a call of ours, of any campaign, and those whose call ended a moment ago."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._live: dict[E164, set[CallId]] = {}
        self._rests_until: dict[E164, float] = {}

    def __contains__(self, number: E164) -> bool:
        """Say whether a number is in use."""
        return number in self._live or self._rests_until.get(number, 0.0) > self._clock.monotonic()

    def call_changed(self, call: Call) -> None:
        """Follow a call."""
        number = call.number_e164
        if call.live and call.state is not CallState.ENDED:
            self._live.setdefault(number, set()).add(call.id)
        elif call.id in self._live.get(number, ()):
            self._live[number].discard(call.id)
            if not self._live[number]:
                del self._live[number]
            self._rest(number)

    def _rest(self, number: E164) -> None:
        now_s = self._clock.monotonic()
        for rested in [known for known, until_s in self._rests_until.items() if until_s <= now_s]:
            del self._rests_until[rested]
        self._rests_until.pop(number, None)
        self._rests_until[number] = now_s + REST_S
