#!/usr/bin/env python3
"""Many minutes of the whole product against the simulated carrier; exits with 1 if anything is left over at the end.

Exchange, controller, watchdog, store and recordings are those of `waihu run`; customers and phones are the simulated
carrier, with real sound. Two campaigns share the agents, one with machine detection. The numbers mix every behaviour
of the carrier: people who talk, hang up at once or never, machines, faxes, busy, no answer, wrong numbers, failures.
Agents, every fourth of them on-hook, hang up after 15 s at the latest and judge every call.

Checked at the end: every call ended by itself, no channel and no bridge in the exchange, no open call in the store, no
agent still on a call, the watchdog found nothing, the exchange never restarted, books balance, every talk is recorded.
Usage: python benchmarks/calls/soak.py [--minutes 10] [--per-minute 120] [--agents 32]
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ground import LINES, Ground, with_carrier
from measure import Window, load, rss_mb, table
from product import log_in, log_out, plan, troubles, until

from waihu import log as logging
from waihu.app import App, running
from waihu.cli.demo_agents import DemoAgents
from waihu.services.report import Report, build_report
from waihu.store.agents import add_agent
from waihu.store.calls import unfinished_calls
from waihu.store.campaigns import save_campaign
from waihu.store.leads import add_leads
from waihu.store.migrate import migrate
from waihu.store.store import Store
from waihu.testing.factories import a_campaign, a_lead, an_agent
from waihu_models import signals as sig
from waihu_models.agent import PhoneMode
from waihu_models.call import CallState
from waihu_models.campaign import DialMode
from waihu_models.events import CallChanged
from waihu_models.ids import CallId

# Behaviour of the carrier by the last two digits (asterisk/carrier), and its weight.
MIX = {
    "24": 14, "23": 14, "00": 4, "22": 4, "01": 12, "08": 2, "02": 10, "03": 16, "04": 4, "05": 2, "06": 3, "07": 1,
    "09": 1, "10": 2, "11": 2, "12": 1, "13": 1, "14": 3, "15": 1, "16": 1, "17": 2, "18": 1, "19": 1, "20": 2, "21": 1,
}  # fmt: skip
CAMPAIGNS = {"plain": False, "screened": True}
LONGEST_TALK_S = 15.0
LAST_CALLS_S = 90.0


def numbers(seed: int) -> Iterator[str]:
    """Numbers of 01632, an area that exists in fiction only: three digits, ring time, behaviour."""
    chance, given = random.Random(seed), set()
    while True:
        behaviour = chance.choices(list(MIX), list(MIX.values()))[0]
        number = f"+441632{chance.randrange(1000):03d}{chance.randrange(9)}{behaviour}"
        if number not in given:
            given.add(number)
            yield number


async def prepare(url: str, wishes: argparse.Namespace) -> None:
    await migrate(url)
    store, fresh = await Store.open(url), numbers(wishes.seed)
    rate = wishes.per_minute / 60 / len(CAMPAIGNS)
    for name, screening in CAMPAIGNS.items():
        campaign = a_campaign(
            name=name,
            mode=DialMode.RATIO,
            trunk="carrier",
            lines_per_agent=LINES,
            target_drop_ratio=1.0,  # no drop guard: the rate is what is asked for
            max_lines=LINES,
            calls_per_s=rate,
            ring_timeout_s=8,
            screening=screening,
        )
        await save_campaign(store, campaign)
        count = int(rate * wishes.minutes * 60 * 1.2) + 100
        await add_leads(store, [a_lead(campaign, next(fresh)) for _ in range(count)])
    for number in range(1, wishes.agents + 1):
        mode = PhoneMode.ON_HOOK if number % 4 == 0 else PhoneMode.NAILED_UP
        await add_agent(store, an_agent(f"agent{number}", mode=mode, wrap_limit_s=10.0))
    await store.close()


@dataclass
class Talk:
    """Agents who hang up in time; and every call that was dialled, counted."""

    app: App
    dialled: int = 0
    connected: int = 0
    running: set[CallId] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.app.bus.subscribe(CallChanged, self._changed)

    def _changed(self, change: CallChanged) -> None:
        call, was = change.call, change.was
        self.dialled += was is None
        if call.state is CallState.CONNECTED and call.id not in self.running:
            self.connected += 1
            self.running.add(call.id)
            asyncio.get_running_loop().call_later(LONGEST_TALK_S, self._hang_up, call.id)

    def _hang_up(self, call_id: CallId) -> None:
        self.running.discard(call_id)
        self.app.calls.post(call_id, sig.HangUpAsked(self.app.clock.now(), "agent"))


@dataclass
class Memory:
    """Resident memory over time."""

    exchange_pid: int
    rows: list[list[object]] = field(default_factory=list)

    def note(self, when: str, talk: Talk) -> None:
        app = talk.app
        states = Counter(str(agent.state) for agent in app.agents)
        row = [when, talk.dialled, len(app.calls), rss_mb(os.getpid()), rss_mb(self.exchange_pid), load()]
        self.rows.append(row)
        print(*row, dict(states), troubles(app) or "no troubles", flush=True)


async def dial(app: App, ground: Ground, talk: Talk, wishes: argparse.Namespace) -> tuple[Memory, Window]:
    """Dial for as long as was asked for, then let the last calls end by themselves."""
    memory, window = Memory(ground.exchange.pid), Window(ground.exchange.pid)
    memory.note("start", talk)
    began = time.monotonic()
    for name in CAMPAIGNS:
        await app.dialling.start(name)
    for minute in range(1, int(wishes.minutes) + 1):
        await asyncio.sleep(max(0.0, began + minute * wishes.minutes * 60 / int(wishes.minutes) - time.monotonic()))
        memory.note(f"minute {minute}", talk)
    window.close()
    app.dialling.halt()
    await until(lambda: len(app.calls) == 0, LAST_CALLS_S)
    await app.recordings.drain(60.0)
    memory.note("end", talk)
    return memory, window


@dataclass
class Verdict:
    """What was checked, one line each."""

    failed: int = 0

    def check(self, what: str, good: bool, found: object = "") -> None:
        self.failed += not good
        print(f"{'ok    ' if good else 'FAILED'}  {what}  {found}")


async def judge(app: App, ground: Ground, verdict: Verdict, pid: int) -> None:
    left = [f"{call.id} {call.state} {call.number_e164[-2:]}" for call in app.calls]
    verdict.check("every call ended by itself", not left, left)
    busy = [f"{agent.id} {agent.state}" for agent in app.agents if agent.on_call]
    verdict.check("no agent is on a call", not busy, busy)
    wrong, m = troubles(app), app.metrics
    for counter, what in ((m.stuck, "the watchdog found nothing stuck"), (m.queue_full, "no queue was full")):
        verdict.check(what, not any(s.value for c in counter.collect() for s in c.samples if s.name.endswith("_total")))
    illegal = {name: value for name, value in wrong.items() if name.startswith("illegal")}
    verdict.check("no impossible transition, no failed task", not illegal and not app.tasks.failures, illegal)
    verdict.check("the exchange never restarted", not ground.exchange.restarts and ground.exchange.pid == pid)
    await log_out(app)
    view = await app.switch.view()
    verdict.check("no channel in the exchange", not view.legs, sorted(view.legs))
    verdict.check("no bridge in the exchange", not view.bridges, sorted(view.bridges))
    open_calls = await unfinished_calls(app.store)
    verdict.check("no open call in the store", not open_calls, [call.id for call in open_calls])
    print("other counters:", wrong or "none")


def judge_report(report: Report, talk: Talk, verdict: Verdict, wishes: argparse.Namespace) -> None:
    per_minute = report.attempts / wishes.minutes
    verdict.check("the rate was kept", per_minute >= 0.8 * wishes.per_minute, f"{per_minute:.0f} calls a minute")
    good = report.balanced and report.open_calls == 0 and report.attempts == talk.dialled
    verdict.check("books balance", good, f"{report.attempts} calls in the store, {talk.dialled} dialled")
    found = report.recordings
    whole = found.count == report.answer_to_agent.count and not found.failed
    recorded = f"{found.count} of {report.answer_to_agent.count}, {found.total_s:.0f} s, failed {found.failed}"
    verdict.check("every talk is recorded", whole, recorded)
    print(f"outcomes {report.outcomes}\ndispositions {report.dispositions}\nanswer to agent {report.answer_to_agent}")
    print(
        f"greeting to agent {report.greeting_to_agent}\ndrops {report.drops}, drop ratio {report.drop_ratio or 0:.4f}"
    )


async def soak(ground: Ground, wishes: argparse.Namespace) -> int:
    spec = ground.spec(trunk="carrier", rate=50.0, seconds=0.0)
    url = f"sqlite+aiosqlite:///{Path(spec.folder) / 'waihu.db'}"
    await prepare(url, wishes)
    verdict, pid = Verdict(), ground.exchange.pid
    async with running(plan(spec, url), drain_s=1.0) as app:
        app.tasks.forever(ground.exchange.watch, "exchange")
        if not await app.reached(10.0):
            raise SystemExit("the exchange is not reached")
        DemoAgents(app, wishes.seed)
        talk = Talk(app)
        await log_in(app)
        memory, window = await dial(app, ground, talk, wishes)
        print(table(["", "dialled", "live", "controller MB", "Asterisk MB", "load"], memory.rows))
        used = window.per_call(talk.dialled)
        print("CPU: " + ", ".join(f"{name} {value:.2f}" for name, value in used.items()))
        await judge(app, ground, verdict, pid)
        judge_report(await build_report(app.store, clock=app.clock), talk, verdict, wishes)
    print("all is well" if not verdict.failed else f"{verdict.failed} checks FAILED")
    return 1 if verdict.failed else 0


async def run(wishes: argparse.Namespace, folder: Path) -> int:
    async with with_carrier(folder, wishes.agents) as ground:
        return await soak(ground, wishes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long to dial, at least 1")
    parser.add_argument("--per-minute", type=float, default=120.0, help="originates a minute")
    parser.add_argument("--agents", type=int, default=32, help="agents logged in")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same list and same judgements")
    wishes = parser.parse_args()
    logging.configure("warning", stream=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="waihu-soak-") as name:
        sys.exit(asyncio.run(run(wishes, Path(name))))


if __name__ == "__main__":
    main()
