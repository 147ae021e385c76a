#!/usr/bin/env python3
"""Measure how long live messages take to 1,000 clients in another process, one message a second each.

Four servers, one after the other, each run several times in turn:
  desk    everybody follows a desk of their own: every message is cut out, written and sent for one client
  spread  aiohttp sends messages of that size to one client after the other, nothing else: the floor of desk
  wall    everybody follows the same wall, told once a second: a message is written once and sent to all at once
  burst   aiohttp sends messages of that size to all at once, nothing else: the floor of wall

Latency is from the agent's move (desk) or the writing of the message (the others) to the client having read it.
Usage: PYTHONPATH=controller:models python benchmarks/push/push.py [--clients 1000] [--seconds 10] [--repeat 3]
"""

import argparse
import asyncio
import json
import os
import re
import resource
import statistics
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

MODES = ("desk", "spread", "wall", "burst")
BARE = {"spread": "desk", "burst": "wall"}
AT = {
    "desk": re.compile(rb'"state_since":"([^"]+)"'),
    "wall": re.compile(rb'"at":"([^"]+)"'),
    "spread": re.compile(rb'"at": ?"([^"]+)"'),
    "burst": re.compile(rb'"at": ?"([^"]+)"'),
}
AT_ONCE = 50  # connections that are opened at a time


class Crowd:
    """All the clients."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.ready = 0
        self.measuring = False
        self.latencies_ms: list[float] = []
        self.sizes: list[int] = []

    async def one(self, http: aiohttp.ClientSession, url: str, number: int, gate: asyncio.Semaphore) -> None:
        async with gate:
            ws = await http.ws_connect(f"{url}?n={number}", max_msg_size=0, heartbeat=None)
            await ws.send_str(json.dumps({"type": "hello", "view": self.mode}))
            if self.mode not in BARE:
                await ws.receive()  # the picture
        self.ready += 1
        async for message in ws:
            self.read(message.data.encode())

    def read(self, data: bytes) -> None:
        if not self.measuring:
            return
        at = AT[self.mode].search(data)
        if at is not None:
            sent_s = datetime.fromisoformat(at[1].decode()).timestamp()
            self.latencies_ms.append((time.time() - sent_s) * 1000)
            self.sizes.append(len(data))


async def run(mode: str, clients: int, seconds: float, size: int) -> dict[str, Any]:
    """Run one server with its clients, and return what was measured."""
    command = [str(Path(__file__).with_name("server.py")), mode, "--clients", str(clients), "--size", str(size)]
    server = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        port = await line_of(server.stdout, "port")
        crowd, gate = Crowd(mode), asyncio.Semaphore(AT_ONCE)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            url = f"http://127.0.0.1:{port}/push"
            tasks = [asyncio.create_task(crowd.one(http, url, number, gate)) for number in range(clients)]
            async with asyncio.timeout(60):
                while crowd.ready < clients:  # noqa: ASYNC110 -- connections are opened by 1,000 tasks
                    await asyncio.sleep(0.1)
            await asyncio.sleep(1.0)
            server.stdin.write(b"begin\n")
            crowd.measuring = True
            await asyncio.sleep(seconds)
            crowd.measuring = False
            server.stdin.write(b"end\n")
            cost = await line_of(server.stdout)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.wait_for(server.wait(), 20)
    finally:
        if server.returncode is None:
            server.kill()
            await server.wait()
    return {**figures(crowd, clients, seconds), **cost, "load": os.getloadavg()[0]}


async def line_of(stream: asyncio.StreamReader, key: str | None = None) -> Any:
    """Return the next line that is JSON; the program's log goes elsewhere."""
    async with asyncio.timeout(120):
        while line := await stream.readline():
            if line.startswith(b"{"):
                value = json.loads(line)
                return value[key] if key else value
    raise RuntimeError("the server ended")


def figures(crowd: Crowd, clients: int, seconds: float) -> dict[str, Any]:
    ordered = sorted(crowd.latencies_ms)
    return {
        "messages_per_client_s": len(ordered) / clients / seconds,
        "p50_ms": ordered[len(ordered) // 2],
        "p99_ms": ordered[int(len(ordered) * 0.99)],
        "max_ms": ordered[-1],
        "bytes": statistics.median(crowd.sizes),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    measured: dict[str, list[dict[str, Any]]] = {mode: [] for mode in MODES}
    for _ in range(given.repeat):
        for mode in MODES:
            size = int(measured[BARE[mode]][0]["bytes"]) if mode in BARE else 0
            measured[mode].append(asyncio.run(run(mode, given.clients, given.seconds, size)))
            print(mode, json.dumps(measured[mode][-1]), file=sys.stderr)
    names = list(measured["desk"][0])
    print("| server | " + " | ".join(names) + " |\n|---" * 1 + "|---" * len(names) + "|")
    for mode in MODES:
        medians = [statistics.median(run[name] for run in measured[mode]) for name in names]
        print(f"| {mode} | " + " | ".join(f"{value:.2f}" for value in medians) + " |")


if __name__ == "__main__":
    main()
