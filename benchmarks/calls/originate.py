#!/usr/bin/env python3
"""CPU per call of controller and exchange while it originates, beside bare AMI Originate on the same exchange.

The far end is SIPp: it rings 100 ms, then answers with the probability --answered or is busy (486); who answered hangs
up after 2 s. Answered calls are bridged by the product to nailed-up agents, whose phones are SIPp too. No sound flows
and nothing is recorded, so this is the price of signalling, call logic and store (soak.py has sound and recordings).
Three programs take turns, each in a process of its own:

  waihu      the whole product, every call, lead step, agent state and event stored in SQLite
  bare       panoramisk sends AMI Originate and hears nothing of its calls: the floor
  bare+ev    the same, hearing the events of its calls, as it must to learn how they end

CPU is user + system of all threads, after a warm-up, for the calls begun in the window. SIPp is not counted.
Usage: python benchmarks/calls/originate.py [--rates 20 50 100] [--answered 0 0.3] [--seconds 12] [--repeat 3]
"""

import argparse
import asyncio
import json
import math
import tempfile
from pathlib import Path
from typing import Any

from ground import Ground, with_sipp
from measure import load, medians, table

TALK_S = 2.0
PROGRAMS = {"waihu": ("product.py", False), "bare": ("bare_ami.py", False), "bare+ev": ("bare_ami.py", True)}
AIM_MS = 1.5


def agents_for(rate: float, share: float) -> int:
    """Half as many again as will talk at once: everybody who answers finds somebody free."""
    return math.ceil(rate * share * (TALK_S + 0.2) * 1.5) + 3


async def measure(wishes: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    found = []
    agents = agents_for(max(wishes.rates), max(wishes.answered))
    async with with_sipp(folder, wishes.answered, agents) as ground:
        for _ in range(wishes.repeat):
            for place, share in enumerate(wishes.answered):
                for rate in wishes.rates:
                    for name in PROGRAMS:
                        found.append(await one(ground, name, f"share{place}", share, rate, wishes.seconds))
    return found


async def one(ground: Ground, name: str, trunk: str, share: float, rate: float, seconds: float) -> dict[str, Any]:
    program, events = PROGRAMS[name]
    agents = agents_for(rate, share)
    spec = ground.spec(trunk=trunk, rate=rate, seconds=seconds, agents=agents, events=events)
    figures = await ground.run(program, spec)
    run = {"program": name, "answered": share, "rate": rate, "load": load(), **figures}
    print(json.dumps(run), flush=True)
    return run


def summary(runs: list[dict[str, Any]], wishes: argparse.Namespace) -> list[dict[str, Any]]:
    rows = []
    for share in wishes.answered:
        for rate in wishes.rates:
            same = [run for run in runs if run["answered"] == share and run["rate"] == rate]
            by = {name: medians([run for run in same if run["program"] == name]) for name in PROGRAMS}
            ours, bare = by["waihu"], by["bare"]
            rows.append(
                {
                    "answered": share,
                    "rate": rate,
                    "achieved": ours["calls_per_s"],
                    "waihu_ms": ours["client_ms"],
                    "loop_ms": ours["client_loop_ms"],
                    "bare_ms": bare["client_ms"],
                    "bare_events_ms": by["bare+ev"]["client_ms"],
                    "share_ms": ours["client_ms"] - bare["client_ms"],
                    "ratio": ours["client_ms"] / bare["client_ms"],
                    "exchange_ms": ours["exchange_ms"],
                    "exchange_bare_ms": bare["exchange_ms"],
                    "exchange_bare_events_ms": by["bare+ev"]["exchange_ms"],
                    "units_per_call": ours["units_per_call"],
                    "commit_p50_ms": ours["commit_p50_ms"],
                    "commit_p99_ms": ours["commit_p99_ms"],
                    "answer_to_bridge_p99_ms": ours.get("answer_to_bridge_p99_ms"),
                    "troubles": [run["troubles"] for run in same if run.get("troubles")],
                    "not_ended": sum(run.get("not_ended", 0) for run in same),
                    "refused": sum(run.get("refused", 0) for run in same),
                    "outcomes": [run["outcomes"] for run in same if "outcomes" in run],
                }
            )
    return rows


HEADS = {
    "answered": "answered",
    "rate": "asked/s",
    "achieved": "waihu/s",
    "waihu_ms": "waihu ms",
    "loop_ms": "(loop ms)",
    "bare_ms": "bare ms",
    "bare_events_ms": "bare+ev ms",
    "share_ms": "our share ms",
    "ratio": "waihu/bare",
    "exchange_ms": "Asterisk ms",
    "exchange_bare_ms": "bare: Ast. ms",
    "exchange_bare_events_ms": "bare+ev: Ast. ms",
    "units_per_call": "units/call",
    "commit_p50_ms": "commit p50",
    "commit_p99_ms": "commit p99",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", type=float, nargs="+", default=[20.0, 50.0, 100.0], help="originates a second")
    parser.add_argument("--answered", type=float, nargs="+", default=[0.0, 0.3], help="shares of answered calls")
    parser.add_argument("--seconds", type=float, default=12.0, help="measured length of one run, after 3 s of warm-up")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each kind; medians are shown")
    parser.add_argument("--json", type=Path, help="write the summary and all runs here")
    wishes = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waihu-originate-") as name:
        runs = asyncio.run(measure(wishes, Path(name)))
    rows = summary(runs, wishes)
    print(table(list(HEADS.values()), [[row[key] for key in HEADS] for row in rows]))
    for row in rows:
        print(f"{row['rate']:.0f}/s, {row['answered']:.0%} answered: {row['outcomes']}")
        print(f"    refused {row['refused']}, not ended {row['not_ended']}, troubles {row['troubles'] or 'none'}")
    worst = max(row["waihu_ms"] for row in rows)
    print(f"Aim: at most {AIM_MS} ms of controller CPU per call; highest median {worst:.2f} ms")
    if wishes.json:
        wishes.json.write_text(json.dumps({"summary": rows, "runs": runs}, indent=1))


if __name__ == "__main__":
    main()
