"""The whole controller in a process of its own, dialling at a steady rate; writes its figures as one line of JSON.

Run by originate.py and answer_to_bridge.py. Nothing of the product is replaced: a campaign in ratio mode with so many
lines per agent that only its limit of calls per second counts.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ground import LINES, Spec
from measure import Window, percentile

from waihu import log as logging
from waihu.app import App, Plan, running
from waihu.services.lines import Trunk
from waihu.store.agents import add_agent
from waihu.store.calls import recent_calls
from waihu.store.campaigns import save_campaign
from waihu.store.leads import add_leads
from waihu.store.migrate import migrate
from waihu.store.store import Store
from waihu.store.unit import Unit
from waihu.telephony.switch import AmiAccess, AriAccess, AsteriskSwitch
from waihu.testing.factories import a_campaign, a_lead, an_agent
from waihu_models.agent import AgentState
from waihu_models.call import Call
from waihu_models.campaign import DialMode
from waihu_models.ids import AgentId

CAMPAIGN = "load"


async def until(reached: Callable[[], bool], limit_s: float) -> bool:
    """Wait for something; return whether it came."""
    deadline = time.monotonic() + limit_s
    while not reached() and time.monotonic() < deadline:  # noqa: ASYNC110 -- outside of what is measured
        await asyncio.sleep(0.05)
    return reached()


async def prepare(spec: Spec, url: str) -> None:
    await migrate(url)
    store = await Store.open(url)
    campaign = a_campaign(
        name=CAMPAIGN,
        mode=DialMode.RATIO,
        trunk=spec.trunk,
        caller_id="+441632960000",
        lines_per_agent=LINES,
        target_drop_ratio=1.0,  # no drop guard: the rate is what is asked for
        max_lines=LINES,
        calls_per_s=spec.rate,
        recording=spec.recording,
    )
    await save_campaign(store, campaign)
    await add_leads(store, [a_lead(campaign, number) for number in spec.numbers()])
    for number in range(1, spec.agents + 1):
        await add_agent(store, an_agent(f"agent{number}", wrap_limit_s=spec.wrap_s))
    await store.close()


def plan(spec: Spec, url: str) -> Plan:
    recordings = Path(spec.folder).parent / "recordings"
    switch = AsteriskSwitch(
        AriAccess(spec.ari_url, spec.ari_user, spec.ari_password),
        AmiAccess(spec.ami_host, spec.ami_port, spec.ami_user, spec.ami_password),
        recordings_dir=recordings,
        media={"safe-harbour": f"sound:{spec.sounds}/en/safe-harbour"},
        trunks=[spec.trunk],
    )
    lines = Trunk(spec.trunk, max_lines=LINES, calls_per_s=spec.rate)
    return Plan(store_url=url, switch=switch, trunks=(lines,), recordings=recordings, min_free_bytes=0)


def timed(store: Store) -> list[float]:
    """Note for each unit the milliseconds from its submission to its commit; costs us some 3 µs a unit."""
    waits: list[float] = []
    submit = store.submit

    def noted(unit: Unit, *, soon: bool = False) -> "asyncio.Future[None]":
        began, done = time.perf_counter(), submit(unit, soon=soon)
        done.add_done_callback(lambda _: waits.append((time.perf_counter() - began) * 1000))
        return done

    store.submit = noted  # type: ignore[method-assign]
    return waits


async def log_in(app: App) -> None:
    for agent in app.agents:
        app.agents.log_in(AgentId(agent.id))
    if not await until(lambda: all(a.state is AgentState.AVAILABLE for a in app.agents), 30.0):
        raise SystemExit(f"agents are {Counter(str(agent.state) for agent in app.agents)}")


async def log_out(app: App) -> None:
    """Log everybody out and wait until the exchange holds nothing of them: it serves the next run too."""
    for agent in app.agents:
        app.agents.log_out(agent.id, "end of the run", forced=True)
    for _ in range(100):
        view = await app.switch.view()
        if not view.legs and not view.bridges:
            return
        await asyncio.sleep(0.1)


def troubles(app: App) -> dict[str, float]:
    """Every counter of the product that counts something wrong, as far as it counted."""
    m = app.metrics
    wrong = (m.illegal, m.queue_full, m.unknown_legs, m.commands_failed, m.store_slow, m.stuck, m.alerts, m.refusals)
    samples = [sample for counter in wrong for metric in counter.collect() for sample in metric.samples]
    return {
        " ".join((sample.name.removeprefix("waihu_"), *sample.labels.values())): sample.value
        for sample in samples
        if sample.value and not sample.name.endswith("_created")
    }


async def run(spec: Spec) -> dict[str, Any]:
    url = f"sqlite+aiosqlite:///{Path(spec.folder) / 'waihu.db'}"
    await prepare(spec, url)
    async with running(plan(spec, url), drain_s=1.0) as app:
        if not await app.reached(10.0):
            raise SystemExit("the exchange is not reached")
        waits = timed(app.store)
        await log_in(app)
        await app.dialling.start(CAMPAIGN)
        await asyncio.sleep(spec.warm_up_s)
        waits.clear()
        window = Window(spec.exchange_pid)
        await asyncio.sleep(spec.seconds)
        window.close()
        commits = list(waits)
        app.dialling.halt()
        left = not await until(lambda: len(app.calls) == 0, 20.0)
        wrong = troubles(app) | ({"calls left": len(app.calls)} if left else {})
        await log_out(app)
    store = await Store.open(url)
    calls = await recent_calls(store, 1_000_000)
    await store.close()
    return figures(calls, window, commits) | {"troubles": wrong}


def figures(calls: list[Call], window: Window, commits: list[float]) -> dict[str, Any]:
    inside = [call for call in calls if window.began <= call.dialled_at < window.ended]
    waits_ms = [call.agent_wait_s * 1000 for call in inside if call.agent_wait_s is not None]
    return window.per_call(len(inside)) | {
        "units_per_call": len(commits) / max(len(inside), 1),
        "commit_p50_ms": percentile(commits, 0.5),
        "commit_p99_ms": percentile(commits, 0.99),
        "bridged": len(waits_ms),
        "answer_to_bridge_p50_ms": percentile(waits_ms, 0.5),
        "answer_to_bridge_p99_ms": percentile(waits_ms, 0.99),
        "answer_to_bridge_max_ms": max(waits_ms, default=0.0),
        "not_ended": sum(1 for call in calls if call.ended_at is None),
        "outcomes": dict(Counter(str(call.outcome) for call in inside)),
    }


def main() -> None:
    spec = Spec.read()
    logging.configure("info", stream=sys.stderr)
    print(json.dumps(asyncio.run(run(spec))))


if __name__ == "__main__":
    main()
