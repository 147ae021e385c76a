"""Phones in browsers: each user has one, and gets a fresh password for it whenever a page is loaded.

Passwords are kept in memory only. The exchange keeps them longer than a controller lives, so a browser that is
registered stays so over a restart of the controller; after a restart of the exchange the controller puts them back.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from waihu.bus import Bus
from waihu.clock import Clock
from waihu.services.phone_watch import PhoneWatch
from waihu.telephony.web_phones import WebPhoneSwitch
from waihu_models.errors import SwitchError, SwitchUnreachable
from waihu_models.events import SwitchChanged
from waihu_models.ids import user_of_web_phone, web_phone

log = structlog.get_logger()

REALM = "waihu"
VALID_S = 12 * 3600.0
FOLLOW_S = 2.0
_PASSWORD_BYTES = 24


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a browser registers with: ``sip:<phone>@<realm>`` and the password, until ``expires_at`` at least."""

    phone: str
    password: str = field(repr=False)
    realm: str
    expires_at: datetime


@dataclass(slots=True)
class _Phone:
    password: str | None  # None: issued by a controller before this one
    expires_at: datetime
    revoked: bool = False
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class WebPhones:
    """Issues and takes back phones in browsers.

    Args:
        exchange: Makes them.
        watch: Knows which are there, and is told of those that begin anew.
        bus: Tells when the exchange is back.
        clock: Says when they expire.
        in_use: Whether an agent works on a phone: then it outlasts its time.
        valid_s: Seconds a password is good for, > 0.
    """

    def __init__(
        self,
        exchange: WebPhoneSwitch,
        *,
        watch: PhoneWatch,
        bus: Bus,
        clock: Clock,
        in_use: Callable[[str], bool],
        valid_s: float = VALID_S,
    ) -> None:
        self._exchange = exchange
        self._watch = watch
        self._clock = clock
        self._in_use = in_use
        self._valid = timedelta(seconds=valid_s)
        self._phones: dict[str, _Phone] = {}
        self._reachable = False
        self._missing: set[str] = set()  # the exchange may have forgotten them
        self._wake = asyncio.Event()
        self.cut_off: Callable[[str], Awaitable[None]] = _nothing  # ends the connections of a phone that is taken away
        bus.subscribe(SwitchChanged, self._switch_changed)

    async def issue(self, user_id: str, *, keeps_leg: bool = False) -> Credentials:
        """Give a user's phone a fresh password; the one before works no more, and its page loses the phone.

        Args:
            user_id: 32 hexadecimal digits.
            keeps_leg: It is the same page still, which needs a password that is not over; a call of it goes on. A page
                that has just been loaded has no call, and an agent's leg is made anew.
        Raises:
            SwitchUnreachable, SwitchTimeout, SwitchRefused: the exchange did not take it; try again.
        """
        phone, now = web_phone(user_id), self._clock.now()
        known = self._phones.setdefault(phone, _Phone(None, now))
        async with known.lock:
            password = secrets.token_urlsafe(_PASSWORD_BYTES)
            try:
                await self._exchange.make_phone(phone, password)
            except SwitchError:
                self._missing.add(phone)  # it may have been done: then the one before has to count again
                raise
            self._phones[phone] = known
            known.password, known.expires_at, known.revoked = password, now + self._valid, False
            self._missing.discard(phone)
        if not keeps_leg:
            self._watch.renew(phone)
        log.info("web_phone_issued", phone=phone)
        return Credentials(phone, password, REALM, known.expires_at)

    def admit(self, user_id: str) -> str:
        """Return the phone of a user whose browser wants to connect.

        Raises:
            SwitchUnreachable: the exchange does not know the phone, or not yet: a password has to be issued first, and
                after a restart it is put back in a moment.
        """
        phone = web_phone(user_id)
        known = self._phones.get(phone)
        if known is None or known.revoked or phone in self._missing or not self._reachable:
            raise SwitchUnreachable("the exchange does not know this phone now")
        return phone

    async def revoke(self, user_id: str) -> None:
        """Take a user's phone away: whoever uses it registers no more and gets no more calls.

        Raises:
            SwitchUnreachable, SwitchTimeout, SwitchRefused: the exchange did not take it away yet; it is tried again.
        """
        phone = web_phone(user_id)
        known = self._phones.setdefault(phone, _Phone(None, self._clock.now()))
        known.password, known.revoked = None, True  # whatever happens now, it is not put back
        await self._take(phone, known)

    async def follow(self) -> None:
        """Put back what a restarted exchange forgot, and take away what has expired, until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(FOLLOW_S):
                    await self._wake.wait()
            self._wake.clear()
            await self.tidy()

    async def tidy(self) -> None:
        """Do what is due now, as far as the exchange lets us."""
        for phone, known in list(self._phones.items()):
            if not self._reachable:
                return
            try:
                if phone in self._missing:
                    await self._put_back(phone, known)
                if self._is_over(phone, known):
                    await self._take(phone, known)
            except SwitchError as error:
                log.warning("web_phone_not_tidied", phone=phone, problem=str(error))

    def _is_over(self, phone: str, known: _Phone) -> bool:
        return known.revoked or (known.expires_at <= self._clock.now() and not self._in_use(phone))

    def _switch_changed(self, change: SwitchChanged) -> None:
        self._reachable = change.reachable
        if not change.reachable:
            return
        self._missing = {phone for phone, known in self._phones.items() if known.password is not None}
        self._wake.set()
        for phone in self._watch.here:
            if user_of_web_phone(phone) is not None and phone not in self._phones:
                self._phones[phone] = _Phone(None, self._clock.now() + self._valid)

    async def _put_back(self, phone: str, known: _Phone) -> None:
        async with known.lock:
            if known.password is not None:
                await self._exchange.make_phone(phone, known.password)
            self._missing.discard(phone)

    async def _take(self, phone: str, known: _Phone) -> None:
        async with known.lock:
            if not self._is_over(phone, known):  # issued anew meanwhile
                return
            await self._exchange.take_phone(phone)
            self._phones.pop(phone, None)
            self._missing.discard(phone)
        await self.cut_off(phone)
        self._watch.drop(phone)
        log.info("web_phone_taken", phone=phone)


async def _nothing(_: str) -> None:
    """Nobody is connected through us."""
