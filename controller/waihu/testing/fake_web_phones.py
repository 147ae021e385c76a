"""Phones in browsers, in memory: what FakeSwitch is to an exchange."""

import asyncio

from waihu.testing.fake_switch import LATENCY_S, FakeSwitch
from waihu_models.errors import SwitchError, SwitchUnreachable


class FakeWebPhones:
    """Makes phones of a FakeSwitch; they are there once ``phone_returns``.

    Attributes:
        passwords: What each phone registers with.
        fault: What making and taking fails with.
    """

    def __init__(self, switch: FakeSwitch) -> None:
        self._switch = switch
        self.passwords: dict[str, str] = {}
        self.fault: SwitchError | None = None

    async def make_phone(self, phone: str, password: str) -> None:
        """Let a phone register with this password."""
        await self._work()
        self.passwords[phone] = password
        self._switch.add_phone(phone)

    async def take_phone(self, phone: str) -> None:
        """Let a phone register no more."""
        await self._work()
        self.passwords.pop(phone, None)

    def forget(self) -> None:
        """Forget every phone, as an exchange does that is restarted."""
        for phone in self.passwords:
            self._switch.remove_phone(phone)
        self.passwords.clear()

    async def _work(self) -> None:
        if not self._switch.reachable:
            raise SwitchUnreachable("not connected to the exchange")
        await asyncio.sleep(LATENCY_S)
        if self.fault is not None:
            raise self.fault
