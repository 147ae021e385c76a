"""The Switch port: all that Waihu asks of an exchange. Asterisk is behind ``ari.py``; tests also use a FakeSwitch.

Whatever stands behind it passes the contract suite in ``tests/contract``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeAlias

from waihu_models.commands import Command
from waihu_models.ids import BridgeId, LegId
from waihu_models.media import MediaCounts
from waihu_models.signals import BridgeGone, LegArrived, LegFacts, LegSignal, PhoneReachable, SwitchBack, SwitchLost

Signal: TypeAlias = LegSignal | BridgeGone | PhoneReachable | SwitchLost | SwitchBack
OnSignal: TypeAlias = Callable[[Signal], None]
"""Called in the order in which things happened, on the event loop; must not block and must not raise."""


@dataclass(frozen=True, slots=True)
class SwitchView:
    """What the exchange holds of ours at one moment."""

    legs: dict[LegId, LegFacts]
    bridges: frozenset[BridgeId]
    phones: dict[str, bool]  # phone -> reachable
    arrivals: tuple[LegArrived, ...] = ()  # of the legs, those that came in from outside


class Switch(Protocol):
    """An exchange that carries out commands and reports signals.

    Used as ``async with switch:``; inside it connects, and reconnects by itself with back-off. Each loss is reported at
    once as ``SwitchLost``, each return, after reading what the exchange holds, as ``SwitchBack``.
    """

    @property
    def reachable(self) -> bool:
        """Whether commands can be given now."""
        ...

    def subscribe(self, on_signal: OnSignal) -> None:
        """Register the one receiver of signals; call before entering."""
        ...

    async def execute(self, command: Command) -> None:
        """Carry out one command.

        Raises:
            SwitchUnreachable: no connection; nothing was done.
            SwitchTimeout: no answer in time; it may have been done. Never sent twice.
            SwitchRefused: the exchange said no.
            LegGone: the leg had already left.
            BadInput: a value cannot be said to the exchange (control characters …).
        """
        ...

    async def media(self, leg_id: LegId) -> MediaCounts:
        """Read what was counted of a leg's sound so far.

        Raises:
            SwitchUnreachable, SwitchTimeout, SwitchRefused: as for ``execute``.
            LegGone: there is no such leg, or it has no sound.
        """
        ...

    async def view(self) -> SwitchView:
        """Read what the exchange holds.

        Raises:
            SwitchUnreachable, SwitchTimeout: as for ``execute``.
        """
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *exc: Any) -> None: ...
