"""The ceiling of answer-to-bridge: ARI calls that are put into a free agent's bridge at StasisStart, nothing else.

No store, no rules, no recording. Run by answer_to_bridge.py; writes its figures as one line of JSON. Times are those
at which events were read, as the product takes them.
"""

import asyncio
import json
import time
from itertools import count
from typing import Any

import aiohttp
from ground import Spec
from measure import Window, percentile

APP = "bare"


class Switchboard:
    """Agents nailed up in bridges of their own, and customers who are given to whoever is free."""

    def __init__(self, spec: Spec, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._spec, self._socket = spec, socket
        self._ids = count(1)
        self._free: list[str] = []
        self._answered: dict[str, float] = {}
        self._agent_of: dict[str, str] = {}
        self.placed = self.missed = self.live = 0
        self.waits_ms: list[float] = []

    async def ask(self, method: str, uri: str) -> None:
        request = {"type": "RESTRequest", "transaction_id": "", "request_id": str(next(self._ids)), "method": method}
        await self._socket.send_json({**request, "uri": uri})

    async def place(self, channel: str, endpoint: str) -> None:
        # One spelling that needs no quoting but for the plus sign.
        target = f"PJSIP/{endpoint}".replace("+", "%2B")
        await self.ask("POST", f"channels/{channel}?endpoint={target}&app={APP}&timeout=27")

    async def read(self) -> None:
        async for message in self._socket:
            event = message.json()
            channel = (event.get("channel") or event.get("peer") or {}).get("id", "")
            await self._take(event, channel)

    async def _take(self, event: dict[str, Any], channel: str) -> None:
        match event["type"]:
            case "Dial" if event["dialstatus"] == "ANSWER":
                self._answered.setdefault(channel, time.perf_counter())
            case "StasisStart":
                self._answered.setdefault(channel, time.perf_counter())
                await self._entered(channel)
            case "ChannelEnteredBridge":
                self._joined(channel)
            case "ChannelDestroyed" if channel.startswith("customer"):
                self._ended(channel)

    async def _entered(self, channel: str) -> None:
        if channel.startswith("agent"):
            await self.ask("POST", f"bridges/b-{channel}?type=mixing")
            await self.ask("POST", f"bridges/b-{channel}/addChannel?channel={channel}")
        elif self._free:
            agent = self._agent_of[channel] = self._free.pop(0)
            await self.ask("POST", f"bridges/b-{agent}/addChannel?channel={channel}")
        else:
            self.missed += 1
            await self.ask("DELETE", f"channels/{channel}")

    def _joined(self, channel: str) -> None:
        if channel.startswith("agent"):
            self._free.append(channel)
        elif channel in self._answered:
            self.waits_ms.append((time.perf_counter() - self._answered.pop(channel)) * 1000)

    def _ended(self, channel: str) -> None:
        self.live -= 1
        agent = self._agent_of.pop(channel, None)
        if agent is not None:
            self._free.append(agent)

    async def open(self) -> None:
        for number in range(1, self._spec.agents + 1):
            await self.place(f"agent{number}", f"agent{number}")
        async with asyncio.timeout(20):
            while len(self._free) < self._spec.agents:  # noqa: ASYNC110 -- before and after what is measured
                await asyncio.sleep(0.05)

    async def dial(self) -> None:
        began, spec = time.monotonic(), self._spec
        for place, number in enumerate(spec.numbers()):
            await asyncio.sleep(max(0.0, began + place / spec.rate - time.monotonic()))
            if time.monotonic() - began > spec.warm_up_s + spec.seconds:
                return
            self.placed += 1
            self.live += 1
            await self.place(f"customer{place}", f"{number}@{spec.trunk}")

    async def close(self) -> None:
        async with asyncio.timeout(30):
            while self.live:  # noqa: ASYNC110 -- as above
                await asyncio.sleep(0.1)
        for number in range(1, self._spec.agents + 1):
            await self.ask("DELETE", f"channels/agent{number}")
            await self.ask("DELETE", f"bridges/b-agent{number}")
        await asyncio.sleep(1.0)


async def run(spec: Spec) -> dict[str, Any]:
    headers = {"Authorization": aiohttp.encode_basic_auth(spec.ari_user, spec.ari_password)}
    url = f"{spec.ari_url}/events?app={APP}"
    async with aiohttp.ClientSession(headers=headers) as session, session.ws_connect(url) as socket:
        board = Switchboard(spec, socket)
        reader = asyncio.create_task(board.read())
        await board.open()
        window = Window(spec.exchange_pid)
        await board.dial()
        window.close()
        await board.close()
        reader.cancel()
    return window.per_call(board.placed) | {
        "bridged": len(board.waits_ms),
        "missed": board.missed,
        "answer_to_bridge_p50_ms": percentile(board.waits_ms, 0.5),
        "answer_to_bridge_p99_ms": percentile(board.waits_ms, 0.99),
        "answer_to_bridge_max_ms": max(board.waits_ms, default=0.0),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(Spec.read()))))
