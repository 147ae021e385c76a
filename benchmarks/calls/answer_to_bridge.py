#!/usr/bin/env python3
"""From the answer to the agent: p50 and p99 with nailed-up agents, beside a bare ARI script on the same exchange.

Customers and phones are the simulated carrier, all of them talk, so 50 streams of sound run all the time. Without
machine detection. Customers talk 1 to 8 s. Two programs take turns, each in a process of its own:

  waihu   the whole product, storing and recording every call; figures are connected_at - answered_at of its own rows
  bare    a script that adds the channel to a free agent's bridge at StasisStart; nothing stored, nothing recorded

Usage: python benchmarks/calls/answer_to_bridge.py [--agents 50] [--rate 5] [--seconds 100] [--repeat 3]
"""

import argparse
import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

from ground import with_carrier
from measure import load, medians, table

PROGRAMS = {"waihu": "product.py", "bare": "bare_ari.py"}
TALKERS = ["22", "23", "23"]  # hangs up after 1 s, after 3 to 8 s
AIM_MS = 20.0
_FIGURES = ("calls", "bridged", "answer_to_bridge_p50_ms", "answer_to_bridge_p99_ms", "answer_to_bridge_max_ms")


async def measure(wishes: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    found = []
    async with with_carrier(folder, wishes.agents) as ground:
        for _ in range(wishes.repeat):
            for name, program in PROGRAMS.items():
                spec = ground.spec(
                    trunk="carrier",
                    rate=wishes.rate,
                    seconds=wishes.seconds,
                    agents=wishes.agents,
                    wrap_s=0.5,
                    recording=True,
                    behaviours=TALKERS,
                )
                run = {"program": name, "load": load(), **await ground.run(program, spec)}
                print(json.dumps(run), flush=True)
                found.append(run)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agents", type=int, default=50, help="nailed-up agents")
    parser.add_argument("--rate", type=float, default=5.0, help="originates a second")
    parser.add_argument("--seconds", type=float, default=100.0, help="measured length of one run")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each program; medians are shown")
    parser.add_argument("--json", type=Path, help="write the summary and all runs here")
    wishes = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waihu-bridge-") as name:
        runs = asyncio.run(measure(wishes, Path(name)))
    by = {name: medians([run for run in runs if run["program"] == name]) for name in PROGRAMS}
    print(table(["program", *_FIGURES], [[name, *(found[key] for key in _FIGURES)] for name, found in by.items()]))
    p99 = by["waihu"]["answer_to_bridge_p99_ms"]
    print(
        f"Aim: p99 at most {AIM_MS:.0f} ms; median of p99 {p99:.1f} ms: {'reached' if p99 <= AIM_MS else 'NOT reached'}"
    )
    for run in runs:
        if run.get("troubles"):
            print(f"troubles: {run['troubles']}, outcomes {run['outcomes']}")
    if wishes.json:
        wishes.json.write_text(json.dumps({"summary": by, "runs": runs}, indent=1))


if __name__ == "__main__":
    main()
