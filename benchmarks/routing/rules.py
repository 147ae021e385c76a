"""A table of 1,000 rules: how long one decision takes, beside zen-engine with the same table and the same calls.

Measured in one process, one after the other, in turns: our index, a plain walk over the rules, zen-engine. Then
``RoutingRules.decide`` in a controller on the fake exchange that carries calls, with its store written behind.

    PYTHONPATH=controller:models python benchmarks/routing/rules.py
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import func, select

from waihu.app import App, Plan, running
from waihu.clock import SystemClock
from waihu.routing.rules_check import problems_of
from waihu.routing.rules_decide import Router
from waihu.services.lines import Trunk
from waihu.store.agents import add_agent
from waihu.store.audit import By
from waihu.store.campaigns import save_campaign
from waihu.store.leads import add_leads
from waihu.store.migrate import migrate_sync
from waihu.store.routing_tables import make_live
from waihu.testing.factories import a_campaign, a_lead, an_agent
from waihu.testing.fake_switch import FakeSwitch
from waihu.testing.zen_opinion import ZenOpinion
from waihu_models.call_facts import CallFacts, RouteKind
from waihu_models.campaign import DialMode
from waihu_models.ids import CallId, new_id
from waihu_models.routing_rule import Rule, RuleTable, Target
from waihu_models.tables import CallRow

QUEUES = 20
AGENTS = 20


def a_table(count: int) -> RuleTable:
    """Rules as contact centres write them: two to five conditions, most on level, business, tags, value, hours."""
    dice = random.Random(7)
    rules = []
    for number in range(count):
        conditions = {"level": f'"L{dice.randrange(40)}"', "business_type": f'"B{dice.randrange(25)}"'}
        if dice.random() < 0.5:
            conditions["value"] = f"[{(low := dice.randrange(0, 9000))}..{low + 1000})"
        if dice.random() < 0.4:
            conditions["tags"] = f'list contains(?, "t{dice.randrange(50)}")'
        if dice.random() < 0.3:
            conditions["hour"] = f"[{(first := dice.randrange(0, 20))}..{first + 4})"
        if dice.random() < 0.2:
            conditions["number"] = f'starts with(?, "+44{dice.randrange(100, 999)}")'
        target = Target(RouteKind.QUEUE, f"queue-{number % QUEUES}")
        rules.append(Rule(name=f"rule {number}", target=target, priority=number, conditions=tuple(conditions.items())))
    return RuleTable(rules=tuple(rules), default="general", number=1)


def some_calls(count: int) -> list[CallFacts]:
    dice = random.Random(11)
    return [
        CallFacts(
            direction="inbound", level=f"L{dice.randrange(40)}", business_type=f"B{dice.randrange(25)}",
            value=float(dice.randrange(10_000)), tags=tuple(f"t{dice.randrange(50)}" for _ in range(3)),
            hour=dice.random() * 24, number=f"+44{dice.randrange(1_000_000_000, 9_999_999_999)}",
        )
        for _ in range(count)
    ]  # fmt: skip


def timed_us(decide: Callable[[CallFacts], object], calls: Sequence[CallFacts]) -> list[float]:
    """Microseconds of each decision."""
    took = []
    for facts in calls:
        began = time.perf_counter_ns()
        decide(facts)
        took.append((time.perf_counter_ns() - began) / 1000)
    return took


def shown(name: str, took: Sequence[float]) -> None:
    ordered = sorted(took)
    at = {share: ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.99)}
    print(f"{name:<44} median {at[0.5]:>9.1f} µs   p99 {at[0.99]:>9.1f} µs   max {ordered[-1]:>9.1f} µs")


def alone(count: int, calls: Sequence[CallFacts], rounds: int) -> None:
    table = a_table(count)
    began = time.perf_counter()
    router = Router(table)
    print(f"{count} rules: compiled in {(time.perf_counter() - began) * 1000:.0f} ms", end="; ")
    began = time.perf_counter()
    problems = problems_of(table)
    print(f"checked in {(time.perf_counter() - began) * 1000:.0f} ms ({len(problems)} never reached)")
    zen = ZenOpinion(table)
    rules = router.index.rules
    differ = sum(router.decide(facts).rule != zen.rule(facts) for facts in calls[:300])
    met = [facts for facts in calls if router.decide(facts).rule]
    print(f"{differ} of 300 calls are decided otherwise by zen-engine; {len(met)} of {len(calls)} calls meet a rule")
    ours, ours_met, walked, theirs = [], [], [], []
    for _ in range(rounds):
        ours += timed_us(router.decide, calls)
        ours_met += timed_us(router.decide, met)
        walked += timed_us(lambda facts: next((r for r in rules if r.holds(facts)), None), calls[:200])
        theirs += timed_us(zen.rule, calls[:200])
    shown("our index, all calls", ours)
    shown("our index, calls that meet a rule, with why", ours_met)
    shown("a walk over the rules, without why", walked)
    shown("zen-engine, through its Python binding", theirs)


async def in_a_controller(count: int, calls: Sequence[CallFacts], calls_per_s: float, seconds: float) -> None:
    """Decide as a caller's recognition does, on the loop of a controller that writes every decision behind."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/waihu.db"
        migrate_sync(url)
        clock = SystemClock()
        recordings = Path(folder) / "recordings"
        recordings.mkdir()
        names = [f"agent{number}" for number in range(AGENTS)]
        switch = FakeSwitch(clock, trunks=["a"], phones=names, recordings_dir=recordings)
        plan = Plan(
            store_url=url, switch=switch, trunks=(Trunk("a", 100, 100),), recordings=recordings, min_free_bytes=0,
            clock=clock,
        )  # fmt: skip
        async with running(plan, drain_s=0.0) as app:
            by = By("benchmark", clock.now())
            made = await app.office.routing.draft(a_table(count), by)
            await make_live(app.store, made.number, made.version, "", by)
            await app.office.routing_rules.refresh()
            await _busy(app, names)
            took: list[float] = []
            ends, number = time.monotonic() + seconds, 0
            while time.monotonic() < ends:
                _call(app, calls[number % len(calls)], took)
                number += 1
                await asyncio.sleep(1 / calls_per_s)
            await asyncio.sleep(0.5)
            dialled = (await app.store.rows(select(func.count().label("count")).select_from(CallRow)))[0]["count"]
            shown(f"asked until decided in a controller, {number / seconds:.0f}/s", took)
            print(f"{number} callers, why of {app.office.routing_rules.lost} lost; {dialled} calls dialled meanwhile")


