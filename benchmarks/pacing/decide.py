#!/usr/bin/env python3
"""Time one decision of the predictive pacer, in CPU time, beside a plain walk over the same picture.

Run with PYTHONPATH=controller:models. A pacer learns on a simulated shift; then single decisions are timed on the
picture of its last moment, each after an event, as in production.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from waihu.dialer.pacing import READY, RINGING, AgentEvent, PredictivePacer, Snapshot
from waihu.dialer.simulation import Simulation
from waihu.dialer.simulation_world import Scenario

TEAMS = (
    ("20 agents", Scenario("20", agents=20, hours=0.5, human=0.2), 200.0),
    ("200 agents, 600 calls", Scenario("200", agents=200, hours=0.2, human=0.2), 2000.0),
)


def picture(scenario: Scenario) -> tuple[PredictivePacer, Snapshot]:
    """A pacer that has learned, and a busy moment."""
    made: list[PredictivePacer] = []

    def maker(config: object, _: Simulation) -> PredictivePacer:
        made.append(PredictivePacer(config))  # type: ignore[arg-type]
        return made[0]

    simulation = Simulation(scenario, 1, maker)
    busiest: list[Snapshot] = []
    decide = PredictivePacer.decide

    def watching(pacer: PredictivePacer, now: float, snapshot: Snapshot) -> object:
        if not busiest or len(snapshot.calls) > len(busiest[0].calls):
            calls = {key: replace(view) for key, view in snapshot.calls.items()}
            agents = {key: replace(view) for key, view in snapshot.agents.items()}
            busiest[:] = [replace(snapshot, calls=calls, agents=agents)]
        return decide(pacer, now, snapshot)

    made[0].decide = watching.__get__(made[0])  # type: ignore[method-assign]
    simulation.run()
    del made[0].decide
    return made[0], busiest[0]


def microseconds(action: Callable[[], object], times: int) -> list[float]:
    """Each of so many runs."""
    found = []
    for _ in range(times):
        begin = time.thread_time()
        action()
        found.append(1e6 * (time.thread_time() - begin))
    return sorted(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3000, help="decisions timed (3000)")
    arguments = parser.parse_args()
    late = False
    print("| team | agents | calls under way | decide p50 us | p99 us | plain walk p50 us | ratio | aim us |")
    print("|---|---|---|---|---|---|---|---|")
    for name, scenario, aim_us in TEAMS:
        pacer, snapshot = picture(scenario)

        def ask(pacer: PredictivePacer = pacer, snapshot: Snapshot = snapshot) -> None:
            pacer.on_event(AgentEvent(snapshot.now, 0, READY, READY, 0.0))
            pacer.decide(snapshot.now, snapshot)

        def walk(snapshot: Snapshot = snapshot) -> float:
            ages = sum(snapshot.now - call.dialed_at for call in snapshot.calls.values() if call.state == RINGING)
            return ages + sum(snapshot.now - agent.since for agent in snapshot.agents.values())

        found, bare = microseconds(ask, arguments.times), microseconds(walk, arguments.times)
        median, plain = statistics.median(found), statistics.median(bare)
        last = found[int(0.99 * len(found))]
        late |= median > aim_us
        print(
            f"| {name} | {len(snapshot.agents)} | {len(snapshot.calls)} | {median:.0f} | {last:.0f} | {plain:.1f} "
            f"| {median / plain:.0f} | {aim_us:.0f} |"
        )
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
