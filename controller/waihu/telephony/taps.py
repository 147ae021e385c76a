"""Taps: one side of a leg, by a snoop channel that goes to an ear through the dialplan's AudioSocket.

The cheapest way measured: no bridge and no external channel. In Asterisk a tap has a thread of its own, so an ear that
takes nothing stops the tap and never the call.
"""

import asyncio
import re
from collections import Counter
from ipaddress import AddressValueError, IPv4Address

from waihu.telephony.ari import REQUEST_TIMEOUT_S, AriClient, part
from waihu_models.commands import Tap, Untap
from waihu_models.errors import BadInput, LegGone, SwitchTimeout
from waihu_models.ids import LegId
from waihu_models.transcript import Side

HEARING = "waihu-hear"  # in dialplans/hearing.conf.j2
TAPPED = "tap"  # what a snoop enters the application with
_DIRECTION = {Side.CUSTOMER: "in", Side.AGENT: "out"}
_STREAM_ID = re.compile(r"[0-9a-f]{32}")


class Taps:
    """Opens and closes taps; ``counts`` says how many were asked for, opened and failed."""

    def __init__(self, ari: AriClient, app: str) -> None:
        self._ari = ari
        self._app = app
        self._entering: dict[LegId, asyncio.Future[None]] = {}
        self.counts: Counter[str] = Counter()

    def entered(self, leg_id: LegId) -> None:
        """Learn that a snoop is in our hands: only now it can be sent on."""
        waiting = self._entering.get(leg_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def open(self, command: Tap) -> None:
        """Carry out a ``Tap``.

        Raises:
            BadInput: stream or address cannot be said to the exchange.
            SwitchError: as for every command; after a time-out the tap may be there.
        """
        extension = extension_of(command)
        entered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._entering[command.leg_id] = entered
        self.counts["asked"] += 1
        try:
            await self._snoop(command)
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                await entered
            path = f"channels/{part(command.leg_id)}/continue"
            await self._ari.request("POST", path, context=HEARING, extension=extension, priority=1)
            self.counts["opened"] += 1
        except TimeoutError as error:
            raise SwitchTimeout(f"tap {command.leg_id} did not come within {REQUEST_TIMEOUT_S} s") from error
        finally:
            self._entering.pop(command.leg_id, None)

    async def _snoop(self, command: Tap) -> None:
        path = f"channels/{part(command.on)}/snoop/{part(command.leg_id)}"
        await self._ari.request("POST", path, spy=_DIRECTION[command.side], app=self._app, appArgs=TAPPED)

    async def close(self, command: Untap) -> None:
        """Carry out an ``Untap``."""
        try:
            await self._ari.request("DELETE", f"channels/{part(command.leg_id)}")
        except LegGone:
            return


def extension_of(command: Tap) -> str:
    """Return what the dialplan is told: stream, address and port in one extension, which needs no further request.

    Raises:
        BadInput: one of them is not what it should be.
    """
    try:
        host = IPv4Address(command.host)
    except AddressValueError as error:
        raise BadInput(f"an ear's address is an IPv4 address, not {command.host!r}") from error
    if not _STREAM_ID.fullmatch(command.stream_id) or not 0 < command.port < 65536:
        raise BadInput(f"{command.stream_id!r}, port {command.port}: 32 hexadecimal digits and a port are needed")
    return f"{command.stream_id}*{host}*{command.port}"