def _call(app: App, facts: CallFacts, took: list[float]) -> None:
    """Let a decision wait its turn on the loop, as one that an event of the exchange asks for does."""
    began = time.perf_counter_ns()

    def decide() -> None:
        app.office.routing_rules.decide(facts, CallId(new_id()))
        took.append((time.perf_counter_ns() - began) / 1000)

    asyncio.get_running_loop().call_soon(decide)


async def _busy(app: App, names: Sequence[str]) -> None:
    """Let a campaign dial all the while: short calls that are answered, and talked in."""
    campaign = a_campaign(trunk="a", calls_per_s=50.0, mode=DialMode.PROGRESSIVE)
    await save_campaign(app.store, campaign)
    leads = [a_lead(campaign, f"+4416329{n:05d}11", zone="Europe/London") for n in range(3000)]
    await add_leads(app.store, leads)
    for name in names:
        agent = an_agent(name, wrap_limit_s=0.2)
        await add_agent(app.store, agent)
        app.agents.add(agent)
        app.agents.log_in(agent.id)
    await app.dialling.start(campaign.name)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rules", type=int, default=1000)
    options.add_argument("--calls", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=20.0)
    options.add_argument("--calls-per-s", type=float, default=100.0)
    chosen = options.parse_args()
    calls = some_calls(chosen.calls)
    alone(chosen.rules, calls, chosen.rounds)
    asyncio.run(in_a_controller(chosen.rules, calls, chosen.calls_per_s, chosen.seconds))


if __name__ == "__main__":
    main()
