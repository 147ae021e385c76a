"""The server of one run: the product's feed and ``/push``, or a bare aiohttp fan-out of messages of the same size.

Started by ``push.py``. Agents are moved by hand, so that neither the store nor an exchange is measured.
"""

import argparse
import asyncio
import json
import os
import resource
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import WSMsgType, web

from waihu.api.live import Push
from waihu.app import App, Plan, running
from waihu.clock import SystemClock
from waihu.services import live_feed
from waihu.settings import WebSettings
from waihu.store import agents as stored_agents
from waihu.store.migrate import migrate_sync
from waihu.testing.factories import an_agent
from waihu.testing.fake_switch import FakeSwitch
from waihu_models.access import Role, Viewer
from waihu_models.agent import AgentState
from waihu_models.events import AgentChanged
from waihu_models.ids import AgentId

SLICES = 50
"""Into so many parts of a second the messages of a second are spread."""


@dataclass
class Entry:
    """A log-in as the benchmark needs one."""

    viewer: Viewer
    ended: asyncio.Event = field(default_factory=asyncio.Event)


def spent_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def rss_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def report_when_asked(port: int) -> None:
    """Say where we are; measure from the first line on standard input to the second."""
    loop, lines = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    print(json.dumps({"port": port}), flush=True)
    await lines.readline()
    began_s, cpu_s = loop.time(), spent_s()
    await lines.readline()
    share = (spent_s() - cpu_s) / (loop.time() - began_s)
    print(json.dumps({"cpu_ratio": share, "rss_mb": rss_mb()}), flush=True)


async def serve(add: Callable[[web.Application], None], work: Callable[[], Awaitable[None]]) -> None:
    application = web.Application()
    add(application)
    runner = web.AppRunner(application, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=2000).start()
    working = asyncio.ensure_future(work())
    try:
        await report_when_asked(runner.addresses[0][1])
    finally:
        working.cancel()
        await runner.cleanup()


async def every_slice(do: Callable[[int], None], count: int, slices: int = SLICES) -> None:
    """Call ``do`` once a second for each number below ``count``, in so many parts of a second."""
    loop, at_s, turn = asyncio.get_running_loop(), asyncio.get_running_loop().time(), 0
    while True:
        for number in range(turn, count, slices):
            do(number)
        turn = (turn + 1) % slices
        at_s += 1 / slices
        await asyncio.sleep(max(0.0, at_s - loop.time()))


# ---- the product ---------------------------------------------------------------------------------------------------


def move(app: App, number: int) -> None:
    """Let an agent pause, or end a pause."""
    runner = app.agents._runners[AgentId(f"agent{number}")]
    was = runner.value
    state = AgentState.AVAILABLE if was.state is AgentState.PAUSED else AgentState.PAUSED
    runner.value = replace(was, state=state, state_since=datetime.now(UTC), reason="coffee and a chat")
    app.bus.publish(AgentChanged(runner.value, was))


async def product(view: str, count: int, moves: int) -> None:
    async def log_in(request: web.Request) -> Entry:
        number = request.query["n"]
        role = Role.AGENT if view == "desk" else Role.ADMIN
        return Entry(Viewer(user_id=number, login=number, role=role, agent_id=AgentId(f"agent{number}")))

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/waihu.db"
        await asyncio.to_thread(migrate_sync, url)
        live_feed.MOST_CLIENTS = count + 10
        switch, web_settings = FakeSwitch(SystemClock()), WebSettings(enabled=False)
        plan = Plan(store_url=url, switch=switch, trunks=(), recordings=Path(folder) / "r", web=web_settings)
        async with running(plan, drain_s=0.0, leave_calls=True) as app:
            for number in range(count):
                agent = an_agent(f"agent{number}", name=f"Agent Number {number}")
                await stored_agents.add_agent(app.store, agent)
                app.agents.add(agent)
            await app.live.board.teams.refresh()
            app.live.board.refresh()
            push = Push(app.live, log_in, app.clock)
            await serve(push.add_to, lambda: every_slice(lambda number: move(app, number), moves))


# ---- the floor -----------------------------------------------------------------------------------------------------


async def bare(count: int, size: int, slices: int) -> None:
    """Send each client one message a second, as fast as aiohttp can: nothing is decided, and nobody is waited for."""
    clients: list[web.WebSocketResponse] = []
    sending: set[asyncio.Task[None]] = set()

    async def answer(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        clients.append(ws)
        await ws.receive()
        await ws.receive()
        return ws

    def send(number: int) -> None:
        if number < len(clients):
            text = json.dumps({"type": "changes", "at": datetime.now(UTC).isoformat()}).ljust(size)
            task = asyncio.create_task(clients[number].send_frame(text.encode(), WSMsgType.TEXT))
            sending.add(task)
            task.add_done_callback(sending.discard)

    await serve(lambda app: app.router.add_get("/push", answer) and None, lambda: every_slice(send, count, slices))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=["desk", "spread", "wall", "burst"])
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--size", type=int, default=600)
    given = parser.parse_args()
    if given.mode in {"spread", "burst"}:
        asyncio.run(bare(given.clients, given.size, SLICES if given.mode == "spread" else 1))
    else:
        live_feed.TICK_S = live_feed.TICK_S if given.mode == "desk" else 1.0
        # A desk for everybody, each moved once a second; or one wall for all, and one agent moved once a second.
        asyncio.run(product(given.mode, given.clients, given.clients if given.mode == "desk" else 1))


if __name__ == "__main__":
    main()
