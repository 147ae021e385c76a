"""Calls of ours into the dialplan, to see whether it works: a Local channel that is nobody's call, and reaches nobody.

An application of our own hears of each step the far half takes. The call is made in two moves, so that not even the
first step is missed, and it is ended as soon as it reaches the controller's application, or after a few seconds.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from waihu.dialplan.probing import MOST_STEPS, ProbeCall, Trace
from waihu.telephony.ari import GONE, AriAccess, AriClient, AriHooks, part
from waihu_models.errors import SwitchError, SwitchUnreachable
from waihu_models.ids import probe_leg

PROBE_APP = "waihu-probe"
PROBE_LIMIT_S = 3.0
"""Of one call; what waits for digits or plays something is ended then."""
CONNECT_LIMIT_S = 10.0
_JUMPED_TO_US = "Stasis"
_HUNG_UP = "h"  # what is done there does not tell where the call came to


class Prober:
    """Makes such calls, one after the other, over a connection that lasts as long as they do."""

    def __init__(self, access: AriAccess) -> None:
        self._access = access
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._up = asyncio.Event()

    async def probe(self, calls: Sequence[ProbeCall], limit_s: float = PROBE_LIMIT_S) -> list[Trace]:
        """Make the calls and return what each of them did.

        Raises:
            SwitchUnreachable: ARI cannot be reached.
            SwitchError: the exchange refuses a call.
        """
        hooks = AriHooks(self._events.put_nowait, self._opened, lambda _: self._up.clear())
        self._client = AriClient(self._access, PROBE_APP, hooks)
        running = asyncio.create_task(self._client.run(), name="probe")
        try:
            async with asyncio.timeout(CONNECT_LIMIT_S):
                await self._up.wait()
            return [await self._call(call, limit_s) for call in calls]
        except TimeoutError as error:
            raise SwitchUnreachable("the exchange could not be reached for a probe") from error
        finally:
            self._client.closing = True
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _opened(self) -> None:
        self._client.mark_up()
        self._up.set()

    async def _call(self, call: ProbeCall, limit_s: float) -> Trace:
        near = probe_leg()
        far = f"{near}-far"
        ask = self._client.request
        await ask(
            "POST", "channels/create", endpoint=f"Local/{call.extension}@{call.context}/n", app=PROBE_APP,
            channelId=near, otherChannelId=far,
        )  # fmt: skip
        try:
            await ask("POST", f"applications/{PROBE_APP}/subscription", eventSource=f"channel:{far}")
            await self._arrives(near)
            await ask("POST", f"channels/{part(near)}/dial", timeout=int(limit_s) + 5)
            return await self._followed(far, limit_s)
        finally:
            for leg in (near, far):
                with suppress(SwitchError):
                    await ask("DELETE", f"channels/{part(leg)}", gone=GONE)

    async def _arrives(self, near: str) -> None:
        """Wait until the near half is in our hands, which it may be after the request was answered."""
        async with asyncio.timeout(CONNECT_LIMIT_S):
            while True:
                event = await self._events.get()
                if event.get("type") == "StasisStart" and (event.get("channel") or {}).get("id") == near:
                    return

    async def _followed(self, far: str, limit_s: float) -> Trace:
        trace = Trace(0)
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                while trace.steps < MOST_STEPS and trace.application != _JUMPED_TO_US and not trace.ended:
                    trace = _after(trace, await self._events.get(), far)
        return trace


def _after(trace: Trace, event: dict[str, Any], far: str) -> Trace:
    channel = event.get("channel") or {}
    if channel.get("id") != far:
        return trace
    place = channel.get("dialplan") or {}
    match event.get("type"):
        case "ChannelDialplan" if place.get("exten") != _HUNG_UP:
            return Trace(
                trace.steps + 1, str(place.get("context", "")), str(place.get("exten", "")),
                int(place.get("priority") or 0), str(event.get("dialplan_app", "")),
            )  # fmt: skip
        case "ChannelDestroyed":
            return Trace(trace.steps, trace.context, trace.extension, trace.priority, trace.application, ended=True)
        case _:
            return trace
