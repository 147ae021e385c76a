"""Which phones are there. One that vanishes is lost; that of a browser may come back: its page is loaded anew.

A browser's phone goes within milliseconds of its WebSocket. Its leg stays up in the exchange, so that a customer hears
nobody for a moment but stays connected. When the phone is back, the same page still has the leg (only the WebSocket was
lost); a page loaded anew has asked for a new password since then, knows nothing of the leg, and is rung again.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from waihu_models import signals as sig
from waihu_models.ids import user_of_web_phone

log = structlog.get_logger()

MOVING_S = 0.3
"""The exchange calls a phone that registers from a new address gone, and back again as soon as it answered there."""
AWAY_S = 10.0
"""A browser's phone that is away longer is lost."""
AWAY_AT_START_S = 30.0
"""The same when the exchange has just been reached: browsers had lost their WebSockets with the controller."""


class PhoneWatch:
    """Follows every phone; ``tell`` is called with a phone and what its agent has to know."""

    def __init__(self, tell: Callable[[str, object], None], now: Callable[[], datetime]) -> None:
        self._tell = tell
        self._now = now
        self.here: dict[str, bool] = {}  # what the exchange said of them last; others may be there
        self._leaving: dict[str, asyncio.TimerHandle] = {}
        self._away: dict[str, asyncio.TimerHandle] = {}
        self._renewed: set[str] = set()
        self._awaited: dict[str, set[asyncio.Future[None]]] = {}

    # ---- looking ---------------------------------------------------------------------------------------------------

    def reachable(self, phone: str) -> bool:
        """Say whether a phone can be rung, as far as is known; a browser's phone has to have been seen."""
        if user_of_web_phone(phone) is None:
            return self.here.get(phone, True)
        return self.here.get(phone, False) or phone in self._leaving  # it registers by going and coming

    async def arrived(self, phone: str, limit_s: float) -> bool:
        """Wait until a phone is there; what it was told by the exchange itself it may say a moment before we know."""
        if self.reachable(phone):
            return True
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._awaited.setdefault(phone, set()).add(waiter)
        try:
            async with asyncio.timeout(limit_s):
                await waiter
        except TimeoutError:
            return False
        finally:
            self._awaited[phone].discard(waiter)
            if not self._awaited[phone]:
                del self._awaited[phone]
        return True

    # ---- news ------------------------------------------------------------------------------------------------------

    def hear(self, signal: sig.PhoneReachable) -> None:
        """Take up what the exchange says of one phone."""
        phone = signal.phone
        was = self.here.get(phone, False)
        self.here[phone] = signal.reachable
        moving = _cancel(self._leaving, phone)
        if signal.reachable:
            self._back(phone, was=was or moving)
        elif was or moving or user_of_web_phone(phone) is None:
            self._leaving[phone] = asyncio.get_running_loop().call_later(MOVING_S, self._gone, phone)

    def see(self, phones: Mapping[str, bool]) -> None:
        """Take up which phones there are, as the exchange says when the connection comes up."""
        self.here = dict(phones)
        for phone in (*self._leaving, *self._away):
            _cancel(self._leaving, phone)
            _cancel(self._away, phone)
        for phone, here in phones.items():
            if user_of_web_phone(phone) is None:
                continue
            if here:
                self._back(phone, was=False)
            else:
                self._wait(phone, AWAY_AT_START_S)

    def renew(self, phone: str) -> None:
        """Learn that a phone begins anew: once it is there it knows nothing of a leg it had."""
        self._renewed.add(phone)

    def settle(self, phone: str) -> None:
        """Forget that a phone begins anew: whoever logs in on it does so from where it is now."""
        self._renewed.discard(phone)

    def drop(self, phone: str) -> None:
        """Learn that a phone was taken away: it does not come back."""
        self.here.pop(phone, None)
        self._renewed.discard(phone)
        _cancel(self._leaving, phone)
        _cancel(self._away, phone)
        self._lost(phone)

    # ---- coming and going ------------------------------------------------------------------------------------------

    def _back(self, phone: str, *, was: bool) -> None:
        for waiter in self._awaited.get(phone, ()):
            if not waiter.done():
                waiter.set_result(None)
        if user_of_web_phone(phone) is None:
            return
        away, renewed = _cancel(self._away, phone), phone in self._renewed
        self._renewed.discard(phone)
        if away or renewed or not was:
            self._tell(phone, sig.PhoneBack(self._now(), renewed))

    def _gone(self, phone: str) -> None:
        self._leaving.pop(phone, None)
        if user_of_web_phone(phone) is None:
            self._lost(phone)
        else:
            self._wait(phone, AWAY_S)

    def _wait(self, phone: str, limit_s: float) -> None:
        self._tell(phone, sig.PhoneAway(self._now()))
        self._away[phone] = asyncio.get_running_loop().call_later(limit_s, self._lost, phone)

    def _lost(self, phone: str) -> None:
        self._away.pop(phone, None)
        self._tell(phone, sig.PhoneLost(self._now(), "phone unreachable"))


def _cancel(timers: dict[str, asyncio.TimerHandle], phone: str) -> bool:
    timer = timers.pop(phone, None)
    if timer is not None:
        timer.cancel()
    return timer is not None
